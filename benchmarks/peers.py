"""gongkai beside other table readers, on the same documents in one run: `python benchmarks/peers.py`.

    python benchmarks/peers.py --environments FOLDER --generated 12 --markdown docs/benchmarks/peers.md

Each peer is installed from the package index into an environment of its own below FOLDER, which is kept, and none of
them is a dependency of ours. Peers that load models from a hub at run time are left out: nothing here does.

What is counted: cells of section 三, the form's largest table (25 or 23 rows x 7), that are right. Peers know no form:
they give rows of texts. Their rows are laid against the true rows, in order, as favourably as can be: of each the last
seven texts, or the last seven that are not empty, and those seven that are equal in place count. No label need be
right. What gongkai gives counts where its own row and column say it stands, and only there.

- found: documents in which at least half the cells of section 三 are right;
- right: cells that are right, of those printed;
- silent: cells that are wrong or lost and that nothing warns of. Peers warn of none;
- CPU and memory: seconds a page, after models are loaded, as a ratio to gongkai's; megabytes of the process at most.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import extract
from benchmarks.peer_cases import SAMPLES, SCANS, Case, draw, generated_cases, sample_cases
from benchmarks.peer_readers import MARK, READERS, spent
from benchmarks.peer_scores import OURS, Score, judged, scored
from extract.model import Status
from samples.truth import REQUESTS

NEEDS: Mapping[str, Sequence[str]] = {
    "pdfplumber": ["pdfplumber"],
    "camelot": ["camelot-py"],
    "img2table": ["img2table", "pandas"],
    "RapidOCR": ["rapidocr", "onnxruntime", "rapid-table==0.3.0"],
    "Tesseract": [],
}
"""Packages of each peer, by the first word of its readers' names. Tesseract is the machine's own.

RapidTable 0.3.0 is the last that carries its model; later ones load theirs from a hub.
"""
NATIVE, IMAGES = ("pdfplumber", "camelot", "img2table"), ("img2table", "RapidOCR", "Tesseract")
"""Peers that read PDFs with text, and those that read images."""
SECONDS = 1500
"""What a peer may take for all documents of a kind."""


def environment(folder: Path, peer: str) -> Path:
    """The Python of a peer's environment, made where there is none.

    Raises:
        subprocess.CalledProcessError: it cannot be installed.
    """
    place = folder / re.sub(r"\W", "", peer.lower())
    python = place / "bin" / "python"
    if not (place / "installed").exists():
        print(f"installing {peer} ...", file=sys.stderr)
        venv.create(place, with_pip=True)
        if NEEDS[peer]:
            subprocess.run([python, "-m", "pip", "install", "--quiet", *NEEDS[peer]], check=True, capture_output=True)
        (place / "installed").touch()
    return python


def told(command: Sequence[str | Path], cases: Sequence[Case]) -> Iterable[dict[str, Any]]:
    """What a reader's process says of each document, as far as it comes in time."""
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1", "NO_COLOR": "1"}
    paths = "".join(f"{case.path}\n" for case in cases)
    try:
        done = subprocess.run(
            command, input=paths, capture_output=True, text=True, timeout=SECONDS, env=one_thread, check=False
        )
        said, why = done.stdout, (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
    except subprocess.TimeoutExpired as late:
        said, why = (late.stdout or b"").decode() if isinstance(late.stdout, bytes) else late.stdout or "", "too slow"
    records = [json.loads(line.removeprefix(MARK)) for line in said.split("\n") if line.startswith(MARK)]
    yield from records
    for _ in cases[len(records) :]:
        yield {"tables": [], "error": why[:200], "seconds": 0.0, "megabytes": 0.0}


def ours(lines: Iterable[str]) -> None:
    """Read documents as the peers are asked to, and say of section 三 which cells there are."""
    for number, line in enumerate(lines):
        path = Path(line.rstrip("\n"))
        if number == 0:
            extract.read_all(path)
        before = spent()
        report = extract.read_all(path)[0]
        seconds = spent() - before
        cells = [
            (cell.id.row, cell.id.column, "" if cell.value is None else str(cell.value), cell.flagged)
            for cell in report[REQUESTS].cells
            if cell.status is not Status.MISSING
        ]
        most = int(next(o for o in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in o).split()[1])
        found = sum(table.found for table in report.tables.values())
        record = {"cells": cells, "tables": [[]] * found, "seconds": seconds, "megabytes": most / 1024, "error": ""}
        print(MARK + json.dumps(record), flush=True)


def compare(cases: Sequence[Case], folder: Path, environments: Path) -> dict[str, Score | str]:
    """Every reader on the documents of one kind; a text where a peer cannot be installed."""
    scans = cases[0].kind == "scans"
    for case in cases if scans else ():
        draw(case, folder)
    records = told([sys.executable, __file__, "--ours"], cases)
    scores: dict[str, Score | str] = {
        OURS: scored(cases, (judged(case, one) for case, one in zip(cases, records, strict=True)))
    }
    for name in READERS:
        peer = re.split(r"\W", name)[0]
        if peer not in (IMAGES if scans else NATIVE):
            continue
        try:
            python = environment(environments, peer)
        except (subprocess.CalledProcessError, OSError) as error:
            scores[name] = f"cannot be installed: {str(error)[:80]}"
            continue
        script = Path(__file__).with_name("peer_readers.py")
        scores[name] = scored(cases, told([python, script, name, str(folder)], cases))
        print(f"{cases[0].kind}: {name}", file=sys.stderr)
    return scores


def rows_of(scores: Mapping[str, Score | str]) -> list[list[str]]:
    """The figures, a row a reader."""
    base = scores[OURS]
    assert isinstance(base, Score)
    unit = base.seconds / base.pages
    rows = []
    for name, one in scores.items():
        if isinstance(one, str):
            rows.append([name, one, "", "", "", "", ""])
            continue
        rows.append(
            [
                name,
                f"{one.found} of {one.documents}",
                f"{100 * one.right / one.cells:.2f}",
                f"{one.silent:,}",
                f"{one.seconds / one.pages:.3f}",
                f"{one.seconds / one.pages / unit:.1f}" if one.seconds else "",
                f"{one.megabytes:.0f}",
            ]
        )
    return rows


HEADER = ["reader", "found", "right, %", "silent", "CPU s a page", "/ gongkai", "MB"]


def section(cases: Sequence[Case], rows: Sequence[Sequence[str]], errors: Sequence[str] = ()) -> str:
    """The figures of one kind of documents as a section of a page."""
    pages, cells = sum(case.pages for case in cases), sum(len(case.values) for case in cases)
    lines = [f"## {cases[0].kind.capitalize()}", ""]
    lines += [f"{len(cases)} documents, {pages} pages, {cells:,} cells. Measured on {datetime.now(UTC):%Y-%m-%d}, "]
    lines[-1] += f"{os.cpu_count()} shared cores, Python {platform.python_version()}, one thread each."
    lines += ["", f"| {' | '.join(HEADER)} |", f"|{'---|' * len(HEADER)}", *(f"| {' | '.join(row)} |" for row in rows)]
    lines += ["", *(f"- failed: {text}" for text in errors)] if errors else []
    return "\n".join(lines) + "\n"


def with_section(page: str, new: str) -> str:
    """A page with a section in the place of the one of the same heading, or at its end."""
    text, mark, figures = page.partition(FIGURES)
    sections = {
        one.partition("\n")[0]: one.strip() for one in re.split(r"^(?=## )", figures, flags=re.M) if one.strip()
    }
    sections[new.partition("\n")[0]] = new.strip()
    return text + (mark or FIGURES) + "\n" + "\n\n".join(sections.values()) + "\n"


def chart(page: str) -> str:
    """Bars of cells that are right, out of a page's tables, as SVG."""
    line, left, width = 22, 200, 460
    parts, at = [], 0
    for found in re.finditer(r"^## (.*)$|^\| ([^|]+) \| \d+ of \d+ \| ([\d.]+) \|", page.partition(FIGURES)[2], re.M):
        if found[1]:
            at += 26
            parts.append(
                f'<text x="8" y="{at}" font-weight="600">{found[1]}: cells of section 三 that are right</text>'
            )
            at += 10
            continue
        share, colour = float(found[3]) / 100, "#00897b" if found[2] == OURS else "#90a4ae"
        bar = f'<rect x="{left}" y="{at}" width="{share * width:.1f}" height="{line - 6}" fill="{colour}"/>'
        parts += [f'<text x="{left - 8}" y="{at + 13}" text-anchor="end">{found[2]}</text>', bar]
        parts.append(f'<text x="{left + share * width + 6:.1f}" y="{at + 13}">{100 * share:.1f} %</text>')
        at += line
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 80} {at + 10}" role="img" '
    head += 'font-family="system-ui,sans-serif" font-size="13" aria-label="Cells that are right, by reader">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="#ffffff"/>', *parts, "</svg>\n"])


