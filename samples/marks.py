"""What a page holds besides its print: watermarks, noughts that nobody sees, patched numbers, form fields, notes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

import pikepdf
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from samples.look import Look


@dataclass(frozen=True)
class Held:
    """A value that a field or a note holds: page number from 1, left end of its baseline, width, size and text."""

    page: int
    x: float
    y: float
    width: float
    size: float
    text: str


def watermark(pen: Canvas, look: Look, font: str, width: float, height: float) -> None:
    """Draw the look's watermark over a page of that size."""
    pen.saveState()
    pen.setFillColor(HexColor("#d8d8d8"))
    if look.watermark_style == "level":
        pen.setFont(font, 34)
        pen.drawCentredString(width / 2, height * 0.55, look.watermark)
    elif look.watermark_style == "diagonal":
        pen.setFont(font, 48)
        pen.translate(width / 2, height / 2)
        pen.rotate(45)
        pen.drawCentredString(0, 0, look.watermark)
    else:
        pen.setFont(font, 11)
        for x in range(60, int(width), 150):
            for y in range(60, int(height), 110):
                pen.saveState()
                pen.translate(x, y)
                pen.rotate(25)
                pen.drawCentredString(0, 0, look.watermark)
                pen.restoreState()
    pen.restoreState()


def ghost(pen: Canvas, kind: str, font: str, size: float, x: float, y: float) -> None:
    """Draw a nought that a reader of the page does not see."""
    pen.saveState()
    text = pen.beginText(x - size / 4, y)
    text.setFont(font, size)
    if kind == "invisible":
        text.setTextRenderMode(3)
    else:
        text.setFillColor(HexColor("#ffffff" if kind == "white" else "#fdfdfd"))
    text.textOut("0")
    pen.drawText(text)
    pen.restoreState()


def patch(pen: Canvas, font: str, x: float, y: float, width: float, size: float) -> None:
    """Draw another number and a white box over it, as large as the text that will stand there."""
    pen.setFont(font, size * 0.9)
    pen.drawString(x, y, "7"[: max(1, round(width / size))])
    pen.setFillColor(HexColor("#ffffff"))
    pen.rect(x - 1, y - 0.25 * size, width + 2, 1.15 * size, stroke=0, fill=1)
    pen.setFillColor(HexColor("#000000"))


def hold(pdf: bytes, held: Iterable[Held], kind: str) -> bytes:
    """The PDF with values as form fields or as annotations, each with an appearance of its own."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        fields = pikepdf.Array()
        font = file.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        for number, one in enumerate(held):
            note = file.make_indirect(_annotation(file, font, one, kind, number))
            page = file.pages[one.page - 1]
            page.Annots = pikepdf.Array([*page.get("/Annots", []), note])
            fields.append(note)
        if kind == "fields":
            resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font))
            file.Root.AcroForm = pikepdf.Dictionary(Fields=fields, DR=resources, DA=pikepdf.String("/Helv 9 Tf 0 g"))
        file.save(target, deterministic_id=True)
    return target.getvalue()


def _annotation(file: pikepdf.Pdf, font: pikepdf.Object, one: Held, kind: str, number: int) -> pikepdf.Dictionary:
    width, height = one.width + 4, one.size * 1.3
    escaped = one.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    mark = ("/Tx BMC ", " EMC") if kind == "fields" else ("", "")
    shown = f"{mark[0]}q BT /Helv {one.size:.2f} Tf 0 g 2 {0.3 * one.size:.2f} Td ({escaped}) Tj ET Q{mark[1]}"
    look = file.make_stream(
        shown.encode("ascii"),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, width, height],
        Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font)),
    )
    y = one.y - 0.3 * one.size
    common = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Rect=[one.x - 2, y, one.x - 2 + width, y + height],
        AP=pikepdf.Dictionary(N=look),
        F=4,
        DA=pikepdf.String(f"/Helv {one.size:.2f} Tf 0 g"),
    )
    if kind == "fields":
        common.Subtype, common.FT = pikepdf.Name.Widget, pikepdf.Name.Tx
        common.T, common.V = pikepdf.String(f"value{number}"), pikepdf.String(one.text)
    else:
        common.Subtype, common.Contents = pikepdf.Name.FreeText, pikepdf.String(one.text)
    return common
