"""A picture of what was found on a page: words, rulings, regions, grids, and every canonical cell with its status."""

from extract.show.drawing import draw, render

__all__ = ["draw", "render"]
