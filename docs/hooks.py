"""Pages of the site that are made when it is built, from what they describe, so that they cannot be out of date.

Links to files of the repository that are no pages become their names. Folders in the navigation stand for their
pages, README.md first.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((\.\./[^)\s]*)\)")

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


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links that lead out of docs/ are for readers of the repository: in the site they are the names of the files."""
    here = (HERE / page.file.src_uri).parent

    def named(link: re.Match[str]) -> str:
        target = (here / link[2].partition("#")[0]).resolve()
        if target.is_relative_to(HERE) or not target.exists():
            return link[0]  # which mkdocs follows, or complains of
        return f"{link[1]} (`{target.relative_to(HERE.parent).as_posix()}`)"

    return _LINK.sub(named, markdown)


def _filled(entry: Any) -> Any:
    match entry:
        case str() if entry.endswith("/"):
            pages = sorted((HERE / entry).glob("*.md"), key=lambda path: (path.name != "README.md", path.name))
            return {entry.strip("/").capitalize(): [f"{entry}{path.name}" for path in pages]}
        case dict():
            return {title: [_filled(one) for one in inner] for title, inner in entry.items()}
    return entry
