"""Every sample, end to end: all cells equal to the truth, nothing right is flagged, no identity misjudged."""

from __future__ import annotations

import gc

import pytest
from samples_truth import FOLDER, NAMES, published_errors, report, truth

import extract
from extract.model import Grid, IdentityResult, Page, Status


def named(result: IdentityResult) -> str:
    return result.identity if result.at == "all" else f"{result.identity}:{result.at}"


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_equals_the_truth(name: str) -> None:
    cells = {cell.id: cell for cell in report(name).cells}
    wanted = truth(name)
    assert list(cells) == list(wanted), "one cell for every canonical cell, in order"
    wrong = {id_: (cells[id_], true) for id_, true in wanted.items() if not true.agrees(cells[id_])}
    assert not wrong
    assert {id_: cell.edition for id_, cell in cells.items()} == {id_: true.edition for id_, true in wanted.items()}
    texts = {id_: "".join(cell.text.split()) for id_, cell in cells.items() if cell.status is not Status.MISSING}
    assert texts == {id_: "".join(wanted[id_].text.split()) for id_ in texts}


@pytest.mark.parametrize("name", NAMES)
def test_only_published_errors_and_missing_cells_are_flagged(name: str) -> None:
    published = {id_ for r in report(name).identities if r.verdict == "published" for id_ in (*r.left, *r.right)}
    for cell in report(name).cells:
        blank = truth(name)[cell.id].status == "blank"
        assert (cell.status is Status.BLANK) == blank
        wanted = (cell.id in published and not blank) or truth(name)[cell.id].status == "missing"
        assert cell.flagged == wanted, cell


@pytest.mark.parametrize("name", NAMES)
def test_no_identity_is_misjudged(name: str) -> None:
    verdicts = {named(result): result.verdict for result in report(name).identities}
    assert {id_ for id_, verdict in verdicts.items() if verdict != "holds"} == published_errors(name)
    assert all(verdicts[id_] == "published" for id_ in published_errors(name))


def test_the_cheapest_extractor_settles_what_rulings_settle() -> None:
    attempts = report("city").attempts
    assert [(attempt.grid, attempt.extractor, attempt.won) for attempt in attempts] == [
        ("proactive", "rulings", True),
        ("requests", "rulings", True),
        ("review", "rulings", True),
    ]
    assert all("no other extractor was asked" in attempt.reason for attempt in attempts)


def test_wrong_totals_are_confirmed_by_a_second_extractor_before_the_publisher_is_blamed() -> None:
    tried = [attempt for attempt in report("wrong-totals").attempts if attempt.grid == "requests"]
    assert {attempt.extractor for attempt in tried} == {"rulings", "pdfplumber"}
    assert "another extractor reads the same" in next(attempt.reason for attempt in tried if attempt.won)


def test_a_document_that_was_read_does_not_wait_for_the_collector() -> None:
    def alive() -> int:
        return sum(isinstance(one, Page | Grid) for one in gc.get_objects())

    before = alive()
    gc.disable()
    try:
        extract.read(FOLDER / "seed-003.pdf")
        assert alive() == before, "its pages hold pixels and characters, and each report would leave its own behind"
    finally:
        gc.enable()
