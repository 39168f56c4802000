"""Which elements of an HTML page its own style sheets hide, or strike out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from extract.errors import LimitError

_MOST_CSS = 2 * 2**20
"""Characters of style sheets that are looked at; more than that is no page with a report."""

_MOST_MATCHES = 10_000_000
"""Rules that hide or show something, times elements: some seconds of work."""

_SHOWN = "shown"
_LINED = frozenset({"text-decoration", "text-decoration-line"})
_PROPERTIES = frozenset({"display", "visibility", "font-size", "opacity"}) | _LINED

Declared = Mapping[str, tuple[str, bool]]
"""Property to its value, lower case, and whether it is important."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Elements left out with all they hold, elements whose own text only is not shown, and elements struck through."""

    gone: frozenset[Any]
    invisible: frozenset[Any]
    struck: frozenset[Any]


def hidden_elements(root: Any) -> Hidden:
    """What a browser does not show of a page.

    Rules of <style> elements, style attributes and the attribute `hidden` count; style sheets elsewhere are not read.

    Raises:
        LimitError: there are too many rules for so many elements.
    """
    import cssselect2

    rules = _rules(root)
    if len(rules) * sum(1 for _ in root.iter()) > _MOST_MATCHES:
        raise LimitError(f"{len(rules)} style rules that hide or show something are too many for its size")
    matcher = cssselect2.Matcher()
    for selector, declared in rules:
        matcher.add_selector(selector, declared)
    invisible: set[Any] = set()
    gone: set[Any] = set()
    struck: set[Any] = set()
    for wrapper in cssselect2.ElementWrapper.from_html_root(root).iter_subtree():
        element = wrapper.etree_element
        found: dict[str, tuple[tuple[Any, ...], str]] = {}
        matches = [(match[0], match[1], match[3]) for match in matcher.match(wrapper) if match[2] is None]
        own = element.get("style")
        if own:
            matches.append(((1 << 20,), 0, _declared(own)))
        for specificity, order, declared in matches:
            for name, (value, important) in declared.items():
                rank = (important, specificity, order)
                if name not in found or rank >= found[name][0]:
                    found[name] = (rank, value)
        values = {name: value for name, (_, value) in found.items()}
        above = wrapper.parent.etree_element if wrapper.parent is not None else None
        display = values.get("display", "none" if element.get("hidden") is not None else _SHOWN)
        if display == "none" or _is_nothing(values.get("opacity", "1")):
            gone.add(element)
        if "visibility" in values or "font-size" in values:
            concealed = values.get("visibility", "visible") in {"hidden", "collapse"}
            if concealed or _is_nothing(values.get("font-size", "1")):
                invisible.add(element)
        elif above in invisible:
            invisible.add(element)
        if above in struck or any(_is_struck(values.get(name, "")) for name in _LINED):
            struck.add(element)
    return Hidden(frozenset(gone), frozenset(invisible), frozenset(struck))


def _is_struck(value: str) -> bool:
    return "line-through" in value.split()


def _is_nothing(value: str) -> bool:
    number = value.rstrip("%abcdefghijklmnopqrstuvwxyz").strip()
    try:
        return float(number) == 0.0
    except ValueError:
        return False


def _rules(root: Any) -> list[tuple[Any, Declared]]:
    """Compiled selectors of rules that hide or show something, in order."""
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
    idle = frozenset[str]()  # what nearly every rule declares, and mostly none to hide or strike anything
    if not any(_is_nothing(declared["font-size"][0]) for _, declared in found if "font-size" in declared):
        idle |= {"font-size"}
    if not any(_is_struck(declared[name][0]) for _, declared in found for name in _LINED & declared.keys()):
        idle |= _LINED
    return [(selector, declared) for selector, declared in found if declared.keys() - idle]


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
