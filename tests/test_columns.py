"""Columns whose header is on the page before: under it, as far as both fragments are the same table's."""

from __future__ import annotations

import pytest

from extract.align.columns import Interval, match_columns_below
from extract.align.lines import Line
from extract.layout import shipped
from extract.model import BBox, GridCell, Reading

BLOCK = next(key.block for key in shipped()[0].grid("requests").keys)
NAMES = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
STUB, WIDTH = 250.0, 30.0
ABOVE = BBox(130, 700, 130 + STUB + 7 * WIDTH, 790)


def header() -> list[Line]:
    """The last header row of a fragment on the page before: a corner, and a column's name in each cell."""
    edges = [ABOVE.x0, *(ABOVE.x0 + STUB + i * WIDTH for i in range(8))]
    texts = ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", *NAMES]
    cells = tuple(
        GridCell(0, i, 1, 1, BBox(edges[i], 760, edges[i + 1], 790), Reading(text)) for i, text in enumerate(texts)
    )
    return [Line(0, 0, cells, tuple(texts), (True,) * 8, 0)]


def columns(here: BBox, moved: float = 0.0) -> tuple[Interval, ...]:
    """The value columns of a fragment, as the header's stand in its own; `moved` by points."""
    scale = here.width / ABOVE.width
    edges = [here.x0 + (STUB + i * WIDTH) * scale + moved for i in range(8)]
    return tuple(Interval(*edges[i : i + 2]) for i in range(7))


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.1])
@pytest.mark.parametrize("x0", [100.0, 130.0, 145.0])
def test_fragments_photographed_otherwise_are_laid_on_each_other(x0: float, scale: float) -> None:
    here = BBox(x0, 90, x0 + ABOVE.width * scale, 500)
    found = match_columns_below(columns(here), header(), BLOCK, here, ABOVE)
    assert found is not None
    assert found.canonical == {i: i for i in range(7)}
    assert not found.doubts
    assert found.printed == columns(here)


def test_columns_that_meet_those_of_the_header_in_neither_way_are_doubted() -> None:
    """Each may be its neighbour, and sums down a column hold in whichever it is."""
    here = BBox(100, 90, 400, 500)
    found = match_columns_below(columns(ABOVE, moved=-WIDTH), header(), BLOCK, here, ABOVE)
    assert found is not None
    assert set(found.doubts) == set(found.canonical)
