"""What a value cell's text says: a number, nothing, or something that must not be taken for either.

A number is trusted only in the plain ways of printing one; all else carries a doubt or is unreadable. Values are exact
Decimals made from the printed digits: no float, no rounding.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache

from extract.layout import Holds

MAX_LENGTH = 200
"""Characters of a cell; more than that is prose, or an attack."""

MAX_DIGITS = 12
"""Digits before the decimal point that a figure may have; real ones have up to 8."""

SPACED = "a space inside: two cells in one?"
"""Caution of a number with white space between its digits."""

BROKEN = "broken at a comma: two cells in one?"
"""Caution of a number whose lines are whole thousands: written print cannot be two so, but a speck may be a comma."""

_GUESS = 0.5

# Compatibility forms that are only another width or place of the same character. Superscripts, circled digits and the
# like are not among them: in 22² and 5① they are notes, and folding them would add a digit.
_SAME_CHARACTER = frozenset({"<wide>", "<narrow>", "<small>", "<vertical>", "<noBreak>"})
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_DASHES = "-‐‑‒–—―−─━ー➖"
_FOLDED = str.maketrans(dict.fromkeys(_DASHES, "-") | dict.fromkeys("∕⁄╱", "/") | {"➕": "+", "\0": "\ufffd"})
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "〇": "0", "○": "0", "l": "1", "I": "1", "|": "1"})

_OPEN, _CLOSE = "([【〔", ")]】〕"
_REMARK = "\0"
_EDGE = re.compile(rf"^[\s{_REMARK}]+|[\s{_REMARK}]+$")

_NUMBER = re.compile(r"([+-]?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?")
_DIGITS = re.compile(r"[0-9][0-9,.]*")
_SPACED = re.compile(r"[0-9,.][^\S\n]+[0-9,.]|^[+-]\s")
_BROKEN_AT_COMMA = re.compile(r",\s*\n|\n\s*,")

_CHINESE = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}


NUMBER_IN_TEXT = (
    r"(?<![0-9.,])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?:\.[0-9]{1,12})?"
    rf"|(?<![{''.join(_CHINESE)}{''.join(_POWERS)}万])[{''.join(_CHINESE)}{''.join(_POWERS)}万]{{1,16}}"
)
"""A regular expression for a number in running text, in figures or in Chinese numerals."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """What a text says. `kind` is "number", "blank" or "unreadable"; only a number has a `value`.

    `doubts` are reasons why the number may be wrong or cannot be read, `cautions` such as arithmetic may overrule;
    `alternatives` are other readings with a weight from 0 to 1, as plain decimals.
    """

    kind: str
    value: Decimal | None = None
    doubts: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    cautions: tuple[str, ...] = ()


_BLANK = Numeral("blank")


def parse(text: str, holds: Holds, blank_marks: tuple[str, ...]) -> Numeral:
    """Read a value cell; never raises.

    Args:
        text: The cell's text, lines separated by newlines.
        holds: What the cell may hold: decimals, sign, units.
        blank_marks: Texts that stand for an empty cell, in any width, dash kind or length.
    """
    if not text:
        return _BLANK
    if text.isdecimal() and text.isascii() and (text[0] != "0" or text == "0") and len(text) <= MAX_DIGITS:
        return _whole(text)  # nearly every cell of a clean report
    if len(text) > MAX_LENGTH:
        return Numeral("unreadable", doubts=(f"more than {MAX_LENGTH} characters",))
    plain = _fold(text)
    outside, remarks, balanced = _split_remarks(plain)
    core = _EDGE.sub("", outside)
    nothing = not core and not remarks
    if balanced and (nothing or (_squeezed(core) in _squeezed_marks(blank_marks) and not _digits(remarks))):
        return _BLANK
    core, unit = _split_unit(core, holds)
    joined = "".join(core.split())
    match = _NUMBER.fullmatch(joined)
    if match is None:
        doubt = "something else than a number" if joined else "no number outside brackets"
        return Numeral("unreadable", doubts=(doubt,), alternatives=_guesses(joined))
    value = _decimal(match)
    doubts = list(_form_doubts(match, holds))
    if not balanced:
        doubts.append("a bracket is not closed or not opened")
    if any(_DIGITS.fullmatch(_squeezed(remark)) for remark in remarks):
        doubts.append("a second number in brackets")
    elif outside.lstrip().startswith(_REMARK) and _digits(remarks[:1]):
        doubts.append("a number in brackets before it")
    units = {word for word in (unit, *units_in(remarks, holds)) if word in holds.other_units}
    doubts += [f"printed with {word}, but the column is in {holds.unit}" for word in sorted(units)]
    factors = {holds.other_units[word] for word in units}
    others = tuple(converted(value, factor) for factor in sorted(factors))
    return Numeral("number", value, tuple(doubts), others, tuple(_form_cautions(core)))


def converted(value: Decimal, factor: Decimal) -> tuple[str, float]:
    """What a number printed in another unit comes to in the form's, as an alternative reading with its weight."""
    return _plain(_product(value, factor)), _GUESS


def spoken(number: str, unit: str, holds: Holds) -> Decimal | None:
    """The value of a number in running text, as a cell that holds such values would have it; None if that is unclear.

    Args:
        number: What `NUMBER_IN_TEXT` fits.
        unit: The word after it.
        holds: What the cell may hold; a unit that it names otherwise is converted.
    """
    written = _NUMBER.fullmatch(number)
    chinese = None if written or number[0] in "百千万" else _chinese(number)
    if written is None and chinese is None:
        return None
    value = _decimal(written) if written else Decimal(chinese or 0)
    if unit in holds.counters:
        return value
    factor = holds.other_units.get(unit)
    return None if factor is None else Decimal(_plain(_product(value, factor)))


