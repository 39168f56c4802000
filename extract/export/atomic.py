"""Files and folders that appear whole or not at all, whatever interrupts the writing."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def _beside(path: Path) -> Path:
    """A name of its own in the same folder, hence on the same file system."""
    return path.with_name(f".gongkai-{secrets.token_hex(8)}.partial")


@contextmanager
def replaced_file(path: Path) -> Iterator[BinaryIO]:
    """A binary file that takes the place of `path` when the block ends without an error.

    Raises:
        OSError: the folder does not exist or cannot be written.
    """
    partial = _beside(path)
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


@contextmanager
def replaced_folder(path: Path, names: Collection[str]) -> Iterator[Path]:
    """An empty folder to write the files `names` into, which takes the place of `path` when the block ends well.

    An older folder is replaced whole when it holds nothing but `names`; otherwise it is somebody's own, and only the
    files of these names are replaced in it. Folders above are created.

    Raises:
        OSError: the folder cannot be written, or `path` is there and is no folder.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _beside(path)
    partial.mkdir()
    try:
        yield partial
        if not path.is_symlink() and not path.exists():
            partial.rename(path)
        elif path.is_symlink() or {entry.name for entry in path.iterdir()} - set(names):
            for entry in sorted(partial.iterdir()):
                entry.replace(path / entry.name)
        else:
            _swap(partial, path)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _swap(new: Path, path: Path) -> None:
    old = _beside(path)
    path.rename(old)
    try:
        new.rename(path)
    except OSError:
        old.rename(path)
        raise
    shutil.rmtree(old, ignore_errors=True)
