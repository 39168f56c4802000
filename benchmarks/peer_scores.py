"""How table readers are judged: as favourably as can be, and never better than right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.peer_cases import Case, Row

COLUMNS = 7
"""Of section 三: the applicants and their total."""
OURS = "gongkai"


@dataclass
class Score:
    """What a reader came to on the documents of one kind."""

    documents: int = 0
    pages: int = 0
    found: int = 0
    cells: int = 0
    right: int = 0
    silent: int = 0
    tables: int = 0
    failed: int = 0
    seconds: float = 0.0
    megabytes: float = 0.0
    errors: list[str] = field(default_factory=list)


def plain(text: str) -> str:
    """A number's digits without blanks and separators; marks for nothing are nothing."""
    text = re.sub(r"[\s,，]", "", text)
    return "" if re.fullmatch(r"[-—–/\\_无|]*", text) else text


def overlap(rows: Sequence[Row], tables: Iterable[Sequence[Sequence[str]]]) -> int:
    """Cells that are equal when given rows are laid against true ones in order, as favourably as can be."""
    given = [[plain(text) for text in row] for table in tables for row in table]
    choices = [(tuple(row[-COLUMNS:]), tuple([text for text in row if text][-COLUMNS:])) for row in given]
    best = [0] * (len(choices) + 1)
    for true in rows:
        now = [0]
        for place, seen in enumerate(choices):
            equal = max(
                sum(a == b for a, b in zip(true, one, strict=True)) if len(one) == len(true) else 0 for one in seen
            )
            now.append(max(best[place + 1], now[place], best[place] + equal))
        best = now
    return best[-1]


def scored(cases: Sequence[Case], records: Iterable[Mapping[str, Any]]) -> Score:
    """What a reader came to."""
    score = Score()
    for case, record in zip(cases, records, strict=True):
        cells = len(case.values)
        right = record.get("right", overlap(case.rows, record["tables"]))
        score.documents += 1
        score.pages += case.pages
        score.cells += cells
        score.right += right
        score.found += right * 2 >= cells
        score.silent += record.get("silent", cells - right)
        score.tables += len(record["tables"])
        score.seconds += record["seconds"]
        score.megabytes = max(score.megabytes, record["megabytes"])
        if record["error"]:
            score.failed += 1
            score.errors.append(f"{case.path.name}: {record['error']}")
    return score


def judged(case: Case, record: dict[str, Any]) -> dict[str, Any]:
    """Cells of ours that are right, and that are wrong without a flag, each at the row and column it is said to be."""
    right = silent = 0
    for row, column, value, flagged in record.pop("cells", []):
        same = (row, column) in case.values and plain(value) == plain(case.values[row, column])
        right += same
        silent += not same and not flagged
    return {**record, "right": right, "silent": silent}
