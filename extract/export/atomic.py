"""Files and folders that appear whole or not at all, whatever interrupts the writing."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
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
def replaced_folder(path: Path, ours: Callable[[Path], bool]) -> Iterator[Path]:
    """An empty folder to write results into, which takes the place of `path`, see `place`, when the block ends well.

    Raises:
        OSError: the folder cannot be written, or `path` is there and is no folder.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _beside(path)
    partial.mkdir()
    try:
        yield partial
        to_disk(partial)
        place(partial, path, ours)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def place(new: Path, path: Path, ours: Callable[[Path], bool]) -> None:
    """Move a folder of finished files, which are on the disk (`to_disk`), to `path` on the same file system.

    Folders above are created. An older folder is replaced whole when it holds nothing but what is `ours`; otherwise it
    is somebody's own, and only what is ours is replaced in it.

    Raises:
        OSError: the folder cannot be written, or `path` is there and is no folder.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_symlink() and not path.exists():
        new.rename(path)
    elif path.is_symlink() or not all(ours(entry) for entry in path.iterdir()):
        _move_in(new, path, ours)
        _to_disk(path)
    else:
        _swap(new, path)
    _to_disk(path.parent)


def to_disk(folder: Path) -> None:
    """Have the system write which files a folder holds, and those below it."""
    for one, _, _ in os.walk(folder):
        _to_disk(Path(one))


def swept(folder: Path) -> None:
    """Remove what an interrupted run may have left in a folder, unfinished or replaced."""
    for left in folder.glob(".gongkai-*.partial"):
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def _to_disk(folder: Path) -> None:
    """Have the system write which files a folder holds; on Windows it cannot be asked to."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _move_in(new: Path, path: Path, ours: Callable[[Path], bool]) -> None:
    """Put the entries of a folder into another, and take away what was ours there and is no more."""
    fresh = sorted(new.iterdir())
    names = {entry.name for entry in fresh}
    old = [entry for entry in path.iterdir() if entry.name not in names and ours(entry)]
    for entry in fresh:
        if entry.is_dir() and (path / entry.name).exists():
            _swap(entry, path / entry.name)
        else:
            entry.replace(path / entry.name)
    for entry in old:
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _swap(new: Path, path: Path) -> None:
    old = _beside(path)
    path.rename(old)
    try:
        new.rename(path)
    except OSError:
        old.rename(path)
        raise
    shutil.rmtree(old, ignore_errors=True)
