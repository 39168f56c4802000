"""Text dumps of the form's tables as found in the wild, and the same dumps with other figures in them."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

from extract import layout
from extract.model import CellId

FOLDER = Path(__file__).parent / "data" / "dumps"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))

_FIGURE = re.compile(r"(?<![^\s])\d+(?![^\s])")
"""A figure that stands alone, as no label of a dump does."""

Truth = dict[CellId, Decimal | None]
"""What each canonical cell holds; None where the text has lost it."""


@cache
def text(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@cache
def truth(name: str) -> Truth:
    with (FOLDER / f"{name}.truth.csv").open(encoding="utf-8", newline="") as file:
        return {
            CellId(row["table"], row["row"], row["column"]): Decimal(row["value"]) if row["value"] else None
            for row in csv.DictReader(file)
        }


def figures(seed: int) -> Truth:
    """Figures for every cell of the 2021 form that add up, nearly all of them different and none of them 0."""
    chance = random.Random(seed)
    form = layout.shipped()[0]
    found = {slot.id: Decimal(chance.randrange(1, 9000)) for grid in form.grids for slot in grid.slots}
    members = {
        equation: [*equation.left, *equation.right]
        for equation in form.equations
        if equation.identity in {"applicants", "outcomes", "processed"}
    }
    for _ in range(3):  # sums of sums come right after the sums they are made of
        for equation in members:
            found[equation.left[0]] = sum((found[id_] for id_ in equation.right), Decimal(0))
    for equation in form.equations:
        if equation.identity == "balance":
            received, carried_in = equation.left
            processed, carried_forward = equation.right
            found[carried_forward] = Decimal(chance.randrange(1, 50))
            found[carried_in] = Decimal(chance.randrange(1, 50))
            found[received] = found[processed] + found[carried_forward] - found[carried_in]
    for equation in members:
        if equation.identity == "applicants":
            found[equation.left[0]] = sum((found[id_] for id_ in equation.right), Decimal(0))
    return found


def with_blanks(values: Truth, seed: int, share: float = 0.3) -> Truth:
    """The figures with some of them left out, as publishers do who print no noughts; sums no longer hold."""
    chance = random.Random(seed)
    return {id_: None if chance.random() < share else value for id_, value in values.items()}


def filled(name: str, values: Truth) -> tuple[str, Truth]:
    """A dump with other figures in the places of its own, and what each of its cells then holds."""
    there = [id_ for id_, value in truth(name).items() if value is not None]
    assert len(_FIGURE.findall(text(name))) == len(there)
    order = iter(there)
    return (
        _FIGURE.sub(lambda _: _printed(values[next(order)]), text(name)),
        {id_: None if value is None else values[id_] for id_, value in truth(name).items()},
    )


def _printed(value: Decimal | None) -> str:
    return "" if value is None else format(value, "f")


def without_a_line(dump: str) -> Iterator[tuple[str, str]]:
    """The dump without each of its lines in turn, and which that was."""
    lines = dump.split("\n")
    for i, line in enumerate(lines):
        yield "\n".join([*lines[:i], *lines[i + 1 :]]), f"line {i + 1}: {line!r}"


def without_a_cell(dump: str) -> Iterator[tuple[str, str]]:
    """The dump without each of its cells in turn, and which that was: fields between tabs or strokes, else words."""
    lines = dump.split("\n")
    for i, line in enumerate(lines):
        parting = next((mark for mark in ("\t", " | ") if mark in line), " ")
        fields = line.split(parting)
        parted = len(fields) > 1 and not (parting == " " and line.endswith("|"))  # that is one cell and its end
        for j, gone in enumerate(fields if parted else ()):
            changed = parting.join([*fields[:j], *fields[j + 1 :]])
            yield "\n".join([*lines[:i], changed, *lines[i + 1 :]]), f"line {i + 1}, cell {j + 1}: {gone!r}"
