"""Whatever a report says of its cells and pages in English it says in Chinese, too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import extract
from extract.export.words import words

ROOT = Path(extract.__file__).parent
ROOMS = ("align", "check", "grids", "scan", "source")
MODULES = sorted(
    [path for room in ROOMS for path in (ROOT / room).glob("*.py")]
    + [ROOT / f"{name}.py" for name in ("byhand", "compose", "copies", "edition", "judge", "numerals", "witness")]
)

PIECES = re.compile(
    r"set by .*|first read as \S+|\S+ against \S+|\S+ does not hold .*|a reading is in doubt|as published or misread"
    r"|several columns stand|no column stands|\S+ \(\S+, \S+\)|doubted by .*|edit \S+ of .*"
)
"""Parts of what is put together, which is tested as a whole below."""

FOR_THE_LOG = re.compile(
    r"\d+ (?:of \d+ cells found|identities fail|cells in doubt)|no identity fails|another extractor reads the same"
    r"|settled at once, no other extractor was asked|the best of all"
    r"|an? (?:Word|HTML|text) file|compressed as .*|damaged or of .*|\d+ x \d+ points|the file is .*|the password .*"
    r"|a password is .*|an? [^:]+: (?:save|unpack) it.*"
)
"""Why a candidate won, which report.json has, and what is wrong with a file, which is said on the terminal."""


def sentences(module: Path) -> Iterator[str]:
    """Strings of three words or more in a module's code, with 7 for what they name; what is raised is left out."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    passed: set[int] = set()
    for node in ast.walk(tree):
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if docstring or isinstance(node, ast.Raise):
            passed.update(map(id, ast.walk(node)))
        text = ""
        if id(node) not in passed and isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
            passed.update(map(id, node.values))
        elif id(node) not in passed and isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.replace("{page}", "7").replace("{text!r}", "'7'")
        if re.fullmatch(r"[a-z7][^|\n]* [^|\n]* [^|\n]*", text):
            yield text


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_reasons_and_warnings_have_chinese_words(module: Path) -> None:
    told = [text for text in sentences(module) if not PIECES.fullmatch(text) and not FOR_THE_LOG.fullmatch(text)]
    assert not [text for text in told if re.search("[a-z]{4}", words().in_chinese(text))]


def test_sentences_are_found_where_they_arise() -> None:
    found = {text for module in MODULES for text in sentences(module)}
    assert {"not found", "text runs across a ruling", "a space inside: two cells in one?"} & found
    assert "another column bears the same header" in found
    assert len(found) > 100
