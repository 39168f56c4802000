"""What benchmarks/scans.py found, as tables for a terminal and as docs/benchmarks/scans.md."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from benchmarks.scan_cases import DIGITS, FONTS, KINDS, Case
from benchmarks.verdicts import Finding

COLUMNS = (
    "documents",
    "exact",
    "cells",
    "right",
    "right %",
    "flagged",
    "caught",
    "missing",
    "SILENT",
    "failed",
    "CPU s/page",
)


@dataclass(frozen=True)
class Outcome:
    """What became of one document: counts of its cells, silent errors and other findings, CPU seconds, peak MB.

    `rival` is the CPU time of whole-page OCR on the same pages, 0 where it was not asked.
    """

    case: Case
    right: int = 0
    flagged: int = 0
    caught: int = 0
    missing: int = 0
    silent: tuple[Finding, ...] = ()
    others: tuple[Finding, ...] = ()
    accused: tuple[str, ...] = ()
    cpu: float = 0.0
    memory: float = 0.0
    rival: float = 0.0
    error: str = ""

    @property
    def cells(self) -> int:
        """How many cells it prints."""
        return len(self.case.made.cells)

    @property
    def exact(self) -> bool:
        """Whether every cell is right, flagged or not."""
        return not self.error and self.right == self.cells and not self.silent

    @property
    def name(self) -> str:
        """What it is, in one line."""
        damages = ", ".join(f"{name} ({'strong' if strong else 'moderate'})" for name, strong in self.case.damages)
        fonts = " + ".join(dict.fromkeys(self.case.fonts))
        case = self.case
        return f"seed {case.seed} {case.group}{case.suffix}, {case.dpi} dpi, {damages or 'clean'}, {fonts}"


def details(outcome: Outcome, *, everything: bool) -> str:
    """A document's silent errors and failure, and all other findings if asked; "" when there are none."""
    found = (*outcome.silent, *(outcome.others if everything else ()))
    lines = [str(finding) for finding in found]
    lines += [f"published errors that are none: {', '.join(outcome.accused)}"] if everything and outcome.accused else []
    lines += [outcome.error] if outcome.error else []
    return "\n    ".join((outcome.name, *lines)) if lines else ""


Row = tuple[str, tuple[str, ...]]


def by_damage(outcomes: Sequence[Outcome]) -> list[Row]:
    """A row for all reports, for those at 150 dpi and more without strong damage, and for each kind of damage."""
    reports = [outcome for outcome in outcomes if outcome.case.group == "report"]
    groups: list[tuple[str, list[Outcome]]] = [
        ("all", reports),
        (">= 150 dpi, clean to moderate", [outcome for outcome in reports if outcome.case.easy]),
        ("clean", [outcome for outcome in reports if not outcome.case.damages]),
    ]
    for name in KINDS:
        for strong in (False, True):
            label = f"{name}, {'strong' if strong else 'moderate'}"
            groups.append((label, [outcome for outcome in reports if (name, strong) in outcome.case.damages]))
    return [(label, _counts(found)) for label, found in groups if found]


def _counts(found: Sequence[Outcome]) -> tuple[str, ...]:
    cells, right = sum(one.cells for one in found), sum(one.right for one in found)
    read = [one for one in found if not one.error]
    pages = sum(one.case.pages for one in read)
    return (
        str(len(found)),
        str(sum(one.exact for one in found)),
        f"{cells:,}",
        f"{right:,}",
        f"{100 * right / cells:.2f}" if cells else "-",
        f"{sum(one.flagged for one in found):,}",
        f"{sum(one.caught for one in found):,}",
        f"{sum(one.missing for one in found):,}",
        str(sum(len(one.silent) for one in found)),
        str(sum(bool(one.error) for one in found)),
        f"{sum(one.cpu for one in read) / pages:.2f}" if pages else "-",
    )


