"""Random annual reports before they are drawn: numbers that add up, and what a variation may change about them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from samples.printed import PrintedTable
from samples.truth import LITIGATION, MISSING, RECONSIDERATION, REQUESTS, TABLES, Truth, TruthCell, TruthTable, slots

PROACTIVE = TABLES[0]
APPLICANTS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_interest_organization",
    "legal_service_organization",
    "other_organization",
)
OUTCOMES = ("upheld", "corrected", "other", "pending")
BALANCE = ("received", "carried_in", "processed_total", "carried_forward")
"""Rows of section 三 that are not results of processing."""

Key = tuple[str, str, str]
Bend = Callable[[PrintedTable, random.Random], PrintedTable]
Finish = Callable[[bytes, random.Random], bytes]


@dataclass
class Draft:
    """A report being made up. `cells` holds what is printed, by canonical id; a cell not printed is absent.

    `bends` change printed tables before page breaks are set; `breaks` is how many of these there are, each like one of
    `break_kinds`. `excused` are cells that may be flagged although they are right, because print contradicts itself
    around them; `unknowable` those that their print leaves open, once it is drawn, and `overprinted` those whose digits
    lie over another's. `finishes` change the PDF once it is drawn; `second` is another report bound behind this one.
    `agency` is one of a few at random where it is empty, `year` that of the form where it is 0.
    """

    rng: random.Random
    editions: dict[str, str]
    cells: dict[Key, TruthCell]
    form: dict[str, Any] = field(default_factory=dict)
    look: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    bends: list[Bend] = field(default_factory=list)
    breaks: int = 0
    break_kinds: tuple[str, ...] = ("plain",)
    excused: set[Key] = field(default_factory=set)
    unknowable: set[Key] = field(default_factory=set)
    overprinted: set[Key] = field(default_factory=set)
    producer: str = "canvas"
    finishes: list[Finish] = field(default_factory=list)
    second: Draft | None = None
    agency: str = ""
    year: int = 0
    variations: list[str] = field(default_factory=list)

    def truth(self, name: str) -> Truth:
        """The truth that the samples' code draws."""
        tables = {
            table: TruthTable(
                table, self.editions[table], {key[1:]: cell for key, cell in self.cells.items() if key[0] == table}
            )
            for table in TABLES
        }
        year = self.year or (2024 if self.editions[RECONSIDERATION] == "2021" else 2020)
        agency = self.rng.choice(("青禾市自然资源局", "云溪县人民政府办公室", "南屏区教育局", "白石镇人民政府"))
        agency = self.agency or agency
        title = f"{agency}{year}年政府信息公开工作年度报告"
        return Truth(name, title, agency, year, self.producer, "", tables, frozenset(), {})

    def put(self, key: Key, text: str, value: str | None = None) -> None:
        """Print `text` in a cell; it says `value`, or itself."""
        value = text if value is None else value
        self.cells[key] = TruthCell(text, value, "value" if value else "blank")


def draft(rng: random.Random, proactive: str = "2021", requests: str = "2021") -> Draft:
    """A report of random figures in which every identity holds, printed plainly."""
    dated = max(proactive, requests)
    editions = {PROACTIVE: proactive, REQUESTS: requests, RECONSIDERATION: dated, LITIGATION: dated}
    made = Draft(rng, editions, {})
    digits = rng.choice((0, 1, 1, 2, 2, 3, 4, 5, 7))
    share = rng.choice((0.1, 0.3, 0.6, 0.95))

    def figure() -> int:
        return int(10 ** rng.uniform(0, digits)) if rng.random() < share and digits else 0

    for slot in slots(proactive, PROACTIVE):
        text = str(figure())
        if slot.column == "amount" and rng.random() < 0.6:
            text = str(Decimal(int(10 ** rng.uniform(0, 10))) / 10 ** rng.randint(0, 4))
        elif slot.column == "change":
            text = rng.choice(("", "", "+", "-")) + text if text != "0" else text
        made.put((PROACTIVE, slot.row, slot.column), text)
    for key, value in _requests(requests, figure).items():
        made.put((REQUESTS, *key), str(value))
    for table in (RECONSIDERATION, LITIGATION):
        for row in dict.fromkeys(slot.row for slot in slots(dated, table)):
            values = [figure() for _ in OUTCOMES]
            for column, value in zip((*OUTCOMES, "total"), (*values, sum(values)), strict=True):
                made.put((table, row, column), str(value))
    return made


def _requests(edition: str, figure: Callable[[], int]) -> dict[tuple[str, str], int]:
    rows = list(dict.fromkeys(slot.row for slot in slots(edition, REQUESTS)))
    values: dict[tuple[str, str], int] = {}
    for column in APPLICANTS:
        processed = 0
        for row in rows:
            if row not in BALANCE:
                values[row, column] = figure()
                processed += values[row, column]
        values["processed_total", column] = processed
        values["carried_forward", column] = figure()
        whole = processed + values["carried_forward", column]
        values["carried_in", column] = min(figure(), whole)
        values["received", column] = whole - values["carried_in", column]
    for row in rows:
        values[row, "total"] = sum(values[row, column] for column in APPLICANTS)
    return values


def equations(editions: dict[str, str]) -> Iterator[tuple[str, list[Key], list[Key]]]:
    """The form's identities: name as in reports, left and right side."""
    rows = list(dict.fromkeys(slot.row for slot in slots(editions[REQUESTS], REQUESTS)))
    results = [row for row in rows if row not in BALANCE]
    for column in (*APPLICANTS, "total"):
        left, right = ([(REQUESTS, row, column) for row in part] for part in (BALANCE[:2], BALANCE[2:]))
        yield f"balance:{column}", left, right
        yield (
            f"processed:{column}",
            [(REQUESTS, "processed_total", column)],
            [(REQUESTS, row, column) for row in results],
        )
    for row in rows:
        yield f"applicants:{row}", [(REQUESTS, row, "total")], [(REQUESTS, row, column) for column in APPLICANTS]
    for table, row in ((RECONSIDERATION, "all"), (LITIGATION, "direct"), (LITIGATION, "after_reconsideration")):
        yield f"outcomes:{table}:{row}", [(table, row, "total")], [(table, row, outcome) for outcome in OUTCOMES]


def broken(made: Draft) -> tuple[set[str], set[Key]]:
    """Names of identities that the printed figures break, and the cells in these."""
    names: set[str] = set()
    members: set[Key] = set()
    for name, left, right in equations(made.editions):
        sides = [[made.cells.get(key, MISSING) for key in side] for side in (left, right)]
        if any(cell is MISSING for side in sides for cell in side):
            continue
        one, other = (sum((Decimal(cell.value or 0) for cell in side), Decimal(0)) for side in sides)
        if one != other:
            names.add(name)
            members.update((*left, *right))
    return names, members
