"""From the folder of a run to a store of its reports."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path, PurePosixPath

from extract.across.store import Figure, Filed, Print, Store, opened
from extract.errors import UnreadableError
from extract.export.untrusted import as_printed
from extract.layout import Layout
from extract.model import CellId, Status

_INDEX, _CELLS = "documents.csv", "cells.csv"
_NUMBER = re.compile(r"-?[0-9]{1,200}(\.[0-9]{1,200})?")
_FAULTS = (OSError, UnicodeError, csv.Error, KeyError, ValueError)


@contextmanager
def collected(out: Path, layouts: tuple[Layout, ...]) -> Iterator[Store]:
    """The reports of the run in a folder, as long as the block lasts.

    A report whose cells cannot be read is among them, with the cause; documents that gave no report are not.

    Raises:
        UnreadableError: the folder holds no run.
    """
    places = dict.fromkeys(
        id_
        for layout in layouts
        for one in layout.recurrences
        for id_ in (*one.now, *one.before, *one.plus, *one.minus)
    )
    tables = frozenset(table for layout in layouts for table in layout.published_once)
    with opened(places) as store:
        for number, line in enumerate(_index(out), 1):
            report = _filed(number, line)
            try:
                figures = _figures(out, report.output)
            except _FAULTS as error:
                store.add(report, failure=_cause(error))
                continue
            report = Filed(*_known(report), figures={id_: f for id_, f in figures.items() if id_ in places})
            store.add(report, [one for table in sorted(tables) if (one := _print(table, figures))])
        store.settle()
        yield store


def _index(out: Path) -> Iterator[Mapping[str, str]]:
    """The lines of documents.csv that have results."""
    path = out / _INDEX
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file, strict=True)
            wanted = {"document", "output", "report", "agency", "year"}
            if lost := wanted - set(lines.fieldnames or ()):
                raise UnreadableError(f"{_INDEX} has no column {', '.join(sorted(lost))}: gongkai extract writes it")
            for line in lines:
                if any(line[name] is None for name in wanted):
                    raise UnreadableError(f"{_INDEX}: line {lines.line_num} is cut off")
                if line["output"]:
                    yield line
    except FileNotFoundError as error:
        raise UnreadableError(f"no {_INDEX} here: name the folder that gongkai extract filled") from error
    except (OSError, UnicodeError, csv.Error) as error:
        raise UnreadableError(f"{_INDEX}: {_cause(error)}") from error


def _filed(number: int, line: Mapping[str, str]) -> Filed:
    year, report = line["year"], line["report"]
    return Filed(
        id=number,
        document=as_printed(line["document"]),
        output=line["output"],
        number=int(report) if report.isdecimal() else 1,
        agency=as_printed(line["agency"]),
        year=int(year) if len(year) == 4 and year.isdecimal() else None,
    )


def _known(report: Filed) -> tuple[int, str, str, int, str, int | None]:
    return report.id, report.document, report.output, report.number, report.agency, report.year


def _figures(out: Path, output: str) -> dict[CellId, Figure]:
    """Every cell of a report."""
    folder = PurePosixPath(output)
    if folder.is_absolute() or ".." in folder.parts:
        raise ValueError("its folder is not below that of the run")
    with (out / folder / _CELLS).open(encoding="utf-8-sig", newline="") as file:
        return {
            CellId(line["table"], line["row"], line["column"]): Figure(
                _value(line["value"]), Status(line["status"]), int(line["page"]) if line["page"] else None
            )
            for line in csv.DictReader(file, strict=True)
        }


def _value(text: str) -> Decimal | None:
    if text and not _NUMBER.fullmatch(text):
        raise ValueError("a value is no plain number")
    return Decimal(text) if text else None


def _print(table: str, figures: Mapping[CellId, Figure]) -> Print | None:
    """The figures of a table, None where one is not known. Blanks and noughts are left out: editions differ in them."""
    own = {id_: figure for id_, figure in figures.items() if id_.table == table}
    if not own or not all(figure.known for figure in own.values()):
        return None
    numbers = {id_: _plain(figure.value) for id_, figure in own.items() if figure.value}
    told = "\n".join(f"{id_.row}\t{id_.column}\t{number}" for id_, number in sorted(numbers.items()))
    different = set(numbers.values())
    return Print(
        table,
        hashlib.sha256(told.encode("utf-8")).hexdigest(),
        len(different),
        sum(sum(char.isdecimal() for char in number) for number in different),
        all(figure.certain for figure in own.values()),
    )


def _plain(value: Decimal) -> str:
    """Plain notation without trailing zeros: the same for the same number."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _cause(error: BaseException) -> str:
    """Why something could not be read, in one line."""
    if isinstance(error, OSError):
        return error.strerror or "cannot be read"
    if isinstance(error, KeyError):
        return f"no column {error.args[0]}"
    return " ".join(str(error).split())
