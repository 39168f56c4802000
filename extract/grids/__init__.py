"""Candidate grids of a region, from several extractors behind one protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from extract.grids.protocol import Extractor
from extract.ocr import Engine


def extractors(engine: Callable[[], Engine]) -> Iterator[Extractor]:
    """All extractors, the cheapest first; each is imported only when the ones before did not do.

    `engine` gives the OCR engine that reads the cells of scanned pages.
    """
    from extract.grids.rulings import RulingsExtractor

    yield RulingsExtractor(engine)
    from extract.grids.plumber import PlumberExtractor

    yield PlumberExtractor()
    from extract.grids.camelot_ import CamelotExtractor

    yield CamelotExtractor()
