"""Whole pages read by PP-OCR: the rapidocr wheel's detector and recogniser, with the weights it carries."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

from extract.errors import EngineError
from extract.model import BBox, Word
from extract.ocr import models

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def recognised(page: NDArray[np.uint8]) -> list[tuple[Word, float]]:
    """Every piece of text on a page, with its box in pixels and its score, 0..1.

    Args:
        page: (h, w, 3) RGB, upright.

    Raises:
        EngineError: PP-OCR or its weights are missing, or failed.
    """
    import numpy as np

    engine = _engine()
    try:
        found = engine(np.ascontiguousarray(page[..., ::-1]))
    except Exception as error:  # whatever OpenCV or onnxruntime makes of the page
        raise EngineError(f"PP-OCR failed on a whole page: {type(error).__name__}: {error}") from error
    if found.boxes is None or found.txts is None:
        return []
    words: list[tuple[Word, float]] = []
    for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        (x0, top), (x1, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        if text.strip():
            words.append((Word(text.strip(), BBox(x0, top, x1, bottom)), float(score)))
    return words


@cache
def _engine() -> Any:
    """PP-OCR on one thread. Its weights are named, so that it never looks for others elsewhere."""
    weights = {part: models.installed(part) for part in ("det", "cls", "rec")}
    try:
        from rapidocr import RapidOCR
    except ImportError as error:
        raise EngineError(f"PP-OCR cannot be loaded ({error}): pip install rapidocr") from error
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    threads = {f"EngineConfig.onnxruntime.{name}_op_num_threads": 1 for name in ("intra", "inter")}
    paths = {f"{part.capitalize()}.model_path": str(path) for part, path in weights.items()}
    engine = RapidOCR(params={**threads, **paths, "Global.log_level": "error"})
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return engine
