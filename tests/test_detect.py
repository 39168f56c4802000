"""Detection: where each printed grid is, whatever stands around it, above it or in place of its heading."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from pdfs import Sheet, pdf
from samples_truth import FOLDER, NAMES, report, truth

import extract
from extract.detect import find, vocabulary
from extract.detect.blocks import Block, text_by_column, text_in
from extract.detect.stacked import parts_of
from extract.detect.telling import grids_told
from extract.labels import plain, similarity
from extract.layout import shipped
from extract.model import BBox, Glyphs, Page, Region, Ruling, Word
from extract.model import Sheet as ScannedSheet
from extract.pages import read_page
from extract.source import open_document

if TYPE_CHECKING:
    from extract.ocr import Engine
    from extract.source import PageSource

WORDS = vocabulary(shipped())
GRIDS = {table: grid.id for grid in shipped()[0].grids for table in grid.tables}
HEADINGS = [heading for layout in shipped() for grid in layout.grids for heading in grid.headings]


@cache
def pages(name: str) -> tuple[Page, ...]:
    with open_document(FOLDER / f"{name}.pdf") as document:
        found = []
        for number in range(1, len(document) + 1):
            with document.page(number) as source:
                found.append(source.read())
        return tuple(found)


def where(regions: Iterable[Region]) -> list[tuple[str, int, list[int]]]:
    return [(region.grid, region.page, [round(edge) for edge in region.bbox]) for region in regions]


def without(page: Page, drop: Callable[[Word], bool]) -> Page:
    """The page without some of its words, as if they had never been printed."""
    gone = [word.bbox for word in page.words if drop(word)]
    x, y = (page.glyphs.boxes[:, :2] + page.glyphs.boxes[:, 2:]).T / 2
    kept = [i for i in range(len(x)) if not any(box.contains(x[i], y[i]) for box in gone)]
    text = "".join(page.glyphs.text[i] for i in kept)
    glyphs = Glyphs(text, page.glyphs.boxes[kept])
    return replace(page, text=text, glyphs=glyphs)


def is_heading(word: Word) -> bool:
    text = re.sub(r"^[一二三四五六七八九十]、", "", word.text)
    return len(text) > 6 and any(similarity(text, heading) > 0.8 for heading in HEADINGS)


@pytest.mark.parametrize("name", NAMES)
def test_regions_are_those_of_the_printed_tables(name: str) -> None:
    """Every page with a cell of a grid has a region of that grid around it, and no other page has one."""
    places: dict[tuple[str, int], list[BBox]] = defaultdict(list)
    for cell in report(name).cells:
        assert (cell.page is None) == (truth(name)[cell.id].status == "missing")
        if cell.page and cell.bbox:
            places[GRIDS[cell.id.table], cell.page].append(cell.bbox)
    regions = report(name).regions
    # A page break may part a table's header from its values: such a page has a region without a cell.
    headers_only = {(r.grid, r.page) for r in regions} - set(places)
    assert {(r.grid, r.page) for r in regions} >= set(places)
    for grid, page in headers_only:
        assert (grid, page + 1) in places
        assert any(r.grid == grid and r.page == page and r.evidence["labels_found"] > 0.1 for r in regions)
    for (grid, page), boxes in places.items():
        around = [r.bbox for r in regions if (r.grid, r.page) == (grid, page)]
        for box in boxes:
            x, y = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
            assert any(other.contains(x, y) for other in around)


@pytest.mark.parametrize("name", NAMES)
def test_regions_do_not_overlap_and_come_in_reading_order(name: str) -> None:
    regions = report(name).regions
    assert [(r.page, r.bbox.top) for r in regions] == sorted((r.page, r.bbox.top) for r in regions)
    for one, other in pairwise(regions):
        assert one.page < other.page or one.bbox.bottom <= other.bbox.top + 1
    assert all(0 < region.score <= 1 for region in regions)


def test_unrelated_tables_have_no_region() -> None:
    """Metadata, budget and contacts are ruled tables too."""
    found = report("other-tables").regions
    labels = {plain(s) for y in shipped() for g in y.grids for k in g.keys for n in k.path for s in n.spellings}
    for page in pages("other-tables"):
        for word in page.words:
            x, y = (word.bbox.x0 + word.bbox.x1) / 2, (word.bbox.top + word.bbox.bottom) / 2
            inside = any(r.page == page.number and r.bbox.contains(x, y) for r in found)
            if any(sign in word.text for sign in ("索引号", "发布机构", "预算", "联系", "电话", "邮编")):
                assert not inside, word.text
            elif plain(word.text) in labels and len(word.text) > 5:
                assert inside, word.text


def test_prose_on_a_shaded_ground_is_no_table() -> None:
    """Word processors draw a ground behind the lines of a paragraph, with edges like a table's."""
    prose = (
        "全年公开目录内的文件随制随发，涉及国家秘密和第三方合法权益的逐件审查，重复申请合并答复，需要另行制作的说明理由。"
        "本局加强门户网站与新媒体的日常管理，栏目每周巡检一次，错敏字词当日改正，政策文件与解读材料一同起草、报批、上网，"
        "并在办事大厅设电子屏循环播放。遇有群众来电来访，由专人登记、限时回复、定期回访，意见按季汇总后送各科室研究。"
    )
    assert not grids_told(prose, [], WORDS)
    assert set(grids_told("".join(pages("city")[1].text.split()), [], WORDS))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "horizontal-rules"])
