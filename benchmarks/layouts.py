"""Random reports, read back and judged: `python benchmarks/layouts.py --seed N --count 200 [--only variation]`.

Each report has random figures and a random combination of the variations in variations/; its seed makes it again.
Every canonical cell that `extract.read` gives is held against the truth and counted as

- right: not flagged and equal (value, blank, or missing where nothing is printed);
- unsure: flagged and right, where the report itself leaves it open: the cell is in arithmetic that the printed figures
  break, and flagged for that; or print contradicts itself there (a row printed twice with two values; another unit,
  where the number in the form's unit must be among the alternatives);
- caught: flagged, and it would have been wrong;
- wolf: flagged although it is right;
- missing: printed, but not found;
- open: flagged or not found, and nobody could know it from the print (knowable.py);
- SILENT: not flagged and wrong. There must be none.

The share of right cells is that of all but the unsure and the open ones: what a careful person could not be sure of
either from this report alone is no loss of the reader's.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import extract
from benchmarks.drafts import PROACTIVE, Draft, Key, broken, draft
from benchmarks.knowable import unknowable
from benchmarks.variations import OF_FILES, OF_FORMS, VARIATIONS, WEIGHTS
from benchmarks.variations.files import joined
from extract.model import FLAGGED, CellId, Report, Status
from samples.document import Break, DocumentOptions, compose
from samples.form import Form, FormOptions, build
from samples.look import Look
from samples.make import drawer
from samples.printed import PrintedCell, PrintedTable
from samples.truth import REQUESTS, TABLES, TruthCell, slots

FONTS = ("WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "AR PL UMing CN", "AR PL UKai CN")
_BROKEN = "does not hold"
"""In the reasons of cells that an identity puts in doubt."""

EDITIONS = (("2021", "2021"), ("2021", "2021"), ("2019", "2019"), ("2021", "2019"), ("2019", "2021"))


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


@dataclass(frozen=True)
class Outcome:
    """What became of one report. `accused` are identities that the reader lays to the publisher, wrongly."""

    seed: int
    variations: tuple[str, ...]
    right: int
    findings: tuple[Finding, ...]
    accused: tuple[str, ...]
    error: str = ""

    @property
    def silent(self) -> list[Finding]:
        """Wrong values that nothing warns of."""
        return [finding for finding in self.findings if finding.kind == "SILENT"]


def make(seed: int, only: str = "", *, files: bool = True) -> tuple[Draft, bytes]:
    """The draft of a seed and its PDF.

    Args:
        seed: What makes the same report again.
        only: One variation, or "none", on an otherwise plain report of 2021.
        files: Whether to draw from `OF_FILES` too.
    """
    rng = random.Random(f"{seed}/{only}")
    made = draft(rng, *(("2021", "2021") if only and only != "editions" else rng.choice(EDITIONS)))
    made.look = {"font": rng.choice(FONTS), "size": 12.0, "table_size": 9.0, "margin": 60.0}
    names = [only] if only in VARIATIONS else [] if only else _combination(rng)
    if files and not only:
        names += _of_files(random.Random(f"{seed}/files"))
    for name in names:
        VARIATIONS[name](made)
        made.variations.append(name)
    if made.editions[PROACTIVE] != made.editions[REQUESTS]:
        made.variations.append("editions-by-table")
    pdf = _drawn(made, f"random-{seed}")
    if made.second:
        made.second.look, made.second.producer = made.look, made.producer
        made.second.document = {key: value for key, value in made.document.items() if key == "headings"}
        pdf = joined(pdf, _drawn(made.second, f"random-{seed}-second"))
    for finish in made.finishes:
        pdf = finish(pdf, rng)
    return made, pdf


def _drawn(made: Draft, name: str) -> bytes:
    """The PDF of a draft, before anything is done to the PDF itself."""
    rng = made.rng
    if made.producer == "weasyprint":
        made.look["font"] = "Noto Serif CJK SC"
        made.look["rules"] = {"rects": "lines", "boxes": "lines"}.get(
            made.look.get("rules", ""), made.look.get("rules", "lines")
        )
    truth = made.truth(name)
    options = FormOptions(**made.form)
    form = build(truth, options)
    for bend in made.bends:
        form = Form(
            *(tuple(bend(table, rng) for table in part) for part in (form.proactive, form.requests, form.review))
        )
    made.unknowable = unknowable(made, form)
    printed_breaks = _breaks(made, form)
    document = compose(truth, options, DocumentOptions(**made.document, breaks=printed_breaks), form)
    return drawer(made.producer)(document, Look(**made.look))


def _combination(rng: random.Random) -> list[str]:
    """Some variations of the form, each at most once, in the order of the catalogue."""
    return _some(rng, OF_FORMS, rng.choice((0, 1, 2, 3, 4, 5, 6, 8)))


def _of_files(rng: random.Random) -> list[str]:
    """None to two of what programs do to files."""
    return _some(rng, OF_FILES, rng.choice((0, 0, 0, 1, 1, 2)))


def _some(rng: random.Random, names: Sequence[str], count: int) -> list[str]:
    drawn = set(rng.choices(names, [WEIGHTS[name] for name in names], k=count))
    return [name for name in names if name in drawn]


def _breaks(made: Draft, form: Form) -> tuple[Break, ...]:
    """Page breaks before or through random rows, at most one for each printed table."""
    rng = made.rng
    places = [
        (name, table)
        for name, tables in (("proactive", form.proactive), ("requests", form.requests), ("review", form.review))
        for table in tables
    ]
    chosen = set(rng.sample(range(len(places)), min(made.breaks, len(places))))
    found = []
    for index, (name, table) in enumerate(places):
        if index in chosen and (point := _break(rng, name, table, rng.choice(made.break_kinds))):
            found.append(point)
    return tuple(found)


def _break(rng: random.Random, grid: str, table: PrintedTable, kind: str) -> Break | None:
    rows = {cell.id[1]: cell.row for cell in table.cells if cell.id}
    row, at = rng.choice(list(rows.items()))
    at = table.row_of(row)
    if kind == "up":
        row, at = next(iter(rows.items())) if grid != "proactive" else (row, at)
        up = rng.randint(1, 2)
        return Break(grid, row, up=up) if at - up >= 1 else None
    over = [cell for cell in table.cells if cell.row < at < cell.bottom and cell.kind == "stub" and len(cell.text) > 2]
    here = [
        cell
        for cell in table.cells
        if cell.row == at and cell.row_span == 1 and cell.kind == "stub" and len(cell.text) > 2
    ]
    if kind in {"above", "below", "above-cut", "below-cut"}:
        cut = _cuts(rng, here) if kind.endswith("-cut") else {}
        return Break(grid, row, cut=cut, through=kind.partition("-")[0]) if at >= 1 else None
    if at < 1:
        return None
    if kind == "cut":
        return Break(grid, row, cut=_cuts(rng, over))
    if kind == "outer" and grid == "requests" and at > table.header_rows:
        return Break(grid, row, drop_outer_stub=True)
    if kind == "open":
        return Break(grid, row, open=True)
    return Break(grid, row, header=kind == "header" and at > table.header_rows)


def _cuts(rng: random.Random, cells: Iterable[PrintedCell]) -> dict[str, str]:
    cuts = {}
    for cell in cells:
        at = rng.randrange(1, len(cell.text))
        if "|" not in cell.text:
            cuts[cell.text] = f"{cell.text[:at]}|{cell.text[at:]}"
    return cuts


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


def run(seed: int, only: str = "", keep: str = "", *, files: bool = True, scan: int = 0) -> Outcome:
    """Make, read and judge the report of one seed, as it is or scanned at `scan` dots per inch."""
    made, pdf = make(seed, only, files=files)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(keep or folder) / f"{seed}{'-' + only if only else ''}{f'-{scan}dpi' if scan else ''}.pdf"
        path.write_bytes(scanned(pdf, scan, seed) if scan else pdf)
        try:
            reports = extract.read_all(path)
        except Exception as error:  # what fails is a finding, whatever it is
            return Outcome(seed, tuple(made.variations), 0, (), (), f"{type(error).__name__}: {error}")
    drafts = [made, made.second] if made.second else [made]
    judged = [judge(one, report) for one, report in zip(drafts, reports, strict=False)]
    missed = [missing for one in drafts[len(reports) :] for missing in lost(one)]
    invented = [
        Finding("SILENT", (name, "", ""), "(no such report)", "", "found", ()) for name in extra(reports, drafts)
    ]
    return Outcome(
        seed,
        tuple(made.variations),
        sum(right for right, _, _ in judged),
        (*(finding for _, findings, _ in judged for finding in findings), *missed, *invented),
        tuple(name for _, _, accused in judged for name in accused),
    )


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


def scanned(pdf: bytes, dpi: int, seed: int) -> bytes:
    """The PDF printed on paper and scanned, without damage beyond what every scanner does."""
    import numpy as np

    from samples.degrade import paper
    from samples.scans import image_pdf, render

    chance = np.random.default_rng(seed)
    return image_pdf([paper(page, chance, dpi / 72) for page in render(pdf, dpi)], dpi, 85)


def table(outcomes: Iterable[Outcome]) -> str:
    """Counts by variation, most silent errors first."""
    counts: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        for name in ("(all)", *(outcome.variations or ("(none)",))):
            count = counts.setdefault(name, Counter())
            count["documents"] += 1
            count["right"] += outcome.right
            count["failed"] += bool(outcome.error)
            count["accused"] += len(outcome.accused)
            count.update(finding.kind for finding in outcome.findings)
    columns = ("documents", "right", "unsure", "open", "caught", "wolf", "missing", "accused", "failed", "SILENT")
    lines = [f"{'variation':24}" + "".join(f"{column:>10}" for column in columns) + f"{'% right':>10}"]
    ranked = sorted(
        counts.items(), key=lambda item: (item[0] != "(all)", -item[1]["SILENT"], -item[1]["missing"] - item[1]["wolf"])
    )
    for name, count in ranked:
        known = sum(count[kind] for kind in ("right", "caught", "wolf", "missing", "SILENT"))
        share = f"{100 * count['right'] / known:>10.2f}" if known else ""
        lines.append(f"{name:24}" + "".join(f"{count[column]:>10}" for column in columns) + share)
    return "\n".join(lines)


def main() -> int:
    """Draw, read and judge; exit status 1 when there is a silent error."""
    parser = argparse.ArgumentParser(description="Random reports, read back and judged.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--only", default="", help="one variation by name, 'none', or 'each' for all in turn")
    parser.add_argument("--keep", default="", help="folder for the PDFs")
    parser.add_argument("--details", action="store_true", help="every finding, not the silent errors only")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--scan", type=int, default=0, help="scan the reports at so many dots per inch, and read those")
    parser.add_argument("--forms", action="store_true", help="only variations of the form, none of the file")
    options = parser.parse_args()
    if options.keep:
        Path(options.keep).mkdir(parents=True, exist_ok=True)
    names = list(VARIATIONS) if options.only == "each" else [options.only]
    jobs = [(seed, name) for name in names for seed in range(options.seed, options.seed + options.count)]
    with ProcessPoolExecutor(options.processes) as pool:
        job = partial(run, keep=options.keep, files=not options.forms, scan=options.scan)
        outcomes = []
        for (_, name), outcome in zip(jobs, pool.map(job, *zip(*jobs, strict=True), chunksize=4), strict=True):
            outcomes.append(outcome)
            shown = outcome.findings if options.details else outcome.silent
            if shown or outcome.error:
                print(f"--seed {outcome.seed} --count 1 --only '{name}' {outcome.variations} {outcome.error}")
                print("".join(f"    {finding}\n" for finding in shown), end="", flush=True)
    print(table(outcomes))
    return int(any(outcome.silent for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
