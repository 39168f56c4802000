"""Like print is read once, and digits seen elsewhere bear out a number."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inked import Grey, digits, seen

from extract.model import Recognised
from extract.scan.cells.likeness import Print, borne_out
from extract.scan.text.twins import read_alike


class Counting:
    """An engine that reads an image by its mean, and counts what it is asked."""

    name = "counting"
    provenance = MappingProxyType({})

    def __init__(self) -> None:
        self.asked = 0

    def read(self, lines: Sequence[Grey]) -> list[Recognised]:
        self.asked += len(lines)
        return [seen(str(int(line.mean()) % 10), 0.99) for line in lines]


@given(st.text("0123456789", min_size=1, max_size=40))
def test_like_print_is_read_alike_and_less_often(text: str) -> None:
    images = [255 - digits(char) for char in text]
    engine = Counting()
    read = read_alike(engine, images, images)
    assert [one.text for one in read] == [one.text for one in Counting().read(images)]
    assert engine.asked <= sum(min(text.count(char), 3) for char in set(text))


def printed(text: str, read: str | None = None, score: float = 0.99, *, alone: bool = True) -> Print:
    """A number as drawn, read as itself unless said otherwise."""
    return Print(255 - digits(text, gap=4), seen(text if read is None else read, score), alone)


ELSEWHERE = [printed(text) for text in ("3105", "9715", "70", "9053", "913", "42", "24", "842", "86", "68", "6842")]


"""Lines that show every digit three times or more."""


@given(st.text("0123456789", min_size=1, max_size=7))
def test_digits_seen_elsewhere_bear_out_a_number(text: str) -> None:
    said = borne_out([printed(text), *ELSEWHERE])
    assert said[0].text == text
    assert said[0].score == 0.99


@given(st.text("0123456789", min_size=1, max_size=7), st.text("0123456789", min_size=1, max_size=7))
def test_a_misread_number_is_not_borne_out(text: str, read: str) -> None:
    said = borne_out([printed(text, read), *ELSEWHERE])
    assert (0 in said) == (text == read)


def test_one_misreading_bears_out_no_other() -> None:
    assert not {0, 1} & borne_out([printed("8", "3"), printed("88", "33"), *ELSEWHERE]).keys()


@pytest.mark.parametrize(
    "line", [printed("35", score=0.9), printed("35", alone=False), Print(255 - digits("35"), None, alone=True)]
)
def test_what_is_in_doubt_or_not_alone_is_read_again(line: Print) -> None:
    assert 0 not in borne_out([line, *ELSEWHERE])


def test_a_digit_seen_nowhere_else_is_read_again() -> None:
    assert 0 not in borne_out([printed("35"), printed("1"), printed("115"), printed("35")])
    assert not borne_out([])
