"""Pictures of pages, tables and panels: what is on them, in characters that render; and one line where it cannot be."""

from __future__ import annotations

import sys
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from samples_truth import FOLDER
from samples_truth import report as sample

import extract
from extract.errors import PlotError
from extract.layout import load
from extract.model import Status
from extract.palette import COLOURS
from extract.plot import canvas, font, heat_map, page, panel

pytest.importorskip("matplotlib")
RECEIVED = "disclosure_requests/received/total"


@pytest.fixture(autouse=True)
def _with_chinese_fonts() -> None:
    try:
        font(["政府信息公开"], 9)
    except PlotError as error:
        pytest.skip(str(error))


def drawn(chart: Any) -> np.ndarray:
    """The picture a notebook shows, as RGB pixels."""
    return np.asarray(Image.open(BytesIO(chart._repr_png_())).convert("RGB")).astype(int)


def texts(chart: Any) -> set[str]:
    from matplotlib.text import Text

    return {one.get_text() for one in chart.findobj(Text)}


def cells(years: dict[tuple[str, int], tuple[str, str]]) -> pd.DataFrame:
    """Cells of a run, the same one for each agency and year: value and status."""
    own = {"table": "disclosure_requests", "row": "received", "column": "total", "unit": "count"}
    labels = {"row_label": "一、本年新收政府信息公开申请数量", "column_label": "总计"}
    return pd.DataFrame(
        [
            {**own, **labels, "agency": agency, "year": year, "value": Decimal(value), "status": status}
            for (agency, year), (value, status) in years.items()
        ]
    )


def test_a_page_shows_each_cell_in_the_colour_of_its_status() -> None:
    report = sample("wrong-totals")
    chart = report.plot(2, dots=90)
    pixels = drawn(chart)
    axes = chart.axes[0].get_window_extent()
    seen = {}
    for cell in report.cells:
        if cell.page == 2 and cell.bbox and cell.status in {Status.VERIFIED, Status.SUSPECT}:
            x = axes.x0 + (cell.bbox.x0 + 3) / chart.axes[0].get_xlim()[1] * axes.width
            y = pixels.shape[0] - axes.y1 + (cell.bbox.top + 3) / chart.axes[0].get_ylim()[0] * axes.height
            patch = pixels[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2].reshape(-1, 3)
            seen.setdefault(cell.status, []).append(np.median(patch, axis=0))
    for status, found in seen.items():
        tint = 255 - 0.28 * (255 - np.array(COLOURS[status]))
        near = [np.abs(one - tint).max() < 40 for one in found]
        assert sum(near) > 0.6 * len(near), status
    assert set(seen) == {Status.VERIFIED, Status.SUSPECT}
    assert any("松月镇人民政府" in one for one in texts(chart))


def test_a_page_that_is_an_image_is_drawn_too_and_upright() -> None:
    report = extract.read(FOLDER / "rotated.pdf")
    turned = next(info for info in report.pages if info.rotation)
    chart = page(report, turned.number, language="en")
    assert chart.axes[0].get_xlim()[1] == pytest.approx(turned.width)
    assert any("verified" in one for one in texts(chart))


@pytest.mark.parametrize("number", [0, 99])
def test_pages_that_are_not_there_are_told(number: int) -> None:
    with pytest.raises(PlotError, match=f"there is no page {number} to draw"):
        page(sample("seed-000"), number)


def test_documents_without_pages_and_others_by_now_are_told(tmp_path: Path) -> None:
    with pytest.raises(PlotError, match="has no pages"):
        extract.read(FOLDER / "written" / "word.docx").plot()
    with pytest.raises(PlotError, match="not the document any more"):
        page(sample("seed-000"), source=FOLDER / "seed-001.pdf")
    with pytest.raises(extract.GongkaiError):
        page(replace(sample("seed-000"), path=str(tmp_path / "gone.pdf")))


def test_a_heat_map_shows_every_number_and_marks_what_is_flagged() -> None:
    table = sample("wrong-totals")["disclosure_requests"]
    chart = table.plot()
    found = texts(chart)
    assert {"10 ?", "7 ?", "1"} <= found
    assert "自然人" in found
    assert any("存疑" in one for one in found)
    english = texts(heat_map(table, language="en"))
    assert {"natural_person", "received"} <= english
    assert not any(ord(character) > 0x3000 for one in english for character in one)


def test_what_is_missing_has_no_confidence() -> None:
    report = extract.read(FOLDER / "half-row.pdf")
    table = next(one for one in report.tables.values() if any(c.status is Status.MISSING for c in one.cells))
    assert "□" in texts(heat_map(table))


