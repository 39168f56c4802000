"""A few of the damaged files and texts of `fuzz.py`; it makes any number of them."""

from __future__ import annotations

import fuzz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SOME = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_only_our_own_exceptions_leave_the_reading_of_damaged_files() -> None:
    assert fuzz.mutations(iter(range(25))) == []


def test_a_seed_makes_the_same_damage_again() -> None:
    assert fuzz.mutated(1) == fuzz.mutated(1)
    assert fuzz.mutated(1) != fuzz.mutated(6)


@given(
    st.binary(max_size=200) | st.text("0123456789０１一二十百千万亿,.，．-+（）()/ 件元", max_size=80).map(str.encode)
)
@settings(SOME, max_examples=300)
def test_numerals_take_any_text(data: bytes) -> None:
    fuzz.numerals(data)


@given(st.lists(st.text(max_size=30), max_size=6).map(lambda texts: "\n".join(texts).encode("utf-8", "replace")))
@settings(SOME, max_examples=25)
def test_the_aligner_takes_any_text(data: bytes) -> None:
    fuzz.aligner(data)


@given(st.binary(max_size=300), st.integers(0, 20_000), st.integers(0, 60))
@settings(SOME, max_examples=25)
def test_the_layout_loader_takes_any_text(data: bytes, at: int, length: int) -> None:
    fuzz.layouts(data)
    whole = (fuzz.SAMPLES.parent / "layouts" / "disclosure-2021.yaml").read_bytes()
    fuzz.layouts(whole[: at % len(whole)] + data[:length] + whole[at % len(whole) + length :])
