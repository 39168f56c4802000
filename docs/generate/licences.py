"""The licences of what gongkai stands on, from the metadata of what is installed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = re.compile(r"\bAGPL|Affero", re.IGNORECASE)
_NAME = re.compile(r"[\w.-]+")
_EXTRA = re.compile(r"extra\s*==\s*[\"']([\w-]+)[\"']")
_CLASSIFIER = "License :: "


def page() -> str:
    """Markdown: a line for each package."""
    lines = [
        "# Licences",
        "",
        "gongkai is under the MIT licence. This is what it requires to run, and what that requires, in the "
        "environment in which this page was built, with the licences that they declare. None is a part of gongkai.",
        "",
        "| package | version | licence |",
        "|---|---|---|",
    ]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines += [f"| {one.name} | {one.version} | {licence(one)} |" for one in required(project["dependencies"])]
    return "\n".join(lines) + "\n"


def required(requirements: Sequence[str]) -> list[Distribution]:
    """The distributions that are required, extras left out, directly or not, in the order of their names."""
    found: dict[str, Distribution] = {}
    waiting = list(_names(requirements))
    while waiting:
        try:
            one = distribution(waiting.pop())
        except PackageNotFoundError:  # not for this system, or this Python
            continue
        if (key := one.name.lower().replace("_", "-")) not in found:
            found[key] = one
            waiting += _names(one.requires or ())
    return [found[key] for key in sorted(found)]


def licence(one: Distribution) -> str:
    """What a distribution's metadata say of its licence, in a few words."""
    declared = one.metadata.get("License-Expression") or ""
    classified = [
        text.rpartition(" :: ")[2] for text in one.metadata.get_all("Classifier") or () if text.startswith(_CLASSIFIER)
    ]
    written = (one.metadata.get("License") or "").strip().splitlines()
    told = declared or ", ".join(classified) or (written[0] if written else "")
    return told.replace("|", "\\|") or "not declared"


def _names(requirements: Sequence[str]) -> Iterator[str]:
    for requirement in requirements:
        name = _NAME.match(requirement)
        if name and not _EXTRA.search(requirement):
            yield name[0]
