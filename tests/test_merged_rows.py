"""Rows whose values are merged into one cell across columns, as bodies print them that had no requests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import written

import extract
from extract.model import Cell, Status

_VALUES = re.compile(r'((?:<td class="value">[^<]*</td>){7})</tr>')


def requests(path: Path, *cells: str) -> list[Cell]:
    """What is read of a report whose requests have these cells in place of the seven of each row."""
    html = written.html("city").decode()
    path.write_text(_VALUES.sub("".join(cells) + "</tr>", html), encoding="utf-8")
    return list(extract.read(path)["disclosure_requests"].cells)


def test_a_nought_across_all_columns_is_one_in_each(tmp_path: Path) -> None:
    cells = requests(tmp_path / "r.html", "<td colspan=7>0</td>")
    assert len(cells) == 175
    assert {(cell.value, cell.status) for cell in cells} == {(0, Status.VERIFIED)}


@pytest.mark.parametrize("mark", ["无", "/", "—", ""])
def test_a_mark_across_all_columns_leaves_each_blank(mark: str, tmp_path: Path) -> None:
    cells = requests(tmp_path / "r.html", f"<td colspan=7>{mark}</td>")
    assert {(cell.text, cell.status) for cell in cells} == {(mark, Status.BLANK)}
    assert len(cells) == 175


@pytest.mark.parametrize(
    "printed",
    [("<td colspan=7>5</td>",), ("<td colspan=6>3</td>", "<td>3</td>"), ("<td>0</td>", "<td colspan=6>7</td>")],
)
def test_a_number_across_columns_is_in_doubt_in_each(printed: tuple[str, ...], tmp_path: Path) -> None:
    cells = requests(tmp_path / "r.html", *printed)
    assert len(cells) == 175
    assert {cell.status for cell in cells if cell.value} == {Status.SUSPECT}
