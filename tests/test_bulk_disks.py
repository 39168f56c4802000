"""Runs on disks that are full or read-only, and with ledgers that are damaged."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from faulty_runs import SAMPLES, contents, go, gongkai, put

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="faults are made with POSIX signals")


def test_an_output_that_cannot_be_written_ends_the_run_with_one_line(home: Path) -> None:
    put(a="ok")
    Path("out").mkdir()
    Path("out/.gongkai").write_text("a file where the folder should be")
    done = gongkai("extract", "in", "-o", "out")
    assert done.exit_code == 2
    assert "cannot write to out: " in done.stderr


def test_a_full_disk_ends_the_run_and_it_goes_on_once_there_is_room(home: Path) -> None:
    shutil.copytree(SAMPLES, "in", ignore=lambda _, names: [n for n in names if not n.startswith("seed-00")])
    Path("out").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1300k", "tmpfs", "out"]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can only be made by root")
    try:
        done = gongkai("extract", "in", "-o", "out", "--jobs", "2")
        assert done.exit_code == 2
        assert done.stderr.splitlines()[-1] == "Error: cannot write to out: No space left on device"
        subprocess.run(["mount", "-o", "remount,size=64m", "out"], check=True)
        assert gongkai("extract", "in", "-o", "out").exit_code == 0
        assert gongkai("extract", "in", "-o", "whole").exit_code == 0
        assert contents(Path("out")) == contents(Path("whole"))
    finally:
        subprocess.run(["umount", "out"], check=True)


def test_a_damaged_ledger_is_told_in_one_line(home: Path) -> None:
    put(a="ok")
    Path("out/.gongkai").mkdir(parents=True)
    Path("out/.gongkai/ledger.sqlite").write_bytes(b"no database at all" * 100)
    done = gongkai("extract", "in", "-o", "out")
    assert done.exit_code == 1
    assert "ledger.sqlite: file is not a database: move it away to begin anew" in done.stderr
    with sqlite3.connect("out/newer.sqlite") as database:
        database.execute("PRAGMA user_version = 99")
    shutil.move("out/newer.sqlite", "out/.gongkai/ledger.sqlite")
    assert "written by another version of gongkai" in gongkai("status", "out").stderr


@pytest.mark.parametrize("kept", [0, 100, 4096, 9000, 0.5, 0.9])
def test_a_half_written_ledger_is_told_in_one_line_or_used(home: Path, kept: float) -> None:
    put(**{f"d{number}": f"ok {number}" for number in range(5)})
    go()
    ledger = Path("out/.gongkai/ledger.sqlite")
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[: int(kept * len(whole)) if isinstance(kept, float) else kept])
    for arguments in ("status", "out"), ("extract", "in", "-o", "out", "--no-report", "--jobs", "0"):
        done = gongkai(*arguments)
        assert isinstance(done.exception, SystemExit | None)
        assert done.exit_code in {0, 1, 2}
        told = done.stderr.splitlines()[-1:] if arguments[0] == "status" or "ledger" in done.stderr else []
        assert all("ledger.sqlite" in line or "no run" in line for line in told)


def test_bytes_overwritten_in_a_ledger_never_end_in_a_traceback(home: Path) -> None:
    put(**{f"d{number}": f"ok {number}" for number in range(5)})
    go()
    ledger = Path("out/.gongkai/ledger.sqlite")
    whole, chance = ledger.read_bytes(), random.Random(6)
    for _ in range(25):
        damaged = bytearray(whole)
        at = chance.randrange(len(whole))
        damaged[at : at + 60] = chance.randbytes(60)
        ledger.write_bytes(damaged[: len(whole)])
        for arguments in ("status", "out"), ("extract", "in", "-o", "out", "--no-report", "--jobs", "0"):
            done = gongkai(*arguments)
            assert isinstance(done.exception, SystemExit | None), done.exception


def test_an_output_that_is_read_only_ends_the_run_with_one_line(home: Path) -> None:
    put(a="ok", b="ok")
    Path("out").mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", "out"], capture_output=True).returncode:
        pytest.skip("a disk that is read-only can only be made by root")
    try:
        subprocess.run(["mount", "-o", "remount,ro", "out"], check=True)
        done = gongkai("extract", "in", "-o", "out")
        assert done.exit_code == 2
        assert done.stderr.splitlines()[-1] == "Error: cannot write to out: Read-only file system"
    finally:
        subprocess.run(["umount", "out"], check=True)
