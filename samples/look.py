"""What a drawing back end may choose: fonts, sizes, page and rulings."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Look:
    """Drawing options; lengths in points.

    Attributes:
        font: family of the Chinese text; the canvas takes TrueType families only.
        digits: family of Latin letters and digits, or "" for `font`.
        size, table_size: text sizes of paragraphs and of cells.
        page: width and height of an upright page.
        margin: on all four sides.
        rules: how a grid is ruled. "lines" strokes, "rects" thin filled rectangles, "boxes" one stroked rectangle for
            each cell, "dotted" rows of dots, "double" pairs of strokes, "horizontal" no vertical lines, "fills" only
            cell backgrounds, "bands" only a background behind every other row, "none" nothing at all.
        rule_width: of a line, or the gap between backgrounds.
        shade: colour behind header cells such as "#dddddd", or "".
        padding: inside a cell, left and right; half of it above and below.
        repeat_header: whether a grid that runs over a page's end repeats its header.
        table_gap: between two tables that follow each other.
        page_numbers: whether pages are numbered at the foot.
        rotate: store landscape pages sideways with /Rotate 90 (canvas only).
        turned: degrees by which all pages are stored turned (canvas only), undone by /Rotate unless `turned_bare`.
        turned_bare: leave out the /Rotate of turned pages, so that their text runs sideways.
        align: where values stand in their cells, "left", "center" or "right".
        valign: the same in y, "top", "middle" or "bottom" (canvas only).
        bold: draw text twice, a little apart, as a makeshift for a bold face (canvas only).
        by_character: place every character by itself (canvas only).
        overflow: let values run over their cells' sides instead of wrapping (canvas only).
        spread: points between the digits of values, as justified cells have them (canvas only).
        ghosts: how empty value cells hold a nought that nobody sees, "white", "invisible" or "faint" (canvas only).
        white_headers: header labels in white, on a dark `shade` (canvas only).
        patched: values typed over a white box that hides another number (canvas only).
        watermark: text across every page (canvas only), and `watermark_style`: "diagonal", "tiles" or "level".
        watermark_over: whether it is painted over the print rather than below.
        held: what holds the values, "" for the page itself, "fields" for form fields, "notes" for annotations
            (canvas only).
    """

    font: str = "Noto Serif CJK SC"
    digits: str = ""
    size: float = 13.0
    table_size: float = 9.5
    page: tuple[float, float] = (595.0, 842.0)
    margin: float = 68.0
    rules: str = "lines"
    rule_width: float = 0.6
    shade: str = ""
    padding: float = 4.0
    repeat_header: bool = False
    table_gap: float = 6.0
    page_numbers: bool = True
    rotate: bool = False
    turned: int = 0
    turned_bare: bool = False
    align: str = "center"
    valign: str = "middle"
    bold: bool = False
    by_character: bool = False
    overflow: bool = False
    spread: float = 0.0
    ghosts: str = ""
    white_headers: bool = False
    patched: bool = False
    watermark: str = ""
    watermark_style: str = "diagonal"
    watermark_over: bool = False
    held: str = ""

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Look:
        """Options from a truth file's `look` mapping; an unknown key is a TypeError."""
        fixed: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
        return cls(**fixed)


@cache
def font_file(family: str) -> tuple[Path, int]:
    """The file of an installed font family and the family's place in it.

    Raises:
        LookupError: the family is not installed.
    """
    found = subprocess.run(
        ["fc-match", "--format=%{family}\t%{file}\t%{index}", f"{family}:style=Regular,Book,Light"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    families, file, index = found.split("\t")
    if family not in families.split(","):
        raise LookupError(f"font family {family!r} is not installed (fontconfig offers {families!r})")
    return Path(file), int(index)
