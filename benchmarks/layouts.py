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
either from this report alone is no loss of the reader's. Of scanned reports a second share leaves out cells that are
printed over another number, too (overprinted.py): a native report still says what stands there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import extract
from benchmarks.drafts import Draft
from benchmarks.random_reports import make
from benchmarks.variations import VARIATIONS
from benchmarks.verdicts import Finding, extra, judge, lost

LOST = ("caught", "wolf", "missing", "SILENT")


@dataclass(frozen=True)
class Outcome:
    """What became of one report. `accused` are identities that the reader lays to the publisher, wrongly.

    `overprinted` is how many right cells, and how many lost ones, are printed over another number.
    """

    seed: int
    variations: tuple[str, ...]
    right: int
    findings: tuple[Finding, ...]
    accused: tuple[str, ...]
    error: str = ""
    overprinted: tuple[int, int] = (0, 0)

    @property
    def silent(self) -> list[Finding]:
        """Wrong values that nothing warns of."""
        return [finding for finding in self.findings if finding.kind == "SILENT"]


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
        overprinted=_overprinted(drafts, judged),
    )


def _overprinted(drafts: Iterable[Draft], judged: Iterable[tuple[int, list[Finding], list[str]]]) -> tuple[int, int]:
    """How many right cells, and how many lost ones, of reports that were read are printed over another number."""
    right = lost = 0
    for one, (_, findings, _) in zip(drafts, judged, strict=False):
        right += len(one.overprinted - {finding.key for finding in findings})
        lost += sum(finding.key in one.overprinted for finding in findings if finding.kind in LOST)
    return right, lost


def scanned(pdf: bytes, dpi: int, seed: int) -> bytes:
    """The PDF printed on paper and scanned, without damage beyond what every scanner does."""
    import numpy as np

    from samples.degrade import paper
    from samples.scans import image_pdf, render

    chance = np.random.default_rng(seed)
    return image_pdf([paper(page, chance, dpi / 72) for page in render(pdf, dpi)], dpi, 85)


def table(outcomes: Iterable[Outcome], *, scanned: bool = False) -> str:
    """Counts by variation, most silent errors first; of `scanned` reports with a second share."""
    counts: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        for name in ("(all)", *(outcome.variations or ("(none)",))):
            count = counts.setdefault(name, Counter())
            count["documents"] += 1
            count["right"] += outcome.right
            count["failed"] += bool(outcome.error)
            count["accused"] += len(outcome.accused)
            count.update(finding.kind for finding in outcome.findings)
            count.update({"overprinted": sum(outcome.overprinted), "overprinted right": outcome.overprinted[0]})
    columns = ("documents", "right", "unsure", "open", "caught", "wolf", "missing", "accused", "failed", "SILENT")
    lines = [f"{'variation':24}" + "".join(f"{column:>10}" for column in columns) + f"{'% right':>10}"]
    lines[0] += f"{'% legible':>11}" if scanned else ""
    ranked = sorted(
        counts.items(), key=lambda item: (item[0] != "(all)", -item[1]["SILENT"], -item[1]["missing"] - item[1]["wolf"])
    )
    for name, count in ranked:
        known = sum(count[kind] for kind in ("right", *LOST))
        share = f"{100 * count['right'] / known:>10.2f}" if known else ""
        if scanned and (legible := known - count["overprinted"]):
            share += f"{100 * (count['right'] - count['overprinted right']) / legible:>11.2f}"
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
    print(table(outcomes, scanned=bool(options.scan)))
    return int(any(outcome.silent for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
