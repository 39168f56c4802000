"""Reading like print once: a table holds the same digit many times, and reading is what costs most."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.model import Recognised
from extract.ocr import Engine

_WIDTH, _HEIGHT = 22, 32
"""Pixels to which single characters are scaled to be compared."""

_SINGLE = 0.95
"""Of its height: width up to which a line is a single digit. Longer numbers may differ in one digit of many."""

_ALIKE = 0.92
"""Correlation from which two characters are the same; different digits stay below 0.8 in print that can be read."""

_AS_WIDE = 0.15
"""Of its width: by how much two characters that are the same may differ in it, a pixel or two of a scan."""

_READ = 3
"""Of so many alike, each is read; of more, that many, and the rest only if these differ."""

Grey = NDArray[np.uint8]


def read_alike(engine: Engine, characters: Sequence[Grey | None], views: Sequence[Grey]) -> list[Recognised]:
    """What the engine reads in each view, those of like characters read once or a few times.

    Args:
        engine: The recogniser.
        characters: For each view the single character or mark in it; None where there may be several.
        views: The images to read.
    """
    groups = _groups(characters)
    chosen = {i for group in groups for i in _representatives(group)}
    read = _read(engine, views, chosen)
    differing = {
        i for group in groups if len({read[i].text for i in group if i in read}) > 1 for i in group if i not in read
    }
    read |= _read(engine, views, differing)
    for group in groups:
        for i in group:
            read.setdefault(i, read[group[0]])
    return [read[i] for i in range(len(views))]


def is_lone(width: int, height: int) -> bool:
    """Whether a line of this size may be a single character, which may not be read itself but others like it."""
    return width <= _SINGLE * height


def _read(engine: Engine, views: Sequence[Grey], chosen: set[int]) -> dict[int, Recognised]:
    order = sorted(chosen)
    return dict(zip(order, engine.read([views[i] for i in order]), strict=True))


def _representatives(group: Sequence[int]) -> Sequence[int]:
    """The first of a group, the last, which is the least like it, and one between; all of a small one."""
    return group if len(group) <= _READ else [group[0], group[len(group) // 2], group[-1]]


def _groups(characters: Sequence[Grey | None]) -> list[list[int]]:
    """Indices of characters by likeness: a leader first, then those like it, the likest first."""
    single = {i: image for i, image in enumerate(characters) if image is not None and image.size}
    groups = [[i] for i in range(len(characters)) if i not in single]
    members = list(single)
    if not members:
        return groups
    shapes = np.stack([_shape(image) for image in single.values()])
    widths = np.array([image.shape[1] / image.shape[0] for image in single.values()])
    as_wide = np.abs(widths[:, None] - widths) <= _AS_WIDE * np.minimum(widths[:, None], widths)
    likeness = np.where(as_wide, shapes @ shapes.T, 0.0)
    left = np.ones(len(members), dtype=bool)
    for leader in range(len(members)):
        if left[leader]:
            alike = np.flatnonzero(left & (likeness[leader] >= _ALIKE))
            ordered = [leader, *(j for j in alike[np.argsort(-likeness[leader, alike])].tolist() if j != leader)]
            left[ordered] = False
            groups.append([members[j] for j in ordered])
    return groups


def _shape(image: Grey) -> NDArray[np.float32]:
    """The character as a vector of unit length around its mean grey."""
    small = cv2.resize(image, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    small -= small.mean()
    length = float(np.linalg.norm(small))
    return small / length if length else small
