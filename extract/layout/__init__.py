"""Layouts: what the tables of a form look like, read from `layouts/*.yaml` and checked against a schema.

All labels of the form live in those files; code knows only the shape described here.
"""

from extract.layout.edition import Holds, Layout
from extract.layout.files import NARRATIVE, SECTIONS, TITLES, load, parse, shipped
from extract.layout.grids import Block, ColumnLabels, GridLayout, Node, RowKey, Slot

__all__ = [
    "NARRATIVE",
    "SECTIONS",
    "TITLES",
    "Block",
    "ColumnLabels",
    "GridLayout",
    "Holds",
    "Layout",
    "Node",
    "RowKey",
    "Slot",
    "load",
    "parse",
    "shipped",
]
