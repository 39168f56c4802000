"""Inputs by address: files, folders and patterns behind fsspec, fetched by the worker that reads them."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extract.cli import main
from extract.errors import LimitError
from extract.inputs import plan
from extract.urls import AddressError, fetch, state

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("in/2020").mkdir(parents=True)
    for name in ("seed-000.pdf", "2020/city.pdf"):
        shutil.copy(SAMPLES / Path(name).name, Path("in", name))
    return tmp_path


def gongkai(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def contents(folder: Path) -> dict[str, bytes]:
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_files_folders_and_patterns_are_found(home: Path) -> None:
    Path("in/notes.txt").write_text("nothing")
    Path("in/~$word.docx").write_text("a lock")
    Path("in/around").symlink_to(home / "in")
    top = f"file://{home}/in"
    by_folder = plan([top])
    assert {(one.name, str(one.output)) for one in by_folder.documents} == {
        (f"{top}/seed-000.pdf", "seed-000"),
        (f"{top}/2020/city.pdf", "2020/city"),
    }
    assert [one.name for one in plan([f"{top}/*.pdf", f"{top}/seed-000.pdf"]).documents] == [f"{top}/seed-000.pdf"]
    assert [one.url for one in plan([f"{top}/notes.txt"]).documents] == [f"{top}/notes.txt"], "what is named is read"


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("file:///nowhere/at/all", "behind this address"),
        ("nosuch://bucket/a.pdf", "nosuch"),
        ("ftp://me:secret@127.0.0.1/a.pdf", "in the environment"),
        ("zip://a.pdf::file:///a.zip", "chained"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(home: Path, url: str, cause: str) -> None:
    (one,) = plan([url]).unmatched
    assert cause in one.cause


def test_results_are_those_of_the_file_but_for_its_path(home: Path) -> None:
    """cells.csv names no path; what report.json says besides its path is the same."""
    top = f"file://{home}/in"
    assert gongkai("extract", "in", "-o", "plain").exit_code == 0
    assert gongkai("extract", top, "-o", "out").exit_code == 0
    for stem in ("seed-000", "2020/city"):
        told, plain = (json.loads(Path(out, stem, "report.json").read_bytes()) for out in ("out", "plain"))
        assert told.pop("path") == f"{top}/{stem}.pdf"
        assert plain.pop("path") == f"in/{stem}.pdf"
        assert told == plain
        assert sorted(path.name for path in Path("out", stem).iterdir()) == sorted(
            path.name for path in Path("plain", stem).iterdir()
        )
        assert Path("out", stem, "cells.csv").read_bytes() == Path("plain", stem, "cells.csv").read_bytes()


def test_what_did_not_change_is_not_read_again(home: Path) -> None:
    top = f"file://{home}/in"

    def fresh(*more: str) -> dict[str, bool]:
        done = gongkai("extract", top, "-o", "out", "--log-json", "--no-report", *more)
        events = [json.loads(line) for line in done.stderr.splitlines()]
        return {Path(one["document"]).stem: one["fresh"] for one in events if one["event"] == "document"}

    assert fresh() == {"seed-000": True, "city": True}
    assert fresh() == {"seed-000": False, "city": False}
    shutil.copy(SAMPLES / "seed-001.pdf", "in/seed-000.pdf")
    assert fresh() == {"seed-000": True, "city": False}
    Path("right").mkdir()
    assert fresh("--corrections", "right") == {"seed-000": True, "city": True}, "it is read to know which are its own"


def test_a_file_that_is_gone_or_too_long_has_its_verdict(home: Path) -> None:
    url = f"file://{home}/in/seed-000.pdf"
    size = Path("in/seed-000.pdf").stat().st_size
    assert fetch(url, home / "whole", size).read_bytes() == Path("in/seed-000.pdf").read_bytes()
    with pytest.raises(LimitError, match=f"more than the limit of {size - 1} bytes"):
        fetch(url, home / "short", size - 1)
    with pytest.raises(AddressError):
        fetch(f"file://{home}/in/none.pdf", home / "none", size)
    assert state(f"file://{home}/in/none.pdf") == ""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(home: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(home / "in"))) as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{one.server_port}"
        one.shutdown()


def test_from_a_web_server(server: str) -> None:
    """Without the package that fsspec wants for it this is a document that could not be fetched, and is tried again."""
    done = gongkai("extract", f"{server}/2020/city.pdf", f"{server}/none.pdf", "-o", "out", "--format", "json")
    city, none = (json.loads(line) for line in done.stdout.splitlines())
    assert (none["verdict"], none["output"]) == ("unreadable", "")
    try:
        import aiohttp  # noqa: F401
    except ImportError:
        assert "aiohttp" in city["error"]
        assert done.exit_code == 1
    else:
        assert city["verdict"] == "ok"
