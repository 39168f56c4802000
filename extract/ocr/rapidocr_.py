"""PP-OCR's recogniser run by onnxruntime directly: the rapidocr wheel's weights, or a model folder of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.errors import EngineError
from extract.model import Recognised
from extract.ocr import models
from extract.ocr.ctc import Charset, decode
from extract.ocr.lines import NOTHING, batches

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class RapidOcr:
    """The default engine; its model is loaded at the first reading."""

    name = "rapidocr"
    squeezes = True

    def __init__(self, folder: Path | None = None) -> None:
        """Find the weights.

        Args:
            folder: a recogniser of one's own (see `models.recogniser`); None for the one the rapidocr wheel carries.

        Raises:
            EngineError: there are none.
        """
        self._own = folder is not None
        self._weights = models.installed("rec") if folder is None else models.recogniser(folder)

    @cached_property
    def provenance(self) -> Mapping[str, str]:
        """Versions of the libraries, and the SHA-256 of the weights."""
        return {**models.versions("onnxruntime", *([] if self._own else ["rapidocr"])), **models.hashes(self._weights)}

    def read(self, lines: Sequence[NDArray[np.uint8]]) -> list[Recognised]:
        """Read lines of text, as the protocol says; many at a time are cheaper than one by one.

        Raises:
            EngineError: the model cannot be loaded or run.
        """
        read = [NOTHING] * len(lines)
        for places, images, widths in batches(lines):
            probabilities = self._run(images)
            frames = probabilities.shape[1] / images.shape[3]
            for place, reading in zip(places, decode(probabilities, self._charset, widths * frames), strict=True):
                read[place] = reading
        return read

    def _run(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        try:
            return self._session.run(None, {self._session.get_inputs()[0].name: images})[0]  # type: ignore[no-any-return]
        except EngineError:
            raise
        except Exception as error:  # onnxruntime has a dozen classes of its own, all straight from Exception
            raise EngineError(f"{self.name}: {self._weights.name} failed: {str(error).splitlines()[0]}") from error

    @cached_property
    def _session(self) -> Any:
        return models.session(self._weights)

    @cached_property
    def _charset(self) -> Charset:
        return Charset(models.dictionary(self._weights, self._session))
