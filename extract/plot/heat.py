"""How sure a table's numbers are: one square a cell, in the table's own rows and columns."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from extract.export.rows import plain
from extract.export.words import Phrase, words
from extract.frame import JOINT
from extract.model import Cell, Status, Table
from extract.plot.canvas import figure, font

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FLAG = (0.84, 0.37, 0.0)
_LABEL = 22
"""Characters of a line of a row's label; Chinese ones count twice."""


def heat_map(table: Table, *, language: str = "zh", dots: float = 100.0) -> Figure:
    """A table's confidence as colours, with its numbers; what is flagged is hatched and marked.

    Args:
        table: A table of a report.
        language: "zh" for the labels of the form, "en" for its ids.
        dots: Pixels per inch.

    Raises:
        PlotError: Matplotlib or a font with the labels' characters is missing.
    """
    import numpy as np

    rows = list(dict.fromkeys((cell.id.row, cell.row_label) for cell in table.cells))
    columns = list(dict.fromkeys((cell.id.column, cell.column_label) for cell in table.cells))
    sure = np.full((len(rows), len(columns)), np.nan)
    at = {}
    for cell in table.cells:
        place = rows.index((cell.id.row, cell.row_label)), columns.index((cell.id.column, cell.column_label))
        at[place] = cell
        sure[place] = 0.0 if cell.status is Status.MISSING else cell.confidence
    names = [[_named(one, language) for one in side] for side in (rows, columns)]
    marks = [_mark(cell) for cell in at.values()]
    flags = _flags(table, language)
    letters = font([*names[0], *names[1], *marks, flags], 8)
    longest = max((line.count("\n") for line in names[1]), default=0)
    chart = figure(3.2 + 0.85 * len(columns), 1.3 + 0.16 * longest + 0.29 * max(len(rows), 3), dots)
    axes = chart.add_subplot()
    shown = axes.imshow(sure, cmap="cividis", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(columns)), names[1], fontproperties=letters)
    axes.set_yticks(range(len(rows)), names[0], fontproperties=letters)
    axes.xaxis.tick_top()
    axes.set_xticks(np.arange(-0.5, len(columns)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(rows)), minor=True)
    axes.grid(which="minor", color="white", linewidth=1)
    axes.tick_params(which="both", length=0)
    for (row, column), cell in at.items():
        ground = shown.to_rgba(sure[row, column])
        axes.text(
            column,
            row,
            _mark(cell),
            ha="center",
            va="center",
            color="white" if sure[row, column] < 0.6 else "black",
            fontproperties=letters,
            bbox={"facecolor": ground, "edgecolor": "none", "pad": 1.5} if cell.flagged else None,
        )
        if cell.flagged:
            edges = column - 0.5, column + 0.5
            axes.fill_between(edges, row - 0.5, row + 0.5, facecolor="none", edgecolor=_FLAG, hatch="///", linewidth=0)
    if flags:
        axes.set_xlabel(flags, fontproperties=letters, loc="left", labelpad=8)
    bar = chart.colorbar(shown, ax=axes, shrink=0.6, pad=0.02)
    title = _in(language, words().phrases["confidence"])
    bar.set_label(title, fontproperties=font([title], 8))
    bar.ax.tick_params(labelsize=7)
    return chart


def _flags(table: Table, language: str) -> str:
    """What the marks of flagged cells mean."""
    known = {cell.status for cell in table.cells if cell.flagged}
    terms = words().statuses
    return "   ".join(
        f"{terms[status].mark} {_in(language, terms[status].name)}" for status in Status if status in known
    )


def _in(language: str, phrase: Phrase) -> str:
    return phrase.zh if language == "zh" else phrase.en


def _mark(cell: Cell) -> str:
    """What stands in a square: the number, with the status's mark where it is flagged, or the mark alone."""
    mark = words().statuses[cell.status].mark
    if cell.value is None:
        return mark
    return f"{plain(cell.value)} {mark}" if cell.flagged else plain(cell.value)


def _named(one: tuple[str, str], language: str) -> str:
    """The last level of a label, broken into lines; or the id."""
    id_, label = one
    text = label.rsplit(JOINT, 1)[-1] if language == "zh" else id_
    width = _LABEL if text.isascii() else _LABEL // 2
    lines = wrap(text, width, break_on_hyphens=False)
    return "\n".join([*lines[:1], f"{lines[1]}…"] if len(lines) > 2 else lines)
