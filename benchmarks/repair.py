"""Injected misreadings and misprints: `python benchmarks/repair.py [--seed N] [--scale 0.1]`.

Reports whose figures add up are turned into the readings a scan of them would give: nearly all certain, some weak
though right, as often as measured on scanned reports. Then errors are injected and `extract.check` has to find them:

- 1,000 documents with one wrong digit in a cell that an identity covers. The misreading, its score and its alternatives
  are one of those that the engine really made (misreadings.csv, drawn by misreadings.py); the document's figures are
  chosen so that the cell holds the figure that was misread;
- 200 documents with three of them;
- 200 with a wrong published total and no misreading, half of them native: one number of the form's sums is printed
  wrongly, in turn a total of applicants, of results or of outcomes.

Printed: to how many cells errors are located, how many are repaired, wrong repairs (there must be none), cells that are
silently wrong (there must be none), right cells that are flagged, verdicts and time.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.drafts import APPLICANTS, BALANCE, OUTCOMES, Draft, Key, draft
from benchmarks.misreadings import Misreading, load
from extract import layout
from extract.align import Alignment, Placed
from extract.check import Checked, check
from extract.check.values import CONTESTED, SURE
from extract.model import FLAGGED, TEXT_LAYER, BBox, CellId, Reading, Spot, Status
from samples.truth import LITIGATION, RECONSIDERATION, REQUESTS

WEAK = 0.01
"""Share of right readings that are weak; of those measured on scanned reports, 0.7 %."""

BLANKS = 0.35
"""Share of reports that leave noughts out."""

GRIDS = {REQUESTS: "requests", RECONSIDERATION: "review", LITIGATION: "review"}
_BOX = BBox(0.0, 0.0, 1.0, 1.0)


@dataclass
class Tally:
    """What became of the documents of one kind."""

    counts: Counter[str] = field(default_factory=Counter)
    located: Counter[int] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def one_digit(true: str, text: str) -> bool:
    """Whether a reading has one digit wrong, lost or too many."""
    if not text.isdigit() or text == true:
        return False
    if len(text) == len(true):
        return sum(a != b for a, b in zip(text, true, strict=True)) == 1
    short, long = sorted((text, true), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def figures(made: Draft, rng: random.Random, key: Key, value: int) -> dict[Key, int]:
    """The sums' cells of a draft with `value` in one of them; everything still adds up."""
    cells = {k: int(cell.value or 0) for k, cell in made.cells.items() if k[0] in GRIDS}
    table, row, column = key
    if table != REQUESTS:
        outcomes = [(table, row, outcome) for outcome in OUTCOMES]
        _share(cells, outcomes if column == "total" else [key], value, rng)
        cells[table, row, "total"] = sum(cells[one] for one in outcomes)
        return cells
    results = [k[1] for k in cells if k[0] == REQUESTS and k[2] == "total" and k[1] not in BALANCE]
    columns = list(APPLICANTS) if column == "total" else [column]
    parts = _split(value, len(columns), rng)
    for one, part in zip(columns, parts, strict=True):
        own = [(REQUESTS, result, one) for result in results]
        if row in results:
            cells[REQUESTS, row, one] = part
        elif row == "processed_total":
            _share(cells, own, part, rng)
        elif row == "received":
            forward = rng.randint(0, part)
            _share(cells, own, part - forward, rng)
            cells[REQUESTS, "carried_forward", one], cells[REQUESTS, "carried_in", one] = forward, 0
        else:
            cells[REQUESTS, row, one] = part
    for one in APPLICANTS:
        at = {r: (REQUESTS, r, one) for r in BALANCE}
        cells[at["processed_total"]] = sum(cells[REQUESTS, result, one] for result in results)
        if (short := cells[at["carried_in"]] - cells[at["processed_total"]] - cells[at["carried_forward"]]) > 0:
            if row == "carried_in":
                cells[at["carried_forward"]] += short
            else:
                cells[at["carried_in"]] -= short
        cells[at["received"]] = cells[at["processed_total"]] + cells[at["carried_forward"]] - cells[at["carried_in"]]
    for r in (*results, *BALANCE):
        cells[REQUESTS, r, "total"] = sum(cells[REQUESTS, r, one] for one in APPLICANTS)
    return cells


def _split(value: int, count: int, rng: random.Random) -> list[int]:
    """A number as a sum of so many, in any order."""
    edges = sorted(rng.randint(0, value) for _ in range(count - 1))
    return [b - a for a, b in zip([0, *edges], [*edges, value], strict=True)]


def _share(cells: dict[Key, int], keys: Sequence[Key], value: int, rng: random.Random) -> None:
    cells.update(zip(keys, _split(value, len(keys), rng), strict=True))


