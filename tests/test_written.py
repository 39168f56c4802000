"""Word and HTML files: tables with their own rows and spans, and what readers do not see is not read."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import docx
import jsonschema
import openpyxl
import pytest
import written
from click.testing import CliRunner
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from samples_truth import published_errors, truth

import extract
from extract.cli import main
from extract.errors import LimitError, PasswordError, UnreadableError
from extract.export import folder
from extract.limits import Limits
from extract.model import Grid, GridCell, Report, Status, Written
from extract.source import open_source
from samples import written as samples

SAMPLES = Path(__file__).parents[1] / "samples"
SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "report.schema.json").read_text(encoding="utf-8"))


def opened(path: Path, data: bytes, limits: Limits | None = None) -> Written:
    path.write_bytes(data)
    found = open_source(path, limits=limits)
    assert isinstance(found, Written)
    return found


def grids(document: Written) -> list[Grid]:
    return [part for part in document.parts if isinstance(part, Grid)]


def table(tmp_path: Path, html: str) -> Grid:
    """The only table of an HTML page."""
    (grid,) = grids(opened(tmp_path / "t.html", f"<!DOCTYPE html><meta charset=utf-8>{html}".encode()))
    return grid


def placed(grid: Grid) -> dict[tuple[int, int], str]:
    return {(cell.row, cell.column): cell.text for cell in grid.cells}


def cell(grid: Grid, text: str) -> GridCell:
    (found,) = [one for one in grid.cells if one.text == text]
    return found


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


def test_html_spans_are_laid_out_as_the_standard_says(tmp_path: Path) -> None:
    grid = table(
        tmp_path,
        "<table><tfoot><tr><td>foot</tfoot><thead><tr><td rowspan=0>a<td colspan=2>b</thead>"
        "<tr><td rowspan=2>c<td>d<td>e<tr><td colspan=oops>f<tr><td>g</table>",
    )
    spans = {one.text: (one.row, one.column, one.row_span, one.column_span) for one in grid.cells}
    assert spans == {
        "a": (0, 0, 1, 1),
        "b": (0, 1, 1, 2),
        "c": (1, 0, 2, 1),
        "d": (1, 1, 1, 1),
        "e": (1, 2, 1, 1),
        "f": (2, 1, 1, 1),
        "g": (3, 0, 1, 1),
        "foot": (4, 0, 1, 1),
    }


def test_cells_that_lie_on_each_other_are_doubted(tmp_path: Path) -> None:
    grid = table(tmp_path, "<table><tr><td>a<td rowspan=2>b<tr><td colspan=2>c</table>")
    assert cell(grid, "b").reading.doubts
    assert cell(grid, "c").reading.doubts
    assert cell(grid, "c").column_span == 1


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("1<span style='display:none'>2</span>", "1"),
        ("1<span style='DISPLAY : none !important; color:red'>2</span>3", "13"),
        ("1<span hidden>2</span>", "1"),
        ("1<span class=x>2</span>", "1"),
        ("1<span class='x y'>2</span>", "12"),
        ("1<span class=x style='display:inline'>2</span>", "12"),
        ("<span style='visibility:hidden'>1<b style='visibility:visible'>2</b></span>", "2"),
        ("1<span style='font-size:0'>2</span>", "1"),
        ("1<script>2</script><style>3</style><template>4</template><!-- 5 -->", "1"),
        ("<p>1</p><p>2</p>", "1\n2"),
        ("1<br>2", "1\n2"),
        ("\n  1\n ", "1"),
        ("1&nbsp;&#160;", "1"),
        ("１２", "１２"),
        ("<table><tr><td>7</table>", "7"),
    ],
)
def test_html_text_is_what_a_browser_shows(html: str, text: str, tmp_path: Path) -> None:
    style = "<style>@media print { td { display: none } } .x { display: none } .x.y { display: inline }</style>"
    grid = table(tmp_path, f"{style}<table><tr><td>label<td>{html}</table>")
    assert grid.cells[-1].text == text
    assert not grid.cells[-1].reading.doubts


@pytest.mark.parametrize(
    "html",
    [
        "<img src=x.png>",
        "<input value=5>",
        "<textarea>5</textarea>",
        "<select><option>4<option selected>5</select>",
        "5<s>6</s>",
        "<table><tr><td>5<td>6</table>",
    ],
)
def test_what_stands_in_a_cell_beside_plain_text_is_doubted(html: str, tmp_path: Path) -> None:
    document = opened(tmp_path / "t.html", f"<table><tr><td>label<td>{html}</table>".encode())
    outer = grids(document)[0]
    assert any(one.reading.doubts for one in outer.cells) or len(grids(document)) == 1


def test_a_raised_digit_is_no_part_of_the_number(tmp_path: Path) -> None:
    data = written.html("city").decode().replace(">217<", ">21<sup>7</sup><")
    path = tmp_path / "r.html"
    path.write_text(data, encoding="utf-8")
    found = extract.read(path)["proactive_disclosure"]["normative_documents", "issued"]
    assert (found.text, found.flagged) == ("21(7)", True)


def test_hidden_rows_and_cells_are_not_there(tmp_path: Path) -> None:
    grid = table(
        tmp_path,
        "<table><tr><td>a<td style='display:none'>b<td>c"
        "<tr style='display:none'><td>d<tr hidden><td>e<tr><td>f</table>",
    )
    assert placed(grid) == {(0, 0): "a", (0, 1): "c", (1, 0): "f"}


def test_tables_within_a_table_that_only_arranges_them_are_read_in_order(tmp_path: Path) -> None:
    body = written.html("city").decode().partition("<body>")[2].partition("</body>")[0]
    path = tmp_path / "r.html"
    page = f"<html><body><table><tr><td>menu</td><td><table><tr><td>{body}</td></tr></table></td></tr></table>"
    path.write_text(page, encoding="utf-8")
    check_against_truth(extract.read(path), "city")


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("gb18030", "gb2312"), ("gbk", ""), ("utf-8", "gb2312"), ("big5", "big5"), ("utf-16", "")],
)
def test_html_is_read_in_the_encoding_it_has(encoding: str, declared: str, tmp_path: Path) -> None:
    html = f"<html><meta charset='{declared}'><table><tr><td>公開<td>行政<td>\uff11\uff12</table>"
    document = opened(tmp_path / "t.html", html.encode(encoding))
    assert [one.text for one in grids(document)[0].cells] == ["公開", "行政", "１２"]


def changed_docx(name: str, change: object) -> bytes:
    """A sample's Word file after `change` was called with its python-docx document."""
    document = docx.Document(io.BytesIO(written.docx(name)))
    change(document)  # type: ignore[operator]
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def value_cell(document: object, text: str) -> object:
    """The first cell of a document that holds just this text."""
    tables = document.tables  # type: ignore[attr-defined]
    return next(one for table in tables for row in table.rows for one in row.cells if one.text == text)


