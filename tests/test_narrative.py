"""The narrative as a witness: which sentences count, which number they say, and what follows for the cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import samples_truth
import years
from hypothesis import given
from hypothesis import strategies as st
from reports import edition, report

import extract
from extract.counts import Counts
from extract.errors import LayoutError
from extract.issuer import Place, lines_of
from extract.layout import shipped as layouts
from extract.model import (
    BBox,
    Cell,
    CellId,
    Glyphs,
    Page,
    PrintedLine,
    Quote,
    Recognised,
    Report,
    Sheet,
    Status,
)
from extract.narrative import Passage, passages_on, questions, witnessed
from extract.narrative.passages import _plain
from extract.numerals import spoken

REQUESTS, PROACTIVE = "disclosure_requests", "proactive_disclosure"
RECEIVED = CellId(REQUESTS, "received", "total")
LICENSING = CellId(PROACTIVE, "licensing", "decisions")
PENALTIES = LICENSING._replace(row="penalties")
FEES = CellId(PROACTIVE, "fees", "amount")
NARRATIVE = Path(__file__).parents[1] / "layouts" / "narrative.yaml"


def passage(*lines: str) -> Passage:
    """Lines of a page as they are heard."""
    return Passage(lines, tuple(map(_plain, lines)), (1,) * len(lines))


def told(
    text: str | Sequence[str],
    texts: Mapping[CellId, str],
    changes: Mapping[CellId, Mapping[str, object]] | None = None,
    year: int | None = 2023,
) -> Report:
    """A report with these figures in its tables, and this narrative."""
    lines = [text] if isinstance(text, str) else text
    base = report(texts=texts, changes=changes)
    base = replace(base, issuer=replace(base.issuer, agency="甲局", year=year))
    return witnessed(base, [passage(*lines)], questions(Counts.shipped(), layouts()))


def quotes(one: Report, id_: CellId) -> list[Quote]:
    return [quote for quote in one.narrative if id_ in quote.cells]


def cell(one: Report, id_: CellId) -> Cell:
    return one[id_.table][id_.row, id_.column]


# --- what is heard

SENTENCES = [
    ("2023年收到政府信息公开申请8件。", RECEIVED, 8),
    ("全年新收到公民、法人和其他组织提交的政府信息公开申请共计８件，", RECEIVED, 8),
    ("收到申请1,024件", RECEIVED, 1024),
    ("共受理政府信息公开申请十二件", RECEIVED, 12),
    ("接收依申请公开申请二百零三件", RECEIVED, 203),
    ("本年没有收到政府信息公开申请。", RECEIVED, 0),
    ("收到政府信息公开申请8件，上年结转3件，", RECEIVED._replace(row="carried_in"), 3),
    ("收到申请8件，结转下年度继续办理2件", RECEIVED._replace(row="carried_forward"), 2),
    ("予以公开5件，部分公开1件，不予公开2件", RECEIVED._replace(row="granted"), 5),
    ("予以公开5件，部分公开1件，不予公开2件", RECEIVED._replace(row="partially_granted"), 1),
    ("不予公开两件", RECEIVED._replace(row="denied.state_secret"), 2),
    ("作出行政许可决定128件，行政处罚 30 件", LICENSING, 128),
    ("行政许可128件，行政处罚 30 件", PENALTIES, 30),
    ("收取行政事业性收费1.5万元", FEES, Decimal("1.5")),
    ("收取行政事业性收费15000元", FEES, Decimal("1.5")),
    ("制发行政规范性文件3件", CellId(PROACTIVE, "normative_documents", "issued"), 3),
    ("因政府信息公开被申请行政复议3件", CellId("administrative_reconsideration", "all", "total"), 3),
    ("因政府信息公开引起的行政诉讼4件", CellId("administrative_litigation", "direct", "total"), 4),
]


@pytest.mark.parametrize(("text", "id_", "value"), SENTENCES)
def test_a_sentence_says_a_number_of_a_cell(text: str, id_: CellId, value: int | Decimal) -> None:
    assert [quote.value for quote in quotes(told(text, {}), id_)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "2022年收到政府信息公开申请8件",
        "去年收到政府信息公开申请8件",
        "自2008年以来收到政府信息公开申请8件",
        "其中网上收到政府信息公开申请8件",
        "收到政府信息公开申请约8件",
        "收到政府信息公开申请1.2万件",
        "收到政府信息公开申请十余件",
        "收到政府信息公开申请8-10件",
        "收到政府信息公开申请百件",
        "收到政府信息公开申请人意见8件",
        "收到政府信息公开申请8①件",
        "收到政府信息公开申请8²件",
        "没有收到政府信息公开申请行政复议的情况",
        "收到政府信息公开申请，8人。件",
    ],
)
def test_what_says_something_else_is_not_heard(text: str) -> None:
    assert quotes(told(text, {RECEIVED: "8"}), RECEIVED) == []


def test_a_sentence_may_go_on_on_the_next_line_and_page() -> None:
    one = told(["收到政府信息公开申", "请12", "8件，"], {RECEIVED: "128"})
    (quote,) = quotes(one, RECEIVED)
    assert (quote.value, quote.agrees, quote.text, quote.page) == (128, True, "收到政府信息公开申\n请12\n8件，", 1)


def test_a_year_that_is_not_known_is_no_reason_to_hear_two() -> None:
    text = "2022年收到政府信息公开申请5件，2023年收到政府信息公开申请8件"
    assert [quote.value for quote in quotes(told(text, {}, year=None), RECEIVED)] == [5]
    assert [quote.value for quote in quotes(told("2023年" + text[11:], {}, year=None), RECEIVED)] != []


# --- what follows from it


def test_agreement_is_a_witness() -> None:
    one = told("行政许可128件，收到政府信息公开申请8件。", {LICENSING: "128", RECEIVED: "8"})
    assert cell(one, LICENSING).agreeing == ("narrative",)
    assert cell(one, RECEIVED).agreeing == ("narrative",)
    assert one.warnings == ()


def test_identities_are_witnesses_whatever_the_narrative_says() -> None:
    published = extract.read(samples_truth.FOLDER / "wrong-totals.pdf")
    failing = {id_ for result in published.identities if result.holds is False for id_ in (*result.left, *result.right)}
    holding = {id_ for result in published.identities if result.holds for id_ in (*result.left, *result.right)}
    assert failing
    assert {one.id for one in published.cells if any(w.startswith("identity:") for w in one.disagreeing)} == failing
    assert {one.id for one in published.cells if any(w.startswith("identity:") for w in one.agreeing)} == holding


def test_a_written_value_stays_and_the_disagreement_is_told() -> None:
    one = told("作出行政许可决定30件。", {LICENSING: "128"}, {LICENSING: {"status": Status.READ}})
    found = cell(one, LICENSING)
    assert (found.value, found.status, found.disagreeing) == (Decimal(128), Status.READ, ("narrative",))
    assert one.warnings == ("the narrative on page 1 says 30, the table 128: proactive_disclosure/licensing/decisions",)


@pytest.mark.parametrize(
    ("status", "after"),
    [
        (Status.READ, Status.SUSPECT),
        (Status.BLANK, Status.SUSPECT),
        (Status.VERIFIED, Status.VERIFIED),
        (Status.SUSPECT, Status.SUSPECT),
        (Status.CORRECTED, Status.CORRECTED),
    ],
)
def test_a_recognised_value_that_nothing_else_vouches_for_is_put_in_doubt(status: Status, after: Status) -> None:
    change = {LICENSING: {"status": status, "source": "rapidocr"}}
    one = told("作出行政许可决定30件。", {LICENSING: "80"}, change)
    found = cell(one, LICENSING)
    assert (found.status, found.value) == (after, Decimal(80)), "a value never changes"
    assert (found.reasons == ("the narrative on page 1 says 30",)) == (status is not after)


def test_a_hint_vouches_and_never_accuses() -> None:
    change = {PENALTIES: {"status": Status.READ, "source": "rapidocr"}}
    one = told("公开行政处罚30件。", {PENALTIES: "80"}, change)
    assert (cell(one, PENALTIES).status, one.warnings) == (Status.READ, ())
    assert [quote.agrees for quote in quotes(one, PENALTIES)] == [None]


def test_where_sentences_differ_one_that_agrees_is_enough_and_none_is_no_proof() -> None:
    text = "市政府办公室收到政府信息公开申请5件。全市收到政府信息公开申请8件。"
    one = told(text, {RECEIVED: "8"})
    assert [quote.agrees for quote in quotes(one, RECEIVED)] == [None, True]
    assert one.warnings == ()
    one = told(text, {RECEIVED: "9"})
    assert [quote.agrees for quote in quotes(one, RECEIVED)] == [None, None]
    assert one.warnings == ()


def test_amounts_may_be_rounded_counts_may_not() -> None:
    assert cell(
        told("收取行政事业性收费59237.24万元", {FEES: "x"}, {FEES: {"value": Decimal("59237.2449")}}), FEES
    ).agreeing
    assert not cell(told("收取行政事业性收费59237.25万元", {}, {FEES: {"value": Decimal("59237.2449")}}), FEES).agreeing
    assert not cell(told("作出行政许可决定12件", {}, {LICENSING: {"value": Decimal("12.4")}}), LICENSING).agreeing


@pytest.mark.parametrize("status", [Status.MISSING, Status.UNREADABLE])
def test_a_cell_without_a_number_is_neither_borne_out_nor_contradicted(status: Status) -> None:
    one = told("作出行政许可决定30件。", {}, {LICENSING: {"status": status, "value": None}})
    (quote,) = quotes(one, LICENSING)
    assert (quote.total, quote.agrees) == (None, None)
    assert cell(one, LICENSING).status is status


@given(st.integers(0, 10**9), st.sampled_from(("件", "条", "宗")))
def test_a_number_reads_as_it_is_said(number: int, unit: str) -> None:
    (quote,) = quotes(told(f"收到政府信息公开申请{number}{unit}。", {RECEIVED: str(number)}), RECEIVED)
    assert (quote.value, quote.agrees) == (number, True)


@given(st.text(alphabet="收到政府信息公开申请上年结转0123456789十百千万亿件元，。年去\n", max_size=60))
def test_no_text_changes_a_value_or_a_native_status(text: str) -> None:
    before = report(texts={RECEIVED: "8"})
    after = witnessed(before, [passage(text)], questions(Counts.shipped(), layouts()))
    assert [(c.value, c.status, c.text) for c in after.cells] == [(c.value, c.status, c.text) for c in before.cells]


def test_numbers_as_they_are_said() -> None:
    holds = edition("2021").values["money"]
    assert spoken("三千零五", "万元", holds) == 3005
    assert spoken("2513000", "元", holds) == Decimal("251.3")
    assert spoken("2", "件", holds) is None
    assert spoken("万", "万元", holds) is None


# --- where it is heard


def page(number: int, lines: Sequence[tuple[str, float]], **other: object) -> Page:
    """A page whose lines stand at these heights, each character 10 points wide."""
    text = "".join(line for line, _ in lines)
    boxes = [(10 + 10 * i, top, 20 + 10 * i, top + 10) for line, top in lines for i in range(len(line))]
    glyphs = Glyphs(text, np.array(boxes, dtype=np.float64).reshape(-1, 4))
    return Page(number, 595, 842, 0, "text", "\n".join(line for line, _ in lines), False, glyphs, **other)  # type: ignore[arg-type]


def test_tables_part_passages_and_page_numbers_do_not() -> None:
    one = page(1, [("收到政府信息公开申请", 100), ("件数", 300), ("结转下年", 500), ("-1-", 800)])
    two = page(2, [("度2件", 50), ("2", 810)])
    table = {1: [BBox(0, 290, 600, 320)]}
    found = list(passages_on([one, two], lines_of([one, two]), table, Place(1, float("-inf")), None))
    assert [one.whole for one in found] == ["收到政府信息公开申请", "结转下年度2件"]
    assert found[1].told(4, 7) == ("度2件", 2)


def test_a_report_ends_where_the_next_begins() -> None:
    one = page(1, [("收到申请8件", 100), ("收到申请9件", 500)])
    found = list(passages_on([one], lines_of([one]), {}, Place(1, float("-inf")), Place(1, 400)))
    assert [one.whole for one in found] == ["收到申请8件"]
    assert [p.whole for p in passages_on([one], lines_of([one]), {}, Place(1, 400), None)] == ["收到申请9件"]


def test_lines_of_scans_are_heard_where_they_were_read_surely() -> None:
    def line(text: str, top: float, score: float | None) -> PrintedLine:
        read = None if score is None else Recognised(text, score, "", 0.0)
        return PrintedLine(BBox(10, top, 300, top + 10), read)

    sheet = Sheet(np.zeros((842, 595), np.uint8), 1.0, np.zeros((2, 2, 2)), 600)
    lines = (line("收到申请", 10, 0.99), line("8件", 30, 0.5), line("行政许可", 50, 0.95), line("3件", 70, None))
    one = replace(page(1, []), sheet=sheet, lines=lines, kind="image")
    assert [p.whole for p in passages_on([one], lines_of([one]), {}, Place(1, float("-inf")), None)] == [
        "收到申请",
        "行政许可",
    ]


# --- the file of patterns


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("<over>结转的?<any_request>?<all><number><unit>", "<over>结转<nonsense>", "nonsense"),
        ("<over>结转的?<any_request>?<all><number><unit>", "<over>结转<number>", "one <number> and one <unit>"),
        ("<over>结转的?<any_request>?<all><number><unit>", "(<over>结转<number><unit>", "counts.1.says"),
        ("rows: [received]", "rows: []", "rows"),
        ("years: '", "years: '(", "years"),
        ("form: disclosure", "form: [", "not YAML"),
    ],
)
def test_a_damaged_file_of_patterns_is_refused(old: str, new: str, cause: str) -> None:
    text = NARRATIVE.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(LayoutError, match=cause):
        Counts.parse(text.replace(old, new, 1), "narrative.yaml")


def test_every_count_is_of_cells_of_some_edition() -> None:
    counts: Counts = Counts.shipped()
    assert all(any(count.cells(layout) for layout in layouts()) for count in counts.counts)
    covered = {id_ for equation in edition("2021").equations for id_ in (*equation.left, *equation.right)}
    witnessed_ = {id_ for count in counts.counts for id_ in count.cells(edition("2021"))}
    assert {LICENSING, PENALTIES, FEES} <= witnessed_ - covered


# --- end to end


def test_a_report_whose_narrative_and_table_differ(tmp_path: Path) -> None:
    pytest.importorskip("reportlab", reason="the samples extra draws reports")
    overview = (
        "（一）依申请公开情况。2023年收到政府信息公开申请十三件，上年结转3件，结转下年度继续办理3件。",
        "（二）行政执法。全年作出行政许可决定3023件，作出行政处罚决定1978件。",
    )
    one = extract.read(years.put(tmp_path / "r.pdf", 2023, overview=overview))
    assert cell(one, LICENSING).agreeing == ("narrative",)
    assert cell(one, PENALTIES).disagreeing == ("narrative",)
    assert cell(one, PENALTIES).status is Status.READ
    assert "narrative" in cell(one, RECEIVED).agreeing
    assert one.warnings == (
        "the narrative on page 1 says 1978, the table 1977: proactive_disclosure/penalties/decisions",
    )
