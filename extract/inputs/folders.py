"""The folder of each document's results below the output: none in another's, no two alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

from extract.export.untrusted import folder_name
from extract.inputs.finding import Found

RUN_FILES = (
    *("cells", "cells.parquet", "documents.csv", "documents.parquet", "panel.xlsx", "datapackage.json"),
    *("findings.csv", "findings.xlsx"),
)
"""Files and folders of the run as a whole, and of `gongkai check`: names that no document's folder may take."""


def outputs(found: Sequence[Found]) -> list[PurePosixPath]:
    """A folder for each document; first come takes its plain name, later ones a number that is still free."""
    natural = [PurePosixPath(*one.parents, folder_name(one.stem)) for one in found]
    # A document's folder is replaced as a whole, so none may hold another one's.
    taken = {folder_key(name) for name in RUN_FILES} | {
        folder_key(parent) for path in natural for parent in path.parents
    }
    chosen: dict[int, PurePosixPath] = {}
    for number, path in enumerate(natural):
        if folder_key(path) not in taken:
            taken.add(folder_key(path))
            chosen[number] = path
    for number, path in enumerate(natural):
        if number not in chosen:
            chosen[number] = _free(path, taken)
    return [chosen[number] for number in range(len(found))]


def _free(path: PurePosixPath, taken: set[str]) -> PurePosixPath:
    suffix = 2
    while folder_key(candidate := path.with_name(f"{path.name}-{suffix}")) in taken:
        suffix += 1
    taken.add(folder_key(candidate))
    return candidate


def folder_key(path: PurePosixPath | str) -> str:
    """The same for two paths that some file system takes for one."""
    return unicodedata.normalize("NFC", str(path)).casefold()