def test_a_table_is_found_without_its_heading(name: str) -> None:
    beheaded = [without(page, is_heading) for page in pages(name)]
    assert sum(len(page.words) for page in beheaded) < sum(len(page.words) for page in pages(name))
    assert where(find(beheaded, WORDS)) == where(find(pages(name), WORDS))


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_found_without_the_text_around_it(name: str) -> None:
    regions = find(pages(name), WORDS)

    def outside(page: Page) -> Callable[[Word], bool]:
        boxes = [region.bbox for region in regions if region.page == page.number]
        return lambda word: (
            not any(box.contains(word.bbox.x0 + 1, (word.bbox.top + word.bbox.bottom) / 2) for box in boxes)
        )

    bare = [without(page, outside(page)) for page in pages(name)]
    assert {(r.grid, r.page) for r in find(bare, WORDS)} == {(r.grid, r.page) for r in regions}


@pytest.mark.parametrize("name", ["city", "seed-001", "hybrid"])
def test_headings_alone_are_no_table(name: str) -> None:
    bare = [replace(page, rulings=(), **_text_of(page, is_heading)) for page in pages(name)]
    assert find(bare, WORDS) == []


def _text_of(page: Page, keep: Callable[[Word], bool]) -> dict[str, object]:
    kept = without(page, lambda word: not keep(word))
    return {"text": kept.text, "glyphs": kept.glyphs}


@pytest.mark.parametrize("name", ["city", "seed-001", "wrong-totals"])
def test_the_order_of_pages_does_not_matter_to_whole_tables(name: str) -> None:
    turned = [replace(page, number=number) for number, page in enumerate(reversed(pages(name)), 1)]
    count = len(turned)
    assert {(r.grid, count + 1 - r.page) for r in find(turned, WORDS)} == {
        (r.grid, r.page) for r in find(pages(name), WORDS)
    }


def test_each_region_says_what_it_was_judged_by() -> None:
    for region in report("city").regions:
        assert set(region.evidence) >= {"label_share", "labels_found", "rulings"}
        assert 0 <= region.evidence["label_share"] <= 1
        assert region.ruled == (min(region.evidence["rulings"]) >= 2)


def no_engine() -> Engine:
    """The engine of pages that are no image."""
    raise AssertionError


