"""findings.csv and findings.xlsx: a line for each finding, for a person to work through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from extract.across.finding import Finding, Side, cell_names, shown
from extract.export.atomic import replaced_file
from extract.export.csv_ import Field, write_lines
from extract.export.pens import Pens, number_format, write_text, write_value
from extract.export.untrusted import storable
from extract.export.words import words

CSV, XLSX = "findings.csv", "findings.xlsx"
"""What is written into the folder of a run."""

_SIDE = ("document", "report", "output", "pages", "cells", "values")
COLUMNS = (
    *("number", "kind", "certain", "agency", "year", "identity", "found", "expected", "sentence_zh", "sentence_en"),
    *_SIDE,
    *("other_agency", "other_year"),
    *(f"other_{name}" for name in _SIDE),
)

_ROWS = 1_048_000
"""Lines that a sheet can hold, with room for its head and a remark."""

_WIDTHS = {"number": 8, "certain": 10, "year": 8, "report": 8, "pages": 8, "found": 11, "expected": 11, "other_year": 8}
_WIDE = frozenset({"sentence_zh", "sentence_en"})


def write(findings: Iterable[Finding], out: Path) -> None:
    """Write both files; each appears whole or not at all. The findings are gone through twice.

    Raises:
        OSError: the folder cannot be written.
    """
    write_lines(out / CSV, COLUMNS, _lines(findings))
    _write_xlsx(findings, out / XLSX)


def _lines(findings: Iterable[Finding]) -> Iterator[Sequence[Field]]:
    for number, one in enumerate(findings, 1):
        yield number, *record(one).values()


def record(one: Finding) -> dict[str, Field]:
    """A finding by the columns of the table, its number left out."""
    sentence = one.sentence
    other = one.other.report if one.other else None
    fields = (
        *(one.kind, "yes" if one.certain else "undecided", storable(one.agency), one.year, one.identity),
        *(one.found, one.expected, storable(sentence.zh), storable(sentence.en)),
        *_side(one.report),
        *((storable(other.agency), other.year) if other else (None, None)),
        *_side(one.other),
    )
    return dict(zip(COLUMNS[1:], fields, strict=True))


def _side(side: Side | None) -> tuple[Field, ...]:
    if side is None:
        return (None,) * len(_SIDE)
    return (
        storable(side.report.document),
        side.report.number,
        storable(side.report.output),
        ", ".join(map(str, side.pages)),
        cell_names(side.cells),
        "; ".join(shown(figure) for _, figure in side.cells),
    )


def _write_xlsx(findings: Iterable[Finding], path: Path) -> None:
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
    }
    with replaced_file(path) as file, xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": datetime(1980, 1, 1)})
        pens = Pens(book)
        sheet = book.add_worksheet("findings")
        wrapped, top = pens.format(text_wrap=True, valign="top"), pens.format(valign="top")
        for column, name in enumerate((*COLUMNS, "done", "remark")):
            sheet.set_column(column, column, 60 if name in _WIDE else _WIDTHS.get(name, 22))
            write_text(sheet, 0, column, name, pens.head)
        last = 0
        for last, fields in enumerate(_lines(findings), 1):
            if last > _ROWS:
                write_text(sheet, last, 0, words().phrases["findings_cut"].en)
                break
            for column, (name, field) in enumerate(zip(COLUMNS, fields, strict=True)):
                if isinstance(field, str):
                    write_text(sheet, last, column, field, wrapped if name in _WIDE else top)
                elif isinstance(field, Decimal):
                    form = pens.format(num_format=number_format(field), valign="top")
                    write_value(sheet, last, column, field, form)
                elif field is not None:
                    sheet.write_number(last, column, field, top)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(last, 1), len(COLUMNS) + 1)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        legend = book.add_worksheet("legend")
        legend.set_column(0, 0, 24)
        legend.set_column(1, 2, 70)
        for line, (name, term) in enumerate(words().finding_kinds.items()):
            write_text(legend, line, 0, name, pens.head)
            write_text(legend, line, 1, term.zh, wrapped)
            write_text(legend, line, 2, term.en, wrapped)
