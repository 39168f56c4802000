"""Runs of ink along rows, and connected parts: the same as OpenCV's own, which takes longer."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from extract.scan.components import components, only
from extract.scan.runs import Runs

MASKS = arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 30)), elements=st.sampled_from((0, 0, 1)))
ODD = st.integers(0, 5).map(lambda half: 2 * half + 1)
MARGIN = 20


def morphed(mask: np.ndarray, how: int, window: int) -> np.ndarray:
    """What OpenCV makes of a mask on wide paper: at the edge of an image it takes ink for granted."""
    wide = cv2.copyMakeBorder(mask, 0, 0, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=(0,))
    return cv2.morphologyEx(wide, how, np.ones((1, window), np.uint8))[:, MARGIN:-MARGIN]


@given(MASKS)
def test_a_mask_is_its_runs(mask: np.ndarray) -> None:
    assert np.array_equal(Runs.of(mask).mask(), mask)
    assert np.array_equal(Runs.of(mask).mask(255), 255 * mask)


@given(MASKS, ODD)
def test_runs_are_closed_and_opened_as_masks_are(mask: np.ndarray, window: int) -> None:
    assert np.array_equal(Runs.of(mask).closed(window).mask(), morphed(mask, cv2.MORPH_CLOSE, window))
    assert np.array_equal(Runs.of(mask).opened(window).mask(), morphed(mask, cv2.MORPH_OPEN, window))


@given(MASKS)
def test_parts_are_those_of_opencv(mask: np.ndarray) -> None:
    labels, stats = components(mask)
    count, wanted, sizes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    assert len(stats) == count
    # Numbers may differ: what is one part there is one part here.
    pairs = set(zip(labels.ravel().tolist(), wanted.ravel().tolist(), strict=True))
    assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})
    assert all(stats[one].tolist() == sizes[other].tolist() for one, other in pairs if other)


@given(MASKS, st.integers(1, 6))
def test_only_large_parts_are_kept(mask: np.ndarray, least: int) -> None:
    labels, stats = components(mask)
    kept = only(mask, labels, stats[:, cv2.CC_STAT_AREA] >= least)
    count, wanted, sizes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    large = [i for i in range(1, count) if sizes[i, cv2.CC_STAT_AREA] >= least]
    assert np.array_equal(kept, np.isin(wanted, large).astype(np.uint8))
