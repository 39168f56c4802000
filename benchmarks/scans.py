"""Random scanned reports, read back and judged: `python benchmarks/scans.py [--quick] [--seed N] [--only KIND]`.

Each document has random figures in a random look, up to three kinds of damage and a random resolution; its seed makes
it again. It is drawn and damaged in one process and read in another, whose CPU time and memory are measured. Every cell
it prints is held against the truth:

- right: the value is equal, flagged or not; `flagged` counts those of them that are flagged;
- caught: wrong, and flagged (suspect or unreadable);
- SILENT: wrong, and not flagged (verified, read, repaired or blank). There must be none;
- missing: said not to be found, which is a flag too. A document that fails has all its cells missing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scan_cases import KINDS, Case, make
from benchmarks.scan_tables import Outcome, details, markdown, summary
from benchmarks.verdicts import Finding, judge

# Documents drawn, then read, by processes that end afterwards: how often a pool is recycled.
BATCH = 24
SECONDS = 600
"""After which a document counts as failed."""


@dataclass(frozen=True)
class Job:
    """A case on disk, waiting to be read. `rival` asks for whole-page OCR of the same pages."""

    case: Case
    path: Path
    rival: bool


@dataclass(frozen=True)
class Order:
    """A case to be made."""

    seed: int
    only: str
    group: str
    compact: bool
    rival: bool


def draw(order: Order, folder: str) -> Job:
    """Make a case and write its file."""
    import cv2

    cv2.setNumThreads(1)
    case = make(order.seed, order.only, order.group, compact=order.compact)
    name = "-".join(filter(None, (order.group, str(order.seed), order.only, "compact" if order.compact else "")))
    path = Path(folder) / f"{name}{case.suffix}"
    path.write_bytes(case.data)
    return Job(Case(**{**vars(case), "data": b""}), path, order.rival)


_warm = False


def read(job: Job) -> Outcome:
    """Read a case, judge it, and measure both readers' CPU time; the first case of a process warms up on it."""
    global _warm
    import extract

    signals = _time_limit(SECONDS)
    try:
        if not _warm:
            extract.read(job.path)
            _warm = True
        _forget_peak()
        start = time.process_time()
        report = extract.read(job.path)
        spent = time.process_time() - start
    except Exception as error:  # what fails is a finding, whatever it is
        return failed(job, f"{type(error).__name__}: {error}")
    finally:
        signals()
    from benchmarks.native import peak

    memory = 0.0 if _engine else peak()  # the rival's memory is not ours
    _, findings, accused = judge(job.case.made, report)
    printed = job.case.made.cells
    count = dict.fromkeys(("caught", "wolf", "missing", "SILENT"), 0)
    for finding in findings:
        if finding.key in printed:
            count[finding.kind] += 1
    silent = [finding for finding in findings if finding.kind == "SILENT"]
    if job.case.group != "report":
        silent = [_invented(table) for table in report.tables.values() if table.found]
    right = len(printed) - count["caught"] - count["missing"] - count["SILENT"]
    return Outcome(
        case=job.case,
        right=right,
        flagged=count["wolf"],
        caught=count["caught"],
        missing=count["missing"],
        silent=tuple(silent),
        others=tuple(finding for finding in findings if finding.kind != "SILENT"),
        accused=tuple(accused),
        cpu=spent,
        memory=memory,
        rival=_rival(job) if job.rival else 0.0,
    )


def failed(job: Job, error: str) -> Outcome:
    """The outcome of a document that could not be read."""
    return Outcome(case=job.case, missing=len(job.case.made.cells), error=" ".join(error.split())[:200])


def _invented(table: Any) -> Finding:
    return Finding("SILENT", (table.id, "", ""), "(no such table)", f"{len(table.cells)} cells", "found", ())


def _time_limit(seconds: int) -> Callable[[], object]:
    """Have a TimeoutError raised here in `seconds`; call the result to call it off."""
    import signal

    def late(*_: object) -> None:
        raise TimeoutError(f"not read in {seconds} s")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    return lambda: signal.alarm(0)


def _forget_peak() -> None:
    """Let the kernel count this process's peak memory anew, where it can."""
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")


_engine: Any = None


def _rival(job: Job) -> float:
    """CPU seconds of whole-page OCR on all pages: rapidocr as it comes, but in one thread."""
    global _engine
    import logging

    import cv2
    import numpy as np
    from rapidocr import RapidOCR

    pages = [np.ascontiguousarray(page[..., ::-1]) for page in _pixels(job.path, job.case.dpi)]
    cv2.setNumThreads(1)
    if _engine is None:
        threads = ("intra_op_num_threads", "inter_op_num_threads")
        _engine = RapidOCR(params={f"EngineConfig.onnxruntime.{name}": 1 for name in threads})
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        _engine(pages[0])
    start = time.process_time()
    for page in pages:
        _engine(page)
    return time.process_time() - start


