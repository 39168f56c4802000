"""How a report is drawn: rulings, type, pages, producer."""

from __future__ import annotations

from typing import Any

from benchmarks.drafts import Draft
from benchmarks.variations.catalogue import put, variation


def _look(name: str, weight: float, *choices: dict[str, Any]) -> None:
    """A variation that is a choice among drawing options."""

    def change(made: Draft) -> None:
        made.look |= made.rng.choice(choices)

    put(name, weight, change)


_look("thin-rectangles", 1, {"rules": "rects"}, {"rules": "rects", "rule_width": 1.5})
_look("boxes", 1, {"rules": "boxes"})
_look("dotted", 1, {"rules": "dotted"}, {"rules": "dotted", "rule_width": 1.0})
_look("double-rules", 1, {"rules": "double"})
_look("backgrounds-only", 0.5, {"rules": "fills", "rule_width": 1.0}, {"rules": "fills", "rule_width": 2.0})
_look("horizontal-rules", 0.5, {"rules": "horizontal"})
_look("no-rules", 0.3, {"rules": "none"})
_look("shaded", 1, {"shade": "#dddddd"}, {"shade": "#88aacc"})
_look("small-type", 1, *({"table_size": size, "padding": 2.0} for size in (6, 7, 8)))
_look("large-type", 1, *({"table_size": size, "size": 16} for size in (11, 12)))
_look("no-padding", 1, {"padding": 0.0}, {"padding": 0.5})
_look("align-right", 1, {"align": "right"}, {"align": "right", "padding": 1.0})
_look("align-left", 1, {"align": "left"}, {"align": "left", "padding": 1.0})
_look("valign", 1, {"valign": "top"}, {"valign": "bottom"})
_look("fake-bold", 1, {"bold": True})
_look("by-character", 1, {"by_character": True}, {"by_character": True, "bold": True})
_look("digits-font", 1, *({"digits": font} for font in ("Liberation Serif", "DejaVu Sans", "Liberation Mono")))
_look("turned", 1, *({"turned": degrees} for degrees in (90, 180, 270)))
_look("turned-bare", 0.5, *({"turned": degrees, "turned_bare": True} for degrees in (90, 180, 270)))
_look("small-margin", 1, {"margin": 22.0}, {"margin": 34.0})
_look("wide-margin", 1, {"margin": 110.0})
_look("narrow-page", 1, {"page": (420.0, 595.0), "margin": 40.0})
_look("short-page", 1, {"page": (595.0, 420.0), "margin": 40.0})
_look("repeated-header", 1, {"repeat_header": True, "page": (595.0, 560.0)})


@variation(0.4)
def _weasyprint(made: Draft) -> None:
    made.producer = "weasyprint"
    made.look["font"] = made.rng.choice(("Noto Serif CJK SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei"))
    made.look["rules"] = made.rng.choice(("lines", "lines", "dotted", "double", "horizontal", "fills", "none"))


@variation()
def _landscape(made: Draft) -> None:
    made.document["landscape"] = made.rng.choice((("requests",), ("review",), ("requests", "review")))
    made.look["rotate"] = made.rng.random() < 0.6


@variation()
def _narrow_columns(made: Draft) -> None:
    made.form["value_width"] = made.rng.choice((0.25, 0.35, 0.45, 0.6))


@variation(0.7)
def _overflow(made: Draft) -> None:
    made.look["overflow"] = True
    made.look["align"] = made.rng.choice(("left", "center", "right"))
    made.form["value_width"] = made.rng.choice((0.35, 0.5, 0.7))
