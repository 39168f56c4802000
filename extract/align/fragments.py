"""Columns of a fragment whose header is on another: those of the rows before it, wherever they stand on its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from extract.align.columns import ASIDE, LOOSE, MOVED, ColumnMap, match_columns
from extract.align.lines import Line
from extract.align.printed import Interval
from extract.layout import Block
from extract.model import BBox

_SWAY = 8.0
"""Points by which columns may shift against each other from one fragment of a table to the next."""

_WIDTH = 0.2
"""Share of its width by which a column may be wider or narrower on a page that was photographed aslant."""

_FEW = 0.3
"""Share of the columns that may stand under headers run into one."""

_EDGE = 4.0
"""Points by which a column may begin or end elsewhere that stands where it did."""

_SIDE = 2.0
"""Points by which the last column may end before or after its fragment."""


def match_columns_below(
    printed: tuple[Interval, ...],
    band: Sequence[Line],
    block: Block,
    here: BBox,
    above: BBox,
    *,
    parted: bool,
    headed: bool = False,
    corner: Sequence[str] = (),
) -> ColumnMap | None:
    """The same where the header lines are a fragment's on the page before, which may stand elsewhere on it.

    A photographed page is as wide as it was held; both fragments are as wide as the table. Where the columns meet those
    of the header neither as they are nor so, all are in doubt, unless all the form's are there and each figure stands
    under one header: sums hold in every column, whichever it is.

    Args:
        printed: The columns.
        band: The header lines.
        block: The block of the layout.
        here: The columns' fragment.
        above: The header's.
        parted: Whether lines part the columns: white space alone does not tell that one lost its header.
        headed: Whether each figure stands under one header.
        corner: Headers of the stub.
    """
    few = _FEW if parted else 0.0
    places = next((some for some in (printed, _laid_on(printed, here, above)) if _under(some, band, few)), None)
    found = match_columns(places or printed, band, block, corner)
    if found is None:
        return None
    whole = found.one_to_one and len(found.canonical) == len(block.column_paths)
    single, why = whole and headed, ASIDE if whole else MOVED
    doubts = found.doubts if places or single else {j: (*found.doubts.get(j, ()), why) for j in found.canonical}
    foreign = tuple(own for own, there in zip(printed, places or printed, strict=True) if there in found.foreign)
    return replace(found, printed=printed, doubts=doubts, foreign=foreign, moved=not (places or single))


def _under(columns: Sequence[Interval], band: Sequence[Line], few: float) -> bool:
    """Whether each of some columns stands under a header cell of its own, or begins and ends where header cells do.

    A share of a `few` may have one in common that begins and ends where columns do: the line between two is lost.
    """
    boxes = [cell.bbox for line in band for cell in line.cells]

    def over(column: Interval) -> BBox | None:
        return min((box for box in boxes if box.x0 < column.middle < box.x1), key=lambda box: box.width, default=None)

    def alone(column: Interval) -> bool:
        box = over(column)
        return box is not None and column.x0 < (box.x0 + box.x1) / 2 < column.x1

    def shared(column: Interval) -> bool:
        box = over(column)
        return box is not None and (
            min(abs(box.x0 - one.x0) for one in columns) < _SWAY
            and min(abs(box.x1 - one.x1) for one in columns) < _SWAY
        )

    def meets(column: Interval) -> bool:
        starts, ends = (abs(box.x0 - column.x0) for box in boxes), (abs(box.x1 - column.x1) for box in boxes)
        return min(starts) < _SWAY and min(ends) < _SWAY

    lost = [column for column in columns if not alone(column)]
    shares = len(lost) <= few * len(columns) and all(map(shared, lost))
    return bool(boxes) and (shares or all(map(meets, columns)))


def inherited(
    printed: tuple[Interval, ...], earlier: ColumnMap, here: BBox, above: BBox, *, headed: bool = False
) -> ColumnMap:
    """The columns of rows without a header of their own, from rows before them.

    They go by order where the columns are the same, perhaps moved sideways as a whole, or where as many of the same
    widths end at the table's side, however the page was held; from the right where all end where those before end; else
    by position, with a doubt unless each figure stands under one header of those before. A column that was lost or put
    in on one page leaves those in no doubt that begin and end where they did. White space is each fragment's own.

    Args:
        printed: The columns.
        earlier: Those of the rows before.
        here: The columns' fragment.
        above: The fragment of the rows before.
        headed: Whether each figure stands under one header.
    """
    own_doubts = {j: tuple(one for one in doubts if one != LOOSE) for j, doubts in earlier.doubts.items()}
    earlier = replace(earlier, doubts={j: doubts for j, doubts in own_doubts.items() if doubts})
    if _same_columns(printed, earlier.printed) or _same_at_the_side(printed, earlier.printed, here, above):
        return replace(earlier, printed=printed)
    if _same_ends(printed, earlier.printed, here, above):
        return replace(earlier, printed=printed[-len(earlier.printed) :])
    canonical = {}
    for j, i in earlier.canonical.items():
        own = [k for k, interval in enumerate(printed) if interval.x0 <= earlier.printed[i].middle <= interval.x1]
        if own:
            canonical[j] = own[0]
    apart = len(canonical) == len(earlier.canonical) == len(set(canonical.values()))
    single, why = apart and headed, ASIDE if apart and len(printed) == len(earlier.printed) == len(canonical) else MOVED
    kept = set(canonical) if single else _kept(printed, earlier, canonical)
    doubts = {**earlier.doubts, **{j: (*earlier.doubts.get(j, ()), why) for j in canonical.keys() - kept}}
    told = earlier.told and kept == earlier.canonical.keys()
    return replace(earlier, printed=printed, canonical=canonical, doubts=doubts, moved=not single, told=told)


def _kept(printed: tuple[Interval, ...], earlier: ColumnMap, canonical: Mapping[int, int]) -> set[int]:
    """The canonical columns that begin and end where they did, where most do and none stands beside those before.

    The first begins where the stub ends, of which each fragment tells by itself.
    """
    if printed[0].middle < earlier.printed[0].x0 or printed[-1].middle > earlier.printed[-1].x1:
        return set()

    def stays(here: int, before: int) -> bool:
        own, there = printed[here], earlier.printed[before]
        begins = here == before == 0 or abs(own.x0 - there.x0) < _EDGE
        return begins and abs(own.x1 - there.x1) < _EDGE

    kept = {j for j, here in canonical.items() if stays(here, earlier.canonical[j])}
    return kept if 2 * len(kept) > len(earlier.canonical) else set()


def _laid_on(printed: tuple[Interval, ...], here: BBox, above: BBox) -> tuple[Interval, ...]:
    """Columns of one fragment as they stand on another that is as wide as the table, too."""
    scale = above.width / here.width
    return tuple(Interval(*(above.x0 + (edge - here.x0) * scale for edge in interval)) for interval in printed)


def _same_columns(printed: tuple[Interval, ...], earlier: tuple[Interval, ...]) -> bool:
    if len(printed) != len(earlier):
        return False
    pairs = list(zip(printed, earlier, strict=True))
    moved = [here.middle - there.middle for here, there in pairs]
    return max(moved) - min(moved) < _SWAY or all(
        here.x0 < there.middle < here.x1 and there.x0 < here.middle < there.x1 for here, there in pairs
    )


def _same_at_the_side(printed: tuple[Interval, ...], earlier: tuple[Interval, ...], here: BBox, above: BBox) -> bool:
    """Whether both are as many, end at the right side of their fragments, and are as wide there, each for each."""
    if len(printed) != len(earlier) or not (_at_side(printed, here) and _at_side(earlier, above)):
        return False
    laid = _laid_on(printed, here, above)
    return all(abs(own.width - there.width) < _WIDTH * there.width for own, there in zip(laid, earlier, strict=True))


def _same_ends(printed: tuple[Interval, ...], earlier: tuple[Interval, ...], here: BBox, above: BBox) -> bool:
    """Whether the last columns end where those before end on their fragment, to which only the stub may add or take.

    A line lost between stub and values makes the first wider; one not known for the stub's is a column before it.
    """
    more = len(printed) - len(earlier)
    if more < 0 or not (_at_side(printed, here) and _at_side(earlier, above)):
        return False
    laid = _laid_on(printed[more:], here, above)
    ends = all(abs(own.x1 - there.x1) < _WIDTH * there.width for own, there in zip(laid, earlier, strict=True))
    return ends and (not more or abs(laid[0].x0 - earlier[0].x0) < _WIDTH * earlier[0].width)


def _at_side(columns: tuple[Interval, ...], fragment: BBox) -> bool:
    """Whether the last of the columns ends where the fragment does."""
    return abs(columns[-1].x1 - fragment.x1) < _SIDE
