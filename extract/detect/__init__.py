"""Where each printed grid of the form is: over page breaks, with a score and its evidence."""

from __future__ import annotations

from extract.detect.blocks import text_in
from extract.detect.pageless import find_in_parts
from extract.detect.placed import placed
from extract.detect.regions import find
from extract.detect.textlines import Lines
from extract.detect.vocabulary import Vocabulary, vocabulary

__all__ = ["Lines", "Vocabulary", "find", "find_in_parts", "placed", "text_in", "vocabulary"]
