"""Columns: an ordered alignment of printed columns with a layout's header tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, product
from statistics import median

from extract.align.exact import PIECES, is_exact
from extract.align.lines import Line
from extract.align.printed import Interval
from extract.labels import similarity
from extract.layout import Block, ColumnLabels, Node

ALIKE = 0.5
"""Similarity above which a header speaks for a column."""

_HINT = 0.25

UNNAMED = "the column's header says something else; the column was told by its place"
MOVED = "the columns differ from those under the header; the column was told by its position"
ASIDE = "as many columns as under the header stand elsewhere; the column was told by its position"
LOOSE = "white space alone parts the columns, and neither headers nor their number tell which is which"
RIVAL = "another column bears the same header"

_SAME = 0.85
"""Similarity from which a header is a whole level of headers, the lines between which were lost."""

_PLACE = 0.3
"""Score of a column without a header."""

_IN_STEP = 0.02
"""Bonus for a column at its place, which decides between equals."""

_OWN_LABEL = 0.7
"""Weight of a column's own label; the rest goes to the headers it stands under."""

_NARROW = 0.4
"""Of the usual width of a column: what is narrower is a gap between rulings, not a column without a header."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Printed columns of some rows, and for canonical columns, by index, which printed one each is.

    `scores`, `doubts` and `headers` say of a canonical column how well its header fits, why it may be another, and what
    the header says. `foreign` are printed columns whose own header names none of the form's, `exact` canonical ones
    whose own header is just the form's. Columns told `by_place` are as many as the form's and have no header, nor cells
    that are its header's tree; `check` says whether their sums vouch for the form's order. Those that `moved` are not
    as under the header: each was told by its position. Which are which is `told` though white space alone parts them.
    """

    printed: tuple[Interval, ...]
    canonical: Mapping[int, int]
    scores: Mapping[int, float]
    doubts: Mapping[int, tuple[str, ...]]
    headers: Mapping[int, str]
    foreign: tuple[Interval, ...] = ()
    by_place: bool = False
    exact: frozenset[int] = frozenset()
    moved: bool = False
    told: bool = False

    @property
    def one_to_one(self) -> bool:
        """Whether every printed column is a canonical one, and no two the same."""
        return len(self.printed) == len(self.canonical) == len(set(self.canonical.values()))


def match_columns(
    printed: tuple[Interval, ...], band: Sequence[Line], block: Block, corner: Sequence[str] = ()
) -> ColumnMap | None:
    """Align printed columns with those of a block by the header lines above them; None when the band names too few.

    What stands under a `corner`, a header of the stub, is in no column of the publisher's own: it strayed there.
    """
    columns = block.column_paths
    paths = _without_levels(_paths(printed, band), block.column_levels)
    scores, best = _named(paths, block.column_labels)
    found = dict(best)
    due = _due(paths, found, len(columns))
    usual = median(printed[i].width for i in found.values()) if found else 0.0
    due = {j: i for j, i in due.items() if printed[i].width >= usual * _NARROW}
    odd = {j for j, i in due.items() if scores[i][j] < _HINT and not _only_groups(paths[i], columns[j])}
    claimed = {paths[i] for i in found.values()}
    odd |= {j for j, i in due.items() if paths[i] in claimed and scores[i][j] < ALIKE}  # the header is another's
    if len(printed) > len(columns) or odd:
        odd |= {j for j, i in due.items() if not paths[i]}  # sums must tell it from a publisher's own, or the next
    if not found or (len(found) + len(due) - len(odd)) < (len(columns) + 1) // 2:
        return None
    free = [row for i, row in enumerate(scores) if i not in found.values()]
    doubts = {j: (RIVAL,) for j, i in found.items() if _has_rival(j, scores[i][j], free)}
    doubts |= dict.fromkeys(odd, (UNNAMED,))
    found |= due
    return ColumnMap(
        printed=printed,
        canonical=dict(sorted(found.items())),
        scores={j: scores[i][j] for j, i in found.items()},
        doubts=doubts,
        headers={j: "".join(paths[i]) for j, i in found.items()},
        foreign=tuple(
            interval
            for i, interval in enumerate(printed)
            if i not in found.values()
            and max(scores[i]) < ALIKE
            and _is_named(paths[i])
            and not _is_piece(paths[i][-1], block)
            and all(similarity(paths[i][-1], label) < ALIKE for label in corner)
        ),
        exact=frozenset(j for j, i in found.items() if is_exact(paths[i], j, block.column_labels)),
    )


def _is_named(path: Sequence[str]) -> bool:
    """Whether headers over a column have a letter: a dash may be what is left of a ruling."""
    return any(map(str.isalpha, "".join(path)))


def _is_piece(text: str, block: Block) -> bool:
    """Whether a header has no character that one of the block's own, or its title, does not have: a part, cut off."""
    labels = [spelling for path in block.column_paths for node in path for spelling in node.spellings]
    return any(set(text) <= set(label) for label in (*labels, block.title or ""))


def by_order(
    printed: tuple[Interval, ...], band: Sequence[Line], columns: Sequence[tuple[Node, ...]]
) -> ColumnMap | None:
    """The last resort where too few headers are known: as many printed columns as canonical ones.

    Where a header says something else than the form's over the same columns, all are in doubt; a figure says nothing.
    """
    if len(printed) != len(columns):
        return None
    every = range(len(columns))
    headers = [(text, [j for j in every if x0 <= printed[j].middle <= x1]) for x0, x1, text in _headers(band)]
    agreed = all(_agrees(text, [columns[j] for j in over]) for text, over in headers if over and _is_named([text]))
    doubts = {} if agreed else dict.fromkeys(every, (UNNAMED,))
    return ColumnMap(printed, {j: j for j in every}, dict.fromkeys(every, _PLACE), doubts, {}, by_place=True)


