"""Correction files as several people, windows and programs share them: none loses what another saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from extract.corrections import CellEdit, Corrections, Edit, Redrawing, dumped, name_of, of_document
from extract.errors import ConflictError, CorrectionsError
from extract.export.atomic import replaced_file

_PATIENCE = 10.0
"""Seconds to wait for another who is saving."""


def load(folder: Path, sha256: str) -> tuple[Edit, ...]:
    """The edits of a document's file; none where there is no file.

    Raises:
        CorrectionsError: The file does not fit its schema or its document.
    """
    found = of_document(folder, sha256)
    return found.edits if found else ()


def parted(edits: Sequence[Edit], reader: str | None) -> tuple[tuple[Edit, ...], tuple[Edit, ...]]:
    """Edits that a blind reader may see, and what others say of cells; without a reader all may be seen."""
    hidden = tuple(one for one in edits if reader is not None and isinstance(one, CellEdit) and one.who != reader)
    return tuple(one for one in edits if one not in hidden), hidden


def save(folder: Path, corrections: Corrections, base: Sequence[Edit], *, blind: bool = False) -> tuple[Edit, ...]:
    """Write a document's edits, with what others saved meanwhile; returns what the file holds now.

    The file is replaced whole, and only where its text changes. `base` are the edits that were loaded: what was added
    to them and taken from them is added to and taken from the file as it is now; `blind` is as for `joined`.

    Raises:
        ConflictError: Somebody else changed the same thing to something else; nothing is written.
        CorrectionsError: The file does not fit its schema, or cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f".{name_of(corrections.sha256)}.lock", timeout=_PATIENCE):
            theirs = load(folder, corrections.sha256)
            merged = joined(base, theirs, corrections.edits, blind=blind)
            whole = Corrections(corrections.sha256, corrections.name, merged)
            text = dumped(whole).encode("utf-8")
            path = folder / name_of(corrections.sha256)
            if not (path.exists() and path.read_bytes() == text) and (merged or path.exists()):
                with replaced_file(path) as file:
                    file.write(text)
    except Timeout as error:
        raise CorrectionsError(f"{folder}: another program has been saving for {_PATIENCE:g} seconds") from error
    except OSError as error:
        raise CorrectionsError(f"{folder}: cannot be written: {error.strerror or error}") from error
    return merged


def joined(
    base: Sequence[Edit], theirs: Sequence[Edit], mine: Sequence[Edit], *, blind: bool = False
) -> tuple[Edit, ...]:
    """What both made of the same edits.

    What two people say of one cell is one thing, unless they are `blind`: then both are kept, and where they differ,
    replaying leaves the cell suspect.

    Raises:
        ConflictError: Both changed the same thing to something else; lines of one grid are one thing.
    """
    if set(theirs) == set(base):
        return tuple(mine)
    for topic in _topics(base, theirs, blind) & _topics(base, mine, blind):
        one, other = ([edit.says for edit in edits if _topic(edit, blind) == topic] for edits in (theirs, mine))
        if one != other:
            who = {edit.who: None for edit in theirs if _topic(edit, blind) == topic}
            place = next(edit.place for edit in (*theirs, *mine, *base) if _topic(edit, blind) == topic)
            people = f" by {', '.join(who)}" if who else ""
            raise ConflictError(f"{place}: changed otherwise{people} since this was opened: open it again")
    changed = _topics(base, mine, blind)
    return (
        *(edit for edit in theirs if _topic(edit, blind) not in changed),
        *(edit for edit in mine if _topic(edit, blind) in changed),
    )


def _topics(base: Iterable[Edit], edits: Iterable[Edit], blind: bool) -> set[tuple[str, ...]]:
    """What somebody changed."""
    before: dict[tuple[str, ...], list[Edit]] = {}
    after: dict[tuple[str, ...], list[Edit]] = {}
    for found, those in ((before, base), (after, edits)):
        for edit in those:
            found.setdefault(_topic(edit, blind), []).append(edit)
    return {topic for topic in {*before, *after} if before.get(topic) != after.get(topic)}


def _topic(edit: Edit, blind: bool) -> tuple[str, ...]:
    """What an edit is about; edits of the lines of one grid follow each other, and those of regions of one grid."""
    if isinstance(edit, Redrawing):
        return "lines", *(str(part) for part in edit.order[1])
    if blind and isinstance(edit, CellEdit):
        return *edit.target, edit.who
    return edit.target or (edit.edit, *(str(part) for part in edit.order[1]))
