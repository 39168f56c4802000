"""A session: one document in somebody's hands, with what they change, undo, redo and save."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from extract.bench import Bench, Found
from extract.corrections import Corrections, Edit
from extract.corrections.file import edit_of
from extract.errors import CorrectionsError, MisfitError
from extract.layout import Layout
from extract.model import CellId, Report
from extract.ocr.engines import DEFAULT
from extract.pipeline import on_bench
from extract.review import store


class Session:
    """A document, its corrections, and what they make of it. A context manager; not thread-safe.

    After every change the document is read again: of what was read before, all that the change does not touch is
    kept. Nothing is written before `save`.
    """

    def __init__(
        self,
        source: str | Path | Sequence[str | Path],
        folder: Path | None = None,
        *,
        who: str = "",
        password: str | None = None,
        engine: str = DEFAULT,
        models: Path | None = None,
        layouts: Sequence[Layout] | str | Path | None = None,
        min_confidence: float = 0.0,
        blind: bool = False,
    ) -> None:
        """Open a document, with the corrections it has in a folder.

        Args:
            source: The document, as for `extract.read`.
            folder: Where corrections are loaded from and saved to; without one they cannot be saved.
            who: Who makes edits; the name of the user of the machine by default.
            password: As for `extract.read`.
            engine: As for `extract.read`.
            models: As for `extract.read`.
            layouts: As for `extract.read`.
            min_confidence: As for `extract.read`.
            blind: Whether what others say of cells stays hidden, and is kept beside what is said now: two people who
                enter the same cells by themselves, see `extract.review.store.joined`.

        Raises:
            GongkaiError: The document cannot be read, or its correction file does not fit its schema.
        """
        self.who = who or user()
        self.folder = folder
        self.blind = blind
        self._stack = ExitStack()
        try:
            self._bench = self._stack.enter_context(
                on_bench(
                    source,
                    password=password,
                    engine=engine,
                    models=models,
                    layouts=layouts,
                    min_confidence=min_confidence,
                )
            )
            self._saved, self._hidden = self._load()
            self.edits: tuple[Edit, ...] = self._saved
            self._found = self._bench.read(self.edits)
        except BaseException:
            self._stack.close()
            raise
        self._undone: list[tuple[Edit, ...]] = []
        self._done: list[tuple[Edit, ...]] = []
        self.revision = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the document; what was not saved is lost."""
        self._stack.close()

    @property
    def sha256(self) -> str:
        """The hash of the document's content, which names its correction file."""
        return self._bench.document.sha256

    @property
    def found(self) -> Found:
        """What the document came to, with all edits."""
        return self._found

    @property
    def reports(self) -> tuple[Report, ...]:
        """Its reports, with all edits."""
        return self._found.reports

    @property
    def bench(self) -> Any:
        """The bench with the open document."""
        return self._bench

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone change to make again."""
        return bool(self._undone)

    @property
    def dirty(self) -> bool:
        """Whether something is not saved."""
        return self.edits != self._saved

    def apply(self, record: Mapping[str, Any]) -> Edit:
        """Make an edit, given as in a correction file; who and when are filled in where they are not given.

        An edit of what was edited before takes the place of that.

        Raises:
            CorrectionsError: It does not fit the schema.
            MisfitError: It does not fit the document; nothing is changed.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        edit = edit_of({"who": self.who, "when": now, **self._with_first(record)})
        kept = tuple(one for one in self.edits if not (edit.target and one.target == edit.target))
        self._make((*kept, edit), edit)
        return edit

    def take_back(self, edit: Edit) -> None:
        """Take an edit out, whenever it was made.

        Raises:
            MisfitError: It is not there, or edits of lines that follow do not fit without it; nothing is changed.
        """
        if edit not in self.edits:
            raise MisfitError("there is no such edit")
        at = self.edits.index(edit)
        self._make((*self.edits[:at], *self.edits[at + 1 :]), None)

    def undo(self) -> bool:
        """Undo the last change; whether there was one."""
        return self._step(self._done, self._undone)

    def redo(self) -> bool:
        """Make the last undone change again; whether there was one."""
        return self._step(self._undone, self._done)

    def save(self) -> tuple[Edit, ...]:
        """Write the edits to the folder, together with what others saved there meanwhile.

        Raises:
            ConflictError: Somebody else changed the same thing; nothing is written, and nothing of this session lost.
            CorrectionsError: There is no folder, it cannot be written, or its file does not fit its schema.
        """
        if self.folder is None:
            raise CorrectionsError("there is no folder to save corrections to")
        whole = (*self.edits, *self._hidden)
        own = Corrections(self.sha256, Path(self._bench.document.path).name, whole)
        store.save(self.folder, own, (*self._saved, *self._hidden), blind=self.blind)
        self._saved, self._hidden = self._load()
        if set(self._saved) != set(self.edits):  # others' edits came in: what was done before cannot be undone alone
            self._done, self._undone = [], []
            self._found = self._bench.read(self._saved)
        self.edits = self._saved
        self.revision += 1
        return self.edits

    def cell(self, report: int, id_: CellId) -> Any:
        """A cell of report `report`, from 1.

        Raises:
            MisfitError: There is no such cell.
        """
        try:
            return self.reports[report - 1].tables[id_.table][id_.row, id_.column]
        except (KeyError, IndexError) as error:
            raise MisfitError("there is no such cell") from error

    def _load(self) -> tuple[tuple[Edit, ...], tuple[Edit, ...]]:
        """The edits in the folder: those to be seen, and those that stay hidden."""
        found = store.load(self.folder, self.sha256) if self.folder else ()
        return store.parted(found, self.who if self.blind else None)

    def _with_first(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """An edit of a cell with what was read there at first."""
        if record.get("edit") not in {"value", "doubt"} or "first" in record:
            return dict(record)
        id_ = CellId(*(str(record.get(key, "")) for key in ("table", "row", "column")))
        number = record.get("report", 1)
        cell = self.cell(number if isinstance(number, int) else 0, id_)
        return {**record, "first": cell.correction.first if cell.correction else cell.text}

    def _make(self, edits: tuple[Edit, ...], last: Edit | None) -> None:
        found = self._bench.read(edits)
        before = {(one.kind, one.place, one.what) for one in self.reports[0].misfits}
        for one in found.reports[0].misfits:
            own = last is not None and (one.kind, one.place, one.what) == (last.edit, last.place, last.what)
            if own or (one.kind, one.place, one.what) not in before:
                raise MisfitError(one.cause)
        self._done.append(self.edits)
        self._undone.clear()
        self.edits, self._found = edits, found
        self.revision += 1

    def _step(self, back: list[tuple[Edit, ...]], forth: list[tuple[Edit, ...]]) -> bool:
        if not back:
            return False
        forth.append(self.edits)
        self.edits = back.pop()
        self._found = self._bench.read(self.edits)
        self.revision += 1
        return True


def image(session: Session, page: int, dots: float = 150.0) -> bytes:
    """A page as its places in corrections mean it, upright and, if it is an image, flat: PNG, `dots` per inch.

    Raises:
        MisfitError: There is no such page.
    """
    from io import BytesIO

    from PIL import Image

    bench = session.bench
    if not isinstance(bench, Bench) or not 1 <= page <= len(session.found.pages):
        raise MisfitError(f"there is no page {page}")
    own = session.found.pages[page - 1]
    if own.sheet is not None:
        width, height = own.extent
        picture = Image.fromarray(own.sheet.grey).resize((round(width * dots / 72), round(height * dots / 72)))
    else:
        picture = bench.document.image(own, dots / 72)
    kept = BytesIO()
    picture.convert("L" if own.sheet is not None else "RGB").save(kept, "PNG", compress_level=3)
    return kept.getvalue()


def user() -> str:
    """The name of the user of the machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user, as in some containers
        return "unknown"
