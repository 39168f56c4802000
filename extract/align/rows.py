"""Rows: an ordered alignment of printed lines with a layout's stub, by dynamic programming."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import Protocol

from extract.align.due import due, wants_values
from extract.align.faint import in_step
from extract.align.lines import Line, first_headers
from extract.align.matches import RowMatch, is_piece, own_label, values_of
from extract.align.rivals import cut_off, sharing, with_rivals
from extract.align.stubs import ALIKE, NO_FIT, Fit, fit_of, fits_of, stubs_of
from extract.labels import plain, similarity, split_ordinal, squeezed
from extract.layout import RowKey
from extract.swift import changed

_IN_STEP = 0.04
"""Bonus for following directly on the row before, which decides between equals."""

_PAIR = 0.03
"""Price of reading two printed lines as one row."""


class ByHand(Protocol):
    """What people say of rows."""

    @property
    def rows(self) -> Mapping[int, int | None]:
        """For lines, by index, the row each is, by index; None for no row of the form."""

    def overrule(self, matches: Sequence[RowMatch], lines: Sequence[Line]) -> list[RowMatch]:
        """The matches with these lines taken from where they were and given to their rows."""


def match_rows(lines: Sequence[Line], keys: tuple[RowKey, ...], by_hand: ByHand | None = None) -> list[RowMatch]:
    """The best ordered alignment; each canonical row at most once, each line at most once.

    Lines that no row claims are headers, notes, rows of local making or damage. A single line between two recognised
    neighbours with just one row due is taken for it, with a doubt unless its label agrees at least faintly. What people
    say `by_hand` overrules all this.
    """
    named = _named(keys)
    fits: list[list[Fit]] = []
    plain_spoken: list[bool] = []
    for line in lines:
        stubs = stubs_of(line) if line.labelled else ()
        exact = {j for stub in stubs for j in named.get(split_ordinal(stub.texts[0])[1], ())}
        if exact:  # a label spelt as the form spells it is not weighed against other rows
            row = [NO_FIT] * len(keys)
            for j in exact:
                row[j] = fit_of(stubs, keys[j])
        else:
            row = fits_of(stubs, keys)
        fits.append(row)
        plain_spoken.append(bool(exact))
    kept = first_headers(lines)
    matches = _matched([lines[i] for i in kept], keys, [fits[i] for i in kept], [plain_spoken[i] for i in kept])
    matches = [changed(match, lines=tuple([kept[i] for i in match.lines])) for match in matches]
    said = by_hand.rows if by_hand else {}
    matches = by_hand.overrule(matches, lines) if by_hand else matches
    matches.sort(key=lambda match: match.key)
    matches = cut_off(sharing(matches, lines), lines, keys)
    matches = with_rivals(matches, lines, fits, keys, said)
    sure = {key for key in said.values() if key is not None}
    return [changed(match, doubts=()) if match.doubts and match.key in sure else match for match in matches]


def _matched(
    lines: Sequence[Line], keys: tuple[RowKey, ...], fits: list[list[Fit]], plain_spoken: Sequence[bool]
) -> list[RowMatch]:
    """The alignment of lines between which no header is repeated."""
    pairs = [
        _pair_fits(lines[i], lines[i + 1], keys, fits[i], fits[i + 1])
        if i + 1 < len(lines) and not (plain_spoken[i] and plain_spoken[i + 1]) and _may_be_one(lines[i], lines[i + 1])
        else []
        for i in range(len(lines))
    ]
    for at in (i for i, line in enumerate(lines) if plain_spoken[i] and line.numbers):
        for pair in filter(None, pairs[max(at - 1, 0) : at + 1]):  # it is its own row, whatever is said beside it
            pair[:] = [fit if own.score else NO_FIT for fit, own in zip(pair, fits[at], strict=True)]
    matches = _best(fits, pairs, len(keys))
    matches = sorted([*matches, *in_step(lines, fits, matches)], key=lambda match: match.key)
    matches += due(lines, fits, matches, keys)
    matches.sort(key=lambda match: match.key)
    return _rejoined(matches, lines, keys)


def _rejoined(matches: list[RowMatch], lines: Sequence[Line], keys: tuple[RowKey, ...]) -> list[RowMatch]:
    """Rows cut by a page break: one without values at the end of a fragment takes the values that start the next.

    And one without values that comes first on its page takes those at the end of the page before. Only where these
    have no label, or the beginning of its own, and the next row of the form follows, or after the last one nothing:
    nothing else can stand there.
    """
    rejoined: list[RowMatch] = []
    for match, following in pairwise([*matches, None]):
        if match is None:
            continue
        if rejoined and (last := _ends_before(match, lines)) >= 0:
            whole = _with_values_before(match, rejoined[-1], last, lines, keys[match.key])
            if whole is not match:
                rejoined.append(whole)
                continue
        at, rest = match.lines[-1], match.lines[-1] + 1
        if following is None:
            free = match.key == len(keys) - 1 and _is_alone(rest, match, lines)
        else:
            free = following.key == match.key + 1 and following.lines[0] > rest
        if free and lines[rest].fragment != lines[at].fragment and wants_values(match, lines):
            rejoined.append(changed(match, lines=(*match.lines, rest)))
        else:
            rejoined.append(match)
    return rejoined


def _is_alone(at: int, match: RowMatch, lines: Sequence[Line]) -> bool:
    """Whether a line without a label is all of its fragment, and has as many values as a row has cells for them."""
    if at == len(lines) or any(text and label for text, label in zip(lines[at].texts, lines[at].is_label, strict=True)):
        return False
    own = values_of(lines[match.lines[-1]], match.stub_end)
    beside = [lines[i].fragment for i in (at - 1, at + 1) if i < len(lines)]
    return lines[at].fragment not in beside and len(values_of(lines[at], match.stub_end)) == len(own)


def _ends_before(match: RowMatch, lines: Sequence[Line]) -> int:
    """For the first row on a page after the first, without values, the last line of the page before; else -1."""
    first = start = match.lines[0]
    while start and lines[start - 1].fragment == lines[first].fragment and not lines[start - 1].figures:
        start -= 1
    begins = start > 0 and lines[start - 1].fragment != lines[first].fragment
    empty = not any(text for i in match.lines for text in values_of(lines[i], match.stub_end))
    return start - 1 if begins and empty else -1


def _with_values_before(match: RowMatch, above: RowMatch, last: int, lines: Sequence[Line], key: RowKey) -> RowMatch:
    """The row with the line that ends the page before, where that is its values."""
    loose = above.key == match.key - 1 and above.lines[-1] < last
    here, there = lines[match.lines[0]], lines[last]
    own = loose and _is_rest(own_label(there, here, match), own_label(here, there, match), key)
    if own and any(values_of(lines[last], match.stub_end)):
        return changed(match, lines=(last, *match.lines))
    return match


def _is_rest(above: str, below: str, key: RowKey) -> bool:
    """Whether a row's label is the rest of one that begins above, where there may be nothing of it."""
    whole = above + below
    return not plain(above) or any(
        plain(spelling).startswith(plain(above)) and similarity(whole, spelling) > similarity(below, spelling)
        for spelling in key.path[-1].spellings
    )


