"""Labels: likeness is a number from 0 to 1 whatever comes, and what people take for the same label is alike."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.labels import bigrams, is_label, plain, similarity, split_ordinal
from extract.layout import shipped

LABELS = sorted({s for layout in shipped() for g in layout.grids for k in g.keys for n in k.path for s in n.spellings})
HEADERS = sorted(
    {s for y in shipped() for g in y.grids for b in g.blocks for p in b.column_paths for n in p for s in n.spellings}
)
ODD = st.text(
    alphabet=st.one_of(st.sampled_from("（）()一二三1２.、． \n\t〇④㈠²½\u200b\ufeff\ud800政府信息"), st.characters())
)
CHINESE = st.text(alphabet="政府信息公开申请数量本年新收处理结果国家秘密其他", min_size=1, max_size=24)


@given(ODD, ODD)
@settings(max_examples=300)
def test_likeness_is_from_0_to_1_and_never_raises(one: str, other: str) -> None:
    assert 0.0 <= similarity(one, other) <= 1.0


@given(ODD)
def test_plain_is_idempotent_and_holds_letters_and_digits_only(text: str) -> None:
    once = plain(text)
    assert all(char.isalnum() for char in once)
    assert plain(once) == once


@given(ODD)
def test_a_label_is_split_into_its_number_and_the_rest(text: str) -> None:
    ordinal, rest = split_ordinal(text)
    assert rest or not ordinal
    assert ordinal == "" or plain(ordinal) == ordinal
    assert plain(rest) == rest


@given(CHINESE, CHINESE)
def test_likeness_is_symmetric(one: str, other: str) -> None:
    assert similarity(one, other) == pytest.approx(similarity(other, one), abs=1e-9)


@given(CHINESE)
def test_equal_labels_are_wholly_alike(label: str) -> None:
    assert similarity(label, label) == 1.0


@pytest.mark.parametrize("label", [*LABELS, *HEADERS])
def test_every_label_of_the_form_is_like_itself_however_it_is_spaced(label: str) -> None:
    assert similarity(label, label) == 1.0
    assert similarity(" ".join(label), label) == 1.0
    assert similarity("\n".join(label), label) == 1.0


@pytest.mark.parametrize("label", [label for label in [*LABELS, *HEADERS] if not label.endswith("）")])
def test_how_to_fill_a_row_in_may_stand_behind_its_label(label: str) -> None:
    assert similarity(f"{label}（指2020年的数，减用负值表示，如-8）", label) > 0.97


@given(st.sampled_from(LABELS), st.integers(0, 40))
def test_one_character_lost_or_wrong_costs_little(label: str, at: int) -> None:
    ordinal = len(label) - len(label.lstrip("（）一二三四五六七八12345678.、"))
    rest = label[ordinal:]
    if len(rest) < 5:
        return
    at %= len(rest)
    assert similarity(label[:ordinal] + rest[:at] + rest[at + 1 :], label) > 0.75
    assert similarity(label[:ordinal] + rest[:at] + "囧" + rest[at + 1 :], label) > 0.65


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("本年制發件數", "本年制发件数"),
        ("行政規範性文件", "行政规范性文件"),
        ("屬於國家秘密", "属于国家秘密"),
        ("不予處理", "不予处理"),
        ("結轉下年度繼續辦理", "结转下年度继续办理"),
        ("規范性文件", "规范性文件"),
        ("總計", "总计"),
    ],
)
def test_traditional_is_simplified(traditional: str, simplified: str) -> None:
    assert plain(traditional) == simplified
    assert similarity(traditional, simplified) == 1.0


@pytest.mark.parametrize(
    "printed", ["（一）", "(一)", "㈠", "（ 一 ）", "(一）", "（一）、", "一、", "一．", "一.", "一，"]
)
def test_chinese_numbering_in_any_form(printed: str) -> None:
    assert split_ordinal(f"{printed}予以公开") == ("一", "予以公开")
    assert similarity(f"{printed}予以公开", "（一）予以公开") == 1.0


@pytest.mark.parametrize("printed", ["1.", "1．", "1、", "1. ", "1 、", "（1）", "(1)", "⑴", "１．", "⒈", "1）"])
def test_arabic_numbering_in_any_form(printed: str) -> None:
    assert split_ordinal(f"{printed}属于国家秘密") == ("1", "属于国家秘密")
    assert similarity(f"{printed}属于国家秘密", "1.属于国家秘密") == 1.0


def test_another_number_before_the_same_words_is_a_hint_only() -> None:
    assert 0.9 < similarity("3.属于国家秘密", "1.属于国家秘密") < 1.0
    assert similarity("属于国家秘密", "1.属于国家秘密") == 1.0


def test_a_number_alone_is_no_numbering() -> None:
    assert split_ordinal("12") == ("", "12")
    assert split_ordinal("1.") == ("", "1")
    assert split_ordinal("一年来") == ("", "一年来")


@pytest.mark.parametrize(
    ("read", "label"),
    [
        ("本年度止件数", "本年废止件数"),
        ("其他法律行政止公开", "2.其他法律行政法规禁止公开"),
        ("内容事务信息", "5.属于三类内部事务信息"),
        ("（二）部分公开（区分处理的，只计这一情况）", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
    ],
)
def test_damage_seen_in_real_reports_stays_nearest_to_its_own_label(read: str, label: str) -> None:
    grids = [grid for layout in shipped() for grid in layout.grids]
    own = {node.label for grid in grids for key in grid.keys for node in key.path}
    own |= {node.label for grid in grids for block in grid.blocks for path in block.column_paths for node in path}
    assert label in own
    assert similarity(read, label) > max(similarity(read, other) for other in own if other and other != label)


@given(ODD, ODD)
def test_pairs_are_of_words_not_of_figures(one: str, other: str) -> None:
    pairs = bigrams(plain(one + other))
    assert all(len(pair) == 2 and not pair.isascii() for pair in pairs)
    assert not bigrams("2023 12")


@pytest.mark.parametrize(
    ("text", "label"), [("3.其", True), ("（三）其", True), ("其", False), ("3.件", False), ("3.5万", False)]
)
def test_one_letter_behind_a_rows_number_is_what_is_left_of_its_label(text: str, *, label: bool) -> None:
    assert is_label(text, shipped()[0].number_words) is label


def test_neighbouring_characters_exchanged_are_one_error() -> None:
    """As typists make it; the rest of a label of two characters is then half alike, and no more."""
    assert similarity("计总", "总计") == 0.5
    assert similarity("自人然", "自然人") == similarity("自人人", "自然人")
