"""Documents that table readers are compared on: samples and random reports, and their pages as images."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from samples.truth import REQUESTS, slots

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
SCANS = ("one-page.png", "clean-200.pdf", "fax.pdf", "faded.pdf")
DPI = 200
Row = tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """A document and its section 三: the values printed, blanks as empty texts, by row and column."""

    path: Path
    kind: str
    pages: int
    values: Mapping[tuple[str, str], str]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The printed rows; a cell that is lost in one is empty."""
        rows, columns = (list(dict.fromkeys(key[place] for key in self.values)) for place in (0, 1))
        return tuple(tuple(self.values.get((row, column), "") for column in columns) for row in rows)


def sample_cases(names: Sequence[str], kind: str) -> list[Case]:
    """Samples with their truth; scans are files of samples/scans."""
    cases = []
    for name in names:
        path = SAMPLES / name
        with path.with_name(f"{path.stem}.truth.csv").open(encoding="utf-8", newline="") as file:
            cells = [row for row in csv.DictReader(file) if row["table"] == REQUESTS]
        values = {(cell["row"], cell["column"]): cell["value"] for cell in cells if cell["status"] != "missing"}
        cases.append(Case(path, kind, _pages(path), values))
    return cases


def generated_cases(count: int, folder: Path) -> list[Case]:
    """Random reports with the variations that publishers make (layouts.py), those of the file left out."""
    from benchmarks.random_reports import make

    cases = []
    for seed in range(5000, 5000 + count):
        made, pdf = make(seed, files=False)
        path = folder / f"random-{seed}.pdf"
        path.write_bytes(pdf)
        values = {
            slot[1:]: made.cells[slot].value
            for slot in ((REQUESTS, one.row, one.column) for one in slots(made.editions[REQUESTS], REQUESTS))
            if slot in made.cells and made.cells[slot].status != "missing"
        }
        cases.append(Case(path, "generated", _pages(path), values))
    return cases


def _pages(path: Path) -> int:
    import pypdfium2

    if path.suffix != ".pdf":
        return 1
    with pypdfium2.PdfDocument(path) as pdf:
        return len(pdf)


def draw(case: Case, folder: Path) -> None:
    """The pages as PNG, as those peers want them that read images."""
    import pypdfium2

    place = folder / case.path.name
    place.mkdir(parents=True, exist_ok=True)
    if case.path.suffix == ".png":
        from PIL import Image

        with Image.open(case.path) as image:  # in colour: RapidTable takes no other
            image.convert("RGB").save(place / "001.png", dpi=image.info.get("dpi", (DPI, DPI)))
        return
    with pypdfium2.PdfDocument(case.path) as pdf:
        for number, page in enumerate(pdf, 1):
            page.render(scale=DPI / 72).to_pil().convert("RGB").save(place / f"{number:03}.png", dpi=(DPI, DPI))