@lru_cache(maxsize=1024)
def _whole(digits: str) -> Numeral:
    """A plain whole number; cached, since most of a report's are small."""
    return Numeral("number", Decimal(digits))


def _fold(text: str) -> str:
    """Other widths and other dashes made plain, invisible characters left out."""
    folded = []
    for char in text.translate(_INVISIBLE):
        plain = unicodedata.normalize("NFKC", char)
        kind = unicodedata.decomposition(char).partition(" ")[0]
        folded.append(plain if kind in _SAME_CHARACTER or kind[:1] != "<" or plain.isspace() else char)
    return "".join(folded).translate(_FOLDED)


def _squeezed(text: str) -> str:
    """Without white space, repeated characters taken as one: a dash may be of any length."""
    return re.sub(r"([^0-9])\1+", r"\1", "".join(text.split()))


@lru_cache(maxsize=16)
def _squeezed_marks(marks: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_squeezed(_fold(mark)) for mark in marks)


def _split_remarks(text: str) -> tuple[str, list[str], bool]:
    """The text with a mark in place of each outermost bracket, what stood in them, and whether all were balanced."""
    outside: list[str] = []
    remarks: list[str] = []
    depth, balanced = 0, True
    for char in text:
        if char in _OPEN:
            depth += 1
            if depth == 1:
                outside.append(_REMARK)
                remarks.append("")
                continue
        if char in _CLOSE:
            balanced &= depth > 0
            depth = max(depth - 1, 0)
            if depth == 0:
                continue
        if depth:
            remarks[-1] += char
        else:
            outside.append(char)
    return "".join(outside), remarks, balanced and depth == 0


def _digits(remarks: Iterable[str]) -> bool:
    return any(char.isdigit() for remark in remarks for char in remark)


def _unit_words(holds: Holds) -> tuple[str, ...]:
    """Words of units, the longest first, so that a unit is not taken for the end of another."""
    return _longest_first((*holds.counters, *holds.other_units))


@lru_cache(maxsize=64)
def _longest_first(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({_fold(word) for word in words}, key=len, reverse=True))


def _split_unit(core: str, holds: Holds) -> tuple[str, str]:
    """The text before a unit at its end, and the unit."""
    for word in _unit_words(holds):
        match = re.search(r"\s*".join(map(re.escape, word)) + "$", core)
        if match:
            return _EDGE.sub("", core[: match.start()]), word
    return core, ""


def units_in(texts: Iterable[str], holds: Holds) -> list[str]:
    """Units named in texts, as in 251000 (yuan), the longest at each place."""
    words = "|".join(re.escape(word) for word in _unit_words(holds))
    return [word for text in texts for word in re.findall(words, text)] if words else []


def _form_doubts(match: re.Match[str], holds: Holds) -> Iterable[str]:
    """Doubts about how the number itself is printed."""
    sign, whole, fraction = match[1], match[2], match[3] or ""
    if sign and not holds.signed:
        yield "negative, where no sign is expected" if sign == "-" else "a plus, where no sign is expected"
    if len(fraction) > holds.decimals + 1:
        yield f"{len(fraction) - 1} decimals, where {holds.decimals or 'none'} may be"
    if len(whole) > 1 and whole.startswith("0"):
        yield "a leading zero: two cells in one, or something lost"
    if len(whole.replace(",", "")) > MAX_DIGITS:
        yield f"more than {MAX_DIGITS} digits: two cells in one?"


def _form_cautions(core: str) -> Iterable[str]:
    """Cautions about how the number is parted: sums tell whether its parts are one."""
    if _SPACED.search(core):
        yield SPACED
    if _BROKEN_AT_COMMA.search(core):
        elsewhere = "\n" in _BROKEN_AT_COMMA.sub(",", core)
        yield "broken at a comma and elsewhere: two cells in one?" if elsewhere else BROKEN


def _decimal(match: re.Match[str]) -> Decimal:
    value = Decimal(match[0].replace(",", ""))
    return value if value else value.copy_abs()


def _product(value: Decimal, factor: Decimal) -> Decimal:
    return Context(prec=2 * MAX_LENGTH).multiply(value, factor)


def _plain(value: Decimal) -> str:
    """Plain notation without trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _guesses(joined: str) -> tuple[tuple[str, float], ...]:
    """What an unreadable text may have meant: look-alikes, Chinese numerals, or the only number in it."""
    match = _NUMBER.fullmatch(joined.translate(_LOOKALIKES))
    if match:
        return ((_plain(_decimal(match)), _GUESS),)
    chinese = _chinese(joined)
    if chinese is not None:
        return ((str(chinese), _GUESS),)
    numbers = _DIGITS.findall(joined)
    if len(numbers) != 1:
        return ()
    bare = numbers[0].strip(".,").replace(",", "")
    match = _NUMBER.fullmatch(f"0.{bare}" if f".{bare}" in joined else bare)
    return ((_plain(_decimal(match)), _GUESS / 2),) if match else ()


def _chinese(text: str) -> int | None:
    """The value of a Chinese numeral below 100 000 000, in either way of writing: 一二 or 十二; None if it is none."""
    if not text or any(char not in _CHINESE and char not in _POWERS and char != "万" for char in text):
        return None
    if all(char in _CHINESE for char in text):
        return int("".join(str(_CHINESE[char]) for char in text))
    total, section, digit = 0, 0, 0
    for char in text:
        if char in _CHINESE:
            digit = _CHINESE[char]
        elif char in _POWERS:
            section += (digit or 1) * _POWERS[char]
            digit = 0
        else:
            total, section, digit = (total + section + digit) * 10_000, 0, 0
    return total + section + digit
