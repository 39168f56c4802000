"""report.html: what a person needs to judge the numbers of one report, in one file that opens anywhere.

`page` puts it together from `printed` (the tables as printed), `sums` (failing identities), `flags` (cells to look at)
and `pictures` (pages and crops of them). Nothing in it runs: the languages are switched by style alone.
"""

from extract.export.evidence.page import write

__all__ = ["write"]