@pytest.mark.parametrize("mark", ["", "样张 0017\n" * 40])
def test_a_page_that_begins_with_a_row_of_figures_is_read_after_another_whatever_watermark_is_on_it(mark: str) -> None:
    page = pages("city")[-1]

    def read(text: str) -> Page:
        drawn = SimpleNamespace(lines=2)
        source = SimpleNamespace(
            kind="text", text=text, drawn=drawn, read=lambda _: page, skim=lambda: replace(page, skimmed=True)
        )
        return read_page(cast("PageSource", source), WORDS, no_engine, page, None, wanted=False)

    assert not read(f"{mark}7 18 74\n65 164\n五、存在的主要问题").skimmed
    assert read(f"{mark}五、存在的主要问题{'及改进情况' * 60}\n7 18 74\n65 164").skimmed


def test_a_page_that_was_only_skimmed_is_passed_over() -> None:
    skimmed = [replace(page, skimmed=True, rulings=(), glyphs=Glyphs("", np.zeros((0, 4)))) for page in pages("city")]
    assert find(skimmed, WORDS) == []


@pytest.mark.parametrize("name", ["no-tables"])
def test_a_report_without_tables_has_no_region(name: str) -> None:
    found = extract.read(FOLDER / "hostile" / f"{name}.pdf")
    assert found.regions == ()
    assert found.verdict.value == "no-tables"
    assert all(cell.status.value == "missing" for cell in found.cells)


def test_a_ruled_table_of_figures_alone_is_nobodys(tmp_path: Path) -> None:
    sheet = Sheet()
    for y in range(100, 301, 20):
        sheet.line(80, y, 500, y)
    for x in range(80, 501, 60):
        sheet.line(x, 100, x, 300)
    for row in range(10):
        for column in range(7):
            sheet.text(90 + 60 * column, 114 + 20 * row, str(row * column))
    path = tmp_path / "figures.pdf"
    path.write_bytes(pdf(sheet, sheet))
    assert extract.read(path).regions == ()


@pytest.mark.parametrize("ruled", [True, False])
def test_labels_that_run_down_narrow_columns_are_read_by_column(*, ruled: bool) -> None:
    """On a scan the content order is line by line, and every character of such a label is a line."""
    labels, box = ("结果维持", "结果纠正", "其他结果", "尚未审结"), BBox(100, 100, 220, 200)
    placed = [(char, 110.0 + 30 * i, 105.0 + 20 * j) for j in range(4) for i, char in enumerate(c[j] for c in labels)]
    glyphs = Glyphs("".join(char for char, _, _ in placed), np.array([(x, y, x + 9, y + 9) for _, x, y in placed]))
    down = tuple(Ruling(100.0 + 30 * i, 100.0, 100.0 + 30 * i, 200.0) for i in range(5)) if ruled else ()
    page = replace(pages(NAMES[0])[0], glyphs=glyphs, rulings=down)
    assert text_in(glyphs, box) == "结结其尚果果他未维纠结审持正果结"
    assert text_by_column(page, box) == "".join(labels)


@pytest.mark.parametrize(("stray", "is_whole"), [("", True), ("F1", True), ("12", False)])
def test_rows_below_a_scanned_header_that_alone_is_framed_are_its_rows(stray: str, *, is_whole: bool) -> None:
    """At the edge of a shaded one a recogniser may see a digit; several are a row."""
    (label,) = (slot.row_label for slot in shipped()[0].grid("requests").slots[:1])
    head = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    lines = [(100.0, ["", *head]), (118.0, [stray]), (144.0, [label, *"1234567"]), (162.0, [label, *"7654321"])]
    placed = [
        (char, 60.0 + (200 if i else 0) + 40 * i + 6 * j, y)
        for y, texts in lines
        for i, text in enumerate(texts)
        for j, char in enumerate(text)
    ]
    boxes = np.array([(x, y, x + 6, y + 9) for _, x, y in placed])
    frame = (
        (50.0, 95.0, 560.0, 95.0),
        (50.0, 130.0, 560.0, 130.0),
        (50.0, 95.0, 50.0, 130.0),
        (560.0, 95.0, 560.0, 130.0),
    )
    glyphs = Glyphs("".join(char for char, _, _ in placed), boxes)
    first = replace(pages(NAMES[0])[0], glyphs=glyphs, rulings=tuple(Ruling(*line) for line in frame))
    sheet = ScannedSheet(np.zeros((842, 595), np.uint8), 1.0, np.zeros((2, 2, 2)), 595)
    found = find([replace(first, sheet=sheet)], WORDS)
    assert [region.grid for region in found] == ["requests"]
    assert (found[0].bbox.bottom > 160) is is_whole


