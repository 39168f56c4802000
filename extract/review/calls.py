"""What a front end may ask of a session, be it in a notebook or in a local page: messages in, state out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extract.errors import CorrectionsError, GongkaiError, MisfitError
from extract.export.untrusted import page_text
from extract.export.words import words
from extract.review.session import Session
from extract.review.state import state


def answer(session: Session, message: Mapping[str, Any]) -> dict[str, Any]:
    """Do what a message asks for, and say how things stand then.

    A message has `op`: "state", "edit" (with `edit`, as in a correction file), "take-out" (the edit in place `at` of
    the state's `edits`, as of its `revision`), "undo", "redo" or "save"; `report`, from 1; and `save`, whether to save
    afterwards. The answer has `state` and `error`, a line for a person where it was not done; nothing is changed then.
    One that was done and could not be saved says so in `error`, too. `error_zh` says it in Chinese, as far as it can.
    """
    number = message.get("report", 1)
    if not isinstance(number, int) or not 1 <= number <= len(session.reports):
        number = 1
    error = ""
    try:
        _do(session, message)
        if message.get("save") is True and session.dirty:
            session.save()
    except GongkaiError as failed:
        error = str(failed)
    told = {lang: page_text(text) for lang, text in (("en", error), ("zh", words().in_chinese(error)))}
    return {"state": state(session, min(number, len(session.reports))), "error": told["en"], "error_zh": told["zh"]}


def _do(session: Session, message: Mapping[str, Any]) -> None:
    match message.get("op"):
        case "state":
            return
        case "edit":
            edit = message.get("edit")
            if not isinstance(edit, Mapping):
                raise CorrectionsError("edit: Input should be a valid dictionary")
            session.apply({key: value for key, value in edit.items() if key not in {"who", "when"}})
        case "take-out":
            at = message.get("at")
            if (
                message.get("revision") != session.revision
                or not isinstance(at, int)
                or not 0 <= at < len(session.edits)
            ):
                raise MisfitError("the corrections are not those any more that were shown")
            session.take_back(session.edits[at])
        case "undo":
            session.undo()
        case "redo":
            session.redo()
        case "save":
            session.save()
        case other:
            raise CorrectionsError(f"there is no such thing to do as {str(other)[:40]!r}")