@lru_cache(maxsize=64)
def _named(keys: tuple[RowKey, ...]) -> dict[str, list[int]]:
    """Rows by each plain spelling of their own label."""
    named: dict[str, list[int]] = {}
    for j, key in enumerate(keys):
        for spelling in key.path[-1].spellings:
            named.setdefault(split_ordinal(spelling)[1], []).append(j)
    return named


def _may_be_one(first: Line, second: Line) -> bool:
    """Whether two lines may be halves of one row: a page break between them, or values in one of them only."""
    if first.fragment != second.fragment:
        return first.row >= 0
    own = [cell for cell in second.cells if cell not in first.cells]
    numbers = sum(
        bool(cell.text) for cell, label in zip(second.cells, second.is_label, strict=True) if not label and cell in own
    )
    return numbers == 0 or first.numbers == 0


def _pair_fits(
    first: Line, second: Line, keys: tuple[RowKey, ...], one: Sequence[Fit], other: Sequence[Fit]
) -> list[Fit]:
    """How well two lines read as one name each row, given how well either does.

    Together they name it better than either does, or one has the rest of its label.
    """
    stubs = stubs_of(first if first.labelled else second, second)
    found = []
    for key, both, upper, lower in zip(keys, fits_of(stubs, keys), one, other, strict=True):
        alone = upper if upper.score >= lower.score else lower
        if both.score - _PAIR > alone.score:
            found.append(both._replace(score=both.score - _PAIR))
        elif alone.score >= ALIKE and _completes(first, second, key, alone, first_is_named=alone is upper):
            found.append(alone._replace(score=alone.score + _PAIR))
        else:
            found.append(NO_FIT)
    return found


def _completes(first: Line, second: Line, key: RowKey, fit: Fit, *, first_is_named: bool) -> bool:
    """Whether the line that does not name the row has its values and a piece of its label."""
    named, rest = (first, second) if first_is_named else (second, first)
    if any(values_of(named, fit.stub_end)) or not any(values_of(rest, fit.stub_end)):
        return False
    label = own_label(rest, named, fit)
    if not plain(label):  # a bracket alone: of this label only where a page ends in it
        ends = str.startswith if rest is first else str.endswith
        whole = (squeezed(spelling) for spelling in key.path[-1].spellings)
        return bool(label) and first.fragment != second.fragment and any(ends(one, squeezed(label)) for one in whole)
    return is_piece(label, key)


def _best(fits: list[list[Fit]], pairs: list[list[Fit]], keys: int) -> list[RowMatch]:
    """Dynamic programme over (lines used, keys used): skip a line, skip a key, match one line, match two."""
    count = len(fits)
    total, step = [[0.0] * (keys + 1)], [[0, *[-2] * keys]]
    for i in range(1, count + 1):
        gains, moves = total[-1].copy(), [-1] * (keys + 1)
        sizes = [(1, fits[i - 1])]
        if i > 1 and pairs[i - 2]:
            sizes.append((2, pairs[i - 2]))
        options = [(j, size, fit) for size, row in sizes for j, fit in enumerate(row, start=1) if fit.score >= ALIKE]
        for j, size, fit in sorted(options, key=itemgetter(0)):
            in_step = step[i - size][j - 1] > 0
            gain = total[i - size][j - 1] + fit.score - ALIKE + 0.01 + _IN_STEP * in_step
            if gain > gains[j]:
                gains[j], moves[j] = gain, size
                for after in range(j + 1, keys + 1):
                    if gains[after] >= gain:
                        break
                    gains[after], moves[after] = gain, -2
        total.append(gains)
        step.append(moves)
    matches = []
    i, j = count, keys
    while i or j:
        move = step[i][j]
        if move == -1:
            i -= 1
        elif move == -2:
            j -= 1
        else:
            fit = fits[i - 1][j - 1] if move == 1 else pairs[i - 2][j - 1]
            matches.append(RowMatch(j - 1, tuple(range(i - move, i)), fit.score, fit.stub_start, fit.stub_end))
            i, j = i - move, j - 1
    return matches[::-1]
