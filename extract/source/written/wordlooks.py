"""What styles and properties of a Word file say of text: whether it is hidden, struck out, raised, tiny or white."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from extract.source.written.wordml import count_of, first_of, name_of, switched_on, value_of

_PAPER = "FFFFFF"

_DOT = 5
"""Half points up to which a letter is a dot that nobody reads."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a style or a run's own properties say of its text; None where nothing."""

    hidden: bool | None = None
    struck: bool | None = None
    raised: bool | None = None
    tiny: bool | None = None
    white: bool | None = None

    def over(self, below: Look) -> Look:
        """These, and those of `below` where nothing is said."""
        return Look(
            below.hidden if self.hidden is None else self.hidden,
            below.struck if self.struck is None else self.struck,
            below.raised if self.raised is None else self.raised,
            below.tiny if self.tiny is None else self.tiny,
            below.white if self.white is None else self.white,
        )


def look_of(properties: Any) -> Look:
    """What properties say."""
    align = first_of(properties, "vertAlign")
    struck = switched_on(properties, "strike")
    size, colour = first_of(properties, "sz"), first_of(properties, "color")
    return Look(
        switched_on(properties, "vanish"),
        switched_on(properties, "dstrike") if struck is None else struck,
        None if align is None else value_of(align) in {"superscript", "subscript"},
        None if size is None else count_of(size) <= _DOT,
        None if colour is None else (value_of(colour) or "").upper() == _PAPER and not shaded(properties),
    )


def shaded(properties: Any) -> bool:
    """Whether properties of a text or a cell give it another ground than that of paper."""
    fill = value_of(first_of(properties, "shd"), "fill") if first_of(properties, "shd") is not None else None
    return (fill or "auto").upper() not in {"AUTO", _PAPER}


def looks_of(styles: Any) -> dict[str, Look]:
    """The look of every style, those it is based on included."""
    own: dict[str, tuple[Look, str | None]] = {}
    for style in styles if styles is not None else ():
        if name_of(style) == "style":
            base = first_of(style, "basedOn")
            own[value_of(style, "styleId") or ""] = (
                look_of(first_of(style, "rPr")),
                None if base is None else value_of(base),
            )
    found: dict[str, Look] = {}
    for name in own:
        chain: dict[str, None] = {}
        above: str | None = name
        while above in own and above not in found and above not in chain:
            chain[above] = None
            above = own[above][1]
        below = found.get(above or "", Look())
        for one in reversed(chain):
            below = found[one] = own[one][0].over(below)
    return found
