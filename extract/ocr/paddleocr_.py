"""PaddleOCR's own text recogniser, run by its onnxruntime engine on local model folders: nothing is downloaded."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from extract.errors import EngineError
from extract.model import Recognised
from extract.ocr import models
from extract.ocr.ctc import Charset, decode
from extract.ocr.lines import NOTHING, bgr, width

if TYPE_CHECKING:
    from numpy.typing import NDArray

NARROWEST = 320
"""PaddleOCR pads lines to this many pixels across, or to the widest of their batch."""
BATCH = 8 * NARROWEST
"""Pixels across of one batch."""

_PREPARE = "make model folders with gongkai models --output DIR and name them with --models DIR or GONGKAI_MODELS"


class PaddleOcr:
    """PaddleOCR behind the protocol; its model is loaded at the first reading."""

    name = "paddleocr"
    squeezes = True

    def __init__(self, folder: Path | None = None) -> None:
        """Find PaddleOCR and the model.

        Args:
            folder: a model folder of PaddleOCR's, or one that holds such folders (see `models.recogniser`).

        Raises:
            EngineError: PaddleOCR is not installed, or no model folder is named, or it is not one.
        """
        if find_spec("paddleocr") is None:
            raise EngineError(
                'PaddleOCR is not installed: pip install "gongkai[paddleocr]" --constraint constraints-paddleocr.txt, '
                "in an environment of its own"
            )
        if folder is None:
            raise EngineError(f"PaddleOCR has no models of its own: {_PREPARE}")
        self._weights = models.recogniser(folder)
        self._settings = self._weights.with_name(models.SETTINGS)
        if self._weights.name != models.WEIGHTS or not self._settings.is_file():
            raise EngineError(f"{self._weights}: PaddleOCR needs {models.WEIGHTS} and {models.SETTINGS}: {_PREPARE}")

    @cached_property
    def provenance(self) -> Mapping[str, str]:
        """Versions of the libraries, and the SHA-256 of the model's two files."""
        return {
            **models.versions("paddleocr", "paddlex", "onnxruntime"),
            **models.hashes(self._weights, self._settings),
        }

    def read(self, lines: Sequence[NDArray[np.uint8]]) -> list[Recognised]:
        """Read lines of text, as the protocol says; PaddleOCR scales, pads and recognises, its probabilities are kept.

        Raises:
            EngineError: PaddleOCR fails to load the model, or to read.
        """
        read = [NOTHING] * len(lines)
        widths = [width(line) for line in lines]
        for batch in _batches(widths):
            try:
                results = list(self._recogniser.predict([bgr(lines[place]) for place in batch], batch_size=len(batch)))
            except Exception as error:  # what PaddleOCR lets through is anything
                raise EngineError(f"{self.name}: {self._weights.parent.name} failed: {error}") from error
            probabilities = np.stack([result["rec_text"] for result in results])
            own = np.array([widths[place] for place in batch], float)
            frames = own * probabilities.shape[1] / max(NARROWEST, own.max())
            for place, reading in zip(batch, decode(probabilities, self._charset, frames), strict=True):
                read[place] = reading
        return read

    @cached_property
    def _recogniser(self) -> Any:
        from paddleocr import TextRecognition

        # It tells of every model it creates.
        logging.getLogger("paddlex").setLevel(logging.WARNING)
        recogniser = TextRecognition(
            model_name=models.model_name(self._settings),
            model_dir=str(self._weights.parent),
            engine="onnxruntime",
            engine_config={"intra_op_num_threads": 1, "inter_op_num_threads": 1},
            device="cpu",
        )
        predictor = recogniser.paddlex_predictor
        self._characters = tuple(predictor.post_op.character[1:])
        predictor.post_op = _Probabilities()
        return recogniser

    @cached_property
    def _charset(self) -> Charset:
        return Charset(self._characters)


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """The places of the widths above 0, narrow ones first, in batches of at most BATCH pixels with their padding."""
    batch: list[int] = []
    for place in sorted((place for place, own in enumerate(widths) if own), key=widths.__getitem__):
        if batch and (len(batch) + 1) * max(NARROWEST, widths[place]) > BATCH:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


class _Probabilities:
    """Stands where PaddleOCR makes texts of the model's probabilities, and hands these on as they are."""

    def __call__(
        self, predictions: Sequence[NDArray[np.float32]], **_: Any
    ) -> tuple[list[NDArray[np.float32]], list[float]]:
        lines = list(np.asarray(predictions[0]))
        return lines, [0.0] * len(lines)
