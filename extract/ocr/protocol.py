"""What an OCR engine is: images of single lines in, text with the recogniser's own probabilities out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from extract.model import Recognised

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NUMERIC = "0123456789.,-/%+"
"""Characters of a number, and of the marks printed where there is none."""


LOOKALIKES = {"0": "OoＯｏ。〇○", "1": "lI|丨｜"}
"""Characters that a recogniser takes a lone digit for: without a line of text around it, nothing tells them apart."""


class Engine(Protocol):
    """A text recogniser."""

    @property
    def name(self) -> str:
        """What `Reading.source` says of its readings."""

    @property
    def provenance(self) -> Mapping[str, str]:
        """Versions of the libraries behind it, and the SHA-256 of each model file by its name."""

    @property
    def squeezes(self) -> bool:
        """Whether lines that are squeezed to a part of their width cost it less, and are read as well."""

    def read(self, lines: Sequence[NDArray[np.uint8]]) -> list[Recognised]:
        """Read lines of text, each an (h, w) grey or (h, w, 3) RGB image, dark on light, upright, of any size.

        Raises:
            EngineError: the engine failed.
        """
