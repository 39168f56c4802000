"""Regions as people place them."""

from __future__ import annotations

from collections.abc import Sequence

from extract.corrections import Misfit, RegionSet
from extract.model import BBox, Page, Region

_NEAR = 8.0
"""Points by which each side of a region may differ from the one that was corrected."""


def placed(
    regions: Sequence[Region], pages: Sequence[Page], edits: Sequence[RegionSet], grids: frozenset[str]
) -> tuple[tuple[Region, ...], list[Misfit]]:
    """The regions with each edit made that fits, and those that do not. `grids` are the ids there are."""
    found = list(regions)
    misfits: list[Misfit] = []
    for edit in edits:
        cause = _cause(edit, pages, grids)
        was = None if edit.was is None else next((one for one in found if _is(one, edit)), None)
        if not cause and edit.was is not None and was is None:
            cause = f"no region of {edit.grid} was found there"
        if cause:
            misfits.append(Misfit(edit, cause))
            continue
        if was is not None:
            found.remove(was)
        if edit.box is not None:
            found.append(_region(edit, BBox(*edit.box), pages[edit.page - 1]))
    return tuple(sorted(found, key=lambda region: (region.page, region.bbox.top, region.bbox.x0))), misfits


def _cause(edit: RegionSet, pages: Sequence[Page], grids: frozenset[str]) -> str:
    """Why an edit cannot be made; empty where it can."""
    if not 1 <= edit.page <= len(pages):
        return f"there is no page {edit.page}"
    if edit.grid not in grids:
        return f"the form has no grid {edit.grid}"
    page = pages[edit.page - 1]
    width, height = page.extent
    if edit.box and (edit.box[2] < 0 or edit.box[3] < 0 or edit.box[0] > width or edit.box[1] > height):
        return "the box is not on the page"
    if edit.box and page.sheet is None and page.kind != "text":
        return "nothing on the page can be read"
    return ""


def _is(region: Region, edit: RegionSet) -> bool:
    sides = zip(region.bbox, edit.was or (), strict=True)
    return (region.grid, region.page) == (edit.grid, edit.page) and all(abs(a - b) <= _NEAR for a, b in sides)


def _region(edit: RegionSet, box: BBox, page: Page) -> Region:
    inside = [
        ruling
        for ruling in page.rulings
        if ruling.x0 <= box.x1 and ruling.x1 >= box.x0 and ruling.top <= box.bottom and ruling.bottom >= box.top
    ]
    across = sum(ruling.horizontal for ruling in inside)
    ruled = across >= 2 and len(inside) - across >= 2
    evidence = {"placed_by": edit.who, "rulings": [across, len(inside) - across]}
    return Region(edit.grid, edit.page, box, 1.0, ruled, evidence)
