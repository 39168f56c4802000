"""Word files, old ones by LibreOffice too: what readers do not see is not read, and nothing they link to is fetched."""

from __future__ import annotations

import io
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import docx
import pytest
import written
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor
from pageless import check_against_truth

import extract
from extract.errors import LimitError, PasswordError, UnreadableError
from extract.model import Status

SAMPLES = Path(__file__).parents[1] / "samples"


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
        paragraph = value_cell(document, "0").paragraphs[0]._p  # type: ignore[attr-defined]
        run = f"<m:r {nsdecls('m')}><m:t>5</m:t></m:r>"
        paragraph.replace(paragraph.r_lst[0], parse_xml(f"<m:oMath {nsdecls('m')}>{run}</m:oMath>"))

    path = tmp_path / "r.docx"
    path.write_bytes(changed_docx("city", change))
    found = extract.read(path)["proactive_disclosure"]
    assert found["normative_documents", "issued"].status is Status.SUSPECT
    assert found["normative_documents", "repealed"].status is Status.SUSPECT
    assert found["regulations", "in_force"].flagged
    assert sum("a picture stands in the cell" in cell.reasons for cell in extract.read(path).cells) == 2


def test_a_formula_without_its_result_is_no_blank(tmp_path: Path) -> None:
    def change(document: object) -> None:
        paragraph = value_cell(document, "217").paragraphs[0]._p  # type: ignore[attr-defined]
        formula = "<w:r><w:instrText>=SUM(ABOVE)</w:instrText></w:r>"
        ends = [f"<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>" for kind in ("begin", "end")]
        field = parse_xml(f"<w:p {nsdecls('w')}>{ends[0]}{formula}{ends[1]}</w:p>")
        paragraph.getparent().replace(paragraph, field)

    path = tmp_path / "r.docx"
    path.write_bytes(changed_docx("city", change))
    (cell,) = (cell for cell in extract.read(path).cells if "a field of the cell holds no result" in cell.reasons)
    assert (cell.text, cell.flagged) == ("", True)


def test_what_nobody_sees_in_a_cell_of_a_word_file_or_a_list_numbers_is_doubted(tmp_path: Path) -> None:
    def change(document: object) -> None:
        value_cell(document, "217").paragraphs[0].add_run("5").font.size = Pt(1)  # type: ignore[attr-defined]
        value_cell(document, "136").paragraphs[0].add_run("5").font.color.rgb = RGBColor.from_string("FFFFFF")  # type: ignore[attr-defined]
        properties = value_cell(document, "84").paragraphs[0]._p.get_or_add_pPr()  # type: ignore[attr-defined]
        properties.append(parse_xml(f"<w:numPr {nsdecls('w')}><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>"))

    path = tmp_path / "r.docx"
    path.write_bytes(changed_docx("city", change))
    found = extract.read(path)["proactive_disclosure"]
    assert (found["normative_documents", "issued"].text, found["normative_documents", "issued"].flagged) == (
        "217",
        True,
    )
    assert found["normative_documents", "repealed"].flagged
    assert found["regulations", "in_force"].flagged


def test_white_letters_on_a_coloured_ground_are_seen(tmp_path: Path) -> None:
    def change(document: object) -> None:
        cell = value_cell(document, "217")
        cell.paragraphs[0].runs[0].font.color.rgb = RGBColor.from_string("FFFFFF")  # type: ignore[attr-defined]
        cell._tc.get_or_add_tcPr().append(parse_xml(f"<w:shd {nsdecls('w')} w:val='clear' w:fill='1F497D'/>"))  # type: ignore[attr-defined]

    path = tmp_path / "r.docx"
    path.write_bytes(changed_docx("city", change))
    check_against_truth(extract.read(path), "city")


def test_full_width_digits_and_units_go_the_way_of_every_value(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    text = written.html("city").decode().replace(">217<", ">２１７件<")
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
