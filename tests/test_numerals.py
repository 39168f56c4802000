import ast
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract import numerals
from extract.layout import Holds
from extract.numerals import Numeral, parse

COUNT = Holds(unit="count", decimals=0, counters=("件", "个"))
CHANGE = Holds(unit="count", decimals=0, signed=True, counters=("件",))
YUAN = Holds(
    unit="yuan",
    decimals=6,
    counters=("元",),
    other_units={"万元": Decimal(10000), "万": Decimal(10000), "亿元": Decimal(10**8)},
)
WAN_YUAN = Holds(
    unit="10k_yuan",
    decimals=6,
    counters=("万元", "万"),
    other_units={"元": Decimal("0.0001"), "亿元": Decimal(10000)},
)
MARKS = ("-", "/", "\\", "|", "无", "~")
ALL = [COUNT, CHANGE, YUAN, WAN_YUAN]


def read(text: str, holds: Holds = COUNT) -> Numeral:
    return parse(text, holds, MARKS)


@pytest.mark.parametrize(
    ("text", "holds", "value"),
    [
        ("0", COUNT, "0"),
        ("12345678", COUNT, "12345678"),
        ("１２３", COUNT, "123"),
        (" 7\u3000", COUNT, "7"),
        ("1\u200b2", COUNT, "12"),
        ("1,234", COUNT, "1234"),
        ("1，234，567", COUNT, "1234567"),
        ("12\n34", COUNT, "1234"),
        ("12\r\n34", COUNT, "1234"),
        ("1\n2\n3", COUNT, "123"),
        ("22件", COUNT, "22"),
        ("22 件", COUNT, "22"),
        ("22（其中修订16件）", COUNT, "22"),
        ("22(其中修订\n16件)", COUNT, "22"),
        ("22（其中（含注）3）", COUNT, "22"),
        ("22 (注)", COUNT, "22"),
        ("22【注】件", COUNT, "22"),
        ("+19", CHANGE, "19"),
        ("＋19", CHANGE, "19"),
        ("-19", CHANGE, "-19"),
        ("－19", CHANGE, "-19"),
        ("−19", CHANGE, "-19"),
        ("—19", CHANGE, "-19"),
        ("-0", CHANGE, "0"),
        ("251000元", YUAN, "251000"),
        ("251000\n元", YUAN, "251000"),
        ("5万元", WAN_YUAN, "5"),
        ("5（万元）", WAN_YUAN, "5"),
        ("59237.2449", WAN_YUAN, "59237.2449"),
        ("59237．\n2449", WAN_YUAN, "59237.2449"),
        ("0.5", WAN_YUAN, "0.5"),
        ("1,234.50", WAN_YUAN, "1234.50"),
    ],
)
def test_plain_numbers_are_trusted(text: str, holds: Holds, value: str) -> None:
    assert read(text, holds) == Numeral("number", Decimal(value))


@pytest.mark.parametrize(
    ("text", "holds", "value", "doubt"),
    [
        ("0\n0", COUNT, "0", "leading zero"),
        ("05", COUNT, "5", "leading zero"),
        ("007", COUNT, "7", "leading zero"),
        ("00.5", WAN_YUAN, "0.5", "leading zero"),
        ("-3", COUNT, "-3", "negative"),
        ("+3", COUNT, "3", "plus"),
        ("22.5", COUNT, "22.5", "1 decimals"),
        ("0.1234567", YUAN, "0.1234567", "7 decimals"),
        ("22（其中", COUNT, "22", "bracket"),
        ("22）", COUNT, "22", "bracket"),
        ("22（16）", COUNT, "22", "second number"),
        ("（其中3件）22", COUNT, "22", "before it"),
    ],
)
def test_odd_numbers_carry_a_doubt(text: str, holds: Holds, value: str, doubt: str) -> None:
    numeral = read(text, holds)
    assert (numeral.kind, numeral.value) == ("number", Decimal(value))
    assert [doubt in each for each in numeral.doubts] == [True]


@pytest.mark.parametrize(
    ("text", "holds", "value"),
    [
        ("3 5", COUNT, "35"),
        ("1 234", COUNT, "1234"),
        ("1 ,234", COUNT, "1234"),
        ("- 5", CHANGE, "-5"),
        ("-\n5", CHANGE, "-5"),
    ],
)
def test_a_number_with_a_space_inside_is_for_the_sums_to_prove(text: str, holds: Holds, value: str) -> None:
    numeral = read(text, holds)
    assert (numeral.kind, numeral.value, numeral.doubts) == ("number", Decimal(value), ())
    assert ["space" in each for each in numeral.cautions] == [True]


@pytest.mark.parametrize("text", ["1,\n234", "1\n,234", "1，\n234，\n567"])
def test_a_number_broken_at_a_comma_is_for_the_sums_to_prove(text: str) -> None:
    numeral = read(text, COUNT)
    assert numeral.value == Decimal(text.translate(dict.fromkeys(map(ord, ",，\n"))))
    assert not numeral.doubts
    assert numeral.cautions == (numerals.BROKEN,)


def test_lines_that_are_no_thousands_may_be_two_numbers() -> None:
    assert [("elsewhere" in each) for each in read("12\n1,\n234", COUNT).cautions] == [True]


