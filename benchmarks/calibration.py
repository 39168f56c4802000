"""Confidence held against the truth: `python benchmarks/calibration.py [--fit] [--cache DIR] [--markdown FILE]`.

Random scanned reports (benchmarks/scan_cases.py) and random native ones (benchmarks/layouts.py) are read, and for each
cell that has a value it is noted what its value rests on and whether it is right. `--fit` counts the curves of
extract/check/confidence.yaml on all of them; how far confidence and the share of right cells are apart is told by
curves that were counted without the reports they are held against. `--shipped` holds the curves of the package, as they
are, against reports that were not counted: give it a seed of its own. Repaired cells are rare in scans: those of
benchmarks/repair.py are counted with them.

`--cache` keeps what was noted of each report, so that a run goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import random_reports, repair, scan_cases, verdicts
from benchmarks.drafts import Draft
from benchmarks.reliability import (
    Believed,
    Observation,
    believed,
    calibration_error,
    crossed,
    fitted,
    reliability,
    trades,
)
from benchmarks.reliability_picture import picture
from extract import read, read_all
from extract.check.confidence import Calibration, Evidence, evidence_of, shipped, trouble
from extract.errors import GongkaiError
from extract.model import AS_WRITTEN, Cell, CellId, IdentityResult, Report, Status
from samples.truth import MISSING

FILE = Path(__file__).resolve().parent.parent / "extract" / "check" / "confidence.yaml"
_WITHOUT_VALUE = frozenset({Status.MISSING, Status.UNREADABLE})
_HEAD = (
    "# How often cells were right, by their evidence and score: written by benchmarks/calibration.py, not by hand.\n"
)


def observed(
    name: str, cells: Sequence[Cell], identities: Sequence[IdentityResult], rights: Mapping[CellId, bool]
) -> Iterator[Observation]:
    """What is known of each cell that has a value."""
    known = trouble(cells, identities)
    for cell in cells:
        if cell.status not in _WITHOUT_VALUE:
            reader = "written" if cell.source in AS_WRITTEN else "recognised"
            evidence = evidence_of(cell, known)
            yield Observation(name, reader, evidence, round(cell.score, 4), cell.flagged, rights[cell.id])


def judged(made: Draft, report: Report) -> dict[CellId, bool]:
    """Whether each cell is what the report prints."""
    found = {}
    for cell in report.cells:
        truth = made.cells.get(tuple(cell.id), MISSING)
        same = verdicts.same_value(truth, cell.value, blank=cell.value is None)
        found[cell.id] = same and cell.edition == made.editions[cell.id.table]
    return found


def scanned(seed: int) -> list[Observation]:
    """The cells of a scanned report; none of one that cannot be read."""
    case = scan_cases.make(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{seed}{case.suffix}"
        path.write_bytes(case.data)
        try:
            report = read(path)
        except GongkaiError:
            return []
    return list(observed(f"scan-{seed}", report.cells, report.identities, judged(case.made, report)))


def native(seed: int) -> list[Observation]:
    """The cells of a native report, and of the one bound behind it, if any; none where these were not told apart."""
    made, pdf = random_reports.make(seed)
    drafts = [made, *([made.second] if made.second else [])]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{seed}.pdf"
        path.write_bytes(pdf)
        try:
            reports = read_all(path)
        except GongkaiError:
            return []
    if len(reports) != len(drafts):
        return []
    return [
        one
        for draft, report in zip(drafts, reports, strict=True)
        for one in observed(f"native-{seed}", report.cells, report.identities, judged(draft, report))
    ]


def repaired(seed: int, documents: int) -> list[Observation]:
    """The repaired cells of so many reports with one injected misreading each."""
    scanner = repair.Scanner(seed)
    found: list[Observation] = []
    for number in range(documents):
        made, figures, readings, _ = repair.injected(scanner, 1)
        for result in repair.checked(readings, made.editions):
            cells = [cell for cell in result.cells.values() if cell.status is Status.REPAIRED]
            rights = {cell.id: cell.value == figures[tuple(cell.id)] for cell in cells}  # type: ignore[index]
            found += observed(f"repair-{seed}-{number}", cells, result.identities, rights)
    return found


_KINDS = {"scan": scanned, "native": native}


def noted(kind: str, seeds: range, cache: Path | None) -> list[Observation]:
    """The cells of the reports of some seeds."""
    found: list[Observation] = []
    for seed in seeds:
        kept = cache / f"{kind}-{seed}.json" if cache else None
        if kept and kept.exists():
            own = [Observation(*one) for one in json.loads(kept.read_text())]
        else:
            own = _KINDS[kind](seed)
            if kept:
                kept.write_text(json.dumps(own))
        found += [one._replace(evidence=Evidence(one.evidence)) for one in own]
        print(f"{kind} {seed}: {len(own)} cells, {sum(not one.right for one in own)} wrong", file=sys.stderr)
    return found


def written(calibration: Calibration) -> str:
    """The curves as the file has them."""
    parts = [_HEAD]
    for reader, curves in (("recognised", calibration.recognised), ("written", calibration.written)):
        parts.append(f"{reader}:\n")
        parts += [
            f"  {kind.value}: [{', '.join(f'[{step.score:g}, {step.right:g}]' for step in curve)}]\n"
            for kind, curve in curves.items()
        ]
    return "".join(parts)


_SHIPPED = (
    "Each report is judged by the curves of the package, as they are; none of these reports was counted for them."
)


def _crossed(folds: int) -> str:
    return (
        f"Each report is judged by curves that were counted on others: the reports are in {folds} parts, and each "
        "part is left out in turn. The curves in the package are counted on all."
    )


def page(groups: Mapping[str, list[Believed]], title: str, how: str, command: str) -> str:
    """A page of docs/benchmarks; `how` says by which curves the reports are judged."""
    return "\n\n".join(
        (
            title,
            f"`{command}` on {datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {os.cpu_count()} CPUs, "
            f"Python {platform.python_version()}, gongkai {version('gongkai')}, rapidocr {version('rapidocr')}.",
            f"{how} Cells without a value are left out. "
            "Documents unlike these (another engine, a scanner that no damage here is like) may be off by more. "
            "Of cells that are flagged, what is wrong comes by whole tables, so that a few reports decide: there the "
            "order of the kinds is worth more than their numbers. `benchmarks/calibration.py` says how it is done.",
            "## Expected calibration error",
            "How far confidence and the share of right cells are apart, on average.",
            _table(
                ("reports", "documents", "cells", "wrong", "error", "of the flagged cells alone", "goal"),
                [
                    (
                        name,
                        f"{len({one.seen.document for one in cells}):,}",
                        f"{len(cells):,}",
                        f"{sum(not one.seen.right for one in cells):,}",
                        f"{calibration_error(cells):.4f}",
                        f"{calibration_error([one for one in cells if one.seen.flagged]):.3f}",
                        "met" if calibration_error(cells) < 0.01 else "not met (0.01)",
                    )
                    for name, cells in groups.items()
                ],
            ),
            *(f"## Reliability: {name}\n\n{_reliability(cells)}" for name, cells in groups.items()),
            *(f"## By evidence: {name}\n\n{_by_evidence(cells)}" for name, cells in groups.items()),
            *(f"## What --min-confidence costs and buys: {name}\n\n{_trades(cells)}" for name, cells in groups.items()),
        )
    )


def _reliability(cells: Sequence[Believed]) -> str:
    rows = [
        (f"{one.low:g} to {one.high:g}", f"{one.cells:,}", f"{one.confidence:.4f}", f"{one.right:.4f}")
        for one in reliability(cells)
    ]
    return _table(("confidence", "cells", "on average", "right"), rows)


def _by_evidence(cells: Sequence[Believed]) -> str:
    rows = []
    for kind in Evidence:
        if own := [one for one in cells if one.seen.evidence is kind]:
            wrong = sum(not one.seen.right for one in own)
            mean = sum(one.confidence for one in own) / len(own)
            rows.append((kind.value, f"{len(own):,}", f"{wrong:,}", f"{mean:.4f}", f"{1 - wrong / len(own):.4f}"))
    return _table(("evidence", "cells", "wrong", "confidence", "right"), rows)


def _trades(cells: Sequence[Believed]) -> str:
    columns = ("--min-confidence", "cells to look at", "a report", "used without a look", "wrong among them")
    rows = [
        (
            f"{one.least:g}" if one.least else "(none)",
            f"{100 * one.share:.1f} %",
            f"{one.looks:.1f}",
            f"{one.used:,}",
            f"{one.wrong}",
            f"{one.expected:.1f}",
        )
        for one in trades(cells)
    ]
    return _table((*columns, "expected in 10,000"), rows)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(columns)} |", "|---|" + "---:|" * (len(columns) - 1)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def main() -> int:
    """Read, fit if asked for, evaluate; exit status 1 when the expected calibration error is 0.01 or more."""
    parser = argparse.ArgumentParser(description="Confidence held against the truth.")
    parser.add_argument("--seed", type=int, default=5000)
    parser.add_argument("--scans", type=int, default=96, help="scanned reports")
    parser.add_argument("--natives", type=int, default=300, help="native reports")
    parser.add_argument("--repairs", type=int, default=400, help="reports with an injected misreading")
    parser.add_argument("--folds", type=int, default=4, help="parts of the reports, each judged by the others")
    parser.add_argument("--shipped", action="store_true", help="judge by the curves of the package, not by parts")
    parser.add_argument("--fit", action="store_true", help="write the curves")
    parser.add_argument("--cache", type=Path, help="folder for what was noted of each report")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the figures as a page")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw confidence beside what was found, as SVG")
    options = parser.parse_args()
    if options.shipped and options.fit:
        parser.error("--shipped judges by curves that were not counted on these reports, --fit counts them on these")
    if options.cache:
        options.cache.mkdir(parents=True, exist_ok=True)
    mended = [] if options.shipped else repaired(options.seed, options.repairs)
    seen = [
        *noted("scan", range(options.seed, options.seed + options.scans), options.cache),
        *noted("native", range(options.seed, options.seed + options.natives), options.cache),
    ]
    if options.fit:
        FILE.write_text(written(fitted([*mended, *seen])), encoding="utf-8")
    cells = believed(seen, shipped()) if options.shipped else crossed(seen, mended, options.folds)
    held = {
        "scanned": [one for one in cells if one.seen.document.startswith("scan")],
        "native": [one for one in cells if one.seen.document.startswith("native")],
    }
    named = ("seed", "scans", "natives") if options.shipped else ("seed", "scans", "natives", "repairs", "folds")
    sizes = " ".join(f"--{name} {getattr(options, name)}" for name in named) + " --shipped" * options.shipped
    how = _SHIPPED if options.shipped else _crossed(options.folds)
    title = "# Confidence held against fresh reports" if options.shipped else "# Confidence"
    text = page(held, title, how, f"python benchmarks/calibration.py {sizes}")
    print(text)
    if options.picture:
        options.picture.write_text(picture(held), encoding="utf-8")
    if options.markdown:
        options.markdown.write_text(text + "\n", encoding="utf-8")
    return int(any(calibration_error(cells) >= 0.01 for cells in held.values()))


if __name__ == "__main__":
    sys.exit(main())
