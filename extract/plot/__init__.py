"""Pictures for people who would rather look: a page with what was found on it, a table's confidence, a panel's figures.

>>> report.plot()
>>> report["disclosure_requests"].plot()
>>> extract.plot.panel("out", "disclosure_requests/received/total")

They are Matplotlib figures (`pip install "gongkai[plot]"`): a notebook shows them, `savefig` writes them.
Nothing of Matplotlib's own state is changed.
"""

from __future__ import annotations

from extract.plot.canvas import figure, font
from extract.plot.heat import heat_map
from extract.plot.pages import page
from extract.plot.panels import panel

__all__ = ["figure", "font", "heat_map", "page", "panel"]
