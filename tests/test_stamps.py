"""Stamps lighter than print are taken off a sheet, print upon them stays, and nothing else is taken for one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.model import Sheet
from extract.scan.paper.stamps import without_stamps

SCALE = 200 / 72
MESH = np.zeros((2, 2, 2))
Grey = NDArray[np.uint8]


def sheet(*layers: Grey) -> Sheet:
    """A sheet on which layers lie over each other, each lets through what is beneath it, softened as by a scanner."""
    grey = np.full(layers[0].shape, 1.0)
    for layer in layers:
        grey *= layer / 250
    soft = cv2.GaussianBlur((grey * 250).astype(np.uint8), (0, 0), 0.7)
    return Sheet(np.asarray(soft, dtype=np.uint8), SCALE, MESH, 32)


def paper() -> Grey:
    return np.full((900, 900), 250, np.uint8)


def print_(level: int, thickness: int = 2) -> Grey:
    page = paper()
    for y in range(80, 880, 50):
        for x in range(60, 860, 90):
            cv2.putText(page, str((x * y) % 89), (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.9, level, thickness, cv2.LINE_AA)
    return page


def stamp(level: int) -> Grey:
    page = paper()
    cv2.circle(page, (450, 450), 150, level, 8, cv2.LINE_AA)
    cv2.putText(page, "SEAL", (355, 480), cv2.FONT_HERSHEY_SIMPLEX, 2.6, level, 9, cv2.LINE_AA)
    return page


@pytest.mark.parametrize("level", [95, 120, 150])
def test_a_stamp_is_taken_off_and_the_print_upon_it_stays(level: int) -> None:
    text, seal = print_(25), stamp(level)
    made = without_stamps(sheet(text, seal), SCALE)
    clean = sheet(text).grey
    assert made.stamped is not None
    alone = (seal < 250) & (clean > 245)
    both = (seal == level) & (clean < 50)
    assert both.sum() > 100
    assert np.percentile(made.grey[alone], 5) > 240
    assert np.percentile(made.grey[both], 95) < 90
    assert (made.stamped[both] == 255).mean() > 0.6
    far = made.stamped == 0
    assert (made.grey[far] == sheet(text, seal).grey[far]).all()


def test_a_stamp_stays_where_print_is_as_faint() -> None:
    page = sheet(np.minimum(print_(25), paper()), np.roll(print_(120), 25, axis=0), stamp(110))
    assert without_stamps(page, SCALE) is page


@pytest.mark.parametrize(("level", "thickness"), [(25, 2), (25, 5), (110, 2)])
def test_print_alone_is_no_stamp(level: int, thickness: int) -> None:
    page = sheet(print_(level, thickness))
    assert without_stamps(page, SCALE) is page


def dense(size: int, strokes: int) -> Grey:
    """Lines of small characters, each of as many strokes across and half as many down, under a heading."""
    page = paper()
    cv2.putText(page, "HEADING", (60, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 25, 3, cv2.LINE_AA)
    chance = np.random.default_rng(1)
    for y in range(70, 440, size + 14):
        for x in range(100, 480, size + 2):
            for at in np.linspace(0, size, strokes).astype(int).tolist():
                start, end = chance.integers(0, size // 3), chance.integers(2 * size // 3, size)
                cv2.line(page, (x + int(start), y + at), (x + int(end), y + at), 25, 1)
                if at % 2:
                    cv2.line(page, (x + at, y + int(start)), (x + at, y + int(end)), 25, 1)
    return page


@pytest.mark.parametrize("size", [24, 28, 32])
@pytest.mark.parametrize("strokes", [5, 6, 7])
@pytest.mark.parametrize("blur", [1.0, 1.3, 1.6])
def test_blurred_print_is_no_stamp(size: int, strokes: int, blur: float) -> None:
    page = Sheet(cv2.GaussianBlur(dense(size, strokes), (0, 0), blur).astype(np.uint8), SCALE, MESH, 32)
    assert without_stamps(page, SCALE) is page


def test_a_shaded_field_is_no_stamp() -> None:
    shade = paper()
    shade[100:800, 100:850] = 170
    page = sheet(print_(25), shade)
    assert without_stamps(page, SCALE) is page


def test_nothing_is_taken_off_an_image_too_coarse_to_show_strokes() -> None:
    page = sheet(print_(25), stamp(110))
    assert without_stamps(page, SCALE).stamped is not None
    assert without_stamps(page, 100 / 72) is page


@pytest.mark.parametrize("level", [150, 200])
def test_a_highlighter_beside_print_is_no_stamp(level: int) -> None:
    """Some blurred characters look like strokes of a stamp; with a stripe beside them they are as large as one."""
    stripe = paper()
    cv2.line(stripe, (260, 470), (720, 470), level, 26, cv2.LINE_AA)
    dots = paper()
    for y in range(330, 640, 24):
        cv2.rectangle(dots, (210 + y % 7 * 3, y), (224 + y % 7 * 3, y + 12), level, -1)
    page = sheet(print_(25), stripe, dots)
    assert without_stamps(page, SCALE) is page
