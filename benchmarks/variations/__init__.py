"""Variations: what real publishers do to the form, each as a change to a draft.

Kinds follow what has been seen in published reports; texts are our own. A new variation goes to the end of its module,
under the decorator `variation`. Which reports a seed draws depends on the catalogue and its order: those of `OF_FORMS`
are drawn first, and those of `OF_FILES` by a chance of their own, so that they leave the others as they are.
"""

from __future__ import annotations

from importlib import import_module

from benchmarks.variations.catalogue import VARIATIONS, WEIGHTS

__all__ = ["OF_FILES", "OF_FORMS", "VARIATIONS", "WEIGHTS"]

for _module in ("looks", "figures", "labels", "structure", "surroundings"):
    import_module(f"benchmarks.variations.{_module}")
OF_FORMS = tuple(VARIATIONS)
"""What publishers do to the form and its print."""

import_module("benchmarks.variations.files")
OF_FILES = tuple(VARIATIONS)[len(OF_FORMS) :]
"""What programs do to the file that holds it."""
