"""The layout files against the canonical list of cells, and the schema against broken layouts."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from extract import layout
from extract.errors import LayoutError

CANONICAL = Path(__file__).parent / "data" / "canonical-cells.csv"


def canonical_rows() -> list[dict[str, str]]:
    with CANONICAL.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_layouts_give_exactly_the_canonical_cells_in_order() -> None:
    ours = [
        {
            "edition": one.edition,
            "table": slot.id.table,
            "row": slot.id.row,
            "column": slot.id.column,
            "row_label": slot.row_label,
            "column_label": slot.column_label,
            "unit": one.holds(slot).unit,
        }
        for one in sorted(layout.shipped(), key=lambda one: one.edition)
        for grid in one.grids
        for slot in grid.slots
    ]
    theirs = canonical_rows()
    key = ("edition", "table", "row", "column")
    assert sorted(ours, key=lambda row: [row[k] for k in key]) == sorted(theirs, key=lambda row: [row[k] for k in key])
    for edition in ("2019", "2021"):
        requests = [r for r in ours if r["edition"] == edition and r["table"] == "disclosure_requests"]
        assert requests == [r for r in theirs if r["edition"] == edition and r["table"] == "disclosure_requests"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("edition:", "eddition:", "edition"),
        ("{id: received,", "{id: carried_in,", "same table, row and column"),
        ("left: [received, carried_in]", "left: [receieved]", "names nothing"),
        ("value: money", "value: gold", "no values entry named gold"),
        ("{id: licensing, label: 行政许可}", "{label: 行政许可}", "either an id or children"),
        ("form: disclosure", "form: [", "not YAML"),
    ],
)
def test_a_broken_layout_is_named(old: str, new: str, message: str) -> None:
    source = (Path(layout.__file__).parents[2] / "layouts" / "disclosure-2021.yaml").read_text(encoding="utf-8")
    assert old in source
    with pytest.raises(LayoutError, match=message) as error:
        layout.parse(source.replace(old, new, 1), "broken.yaml")
    assert str(error.value).startswith("broken.yaml: ")
    assert "\n" not in str(error.value)
