"""What was read held against what was printed: cells that are wrong, flagged or missing, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from benchmarks.drafts import PROACTIVE, Draft, Key, broken
from extract.model import FLAGGED, CellId, Report, Status
from samples.truth import TABLES, TruthCell, slots

_BROKEN = "does not hold"
"""In the reasons of cells that an identity puts in doubt."""


@dataclass(frozen=True)
class Finding:
    """One cell that is not simply right."""

    kind: str
    key: Key
    truth: str
    read: str
    status: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        where = " ".join(self.key)
        return f"{self.kind}: {where}: printed {self.truth!r}, read {self.read!r} as {self.status} {list(self.reasons)}"


def judge(made: Draft, report: Report) -> tuple[int, list[Finding], list[str]]:
    """Number of right cells, findings on the others, and identities wrongly called the publisher's failure."""
    failing, excused = broken(made)
    right = 0
    findings: list[Finding] = []
    read = {cell.id: cell for cell in report.cells}
    for name in TABLES:
        table = report.tables[name]
        other_edition = table.found and table.edition != made.editions[name]
        foreign = _foreign(name) if other_edition else frozenset()
        printed = {key: cell for key, cell in made.cells.items() if key[0] == name}
        for key in dict.fromkeys((*(cell.id for cell in table.cells), *(CellId(*key) for key in printed))):
            truth = printed.get(key, TruthCell("", "", "missing"))
            cell = read.get(key)
            if cell is None or cell.status is Status.MISSING:
                kind = "right" if truth.status == "missing" else "missing"
            else:
                same = same_value(truth, cell.value, blank=cell.status is Status.BLANK) and key not in foreign
                if cell.status in FLAGGED:
                    told = any(_BROKEN in reason for reason in cell.reasons)
                    excuse = (key in excused and told) or key in made.excused
                    offered = key in made.excused and truth.value in (text for text, _ in cell.alternatives)
                    kind = "unsure" if offered or (same and excuse) else "wolf" if same else "caught"
                else:
                    kind = "right" if same else "SILENT"
            if kind in {"caught", "wolf", "missing"} and key in made.unknowable:
                kind = "open"
            if kind == "right":
                right += 1
            else:
                findings.append(
                    Finding(
                        kind,
                        key,
                        truth.text if truth.status != "missing" else "(not printed)",
                        cell.text if cell else "",
                        f"{cell.status}/{table.edition}" if cell else "no such cell",
                        cell.reasons if cell else (),
                    )
                )
    accused = []
    for result in report.identities:
        at = f"{result.table}:{result.at}" if result.identity == "outcomes" else result.at
        if result.verdict == "published" and f"{result.identity}:{at}" not in failing:
            accused.append(f"{result.identity}:{at}")
    return right, findings, accused


@cache
def _foreign(table: str) -> frozenset[Key]:
    """Cells of a table that do not say the same in both editions: read in the other one, they are wrong."""
    one, other = ({slot[1:] for slot in slots(edition, table)} for edition in ("2021", "2019"))
    differing = one | other if table == PROACTIVE else one ^ other  # which has amounts in other units
    return frozenset(slot[:3] for slot in differing)


def same_value(truth: TruthCell, value: object, *, blank: bool) -> bool:
    """Whether a value, or a `blank`, is what was printed."""
    if truth.status == "missing":
        return False
    if truth.status == "blank":
        return value is None
    return not blank and value is not None and value == Decimal(truth.value)


def lost(made: Draft) -> list[Finding]:
    """What is printed in a report that was not told from another."""
    return [Finding("missing", key, cell.text, "", "no such report", ()) for key, cell in made.cells.items()]


def extra(reports: Sequence[Report], drafts: Sequence[Draft]) -> list[str]:
    """Tables with cells that nothing flags, in reports that are not there."""
    return [
        table.id
        for report in reports[len(drafts) :]
        for table in report.tables.values()
        if any(not cell.flagged for cell in table.cells)
    ]
