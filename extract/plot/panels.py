"""One figure of the form over a run's agencies and years."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.errors import PlotError
from extract.model import FLAGGED
from extract.plot.canvas import figure, font

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe and Ito's colours, those that show on white."""

_SHAPES = "osD^vPX"

_LINES = 14
"""Agencies of one chart of lines; each has a colour and a shape of its own."""

_BARS = 60


def panel(
    cells: pd.DataFrame | str | Path,
    cell: str,
    *,
    agencies: Sequence[str] | None = None,
    log: bool = False,
    language: str = "zh",
    dots: float = 100.0,
) -> Figure:
    """A cell of the form over a run: a line for each agency over the years, or bars where there is one year.

    Numbers that are flagged are hollow, and no line runs through them; blanks are not drawn.

    Args:
        cells: A run's output folder, its cells.parquet, or that as a DataFrame.
        cell: table/row/column, by their ids.
        agencies: Those to draw; all by default.
        log: Whether the scale is logarithmic, for agencies of very different size; 0 has its place on it, too.
        language: "zh" for the labels of the form, "en" for its ids.
        dots: Pixels per inch.

    Raises:
        PlotError: There is no such cell, nothing to draw or too much; or Matplotlib or a font is missing.
    """
    frame = _of_cell(_frame(cells), cell)
    label = " × ".join(frame.iloc[0][["row_label", "column_label"]]) if language == "zh" else cell
    title = f"{label}" if frame.iloc[0]["unit"] == "count" else f"{label} ({frame.iloc[0]['unit']})"
    if agencies is not None:
        frame = frame[frame["agency"].isin(list(agencies))]
    frame = frame[(frame["agency"] != "") & frame["year"].notna() & frame["value"].notna()]
    if frame.empty:
        raise PlotError(f"{cell}: there is no number of an agency and a year that are known")
    frame = frame.assign(
        value=frame["value"].astype(float), year=frame["year"].astype(int), flagged=frame["status"].isin(_FLAGGED)
    ).sort_values(["agency", "year"])
    drawn = _bars if frame["year"].nunique() == 1 else _lines
    chart: Figure = drawn(frame, title, dots)
    if log:
        axes, largest = chart.axes[0], 3 * max(float(frame["value"].max()), 1.0)
        if drawn is _bars:
            axes.set(xscale="symlog", xlim=(0, largest))
        else:
            axes.set(yscale="symlog", ylim=(0, largest))
    return chart


_FLAGGED = [status.value for status in FLAGGED]


def _frame(cells: pd.DataFrame | str | Path) -> pd.DataFrame:
    import pandas as pd

    if isinstance(cells, pd.DataFrame):
        return cells
    path = Path(cells)
    path = path / "cells.parquet" if path.is_dir() else path
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise PlotError(f"{path}: no cells of a run: {' '.join(str(error).split())[:200]}") from error


def _of_cell(frame: pd.DataFrame, cell: str) -> pd.DataFrame:
    wanted = cell.split("/")
    needed = {"table", "row", "column", "agency", "year", "value", "status", "row_label", "column_label", "unit"}
    if missing := needed - set(frame.columns):
        raise PlotError(f"these are no cells of a run: {', '.join(sorted(missing))} is missing")
    if len(wanted) != 3:
        raise PlotError(f"{cell}: a cell is named table/row/column")
    found = frame[(frame["table"] == wanted[0]) & (frame["row"] == wanted[1]) & (frame["column"] == wanted[2])]
    if found.empty:
        raise PlotError(f"{cell}: no report has such a cell")
    return found


def _lines(frame: pd.DataFrame, title: str, dots: float) -> Figure:
    agencies = list(frame["agency"].unique())
    if len(agencies) > _LINES:
        raise PlotError(f"{len(agencies)} agencies are too many for one chart: name up to {_LINES} of them")
    letters = font([title, *agencies], 9)
    chart = figure(8.0, 4.2, dots)
    axes = chart.add_subplot()
    for number, (agency, own) in enumerate(frame.groupby("agency", sort=False)):
        colour, shape = _COLOURS[number % len(_COLOURS)], _SHAPES[(number + number // len(_COLOURS)) % len(_SHAPES)]
        sure, doubted = own[~own["flagged"]], own[own["flagged"]]
        whole = own.assign(value=own["value"].where(~own["flagged"]))
        axes.plot(whole["year"], whole["value"], color=colour, linewidth=1.4)
        axes.plot(sure["year"], sure["value"], shape, color=colour, label=_plain(str(agency)))
        axes.plot(doubted["year"], doubted["value"], shape, color=colour, markerfacecolor="none")
    years = sorted(frame["year"].unique())
    axes.set_xticks(years, [str(year) for year in years])
    _finished(axes, title, letters)
    axes.set_ylim(bottom=min(0.0, frame["value"].min()))
    axes.legend(prop=letters, frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
    return chart


def _bars(frame: pd.DataFrame, title: str, dots: float) -> Figure:
    if len(frame) > _BARS:
        raise PlotError(f"{len(frame)} agencies are too many for one chart: name up to {_BARS} of them")
    frame = frame.sort_values("value")
    names = [_plain(str(agency)) for agency in frame["agency"]]
    title = f"{title}, {frame['year'].iloc[0]}"
    letters = font([title, *names], 9)
    chart = figure(8.0, 1.0 + 0.28 * len(frame), dots)
    axes = chart.add_subplot()
    bars = axes.barh(range(len(frame)), frame["value"], color=_COLOURS[0], height=0.7)
    for one, flagged in zip(bars, frame["flagged"], strict=True):
        if flagged:
            one.set(facecolor="white", edgecolor=_COLOURS[1], hatch="///")
    axes.bar_label(bars, [f"{value:,.12g}" for value in frame["value"]], padding=3, fontsize=8)
    axes.set_yticks(range(len(frame)), names, fontproperties=letters)
    _finished(axes, title, letters)
    return chart


def _plain(text: str) -> str:
    """Text without Matplotlib's signs for formulas and hidden labels, and without what has no shape."""
    return "".join(character for character in text.replace("$", "\\$").lstrip("_") if character.isprintable())[:60]


def _finished(axes: Any, title: str, letters: Any) -> None:
    axes.set_title(_plain(title), fontproperties=letters, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="both", color="0.9")
    axes.set_axisbelow(True)