def _pixels(path: Path, dpi: int) -> Iterator[Any]:
    """A file's pages as RGB arrays."""
    import numpy as np
    import pypdfium2
    from PIL import Image, ImageSequence

    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as pdf:
            for leaf in pdf:
                yield np.array(leaf.render(scale=dpi / 72).to_pil().convert("RGB"))
        return
    with Image.open(path) as image:
        for frame in ImageSequence.Iterator(image):
            yield np.array(frame.convert("RGB"))


def run(orders: Sequence[Order], jobs: int, keep: str) -> Iterator[Outcome]:
    """The outcomes of all orders, batch by batch, each drawn by one pool of processes and read by another."""
    with tempfile.TemporaryDirectory() as temporary:
        for start in range(0, len(orders), BATCH):
            batch = orders[start : start + BATCH]
            with _pool(jobs) as pool:
                drawn = list(pool.map(draw, batch, [keep or temporary] * len(batch)))
            yield from _read_all(drawn, jobs)
            if not keep:
                for job in drawn:
                    job.path.unlink()


def _pool(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, get_context("spawn"))


def _read_all(drawn: Sequence[Job], jobs: int) -> Iterator[Outcome]:
    """Read cases side by side; those unread when a process dies get a process each, so that it is known which."""
    with _pool(jobs) as pool:
        futures = [pool.submit(read, job) for job in drawn]
        left = []
        for job, future in zip(drawn, futures, strict=True):
            try:
                yield future.result()
            except BrokenExecutor:
                left.append(job)
    for job in left:
        with _pool(1) as pool:
            try:
                yield pool.submit(read, job).result()
            except BrokenExecutor:
                yield failed(job, "the process died")


def orders_of(options: argparse.Namespace) -> list[Order]:
    """Reports, then documents without the form's tables, then those that whole-page OCR reads too."""
    only = [""] if not options.only else ["clean", *KINDS] if options.only == "each" else options.only.split(",")
    seeds = range(options.seed, options.seed + options.count)
    orders = [Order(seed, name, "report", False, False) for name in only for seed in seeds]
    plain = 0 if options.only else max(2, options.count // 15)
    for group in ("text", "other"):
        orders += [Order(seed, "", group, False, seed - options.seed < options.compare) for seed in seeds[:plain]]
    compared = range(options.seed, options.seed + options.compare)
    return orders + [Order(seed, only[0], "report", True, True) for seed in compared]


def main() -> int:
    """Draw, read and judge; exit status 1 when there is a silent error."""
    parser = argparse.ArgumentParser(description="Random scanned reports, read back and judged.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=305, help="reports (default 305, some 60,000 cells)")
    parser.add_argument("--quick", action="store_true", help="30 reports")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument(
        "--only", default="", help="one damage by name, several with commas, 'clean', or 'each' in turn"
    )
    parser.add_argument(
        "--compare", type=int, default=0, metavar="N", help="whole-page OCR of N documents of each sort too"
    )
    parser.add_argument("--keep", default="", help="folder for the documents")
    parser.add_argument("--details", action="store_true", help="every finding, not the silent errors only")
    parser.add_argument("--markdown", default="", metavar="FILE", help="write the figures as a page, too")
    options = parser.parse_args()
    options.count = 30 if options.quick else options.count
    if options.keep:
        Path(options.keep).mkdir(parents=True, exist_ok=True)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # for the processes to come
    orders = orders_of(options)
    outcomes: list[Outcome] = []
    for outcome in run(orders, options.jobs, options.keep):
        outcomes.append(outcome)
        if shown := details(outcome, everything=options.details):
            print(shown, flush=True)
        if len(outcomes) % BATCH == 0:
            print(f"{len(outcomes)} of {len(orders)} documents", file=sys.stderr, flush=True)
    print(summary(outcomes))
    if options.markdown:
        command = (
            f"python benchmarks/scans.py --seed {options.seed} --count {options.count} --compare {options.compare}"
        )
        command += f" --only {options.only}" if options.only else ""
        Path(options.markdown).parent.mkdir(parents=True, exist_ok=True)
        Path(options.markdown).write_text(markdown(outcomes, command), encoding="utf-8")
    return int(any(outcome.silent for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
