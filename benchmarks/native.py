"""What reading native PDFs costs, beside the floor and beside pdfplumber, in one run on the same files.

    python benchmarks/native.py [--rounds N] [--memory] [FILE...]

The contestants take turns on every file, round after round, so that a machine that slows down slows all of them:

- floor: pypdfium2, used as its manual says, reads every character box and every page object's bounds, and nothing else;
- raw floor: the same by PDFium's functions themselves, past pypdfium2's classes: less than its users can spend;
- gongkai: `extract.read`, aligned and checked;
- pdfplumber: `extract_tables()` of every page, and nothing else.

Times are CPU time (`time.process_time`) per page, the median over the rounds. `--memory` adds resident memory.
"""

from __future__ import annotations

import argparse
import ctypes
import logging
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "samples"
GOALS = "goals: gongkai at most 2.0 x floor, pdfplumber at least 6.0 x gongkai"


def floor(path: Path) -> int:
    """Read every character box and every page object's bounds with pypdfium2's classes; the number of pages."""
    import pypdfium2 as pdfium

    pdf = pdfium.PdfDocument(path.read_bytes())
    pages = len(pdf)
    for page in pdf:
        text = page.get_textpage()
        for i in range(text.count_chars()):
            text.get_charbox(i)
        for item in page.get_objects():
            item.get_bounds()
        text.close()
        page.close()
    pdf.close()
    return pages


def raw_floor(path: Path) -> int:
    """The same by PDFium's functions themselves; the number of pages."""
    import pypdfium2 as pdfium
    import pypdfium2.raw as c

    doubles = [ctypes.c_double() for _ in range(4)]
    floats = [ctypes.c_float() for _ in range(4)]
    pdf = pdfium.PdfDocument(path.read_bytes())
    pages = len(pdf)
    for number in range(pages):
        page = pdf[number]
        text = page.get_textpage()
        for i in range(c.FPDFText_CountChars(text)):
            c.FPDFText_GetCharBox(text, i, *doubles)
            [value.value for value in doubles]
        for i in range(c.FPDFPage_CountObjects(page)):
            item = c.FPDFPage_GetObject(page, i)
            c.FPDFPageObj_GetType(item)
            c.FPDFPageObj_GetBounds(item, *floats)
            [value.value for value in floats]
        text.close()
        page.close()
    pdf.close()
    return pages


def text_only(path: Path) -> int:
    """Read every page's text, without boxes or objects; the number of pages."""
    import pypdfium2 as pdfium

    pdf = pdfium.PdfDocument(path.read_bytes())
    pages = len(pdf)
    for number in range(pages):
        page = pdf[number]
        text = page.get_textpage()
        text.get_text_range()
        text.close()
        page.close()
    pdf.close()
    return pages


def gongkai(path: Path) -> int:
    """Read, align and check; the number of pages."""
    import extract

    return len(extract.read(path).pages)


def plumber(path: Path) -> int:
    """Let pdfplumber extract all tables of all pages; the number of pages."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_tables()
        return len(pdf.pages)


Contestant = Callable[[Path], int]


def rounds_of(contestants: Sequence[Contestant], files: Sequence[Path], rounds: int) -> dict[Path, list[float]]:
    """For each file, each contestant's median CPU milliseconds per page; one further round warms up."""
    times: dict[Path, list[list[float]]] = {path: [[] for _ in contestants] for path in files}
    for turn in range(rounds + 1):
        for path in files:
            for index, contestant in enumerate(contestants):
                start = time.process_time()
                pages = contestant(path)
                spent = (time.process_time() - start) * 1000 / pages
                if turn:
                    times[path][index].append(spent)
    return {path: [statistics.median(found) for found in each] for path, each in times.items()}


def page_counts(files: Sequence[Path]) -> dict[Path, int]:
    """How many pages each file has."""
    import pypdfium2 as pdfium

    counts = {}
    for path in files:
        pdf = pdfium.PdfDocument(path)
        counts[path] = len(pdf)
        pdf.close()
    return counts


