"""The cells of a run that have a picture, by what they were read as: all the 1s, all the 7s, all the blanks.

They are kept in SQLite, in a file of its own that is gone with the connection, so that a run of any size fits.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.errors import GongkaiError
from extract.model import AS_WRITTEN, FLAGGED, IDENTITY, BBox, Status
from extract.review.crops import Sight
from extract.review.run import Listed, told_of

BLANK, UNREAD, RARE = "blank", "unreadable", "rare"
"""Groups beside those of one number: cells without a number, cells that nothing read, numbers too rare for a group."""

SCOPES = ("unproved", "images", "all")
"""Cells that were read from images and that no identity proves, or that are flagged; all from images; all."""

_COMMON = 3
"""Cells with the same number that make a group."""

_MARKS = frozenset("0123456789.")

_TABLES = """
CREATE TABLE cell (key INTEGER PRIMARY KEY, document INTEGER, id TEXT, value TEXT, grp TEXT, score REAL, scope INTEGER,
  seen INTEGER DEFAULT 0, said TEXT, sight TEXT, told TEXT);
CREATE TABLE digit (digit TEXT, cell INTEGER, place INTEGER, of INTEGER, looked INTEGER DEFAULT 0);
"""
_INDEXES = """
CREATE INDEX by_group ON cell (grp, score);
CREATE INDEX by_cell ON cell (document, id);
CREATE INDEX by_digit ON digit (digit, cell);
"""


@dataclass(frozen=True, slots=True)
class Tile:
    """A cell of a run, or one digit of it: `place` in the `of` characters of its text, 0 for the whole cell.

    `document` is its place in the run's list, `id` its table/row/column, `value` what it was read as, "" for no number.
    `said` is what a correction says of it since: a number, "blank", "doubt", None for nothing; `told` is the rest that
    report.json says of it.
    """

    key: int
    document: int
    id: str
    value: str
    score: float
    seen: bool
    said: str | None
    sight: Sight
    told: Mapping[str, Any]
    place: int = 0
    of: int = 0


class Tiles:
    """The cells of a run, worst score first within each group. Not thread-safe."""

    def __init__(self, documents: Sequence[Listed], out: Path) -> None:
        self._base = sqlite3.connect("", check_same_thread=False)
        self._base.executescript(_TABLES)
        for number, one in enumerate(documents):
            try:
                found = list(_cells(told_of(one, out)))
            except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
                continue  # not as gongkai writes it: nothing of it is shown
            self._add(number, found)
        self._base.executescript(_INDEXES)
        self._base.execute(
            f"UPDATE cell SET grp = '{RARE}' WHERE grp NOT IN ('{BLANK}', '{UNREAD}') AND grp IN "  # noqa: S608
            f"(SELECT grp FROM cell GROUP BY grp HAVING count(*) < {_COMMON})"
        )

    def close(self) -> None:
        """Forget them."""
        self._base.close()

    def groups(self, by: str, scope: str) -> list[tuple[str, int, int]]:
        """Name, cells and cells looked at of each group, the largest first; `by` is "value" or "digit".

        Raises:
            GongkaiError: There is no such kind of group, or no such scope.
        """
        name, source, seen_ = _source(by)
        sql = f"SELECT {name}, count(*), sum({seen_}) FROM {source} WHERE scope <= ? GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
        return [(str(group), int(all_), int(seen)) for group, all_, seen in self._base.execute(sql, (_rank(scope),))]

    def counts(self, scope: str) -> tuple[int, int]:
        """All cells, and those that were looked at.

        Raises:
            GongkaiError: There is no such scope.
        """
        sql = "SELECT count(*), coalesce(sum(seen), 0) FROM cell WHERE scope <= ?"
        all_, seen = self._base.execute(sql, (_rank(scope),)).fetchone()
        return int(all_), int(seen)

    def page(self, by: str, group: str, scope: str, start: int, size: int) -> list[Tile]:
        """`size` tiles of a group from place `start`, from 0, the worst score first.

        Raises:
            GongkaiError: There is no such kind of group, or no such scope.
        """
        name, source, seen = _source(by)
        place = "place, of" if by == "digit" else "0, 0"
        sql = (
            f"SELECT key, document, id, value, score, {seen}, said, sight, told, {place} FROM {source} "  # noqa: S608
            f"WHERE {name} = ? AND scope <= ? ORDER BY score, key LIMIT ? OFFSET ?"
        )
        return [_tile(row) for row in self._base.execute(sql, (group, _rank(scope), size, start))]

    def first_unseen(self, by: str, group: str, scope: str) -> int:
        """The place in a group of the first cell that nobody looked at; 0 where there is none.

        Raises:
            GongkaiError: There is no such kind of group, or no such scope.
        """
        name, source, seen_ = _source(by)
        sql = f"SELECT {seen_} FROM {source} WHERE {name} = ? AND scope <= ? ORDER BY score, key"  # noqa: S608
        rows = self._base.execute(sql, (group, _rank(scope)))
        return next((place for place, (seen,) in enumerate(rows) if not seen), 0)

    def one(self, key: Any) -> Tile:
        """The whole cell with that key.

        Raises:
            GongkaiError: There is none.
        """
        row = None
        if isinstance(key, int) and not isinstance(key, bool) and 0 < key < 2**62:
            sql = "SELECT key, document, id, value, score, seen, said, sight, told, 0, 0 FROM cell WHERE key = ?"
            row = self._base.execute(sql, (key,)).fetchone()
        if row is None:
            raise GongkaiError("there is no such cell")
        return _tile(row)

    def look(self, document: int, cell: str, value: str, place: int = 0) -> None:
        """Somebody looked at a cell that was read as that, or at the digit in one place of it, from 1.

        Who looked at every digit of a cell looked at the cell.
        """
        of_cell = "cell IN (SELECT key FROM cell WHERE document = ? AND id = ? AND value = ?)"
        which = document, cell, value
        sql = f"UPDATE digit SET looked = 1 WHERE {of_cell} AND (? = 0 OR place = ?)"  # noqa: S608
        self._base.execute(sql, (*which, place, place))
        sql = f"SELECT 1 FROM digit WHERE {of_cell} AND NOT looked"  # noqa: S608
        if not place or self._base.execute(sql, which).fetchone() is None:
            self._base.execute("UPDATE cell SET seen = 1 WHERE document = ? AND id = ? AND value = ?", which)

    def unsay(self, document: int) -> None:
        """No correction says anything of a document's cells."""
        self._base.execute("UPDATE cell SET said = NULL WHERE document = ? AND said IS NOT NULL", (document,))

    def say(self, document: int, cell: str, said: str | None) -> None:
        """What a correction says of a cell; None for nothing."""
        self._base.execute("UPDATE cell SET said = ? WHERE document = ? AND id = ?", (said, document, cell))

    def _add(self, document: int, found: Sequence[tuple[str, str, str, float, int, str, str, str]]) -> None:
        for id_, value, group, score, scope, text, sight, told in found:
            at = self._base.execute(
                "INSERT INTO cell (document, id, value, grp, score, scope, sight, told) VALUES (?,?,?,?,?,?,?,?)",
                (document, id_, value, group, score, scope, sight, told),
            ).lastrowid
            self._base.executemany(
                "INSERT INTO digit (digit, cell, place, of) VALUES (?,?,?,?)",
                [(digit, at, place, of) for digit, place, of in _digits(text, value)],
            )


