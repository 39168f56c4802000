"""What the strings of a file say of numbers that run into each other: where most numbers are one string, each is.

Programs show a cell's text in one string, or in a few, or character by character, or all of a row. Only what a table
does nearly everywhere says anything where numbers touch; in which cell each then stands, its place must tell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from extract.geometry import median
from extract.grids.ruled.celltext import EVEN
from extract.grids.ruled.places import EVIDENCE, MOST, Marks, Table
from extract.model import Glyphs, Word

_FARTHEST = 2.0
"""Times a digit's height from which digits of one string are of two numbers, and strings are rows."""

NARROWEST, WIDEST = 0.55, 1.35
"""Of the usual step: what proportional digits may follow each other at."""

_USUALLY = 0.75
"""Share of the digits side by side that are of one string where strings are numbers, some of which touch."""


def parting(
    table: Table, follows: NDArray[np.bool_], joined: NDArray[np.bool_], least: int = EVIDENCE
) -> NDArray[np.bool_] | None:
    """(n - 1,): after which of n characters one number ends and another begins, although they stand at one pitch.

    None where strings are no numbers. Those that lie in one cell are left together: their number was put together.

    Args:
        table: A grid and its n characters.
        follows: (n - 1,): which characters of numbers follow each other on a line.
        joined: (n - 1,): which of these do so at the pitch of a number.
        least: Pairs of digits within their cell that must show it.
    """
    string, cell_of, digit = table.marks.string, table.cell_of, table.marks.digit
    known = (string[1:] >= 0) & (string[:-1] >= 0) & digit[1:] & digit[:-1] & (cell_of[1:] >= 0)
    same = known & (string[1:] == string[:-1])
    one_cell = cell_of[1:] == cell_of[:-1]
    across = np.union1d(string[1:][same & ~one_cell], [-1])
    alone = one_cell & ~np.isin(string[1:], across) & ~np.isin(string[:-1], across)
    inside = joined & known & alone
    x, height = table.marks.x, table.marks.height
    rows = same & follows & (x[1:] - x[:-1] > _FARTHEST * height[1:])
    if np.count_nonzero(inside) < least or (same & inside).sum() < MOST * inside.sum() or rows.any():
        return None
    return np.asarray(joined & known & ~same & ~alone)


def goes_on(table: Table, follows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(n - 1,): which of n characters the next one follows at the pitch of strings, where strings are numbers.

    Digits that are set apart, and not quite alike, are told from those of the next number by their string alone.

    Args:
        table: A grid and its n characters.
        follows: (n - 1,): which characters of numbers follow each other on a line.
    """
    string, digit, x = table.marks.string, table.marks.digit, table.marks.x
    same = follows & (string[1:] >= 0) & (string[1:] == string[:-1]) & digit[1:] & digit[:-1]
    step = x[1:] - x[:-1]
    usual = median(step[same]) if same.any() else 0.0
    return np.asarray(same & (step > NARROWEST * usual) & (step < WIDEST * usual))


def words_of(glyphs: Glyphs) -> tuple[Word, ...] | None:
    """The words of some glyphs, those of digits as their strings are; None unless most digits side by side share one.

    Digits of a string that stand alike far apart are one word, and digits of two strings that touch are two.
    """
    words = glyphs.words()
    if glyphs.strings is None or not words:
        return None
    marks = Marks.of(glyphs)
    lengths = [len(word.text) for word in words]
    word = np.repeat(np.arange(len(words)), lengths)
    plain = np.repeat(np.array([word.text.isdecimal() for word in words]), lengths)
    digits = plain[1:] & plain[:-1]
    pairs = digits & (marks.string[1:] >= 0) & (marks.string[:-1] >= 0)
    same = pairs & (marks.string[1:] == marks.string[:-1])
    step = marks.x[1:] - marks.x[:-1]
    far = step > _FARTHEST * marks.height[1:]
    usual = median(step[same]) if same.any() else 0.0
    within = word[1:] == word[:-1]
    along = same & (step > NARROWEST * usual) & (step < WIDEST * usual)
    if (same & far).any():
        along &= within  # strings are rows
    beside = pairs & (within | (np.abs(step - usual) < EVEN * marks.height[1:])) | along
    if np.count_nonzero(beside) < EVIDENCE or np.count_nonzero(beside & same) < _USUALLY * np.count_nonzero(beside):
        return None
    other = np.where(pairs, ~same, digits & (step >= WIDEST * usual))
    return glyphs.runs(np.where(within, other, ~along))
