"""What one expects of a report's numbers: told as a witness, and a doubt only where nothing else bears a value out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
import samples_truth
from hypothesis import given
from hypothesis import strategies as st
from reports import report

import extract
from extract.check import weighed
from extract.errors import LayoutError
from extract.layout import parse, shipped
from extract.model import PLAUSIBLE, SECOND_VIEW, Cell, CellId, Report, Status

ISSUED = CellId("proactive_disclosure", "normative_documents", "issued")
IN_FORCE = ISSUED._replace(column="in_force")
NAME = f"{PLAUSIBLE}issued_in_force:normative_documents"


def told(issued: str, in_force: str, **changes: object) -> Report:
    """A report whose two cells hold these texts, with the same changes made to both."""
    both = {ISSUED: changes, IN_FORCE: changes}
    return weighed(report(texts={ISSUED: issued, IN_FORCE: in_force}, changes=both), shipped())


def cells(one: Report) -> tuple[Cell, Cell]:
    """The two cells."""
    by_id = {cell.id: cell for cell in one.cells}
    return by_id[ISSUED], by_id[IN_FORCE]


def test_what_is_plausible_is_a_witness_of_both_cells() -> None:
    for cell in cells(told("3", "17")):
        assert cell.agreeing == (NAME,) and not cell.disagreeing and not cell.flagged


def test_what_is_not_plausible_speaks_against_both_and_a_written_value_keeps_its_status() -> None:
    for cell in cells(told("1", "0")):
        assert cell.disagreeing == (NAME,) and not cell.agreeing and not cell.flagged


@pytest.mark.parametrize(("issued", "in_force"), [("0", "0"), ("0", "5"), ("", "5"), ("3", "")])
def test_nought_and_blanks_tell_nothing(issued: str, in_force: str) -> None:
    assert all(not (cell.agreeing or cell.disagreeing) for cell in cells(told(issued, in_force)))


def test_a_recognised_value_that_nothing_else_bears_out_becomes_suspect() -> None:
    for cell in cells(told("71", "7", source="rapidocr", status=Status.READ)):
        assert cell.status is Status.SUSPECT and "issued_in_force" in cell.reasons[-1]
    for cell in cells(told("71", "7", source="rapidocr", status=Status.READ, agreeing=(SECOND_VIEW,))):
        assert not cell.flagged and cell.disagreeing == (NAME,)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.booleans())
def test_no_value_changes_and_no_flag_is_lifted(issued: int, in_force: int, scanned: bool) -> None:
    before = report(texts={ISSUED: str(issued), IN_FORCE: str(in_force)})
    if scanned:
        before = replace(
            before,
            tables={
                name: replace(table, cells=tuple(replace(cell, source="rapidocr") for cell in table.cells))
                for name, table in before.tables.items()
            },
        )
    after = weighed(before, shipped())
    assert [(cell.id, cell.value, cell.confidence) for cell in before.cells] == [
        (cell.id, cell.value, cell.confidence) for cell in after.cells
    ]
    assert all(new.flagged for old, new in zip(before.cells, after.cells, strict=True) if old.flagged)
    assert {cell.id for cell in after.cells if cell.flagged} <= {ISSUED, IN_FORCE} | {
        cell.id for cell in before.cells if cell.flagged
    }


def test_the_old_form_expects_money_where_something_was_bought() -> None:
    found = extract.read(samples_truth.FOLDER / "edition-2019.pdf")
    by_id = {cell.id: cell for cell in found.cells}
    procurement = CellId("proactive_disclosure", "procurement", "items")
    assert by_id[procurement].value and by_id[procurement].value < Decimal(10**9)
    assert by_id[procurement].agreeing == (f"{PLAUSIBLE}items_paid:procurement",)


def test_an_expectation_of_cells_that_no_line_has_is_named() -> None:
    text = (samples_truth.FOLDER.parent / "layouts" / "disclosure-2021.yaml").read_text(encoding="utf-8")
    with pytest.raises(LayoutError, match=r"plausible issued_in_force: no row of proactive_disclosure has both"):
        parse(text.replace("smaller: issued", "smaller: planned"), "own.yaml")
