"""A table as a DataFrame under the merged headers of the printed form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from extract.model import Table

JOINT = " / "
"""What stands between the levels of a canonical label."""


def to_frame(table: Table) -> pd.DataFrame:
    """Values of a table, rows and columns in the layout's order.

    The result has object dtype and holds a Decimal, or None where a cell is blank, unreadable or missing, and where the
    form has no cell. Index and columns are MultiIndexes with one level for each level of merged headers, named `row_1`,
    `row_2`, ... and `column_1`, `column_2`, ...; a label that is short of levels ends in empty strings.
    """
    import numpy as np
    import pandas as pd

    rows = list(dict.fromkeys((cell.id.row, cell.row_label) for cell in table.cells))
    columns = list(dict.fromkeys((cell.id.column, cell.column_label) for cell in table.cells))
    row_at = {key: number for number, key in enumerate(rows)}
    column_at = {key: number for number, key in enumerate(columns)}
    values = np.full((len(rows), len(columns)), None, dtype=object)
    for cell in table.cells:
        values[row_at[cell.id.row, cell.row_label], column_at[cell.id.column, cell.column_label]] = cell.value
    return pd.DataFrame(
        values,
        index=_levels([label for _, label in rows], "row"),
        columns=_levels([label for _, label in columns], "column"),
        dtype=object,
    )


def _levels(labels: list[str], name: str) -> pd.MultiIndex:
    import pandas as pd

    paths = [label.split(JOINT) for label in labels]
    depth = max(map(len, paths), default=1)
    return pd.MultiIndex.from_tuples(
        [(*path, *[""] * (depth - len(path))) for path in paths],
        names=[f"{name}_{level + 1}" for level in range(depth)],
    )
