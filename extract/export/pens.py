"""What a workbook is drawn with: cell formats, and the ways to put untrusted text and exact numbers into a sheet."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from extract.export.rows import plain
from extract.export.untrusted import spreadsheet_text
from extract.model import Status

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

COLOURS = {
    Status.SUSPECT: "#FFC000",
    Status.UNREADABLE: "#FF9999",
    Status.MISSING: "#D9C3EC",
    Status.REPAIRED: "#FFF2A8",
    Status.CORRECTED: "#BDD7EE",
}
"""Background of a cell by status; the other statuses ask for nobody's attention and have none."""

_FLOAT_DIGITS = 15
"""Digits that a spreadsheet keeps of a number."""


class Pens:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def format(self, **properties: Any) -> Format:
        """The format with these XlsxWriter properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(dict(key))
        return self._made[key]

    @property
    def heading(self) -> Format:
        """For a line that names what follows."""
        return self.format(bold=True, font_size=12)

    @property
    def head(self) -> Format:
        """For the first line of a list."""
        return self.format(bold=True, bg_color="#E7E6E6", border=1, border_color="#BFBFBF", valign="vcenter")

    @property
    def note(self) -> Format:
        """For remarks."""
        return self.format(italic=True, font_color="#595959")


def write_text(sheet: Worksheet, row: int, column: int, text: str, form: Format | None = None) -> None:
    """Write text as text: never a formula, a link or a number, whatever it looks like."""
    sheet.write_string(row, column, spreadsheet_text(text), form)


def in_float(value: Decimal) -> bool:
    """Whether a spreadsheet's number shows exactly this value."""
    return len(value.as_tuple().digits) <= _FLOAT_DIGITS and Decimal(repr(float(value))) == value


def number_format(value: Decimal) -> str:
    """A number format with as many decimals as the value has."""
    exponent = value.as_tuple().exponent
    return "0." + "0" * -exponent if isinstance(exponent, int) and exponent < 0 else "0"


def write_value(sheet: Worksheet, row: int, column: int, value: Decimal, form: Format) -> None:
    """Write a value as a number where that is exact, else as text."""
    if in_float(value):
        sheet.write_number(row, column, float(value), form)
    else:
        write_text(sheet, row, column, plain(value), form)
