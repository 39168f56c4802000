"""From grids to canonical cells: stub and header trees laid against a layout, in order, fuzzily."""

from __future__ import annotations

from extract.align.alignment import Alignment, Placed
from extract.align.columns import ASIDE, LOOSE, MOVED, RIVAL, UNNAMED
from extract.align.place import align

__all__ = ["ASIDE", "LOOSE", "MOVED", "RIVAL", "UNNAMED", "Alignment", "Placed", "align"]
