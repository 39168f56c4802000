"""Edits for tests: made by one person at one time, unless said otherwise; and any edit that a file may hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from extract.corrections import (
    CellDoubted,
    ColumnAssigned,
    Corrections,
    Edit,
    EditionSet,
    RegionSet,
    RotationSet,
    RowAssigned,
    ValueSet,
)
from extract.corrections.lines import CellsMerged, CellSplit, LineAdded, LineMoved, LineRemoved
from extract.model import Report

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
BY = {"who": "li", "when": NOON}
DRAWN = {**BY, "page": 1, "grid": "g", "extractor": "rulings"}


def value(cell: str, number: str | None, **more: Any) -> ValueSet:
    """A value for a cell named table/row/column."""
    table, row, column = cell.split("/")
    return ValueSet(**{**BY, "table": table, "row": row, "column": column, "value": number, **more})


def of(report: Report, *edits: Edit) -> Corrections:
    """The corrections of a report's document."""
    return Corrections(report.sha256, "", edits)


names = st.from_regex(r"[a-z_.]{1,12}", fullmatch=True)
points = st.floats(-500, 5000).map(lambda x: round(x, 2) + 0.0)
boxes = st.tuples(points, points, st.floats(1, 500), st.floats(1, 500)).map(
    lambda b: (b[0], b[1], round(b[0] + b[2], 2), round(b[1] + b[3], 2))
)
people = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=12)
reasons = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
by = {
    "who": people,
    "when": st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    "why": reasons,
}
page = st.integers(1, 900)
drawn = {**by, "page": page, "grid": names, "part": st.integers(1, 3), "extractor": st.just("rulings")}
axis = st.sampled_from(["row", "column"])
numbers = st.one_of(
    st.none(),
    st.decimals(-(10**9), 10**9, places=4).map(lambda d: f"{d:f}".replace("-0.0000", "0.0000")),
    st.integers(0, 10**9).map(str),
)

edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(RotationSet, **by, page=page, rotation=st.sampled_from([0, 90, 180, 270])),
    st.builds(RegionSet, **by, page=page, grid=names, was=st.none() | boxes, box=boxes),
    st.builds(EditionSet, **by, table=names, edition=st.just("2021"), report=st.integers(1, 3)),
    st.builds(LineAdded, **drawn, axis=axis, at=points, span=st.none() | st.tuples(points, points)),
    st.builds(LineMoved, **drawn, axis=axis, at=points, to=points),
    st.builds(LineRemoved, **drawn, axis=axis, at=points),
    st.builds(CellsMerged, **drawn, box=boxes),
    st.builds(CellSplit, **drawn, box=boxes, axis=axis, at=points),
    st.builds(RowAssigned, **by, page=page, table=names, box=boxes, row=st.none() | names),
    st.builds(ColumnAssigned, **by, page=page, table=names, box=boxes, column=st.none() | names),
    st.builds(ValueSet, **by, table=names, row=names, column=names, value=numbers, first=reasons),
    st.builds(CellDoubted, **by, table=names, row=names, column=names, first=reasons),
)
