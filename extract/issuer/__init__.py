"""Who issued a report, and for which year: titles, sentences, page headers and file names, and what contradicts."""

from __future__ import annotations

from extract.issuer.decide import contradict, decided, same_body
from extract.issuer.lines import Line, Place, lines_of, place
from extract.issuer.sightings import Sighting, openings, sightings
from extract.issuer.testimony import Testimony, issuer_of, renamed

__all__ = [
    "Line",
    "Place",
    "Sighting",
    "Testimony",
    "contradict",
    "decided",
    "issuer_of",
    "lines_of",
    "openings",
    "place",
    "renamed",
    "same_body",
    "sightings",
]
