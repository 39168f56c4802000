"""Cells of a table that has horizontal rules only.

Its rows lie between the rules. Its columns begin and end where rules do, and where white space runs down between the
numbers. Rules that stop short tell which cells span rows; words that run over a gutter tell which span columns.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from extract.geometry import clustered, overlap
from extract.grids.assemble import EDGE_TOLERANCE, rectangles
from extract.grids.characters import WORD_GAP, Character, gap, lines_of
from extract.grids.unruled.onward import NOTHING, Onward
from extract.grids.unruled.pieces import belong_together, is_figure, is_unit, pieces
from extract.model import BBox, Word

_SPACE = 0.6
"""Of a word's height: white space within a text."""

_BESIDE = 0.35
"""The same between two labels that run down the page, one character a line."""

_SQUARE, _LINES = 1.3, 3
"""Of a character's size: the width of such a label; and its lines."""

_SLACK = 1.5
"""Points by which a word may reach over an edge and still lie beside it."""


def cells_between_rules(rules: Sequence[BBox], words: Iterable[Word], before: Onward = NOTHING) -> list[BBox]:
    """Boxes of the cells, spanning or not; none where there are fewer than three rules or no figures between them.

    Args:
        rules: Horizontal rules as thin boxes; points, origin top left. One rule may come in pieces.
        words: The words between them, in any order.
        before: What the pages before say of the columns.
    """
    edges = clustered(((rule.top + rule.bottom) / 2 for rule in rules), EDGE_TOLERANCE)
    if len(edges) < 3:
        return []
    bands: list[list[Word]] = [[] for _ in edges[1:]]
    for word in sorted(words, key=lambda word: (word.bbox.top + word.bbox.bottom, word.bbox.x0)):
        band = bisect_right(edges, (word.bbox.top + word.bbox.bottom) / 2) - 1
        if 0 <= band < len(bands):
            bands[band].append(word)
    columns = _columns(rules, bands, before)
    if len(columns) < 3:
        return []
    on_edge = [[rule for rule in rules if abs((rule.top + rule.bottom) / 2 - edge) <= EDGE_TOLERANCE] for edge in edges]

    crossed = _crossed(bands, columns)

    def open_right(row: int, column: int) -> bool:
        return column + 1 in crossed[row]

    def open_below(row: int, column: int) -> bool:
        left, right = columns[column], columns[column + 1]
        ruled = sum(overlap(rule.x0, rule.x1, left, right) for rule in on_edge[row + 1])
        return ruled < (right - left) / 2

    spans = rectangles(len(bands), len(columns) - 1, open_right, open_below)
    return [BBox(columns[s.column], edges[s.row], columns[s.column_end], edges[s.row_end]) for s in spans]


def words_of(characters: Iterable[Character]) -> Iterator[Word]:
    """Runs of characters without a gap, on one line, of characters whose boxes are as wide as their places."""
    for line in lines_of(character for character in characters if character.text.strip()):
        word = Word(line[0].text, line[0].bbox)
        for left, right in pairwise(line):
            if gap(left, right) > WORD_GAP:
                yield word
                word = Word(right.text, right.bbox)
            else:
                word = Word(word.text + right.text, word.bbox.union(right.bbox))
        yield word


def _columns(rules: Sequence[BBox], bands: Sequence[Sequence[Word]], before: Onward) -> list[float]:
    """Edges of columns: ends of rules, one left of each column of figures, one between headers of empty columns.

    Where nothing but rows is left of a table, those are the headers on a page before. Empty when these contradict each
    other.
    """
    rows = [band for band in bands if any(is_figure(word.text) for word in band)]
    heads = _heads(rows, before) if len(rows) == len(bands) else ()
    start = heads[0].x0 if heads else float("-inf")  # numbers of labels stand before it
    figures = _stacks(box for band in rows for box in _figures(band) if box.x1 > start)
    if not figures:
        return []
    ends = clustered((end for rule in rules for end in (rule.x0, rule.x1)), EDGE_TOLERANCE)
    edges = [end for end in ends if not any(x0 < end < x1 for x0, x1 in figures)]

    ends_of_words = sorted(word.bbox.x1 for band in rows for word in band)
    gutters = [(max((x1 for x1 in ends_of_words if x1 <= x0), default=ends[0]), x0) for x0, _ in figures]
    if heads and gutters[0][0] < heads[0].x0:
        gutters[0] = (gutters[0][0], min(figures[0][0], heads[0].x0))
    whole = (pieces(band, _together) for band in bands if band not in rows)
    beyond = [[piece.bbox for piece in band if piece.bbox.x0 >= gutters[0][0]] for band in whole]
    headers = [box for band in beyond if len(band) > 1 for box in band]  # one word alone stands over all columns
    aside = _aside(figures, headers)

    def part(left: float, right: float) -> None:
        if not any(left - _SLACK <= edge <= right + _SLACK for edge in edges):
            insort(edges, _clear(left, right, headers, aside))

    part(*gutters[0])
    beside = pairwise((head.x0, head.x1) for head in heads)
    for one, other in (*_apart(band for band in bands if band not in rows), *beside):
        left, right = one[1], other[0]
        if one[0] < gutters[0][0] or any(left < x0 and x1 < right for x0, x1 in figures):
            continue
        # Figures may be wider than the header above them.
        left = max([left, *(x1 for x0, x1 in figures if x0 <= left < x1)])
        right = min([right, *(x0 for x0, x1 in figures if x0 < right <= x1)])
        if left >= right:
            return []
        part(left, right)
    for gutter in gutters[1:]:
        part(*gutter)
    return edges