def header_alone() -> tuple[Page, BBox, tuple[Ruling, ...]]:
    """A page that ends with the header of section four, where it stands with its row, and the rulings of both."""
    page, region = next(
        (page, region)
        for page in pages("city")
        for region in find(pages("city"), WORDS)
        if region.grid == "review" and region.page == page.number
    )
    box = region.bbox
    own = tuple(ruling for ruling in page.rulings if box.contains(ruling.x0, (ruling.top + ruling.bottom) / 2))
    top = max(ruling.top for ruling in own if ruling.horizontal and ruling.top < box.bottom - 3)
    beyond = [ruling for ruling in page.rulings if ruling not in own]
    header = [ruling._replace(bottom=min(ruling.bottom, top)) for ruling in own if ruling.top <= top + 1]
    y = (page.glyphs.boxes[:, 1] + page.glyphs.boxes[:, 3]) / 2
    return replace(page, glyphs=page.glyphs.only(y < top), rulings=(*beyond, *header)), box, own


@pytest.mark.parametrize("columns", [True, False])
def test_a_row_of_blanks_by_itself_goes_on_the_page_before(columns: bool) -> None:
    """A frame without cells does not."""
    before, box, own = header_alone()
    sides = {box.x0, box.x1} if not columns else {ruling.x0 for ruling in own if not ruling.horizontal}
    row = [Ruling(box.x0, y, box.x1, y) for y in (60.0, 75.0)] + [Ruling(x, 60.0, x, 75.0) for x in sides]
    after = replace(before, number=before.number + 1, text="", glyphs=Glyphs("", np.zeros((0, 4))), rulings=tuple(row))
    found = [(one.grid, one.page) for one in find([before, after], WORDS)]
    assert ("review", before.number) in found
    assert (("review", after.number) in found) is columns


def test_figures_of_a_watermark_above_a_row_by_itself_are_no_rows_of_its_table() -> None:
    """They go on beyond its sides."""
    before, box, own = header_alone()
    edges = sorted({ruling.x0 for ruling in own if not ruling.horizontal})
    row = [Ruling(box.x0, y, box.x1, y) for y in (60.0, 75.0)] + [Ruling(x, 60.0, x, 75.0) for x in edges]
    noughts = [("0", (x0 + x1) / 2 - 3, 62.0) for x0, x1 in pairwise(edges)]
    mark = [(char, x + 6 * i, 20.0) for x in (box.x0 - 40, 200.0, 400.0) for i, char in enumerate("2024 10")]
    placed = [(char, x, y) for char, x, y in (*mark, *noughts) if char != " "]
    glyphs = Glyphs("".join(char for char, _, _ in placed), np.array([(x, y, x + 5, y + 9) for _, x, y in placed]))
    after = replace(before, number=before.number + 1, text="", glyphs=glyphs, rulings=tuple(row))
    here = [one for one in find([before, after], WORDS) if one.page == after.number]
    assert [(one.grid, round(one.bbox.top), round(one.bbox.bottom)) for one in here] == [("review", 60, 75)]


def test_wrapped_numbers_of_a_row_by_itself_are_in_its_region() -> None:
    before, box, own = header_alone()
    edges = sorted({ruling.x0 for ruling in own if not ruling.horizontal})
    row = [("0", (x0 + x1) / 2 - 3, 93.0) for x0, x1 in pairwise(edges)][:-1]
    wrapped = [("4", box.x1 - 20, 83.0), ("2", box.x1 - 15, 83.0), ("9", box.x1 - 18, 103.0)]
    number = [("1", box.x0 + 5, 40.0)]
    placed = [*number, *wrapped[:2], *row, *wrapped[2:]]
    glyphs = Glyphs("".join(char for char, _, _ in placed), np.array([(x, y, x + 5, y + 9) for _, x, y in placed]))
    after = replace(before, number=before.number + 1, text="", glyphs=glyphs, rulings=())
    here = [one for one in find([before, after], WORDS) if one.page == after.number]
    assert [(one.grid, round(one.bbox.top), round(one.bbox.bottom)) for one in here] == [("review", 83, 112)]


