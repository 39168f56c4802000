"""Variations: what real publishers do to the form, each as a change to a draft.

Kinds follow what has been seen in published reports; texts are our own. A new variation goes to the end of its module,
under the decorator `variation`; which reports a seed draws depends on the whole catalogue and its order.
"""

from __future__ import annotations

from importlib import import_module

from benchmarks.variations.catalogue import VARIATIONS, WEIGHTS

__all__ = ["VARIATIONS", "WEIGHTS"]

for _module in ("looks", "figures", "labels", "structure", "surroundings"):
    import_module(f"benchmarks.variations.{_module}")
