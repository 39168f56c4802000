"""The colours of the statuses, the same wherever something is drawn."""

from __future__ import annotations

from extract.model import Status

COLOURS = {
    Status.VERIFIED: (0, 158, 115),
    Status.READ: (86, 180, 233),
    Status.REPAIRED: (240, 228, 66),
    Status.BLANK: (140, 140, 140),
    Status.SUSPECT: (213, 94, 0),
    Status.UNREADABLE: (204, 121, 167),
    Status.MISSING: (0, 0, 0),
    Status.CORRECTED: (0, 114, 178),
}
"""Red, green and blue of 255: Okabe and Ito's palette, which people with any colour vision can tell apart."""
