"""Tables made out from plain text: every cell that the text still holds is right, and what it lost is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import dumps
import pytest
import written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples_truth import published_errors, truth

import extract
from extract.model import PLAIN_TEXT, Cell, CellId, Report, Status

CUT = "seed-000"
"""The dump that has lost cells: rows of 三 end early."""


def read(text: str, folder: Path, encoding: str = "utf-8") -> Report:
    path = folder / "dump.txt"
    path.write_bytes(text.encode(encoding))
    return extract.read(path)


def silently_wrong(report: Report, true: dumps.Truth) -> list[Cell]:
    """Cells that are neither right nor flagged."""
    return [cell for cell in report.cells if not cell.flagged and cell.value != true.get(cell.id)]


@pytest.mark.parametrize("name", dumps.NAMES)
def test_every_cell_that_a_dump_holds_is_right_and_every_lost_one_missing(name: str) -> None:
    report = extract.read(dumps.FOLDER / f"{name}.txt")
    true = dumps.truth(name)
    assert [cell.id for cell in report.cells] == list(true)
    for cell in report.cells:
        assert cell.value == true[cell.id], cell
        assert (cell.status is Status.MISSING) == (true[cell.id] is None), cell


@pytest.mark.parametrize("name", [name for name in dumps.NAMES if name != CUT])
def test_nothing_is_flagged_in_dumps_that_lost_nothing(name: str) -> None:
    assert not [cell for cell in extract.read(dumps.FOLDER / f"{name}.txt").cells if cell.flagged]


def test_rows_that_lost_cells_are_doubted_but_not_those_whose_values_stand_under_their_labels() -> None:
    report = extract.read(dumps.FOLDER / f"{CUT}.txt")
    requests = report["disclosure_requests"]
    by_row: dict[str, set[Status]] = {}
    for cell in requests.cells:
        by_row.setdefault(cell.id.row, set()).add(cell.status)
    assert by_row["received"] == {Status.VERIFIED, Status.READ, Status.MISSING}
    assert by_row["denied.state_secret"] == {Status.SUSPECT, Status.MISSING}
    assert by_row["carried_forward"] == {Status.SUSPECT, Status.MISSING}, "its empty fields may be anything"
    assert by_row["other.other"] <= {Status.VERIFIED, Status.READ}, "seven values are seven columns"
    assert not [cell for cell in report.cells if cell.flagged and cell.id.table != "disclosure_requests"]


@pytest.mark.parametrize("name", dumps.NAMES)
@pytest.mark.parametrize("seed", [1, 2])
def test_other_figures_in_the_same_dumps_are_read_too(name: str, seed: int, tmp_path: Path) -> None:
    text, true = dumps.filled(name, dumps.figures(seed))
    report = read(text, tmp_path)
    assert {cell.id: cell.value for cell in report.cells} == true
    assert name == CUT or report.verdict == "ok"


def test_a_report_on_text_says_so_and_claims_no_place_on_paper() -> None:
    report = extract.read(dumps.FOLDER / "seed-003.txt")
    assert (report.kind, report.pages) == (PLAIN_TEXT, ())
    assert {(cell.page, cell.bbox, cell.source) for cell in report.cells} == {(None, None, PLAIN_TEXT)}
    for table in report.tables.values():
        for cell in table.cells:
            assert cell.at is not None
            grid = table.grids[cell.at.grid]
            printed = next(one for one in grid.cells if (one.row, one.column) == cell.at[1:])
            assert printed.text == cell.text


@cache
def _losses(name: str, figures: int | None) -> tuple[dumps.Truth, list[tuple[str, str]]]:
    text, true = (
        (dumps.text(name), dumps.truth(name)) if figures is None else dumps.filled(name, dumps.figures(figures))
    )
    return true, [*dumps.without_a_line(text), *dumps.without_a_cell(text)]


@given(st.sampled_from(dumps.NAMES), st.sampled_from([1, 2, 3]), st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_line_or_cell_lost_is_never_silent(tmp_path: Path, name: str, figures: int, data: st.DataObject) -> None:
    true, losses = _losses(name, figures)
    text, what = data.draw(st.sampled_from(losses))
    assert not silently_wrong(read(text, tmp_path), true), what


def sparse(columns: set[str]) -> dumps.Truth:
    """Figures as of publishers who fill in few columns and leave the others empty."""
    figures = dumps.figures(3)

    def kept(id_: CellId) -> Decimal | None:
        if id_.table == "proactive_disclosure":
            return None if id_.row == "fees" else figures[id_]
        if id_.table == "disclosure_requests":
            return figures[CellId(id_.table, id_.row, "natural_person")] if id_.column in columns else None
        return figures[CellId(id_.table, id_.row, "upheld")] if id_.column in {"upheld", "total"} else None

    return {id_: kept(id_) for id_ in figures}


@pytest.mark.parametrize("name", dumps.NAMES)
@pytest.mark.parametrize("columns", [{"natural_person", "total"}, {"total"}, {"commercial_enterprise", "total"}])
def test_blanks_move_no_value_to_another_column(name: str, columns: set[str], tmp_path: Path) -> None:
    text, true = dumps.filled(name, sparse(columns))
    report = read(text, tmp_path)
    assert not silently_wrong(report, true)
    if name == "seed-003":  # its blanks are cells, for sure
        assert not [cell for cell in report.cells if cell.status in {Status.MISSING, Status.UNREADABLE}]
        assert {cell.id: cell.value for cell in report.cells} == true


@given(st.sampled_from(["seed-001", "seed-003"]), st.integers(0, 999), st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_loss_among_blanks_is_never_silent(tmp_path: Path, name: str, seed: int, data: st.DataObject) -> None:
    text, true = dumps.filled(name, dumps.with_blanks(sparse({"natural_person", "total"}), seed, 0.1))
    lost, what = data.draw(st.sampled_from([*dumps.without_a_cell(text)]))
    silent = silently_wrong(read(lost, tmp_path), true)
    # A blank that is gone, or that takes the place of another in its row, changes nothing that anybody could see.
    assert not [cell for cell in silent if cell.value is not None], what


STYLES = list(written.STYLES)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", [name for name in written.NAMES if name != "blanks"])
def test_samples_as_text_say_what_they_say_as_pdf(name: str, style: str, tmp_path: Path) -> None:
    report = read(written.dump(name, style, tmp_path), tmp_path)
    true = truth(name)
    assert [cell.id for cell in report.cells] == list(true)
    assert not [cell for cell in report.cells if not true[cell.id].agrees(cell)]
    failing = {r.identity if r.at == "all" else f"{r.identity}:{r.at}" for r in report.identities if r.holds is False}
    assert failing == published_errors(name)
    blamed = {id_ for r in report.identities if r.holds is False for id_ in (*r.left, *r.right)}
    assert {cell.id for cell in report.cells if cell.flagged} == blamed


@pytest.mark.parametrize("style", STYLES)
def test_blanks_survive_where_cells_do_and_are_doubted_where_they_do_not(style: str, tmp_path: Path) -> None:
    report = read(written.dump("blanks", style, tmp_path), tmp_path)
    true = truth("blanks")
    if style not in {"spaces", "words"}:
        assert not [cell for cell in report.cells if not true[cell.id].agrees(cell) or cell.flagged]
    else:
        assert not silently_wrong(report, {id_: cell.value for id_, cell in true.items()})
        assert report.verdict == "needs-review"


def lost_from(text: str, losses: Callable[[str], Iterator[tuple[str, str]]], at: float) -> tuple[str, str]:
    every = list(losses(text)) or list(dumps.without_a_line(text))
    return every[int(at * (len(every) - 1))]


# Where strokes stand between the lines of cells, a cell without its line is a blank one.
@given(
    st.sampled_from([style for style in STYLES if style != "strokes between"]),
    st.sampled_from([dumps.without_a_line, dumps.without_a_cell]),
    st.floats(0, 1),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_line_or_cell_lost_from_a_sample_is_never_silent(
    tmp_path: Path, style: str, losses: Callable[[str], Iterator[tuple[str, str]]], at: float
) -> None:
    text, what = lost_from(written.dump("city", style, tmp_path), losses, at)
    assert not silently_wrong(read(text, tmp_path), {id_: cell.value for id_, cell in truth("city").items()}), what


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5"])
def test_any_encoding_will_do(encoding: str, tmp_path: Path) -> None:
    text = dumps.text("seed-004")
    if encoding == "big5":  # the form in traditional characters, as mirror sites have it
        from opencc import OpenCC

        text = OpenCC("s2t").convert(text).replace("\u201c", "「").replace("\u201d", "」")
        text = "".join(char for char in text if char.encode("big5", "ignore"))
    report = read(text.replace("\n", "\r\n"), tmp_path, encoding)
    assert {cell.id: cell.value for cell in report.cells} == dumps.truth("seed-004")


@pytest.mark.parametrize("style", ["ends", "strokes between"])
def test_a_number_broken_over_any_number_of_lines_is_one(style: str, tmp_path: Path) -> None:
    text = written.dump("city", style, tmp_path)
    broken = re.sub(r"^\d{2,}(?= ?\|?$)", lambda number: "\n".join(number[0]), text, flags=re.MULTILINE)
    assert re.search(r"^(\d\n){4,}", broken, re.MULTILINE), "some are broken over five lines"
    report = read(broken, tmp_path)
    assert not [cell for cell in report.cells if not truth("city")[cell.id].agrees(cell)]


@pytest.mark.parametrize("left", ["| ", ""])
def test_a_table_drawn_with_strokes_is_one_parted_by_tabs(left: str, tmp_path: Path) -> None:
    lines = [
        f"{left}{' | '.join(line.split(chr(9)))} |" if "\t" in line else line
        for line in dumps.text("seed-001").split("\n")
    ]
    first = next(i for i, line in enumerate(lines) if line.endswith("|"))
    lines.insert(first + 1, "|---|---|---|---|")
    report = read("\n".join(lines), tmp_path)
    assert {cell.id: cell.value for cell in report.cells} == dumps.truth("seed-001")


def test_columns_in_another_order_are_doubted(tmp_path: Path) -> None:
    text, true = dumps.filled("seed-003", dumps.figures(1))
    swapped = text.replace("\t科研机构\n\t社会公益组织\n", "\t社会公益组织\n\t科研机构\n")
    assert swapped != text
    assert not silently_wrong(
        read(swapped, tmp_path),
        {id_: None for id_ in true if id_.table == "disclosure_requests"}
        | {id_: value for id_, value in true.items() if id_.table != "disclosure_requests"},
    )


def test_a_column_of_the_publishers_own_takes_no_place_of_the_forms(tmp_path: Path) -> None:
    lines = written.dump("city", "tabs", tmp_path).split("\n")
    header = next(i for i, line in enumerate(lines) if "自然人" in line)
    wider = [
        f"{line}\t{'备注' if i == header else i}" if len(line.split("\t")) == 10 else line
        for i, line in enumerate(lines)
    ]
    values = {id_: cell.value for id_, cell in truth("city").items()}
    assert not silently_wrong(read("\n".join(wider), tmp_path), values)
    row = next(i for i, line in enumerate(wider) if line.startswith("一、本年新收"))
    fields = wider[row].split("\t")
    wider[row] = "\t".join([*fields[:3], "", *fields[4:]])
    values[CellId("disclosure_requests", "received", "natural_person")] = None
    assert not silently_wrong(read("\n".join(wider), tmp_path), values)


@pytest.mark.parametrize("text", ["", "\n\n", "notes\n- 1\n- 2\n", "第二十条", "\t\t\t\n0\t0\t0\n" * 20])
def test_text_without_a_table_has_none(text: str, tmp_path: Path) -> None:
    if not text:
        with pytest.raises(extract.GongkaiError, match="empty"):
            read(text, tmp_path)
    else:
        assert read(text, tmp_path).verdict == "no-tables"


@given(st.text(alphabet="一二三0159 \t\n（）.总计其他规章行政复议|-", max_size=400))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_reader(tmp_path: Path, text: str) -> None:
    if text.strip():
        assert len(read(f"二、主动公开政府信息情况\n{text}", tmp_path).cells) >= 186
