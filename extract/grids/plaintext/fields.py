"""In which of the form's columns the values of a row of plain text stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from extract.grids.plaintext.header import Header
from extract.grids.plaintext.rows import TextRow


class Fields:
    """Where the values of rows stand among their fields, learnt from all rows of a text.

    Where rows are `cut`, with fewer fields than their block has columns, empty fields at the ends of others say
    nothing. Where they are `padded`, with empty fields beside as many values as columns, an empty field may be no cell.
    """

    def __init__(self, rows: Sequence[TextRow], *, cut: bool, padded: bool) -> None:
        self._cut = cut
        self._padded = padded
        widths: dict[int, Counter[int]] = {}
        for row in rows:
            widths.setdefault(row.stretch, Counter())[row.width] += 1
        self._usual = {stretch: counts.most_common(1)[0][0] for stretch, counts in widths.items()}
        self._rows = rows

    def placed(self, row: TextRow, count: int, header: Header | None) -> tuple[dict[int, str], tuple[str, ...]]:
        """The values of a row by column, and doubts where they cannot be placed for sure.

        Args:
            row: The row.
            count: How many columns its block has.
            header: What the lines above its block say; None where nothing was found.
        """
        filled = row.filled
        if len(filled) == count and not self._late(row, header):
            return dict(enumerate(filled)), ()
        if len(row.values) == count and not self._padded and (row.by_line or not self._cut):
            return dict(enumerate(row.values)), ()
        if not filled and len(row.values) >= count and row.width == self._usual[row.stretch] and not row.by_line:
            return dict(enumerate(row.values[:count])), ()
        if row.width > 1:
            found = self._under_header(row, count, header) or self._beside_others(row, count)
            found = found or self._after_label(row, count)
            if found is not None:
                return found, ()
        doubt = f"the text has {len(filled)} values in this row, the form {count} columns: some of them may be others"
        return dict(enumerate(filled[:count])), (doubt,)

    @staticmethod
    def _late(row: TextRow, header: Header | None) -> bool:
        """Whether the field under the first column's label is empty: the last value may be in an added column."""
        if header is None or not header.fields or (header.width, header.stretch) != (row.width, row.stretch):
            return False
        first = row.first + next(i for i, value in enumerate(row.values) if value)
        return row.first <= min(header.fields.values()) < first

    def _under_header(self, row: TextRow, count: int, header: Header | None) -> dict[int, str] | None:
        """Values right under the labels of their columns; None where they are not, or empty fields may be no cells."""
        if header is None or not header.fields or (header.width, header.stretch) != (row.width, row.stretch):
            return None
        if row.first > min(header.fields.values()):
            return None
        fields = {row.first + i: value for i, value in enumerate(row.values)}
        inside = {column: fields.pop(at) for column, at in header.fields.items() if at in fields}
        if len(inside) != len(header.fields) or any(fields.values()):
            return None
        spread = header.told and len(inside) == count and header.start is None
        regular = spread or (header.start is not None and self._regular(row.stretch, count) == header.start)
        return inside if all(inside.values()) or (regular and not self._cut) else None

    def _beside_others(self, row: TextRow, count: int) -> dict[int, str] | None:
        """Values that stand in the fields where full rows have theirs, on lines next to it; None without such rows."""
        start = None if self._cut else self._regular(row.stretch, count)
        if start is None or row.first > start or row.width != self._usual[row.stretch] or row.width < start + count:
            return None
        if not self._all_in(row, start, count):
            return None
        return dict(enumerate(_window(row, start, count)))

    def _after_label(self, row: TextRow, count: int) -> dict[int, str] | None:
        """Values right after the label, as in all full rows next to it; None without such rows, or with others."""
        full = [one for one in self._rows if one.stretch == row.stretch and len(one.filled) == count and one.width > 1]
        if self._cut or not full or row.width != self._usual[row.stretch] or any(row.values[count:]):
            return None
        if not all(one.values[0] for one in full) or len(row.values) < count:
            return None
        return dict(enumerate(row.values[:count]))

    def _regular(self, stretch: int, count: int) -> int | None:
        """The field in which the values of all full rows of a stretch begin, where it is the same in all."""
        found = set()
        for row in self._rows:
            if row.stretch == stretch and row.width > 1 and len(row.filled) == count:
                found.add(row.first + next(i for i, value in enumerate(row.values) if value))
        return found.pop() if len(found) == 1 else None

    @staticmethod
    def _all_in(row: TextRow, start: int, count: int) -> bool:
        """Whether no value stands outside of the fields of the columns."""
        at = [row.first + i for i, value in enumerate(row.values) if value]
        return all(start <= place < start + count for place in at)


def _window(row: TextRow, start: int, count: int) -> tuple[str, ...]:
    """The values in the fields from `start` on, as many as there are up to `count`."""
    return row.values[start - row.first : start - row.first + count]
