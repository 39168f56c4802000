"""Word and HTML files that hold pictures of their tables."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import docx
import pytest
from docx.shared import Cm
from PIL import Image

from extract import read
from extract.errors import UnreadableError
from extract.model import HTML, Report, Verdict, Written
from extract.source import open_document, open_source

SAMPLES = Path(__file__).parents[1] / "samples"
SCAN = SAMPLES / "scans/one-page.png"


def values(report: Report, table: str) -> dict[tuple[str, str], str]:
    return {(cell.id.row, cell.id.column): str(cell.value) for cell in report[table].cells}


def png(width: int, height: int) -> bytes:
    target = io.BytesIO()
    Image.new("L", (width, height), 255).save(target, "png")
    return target.getvalue()


def address(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def page(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "page.html"
    path.write_text(f"<html><meta charset=utf-8><body>{body}</body></html>", encoding="utf-8")
    return path


def written(path: Path) -> Written:
    opened = open_source(path)
    assert isinstance(opened, Written)
    return opened


@pytest.fixture(scope="module")
def scanned() -> Report:
    return read(SCAN)


def test_tables_of_a_word_file_are_read_in_its_pictures_where_its_text_has_none(
    tmp_path: Path, scanned: Report
) -> None:
    """One table is written, as another document's; the others stand in a picture, beside which it is not looked for."""
    path = tmp_path / "report.docx"
    document = docx.Document(str(SAMPLES / "written/word.docx"))
    for table in document.tables[1:]:
        table._element.getparent().remove(table._element)
    document.add_picture(io.BytesIO(png(120, 60)))
    document.add_picture(str(SCAN), width=Cm(16))
    document.save(str(path))
    assert written(path).pictures == (SCAN.read_bytes(),), "an icon is none"
    report = read(path)
    words = read(SAMPLES / "written/word.docx")
    assert values(report, "proactive_disclosure") == values(words, "proactive_disclosure")
    assert {cell.page for cell in report["proactive_disclosure"].cells} == {None}
    for table in ("disclosure_requests", "administrative_reconsideration", "administrative_litigation"):
        assert values(report, table) == values(scanned, table)
        assert {cell.page for cell in report[table].cells} == {1}
    assert (report.kind, len(report.pages), report.ocr["engine"]) == ("docx", 1, "rapidocr")
    assert any("pictures" in warning for warning in report.warnings)
    assert report.issuer.undecided == ("agency", "year"), "titles of two reports contradict each other"
    with open_document(path) as pages:
        assert (len(pages), pages.sha256) == (1, report.sha256)


def test_a_word_file_whose_text_has_all_tables_is_not_read_by_its_pictures(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    document = docx.Document(str(SAMPLES / "written/word.docx"))
    document.add_picture(str(SCAN), width=Cm(16))
    document.save(str(path))
    report = read(path)
    assert (report.pages, report.ocr, report.warnings) == ((), {}, ())


def test_pictures_in_the_address_of_an_image_are_an_html_files_own(tmp_path: Path) -> None:
    large, wide = png(800, 500), png(1000, 20)
    hidden = f'<div style="display: none"><img src="{address(png(900, 600))}"></div>'
    sources = [address(large), address(wide), address(large), "table.png", "data:image/png;base64,AAAA"]
    path = page(tmp_path, hidden + "".join(f'<img src="{source}">' for source in sources))
    assert (written(path).pictures, written(path).absent) == ((large,), 2)
    with open_document(path) as document:
        assert (document.kind, len(document)) == (HTML, 1)


def test_pictures_that_are_elsewhere_are_told_of_beside_those_that_are_not(tmp_path: Path) -> None:
    path = page(tmp_path, f'<img src="{address(png(800, 500))}"><img src="../table.png">')
    assert any("pictures of it are elsewhere or cannot be read (1)" in warning for warning in read(path).warnings)


def test_pictures_that_a_file_only_links_to_are_told_of_where_tables_are_missing(tmp_path: Path) -> None:
    path = page(tmp_path, '<p>三、收到和处理政府信息公开申请情况</p><img src="../table.png">')
    Image.new("L", (800, 500)).save(tmp_path.parent / "table.png")
    report = read(path)
    assert report.verdict is Verdict.NO_TABLES
    assert any("pictures of it are elsewhere or cannot be read (1)" in warning for warning in report.warnings)
    with pytest.raises(UnreadableError, match="no page to show"):
        open_document(path)


def test_pictures_larger_than_the_limits_are_not_held(tmp_path: Path) -> None:
    target = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(target, "png")
    opened = written(page(tmp_path, f'<img src="{address(target.getvalue())}">'))
    assert (opened.pictures, opened.absent) == ((), 1)
