"""`Table.to_frame`: exact values under the merged headers."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from reports import RECEIVED, edition, number, report

from extract.model import CellId


def test_requests_have_three_row_levels_and_two_column_levels() -> None:
    table = report(texts={RECEIVED: "12345678"})["disclosure_requests"]
    frame = table.to_frame()
    assert frame.shape == (25, 7)
    assert frame.index.names == ["row_1", "row_2", "row_3"]
    assert frame.columns.names == ["column_1", "column_2"]
    labels = [tuple(node.label for node in path) for path in edition("2021").grid("requests").blocks[0].row_paths]
    assert [tuple(filter(None, row)) for row in frame.index] == labels
    groups = [group for group, _ in frame.columns]
    assert groups[1:6] == [groups[1]] * 5
    assert frame.iloc[0, 6] == Decimal(12345678)


def test_values_are_decimals_or_none_and_blank_is_not_zero() -> None:
    frame = report(texts={RECEIVED: "", RECEIVED._replace(row="granted"): "0"})["disclosure_requests"].to_frame()
    assert set(frame.dtypes) == {pd.api.types.pandas_dtype(object)}
    assert {type(value) for value in frame.to_numpy().ravel()} == {Decimal, type(None)}
    assert frame.iloc[0, 6] is None
    assert frame.iloc[2, 6] == 0


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_every_cell_of_every_table_is_where_its_labels_say(form: str) -> None:
    whole = report(dict.fromkeys(("proactive", "requests", "review"), form))
    for table in whole.tables.values():
        frame = table.to_frame()
        for cell in table.cells:
            row = [*cell.row_label.split(" / "), "", ""][: frame.index.nlevels]
            column = [*cell.column_label.split(" / "), ""][: frame.columns.nlevels]
            assert frame.loc[tuple(row), tuple(column)] == cell.value or cell.value is None
        assert frame.notna().sum().sum() == sum(cell.value is not None for cell in table.cells)


def test_blocks_with_headers_of_their_own_share_columns_of_the_same_label() -> None:
    table = report({"proactive": "2019"})["proactive_disclosure"]
    frame = table.to_frame()
    assert frame.shape == (8, 8)
    assert frame.index.nlevels == 2
    procurement = table["procurement", "items"]
    assert frame.iloc[7, 6] == procurement.value
    assert frame.iloc[7, 0] is None


def test_a_table_that_was_not_found_is_all_none() -> None:
    frame = report(lost=["review"])["administrative_litigation"].to_frame()
    assert frame.shape == (2, 5)
    assert frame.isna().all().all()


def test_the_frame_has_the_order_of_the_form() -> None:
    whole = report()
    direct = whole["administrative_litigation"].to_frame().iloc[0]
    first = [slot.id for slot in edition("2021").grid("review").slots].index(
        CellId("administrative_litigation", "direct", "upheld")
    )
    expected = [number(first + offset) for offset in range(5)]
    assert list(direct) == [Decimal(text) if text else None for text in expected]
