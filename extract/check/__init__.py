"""From placed readings to canonical cells: values, the form's arithmetic, and what each cell's status is."""

from __future__ import annotations

from extract.check.confidence import believed, flagged_below
from extract.check.plausible import weighed
from extract.check.statuses import Checked, check, corrected, missing_cells
from extract.check.units import captions_in

__all__ = ["Checked", "believed", "captions_in", "check", "corrected", "flagged_below", "missing_cells", "weighed"]
