"""Findings across the reports of a run: what one body's report on a year says against that on the year before.

`collect` takes the few cells that matter out of a run's results into a database on disk, `series` and `findings` find
what contradicts, `table` writes it down. Which cells matter is the layouts' (`across_years`, `published_once`).
"""

from extract.across.collect import collected
from extract.across.finding import Finding
from extract.across.findings import Findings, findings
from extract.across.table import CSV, XLSX, record, write

__all__ = ["CSV", "XLSX", "Finding", "Findings", "collected", "findings", "record", "write"]