def costs(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """CPU seconds a page beside whole-page OCR: table pages, text pages, pages with an unrelated table."""
    rows = []
    for label, group in (("pages of tables", "report"), ("pages of text", "text"), ("another table", "other")):
        found = [one for one in outcomes if one.case.group == group and one.rival and not one.error]
        if pages := sum(one.case.pages for one in found):
            ours, theirs = (sum(times) for times in zip(*((one.cpu, one.rival) for one in found), strict=True))
            rows.append((label, str(pages), f"{ours / pages:.2f}", f"{theirs / pages:.2f}", f"{ours / theirs:.3f}"))
    return rows


def without_tables(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """Documents without any of the form's tables: how many, with tables found all the same, failed, CPU."""
    rows = []
    for label, group in (("text", "text"), ("text and another table", "other")):
        if found := [one for one in outcomes if one.case.group == group]:
            read = [one for one in found if not one.error]
            pages = sum(one.case.pages for one in read)
            rows.append(
                (
                    label,
                    str(len(found)),
                    str(sum(bool(one.silent) for one in found)),
                    str(sum(bool(one.error) for one in found)),
                    f"{sum(one.cpu for one in read) / pages:.2f}" if pages else "-",
                )
            )
    return rows


COST_COLUMNS = ("pages", "gongkai CPU s/page", "whole-page OCR CPU s/page", "ratio")
WITHOUT_COLUMNS = ("documents", "tables found", "failed", "CPU s/page")


def summary(outcomes: Sequence[Outcome]) -> str:
    """Everything as text."""
    parts = [_plain("reports", COLUMNS, [(label, *counts) for label, counts in by_damage(outcomes)])]
    if rows := without_tables(outcomes):
        parts.append(_plain("without the form's tables", WITHOUT_COLUMNS, rows))
    if rows := costs(outcomes):
        parts.append(_plain("cost", COST_COLUMNS, rows))
    parts.append(f"peak memory of a reading process: {max((one.memory for one in outcomes), default=0):.0f} MB")
    accused = sum(len(one.accused) for one in outcomes)
    parts.append(f"identities wrongly laid to the publisher: {accused}")
    return "\n\n".join(parts)


def _plain(title: str, columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"{title:<30}" + "".join(f"{column:>{max(10, len(column) + 2)}}" for column in columns)]
    lines += [
        f"{label:<30}"
        + "".join(f"{value:>{max(10, len(column) + 2)}}" for value, column in zip(values, columns, strict=True))
        for label, *values in rows
    ]
    return "\n".join(lines)


def markdown(outcomes: Sequence[Outcome], command: str) -> str:
    """The page docs/benchmarks/scans.md."""
    reports = [one for one in outcomes if one.case.group == "report"]
    silent = [(one, finding) for one in outcomes for finding in one.silent]
    parts = [
        "# Scans",
        f"`{command}` on {datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {os.cpu_count()} CPUs, "
        f"Python {platform.python_version()}, {', '.join(_versions())}.",
        f"{len(reports)} random reports with {sum(one.cells for one in reports):,} cells, in "
        f"{len(FONTS)} Chinese fonts and {len(set(filter(None, DIGITS)))} further ones for digits, damaged in up to "
        "three ways. `benchmarks/scans.py` says what the columns count, `samples/degrade.py` what the damages are; a "
        "report with several counts in the row of each. Nothing here was seen by a real scanner.",
        _markdown("reports", COLUMNS, [(label, *counts) for label, counts in by_damage(outcomes)]),
        f"Peak memory of a reading process: {max((one.memory for one in outcomes), default=0):.0f} MB. "
        f"Identities wrongly laid to the publisher: {sum(len(one.accused) for one in outcomes)}.",
    ]
    if rows := without_tables(outcomes):
        parts += ["## Documents without the form's tables", _markdown("", WITHOUT_COLUMNS, rows)]
    if rows := costs(outcomes):
        parts += [
            "## Cost",
            "Whole-page OCR is rapidocr as it comes, with the same weights, in one thread, on the same pages in the "
            "same process. CPU time, models loaded beforehand.",
            _markdown("", COST_COLUMNS, rows),
        ]
    parts += ["## Silent errors", "\n".join(f"- {one.name}: {finding}" for one, finding in silent) or "None."]
    if errors := [f"- {one.name}: {one.error}" for one in outcomes if one.error]:
        parts += ["## Failed", "\n".join(errors)]
    return "\n\n".join(parts) + "\n"


def _markdown(title: str, columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {title} | {' | '.join(columns)} |", "|---|" + "---:|" * len(columns)]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def _versions() -> list[str]:
    found = []
    for name in ("gongkai", "onnxruntime", "rapidocr", "opencv-python-headless", "numpy"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return found
