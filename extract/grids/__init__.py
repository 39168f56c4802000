"""Candidate grids of a region, from several extractors behind one protocol."""

from __future__ import annotations

from collections.abc import Iterator

from extract.grids.protocol import Extractor


def extractors() -> Iterator[Extractor]:
    """All extractors, the cheapest first; each is imported only when the ones before did not do."""
    from extract.grids.rulings import RulingsExtractor

    yield RulingsExtractor()
    from extract.grids.plumber import PlumberExtractor

    yield PlumberExtractor()
    from extract.grids.camelot_ import CamelotExtractor

    yield CamelotExtractor()
