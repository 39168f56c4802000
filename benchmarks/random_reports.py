"""Random reports in random disguises, drawn as PDFs; a seed makes one again."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from benchmarks.drafts import PROACTIVE, Draft, draft
from benchmarks.knowable import unknowable
from benchmarks.overprinted import overprinted
from benchmarks.variations import OF_FILES, OF_FORMS, VARIATIONS, WEIGHTS
from benchmarks.variations.files import joined
from samples.document import Break, DocumentOptions, compose
from samples.draw_canvas import Placed, canvas
from samples.form import Form, FormOptions, build
from samples.look import Look
from samples.make import drawer
from samples.printed import PrintedCell, PrintedTable
from samples.truth import REQUESTS

FONTS = ("WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "AR PL UMing CN", "AR PL UKai CN")
EDITIONS = (("2021", "2021"), ("2021", "2021"), ("2019", "2019"), ("2021", "2019"), ("2019", "2021"))


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
    if made.producer != "canvas":
        return drawer(made.producer)(document, Look(**made.look))
    placed: list[Placed] = []
    pdf = canvas(document, Look(**made.look), placed)
    made.overprinted = overprinted(placed)
    return pdf


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
