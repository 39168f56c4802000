"""What a run asks of a worker, and what it gets back: plain data that crosses processes, or machines."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from pathlib import Path

from extract.export import folder
from extract.export.documents import Outcome
from extract.inputs import Document
from extract.limits import Limits
from extract.model import Verdict
from extract.ocr.engines import DEFAULT as DEFAULT_ENGINE

FULL = frozenset({errno.ENOSPC, errno.EROFS, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""What the system says when no document can be written any more."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How documents are read, see `extract.pipeline.read_all`; and what is written of each report besides its tables.

    `corrections` is a folder of correction files. `evidence` asks for report.html, `text` for report.txt and
    sections.json, `searchable` for searchable.pdf. Cells of a confidence below `min_confidence` are flagged.
    """

    password: str | None = None
    engine: str = DEFAULT_ENGINE
    models: Path | None = None
    evidence: bool = True
    limits: Limits = field(default_factory=Limits)
    corrections: Path | None = None
    text: bool = False
    searchable: bool = False
    min_confidence: float = 0.0

    def extras_of(self, *, paged: bool) -> tuple[str, ...]:
        """The files that are written of a report besides those of every report; `paged` says that it has pages."""
        wanted = {
            folder.EVIDENCE: self.evidence,
            folder.TEXT: self.text,
            folder.SECTIONS: self.text,
            folder.SEARCHABLE: self.searchable and paged,
        }
        return tuple(name for name, is_wanted in wanted.items() if is_wanted)


@dataclass(frozen=True, slots=True)
class Task:
    """Documents of one content, to be read once; as a rule there is one.

    What becomes of each goes below `staging`, a folder that the worker makes: `0` for the first document, and so on.
    """

    documents: tuple[Document, ...]
    settings: Settings
    staging: Path

    @property
    def name(self) -> str:
        """What to call it: the name of its first document."""
        return self.documents[0].name

    def staged(self, place: int) -> Path:
        """Where the results of its document at that place lie until they are put in place."""
        return self.staging / str(place)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one document: its verdict and an outcome for each report in it.

    `cells` has the rows of each report, packed by `extract.export.rows.packed`; `again` says that the next run should
    try once more, because it was not the document that failed.
    """

    verdict: Verdict
    outcomes: tuple[Outcome, ...]
    cells: tuple[bytes, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What a worker sends back for a task: a result for each document, in order.

    `unwritable` is set instead where the output cannot be written at all: that ends the run.
    """

    results: tuple[Result, ...]
    unwritable: OSError | None = None


def failure(document: Document, verdict: Verdict, cause: str, *, again: bool = False, trace: str = "") -> Result:
    """The result of a document without reports."""
    return Result(verdict, (Outcome(document.name, verdict, error=cause, traceback=trace),), again=again)


def line(error: Exception) -> str:
    """What an error says, on one line."""
    return " ".join(str(error).split())
