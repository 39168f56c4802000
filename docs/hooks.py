"""Pages of the site that are made when it is built, from what they describe, so that they cannot be out of date.

Folders in the navigation stand for their pages, README.md first.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from docs.generate import commands, forms, licences  # noqa: E402

PAGES = {
    "reference/commands.md": commands.page,
    "reference/forms.md": forms.page,
    "reference/licences.md": licences.page,
}


def on_config(config: Any) -> Any:
    """Put the pages of a folder where the navigation names it."""
    config.nav = [_filled(entry) for entry in config.nav]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages that are made here."""
    from mkdocs.structure.files import File

    for name, page in PAGES.items():
        files.append(File.generated(config, name, content=page()))
    return files


def _filled(entry: Any) -> Any:
    match entry:
        case str() if entry.endswith("/"):
            pages = sorted((HERE / entry).glob("*.md"), key=lambda path: (path.name != "README.md", path.name))
            return {entry.strip("/").capitalize(): [f"{entry}{path.name}" for path in pages]}
        case dict():
            return {title: [_filled(one) for one in inner] for title, inner in entry.items()}
    return entry
