"""Documents without pages, opened, and what they hold."""

from __future__ import annotations

from pathlib import Path

from samples_truth import published_errors, truth

from extract.limits import Limits
from extract.model import Grid, Report, Written
from extract.source import open_source


def opened(path: Path, data: bytes, limits: Limits | None = None) -> Written:
    path.write_bytes(data)
    found = open_source(path, limits=limits)
    assert isinstance(found, Written)
    return found


def grids(document: Written) -> list[Grid]:
    return [part for part in document.parts if isinstance(part, Grid)]


def check_against_truth(report: Report, name: str) -> None:
    true = truth(name)
    assert [one.id for one in report.cells] == list(true)
    assert not [one for one in report.cells if not true[one.id].agrees(one)]
    failing = {r.identity if r.at == "all" else f"{r.identity}:{r.at}" for r in report.identities if r.holds is False}
    assert failing == published_errors(name)
    blamed = {
        id_ for r in report.identities if r.holds is False for id_ in (*r.left, *r.right) if true[id_].status != "blank"
    }
    assert {one.id for one in report.cells if one.flagged} == blamed
