"""Reports of one body on several years, drawn as PDFs: figures that follow from those of the year before."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from samples.make import draw
from samples.truth import Truth, TruthCell, load

BODY = "临溪区科技和工业信息化局"
TRUTH = Path(__file__).parents[1] / "samples" / "truth" / "seed-000.yaml"
REQUESTS, PROACTIVE = "disclosure_requests", "proactive_disclosure"

Figures = Mapping[tuple[str, str, str], str]


def yearly(year: int) -> dict[tuple[str, str, str], str]:
    """Figures of a year that add up within it and with those of the years around it; 3 requests are carried forward."""
    received, documents = 10 + year % 10, 20 + 2 * (year - 2020)
    figures = {(PROACTIVE, "normative_documents", "issued"): "5", (PROACTIVE, "normative_documents", "repealed"): "3"}
    figures[PROACTIVE, "normative_documents", "in_force"] = str(documents)
    figures[PROACTIVE, "licensing", "decisions"] = str(1000 + year)
    figures[PROACTIVE, "penalties", "decisions"] = str(4000 - year)
    for column in ("natural_person", "total"):
        for row, count in (
            ("received", received),
            ("carried_in", 3),
            ("granted", received),
            ("processed_total", received),
            ("carried_forward", 3),
        ):
            figures[REQUESTS, row, column] = str(count)
    return figures


def truth(year: int, figures: Figures, *, body: str = BODY, overview: tuple[str, ...] = ()) -> Truth:
    """A report on a year with these figures and noughts; `overview` is its narrative before the tables."""
    base = load(TRUTH)
    tables = dict(base.tables)
    for (table, row, column), value in figures.items():
        status = "value" if value else "blank"
        cells = {**tables[table].cells, (row, column): TruthCell(value, value, status)}
        tables[table] = replace(tables[table], cells=cells)
    document = {"narrative": {"overview": list(overview)}, "new_pages": ["requests"]}
    return replace(
        base,
        title=f"{body}{year}年政府信息公开工作年度报告",
        agency=body,
        year=year,
        tables=tables,
        options={"look": base.options["look"], "document": document},
    )


def put(
    path: Path, year: int, changes: Figures | None = None, *, body: str = BODY, overview: tuple[str, ...] = ()
) -> Path:
    """A PDF of the report on a year."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _, pdf = draw(truth(year, {**yearly(year), **(changes or {})}, body=body, overview=overview))
    path.write_bytes(pdf)
    return path
