"""Putting the page together: words, style and pictures in, one file out."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract import layout, palette
from extract.export.atomic import replaced_file
from extract.export.evidence import anchors, flags, pictures, printed, sums
from extract.export.rows import plain
from extract.export.untrusted import page_text
from extract.export.words import Phrase, title_of, words
from extract.model import Cell, Quote, Report, Status
from extract.source import Document

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def write(report: Report, path: Path, document: Document | None = None) -> None:
    """Write the page of one report. The same report and document give the same bytes.

    Args:
        report: The report.
        path: The file; it appears whole or not at all.
        document: The open document that the report is on, for its pictures; None for one without pages.

    Raises:
        OSError: the file cannot be written.
    """
    text = render(report, document)
    with replaced_file(path) as file:
        file.write(text.encode("utf-8"))


def render(report: Report, document: Document | None = None) -> str:
    """The page as text."""
    failing = list(sums.failing(report))
    cells = flags.shown(report)
    style = _style()
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            report=report,
            name=Path(report.path).name,
            style=style,
            digest=base64.b64encode(hashlib.sha256(str(style).encode("utf-8")).digest()).decode("ascii"),
            titles={table.name: title_of(table, layout.shipped()) for table in report.tables.values()},
            counts={name: Counter(cell.status for cell in table.cells) for name, table in report.tables.items()},
            failing=failing,
            held=sum(result.holds is True for result in report.identities),
            open=sum(result.holds is None for result in report.identities),
            flagged=sum(cell.flagged for cell in report.cells),
            changed=sum(not cell.flagged for cell in cells),
            explained={cell.id for cell in cells},
            reviews=list(flags.reviews(report, failing)),
            quotes=_quotes(report),
            sheets=list(printed.sheets(report)),
            pictures=pictures.taken(report, document, cells),
        )
    )


def _quotes(report: Report) -> list[tuple[Quote, list[Cell]]]:
    """What the narrative says, with the cells it is about; what contradicts comes first."""
    cells = {cell.id: cell for cell in report.cells}
    told = [(quote, [cells[id_] for id_ in quote.cells]) for quote in report.narrative]
    return sorted(told, key=lambda one: one[0].agrees is not False)


@cache
def _style() -> Markup:
    """The style sheet, ours from end to end; its colours are the palette's."""
    from markupsafe import Markup

    own = resources.files("extract.export.evidence").joinpath("style.css").read_text(encoding="utf-8")
    colours = "".join(f"--{status.value}:{','.join(map(str, colour))};" for status, colour in palette.COLOURS.items())
    return Markup(f":root{{{colours}}}\n{own}")  # noqa: S704 - nothing of a document is in it


@cache
def _environment() -> Environment:
    """Templates in which every text is escaped, after what no page should show as it is was taken out of it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("extract.export.evidence", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    own = words()
    environment.globals.update(
        say=lambda key, **values: _both(own.phrases[key], values),
        both=lambda phrase: _both(phrase, {}),
        told=lambda text: _both(Phrase.model_construct(zh=own.in_chinese(page_text(text)), en=page_text(text)), {}),
        words=own,
        statuses=list(Status),
        plain=plain,
        flag=anchors.flag,
        place=anchors.place,
        boxes_on=pictures.boxes_on,
    )
    return environment


def _shown(value: Any) -> Any:
    """What of a value is shown: text as a page can take it; markup, which is ours, as it is."""
    return page_text(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _both(phrase: Phrase, values: dict[str, Any]) -> Markup:
    """A phrase in both languages, of which the page shows one or both."""
    from markupsafe import Markup

    shown = {key: _shown(value) for key, value in values.items()}
    # Only a phrase of ours has anything put in; text of a document is put in, never formatted itself.
    zh, en = (Markup.escape(text).format(**shown) if shown else Markup.escape(text) for text in (phrase.zh, phrase.en))
    if str(zh) == str(en):
        return zh
    return Markup('<span class="zh" lang="zh-Hans">{}</span> <span class="en" lang="en">{}</span>').format(zh, en)
