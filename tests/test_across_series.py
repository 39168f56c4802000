"""The arithmetic of `gongkai check`: years that follow from each other, and what is changed in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from reports import edition

from extract.across.series import of_body
from extract.across.store import Figure, Filed
from extract.model import CellId, Status

RECURRENCES = edition("2021").recurrences


@st.composite
def series(draw: st.DrawFn) -> list[dict[CellId, Decimal]]:
    """Years of figures that follow from each other."""
    ids = list(dict.fromkeys(id_ for one in RECURRENCES for id_ in (*one.now, *one.before, *one.plus, *one.minus)))
    amounts = st.decimals(0, 10**6, places=0)
    found_: list[dict[CellId, Decimal]] = []
    for year in range(draw(st.integers(2, 4))):
        own = {id_: draw(amounts) for id_ in ids}
        for one in RECURRENCES if year else ():
            total = sum(found_[-1][id_] for id_ in one.before) + sum(own[id_] for id_ in one.plus)
            own[one.now[0]] = total - sum(own[id_] for id_ in one.minus)
        found_.append(own)
    return found_


def filed(values: Sequence[Mapping[CellId, Decimal]]) -> list[Filed]:
    return [
        Filed(n, f"{n}.pdf", f"{n}", 1, "甲局", 2021 + n, {i: Figure(v, Status.READ, 1) for i, v in own.items()})
        for n, own in enumerate(values)
    ]


@given(series())
def test_what_follows_from_the_year_before_is_never_a_finding(values: list[dict[CellId, Decimal]]) -> None:
    assert list(of_body("甲局", filed(values), RECURRENCES)) == []


@given(series(), st.data())
def test_whatever_is_changed_is_found_and_the_difference_told(
    values: list[dict[CellId, Decimal]], data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(RECURRENCES))
    year = data.draw(st.integers(1, len(values) - 1))
    off = data.draw(st.integers(1, 1000))
    values[year][one.now[0]] += off
    told = [f for f in of_body("甲局", filed(values), RECURRENCES) if f.year == 2021 + year]
    assert [(f.identity, f.certain) for f in told] == [(f"{one.identity}:{one.at}", True)]
    assert told[0].found is not None
    assert told[0].expected is not None
    assert told[0].found - told[0].expected == off
