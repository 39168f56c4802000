"""Candidate grids of a region, from several extractors behind one protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from extract.grids.protocol import Extractor
from extract.ocr import Engine


class Extractors:
    """All extractors for one document, the cheapest first; each is imported only when the ones before did not do.

    They stay the same for all grids of the document: one that has parsed a page need not do so again. `engine` gives
    the OCR engine that reads the cells of scanned pages; `unproved` are the printed grids that no sum covers, `marks`
    texts that stand for an empty cell.
    """

    def __init__(
        self,
        engine: Callable[[], Engine],
        unproved: frozenset[str] = frozenset(),
        marks: frozenset[str] = frozenset(),
    ) -> None:
        self._engine = engine
        self._unproved = unproved
        self._marks = marks

    def __iter__(self) -> Iterator[Extractor]:
        yield self._rulings
        yield self._plumber
        yield self._camelot

    @cached_property
    def _rulings(self) -> Extractor:
        from extract.grids.rulings import RulingsExtractor

        return RulingsExtractor(self._engine, self._unproved, self._marks)

    @cached_property
    def text(self) -> Extractor:
        """What reads scanned pages by their text alone, where too few of their lines were found to tell cells."""
        from extract.grids.rulings import RulingsExtractor

        return RulingsExtractor(self._engine, self._unproved, self._marks, "text", ruled=False)

    @cached_property
    def _plumber(self) -> Extractor:
        from extract.grids.plumber import PlumberExtractor

        return PlumberExtractor()

    @cached_property
    def _camelot(self) -> Extractor:
        from extract.grids.camelot_ import CamelotExtractor

        return CamelotExtractor()