def _agrees(text: str, over: Sequence[tuple[Node, ...]]) -> bool:
    """Whether a header reads like one level of the form's over these columns, which may have run into one."""
    levels = [[path[depth] for path in over if len(path) > depth] for depth in range(max(map(len, over)))]
    return any(
        similarity(text, "".join(labels)) >= ALIKE
        for level in levels
        for labels in product(*(node.spellings for node, _ in groupby(level)))
    )


def headed_columns(printed: Sequence[Interval], band: Sequence[Line]) -> set[int]:
    """The printed columns, by position, over which a header has any text."""
    return {i for i, path in enumerate(_paths(printed, band)) if path}


def _paths(printed: Sequence[Interval], band: Sequence[Line]) -> tuple[tuple[str, ...], ...]:
    """For each printed column the texts of the header cells above it, top to bottom, empty ones left out."""
    headers = _headers(band)
    middles = [interval.middle for interval in printed]
    return tuple([tuple([text for x0, x1, text in headers if x0 <= middle <= x1]) for middle in middles])


def _headers(band: Sequence[Line]) -> list[tuple[float, float, str]]:
    """The header cells that have a text, top to bottom: their extents in x, in points, and what they say."""
    cells = {
        id(cell): (cell.bbox.x0, cell.bbox.x1, text)
        for line in band
        for cell, text in zip(line.cells, line.texts, strict=True)
        if text
    }
    return list(cells.values())


def _without_levels(paths: tuple[tuple[str, ...], ...], levels: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Header texts without what stands over all columns and is a whole level's: it says of none which it is."""
    shared = set(paths[0]).intersection(*paths[1:]) if paths else set()
    whole = {text for text in shared if any(similarity(text, level) >= _SAME for level in levels)}
    return tuple([tuple([text for text in path if text not in whole]) for path in paths]) if whole else paths


@lru_cache(maxsize=512)
def _named(
    paths: tuple[tuple[str, ...], ...], columns: tuple[ColumnLabels, ...]
) -> tuple[list[list[float]], dict[int, int]]:
    """How well each printed column's header names each canonical one, and which ones are best taken for which.

    Cached, since reports print the same headers.
    """
    scores = [[_score(path, wanted) for wanted in columns] for path in paths]
    return scores, _best(scores, len(columns))


def _score(path: tuple[str, ...], wanted: ColumnLabels) -> float:
    """How well header texts over a column name a canonical column and the headers it belongs under."""
    if not path:
        return 0.0
    endings = ["".join(path[-size:]) for size in range(1, min(PIECES, len(path)) + 1)] + list(path[:-1])
    own = max(similarity(text, label) for text in endings for label in wanted.own)
    if not wanted.groups or own < ALIKE:
        return own
    known = [max(similarity(text, label) for text in path for label in group) for group in wanted.groups]
    return _OWN_LABEL * own + (1 - _OWN_LABEL) * sum(known) / len(known)


def _best(scores: Sequence[Sequence[float]], columns: int) -> dict[int, int]:
    """Ordered alignment by dynamic programming: canonical column index to printed column index.

    Where there are as many of both, and one header stands over two columns because the line between was lost, each
    label goes to the column at its place.
    """
    count = len(scores)
    step = _IN_STEP if count == columns else 0.0
    total = [[0.0] * (columns + 1) for _ in range(count + 1)]
    for i in range(1, count + 1):
        for j in range(1, columns + 1):
            gain = scores[i - 1][j - 1] - ALIKE
            gain += step if i == j and gain > 0 else 0.0
            total[i][j] = max(total[i - 1][j], total[i][j - 1], total[i - 1][j - 1] + gain if gain > 0 else 0.0)
    found = {}
    i, j = count, columns
    while i and j:
        if total[i][j] == total[i - 1][j]:
            i -= 1
        elif total[i][j] == total[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            found[j] = i
    return found


def _due(paths: Sequence[tuple[str, ...]], found: Mapping[int, int], columns: int) -> dict[int, int]:
    """Columns told by their place: as many unclaimed printed columns as canonical ones missing between neighbours.

    Where more are there, those that headers call something else are a publisher's own.
    """
    added: dict[int, int] = {}
    known = sorted(found.items())
    if not known:
        return added
    for (j, i), (next_j, next_i) in zip([(-1, -1), *known], [*known, (columns, len(paths))], strict=True):
        missing, between = range(j + 1, next_j), range(i + 1, next_i)
        bare = [i for i in between if not paths[i]]
        for free in (between, bare):
            if len(missing) == len(free):
                added |= dict(zip(missing, free, strict=True))
                break
    return added


def _only_groups(path: tuple[str, ...], wanted: tuple[Node, ...]) -> bool:
    """Whether the header texts are no others than those of the groups the canonical column stands under."""
    groups = [label for node in wanted[:-1] for label in node.spellings]
    return all(any(similarity(text, label) > ALIKE for label in groups) for text in path)


def _has_rival(j: int, score: float, free: Sequence[Sequence[float]]) -> bool:
    """Whether a printed column that nothing claims bears this canonical column's header just as well."""
    return any(row[j] > ALIKE and row[j] >= score - 0.1 for row in free)
