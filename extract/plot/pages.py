"""A page with the grids found on it, and every canonical cell in the colour of its status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.errors import PlotError
from extract.export.words import words
from extract.model import Cell, Grid, PageInfo, Report, Status
from extract.palette import COLOURS
from extract.plot.canvas import figure, font
from extract.source import drawn, open_document

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DOTS = 100.0
"""Per inch, of a page as a rule."""

_TINT = 0.28


def page(
    report: Report,
    number: int | None = None,
    *,
    source: str | Path | Sequence[str | Path] | None = None,
    password: str | None = None,
    language: str = "zh",
    dots: float = _DOTS,
) -> Figure:
    """A page of a report's document with what was found on it.

    Args:
        report: The report.
        number: Page number from 1; the first page with a table by default.
        source: The document, where it is not where `report.path` says.
        password: The user password, for an encrypted file.
        language: "zh" or "en".
        dots: Pixels per inch.

    Raises:
        PlotError: The document has no such page or is another by now, or Matplotlib or a font is missing.
        GongkaiError: The document cannot be read.
    """
    tables = [region.page for region in report.regions]
    wanted = min((one for one in tables if one), default=1) if number is None else number
    info = next((one for one in report.pages if one.number == wanted), None)
    if info is None:
        kind = f"a document of the kind {report.kind} has no pages"
        raise PlotError(f"there is no page {wanted} to draw" if report.pages else f"there is no page to draw: {kind}")
    with open_document(source or report.path, password=password) as document:
        if document.sha256 != report.sha256:
            raise PlotError(f"{report.path} is not the document any more that the report is on")
        picture = drawn(document, info, dots / 72).convert("L")
    return _overlaid(report, info, picture, language, dots)


def _overlaid(report: Report, info: PageInfo, picture: Any, language: str, dots: float) -> Figure:
    from matplotlib.patches import Rectangle

    cells = [cell for cell in report.cells if cell.page == info.number and cell.bbox]
    title = _title(report, info, language)
    keys = _keys(cells, language)
    chart = figure(info.width / 72, info.height / 72 + 0.6, dots)
    axes = chart.add_subplot()
    axes.imshow(picture, extent=(0, info.width, info.height, 0), cmap="gray", vmin=0, vmax=255, interpolation="none")
    axes.set_axis_off()
    for grid in _grids(report, info.number):
        for one in grid.cells:
            box = one.bbox
            axes.add_patch(
                Rectangle((box.x0, box.top), box.width, box.height, fill=False, edgecolor="0.45", linewidth=0.4)
            )
    for cell in cells:
        if cell.bbox:
            box, colour = cell.bbox, [part / 255 for part in COLOURS[cell.status]]
            axes.add_patch(
                Rectangle(
                    (box.x0, box.top),
                    box.width,
                    box.height,
                    facecolor=(*colour, _TINT),
                    edgecolor=colour if cell.flagged else "none",
                    linewidth=1.4,
                    hatch="//" if cell.flagged else None,
                )
            )
    axes.set_title(title, fontproperties=font([title], 10), loc="left")
    handles = [
        Rectangle((0, 0), 1, 1, facecolor=(*(part / 255 for part in COLOURS[status]), 2 * _TINT)) for status, _ in keys
    ]
    if keys:
        names = [name for _, name in keys]
        chart.legend(handles, names, loc="outside lower left", ncols=len(keys), prop=font(names, 9), frameon=False)
    return chart


def _title(report: Report, info: PageInfo, language: str) -> str:
    name = Path(report.path).name
    known = " ".join(str(part) for part in (report.agency, report.year) if part)
    phrase = words().phrases["on_page"]
    place = (phrase.zh if language == "zh" else phrase.en).format(page=info.number)
    return _plain(" · ".join(part for part in (name, place, known) if part))


def _plain(text: str) -> str:
    """Text without Matplotlib's sign for formulas and without what has no shape."""
    return "".join(character for character in text.replace("$", "\\$") if character.isprintable())[:120]


def _keys(cells: Sequence[Cell], language: str) -> list[tuple[Status, str]]:
    """The statuses of cells, each with its name and how many there are."""
    counts = Counter(cell.status for cell in cells)
    terms = words().statuses
    return [
        (status, f"{getattr(terms[status].name, 'zh' if language == 'zh' else 'en')} {counts[status]}")
        for status in Status
        if counts[status]
    ]


def _grids(report: Report, number: int) -> list[Grid]:
    """Grids on a page, each once though two tables may share it."""
    return list({id(g): g for table in report.tables.values() for g in table.grids if g.page == number}.values())
