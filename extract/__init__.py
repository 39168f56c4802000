"""Recover the four statistical tables of Chinese government-information-disclosure annual reports.

>>> import extract
>>> report = extract.read("report.pdf")
>>> report["disclosure_requests"].to_frame()

Heavy libraries are imported when first needed: importing this package loads none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extract.errors import GongkaiError
    from extract.model import Report, Status, Verdict
    from extract.pipeline import read, read_all

__version__ = "0.1.0"

__all__ = ["GongkaiError", "Report", "Status", "Verdict", "read", "read_all"]

_HOME = {
    "GongkaiError": "extract.errors",
    "Report": "extract.model",
    "Status": "extract.model",
    "Verdict": "extract.model",
    "read": "extract.pipeline",
    "read_all": "extract.pipeline",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