@pytest.mark.parametrize(
    ("text", "holds", "unit", "converted"),
    [
        ("251000元", WAN_YUAN, "元", "25.1"),
        ("251000（元）", WAN_YUAN, "元", "25.1"),
        ("1（单位：元）", WAN_YUAN, "元", "0.0001"),
        ("3亿元", WAN_YUAN, "亿元", "30000"),
        ("25.1万元", YUAN, "万元", "251000"),
        ("25.1万\n元", YUAN, "万元", "251000"),
        ("25.1万", YUAN, "万", "251000"),
        ("99999999.999999亿元", YUAN, "亿元", "9999999999999900"),
    ],
)
def test_another_unit_is_never_converted_in_silence(text: str, holds: Holds, unit: str, converted: str) -> None:
    numeral = read(text, holds)
    assert numeral.value == Decimal(text.split(unit[0])[0].split("（")[0])
    assert any(f"printed with {unit}" in doubt for doubt in numeral.doubts)
    assert [text for text, _ in numeral.alternatives] == [converted]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\u3000", "\u200b\ufeff", "-", "－", "———", "- -", "−\n−", "─", "/", "／／", "无", "无（未发生）"],
)
def test_blanks(text: str) -> None:
    assert read(text) == Numeral("blank")


def test_a_mark_is_blank_only_where_the_layout_says_so() -> None:
    assert parse("/", COUNT, ("-",)).kind == "unreadable"


@pytest.mark.parametrize(
    ("text", "alternative"),
    [
        ("O", "0"),
        ("1o", "10"),
        ("〇", "0"),
        ("2〇", "20"),
        ("l2", "12"),
        ("I", "1"),
        ("1|", "11"),
        ("零", "0"),
        ("一", "1"),
        ("十二", "12"),
        ("二百零五", "205"),
        ("三万五千", "35000"),
        ("一二〇", "120"),
        ("5%", "5"),
        ("5.", "5"),
        (".5", "0.5"),
        ("5。", "5"),
        ("约5件", "5"),
        ("¥5", "5"),
        ("1,23", "123"),
        ("12,34,567", "1234567"),
        ("22²", "22"),
        ("5①", "5"),
        ("22\x00", "22"),
        ("1\u03362", None),
        ("3件5件", None),
        ("3/5", None),
        ("3—5", None),
        ("2（2）2", None),
        ("（5）", None),
        ("无（3）", None),
        ("()", None),
        ("（", None),
        ("件", None),
        ("5万2", None),
        ("1e5", None),
        ("1_000", None),
        ("0x10", None),
        ("NaN", None),
        ("Infinity", None),
        ("½", None),
        ("٣", None),
        ("\ufffd", None),
    ],
)
def test_everything_else_is_unreadable(text: str, alternative: str | None) -> None:
    numeral = read(text, COUNT)
    assert (numeral.kind, numeral.value) == ("unreadable", None)
    assert numeral.doubts
    assert [text for text, _ in numeral.alternatives] == ([alternative] if alternative else [])


def test_length_is_capped() -> None:
    assert read("1" * 200).value == int("1" * 200)
    assert read("1" * 12).doubts == ()
    assert read("1" * 13).doubts
    assert read("1" * 201).kind == "unreadable"
    assert read("（" * 200).kind == "unreadable"
    assert read(" " * 10_000_000).kind == "unreadable"


@given(st.text(), st.sampled_from(ALL))
def test_never_raises_and_a_number_reads_the_same_again(text: str, holds: Holds) -> None:
    numeral = read(text, holds)
    assert (numeral.value is None) == (numeral.kind != "number")
    assert all(0 <= weight <= 1 and Decimal(other).is_finite() for other, weight in numeral.alternatives)
    if numeral.value is not None:
        assert read(format(numeral.value, "f"), holds).value == numeral.value


@given(st.text("0123456789０１,，.．-－—+（）()件元万亿无O〇l十 \n\u3000\u200b/%注①²"), st.sampled_from(ALL))
def test_a_trusted_number_is_made_of_all_the_digits_outside_brackets(text: str, holds: Holds) -> None:
    numeral = read(text, holds)
    if numeral.kind == "number" and not numeral.doubts:
        outside, depth = "", 0
        for char in text:
            depth += (char in "（(") - (char in "）)")
            outside += "" if depth or char in "）)" else char
        digits = "".join(str(int(char)) for char in outside if char.isdecimal())
        assert digits == format(numeral.value.copy_abs(), "f").replace(".", "")
    if numeral.kind == "blank":
        assert not any(char.isdigit() for char in text)


NUMBERS = st.decimals(1 - 10**12, 10**12 - 1, allow_nan=False, allow_infinity=False, places=6)


@given(
    NUMBERS,
    st.integers(0, 6),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "元", " 元", "（注）", "\n(其中3件)"]),
    st.integers(1, 30),
)
def test_decimals_round_trip(
    number: Decimal, places: int, grouped: bool, wide: bool, after: str, wrapped_at: int
) -> None:
    signed = YUAN.model_copy(update={"signed": True})
    number = number.quantize(Decimal(1).scaleb(-places))
    text = format(number, ",f" if grouped else "f")
    if not grouped and len(text.lstrip("-")) > wrapped_at > 1:
        text = text[: wrapped_at + 1] + "\n" + text[wrapped_at + 1 :]
    if wide:
        text = text.translate({ord(char): ord(char) + 0xFEE0 for char in "0123456789,.-"})
    numeral = read(text + after, signed)
    assert (numeral.kind, numeral.value, numeral.doubts) == ("number", number, ())


def test_no_float_takes_part() -> None:
    tree = ast.parse(Path(numerals.__file__).read_text(encoding="utf-8"))
    assert not [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"
    ]
