"""The folder of a document: whole or not at all, under names that are safe everywhere."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from exported import ROOT, SCHEMA, lines, run_file
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from reports import report

from extract import pipeline
from extract.export import atomic, folder, untrusted
from extract.model import Report


@pytest.mark.parametrize("name", ["hybrid", "wrong-totals", "stub-split", "hostile/no-tables"])
def test_reports_of_real_documents_fit_the_schema_and_every_format(name: str, tmp_path: Path) -> None:
    one = pipeline.read(ROOT / "samples" / f"{name}.pdf")
    folder.write([one], tmp_path / "r")
    Draft202012Validator(SCHEMA).validate(json.loads((tmp_path / "r" / "report.json").read_bytes()))
    assert len(lines(tmp_path / "r" / "cells.csv")) == len(one.cells)
    assert openpyxl.load_workbook(tmp_path / "r" / "tables.xlsx")["cells"].max_row == 1 + len(one.cells)
    assert run_file(tmp_path, one).num_rows == len(one.cells)


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    with pytest.raises(ValueError, match="half"), atomic.replaced_file(path) as file:
        file.write(b"new")
        raise ValueError("half")
    assert path.read_text() == "old"
    with atomic.replaced_file(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_result_replaces_an_older_one_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "r"
    folder.write([report()], target)
    (target / "tables.xlsx").unlink()
    folder.write([report(lost=["review"])], target)
    assert sorted(path.name for path in target.iterdir()) == ["cells.csv", "report.json", "tables.xlsx"]
    assert [path.name for path in target.parent.iterdir()] == ["r"]
    assert "missing" in (target / "cells.csv").read_text(encoding="utf-8-sig")


def test_a_failed_writer_leaves_the_older_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "r"
    folder.write([report()], target)
    before = {path.name: path.read_bytes() for path in target.iterdir()}

    def broken(report: Report, path: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setitem(folder.WRITERS, "tables.xlsx", broken)
    with pytest.raises(OSError, match="disk full"):
        folder.write([report(lost=["review"])], target)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_with_other_files_keeps_them(tmp_path: Path) -> None:
    target = tmp_path / "r"
    target.mkdir()
    (target / "thesis.docx").write_text("mine")
    folder.write([report()], target)
    assert (target / "thesis.docx").read_text() == "mine"
    assert len(list(target.iterdir())) == 4
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("2023年度报告", "2023年度报告"),
        ("a b", "a b"),
        ("..", "_"),
        ("../../etc/passwd", "_._.._etc_passwd"),
        ("C:\\x", "C__x"),
        ("con", "_con"),
        ("LPT1.old", "_LPT1.old"),
        ("console", "console"),
        ("end. ", "end"),
        ("", "_"),
        (".hidden", "_hidden"),
        ('a<b>"c|d?e*', "a_b__c_d_e_"),
        ("x\x07\ny", "x__y"),
        ("bad\udcff", "bad_udcff"),
    ],
)
def test_folder_names_are_safe_everywhere(stem: str, name: str) -> None:
    assert untrusted.folder_name(stem) == name


@given(st.text(st.characters(), max_size=300))
def test_any_stem_gives_one_plain_folder(stem: str) -> None:
    name = untrusted.folder_name(stem)
    assert 0 < len(name.encode("utf-8")) <= untrusted.NAME_LIMIT
    assert not set(name) & set('<>:"/\\|?*\0\n')
    assert name.strip(". ")
    assert name[-1] not in ". "


def test_long_names_stay_apart() -> None:
    first, second = (untrusted.folder_name("长" * 90 + end) for end in "ab")
    assert first != second


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("年报 2023", "年报 2023"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\nb\u202ec", "a\\nb\\u202ec"),
        ("\udcff", "\\udcff"),
    ],
)
def test_terminals_get_no_control_characters(text: str, shown: str) -> None:
    assert untrusted.terminal_text(text) == shown
