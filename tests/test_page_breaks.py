"""Tables that a page break cuts: what stands on either side of it is joined, or doubted, and never lost silently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from pdfs import MemoryDocument

from extract.align import Alignment, align
from extract.candidates import leaves_out
from extract.check import check
from extract.grids.ruled.shading import carried_on
from extract.layout import shipped
from extract.model import BBox, Glyphs, Grid, GridCell, Page, Reading, Ruling, Status, Word
from extract.witness import look_again

FORM = shipped()[0]
HEADER = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
OUTCOMES = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]


def grid(page: int, rows: Sequence[Sequence[str]], columns: Sequence[float] | None = None) -> Grid:
    """A grid of cells 20 points high, each text of a row in a cell of its own; those of fewer span to the right."""
    edges = tuple(columns or (60.0 * i for i in range(max(map(len, rows)) + 1)))
    cells = []
    for r, texts in enumerate(rows):
        for c, text in enumerate(texts):
            span = len(edges) - 1 - c if c == len(texts) - 1 else 1
            box = BBox(edges[c], 20.0 * r, edges[c + span], 20.0 * r + 20)
            ink = BBox(box.x0 + 20, box.top + 5, box.x1 - 20, box.bottom - 5) if text else None
            cells.append(GridCell(r, c, 1, span, box, Reading(text), ink))
    lines = tuple(20.0 * r for r in range(len(rows) + 1))
    return Grid(page, "test", BBox(edges[0], 0, edges[-1], lines[-1]), lines, edges, tuple(cells))


def aligned(name: str, *grids: Grid) -> Alignment:
    return align(grids, FORM, FORM.grid(name))


def values(one: Alignment, row: str) -> list[str]:
    return [cell.reading.text for id_, cell in one.placed.items() if id_.row == row]


def doubted(one: Alignment, row: str) -> list[str]:
    return [cell.id.column for cell in check(one).cells.values() if cell.id.row == row and cell.flagged]


def test_values_above_a_repeated_header_are_those_of_the_label_below_it() -> None:
    above = grid(1, [HEADER, ["规章", "1", "2", "3"], ["", "4", "5", "6"]])
    below = grid(2, [HEADER, ["行政规范性文件", "", "", ""]])
    one = aligned("proactive", above, below)
    assert values(one, "regulations") == ["1", "2", "3"]
    assert values(one, "normative_documents") == ["4", "5", "6"]
    assert not doubted(one, "normative_documents")


def test_values_that_another_row_may_claim_are_not_taken() -> None:
    above = grid(1, [HEADER, ["规章", "1", "2", "3"], ["本地文件", "4", "5", "6"]])
    below = grid(2, [HEADER, ["行政规范性文件", "", "", ""]])
    one = aligned("proactive", above, below)
    assert values(one, "normative_documents") == ["", "", ""]


def test_an_empty_row_whose_label_began_on_the_page_before_is_doubted() -> None:
    above = grid(1, [HEADER, ["规章行政规", "1 4", "2 5", "3 6"]])
    below = grid(2, [HEADER, ["范性文件", "", "", ""]])
    assert doubted(aligned("proactive", above, below), "normative_documents") == ["issued", "repealed", "in_force"]


@pytest.mark.parametrize("label", ["规章\n7", "规章 \n 12 "])
def test_an_empty_cell_beside_a_label_that_ends_with_a_number_is_doubted(label: str) -> None:
    one = aligned("proactive", grid(1, [HEADER, [label, "1", "", "3"], ["行政规范性文件", "4", "", "6"]]))
    assert doubted(one, "regulations") == ["issued", "repealed", "in_force"]
    assert not doubted(one, "normative_documents")


def test_an_empty_cell_beside_two_numbers_in_one_is_doubted() -> None:
    one = aligned("proactive", grid(1, [HEADER, ["规章", "0\n0", "", "3"], ["行政规范性文件", "10", "", "6"]]))
    assert doubted(one, "regulations") == ["issued", "repealed"]
    assert not doubted(one, "normative_documents")


def test_pieces_of_a_cut_header_are_no_values() -> None:
    columns = [30.0 * i for i in range(16)]
    pieces = OUTCOMES * 3
    above = grid(1, [[text[:1] for text in pieces]], columns)
    below = grid(2, [[text[1:] for text in pieces], [str(i) for i in range(11, 26)]], columns)
    one = aligned("review", above, below)
    assert [cell.reading.text for cell in one.placed.values()] == [str(i) for i in range(11, 26)]


def test_the_one_row_is_doubted_where_numbers_stand_in_no_cell_of_it() -> None:
    columns = [30.0 * i for i in range(16)]
    one = aligned("review", grid(1, [OUTCOMES * 3, [""] * 15, [" ".join("1234567")]], columns))
    found = check(one).cells.values()
    assert {cell.status for cell in found} == {Status.SUSPECT}


def test_the_one_row_is_doubted_where_a_remark_of_it_stands_in_rows_of_its_own() -> None:
    """The row that holds a piece of the remark is one of values, too."""
    columns = [30.0 * i for i in range(16)]
    values = ["0", "0", "含\n电", *map(str, range(12))]
    above, below = (["", "", piece, *[""] * 12] for piece in ("9（", "子）"))
    one = aligned("review", grid(1, [OUTCOMES * 3, above, values, below], columns))
    assert {cell.status for cell in check(one).cells.values()} == {Status.SUSPECT}


def test_what_another_extractor_leaves_out_is_seen() -> None:
    whole = grid(1, [HEADER, ["规章", "1", "2", "3"], ["", "4", "5", "6"]])
    less = grid(1, [HEADER, ["规章", "1", "2", "3"]])
    assert leaves_out([less], whole)
    assert not leaves_out([whole], less)
    assert not leaves_out([whole], whole)
    rest = replace(less, bbox=whole.bbox._replace(top=less.bbox.bottom))
    assert not leaves_out([rest, less], whole)  # its last row is read in the grid below
    assert leaves_out([replace(rest, page=2), less], whole)


def edges(x0: float, top: float, x1: float, bottom: float) -> list[Ruling]:
    """The edges of a filled area."""
    level = [Ruling(x0, y, x1, y, "fill") for y in (top, bottom)]
    return [*level, *(Ruling(x, top, x, bottom, "fill") for x in (x0, x1))]


def words(top: float, *texts: tuple[float, float]) -> list[Word]:
    return [Word("5", BBox(x0, top + 5, x1, top + 15)) for x0, x1 in texts]


def test_edges_of_shaded_cells_go_on_through_the_rows_between_them() -> None:
    fills = [edge for top in (0.0, 40.0) for x in (0.0, 60.0, 120.0) for edge in edges(x, top, x + 60, top + 20)]
    printed = [*words(20, (20, 40), (80, 100), (140, 160)), *words(60, (20, 100), (140, 160))]
    found = {(r.x0, r.top, r.bottom) for r in carried_on(fills, printed, BBox(10, 0, 170, 78)) if not r.horizontal}
    assert {(x, 20.0, 40.0) for x in (0.0, 60.0, 120.0, 180.0)} <= found
    assert {(x, 60.0, 78.0) for x in (0.0, 120.0, 180.0)} <= found
    assert (60.0, 60.0, 78.0) not in found, "a word stands across it"


def test_a_single_word_in_a_row_shows_that_its_cell_spans_the_others() -> None:
    fills = [edge for top in (0.0, 40.0) for x in (0.0, 60.0) for edge in edges(x, top, x + 60, top + 20)]
    found = carried_on(fills, words(20, (20, 40)), BBox(10, 0, 110, 58))
    assert not [r for r in found if not r.horizontal and r.top == 20.0]


def test_edges_do_not_go_on_through_a_shaded_cell_that_spans_several() -> None:
    above = [edge for x in (0.0, 60.0, 120.0) for edge in edges(x, 0.0, x + 60, 20.0)]
    below = [edge for x in (0.0, 60.0, 120.0) for edge in edges(x, 40.0, x + 60, 60.0)]
    wide = [*edges(0.0, 20.0, 60.0, 40.0), *edges(60.0, 20.0, 180.0, 40.0)]
    found = carried_on([*above, *wide, *below], words(20, (20, 40), (80, 90)), BBox(10, 0, 170, 58))
    assert (120.0, 20.0) not in {(r.x0, r.top) for r in found if not r.horizontal}, "the value is all of the cell's"


class Blank(MemoryDocument):
    """A document in whose empty cells nothing is drawn."""

    def inked(self, _: Page, boxes: Sequence[BBox]) -> list[bool]:
        return [False] * len(boxes)


def plain(number: int, text: str) -> Page:
    """A page of which only the text is known."""
    return Page(number, 500, 800, 0, "text", text, True, Glyphs("", np.zeros((0, 4))))


@pytest.mark.parametrize(
    ("after", "doubted"),
    [
        ("五、存在的主要问题\n— 2 —", False),
        ("五、存在的主要问题\n0 0 0 1 1 0 0 0 0 0 0 0 0 0 0\n— 2 —", True),
        ("五、存在的主要问题\n7", True),  # no number of the page
        ("5件 1件\n— 2 —", True),
        ("", True),
    ],
)
def test_a_row_of_blanks_at_the_foot_is_one_where_words_alone_follow(after: str, doubted: bool) -> None:
    one = aligned("review", grid(1, [OUTCOMES * 3, [""] * 15], [30.0 * i for i in range(16)]))
    checked = look_again(Blank(b""), [plain(1, ""), plain(2, after)], check(one), [])
    assert any("foot of a page" in reason for cell in checked.cells.values() for reason in cell.reasons) is doubted
