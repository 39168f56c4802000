"""Review: one document corrected by people, in a notebook or in a local page, and saved for every later run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extract.review.session import Session
    from extract.review.widget import Correction

__all__ = ["Correction", "Session"]

_HOME = {"Correction": "extract.review.widget", "Session": "extract.review.session"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
