"""The OCR engines by name."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from extract.errors import EngineError
from extract.ocr.protocol import Engine

NAMES = ("rapidocr", "paddleocr", "tesseract")
DEFAULT = NAMES[0]
MODELS = "GONGKAI_MODELS"
"""Environment variable: the model folder that is used where none is given."""


def engine(name: str = DEFAULT, models: Path | None = None) -> Engine:
    """The engine of that name; the same object for the same arguments, so that its model is loaded once.

    Args:
        name: one of NAMES.
        models: a folder of PP-OCR models for `rapidocr` and `paddleocr`, of *.traineddata for `tesseract`; without it,
            `paddleocr` looks at the environment variable MODELS, and the others take what is installed.

    Raises:
        EngineError: the name is unknown, or the engine or its models are not there; the message says what to install.
    """
    if models is None and name == "paddleocr" and (folder := os.environ.get(MODELS)):
        models = Path(folder)
    return _engine(name, models.absolute() if models else None)


@cache
def _engine(name: str, models: Path | None) -> Engine:
    match name:
        case "rapidocr":
            from extract.ocr.rapidocr_ import RapidOcr

            return RapidOcr(models)
        case "paddleocr":
            from extract.ocr.paddleocr_ import PaddleOcr

            return PaddleOcr(models)
        case "tesseract":
            from extract.ocr.tesseract import Tesseract

            return Tesseract(models)
    raise EngineError(f"unknown OCR engine {name!r}: choose one of {', '.join(NAMES)}")