def test_lines_run_over_years_and_not_through_flagged_numbers() -> None:
    frame = cells(
        {
            ("青石县水利局", 2021): ("5", "verified"),
            ("青石县水利局", 2022): ("900", "suspect"),
            ("青石县水利局", 2023): ("7", "verified"),
            ("望山区民政局", 2021): ("0", "blank"),
        }
    )
    chart = panel(frame, RECEIVED)
    lines = [line for line in chart.axes[0].lines if line.get_linestyle() == "-"]
    assert [None if np.isnan(y) else y for y in lines[1].get_ydata()] == [5, None, 7]
    hollow = [line for line in chart.axes[0].lines if line.get_markerfacecolor() == "none"]
    assert [list(line.get_ydata()) for line in hollow if len(line.get_ydata())] == [[900]]
    assert {"青石县水利局", "望山区民政局"} <= texts(chart)
    drawn(chart)


def test_one_year_is_bars_the_largest_on_top() -> None:
    frame = cells({(f"甲{n}县", 2022): (str(n * 10), "suspect" if n == 2 else "read") for n in range(1, 6)})
    chart = panel(frame, RECEIVED, log=True)
    bars = chart.axes[0].patches
    assert [bar.get_width() for bar in bars] == [10, 20, 30, 40, 50]
    assert [bool(bar.get_hatch()) for bar in bars] == [False, True, False, False, False]
    assert chart.axes[0].get_xscale() == "symlog"


def test_a_run_is_drawn_from_its_folder(tmp_path: Path) -> None:
    one = sample("wrong-totals")
    written = tmp_path / "cells.parquet"
    rows = [
        {
            **{"agency": one.agency, "year": one.year, "table": c.id.table, "row": c.id.row, "column": c.id.column},
            **{"value": c.value, "status": c.status.value, "unit": c.unit},
            **{"row_label": c.row_label, "column_label": c.column_label},
        }
        for c in one.cells
    ]
    pd.DataFrame(rows).to_parquet(written)
    assert one.agency in texts(panel(tmp_path, RECEIVED))


@pytest.mark.parametrize(
    ("cell", "match"),
    [
        ("disclosure_requests/received", "table/row/column"),
        ("disclosure_requests/received/everybody", "no report has such a cell"),
    ],
)
def test_cells_that_are_none_are_told(cell: str, match: str) -> None:
    with pytest.raises(PlotError, match=match):
        panel(cells({("甲县", 2022): ("1", "read")}), cell)


def test_what_cannot_be_drawn_is_told_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PlotError, match="no cells of a run"):
        panel(tmp_path, RECEIVED)
    with pytest.raises(PlotError, match="agency is missing"):
        panel(cells({("甲县", 2022): ("1", "read")}).drop(columns="agency"), RECEIVED)
    with pytest.raises(PlotError, match="too many"):
        panel(cells({(f"甲{n}县", 2020 + n % 2): ("1", "read") for n in range(20)}), RECEIVED)
    with pytest.raises(PlotError, match="no number"):
        panel(cells({("", 2022): ("1", "read")}), RECEIVED)
    canvas._file.cache_clear()
    monkeypatch.setattr(canvas, "_files", lambda: iter(()))
    with pytest.raises(PlotError, match="fonts-noto-cjk"):
        font(["机关"], 9)
    canvas._figure_class.cache_clear()
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(PlotError, match=r"gongkai\[plot\]"):
        canvas.figure(1, 1)
    canvas._figure_class.cache_clear()


def test_text_of_a_document_is_no_formula_and_hides_no_line() -> None:
    """Matplotlib would set $x$ as mathematics, fail on a broken one, and hide a name that begins with a line."""
    frame = cells({("$\\frac{$", 2021): ("1", "read"), ("_甲县", 2022): ("2", "read")})
    chart = panel(frame, RECEIVED)
    drawn(chart)
    assert {"甲县"} <= texts(chart)
    hostile = sample("seed-000")
    named = replace(hostile, issuer=replace(hostile.issuer, agency="$\\frac{$"))
    drawn(page(named, dots=40))


def test_layouts_are_named_by_their_file_or_folder(tmp_path: Path) -> None:
    shipped = Path(__file__).parent.parent / "layouts"
    assert [one.edition for one in load(shipped)] == ["2021", "2019"]
    (one,) = load(shipped / "disclosure-2019.yaml")
    assert one.edition == "2019"
    found = extract.read(FOLDER / "seed-000.pdf", layouts=shipped)
    assert found.cells == sample("seed-000").cells
    for make, match in (
        (lambda: None, "there is no layout"),
        (lambda: (tmp_path / "a.yaml").write_text("form: [", encoding="utf-8"), "a.yaml: not YAML"),
        (lambda: (tmp_path / "a.yaml").write_bytes(b"\xff"), "not UTF-8"),
    ):
        make()
        with pytest.raises(extract.GongkaiError, match=match):
            load(tmp_path)
    text = (shipped / "disclosure-2019.yaml").read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(extract.GongkaiError, match="twice"):
        load(tmp_path)
    (tmp_path / "b.yaml").write_text(text.replace("form: disclosure", "form: budget"), encoding="utf-8")
    with pytest.raises(extract.GongkaiError, match="not one form"):
        load(tmp_path)
    with pytest.raises(extract.GongkaiError, match="cannot be read"):
        load(tmp_path / "gone.yaml")
