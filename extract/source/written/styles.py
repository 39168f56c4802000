"""Which elements of an HTML page its own style sheets hide, strike out, or add text to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extract.errors import LimitError
from extract.source.written.conceal import CONCEALING, concealed, is_colourless, is_ground, is_tiny, is_white
from extract.source.written.flow import ADDED, STRUCK, UNSEEN, WHITE

_MOST_CSS = 2 * 2**20
"""Characters of style sheets that are looked at; more than that is no page with a report."""

_MOST_MATCHES = 10_000_000
"""Rules that hide or show something, times elements: some seconds of work."""

_SHOWN = "shown"
_OF_TABLES = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"})
"""Elements that their content makes wider and higher than they are said to be."""

_LINED = frozenset({"text-decoration", "text-decoration-line"})
_COLOURS = frozenset({"color", "background", "background-color"})
_PROPERTIES = frozenset({"display", "visibility", "font-size", "opacity", "content"}) | _LINED | _COLOURS | CONCEALING

Declared = Mapping[str, tuple[str, bool]]
"""Property to its value, lower case, and whether it is important."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a browser does not show as it is written.

    Elements left `gone` with all they hold, `invisible` ones whose own text only is not shown, elements whose text is
    no part of a number, and elements whose text may not be what is seen, each with the reason.
    """

    gone: frozenset[Any]
    invisible: frozenset[Any]
    aside: Mapping[Any, str]
    doubted: Mapping[Any, str]


def hidden_elements(root: Any) -> Hidden:
    """What a browser does not show of a page.

    Rules of <style> elements, style attributes and the attribute `hidden` count; style sheets elsewhere are not read.

    Raises:
        LimitError: there are too many rules for so many elements.
    """
    import cssselect2

    matcher = cssselect2.Matcher()
    for selector, declared in _rules(root, sum(1 for _ in root.iter())):
        matcher.add_selector(selector, declared)
    found = _Found()
    for wrapper in cssselect2.ElementWrapper.from_html_root(root).iter_subtree():
        element = wrapper.etree_element
        matched = [(match[2], (match[0], match[1]), match[3]) for match in matcher.match(wrapper)]
        own = element.get("style")
        styled = [((1 << 20,), 0, _declared(own))] if own else []
        values = _cascaded([*((*rank, declared) for part, rank, declared in matched if part is None), *styled])
        for name, attribute in (("color", "color"), ("background", "bgcolor")):
            if element.get(attribute):
                values.setdefault(name, element.get(attribute).strip().lower())
        above = wrapper.parent.etree_element if wrapper.parent is not None else None
        found.look(element, above, values)
        if any(part in {"before", "after"} and _adds_text(declared) for part, _, declared in matched):
            found.doubted[element] = ADDED
    return Hidden(frozenset(found.gone), frozenset(found.invisible), found.aside, found.doubted)


@dataclass(slots=True)
class _Found:
    """What is hidden, as it is found from the root down; `ground` are elements with a coloured background."""

    gone: set[Any] = field(default_factory=set)
    invisible: set[Any] = field(default_factory=set)
    ground: set[Any] = field(default_factory=set)
    aside: dict[Any, str] = field(default_factory=dict)
    doubted: dict[Any, str] = field(default_factory=dict)

    def look(self, element: Any, above: Any, values: Mapping[str, str]) -> None:
        """Tell what an element's own values and what is inherited from `above` come to."""
        display = values.get("display", "none" if element.get("hidden") is not None else _SHOWN)
        if display == "none" or _is_nothing(values.get("opacity", "1")):
            self.gone.add(element)
        if "visibility" in values or "font-size" in values:
            hidden = values.get("visibility", "visible") in {"hidden", "collapse"}
            if hidden or _is_nothing(values.get("font-size", "1")):
                self.invisible.add(element)
        elif above in self.invisible:
            self.invisible.add(element)
        if self.aside.get(above) == STRUCK or any(_is_struck(values.get(name, "")) for name in _LINED):
            self.aside[element] = STRUCK
        elif _is_unseen(values) or (str(element.tag) not in _OF_TABLES and concealed(values)):
            self.aside[element] = UNSEEN
        if above in self.ground or any(is_ground(values[name]) for name in _COLOURS - {"color"} & values.keys()):
            self.ground.add(element)
        white = is_white(values["color"]) if "color" in values else self.doubted.get(above) == WHITE
        if white and element not in self.ground:
            self.doubted[element] = WHITE


