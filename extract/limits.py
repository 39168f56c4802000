"""What a document may cost, and a page of it: all limits that refuse a document, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may cost before it is refused; docs/limits.md says why so much.

    All but the last two are watched while reading, everywhere. `seconds` (by the wall clock) and `memory` (bytes that
    are resident, with the programs it starts) are watched from outside by the supervisor of a run, `extract.bulk`.
    """

    file_bytes: int = 200 * 2**20
    """Bytes of the file, or of all files of a document together."""
    pages: int = 3000
    page_points: float = 20_000.0
    """Width and height of a PDF's page."""
    pixels: int = 120_000_000
    """Pixels of an image, and of a page that is drawn."""
    stream_bytes: int = 512 * 2**20
    """Bytes of one compressed stream of a PDF once inflated."""
    unpacked_bytes: int = 16 * 2**20
    """Bytes of a text, and of each part of a Word file once unpacked."""
    page_objects: int = 60_000
    """Objects that a page draws: paths, images, pieces of text."""
    page_rulings: int = 200_000
    """Straight pieces of those paths, before those in line are joined."""
    page_characters: int = 200_000
    grid_cells: int = 400_000
    """Cells of all tables of a Word or HTML file together, spans counted out."""
    table_rows: int = 20_000
    table_columns: int = 1000
    depth: int = 200
    """Elements of a Word or HTML file that stand in each other."""
    open_elements: int = 1000
    """Elements of one name in an HTML file that are opened and not closed."""
    seconds: float = 600.0
    memory: int = 4 * 2**30
