"""Damage done at random to the samples: only our own exceptions may leave `extract.read_all`.

    python tests/fuzz.py mutations 2000          bytes and PDF objects changed at random, from seed 0 on
    python tests/fuzz.py numerals -max_total_time=60
    python tests/fuzz.py aligner                 led by coverage, by atheris (pip install atheris); it takes
    python tests/fuzz.py layouts                 libFuzzer's options

What is found is told with its seed; `python tests/fuzz.py mutations 1 --seed N` does it again.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pikepdf

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

_LED = __name__ == "__main__" and sys.argv[1:2] != ["mutations"] and "-h" not in sys.argv and "--help" not in sys.argv
if _LED:
    import atheris

    _watched = atheris.instrument_imports(include=["extract", "yaml"])
else:
    _watched = nullcontext()
with _watched:
    import extract
    from extract import layout
    from extract.align import align
    from extract.check import check
    from extract.errors import GongkaiError, LayoutError
    from extract.limits import Limits
    from extract.model import Report, Status
    from extract.numerals import parse

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
FILES = ("city.pdf", "seed-004.pdf", "edition-2019.pdf", "written/word.docx", "written/page.html")
LIMITS = Limits(pages=20, pixels=4_000_000, page_objects=20_000, grid_cells=20_000, stream_bytes=64 * 2**20)

ODD = (
    b"0",
    b"-1",
    b"2147483648",
    b"99999999999999999999",
    b"/Nothing",
    b"null",
    b"[]",
    b"<<>>",
    b"(\xff\x00)",
    b"1e999",
)


def in_bytes(data: bytes, chance: random.Random) -> bytes:
    """A file with some of its bytes changed, left out, doubled or swapped."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 3, 10, 100))):
        at, length = chance.randrange(len(out)), min(chance.choice((1, 4, 40, 400)), len(out) - 1)
        match chance.randrange(5):
            case 0:
                out[at : at + length] = chance.randbytes(length)
            case 1:
                del out[at : at + length]
            case 2:
                out[at:at] = out[at : at + length]
            case 3:
                out[at] ^= 1 << chance.randrange(8)
            case _:
                there = chance.randrange(len(out))
                out[at : at + length] = out[there : there + length]
        if not out:
            return b"x"
    return bytes(out)


def in_objects(data: bytes, chance: random.Random) -> bytes:
    """A PDF with values in its objects changed, references led elsewhere, and content streams damaged."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as file:
        objects = list(file.objects)
        for _ in range(chance.choice((1, 2, 5, 20))):
            one = chance.choice(objects)
            with suppress(Exception):  # pikepdf refuses some of it
                if isinstance(one, pikepdf.Stream) and chance.random() < 0.5:
                    one.write(in_bytes(one.read_bytes(), chance))
                elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                    key = chance.choice(sorted(one.keys()))
                    odd = pikepdf.Object.parse(chance.choice(ODD))
                    one[key] = chance.choice((chance.choice(objects), odd))
                elif isinstance(one, pikepdf.Array) and len(one):
                    one[chance.randrange(len(one))] = chance.choice(objects)
        try:
            file.save(out)
        except (pikepdf.PdfError, RuntimeError, ValueError):
            return in_bytes(data, chance)
    return out.getvalue()


def in_parts(data: bytes, chance: random.Random) -> bytes:
    """A Word file with its parts damaged, the archive whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, in_bytes(part, chance) if chance.random() < 0.3 else part)
    return out.getvalue()


def mutated(seed: int) -> tuple[str, bytes]:
    """The name of a sample, and what a seed makes of it."""
    chance = random.Random(seed)
    name = FILES[seed % len(FILES)]
    data = (SAMPLES / name).read_bytes()
    deeper: dict[str, Callable[[bytes, random.Random], bytes]] = {".pdf": in_objects, ".docx": in_parts}
    change = deeper.get(Path(name).suffix, in_bytes) if chance.random() < 0.7 else in_bytes
    return name, change(data, chance)


def mutations(seeds: Iterator[int]) -> list[str]:
    """Read what each seed makes; gives a line for each exception that is not ours."""
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            name, data = mutated(seed)
            path = Path(folder, f"damaged{Path(name).suffix}")
            path.write_bytes(data)
            try:
                extract.read_all(path, limits=LIMITS)
            except GongkaiError as error:
                if "\n" in str(error):
                    faults.append(f"seed {seed}, {name}: more than one line: {error}")
            except Exception as error:
                faults.append(f"seed {seed}, {name}: {type(error).__name__}: {error}")
    return faults


@cache
def undamaged() -> Report:
    return extract.read(SAMPLES / "city.pdf")


def numerals(data: bytes) -> None:
    """Any text as the text of a cell: a value or none, exact and finite, never an exception."""
    text = data.decode("utf-8", "replace")
    for edition in layout.shipped():
        for holds in edition.values.values():
            number = parse(text, holds, edition.blank_marks)
            assert number.value is None or (isinstance(number.value, Decimal) and number.value.is_finite())


def aligner(data: bytes) -> None:
    """The grids of a report with any texts in any cells: every cell of the form comes out, once."""
    chance = random.Random(data)
    pieces = data.decode("utf-8", "replace").split("\n")
    edition = layout.shipped()[0]
    for table in ("proactive_disclosure", "disclosure_requests", "administrative_litigation"):
        grids = []
        for grid in undamaged()[table].grids:
            cells = list(grid.cells)
            for piece in pieces:
                at = chance.randrange(len(cells))
                cells[at] = replace(cells[at], reading=replace(cells[at].reading, text=piece))
            grids.append(replace(grid, cells=tuple(cells)))
        one = next(grid for grid in edition.grids if table in grid.tables)
        found = check(align(tuple(grids), edition, one))
        assert set(found.cells) == {slot.id for slot in one.slots}
        assert all(cell.value is None or cell.status is not Status.MISSING for cell in found.cells.values())


def layouts(data: bytes) -> None:
    """Any text as a layout file: a layout or a LayoutError of one line."""
    try:
        layout.parse(data.decode("utf-8", "replace"), "fuzzed.yaml")
    except LayoutError as error:
        assert "\n" not in str(error)


TARGETS = {"numerals": numerals, "aligner": aligner, "layouts": layouts}


def led_by_coverage(name: str, options: list[str]) -> None:
    """Fuzz a target with atheris, from real layouts or texts of cells on, until it ends or finds something."""
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(_seeds(name)):
            Path(folder, str(number)).write_text(text, encoding="utf-8")
        atheris.Setup([sys.argv[0], *options, folder], TARGETS[name])
        atheris.Fuzz()


def _seeds(name: str) -> Iterator[str]:
    if name == "layouts":
        yield from (
            path.read_text(encoding="utf-8") for path in sorted(SAMPLES.parent.glob("layouts/disclosure-*.yaml"))
        )
    else:
        yield from {cell.text for cell in undamaged().cells}


def main() -> None:
    """The command."""
    if len(sys.argv) > 1 and sys.argv[1] in TARGETS:
        led_by_coverage(sys.argv[1], sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["mutations"])
    parser.add_argument("count", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    faults = mutations(iter(range(asked.seed, asked.seed + asked.count)))
    sys.stdout.write("".join(f"{fault}\n" for fault in faults) + f"{asked.count} files, {len(faults)} faults\n")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