def test_a_row_by_itself_has_all_lines_of_its_digits_though_its_label_stands_beside_the_second() -> None:
    before, box, _ = header_alone()
    label = [(char, box.x0 + 9 * i, 73.0) for i, char in enumerate("2.没有现成信息需要另行制作")]
    digits = [(str(i), box.x0 + 200 + 20 * i, y) for y in (63.0, 73.0, 83.0) for i in range(5)]
    placed = sorted([*label, *digits], key=lambda one: one[2])
    glyphs = Glyphs("".join(char for char, _, _ in placed), np.array([(x, y, x + 5, y + 9) for _, x, y in placed]))
    after = replace(before, number=before.number + 1, text="", glyphs=glyphs, rulings=())
    here = [one for one in find([before, after], WORDS) if one.page == after.number]
    assert [(one.grid, round(one.bbox.top), round(one.bbox.bottom)) for one in here] == [("review", 63, 92)]


@pytest.mark.parametrize("name", ["city", "stub-split", "half-row", "thin-rectangles"])
def test_the_last_row_in_one_frame_with_the_next_table_is_found(name: str) -> None:
    *before, last = pages(name)[:3]
    rest, review = (region.bbox for region in find(pages(name), WORDS) if region.page == last.number)
    bare = without(last, lambda word: rest.top < word.bbox.top and word.bbox.bottom < rest.bottom - 20)
    sides = tuple(Ruling(x, rest.top, x, last.height - 30) for x in (review.x0, review.x1))  # prose is in it, too
    framed = replace(bare, rulings=(*bare.rulings, *sides))
    for found in (find([*before, framed], WORDS), find([framed], WORDS)):
        own = [region for region in found if region.page == last.number]
        assert [region.grid for region in own] == ["requests", "review"]
        assert own[0].bbox.bottom <= own[1].bbox.top, "each in a region of its own"


def set_in_lines(texts: Iterable[tuple[str, float, float]]) -> Page:
    """A page with some texts, each beginning at a place, of characters 9 points wide and high."""
    placed = [(char, x + 9 * i, y) for text, x, y in texts for i, char in enumerate(text)]
    boxes = np.array([(x, y, x + 8.5, y + 9) for _, x, y in placed])
    return Page(1, 500, 800, 0, "text", "", False, Glyphs("".join(char for char, _, _ in placed), boxes))


def test_edges_of_white_boxes_behind_numbers_end_no_table_between_rules() -> None:
    """Its last row's label goes on below its figures."""
    page = set_in_lines(
        [
            ("属于行政查询事项", 60, 103),
            ("没有现成信息需要另行制作", 60, 123),
            ("结转下年度继续办", 60, 143),
            ("理", 60, 154),
            *(("0", 300 + 40 * i, y) for i in range(4) for y in (103, 123, 143)),
            ("政府信息公开行政复议、行政诉讼情况", 60, 180),
            ("尚未审结", 60, 203),
            ("未经复议直接起诉", 200, 203),
            ("复议后起诉", 350, 203),
            *(("0", 80 + 90 * i, 223) for i in range(5)),
        ]
    )
    rules = [Ruling(50, y, 450, y) for y in (100, 120, 140, 165, 200, 220, 240)]
    boxes = [Ruling(298 + 40 * i, y, 310 + 40 * i, y, "fill") for i in range(4) for y in (141.5, 153.5)]
    block = Block(BBox(50, 100, 450, 240), "", len(rules), 0)
    whole = [one.bbox for one in parts_of(block, replace(page, rulings=tuple(rules)), WORDS)]
    assert whole[0] == BBox(50, 100, 450, 165)
    assert [one.bbox for one in parts_of(block, replace(page, rulings=(*rules, *boxes)), WORDS)] == whole