def _is_unseen(values: Mapping[str, str]) -> bool:
    """Whether letters set so leave no mark."""
    return is_tiny(values.get("font-size", "")) or is_colourless(values.get("color", ""))


def _cascaded(matches: Iterable[tuple[tuple[int, ...], int, Declared]]) -> dict[str, str]:
    """The value of each property that counts, of declarations with their specificity and order."""
    found: dict[str, tuple[tuple[Any, ...], str]] = {}
    for specificity, order, declared in matches:
        for name, (value, important) in declared.items():
            rank = (important, specificity, order)
            if name not in found or rank >= found[name][0]:
                found[name] = (rank, value)
    return {name: value for name, (_, value) in found.items()}


def _adds_text(declared: Declared) -> bool:
    """Whether a pseudo-element has a text that may be a number, and no mere ornament."""
    content = declared.get("content", ("", False))[0]
    return any(char.isdigit() for char in content) or "(" in content


def _is_struck(value: str) -> bool:
    return "line-through" in value.split()


def _is_nothing(value: str) -> bool:
    number = value.rstrip("%abcdefghijklmnopqrstuvwxyz").strip()
    try:
        return float(number) == 0.0
    except ValueError:
        return False


def _rules(root: Any, elements: int) -> list[tuple[Any, Declared]]:
    """Compiled selectors of rules that hide or show something on a page of so many elements, in order.

    Raises:
        LimitError: there are too many.
    """
    import cssselect2
    import tinycss2

    found: list[tuple[Any, Declared]] = []
    left = _MOST_CSS
    for sheet in root.iter("style"):
        css = (sheet.text or "").strip().removeprefix("<!--").removesuffix("-->")
        left -= len(css)
        if left < 0:
            break
        for prelude, content in _style_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)):
            declared = _declared(content)
            if not declared:
                continue
            try:
                compiled = cssselect2.compile_selector_list(prelude)
            except cssselect2.SelectorError:
                continue
            found += [(selector, declared) for selector in compiled]
    idle = _idle([declared for _, declared in found])
    told = [(selector, declared) for selector, declared in found if declared.keys() - idle]
    if len(told) * elements > _MOST_MATCHES:  # colours are declared by most rules, and only ever a doubt
        told = [(selector, declared) for selector, declared in told if declared.keys() - idle - _COLOURS]
    if len(told) * elements > _MOST_MATCHES:
        raise LimitError(f"{len(told)} style rules that hide or show something are too many for its size")
    return told


def _idle(rules: Sequence[Declared]) -> frozenset[str]:
    """Properties that nearly every rule declares, and that hide, strike or add nothing in any of these."""
    idle = frozenset({"content"} if not any(map(_adds_text, rules)) else ())
    values = [{name: value for name, (value, _) in declared.items()} for declared in rules]
    if not any(concealed(own) for own in values):
        idle |= CONCEALING
    sizes = [own["font-size"] for own in values if "font-size" in own]
    if not any(_is_nothing(size) or is_tiny(size) for size in sizes):
        idle |= {"font-size"}
    if not any(_is_struck(own[name]) for own in values for name in _LINED & own.keys()):
        idle |= _LINED
    colours = [own["color"] for own in values if "color" in own]
    if not any(is_white(colour) or is_colourless(colour) for colour in colours):
        idle |= _COLOURS
    return idle


def _style_rules(rules: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Preludes and contents of style rules, those for every screen included."""
    import tinycss2

    for rule in rules:
        if rule.type == "qualified-rule":
            yield rule.prelude, rule.content
        elif rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content is not None:
            media = tinycss2.serialize(rule.prelude).strip().lower()
            if media in {"all", "screen", "only screen"}:
                inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                yield from _style_rules(inner)


def _declared(content: Any) -> Declared:
    """Those declarations of a rule or a style attribute that can hide an element."""
    import tinycss2

    found: dict[str, tuple[str, bool]] = {}
    for one in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if one.type == "declaration" and one.lower_name in _PROPERTIES:
            found[one.lower_name] = (tinycss2.serialize(one.value).strip().lower(), bool(one.important))
    return found
