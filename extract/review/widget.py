"""The notebook widget: the same front end as the local page, over the kernel instead of a server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from extract.errors import GongkaiError, UnreadableError
from extract.export.untrusted import page_text
from extract.layout import Layout
from extract.model import Report
from extract.ocr.engines import DEFAULT
from extract.review.calls import answer
from extract.review.modules import SHARED, part
from extract.review.session import Session, image


def _one_module() -> str:
    """The front end as the one module that a notebook takes: its modules joined, which have no top-level name twice."""
    joined = "\n".join(map(part, (*SHARED, "widget.js")))
    return re.sub(r"^import .*;$|^export (?=const |function |class )", "", joined, flags=re.MULTILINE)


class Correction(anywidget.AnyWidget):
    """A document to look at and correct, in JupyterLab, Notebook, VS Code or marimo.

    >>> from extract.review import Correction
    >>> fix = Correction(report, "corrections")
    >>> fix
    >>> fix.report["disclosure_requests"].to_frame()

    Edits are saved to the folder as they are made; without a folder they are in `report` and `session` alone.
    """

    _esm = _one_module()
    _css = part("review.css")
    autosave = traitlets.Bool(False).tag(sync=True)
    language = traitlets.Enum(("zh", "en"), "zh").tag(sync=True)

    def __init__(
        self,
        report: Report | str | Path | Sequence[str | Path],
        corrections: str | Path | None = None,
        *,
        who: str = "",
        language: str = "zh",
        password: str | None = None,
        engine: str = DEFAULT,
        models: Path | None = None,
        layouts: Sequence[Layout] | str | Path | None = None,
        min_confidence: float = 0.0,
    ) -> None:
        """Open a document again that was read, or one by its path.

        Args:
            report: A report that `extract.read` gave, or what that takes.
            corrections: The folder of correction files; the document's own is loaded, and saved to.
            who: Who makes edits; the name of the user of the machine by default.
            language: "zh" or "en".
            password: As for `extract.read`; so are `engine`, `models`, `layouts` and `min_confidence`.
            engine: See above.
            models: See above.
            layouts: See above.
            min_confidence: See above.

        Raises:
            GongkaiError: The document cannot be read, is not the one any more that the report is on, or its correction
                file does not fit its schema.
        """
        source = report.path if isinstance(report, Report) else report
        folder = None if corrections is None else Path(corrections)
        self.session = Session(
            source,
            folder,
            who=who,
            password=password,
            engine=engine,
            models=models,
            layouts=layouts,
            min_confidence=min_confidence,
        )
        self._number = report.number if isinstance(report, Report) else 1
        if isinstance(report, Report) and report.sha256 != self.session.sha256:
            self.session.close()
            raise UnreadableError(f"{report.path} is not the document any more that the report is on")
        super().__init__(autosave=folder is not None, language=language)
        self.on_msg(self._heard)

    @property
    def report(self) -> Report:
        """The report with all edits made so far."""
        return self.session.reports[min(self._number, len(self.session.reports)) - 1]

    def _heard(self, _: Any, content: Any, __: Any) -> None:
        """Answer a message of the front end, with its number; pages come as bytes."""
        if not isinstance(content, dict) or not isinstance(content.get("message"), dict):
            return
        number, message = content.get("id"), content["message"]
        if message.get("op") == "page":
            try:
                data = image(self.session, message.get("page", 0))
            except (GongkaiError, TypeError):
                data = b""
            self.send({"id": number}, [data])
        else:
            try:
                told = answer(self.session, {"report": self._number, **message})
            except Exception as failed:  # who waits in the browser must hear of it, too
                self.send({"id": number, "answer": {"error": page_text(f"{type(failed).__name__}: {failed}")}})
                raise
            self.send({"id": number, "answer": told})
