"""The command line's inputs, the folders of their results, and results of an earlier run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from wordy import documents, gongkai, put

from extract.inputs import plan


def test_a_later_run_replaces_a_result(wordy: Path) -> None:
    put("a.pdf", "nothing")
    assert gongkai("a.pdf").exit_code == 1
    put("a.pdf", "ok")
    assert gongkai("a.pdf").exit_code == 0
    assert ",missing," not in Path("out/a/cells.csv").read_text(encoding="utf-8-sig")
    tables = ("cells.parquet", "datapackage.json", "documents.csv", "documents.parquet", "panel.xlsx")
    assert sorted(path.name for path in Path("out").iterdir()) == [".gongkai", "a", *tables]


def test_a_document_of_several_reports_has_a_line_and_a_folder_for_each(wordy: Path) -> None:
    put("a.pdf", "three")
    put("b.pdf")
    done = gongkai("a.pdf", "b.pdf")
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        *(f"a.pdf (report {number} of 3, page {number})" for number in (1, 2, 3)),
        "b.pdf",
        "2 documents, 4 reports",
    ]
    assert [(d["output"], d["report"], d["first_page"]) for d in documents()] == [
        *((f"a/{number}", number, number) for number in "123"),
        ("b", "1", "1"),
    ]
    put("a.pdf")
    assert gongkai("a.pdf").exit_code == 0
    assert sorted(path.name for path in Path("out/a").iterdir()) == [
        *("cells.csv", "report.html", "report.json", "tables.xlsx")
    ]


def test_a_failure_keeps_the_older_result_and_says_so(wordy: Path) -> None:
    put("a.pdf", "ok")
    gongkai("a.pdf")
    put("a.pdf", "broken")
    done = gongkai("a.pdf")
    assert done.stderr == "a.pdf: not a PDF (an older result is still in a)\n"
    assert documents()[0]["output"] == ""


def test_an_unwritable_folder_fails_one_document_only(wordy: Path) -> None:
    put("a.pdf")
    put("b.pdf")
    put("out/a", "a file where the folder should be")
    done = gongkai("a.pdf", "b.pdf")
    assert done.exit_code == 1
    assert [d["verdict"] for d in documents()] == ["crashed", "ok"]
    assert [path.name for path in Path("out").rglob(".*")] == [".gongkai"]
    assert sorted(path.name for path in Path("out/.gongkai").iterdir()) == ["ledger.sqlite", "lock"]


def outputs(*inputs: str) -> dict[str, str]:
    return {document.name: str(document.output) for document in plan(inputs).documents}


def test_a_directory_keeps_its_tree(wordy: Path) -> None:
    for name in ("in/r.pdf", "in/x/r.PDF", "in/x/y/q.Pdf", "in/x/notes.txt"):
        put(name)
    assert outputs("in") == {"in/r.pdf": "r", "in/x/r.PDF": "x/r", "in/x/y/q.Pdf": "x/y/q"}
    assert gongkai("in").exit_code == 0
    assert Path("out/x/y/q/cells.csv").exists()


def test_equal_stems_get_numbers_in_the_order_of_inputs(wordy: Path) -> None:
    for name in ("a/r.pdf", "b/r.pdf", "c/R.pdf", "r-2.pdf"):
        put(name)
    expected = {"a/r.pdf": "r", "b/r.pdf": "r-3", "c/R.pdf": "R-4", "r-2.pdf": "r-2"}
    assert outputs("a/r.pdf", "b/r.pdf", "c/R.pdf", "r-2.pdf") == expected
    assert outputs("a", "b", "c", "r-2.pdf") == expected
    assert outputs("b/r.pdf", "a/r.pdf") == {"b/r.pdf": "r", "a/r.pdf": "r-2"}
    assert gongkai("a/r.pdf", "b/r.pdf").exit_code == 0
    assert [d["output"] for d in documents()] == ["r", "r-2"]
    paths = [json.loads(Path("out", d["output"], "report.json").read_bytes())["path"] for d in documents()]
    assert [PurePosixPath(path).parent.name for path in paths] == ["a", "b"]


def test_no_result_lies_in_the_folder_of_another(wordy: Path) -> None:
    put("in/r.pdf")
    put("in/r/x.pdf")
    put("in/documents.csv.pdf")
    put("in/cells.pdf")
    put("in/Findings.csv.pdf")
    found = outputs("in")
    assert found == {
        "in/Findings.csv.pdf": "Findings.csv-2",
        "in/cells.pdf": "cells-2",
        "in/documents.csv.pdf": "documents.csv-2",
        "in/r.pdf": "r-2",
        "in/r/x.pdf": "r/x",
    }
    assert gongkai("in").exit_code == 0
    assert gongkai("in").exit_code == 0
    assert all(Path("out", path, "cells.csv").exists() for path in found.values())


def test_patterns_are_expanded_in_order_and_files_read_once(wordy: Path) -> None:
    for name in ("d/b.pdf", "d/a.pdf", "d/e/c.pdf", "d/f.txt", "d/[1].pdf"):
        put(name)
    assert list(outputs("d/*.pdf")) == ["d/[1].pdf", "d/a.pdf", "d/b.pdf"]
    assert list(outputs("d/**/*.pdf")) == ["d/[1].pdf", "d/a.pdf", "d/b.pdf", "d/e/c.pdf"]
    assert list(outputs("d/[1].pdf")) == ["d/[1].pdf"]
    assert outputs("d/a.pdf", "./d/a.pdf", "d/*a.pdf", "d/e/../a.pdf") == {"d/a.pdf": "a"}
    assert list(outputs(str(wordy / "d" / "[ab].pdf"))) == ["d/a.pdf", "d/b.pdf"]


def test_names_cannot_climb_out_of_the_output(wordy: Path) -> None:
    put("in/...pdf")
    put("in/.. .pdf")
    put("in/con.pdf")
    assert set(outputs("in").values()) == {"_", "_-2", "_con"}
    assert gongkai("in/../in").exit_code == 0
    assert sorted(path.name for path in wordy.iterdir()) == ["in", "out"]


def test_outside_the_working_directory_names_stay_as_given(wordy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("in/r.pdf")
    Path("work").mkdir()
    monkeypatch.chdir("work")
    assert outputs(str(wordy / "in")) == {(wordy / "in/r.pdf").as_posix(): "r"}
    assert outputs("../in") == {"../in/r.pdf": "r"}


def test_a_folder_refused_by_the_system_is_told(wordy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("in/r.pdf")
    put("in/shut/q.pdf")
    scan: Callable[..., object] = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = plan(["in"])
    assert [document.name for document in found.documents] == ["in/r.pdf"]
    assert found.unmatched[0].cause == "cannot be searched: Permission denied"
