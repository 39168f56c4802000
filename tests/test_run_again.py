"""The same command again: what is read once more, what is not, and after runs killed at any moment."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from faulty_runs import (
    GONGKAI,
    ROOT,
    SAMPLES,
    contents,
    go,
    gongkai,
    lines,
    put,
    running,
    times_read,
    verdicts,
    wait_for,
)

from extract.bulk import place
from extract.bulk.ledger import opened
from extract.bulk.run import How, run
from extract.bulk.task import Settings
from extract.inputs import plan
from extract.limits import Limits

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="faults are made with POSIX signals")


def test_a_second_run_reads_only_what_is_missing_or_changed(home: Path) -> None:
    put(a="ok 1", b="ok 2", c="ok 3", d="ok 4", e="library")
    first = go()
    before = contents(Path("out"))
    assert all(one.fresh for one in first)
    assert [one.fresh for one in go()] == [False] * 5
    assert contents(Path("out")) == before
    put(b="ok, and changed")
    Path("out/c/tables.xlsx").unlink()
    Path("in/d.pdf").rename("in/x.pdf")
    fresh = {one.document.path.stem: one.fresh for one in go()}
    assert fresh == {"a": False, "b": True, "c": True, "e": False, "x": True}
    assert list(lines()) == ["a", "b", "c", "e", "x"]
    assert [times_read(name) for name in "abce"] == [1, 2, 2, 1]
    assert Path("out/d/cells.csv").exists(), "results of documents that are gone stay"


def test_force_and_retry_failed(home: Path) -> None:
    put(a="ok", b="library", c="kill")
    go()
    go(retry_failed=True)
    assert [times_read(name) for name in "abc"] == [1, 2, 4]
    go(force=True)
    assert [times_read(name) for name in "abc"] == [2, 3, 6]


def test_other_limits_try_again_what_was_over_them_and_nothing_else(home: Path) -> None:
    def within(seconds: float) -> None:
        how = How(Settings(limits=Limits(seconds=seconds), evidence=False), work="faults:work")
        with place.locked(Path("out")), opened(place.ledger(Path("out"))) as ledger:
            list(run(plan(["in"]), Path("out"), how, ledger))

    def attempts() -> list[tuple[object, ...]]:
        with opened(place.ledger(Path("out"))) as ledger:
            return ledger.ask("SELECT name, attempts FROM documents ORDER BY name")

    put(a="ok")
    within(60)
    put(b="wait")
    for _ in range(2):
        within(0.5)
        assert verdicts() == {"a": "ok", "b": "timed-out"}
        assert attempts() == [("in/a.pdf", 1), ("in/b.pdf", 2)]
    Path("go").touch()
    within(60)
    assert verdicts() == {"a": "ok", "b": "ok"}
    assert attempts() == [("in/a.pdf", 1), ("in/b.pdf", 3)]


def test_other_options_and_another_layout_or_library_read_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(a="ok")
    go()
    with place.locked(Path("out")), opened(place.ledger(Path("out"))) as ledger:
        list(run(plan(["in"]), Path("out"), How(Settings(evidence=True), work="faults:work"), ledger))
    assert times_read("a") == 2
    monkeypatch.setattr("extract.bulk.versions.software", lambda: "newer")
    go()
    go()
    assert times_read("a") == 3


def test_equal_files_are_read_once_and_each_gets_its_results(home: Path) -> None:
    put(a="ok", b="other", c="ok", d="ok")
    go()
    assert sum(times_read(name) for name in "acd") == 1
    assert verdicts() == dict.fromkeys("abcd", "ok")
    paths = [json.loads(Path("out", name, "report.json").read_bytes())["path"] for name in "acd"]
    assert paths == ["in/a.pdf", "in/c.pdf", "in/d.pdf"]
    put(e="ok")
    go()
    assert times_read("e") == 1
    assert sum(times_read(name) for name in "acd") == 1


def test_a_duplicate_has_just_what_reading_it_would_give(home: Path) -> None:
    """The name of a file tells of issuer and year too, so that equal files need not give equal results."""
    Path("in").mkdir()
    names = ["report.pdf", "红山市财政局2020年政府信息公开工作年度报告.pdf"]
    for name in names:
        shutil.copy(SAMPLES / "city.pdf", Path("in", name))
    assert gongkai("extract", "in", "-o", "together").exit_code == 0
    for name in names:
        assert gongkai("extract", f"in/{name}", "-o", "apart").exit_code == 0
    for name in names:
        stem = Path(name).stem
        assert contents(Path("together", stem)) == contents(Path("apart", stem))


def test_tables_that_nothing_changed_are_left_alone(home: Path) -> None:
    put(a="ok 1", b="ok 2", c="ok 3")
    names = ("cells.parquet", "documents.csv", "documents.parquet", "panel.xlsx", "datapackage.json")

    def written() -> set[str]:
        """What another run writes again."""
        before = {name: Path("out", name).stat().st_ino for name in names if Path("out", name).exists()}
        go(jobs=2)
        return {name for name in names if Path("out", name).stat().st_ino != before.get(name)}

    assert written() == set(names)
    whole = contents(Path("out"))
    assert written() == set()
    Path("out/panel.xlsx").write_bytes(b"somebody's own")
    assert written() == set(names)
    assert contents(Path("out")) == whole
    Path("out/datapackage.json").unlink()
    assert written() == set(names)
    Path("in/b.pdf").unlink()
    assert written() == set(names), "a document less"
    assert list(lines()) == ["a", "c"]
    put(b="ok 2")
    assert written() == set(names)
    with opened(place.ledger(Path("out"))) as ledger:
        ledger.ask("UPDATE reports SET cells = NULL WHERE folder = 'c'")
        ledger.end()
    assert written() == set(names), "another result"


def test_the_process_that_supervises_loads_neither_what_reads_nor_what_writes(home: Path) -> None:
    shutil.copy(SAMPLES / "city.pdf", "r.pdf")
    script = (
        "import sys; from extract.cli import main\n"
        "try: main(['extract', 'r.pdf', '-o', 'out', '--quiet', '--no-report'])\n"
        "finally: print(*({'numpy', 'pydantic', 'yaml', 'pyarrow', 'lxml', 'pypdfium2'} & {*sys.modules}))"
    )
    command, environment = [sys.executable, "-c", script], {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")
    assert Path("out/panel.xlsx").exists()


def test_a_run_of_100_documents_killed_at_20_random_moments_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    """The whole process tree, by SIGKILL; then the same command again, until it comes to an end."""
    archive = tmp_path / "in"
    archive.mkdir()
    names = itertools.cycle(("seed-000", "seed-001", "city", "half-row", "wrong-totals"))
    for number in range(91):
        same = number < 10  # of these each sample is there twice with the same content
        end = b"" if same else f"\n% {number}\n".encode()
        (archive / f"{number:02}.pdf").write_bytes((SAMPLES / f"{next(names)}.pdf").read_bytes() + end)
    for number in range(6):
        end = f"% {number}".encode()
        (archive / f"scan-{number}.png").write_bytes((SAMPLES / "scans/one-page.png").read_bytes() + end)
    for name in ("hostile/truncated.pdf", "written/page.html", "written/word.docx"):
        shutil.copy(SAMPLES / name, archive)
    assert len(list(archive.iterdir())) == 100
    command = [str(GONGKAI), "extract", "in", "--jobs", "2", "--quiet", "-o"]
    how = {"cwd": tmp_path, "env": {**os.environ, "PYTHONPATH": str(ROOT)}, "stderr": subprocess.DEVNULL}
    before = time.monotonic()
    subprocess.run([*command, "whole"], check=False, **how)  # type: ignore[call-overload]
    took = time.monotonic() - before
    chance = random.Random(6)
    kills = 0
    while kills < 20:
        with subprocess.Popen([*command, "out"], **how) as process:  # type: ignore[call-overload]
            try:
                process.wait(chance.uniform(0, took / 4))
            except subprocess.TimeoutExpired:
                tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
                for one in tree:
                    one.kill()
                psutil.wait_procs(tree, timeout=20)
                kills += 1
                continue
        assert contents(tmp_path / "out") == contents(tmp_path / "whole")
        shutil.rmtree(tmp_path / "out")
    done = subprocess.run([*command, "out"], check=False, **how)  # type: ignore[call-overload]
    assert done.returncode == 1, "one document is truncated"
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    assert sorted(path.name for path in (tmp_path / "out/.gongkai").iterdir()) == ["ledger.sqlite", "lock"]


def test_whoever_asks_whether_a_run_goes_on_keeps_none_from_beginning(home: Path) -> None:
    """To ask is to hold the run's lock for a moment."""
    out = Path("out")
    with place.locked(out):
        assert place.is_running(out)
        with pytest.raises(place.RunningError), place.locked(out, wait=0.1):
            pass
        asking = threading.Thread(target=lambda: [place.is_running(out) for _ in range(2000)])
        asking.start()
    for _ in range(50):
        with place.locked(out):
            pass
    asking.join()
    assert not place.is_running(out)


def test_the_command_stops_cleanly(home: Path) -> None:
    shutil.copytree(SAMPLES / "scans", "in")
    how = {"env": {**os.environ, "PYTHONPATH": str(ROOT)}, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([GONGKAI, "extract", "in", "-o", "out"], **how) as process:  # type: ignore[call-overload]
        wait_for(running)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=20)[1]
    assert process.returncode == 130
    assert said.splitlines()[-1] == "stopped by SIGINT: the same command goes on from here"
    assert not Path("out/documents.csv").exists()
    assert not list(Path("out").rglob("*.partial"))
    assert gongkai("status", "out").stdout.startswith("stopped by SIGINT: ")