def print_speed(files: Sequence[Path], rounds: int) -> None:
    """The main table: ratios first, then milliseconds per page."""
    pages = page_counts(files)
    times = rounds_of((floor, gongkai, plumber, raw_floor), files, rounds)
    print(f"CPU time per page, median of {rounds} rounds; {GOALS}\n")
    print(f"{'':<24}{'gongkai':>9}{'gongkai':>12}{'pdfplumber':>12}{'':>4}{'floor':>8}{'gongkai':>9}{'pdfplumber':>12}")
    print(f"{'file (pages)':<24}{'/ floor':>9}{'/ raw floor':>12}{'/ gongkai':>12}{'':>4}{'ms':>8}{'ms':>9}{'ms':>12}")
    for path in files:
        print(_row(f"{path.stem[:18]} ({pages[path]})", times[path]))
    all_pages = sum(pages.values())
    overall = [sum(times[path][i] * pages[path] for path in files) / all_pages for i in range(4)]
    print(_row(f"all ({all_pages})", overall))
    kinds = (_to_floor, _to_raw_floor, _to_plumber)
    ratios = [statistics.median(ratio(times[path]) for path in files) for ratio in kinds]
    print(f"{'median of the files':<24}{ratios[0]:>9.2f}{ratios[1]:>12.2f}{ratios[2]:>12.1f}")


def _row(name: str, times: Sequence[float]) -> str:
    base, ours, theirs, _ = times
    ratios = f"{_to_floor(times):>9.2f}{_to_raw_floor(times):>12.2f}{_to_plumber(times):>12.1f}"
    return f"{name:<24}{ratios}{'':>4}{base:>8.2f}{ours:>9.2f}{theirs:>12.1f}"


def _to_floor(times: Sequence[float]) -> float:
    return times[1] / times[0]


def _to_raw_floor(times: Sequence[float]) -> float:
    return times[1] / times[3]


def _to_plumber(times: Sequence[float]) -> float:
    return times[2] / times[1]


def print_plain_pages(rounds: int) -> None:
    """Pages that cannot hold a table against their text alone."""
    path = SAMPLES / "hostile" / "no-tables.pdf"
    base, ours = rounds_of((text_only, gongkai), [path], max(rounds, 15))[path]
    print(f"\npages without tables: {ours / base:.2f} x their text alone ({base:.2f} ms, {ours:.2f} ms a page)")


def resident() -> float:
    """Resident memory of this process now, in MB."""
    import psutil

    return float(psutil.Process().memory_info().rss) / 2**20


def peak() -> float:
    """The most that was ever resident of this program in this process, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count the parent, from which the process was forked
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 2**10
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)


def six_pages(folder: Path) -> Path:
    """A report of six pages: two reports bound in one file."""
    import pypdfium2 as pdfium

    bound = pdfium.PdfDocument.new()
    for name in ("city", "edition-2019"):
        source = pdfium.PdfDocument(SAMPLES / f"{name}.pdf")
        bound.import_pages(source)
        source.close()
    path = folder / "six-pages.pdf"
    bound.save(path)
    bound.close()
    return path


def print_memory(files: Sequence[Path], documents: int) -> None:
    """Peak of fresh processes, then this process's memory over many documents."""
    import tempfile

    print("\nresident memory, MB")
    with tempfile.TemporaryDirectory() as folder:
        for what, path in (("nothing but the import", None), ("a report of 6 pages", six_pages(Path(folder)))):
            command = [sys.executable, __file__, "--peak", *([str(path)] if path else [])]
            found = subprocess.run(command, capture_output=True, text=True, check=True)
            print(f"  peak of a fresh process, {what}: {float(found.stdout):.0f} (goal: under 250)")
    marks = sorted({50, 200, 500, 1000, documents})
    seen = []
    for number in range(1, documents + 1):
        gongkai(files[number % len(files)])
        if number in marks:
            seen.append(f"{resident():.0f} after {number}")
    print(f"  one process, documents in turn: {', '.join(seen)}")


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="PDF files; by default samples/*.pdf")
    parser.add_argument("--rounds", type=int, default=5, help="rounds measured (default 5)")
    parser.add_argument("--memory", action="store_true", help="measure memory too (takes minutes)")
    parser.add_argument("--documents", type=int, default=1000, help="documents read for --memory (default 1000)")
    parser.add_argument("--peak", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    files = arguments.files or sorted(SAMPLES.glob("*.pdf"))
    if arguments.peak:
        import extract

        for path in arguments.files:
            extract.read_all(path)
        print(peak())
        return
    names = ("gongkai", "pypdfium2", "pdfplumber", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, {versions}")
    print_speed(files, arguments.rounds)
    print_plain_pages(arguments.rounds)
    if arguments.memory:
        print_memory(files, arguments.documents)


if __name__ == "__main__":
    main()