class Scanner:
    """Makes readings of figures: `misread` are real misreadings by one digit, `unsure` right readings that are weak."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        lines = load()
        self.misread = [one for one in lines if one_digit(one.true, one.text) and not one.doubts]
        self.unsure: dict[str, list[Misreading]] = {}
        for one in lines:
            if one.true == one.text and not one.doubts:
                self.unsure.setdefault(one.true, []).append(one)
        self._all = [one for found in self.unsure.values() for one in found]

    def read(self, value: int, *, weak: bool = False) -> Reading:
        """A right reading."""
        text = str(value)
        if weak:
            if text in self.unsure:
                return reading(self.rng.choice(self.unsure[text]))
            like = self.rng.choice(self._all)
            mistaken = text[:-1] + str((int(text[-1]) + self.rng.randint(1, 9)) % 10)
            share = max((s for _, s in like.alternatives), default=0.0)
            return Reading(text, min(like.confidence, SURE - 0.01), "benchmark", ((mistaken, share),))
        return Reading(text, 1 - 0.1 * self.rng.random() ** 4, "benchmark")


def certain(one: Misreading) -> bool:
    """Whether a reading counts as certain before any arithmetic."""
    contested = any(text.isdigit() and share >= CONTESTED for text, share in one.alternatives)
    return one.confidence >= SURE and not one.cautions and not contested


def reading(one: Misreading) -> Reading:
    """A measured reading."""
    return Reading(one.text, one.confidence, "benchmark", one.alternatives, one.doubts, one.cautions)


def checked(readings: Mapping[Key, Reading], editions: Mapping[str, str]) -> list[Checked]:
    """Both grids of sums, checked."""
    found = []
    for grid_id, table in (("requests", REQUESTS), ("review", RECONSIDERATION)):
        form = next(one for one in layout.shipped() if one.edition == editions[table])
        grid = form.grid(grid_id)
        placed = {
            slot.id: Placed(
                slot, readings[tuple(slot.id)], 1, _BOX, 1.0, 1.0, "", parted=True, by_place=False, at=Spot(0, 0, 0)
            )
            for slot in grid.slots
        }
        found.append(check(Alignment(form, grid, (), placed, float(len(placed)))))
    return found


def document(rng: random.Random) -> Draft:
    """A report to be."""
    edition = rng.choice(("2021", "2021", "2019"))
    return draft(rng, edition, edition)


def scanned(scanner: Scanner, cells: Mapping[Key, int], *, blanks: bool = False) -> dict[Key, Reading]:
    """Readings of a scan without any error; its noughts are left out in print where `blanks` is true."""
    readings = {key: scanner.read(value, weak=scanner.rng.random() < WEAK) for key, value in cells.items()}
    empty = Reading("", 1.0, "benchmark")
    return readings | {key: empty for key, value in cells.items() if blanks and not value}


def injected(scanner: Scanner, count: int) -> tuple[Draft, dict[Key, int], dict[Key, Reading], dict[Key, Misreading]]:
    """A report, its figures, its readings, and the misreadings among them."""
    rng = scanner.rng
    while True:
        made = document(rng)
        keys = [key for key in made.cells if key[0] in GRIDS]
        chosen = {key: rng.choice(scanner.misread) for key in rng.sample(keys, count)}
        cells = {key: int(made.cells[key].value or 0) for key in keys}
        for key, one in chosen.items():
            made.cells.update({k: made.cells[k]._replace(value=str(v)) for k, v in cells.items()})
            cells = figures(made, rng, key, int(one.true))
        if all(cells[key] == int(one.true) for key, one in chosen.items()) and min(cells.values()) >= 0:
            blanks = rng.random() < BLANKS and all(cells[key] for key in chosen)
            readings = scanned(scanner, cells, blanks=blanks)
            readings |= {key: reading(one) for key, one in chosen.items()}
            return made, cells, readings, chosen


def misread(scanner: Scanner, documents: int, count: int) -> Tally:
    """Documents with so many misreadings each."""
    tally = Tally()
    for _ in range(documents):
        made, cells, readings, chosen = injected(scanner, count)
        results = _timed(tally, readings, made)
        found = {id_: cell for result in results for id_, cell in result.cells.items()}
        identities = [one for result in results for one in result.identities]
        for id_, cell in found.items():
            key = tuple(id_)
            right = (cell.value or 0) == cells[key]  # type: ignore[index]
            if key not in chosen:
                tally.counts["right cells"] += 1
                tally.counts["right cells flagged"] += cell.status in FLAGGED
            if not right and cell.status not in FLAGGED:
                tally.counts["SILENT"] += 1
                tally.faults.append(f"silent: {id_} {cell.value} {cell.status} {cell.reasons}")
            if cell.status is Status.REPAIRED and not right:
                tally.counts["WRONG REPAIRS"] += 1
        for key, one in chosen.items():
            id_, cell = CellId(*key), found[CellId(*key)]
            failing = [r for r in identities if r.holds is False and id_ in (*r.left, *r.right)]
            sure = certain(one)
            tally.counts["errors"] += 1
            tally.counts["errors in certain readings"] += sure
            known = any(text == one.true for text, _ in one.alternatives)
            tally.counts["errors that the ink can mend"] += known and not sure
            if cell.status is Status.REPAIRED:
                tally.counts["repaired"] += 1
                tally.located[1] += 1
                continue
            tally.counts["flagged"] += cell.status in FLAGGED
            blamed = {one_ for r in failing for one_ in r.located}
            tally.located[len(blamed) if id_ in blamed else -1] += 1
            for result in failing:
                tally.verdicts[f"{result.verdict}, {'certain' if sure else 'in doubt'}"] += 1
    return tally


def published(scanner: Scanner, documents: int, *, native: bool) -> Tally:
    """Documents with one wrong published total each."""
    tally, rng = Tally(), scanner.rng
    for number in range(documents):
        made = document(rng)
        cells = {key: int(cell.value or 0) for key, cell in made.cells.items() if key[0] in GRIDS}
        totals = [k for k in cells if (k[2] == "total") if (k[0] == REQUESTS) == (number % 3 < 2)]
        totals += [k for k in cells if k[1] == "processed_total"] if number % 3 == 1 else []
        key = rng.choice(totals)
        right, cells[key] = cells[key], _misprint(cells[key], rng)
        readings = scanned(scanner, cells, blanks=rng.random() < BLANKS)
        if native:
            readings = {key: Reading(str(value), 1.0, TEXT_LAYER) for key, value in cells.items()}
        results = _timed(tally, readings, made)
        identities = [one for result in results for one in result.identities if one.holds is False]
        found = {id_: cell for result in results for id_, cell in result.cells.items()}
        tally.counts["documents"] += 1
        tally.counts["right verdict"] += bool(identities) and all(one.verdict == "published" for one in identities)
        tally.counts["located at the total"] += all(CellId(*key) in one.located for one in identities)
        tally.counts["failing identities"] += len(identities)
        tally.verdicts.update(one.verdict for one in identities)
        for id_, cell in found.items():
            if (cell.value or 0) != cells[tuple(id_)]:  # type: ignore[index]
                tally.counts["WRONG REPAIRS" if cell.status is Status.REPAIRED else "SILENT"] += 1
                tally.faults.append(f"{id_} {cell.value} instead of {cells[tuple(id_)]} ({right} before)")  # type: ignore[index]
    return tally


def _misprint(value: int, rng: random.Random) -> int:
    """Another number: a digit changed, off by a few, or nought."""
    text = str(value)
    at = rng.randrange(len(text))
    changed = int(text[:at] + rng.choice("0123456789") + text[at + 1 :])
    wrong = rng.choice((changed, value + rng.choice((-2, -1, 1, 2, 10)), 0))
    return wrong if wrong != value and wrong >= 0 else value + 1


def _timed(tally: Tally, readings: Mapping[Key, Reading], made: Draft) -> list[Checked]:
    start = time.process_time()
    results = checked(readings, made.editions)
    tally.seconds.append(time.process_time() - start)
    return results


def lines(label: str, tally: Tally) -> Iterator[str]:
    """A tally in words."""
    yield label
    for name, count in tally.counts.items():
        yield f"  {name:<32}{count:>8,}"
    if tally.located:
        few = sum(count for size, count in tally.located.items() if 0 <= size <= 3)
        yield f"  {'located to one cell':<32}{tally.located[1]:>8,}"
        yield f"  {'located to at most three':<32}{few:>8,}"
        yield f"  {'not located':<32}{tally.located[-1]:>8,}"
    for name, count in sorted(tally.verdicts.items()):
        yield f"  verdict {name:<24}{count:>8,}"
    times = sorted(1000 * one for one in tally.seconds)
    slow = times[int(0.95 * len(times))]
    yield f"  CPU milliseconds a document: {statistics.median(times):.0f} median, {slow:.0f} at most in 95 of 100"
    yield from (f"  {fault}" for fault in tally.faults[:10])


def main() -> int:
    """Inject, check, print; exit status 1 when there is a wrong repair or a silent error."""
    parser = argparse.ArgumentParser(description="Injected misreadings and misprints.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the documents")
    options = parser.parse_args()
    scanner = Scanner(options.seed)
    size = {count: max(1, round(count * options.scale)) for count in (1000, 200, 100)}
    tallies = {
        "one misreading": misread(scanner, size[1000], 1),
        "three misreadings": misread(scanner, size[200], 3),
        "a wrong published total, scanned": published(scanner, size[100], native=False),
        "a wrong published total, native": published(scanner, size[100], native=True),
    }
    for label, tally in tallies.items():
        print("\n".join(lines(label, tally)))
    return int(any(tally.counts["WRONG REPAIRS"] or tally.counts["SILENT"] for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
