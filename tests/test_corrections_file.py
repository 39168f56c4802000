"""Corrections as data: what a file may hold."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from edits import edits
from hypothesis import given, settings
from hypothesis import strategies as st
from replays import SHA
from samples_truth import FOLDER

import extract
from extract.corrections import (
    Corrections,
    dumped,
    name_of,
    of_document,
    parsed,
)
from extract.errors import CorrectionsError


def file(body: str) -> str:
    return f"schema: gongkai-corrections/1\ndocument: '{SHA}'\nedits:\n{body}"


ONE = "- {edit: value, table: t, row: r, column: c, value: '1', who: li, when: 2026-11-21T12:00:00Z}"


@settings(max_examples=150, deadline=None)
@given(st.lists(edits, max_size=6))
def test_what_is_written_is_read_again_and_written_the_same(made: list[object]) -> None:
    text = dumped(Corrections(SHA, "r.pdf", tuple(made)))
    found = parsed(text, "x")
    assert Counter(found.edits) == Counter(made)
    assert dumped(found) == text


@settings(max_examples=50, deadline=None)
@given(st.lists(edits, min_size=1, max_size=6), edits)
def test_one_edit_more_adds_lines_and_changes_none(made: list[object], more: object) -> None:
    before = dumped(Corrections(SHA, "", tuple(made))).splitlines()
    after = dumped(Corrections(SHA, "", (*made, more))).splitlines()
    rest = iter(after)
    assert all(line in rest for line in before)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (file(ONE.replace("who: li, ", "")), "who: Field required"),
        (file(ONE.replace("who", "whom: li, who")), "whom: there is no such key"),
        (file(ONE.replace("'1'", "1")), "value: Input should be a valid string"),
        (file(ONE.replace("'1'", "'01'")), "value: String should match"),
        (file(ONE.replace("'1'", "'1,000'")), "value: String should match"),
        (file(ONE.replace("'1'", "NaN")), "value"),
        (file(ONE.replace("value, t", "guess, t")), "edits.1"),
        (file(ONE.replace("T12:00:00Z", "T12:00:00")), "timezone"),
        (file(ONE.replace("who: li", "who: li, who: wang")), "who is given twice"),
        (file(f"- &a {ONE[2:]}\n- *a"), "aliases are not used here"),
        (file("- {edit: region, page: 1, grid: g, was: null, box: null, who: l, when: 2026-11-21T12:00:00Z}"), "was"),
        (
            file(
                "- {edit: region, page: 1, grid: g, was: null, box: [5, 1, 5, 9], who: l, when: 2026-11-21T12:00:00Z}"
            ),
            "box",
        ),
        (file("- {edit: rotation, page: 1, rotation: 45, who: l, when: 2026-11-21T12:00:00Z}"), "rotation"),
        (file(ONE).replace("corrections/1", "corrections/2"), "schema"),
        (file(ONE).replace(SHA, "abc"), "document"),
        (file(ONE) + "\nnote: hello", "note: there is no such key"),
        ("- 1", "valid dictionary"),
        ("{", "not YAML"),
        ("edits: " + "[" * 5000, "x: "),
    ],
)
def test_what_does_not_fit_the_schema_is_refused_with_the_place(text: str, cause: str) -> None:
    with pytest.raises(CorrectionsError, match=r"^x: ") as raised:
        parsed(text, "x")
    assert cause in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_named_after_another_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / name_of("1" * 64)).write_text(file(ONE), encoding="utf-8")
    with pytest.raises(CorrectionsError, match="another document"):
        of_document(tmp_path, "1" * 64)
    assert of_document(tmp_path, SHA) is None


def test_corrections_of_another_document_are_refused() -> None:
    with pytest.raises(CorrectionsError, match="another document"):
        extract.read(FOLDER / "blanks.pdf", corrections=Corrections(SHA, "", ()))