def _heads(rows: Sequence[Sequence[Word]], before: Onward) -> tuple[BBox, ...]:
    """The headers on a page before, if they stand over the figures of these rows as there."""
    start = min((head.x0 for head in before.heads), default=0.0)
    figures = [box for row in rows for box in _figures(row) if box.x1 > start]
    return before.heads_over(figures, [word.bbox for row in rows for word in row if word.bbox.x1 <= start])


def _figures(band: Sequence[Word]) -> Iterator[BBox]:
    """The boxes of a row's figures, each with its unit behind a space: together they stand in their column."""
    texts = [word for word in band if not is_figure(word.text)]
    for word in band:
        if is_figure(word.text):
            unit = next((text for text in texts if is_unit(word, text)), word)
            yield word.bbox.union(unit.bbox)


def _together(left: Word, right: Word) -> bool:
    """Whether a word is of one text with the next: nothing but a space parts them."""
    space = _SPACE * max(left.bbox.height, right.bbox.height)
    return right.bbox.x0 - left.bbox.x1 < space or belong_together(left, right)


def _aside(figures: Sequence[tuple[float, float]], headers: Sequence[BBox]) -> int:
    """1 where the first and the last column of figures stand right of the outermost headers, -1 where left, else 0."""
    if not headers:
        return 0
    outer = min(headers), max(headers, key=lambda box: box.x1)
    off = [sum(own) - box.x0 - box.x1 for own, box in zip((figures[0], figures[-1]), outer, strict=True)]
    return int(min(off) > 0) - int(max(off) < 0)


def _clear(left: float, right: float, words: Sequence[BBox], aside: int) -> float:
    """The middle of a gutter, or where fewer words stand across: before headers that figures stand right of.

    Where nothing tells at which side of their headers figures stand, it is the widest such place.
    """

    def crossed(x: float) -> int:
        return sum(box.x0 < x < box.x1 for box in words)

    ends = sorted({left, right, *(end for box in words for end in (box.x0, box.x1) if left < end < right)})
    gaps = sorted(pairwise(ends), key=lambda gap: gap[0] * aside or gap[0] - gap[1])
    return min([(left + right) / 2, *((a + b) / 2 for a, b in gaps)], key=crossed)


def _crossed(bands: Sequence[Sequence[Word]], columns: Sequence[float]) -> list[set[int]]:
    """For each band the edges that are none there: a word runs over them, or they part nothing under such a word."""
    figures = [word.bbox.x0 for band in bands for word in band if is_figure(word.text)]
    stub = bisect_right(columns, min(figures)) - 1
    crossed: list[set[int]] = []
    for band, single in zip(bands, _single(bands, columns[stub]), strict=True):
        over = set(range(stub + 1, len(columns) - 1)) if single else set[int]()
        over |= {
            index
            for index, edge in enumerate(columns[1:-1], start=1)
            if any(word.bbox.x0 < edge - _SLACK and word.bbox.x1 > edge + _SLACK for word in band)
        }
        inherited = {index for index in crossed[-1] if index > stub} if crossed else set()
        for run in _runs(inherited):
            left, right = columns[run[0] - 1], columns[run[-1] + 1]
            if sum(left <= (word.bbox.x0 + word.bbox.x1) / 2 < right for word in band) <= 1:
                over |= set(run)
        crossed.append(over)
    return crossed


def _single(bands: Sequence[Sequence[Word]], start: float) -> list[bool]:
    """For each band whether it is a header with one label beyond `start`, or a row below it, with one figure."""
    beyond = [[word for word in pieces(band, _together) if word.bbox.x0 >= start] for band in bands]
    rows = [any(is_figure(word.text) for word in band) for band in beyond]
    found = [False] * len(bands)
    for head, below in enumerate(rows[1:]):
        end = next((at for at in range(head + 1, len(bands)) if not rows[at]), len(bands))
        if below and not rows[head] and all(len(band) == 1 for band in beyond[head:end]):
            found[head:end] = [True] * (end - head)
    return found


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """Consecutive numbers taken together."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _apart(bands: Iterable[Sequence[Word]]) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Extents in x of neighbours with more than a character between them: two cells, not one.

    They are words on one line, or all that stand above one another: a header of three lines has none beside one of two.
    """
    for band in bands:
        boxes = [word.bbox for word in band]
        for left, right in pairwise(boxes):
            if abs(left.top - right.top) < left.height / 2 and right.x0 - left.x1 > left.height:
                yield (left.x0, left.x1), (right.x0, right.x1)
        size = max((box.height for box in boxes), default=0.0)
        for one, other in pairwise(_stacks(boxes)):
            down = _runs_down(one, boxes, size) and _runs_down(other, boxes, size)
            if other[0] - one[1] > (_BESIDE * size if down else size):
                yield one, other


def _runs_down(stack: tuple[float, float], boxes: Iterable[BBox], size: float) -> bool:
    """Whether boxes that stand above one another are a label one character wide."""
    lines = sum(stack[0] <= box.x0 and box.x1 <= stack[1] for box in boxes)
    return stack[1] - stack[0] < _SQUARE * size and lines >= _LINES


def _stacks(boxes: Iterable[BBox]) -> list[tuple[float, float]]:
    """Extents in x of boxes that stand above one another."""
    stacks: list[tuple[float, float]] = []
    for box in sorted(boxes):
        if stacks and box.x0 <= stacks[-1][1]:
            stacks[-1] = (stacks[-1][0], max(stacks[-1][1], box.x1))
        else:
            stacks.append((box.x0, box.x1))
    return stacks