FIGURES = "<!-- figures: benchmarks/peers.py --markdown -->\n"


def main() -> int:
    """Compare, and print or write what came of it; exit status 1 where ours is silently wrong."""
    parser = argparse.ArgumentParser(description="gongkai beside other table readers.")
    parser.add_argument("--environments", type=Path, default=Path(tempfile.gettempdir()) / "gongkai-peers")
    parser.add_argument("--kinds", default="samples,generated,scans", help="of documents, with commas")
    parser.add_argument("--generated", type=int, default=12, help="random documents")
    parser.add_argument("--scans", type=int, default=len(SCANS), help="scanned samples")
    parser.add_argument("--markdown", type=Path, help="page whose figures to renew, with the chart beside it")
    parser.add_argument("--ours", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ours:
        ours(sys.stdin)
        return 0
    silent = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        kinds = {
            "samples": lambda: sample_cases([path.name for path in sorted(SAMPLES.glob("*.pdf"))], "samples"),
            "generated": lambda: generated_cases(options.generated, folder),
            "scans": lambda: sample_cases([f"scans/{name}" for name in SCANS[: options.scans]], "scans"),
        }
        for kind in options.kinds.split(","):
            cases = kinds[kind]()
            scores = compare(cases, folder / kind, options.environments)
            rows = rows_of(scores)
            for row in [HEADER, *rows]:
                print(f"{row[0]:24}" + "".join(f"{text:>14}" for text in row[1:]), flush=True)
            silent += sum(one.silent for name, one in scores.items() if name == OURS and isinstance(one, Score))
            if options.markdown:
                failed = [
                    f"{name}: {one.errors[0]}" for name, one in scores.items() if isinstance(one, Score) and one.errors
                ]
                page = with_section(options.markdown.read_text(encoding="utf-8"), section(cases, rows, failed))
                options.markdown.write_text(page, encoding="utf-8")
                options.markdown.with_suffix(".svg").write_text(chart(page), encoding="utf-8")
    return int(silent > 0)


if __name__ == "__main__":
    sys.exit(main())
