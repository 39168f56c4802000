"""Who issued a report, for which year: titles, sentences, page headers and file names as publishers write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import samples_truth
import yaml
from hypothesis import given
from hypothesis import strategies as st

import extract
from extract.errors import LayoutError
from extract.issuer import contradict, decided, lines_of, openings, same_body, sightings
from extract.issuer.filename import claims as claims_of_name
from extract.issuer.sightings import dominant
from extract.model import BBox, Claim, Glyphs, Issuer, Page, PrintedLine, Recognised, Sheet
from extract.titles import Titles

WORDS = Titles.shipped()
SOURCE = Path(extract.__file__).parents[1] / "layouts" / "titles.yaml"
BODY = "碧潭县财政局"


def page(text: str, number: int = 1) -> Page:
    """A page whose text is known and whose boxes are not."""
    return Page(number, 595, 842, 0, "text", text, True, Glyphs("", np.empty((0, 4))))


def told(*pages: str) -> list[tuple[str, str, int | None]]:
    found = sightings(lines_of([page(text, i) for i, text in enumerate(pages, 1)]), WORDS)
    return [(one.source, one.agency, one.year) for one in found]


# --- titles


@pytest.mark.parametrize(
    ("text", "agency", "year"),
    [
        ("碧潭县财政局2023年政府信息公开工作年度报告", BODY, 2023),
        ("碧潭县财政局 2023 年政府信息公开工作年度报告", BODY, 2023),
        ("碧 潭 县 财 政 局 2 0 2 3 年 政 府 信 息 公 开 工 作 年 度 报 告", BODY, 2023),
        ("碧潭县财政局２０２３年政府信息公开工作年度报告", BODY, 2023),
        ("碧潭县财政局二〇二三年政府信息公开工作年度报告", BODY, 2023),
        ("碧潭县财政局二○二一年度政府信息公开工作报告", BODY, 2021),
        ("碧潭县财政局二零二二年政府信息公开年度报告", BODY, 2022),
        ("碧潭县财政局二O二三年政府信息公开年报", BODY, 2023),
        ("碧潭縣財政局2023年政府信息公開工作年度報告", BODY, 2023),
        ("2023年度碧潭县财政局政府信息公开工作年度报告", BODY, 2023),
        ("2023年政府信息公开工作年度报告", "", 2023),
        ("碧潭县财政局\n2023年政府信息公开工作年度报告", BODY, 2023),
        ("碧潭县财政局2023年政府信息公开工作年\n度报告", BODY, 2023),
        ("碧潭县财政局\n2023年度\n政府信息公开工作\n年度报告", BODY, 2023),
        ("碧潭县财政局政府信息公开工作年度报告\n（2023年度）", BODY, 2023),
        ("碧潭县财政局政府信息公开工作年度报告(2023年)", BODY, 2023),
        ("碧潭县财政局政府信息公开工作年度报告", BODY, None),
        ("碧潭县\n政府信息公开工作\n年度报告\n（2023年）", "碧潭县", 2023),
        ("政府信息公开工作\n年度报告\n（2023年）", "", 2023),
        ("2023年\n碧潭县财政局\n政府信息公开工作年度报告", BODY, 2023),
        ("# 碧潭县财政局2023年政府信息公开工作年度报告", BODY, 2023),
        ("碧潭县财政局2023年政府信息公开工作年度报告（草稿）", BODY, 2023),
        ("关于碧潭县财政局2023年政府信息公开工作年度报告的公告", BODY, 2023),
        ("碧潭县财政局政府信息公开工作2023年度报告", BODY, 2023),
        ("碧潭县财政局关于2023年度政府信息公开工作情况的报告", BODY, 2023),
        ("关于2023年政府信息公开工作年度报告", "", 2023),
        ("碧潭县人民政府办公室2023年政府信息公开工作年度报告", "碧潭县人民政府办公室", 2023),
        ("碧潭县人民政府信息公开工作年度报告", "碧潭县人民政府", None),
        ("本溪市财政局2023年政府信息公开工作年度报告", "本溪市财政局", 2023),
        ("本局2023年政府信息公开工作年度报告", "", 2023),
        ("碧潭县2023年政府信息公开工作年度报告", "碧潭县", 2023),
        ("清河乡人民政府2022年政府信息公开工作年度报告", "清河乡人民政府", 2022),
        ("清河镇2022年政务公开工作年度报告", "清河镇", 2022),
        ("柳溪湾街道办事处2022年政府信息公开工作年度报告", "柳溪湾街道办事处", 2022),
        ("国家统计局碧潭调查队2023年政府信息公开工作年度报告", "国家统计局碧潭调查队", 2023),
        ("碧潭县科学技术和工业信息化局（县大数据局）2024年政府信息公开工作年度报告",
         "碧潭县科学技术和工业信息化局(县大数据局)", 2024),
        ("附件1：碧潭县财政局2023年政府信息公开工作年度报告", BODY, 2023),
        ("《碧潭县财政局2023年政府信息公开工作年度报告》", BODY, 2023),
        ("碧潭县第三中学2023年信息公开工作年度报告", "碧潭县第三中学", 2023),
    ],
)  # fmt: skip
def test_titles(text: str, agency: str, year: int | None) -> None:
    before, after = "碧政办〔2024〕3号\n", "\n一、总体情况\n全年工作平稳有序，没有需要说明的情形。"
    assert told(text + after) == [("title", agency, year)]
    assert told(before + text + after) == [("title", agency, year)]
    assert told("— 1 —\n" + text + after + "\n第 1 页 共 3 页") == [("title", agency, year)]


@pytest.mark.parametrize(
    "text",
    [
        "按照要求，及时编制并发布了2022年政府信息公开工作年度报告。",
        "2022年政府信息公开工作年度报告中提出的问题已经整改。",
        "三、收到和处理政府信息公开申请情况",
        "中华人民共和国政府信息公开条例",
        "碧潭县财政局2023年部门决算公开报告",
        "政府信息公开指南",
        "碧潭县财政局3023年政府信息公开工作年度报告",
        "碧潭县财政局2003年政府信息公开工作年度报告",
        "碧潭县财政局2023年政府信息公开工作年度报告……………3",
    ],
)
def test_what_is_no_title(text: str) -> None:
    assert told(f"一、总体情况\n{text}\n（一）主动公开情况。") == []


def test_a_table_of_contents_and_links_to_other_reports_are_no_titles() -> None:
    listed = "\n".join(f"碧潭县{name}局2023年政府信息公开工作年度报告" for name in ("财政", "教育", "水利"))
    assert told(f"目录\n{listed}\n附录") == []
    years = "\n".join(f"{year}年政府信息公开年报" for year in (2020, 2021, 2022))
    assert told(years) == []


def test_a_title_that_comes_again_at_the_edge_of_pages_is_a_running_one() -> None:
    pages = [
        f"{BODY}2023年政府信息公开工作年度报告\n一、总体情况\n无。",
        *["碧潭县财政局2023年政府信息公开工作年度报告\n二、其他"] * 2,
    ]
    assert told(*pages) == [("title", BODY, 2023), *[("running", BODY, 2023)] * 2]


def test_a_header_that_names_the_whole_county_leaves_the_title_alone() -> None:
    assert told(f"碧潭县2023年政府信息公开年报\n{BODY}2023年政府信息公开工作年度报告\n一、总体情况") == [
        ("title", "碧潭县", 2023),
        ("title", BODY, 2023),
    ]


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_looked_through_without_fail(text: str) -> None:
    lines = lines_of([page(text), page(text, 2)])
    for one in (*sightings(lines, WORDS), *openings(lines, WORDS)):
        assert one.year is None or 2008 <= one.year <= 2099
        assert not WORDS.year_pattern.search(one.agency)


# --- sentences


@pytest.mark.parametrize(
    ("text", "source", "agency", "year"),
    [
        ("根据规定，现向社会公布碧潭县财政局2024年政府信息公开工作年度报告。", "statement", BODY, 2024),
        ("现将碧潭县财政局2024年度政府信息公开工\n作年度报告予以公布。", "statement", BODY, 2024),
        ("按照条例要求，特向社会公布2024年政府信息公开年度报告。", "statement", "", 2024),
        ("现公布2024年碧潭县财政局政府信息公开年报，欢迎监督。", "statement", BODY, 2024),
        ("所列数据的统计期限为2024年1月1日至12月31日。", "period", "", 2024),
        ("统计时限自 2024 年 1 月 1 日起至 2024 年 12\n月 31 日止。", "period", "", 2024),
    ],
)
def test_sentences_that_present_the_report(text: str, source: str, agency: str, year: int) -> None:
    assert told(f"总 则\n{text}\n一、总体情况") == [(source, agency, year)]


@pytest.mark.parametrize(
    "text",
    ["数据自2023年1月1日至2024年12月31日。", "自2019年5月15日起施行。", "2024年6月1日至12月31日试行。"],
)
def test_what_is_no_period_of_a_report(text: str) -> None:
    assert told(text) == []


def narrated(text: str) -> list[tuple[str, int | None]]:
    return [(one.agency, one.year) for one in dominant(openings(lines_of([page(text)]), WORDS))]


def test_the_narrative_tells_by_how_its_sentences_begin() -> None:
    assert narrated("一、总体情况\n2024年，灞桥区科技工信局认真贯彻条例。\n") == [("灞桥区科技工信局", 2024)]
    assert narrated("2024年，我局认真贯彻条例。") == [("", 2024)]
    assert narrated("2024年我局没有收到申请。") == [("", 2024)]
    for body in ("自贡市水利局", "通州区教育局", "全南县财政局", "将乐县人民政府", "和平区审计局"):
        assert narrated(f"2024年，{body}认真贯彻条例。") == [(body, 2024)]
    for other in ("在碧潭县委", "全市各级人民政府", "通过县政府办公室", "本县财政局"):
        assert narrated(f"2024年，{other}开展工作。") == [("", 2024)]
    assert narrated("2024年，在市政府办公室的指导下开展工作。") == [("", 2024)]
    assert narrated("自2019年条例修订以来，工作平稳。") == []
    assert narrated("2022年以来，工作平稳。") == []


def test_the_narrative_tells_the_year_that_most_of_it_names() -> None:
    own = "2023年，我局公开信息。全年有序。2023年，我局收到申请。"
    assert narrated(f"{own}2022年，我局受到表扬。") == [("", 2023), ("", 2023)]
    assert narrated("2023年，我局公开信息。2022年，我局受到表扬。") == []


# --- file names


@pytest.mark.parametrize(
    ("name", "agency", "year"),
    [
        ("碧潭县财政局2023年政府信息公开工作年度报告.pdf", BODY, 2023),
        ("in/2022/碧潭县财政局_2023年_政府信息公开年报.pdf", BODY, 2023),
        ("碧潭县财政局关于2023年度政府信息公开工作情况的报告(1).pdf", BODY, 2023),
        ("（公开版）碧潭县财政局2023年年报.pdf", BODY, 2023),
        ("012 碧潭县财政局 二〇二三年.pdf", BODY, 2023),
        ("20240131碧潭县财政局2023年年报.pdf", BODY, 2023),
        ("碧潭县财政局.tif", BODY, None),
        ("2023年政府信息公开年报.pdf", "", 2023),
        ("scans/碧潭县财政局2023年", BODY, 2023),
        ("碧潭县财政局2023年-p1.png", BODY, 2023),
        ("碧潭县财政局2023年第2页.jpg", BODY, 2023),
        ("report-2023.pdf", "", None),
        ("20240131.pdf", "", None),
        ("2024.pdf", "", None),
        ("report.pdf", "", None),
        ("年报.pdf", "", None),
    ],
)
def test_file_names(name: str, agency: str, year: int | None) -> None:
    expected = [("agency", agency)] * bool(agency) + [("year", str(year))] * bool(year)
    assert [(claim.about, claim.value) for claim in claims_of_name(name, WORDS)] == expected


# --- decisions


def year_of(**claims: int | Sequence[int]) -> Issuer:
    listed = [
        (source.replace("_", "-"), years if isinstance(years, list) else [years]) for source, years in claims.items()
    ]
    return decided(Claim("year", str(year), source, "", 1) for source, years in listed for year in years)


def test_claims_that_agree_are_followed_from_the_title_down() -> None:
    one = year_of(file_name=2023, narrative=2023, title=2023)
    assert (one.year, one.year_from, one.conflicts, one.undecided) == (2023, "title", (), ())
    assert [claim.source for claim in one.claims] == ["title", "narrative", "file-name"]
    assert year_of(file_name=2023).year_from == "file-name"
    assert decided([]) == Issuer()


@pytest.mark.parametrize(
    "claims",
    [
        {"title": 2022, "narrative": 2023},
        {"title": 2022, "period": 2023},
        {"title": [2022, 2023]},
        {"statement": 2022, "running": 2023},
        {"title": 2022, "file_name": 2023},
        {"title": 2022, "period": 2023, "narrative": 2023, "file_name": 2023},
    ],
)
def test_a_year_that_is_contradicted_is_not_chosen(claims: dict[str, int]) -> None:
    one = year_of(**claims)
    assert (one.year, one.year_from, one.undecided) == (None, "", ("year",))
    assert "2022" in one.conflicts[0]
    assert "2023" in one.conflicts[0]


def test_a_file_name_is_overruled_by_two_places_and_told() -> None:
    one = year_of(title=2022, narrative=2022, file_name=2023)
    assert (one.year, one.undecided) == (2022, ())
    assert one.conflicts == ("year: 2022 (title, page 1), but 2023 (file-name, page 1)",)


def agency_of(**claims: str) -> Issuer:
    return decided(Claim("agency", value, source.replace("_", "-"), "", 1) for source, value in claims.items())


def test_short_names_do_not_contradict_long_ones() -> None:
    long, short = "灞桥区科学技术和工业信息化局", "灞桥区科技工信局"
    assert same_body(long, short)
    assert same_body("碧潭县", "碧潭县人民政府办公室")
    assert not same_body("碧潭县财政局", "碧潭县教育局")
    assert agency_of(title=long, file_name=short).agency == long
    assert not agency_of(title=long, file_name=short).conflicts


def test_bodies_that_contradict_are_not_chosen_between() -> None:
    one = agency_of(title="碧潭县财政局", statement="碧潭县教育局")
    assert (one.agency, one.undecided) == ("", ("agency",))
    assert one.conflicts == ("agency: 碧潭县财政局 (title, page 1), but 碧潭县教育局 (statement, page 1)",)
    narrated = agency_of(title="碧潭县财政局", narrative="碧潭县人民政府办公室")
    assert (narrated.agency, narrated.conflicts) == ("碧潭县财政局", ()), "a narrative speaks of others too"


@given(*[st.tuples(st.sampled_from(["", "甲县", "乙县", "甲县财政局"]), st.sampled_from([None, 2022, 2023]))] * 2)
def test_contradiction_is_mutual_and_nothing_contradicts_itself(
    one: tuple[str, int | None], other: tuple[str, int | None]
) -> None:
    assert contradict(one, other) == contradict(other, one)
    assert not contradict(one, one)
    assert not contradict(one, ("", None))


# --- whole documents


@pytest.mark.parametrize("name", samples_truth.NAMES)
def test_samples_are_told(name: str) -> None:
    truth = yaml.safe_load((samples_truth.FOLDER / "truth" / f"{name}.yaml").read_text(encoding="utf-8"))
    one = samples_truth.report(name)
    assert (one.agency, one.year, one.issuer.conflicts) == (truth["agency"], truth["year"], ())
    for claim in one.issuer.claims:
        assert claim.page == 1
        assert claim.bbox is not None
        assert claim.bbox.contains((claim.bbox.x0 + claim.bbox.x1) / 2, (claim.bbox.top + claim.bbox.bottom) / 2)
        assert 0 < claim.bbox.x0 < claim.bbox.x1 < one.pages[0].width


@pytest.mark.parametrize("name", ["one-page.png", "clean-100.pdf"])
def test_titles_of_scans_are_read_for_it(name: str) -> None:
    one = extract.read(samples_truth.FOLDER / "scans" / name)
    source = {"one-page.png": "seed-000", "clean-100.pdf": "seed-003"}[name]
    truth = yaml.safe_load((samples_truth.FOLDER / "truth" / f"{source}.yaml").read_text(encoding="utf-8"))
    assert (one.agency, one.year) == (truth["agency"], truth["year"])


# --- the patterns themselves


def test_patterns_are_spelt_in_simplified_characters_without_white_space() -> None:
    for text in (*WORDS.parts.values(), *WORDS.titles, *WORDS.statements, *WORDS.periods, *WORDS.openings):
        assert "報" not in text
        assert "開" not in text
    assert re.fullmatch("(?:.*)", WORDS.closing_pattern.pattern)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("digits: [0", "digits: [x, 0", "ten lists"),
        ("  closing:", "  closings:", "closing is missing"),
        ("'<year>年?(?:年?度)?'", "'<yaer>年'", "yaer"),
        ("'<year>年?(?:年?度)?'", "'(<year>年'", "titles.0"),
        ("'<year>年?(?:年?度)?'", "'<of_year>年'", "within itself"),
        ("openings:", "opening:", "opening"),
        ("form: disclosure", "form: [", "not YAML"),
    ],
)
def test_broken_patterns_are_named(old: str, new: str, message: str) -> None:
    source = SOURCE.read_text(encoding="utf-8")
    assert old in source
    with pytest.raises(LayoutError, match=message) as error:
        Titles.parse(source.replace(old, new, 1), "broken.yaml")
    assert str(error.value).startswith("broken.yaml: ")


class _Told:
    """An engine that reads lines as it was told, each with its score."""

    name, provenance = "told", {}

    def __init__(self, *lines: tuple[str, float]) -> None:
        self.lines = [Recognised(text, score, "", 0.0) for text, score in lines]

    def read(self, images: Sequence[object]) -> list[Recognised]:
        assert len(images) == len(self.lines)
        return self.lines


def test_a_title_is_believed_whatever_its_pages_number_is_read_as() -> None:
    top = pytest.importorskip("extract.scan.top")
    boxes = [BBox(90, 70, 500, 90), BBox(280, 800, 312, 806)]
    sheet = Sheet(np.full((850, 600), 255, np.uint8), 1.0, np.zeros((2, 2, 2)), 32)
    scanned = replace(page(""), sheet=sheet, lines=tuple(map(PrintedLine, boxes)))
    title = "月湖区卫生健康局2020年政府信息公开工作年度报告"
    assert [text for text, _ in top.unread_lines(scanned, _Told((title, 0.99), ("— 1 —", 0.4)))] == [title, "— 1 —"]
    assert not top.unread_lines(scanned, _Told((title, 0.4), ("— 1 —", 0.99)))