def test_hidden_and_deleted_text_of_word_files_is_not_read(tmp_path: Path) -> None:
    def change(document: object) -> None:
        paragraph = value_cell(document, "217").paragraphs[0]  # type: ignore[attr-defined]
        paragraph.add_run("9").font.hidden = True
        style = document.styles.add_style("Gone", 2)  # type: ignore[attr-defined]
        style.font.hidden = True
        based = document.styles.add_style("Gone too", 2)  # type: ignore[attr-defined]
        based.base_style = style
        paragraph.add_run("8").style = based
        deleted = parse_xml(f"<w:del {nsdecls('w')} w:id='1' w:author='a'><w:r><w:delText>7</w:delText></w:r></w:del>")
        moved = parse_xml(f"<w:moveFrom {nsdecls('w')} w:id='2' w:author='a'><w:r><w:t>6</w:t></w:r></w:moveFrom>")
        paragraph._p.append(deleted)
        paragraph._p.append(moved)

    path = tmp_path / "r.docx"
    path.write_bytes(changed_docx("city", change))
    check_against_truth(extract.read(path), "city")


def test_inserted_text_fields_and_content_controls_of_word_files_are_read(tmp_path: Path) -> None:
    def change(document: object) -> None:
        one = value_cell(document, "217")
        paragraph = one.paragraphs[0]._p  # type: ignore[attr-defined]
        for run in list(paragraph.r_lst):
            paragraph.remove(run)
        space = nsdecls("w")
        paragraph.append(parse_xml(f"<w:ins {space} w:id='1' w:author='a'><w:r><w:t>2</w:t></w:r></w:ins>"))
        paragraph.append(
            parse_xml(
                f"<w:fldSimple {space} w:instr='=1'><w:r><w:instrText>99</w:instrText><w:t>1</w:t></w:r></w:fldSimple>"
            )
        )
        paragraph.append(parse_xml(f"<w:sdt {space}><w:sdtContent><w:r><w:t>7</w:t></w:r></w:sdtContent></w:sdt>"))
        row = one._tc.getparent()  # type: ignore[attr-defined]
        control = parse_xml(f"<w:sdt {space}><w:sdtContent/></w:sdt>")
        row.addprevious(control)
        control[0].append(row)

    path = tmp_path / "r.docx"
    path.write_bytes(changed_docx("city", change))
    check_against_truth(extract.read(path), "city")


def test_what_word_draws_or_strikes_out_in_a_cell_is_doubted(tmp_path: Path) -> None:
    def change(document: object) -> None:
        value_cell(document, "217").paragraphs[0].add_run("5").font.strike = True  # type: ignore[attr-defined]
        run = value_cell(document, "136").paragraphs[0].runs[0]  # type: ignore[attr-defined]
        run._r.remove(run._r.find(qn("w:t")))
        run._r.append(OxmlElement("w:drawing"))
        value_cell(document, "84").paragraphs[0].add_run("1").font.superscript = True  # type: ignore[attr-defined]

    path = tmp_path / "r.docx"
    path.write_bytes(changed_docx("city", change))
    found = extract.read(path)["proactive_disclosure"]
    assert found["normative_documents", "issued"].status is Status.SUSPECT
    assert found["normative_documents", "repealed"].status is Status.SUSPECT
    assert found["regulations", "in_force"].flagged


