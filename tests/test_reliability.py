"""How curves of confidence are counted, and how they are held against other cells."""

from __future__ import annotations

import pytest

pytest.importorskip("benchmarks", reason="the source tree is needed, not the installed package alone")

import random
from itertools import pairwise
from xml.etree import ElementTree

import yaml
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.calibration import written
from benchmarks.reliability import Observation, believed, calibration_error, crossed, curve, fitted, trades
from benchmarks.reliability_picture import picture
from extract.check.confidence import Calibration, Evidence, share_at

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=200)


@given(PAIRS)
def test_a_curve_rises_from_nought_and_is_never_certain(pairs: list[tuple[float, bool]]) -> None:
    steps = curve(pairs)
    assert steps[0].score == 0
    assert all(0 < step.right < 1 for step in steps)
    assert all(a.score < b.score and a.right < b.right for a, b in pairwise(steps))


@given(st.integers(1, 5000))
def test_what_was_never_seen_wrong_is_the_surer_the_more_was_seen(count: int) -> None:
    (step,) = curve([(0.9, True)] * count)
    (more,) = curve([(0.9, True)] * (2 * count))
    assert step.right <= more.right < 1


def drawn(seed: int, *, documents: int = 60, cells: int = 100) -> list[Observation]:
    """Cells that are right as often as their score says, squared: a reader that is too sure of itself."""
    rng = random.Random(seed)
    found = []
    for number in range(documents):
        for _ in range(cells):
            score = rng.random()
            kind = rng.choice((Evidence.DOUBTED, Evidence.BLAMED))
            found.append(Observation(str(number), "recognised", kind, score, True, rng.random() < score**2))
    return found


def test_curves_mend_a_reader_that_is_too_sure() -> None:
    calibration = fitted(drawn(1))
    held = believed(drawn(2), calibration)
    assert calibration_error(held) < 0.03
    assert calibration_error([one._replace(confidence=one.seen.score) for one in held]) > 0.1
    assert all(abs(share_at(calibration.recognised[Evidence.DOUBTED], s) - s**2) < 0.2 for s in (0.1, 0.5, 0.95))


def test_the_picture_has_a_ring_and_a_disc_for_each_kind_that_was_seen() -> None:
    held = believed(drawn(6), fitted(drawn(6)))
    drawing = ElementTree.fromstring(picture({"scanned": held, "native": []}))
    assert len(drawing.findall("{*}circle")) == 4
    assert {"doubted", "blamed"} < {text.text for text in drawing.findall("{*}text")}


def test_no_report_has_a_part_in_the_curves_it_is_held_against() -> None:
    """One report is all wrong where others are all right: curves that knew it would say so."""
    seen = [one._replace(right=one.document != "7") for one in drawn(5)]
    held = crossed(seen, (), 4)
    assert sorted(one.seen for one in held) == sorted(seen)
    assert min(one.confidence for one in held if one.seen.document == "7") > 0.99


def test_curves_are_read_back_as_they_were_written() -> None:
    calibration = fitted(drawn(3))
    assert Calibration.model_validate(yaml.safe_load(written(calibration))) == calibration


def test_a_threshold_costs_looks_and_lowers_what_is_expected_to_be_wrong() -> None:
    seen = [one._replace(flagged=False) for one in drawn(4)]
    for lower, higher in pairwise(trades(believed(seen, fitted(seen)))):
        assert lower.looks <= higher.looks
        assert lower.expected >= higher.expected
        assert lower.wrong >= higher.wrong