def _source(by: str) -> tuple[str, str, str]:
    """The column that names groups, the tables it is in, and what says whether somebody looked."""
    if by == "value":
        return "grp", "cell", "seen"
    if by == "digit":
        return "digit", "digit JOIN cell ON digit.cell = cell.key", "(seen OR looked)"
    raise GongkaiError("there are no such groups")


def _rank(scope: str) -> int:
    if scope not in SCOPES:
        raise GongkaiError("there is no such scope")
    return SCOPES.index(scope)


def _tile(row: tuple[Any, ...]) -> Tile:
    key, document, id_, value, score, seen, said, sight, told, place, of = row
    sha256, page, width, height, rotation, box, ink = json.loads(sight)
    where = Sight(sha256, page, width, height, rotation, BBox(*box), BBox(*ink) if ink else None)
    return Tile(key, document, id_, value, score, bool(seen), said, where, json.loads(told), place, of)


def _digits(text: str, value: str) -> Iterator[tuple[str, int, int]]:
    """Each digit of a number with its place, from 1, among the characters printed; 0 of 0 where that is not told."""
    printed = "".join(text.split(" "))
    plain = set(printed) <= _MARKS
    for place, character in enumerate(printed if plain else dict.fromkeys(value), 1):
        if character.isdecimal():
            yield character, place if plain else 0, len(printed) if plain else 0


def _cells(report: Mapping[str, Any]) -> Iterator[tuple[str, str, str, float, int, str, str, str]]:
    """Of each cell of a report.json that has a picture: id, value, group, score, scope, text, sight and the rest."""
    pages = {one["number"]: one for one in report["pages"]}
    inks = [{(c["row"], c["column"]): c["ink"] for c in grid["cells"]} for grid in report["grids"]]
    for table in report["tables"]:
        for cell in table["cells"]:
            status = Status(cell["status"])
            page = pages.get(cell["page"])
            if page is None or cell["bbox"] is None or status is Status.CORRECTED:
                continue
            at = cell["at"]
            ink = inks[table["grids"][at[0]]].get((at[1], at[2])) if at else None
            value = "" if cell["value"] is None else str(cell["value"])
            group = value or (UNREAD if status is Status.UNREADABLE else BLANK)
            size = float(page["width"]), float(page["height"]), int(page["rotation"])
            sight = report["sha256"], int(page["number"]), *size, _box(cell["bbox"]), _box(ink) if ink else None
            kept = {name: cell[name] for name in _KEPT} | {"alternatives": cell["alternatives"][:4]}
            yield (
                "/".join((cell["table"], cell["row"], cell["column"])),
                value,
                group,
                _score(cell, value),
                _scope(cell, status),
                cell["text"],
                json.dumps(sight),
                json.dumps(kept),
            )


_KEPT = ("text", "status", "row_label", "column_label")


def _box(box: Any) -> list[float]:
    return [float(edge) for edge in BBox(*box)]


def _score(cell: Mapping[str, Any], value: str) -> float:
    """How sure a reading is: its confidence, and no more than its strongest rival leaves."""
    rivals = [float(share) for text, share in cell["alternatives"] if "".join(str(text).split()) != value]
    return min(float(cell["confidence"]), 1.0 - max(rivals, default=0.0))


def _scope(cell: Mapping[str, Any], status: Status) -> int:
    """The place in `SCOPES` of the narrowest that it is in."""
    if cell["source"] in AS_WRITTEN:
        return 2
    proved = any(name.startswith(IDENTITY) for name in cell["agreeing"])
    return 1 if proved and status not in FLAGGED else 0