def test_full_width_digits_line_breaks_and_units_go_the_way_of_every_value(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    text = written.html("city").decode().replace(">217<", ">２１<br>７件<")
    path.write_text(text, encoding="utf-8")
    check = extract.read(path)["proactive_disclosure"]["normative_documents", "issued"]
    assert (check.value, check.flagged) == (217, False)


def zipped(**parts: str | bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return target.getvalue()


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BOMB = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (zipped(word__document_xml=f"{BOMB}<w:document {WORD}>&b;</w:document>"), UnreadableError, "document type"),
        (zipped(word__document_xml=f"{OUTSIDE}<w:document {WORD}>&a;</w:document>"), UnreadableError, "document type"),
        (zipped(word__document_xml=b" " * (20 << 20)), LimitError, "unpacked"),
        (zipped(word__document_xml=f"<w:document {WORD}><w:body>"), UnreadableError, "damaged"),
        (zipped(xl__workbook_xml="<x/>"), UnreadableError, "no Word document"),
        (zipped(word__document_xml="<x/>"), UnreadableError, "no Word document"),
        (zipped(OFD_xml="<x/>"), UnreadableError, "an OFD document: save it as PDF"),
        (
            zipped(word__document_xml=f"<w:document {WORD}>{'<w:sdt>' * 250}{'</w:sdt>' * 250}</w:document>"),
            (LimitError, UnreadableError),
            "deep",
        ),
        (zipped(word__document_xml=f"<w:document {WORD}/>")[:60], UnreadableError, "ZIP archive"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else None,
)
def test_hostile_word_files_are_refused_in_one_line(
    data: bytes, error: type[Exception], says: str, tmp_path: Path
) -> None:
    path = tmp_path / "r.docx"
    path.write_bytes(data)
    with pytest.raises(error, match=says) as raised:
        extract.read(path)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ("<div>" * 300 + "<table><tr><td>1</table>", "deep"),
        ("<div>" * 10_000, "stand in each other"),
        ("<style>" + ".a{display:none}" * 2000 + "</style>" + "<p>x" * 6000, "style rules"),
        ("<table><tr><td colspan=1000 rowspan=9999>1<tr>" + "<tr>" * 9998 + "</table>", "cells"),
        ("<table><tr>" + "<td colspan=900>1" * 2 + "</table>", "columns"),
        ("x" * 70_000, "limit"),
    ],
)
def test_hostile_html_is_refused(html: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(LimitError, match=says):
        opened(tmp_path / "t.html", f"<html>{html}".encode(), Limits(unpacked_bytes=60_000))


def test_a_file_of_any_name_is_known_by_its_content(tmp_path: Path) -> None:
    for name, data in (("a.pdf", written.docx("city")), ("b.doc", written.html("city"))):
        assert len(grids(opened(tmp_path / name, data))) == 3


def test_an_encrypted_word_file_asks_for_one_without_a_password(tmp_path: Path) -> None:
    path = tmp_path / "r.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(PasswordError, match="encrypted"):
        extract.read(path)


def test_without_libreoffice_an_old_word_file_is_to_be_converted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "r.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"))
    with pytest.raises(UnreadableError, match="convert it to PDF, or install LibreOffice"):
        extract.read(path)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["doc", "rtf"])
def test_old_word_files_are_read_through_libreoffice_and_nothing_they_link_to_is_fetched(
    kind: str, tmp_path: Path
) -> None:
    with asked_for() as (address, asked):
        source = tmp_path / "r.docx"
        source.write_bytes(with_linked_picture(written.docx("city"), f"{address}/picture.png"))
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path / "old")]
        subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=120)
        old = tmp_path / "old" / f"r.{kind}"
        if kind == "doc":
            assert asked, "LibreOffice does ask when it is not kept from it"
            assert address.encode("utf-16-le") in old.read_bytes()
        asked.clear()
        report = extract.read(old)
        assert not asked
    assert report.kind == "office"
    assert report.warnings
    check_against_truth(report, "city")
    assert {one.page for one in report.cells} <= {page.number for page in report.pages}


@contextmanager
def asked_for() -> Iterator[tuple[str, list[str]]]:
    """The address of a server, and what it was asked for, by whatever method."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if self.raw_requestline and self.parse_request():
                asked.append(self.path)
                self.send_error(404)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def with_linked_picture(data: bytes, address: str) -> bytes:
    """A Word file with a picture at its end that is elsewhere."""
    made = docx.Document(io.BytesIO(data))
    run = made.add_paragraph().add_run()
    run.add_picture(io.BytesIO((SAMPLES / "scans" / "one-page.png").read_bytes()), width=1_000_000)
    (blip,) = run.element.iter(qn("a:blip"))
    del blip.attrib[qn("r:embed")]
    picture = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    blip.set(qn("r:link"), made.part.relate_to(address, picture, is_external=True))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
