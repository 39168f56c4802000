"""A printed document as a word processor prints it: python-docx writes it, LibreOffice turns it into a PDF."""

from __future__ import annotations

import io
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from samples.look import Look, font_file
from samples.printed import Heading, PageBreak, Paragraph, PrintedDocument, PrintedTable, Title


def libreoffice(document: PrintedDocument, look: Look) -> bytes:
    """The document as LibreOffice prints it from a .docx file."""
    for family in filter(None, (look.font, look.digits)):
        font_file(family)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.docx"
        source.write_bytes(word_file(document, look))
        command = ["soffice", f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", folder, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return source.with_suffix(".pdf").read_bytes()


def word_file(document: PrintedDocument, look: Look) -> bytes:
    """The document as a .docx file."""
    writer = docx.Document()
    writer.core_properties.title = document.title
    writer.core_properties.author = document.author
    style = writer.styles["Normal"]
    style.font.name = look.digits or look.font
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), look.font)
    style.paragraph_format.space_after = Pt(0)
    _page(writer.sections[0], look, landscape=False)
    if look.page_numbers:
        foot = writer.sections[0].footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        number = OxmlElement("w:fldSimple")
        number.set(qn("w:instr"), "PAGE")
        foot._p.append(number)
    sideways = False
    for item in document.items:
        match item:
            case Title(text):
                _paragraph(writer.add_paragraph(), text, look.size * 1.5, WD_ALIGN_PARAGRAPH.CENTER)
            case Heading(text):
                heading = writer.add_paragraph()
                _paragraph(heading, text, look.size * 1.1, WD_ALIGN_PARAGRAPH.LEFT)
                heading.paragraph_format.keep_with_next = True
            case Paragraph(text, right):
                align = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.JUSTIFY
                paragraph = writer.add_paragraph()
                _paragraph(paragraph, text, look.size, align)
                paragraph.paragraph_format.first_line_indent = Pt(0 if right else 2 * look.size)
            case PageBreak(landscape):
                if landscape == sideways:
                    writer.add_page_break()
                else:
                    _page(writer.add_section(WD_SECTION.NEW_PAGE), look, landscape)
                    sideways = landscape
            case PrintedTable():
                _table(writer, item, look)
                # Word joins tables that touch.
                _paragraph(writer.add_paragraph(), "", look.table_gap, WD_ALIGN_PARAGRAPH.LEFT)
    target = io.BytesIO()
    writer.save(target)
    return target.getvalue()


def _page(section: Any, look: Look, landscape: bool) -> None:
    short, long = look.page
    width, height = (long, short) if landscape else (short, long)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Pt(width), Pt(height)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Pt(look.margin)


def _paragraph(paragraph: Any, text: str, size: float, align: WD_ALIGN_PARAGRAPH) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    paragraph.alignment = align


def _table(writer: Any, table: PrintedTable, look: Look) -> None:
    if look.rules != "lines":
        raise ValueError(f"the word processor back end has no rules {look.rules!r}")
    grid = writer.add_table(table.rows, table.columns)
    grid.style = "Table Grid"
    grid.autofit = False
    _cell_margins(grid, look.padding)
    unit = (look.page[0] - 2 * look.margin) / sum(table.widths)
    for column, width in zip(grid.columns, table.widths, strict=True):
        column.width = Pt(width * unit)
        for cell in column.cells:
            cell.width = Pt(width * unit)
    for row in list(grid.rows)[: table.header_rows if look.repeat_header else 0]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell in table.cells:
        box = grid.cell(cell.row, cell.column)
        if cell.row_span > 1 or cell.column_span > 1:
            box = box.merge(grid.cell(cell.bottom - 1, cell.right - 1))
        box.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        left = cell.kind == "stub" and table.name == "requests"
        align = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.CENTER
        _paragraph(box.paragraphs[0], cell.text, look.table_size, align)
        if cell.header and look.shade:
            shade = OxmlElement("w:shd")
            shade.set(qn("w:val"), "clear")
            shade.set(qn("w:fill"), look.shade.lstrip("#"))
            box._tc.get_or_add_tcPr().append(shade)


def _cell_margins(grid: Any, points: float) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(20 * points)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    grid._tbl.tblPr.append(margins)
