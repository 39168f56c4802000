"""OCR: engines behind one protocol."""

from extract.ocr.protocol import LOOKALIKES, NUMERIC, Engine

__all__ = ["LOOKALIKES", "NUMERIC", "Engine"]
