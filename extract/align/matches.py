"""Printed lines taken for a canonical row, and what is theirs: values, and a label of their own."""

from __future__ import annotations

from dataclasses import dataclass

from extract.align.lines import Line, number_beyond
from extract.align.stubs import Fit
from extract.labels import plain
from extract.layout import RowKey
from extract.swift import swift


@swift
@dataclass(frozen=True, slots=True)
class RowMatch:
    """Printed lines that make up one canonical row, and the extent in x of its label.

    `doubts` say why it may be another row; where there are `cautions` sums may tell, since they fix what it must hold.
    """

    key: int
    lines: tuple[int, ...]
    score: float
    stub_start: float
    stub_end: float
    doubts: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


def values_of(line: Line, stub_end: float) -> list[str]:
    """The texts of a line beyond the labels of its row."""
    return [
        text
        for text, cell in zip(line.texts, line.cells, strict=True)
        if cell.bbox.x0 >= stub_end - 2 or number_beyond(cell, stub_end)
    ]


def own_label(line: Line, beside: Line, stub: Fit | RowMatch) -> str:
    """Text of a line below or above the label of the line beside it, cells that both share left out."""
    return "".join(
        text
        for text, cell in zip(line.texts, line.cells, strict=True)
        if cell.bbox.x1 > stub.stub_start + 2 and cell.bbox.x1 <= stub.stub_end + 2 and cell not in beside.cells
    )


def is_piece(label: str, key: RowKey) -> bool:
    """Whether a text is a part of a row's own label, as no text at all is."""
    return any(plain(label) in plain(spelling) for spelling in key.path[-1].spellings)
