"""The documents of a run that are looked at: opened when they are asked for, and a few of them kept open."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from extract.errors import GongkaiError
from extract.export.untrusted import page_text
from extract.review.calls import answer
from extract.review.mosaic import Mosaic
from extract.review.run import Listed, listed, source_of
from extract.review.session import Session, image, user

_OPEN = 4
"""Documents kept open at a time."""


class Documents:
    """The documents of a run and the sessions on them; one thread at a time, since PDFium is not for several."""

    def __init__(self, out: Path, corrections: Path, how: dict[str, Any]) -> None:
        self.out, self.corrections, self.how = out, corrections, how
        self._listed: list[Listed] = listed(out)
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._mosaic: Mosaic | None = None
        self._lock = threading.Lock()

    def call(self, message: dict[str, Any]) -> dict[str, Any]:
        """What a message comes to; those about the list are answered here, the others by the document's session."""
        with self._lock:
            try:
                if message.get("op") == "documents":
                    return {"documents": [one.shown(i) for i, one in enumerate(self._listed)], "error": ""}
                if isinstance(message.get("mosaic"), dict):
                    return self._groups().call(message["mosaic"])
                one = self._one(message.get("document"))
                told = answer(self._session(one), {"report": one.number, **message})
                self._changed(one.sha256)
                return told
            except GongkaiError as error:
                return {"error": page_text(str(error))}

    def page(self, document: int, number: int) -> bytes:
        """A page as PNG.

        Raises:
            GongkaiError: There is no such document or page.
        """
        with self._lock:
            return image(self._session(self._one(document)), number)

    def crop(self, key: int, place: int, of: int) -> bytes:
        """A cell, or a character of it, as PNG.

        Raises:
            GongkaiError: There is no such cell, or its document cannot be drawn.
        """
        with self._lock:
            return self._groups().crop(key, place, of)

    def close(self) -> None:
        """Close all documents."""
        with self._lock:
            if self._mosaic:
                self._mosaic.close()
            for session in self._sessions.values():
                session.close()
            self._sessions.clear()

    def _changed(self, sha256: str) -> None:
        """The reports of a document that is open are listed as they stand by now."""
        reports = {report.number: report for report in self._sessions[sha256].reports}
        for number, one in enumerate(self._listed):
            if one.sha256 == sha256 and one.number in reports:
                self._listed[number] = one.now(reports[one.number])
                if self._mosaic:
                    self._mosaic.refresh(number)

    def _groups(self) -> Mosaic:
        """The run's cells in groups, found out when first asked for."""
        if self._mosaic is None:
            who, password = self.how.get("who") or user(), self.how.get("password")
            self._mosaic = Mosaic(
                self._listed,
                self.out,
                self.corrections,
                who=who,
                opened=self._sessions.get,
                password=password,
                blind=self.how.get("blind", False),
            )
        return self._mosaic

    def _one(self, index: Any) -> Listed:
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(self._listed):
            raise GongkaiError("there is no such document")
        return self._listed[index]

    def _session(self, one: Listed) -> Session:
        if one.sha256 not in self._sessions:
            opened = Session(source_of(one, self.out), self.corrections, **self.how)
            self._sessions[one.sha256] = opened
            clean = [key for key, session in self._sessions.items() if key != one.sha256 and not session.dirty]
            if len(self._sessions) > _OPEN and clean:
                self._sessions.pop(clean[0]).close()
        self._sessions.move_to_end(one.sha256)
        return self._sessions[one.sha256]
