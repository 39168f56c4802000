"""Runs of ink, and what lies near what, against the plain way to find them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.scan.pixels.lines import smaller
from extract.scan.pixels.runs import Runs
from extract.scan.rulings.tables import _bridged, _groups
from extract.scan.text.textlines import _near


@given(st.integers(0, 9), st.integers(0, 40), st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_runs_are_those_of_each_row(height: int, width: int, seed: int, share: float) -> None:
    mask = np.where(np.random.default_rng(seed).random((height, width)) < share, 255, 0).astype(np.uint8)
    runs = Runs.of(mask)
    found = [
        (row, start - row * (width + 1), stop - row * (width + 1))
        for row, start, stop in zip(runs.rows.tolist(), runs.starts.tolist(), runs.stops.tolist(), strict=True)
    ]
    plain = []
    for row in range(height):
        turns = np.flatnonzero(np.diff(np.concatenate(([0], mask[row] > 0, [0])).astype(int))).reshape(-1, 2)
        plain += [(row, start, stop) for start, stop in turns.tolist()]
    assert found == plain
    assert np.array_equal(runs.mask(255), mask)


@given(st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_all_boxes_near_each_other_are_paired_once(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    corners = rng.integers(0, 120, (count, 2)).astype(float)
    boxes = np.concatenate((corners, corners + rng.integers(1, 30, (count, 2))), axis=1)
    one, other = _near(boxes, 11.0, 4.0)
    pairs = sorted(tuple(sorted(pair)) for pair in zip(one.tolist(), other.tolist(), strict=True))
    gap = np.maximum(boxes[:, None, :2], boxes[:, :2]) - np.minimum(boxes[:, None, 2:], boxes[:, 2:])
    near = (gap[..., 0] <= 11.0) & (gap[..., 1] <= 4.0)
    assert pairs == [(i, j) for i in range(count) for j in range(i + 1, count) if near[i, j]]


def test_a_page_of_noise_takes_no_memory_for_all_pairs() -> None:
    rng = np.random.default_rng(1)
    corners = rng.uniform(0, 800, (20_000, 2))
    one, _ = _near(np.concatenate((corners, corners + 3.0), axis=1), 11.0, 4.0)
    assert 20_000 < len(one) < 20_000**2 // 100


@pytest.mark.parametrize("seed", range(3))
def test_pieces_in_line_are_bridged_however_many_others_there_are(seed: int) -> None:
    rng = np.random.default_rng(seed)
    starts = np.arange(0.0, 500.0, 20.0)
    line = np.stack((0 * starts + 300.0, starts, starts + 10.0, 0 * starts + 10.0, 0 * starts + 1.0), axis=1)
    far = rng.uniform(0, 290, (400, 1)), rng.uniform(0, 500, (400, 1))
    noise = np.concatenate((far[0], far[1], far[1] + 4.0, far[0] * 0 + 4.0, far[0] * 0 + 1.0), axis=1)
    made = _bridged(np.concatenate((noise, line))[rng.permutation(400 + len(line))])
    assert made[made[:, 0] == 300.0].tolist() == [[300.0, 0.0, 490.0, 10.0 * len(line), 1.0]]


def test_groups_lead_from_rows_to_columns_and_back() -> None:
    meets = np.array([[1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0]], dtype=bool)
    rows, columns = _groups(meets)
    assert rows.tolist() == [0, 1, 2, 0]
    assert columns.tolist() == [0, 0, 2, 4]


@given(st.integers(1, 6), st.integers(1, 40), st.integers(0, 2**32 - 1), st.integers(0, 9))
def test_runs_are_widened_as_far_as_their_rows_reach(height: int, width: int, seed: int, by: int) -> None:
    mask = (np.random.default_rng(seed).random((height, width)) < 0.1).astype(np.uint8)
    wide = cv2.dilate(mask, np.ones((1, 2 * by + 1), np.uint8))
    widened = Runs.of(mask).widened(by)
    assert np.array_equal(widened.mask(), wide)
    plain = Runs.of(np.asarray(wide, dtype=np.uint8))
    assert np.array_equal(widened.starts, plain.starts)
    assert np.array_equal(widened.stops, plain.stops)


@given(st.integers(1, 6), st.integers(1, 40), st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_runs_overlap_where_both_masks_have_pixels(height: int, width: int, seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    one, other = ((rng.random((height, width)) < some).astype(np.uint8) for some in (0.5, share))
    runs, inside = Runs.of(one), (one & other).ravel()
    starts = runs.starts - runs.rows
    plain = [
        int(inside[start : start + length].sum())
        for start, length in zip(starts, runs.stops - runs.starts, strict=True)
    ]
    assert runs.overlap(Runs.of(other)).tolist() == plain


@pytest.mark.parametrize("share", [0.12, 0.25, 0.4, 0.75])
def test_what_is_made_smaller_stays_where_it_is(share: float) -> None:
    grey = np.full((700, 1000), 250, np.uint8)
    places = np.array([(100, 80), (930, 90), (500, 350), (940, 640)])
    for x, y in places.tolist():
        cv2.rectangle(grey, (x - 12, y - 12), (x + 12, y + 12), 0, -1)
    small = smaller(grey, share)
    _, _, stats, centres = cv2.connectedComponentsWithStats((small < 125).astype(np.uint8))
    found = (centres[1:] + 0.5) / share - 0.5
    assert len(stats) == 5
    off = np.abs(found[:, None] - places).max(axis=2)
    assert (off.min(axis=1) < 0.75 / share).all()
