"""OCR: engines behind one protocol."""

from extract.ocr.protocol import NUMERIC, Engine

__all__ = ["NUMERIC", "Engine"]
