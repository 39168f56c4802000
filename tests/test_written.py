"""Documents without pages say what they say as PDFs, in every output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import openpyxl
import pytest
import written
from click.testing import CliRunner
from pageless import check_against_truth, grids, opened

import extract
from extract.cli import main
from extract.export import folder
from samples import written as samples

SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "report.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", ["docx", "html"])
@pytest.mark.parametrize("name", written.NAMES)
def test_samples_say_in_word_and_html_what_they_say_as_pdf(name: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.{kind}"
    path.write_bytes(getattr(written, kind)(name))
    report = extract.read(path)
    assert (report.kind, report.pages) == (kind, ())
    check_against_truth(report, name)


@pytest.mark.parametrize(("file", "source"), [("word.docx", samples.WORD), ("page.html", samples.HTML)])
def test_the_committed_files_say_what_their_truth_says(file: str, source: str) -> None:
    check_against_truth(extract.read(samples.HERE / "written" / file), source)


@pytest.mark.parametrize("kind", ["docx", "html"])
def test_every_export_takes_a_report_without_pages(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"r.{kind}"
    path.write_bytes(getattr(written, kind)("city"))
    report = extract.read(path)
    folder.write([report], tmp_path / "out")
    found = json.loads((tmp_path / "out/report.json").read_bytes())
    jsonschema.validate(found, SCHEMA)
    assert found["kind"] == kind
    assert {(grid["page"], grid["bbox"]) for grid in found["grids"]} == {(None, None)}
    assert found["grids"][0]["columns"] == [0, 1, 2, 3, 4]
    book = openpyxl.load_workbook(tmp_path / "out/tables.xlsx")
    sheet = book["disclosure_requests"]
    values = {value for row in sheet.iter_rows(values_only=True) for value in row}
    wanted = {float(one.value) for one in report["disclosure_requests"].cells if one.value is not None}
    assert wanted <= values, "numbers are written as numbers, because their cells are known"


def test_the_command_takes_them_and_says_that_there_is_no_page_to_show(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.docx").write_bytes(written.docx("city"))
    (tmp_path / "in/~$a.docx").write_bytes(b"Word's lock")
    (tmp_path / "in/b.HTM").write_bytes(written.html("city"))
    (tmp_path / "in/c.txt").write_text(written.dump("city", "tabs", tmp_path), encoding="utf-8")
    (tmp_path / "in/notes.txt").write_text("buy paper\n", encoding="utf-8")
    command = [Path(sys.executable).with_name("gongkai"), "extract", tmp_path / "in", "-o", tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "3 documents: 3 ok"
    shown = CliRunner().invoke(main, ["show", str(tmp_path / "in/a.docx"), "-o", str(tmp_path / "p.png")])
    assert shown.exit_code == 1
    assert "no page to show" in shown.stderr


def test_a_file_of_any_name_is_known_by_its_content(tmp_path: Path) -> None:
    for name, data in (("a.pdf", written.docx("city")), ("b.doc", written.html("city"))):
        assert len(grids(opened(tmp_path / name, data))) == 3
