"""Layout files: YAML, checked against a schema; those that are shipped, and any by path."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from extract.datafiles import validated
from extract.errors import LayoutError
from extract.layout.edition import Layout

TITLES, NARRATIVE, SECTIONS = "titles.yaml", "narrative.yaml", "sections.yaml"
_BESIDE = frozenset({TITLES, NARRATIVE, SECTIONS})
"""Files beside the layouts that are none: see `extract.titles`, `extract.counts` and `extract.fulltext.sections`."""


def parse(text: str, name: str) -> Layout:
    """A layout from YAML text; `name` is used in error messages.

    Raises:
        LayoutError: the text is not YAML or does not fit the schema.
    """
    return validated(Layout, text, name)


def load(path: Path | str) -> tuple[Layout, ...]:
    """The editions of a form, newest first, from a layout file or from all in a folder.

    Raises:
        LayoutError: There is none, one does not fit the schema, or they are not editions of one form.
    """
    path = Path(path)
    try:
        files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        own = [parse(one.read_text(encoding="utf-8"), one.name) for one in files if one.name not in _BESIDE]
    except OSError as error:
        raise LayoutError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise LayoutError(f"{path}: not UTF-8") from error
    if not own:
        raise LayoutError(f"{path}: there is no layout (*.yaml)")
    first = own[0]
    for other in own[1:]:
        if (other.form, [one.id for one in other.grids]) != (first.form, [one.id for one in first.grids]):
            raise LayoutError(f"{path}: {first.form} and {other.form} are not one form with the same grids")
    if len({one.edition for one in own}) < len(own):
        raise LayoutError(f"{path}: an edition is there twice")
    return _newest_first(own)


def _newest_first(layouts: Iterable[Layout]) -> tuple[Layout, ...]:
    return tuple(sorted(layouts, key=lambda layout: layout.edition, reverse=True))


@cache
def shipped() -> tuple[Layout, ...]:
    """The layouts in the package, newest edition first."""
    folder: Traversable = resources.files("extract.layouts")
    return _newest_first(
        parse(entry.read_text(encoding="utf-8"), entry.name)
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml") and entry.name not in _BESIDE
    )
