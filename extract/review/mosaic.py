"""Group verification: the cells of a run that were read alike, side by side, so that the odd one strikes the eye.

What is said of a cell goes into its document's correction file at once, without reading the document again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extract.corrections import CellEdit, Corrections, Edit, ValueSet
from extract.corrections.file import edit_of, record_of
from extract.errors import CorrectionsError, GongkaiError
from extract.export.untrusted import page_text
from extract.export.words import words
from extract.model import Status
from extract.review import looked, store
from extract.review.crops import Crops
from extract.review.run import Listed, source_of
from extract.review.session import Session
from extract.review.tiles import SCOPES, Tile, Tiles

_MOST = 400
"""Tiles of one answer, and cells of one look."""

_DIGIT = "#"
"""What stands in the log between a cell and the place of the digit of it that somebody looked at."""


class Mosaic:
    """A run's cells in groups, what people said of them, and which they looked at. Not thread-safe.

    `opened` gives a document's session where it is open: what is said goes through that then, so that both agree.
    `blind` is as for `Session`.
    """

    def __init__(
        self,
        documents: Sequence[Listed],
        out: Path,
        corrections: Path,
        *,
        who: str,
        opened: Callable[[str], Session | None],
        password: str | None = None,
        blind: bool = False,
    ) -> None:
        self._documents, self._out, self._folder, self._who, self._opened = documents, out, corrections, who, opened
        self._blind = blind
        self._tiles = Tiles(documents, out)
        self._crops = Crops(password)
        self._done: list[tuple[int, Edit, Edit | None]] = []
        for number in range(len(documents)):
            self.refresh(number)
        places = {(one.sha256, one.number): number for number, one in enumerate(documents)}
        for sha256, report, cell, value in looked.seen(corrections, who if blind else None):
            if (sha256, report) in places:
                name, _, place = cell.partition(_DIGIT)
                self._tiles.look(places[sha256, report], name, value, int(place) if place.isdecimal() else 0)

    def close(self) -> None:
        """Close all documents."""
        self._crops.close()
        self._tiles.close()

    def refresh(self, number: int) -> None:
        """Take in what corrections say of a document's cells by now."""
        one = self._documents[number]
        self._tiles.unsay(number)
        with contextlib.suppress(CorrectionsError):  # whoever opens that document is told
            for edit in self._edits(one):
                if isinstance(edit, CellEdit) and edit.report == one.number:
                    self._tiles.say(number, f"{edit.table}/{edit.row}/{edit.column}", _said(edit))

    def call(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """What a message comes to.

        Its `op` is "groups" (`by`, `scope`); "tiles" (those, `group`, `start` or null for the first that nobody looked
        at, `size`); "looked" (`cells`: keys with places); "say" (`cell`: key; `value`: number or null, or `doubt`); or
        "unsay", of the last that was said. `error` is a line for a person where it was not done.

        Raises:
            GongkaiError: It cannot be done.
        """
        by, scope = str(message.get("by", "value")), str(message.get("scope", SCOPES[0]))
        match message.get("op"):
            case "groups":
                return self._groups(by, scope)
            case "tiles":
                return self._page(by, scope, message)
            case "looked":
                self._look(message.get("cells"))
                return self._groups(by, scope)
            case "say":
                return self._say(message)
            case "unsay":
                return self._unsay()
        raise GongkaiError("there is no such thing to do")

    def crop(self, key: int, place: int, of: int) -> bytes:
        """The picture of a cell, PNG; see `Crops.crop`.

        Raises:
            GongkaiError: There is no such cell, or its document cannot be drawn.
        """
        tile = self._tiles.one(key)
        if not 0 <= place <= of <= 100:
            raise GongkaiError("there is no such character")
        return self._crops.crop(tile.sight, lambda: source_of(self._documents[tile.document], self._out), place, of)

    def _groups(self, by: str, scope: str) -> dict[str, Any]:
        all_, seen = self._tiles.counts(scope)
        groups = [
            {"group": page_text(name), "cells": cells, "seen": ours}
            for name, cells, ours in self._tiles.groups(by, scope)
        ]
        return {"groups": groups, "cells": all_, "seen": seen, "error": ""}

    def _page(self, by: str, scope: str, message: Mapping[str, Any]) -> dict[str, Any]:
        group, size, start = str(message.get("group", "")), message.get("size"), message.get("start")
        size = min(max(size, 1), _MOST) if isinstance(size, int) else _MOST
        if start is None:
            start = self._tiles.first_unseen(by, group, scope) // size * size
        if not isinstance(start, int) or not 0 <= start < 2**62:
            raise GongkaiError("there is no such place in the group")
        tiles = self._tiles.page(by, group, scope, start, size)
        return {"tiles": [self._shown(tile) for tile in tiles], "start": start, "error": ""}

    def _shown(self, tile: Tile) -> dict[str, Any]:
        one = self._documents[tile.document]
        told = tile.told
        name = words().statuses[Status(told["status"])].name
        return {
            "key": tile.key,
            "place": tile.place,
            "of": tile.of,
            "document": tile.document,
            "cell": tile.id,
            "value": page_text(tile.value),
            "score": round(tile.score, 3),
            "seen": tile.seen,
            "said": None if tile.said is None else page_text(tile.said),
            "name": page_text(Path(one.path).name),
            "agency": page_text(one.agency),
            "year": one.year,
            "page": tile.sight.page,
            **{name: page_text(str(told[name])) for name in ("text", "status", "row_label", "column_label")},
            "status_name": {"zh": name.zh, "en": name.en},
            "alternatives": [[page_text(str(text)), share] for text, share in told["alternatives"]],
        }

    def _look(self, cells: Any) -> None:
        if not isinstance(cells, list) or len(cells) > _MOST or not all(isinstance(one, list) for one in cells):
            raise GongkaiError("cells: a list of keys and places is expected")
        by_document: dict[int, dict[str, str]] = {}
        for key, place in (one for one in cells if len(one) == 2):
            tile = self._tiles.one(key)
            if not isinstance(place, int) or not 0 <= place <= 100:
                raise GongkaiError("there is no such character")
            name = f"{tile.id}{_DIGIT}{place}" if place else tile.id
            if not tile.seen:
                by_document.setdefault(tile.document, {})[name] = tile.value
                self._tiles.look(tile.document, tile.id, tile.value, place)
        for number, own in by_document.items():
            one = self._documents[number]
            looked.add(self._folder, self._who, one.sha256, one.number, own)

    def _say(self, message: Mapping[str, Any]) -> dict[str, Any]:
        tile = self._tiles.one(message.get("cell"))
        one = self._documents[tile.document]
        table, row, column = tile.id.split("/")
        place = {"report": one.number, "table": table, "row": row, "column": column, "first": tile.told["text"]}
        doubt = message.get("doubt") is True
        what = {"edit": "doubt"} if doubt else {"edit": "value", "value": message.get("value")}
        now = datetime.now(UTC).replace(microsecond=0)
        edit = edit_of({"who": self._who, "when": now, **what, **place})
        before = next((other for other in self._edits(one) if other.target == edit.target), None)
        self._exchange(one, before, edit)
        self._done.append((tile.key, edit, before))
        return self._told(tile.key, edit)

    def _unsay(self) -> dict[str, Any]:
        if not self._done:
            raise GongkaiError("there is nothing to take back")
        key, edit, before = self._done[-1]
        self._exchange(self._documents[self._tiles.one(key).document], edit, before)
        self._done.pop()
        return self._told(key, before)

    def _told(self, key: int, edit: Edit | None) -> dict[str, Any]:
        tile = self._tiles.one(key)
        self._tiles.say(tile.document, tile.id, _said(edit))
        return {"tile": self._shown(self._tiles.one(key)), "left": len(self._done), "error": ""}

    def _edits(self, one: Listed) -> tuple[Edit, ...]:
        session = self._opened(one.sha256)
        if session:
            return session.edits
        return store.parted(store.load(self._folder, one.sha256), self._who if self._blind else None)[0]

    def _exchange(self, one: Listed, old: Edit | None, new: Edit | None) -> None:
        """Put one edit of a document in the place of another, and save."""
        session = self._opened(one.sha256)
        if session is None:
            base = store.load(self._folder, one.sha256)
            if old is not None and old not in base:
                raise GongkaiError("somebody else changed that since")
            edits = (*(edit for edit in base if edit != old), *((new,) if new else ()))
            store.save(self._folder, Corrections(one.sha256, Path(one.path).name, edits), base, blind=self._blind)
            return
        if new is None:
            if old is not None:
                session.take_back(old)
        else:
            session.apply(record_of(new))
        session.save()


def _said(edit: Edit | None) -> str | None:
    if edit is None:
        return None
    return edit.what if isinstance(edit, ValueSet) else "doubt"
