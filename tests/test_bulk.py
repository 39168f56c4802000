"""Runs that survive: workers killed, hung and too large; runs killed, stopped, repeated, and two at once."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from extract.bulk import place
from extract.bulk.events import Finished
from extract.bulk.ledger import opened
from extract.bulk.run import How, Told, run
from extract.bulk.status import status
from extract.bulk.supervise import WorkerError, Workers
from extract.bulk.task import Settings, Task
from extract.bulk.worker import Call
from extract.cli import main
from extract.inputs import plan
from extract.limits import Limits
from extract.model import Verdict

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
GONGKAI = Path(sys.executable).with_name("gongkai")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="faults are made with POSIX signals")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(**files: str) -> None:
    Path("in").mkdir(exist_ok=True)
    for name, words in files.items():
        Path("in", f"{name}.pdf").write_text(words, encoding="utf-8")


def go(*inputs: str, work: str = "faults:work", out: str = "out", seconds: float = 3.0, **how: object) -> list[Told]:
    """A run of faulty workers to its end."""
    settings = Settings(limits=Limits(seconds=seconds, memory=400 * 2**20), evidence=False)
    with place.locked(Path(out)), opened(place.ledger(Path(out))) as ledger:
        return list(run(plan(inputs or ["in"]), Path(out), How(settings, work=work, **how), ledger))  # type: ignore[arg-type]


def lines(out: str = "out") -> dict[str, dict[str, str]]:
    with Path(out, "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["document"].removeprefix("in/").removesuffix(".pdf"): row for row in csv.DictReader(file)}


def verdicts(out: str = "out") -> dict[str, str]:
    return {name: row["verdict"] for name, row in lines(out).items()}


def times_read(name: str) -> int:
    log = Path("in", f"{name}.read")
    return log.read_text().count("read") if log.exists() else 0


def gongkai(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of an output folder but those of the run itself."""
    files = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    return {name: data for name, data in names.items() if not name.startswith(".gongkai/")}


# --- workers that die


def test_a_document_that_costs_its_worker_is_tried_once_more_alone_and_then_named(home: Path) -> None:
    put(a="ok 1", b="kill", c="exit", d="segv", e="hang", f="hog", g="library", h="ok 2")
    news = go(jobs=2)
    assert verdicts() == {
        **dict.fromkeys("ah", "ok"),
        **dict.fromkeys("bcdg", "crashed"),
        "e": "timed-out",
        "f": "over-limit",
    }
    errors = {name: row["error"] for name, row in lines().items()}
    assert errors["b"] == "the worker process was ended by SIGKILL, twice"
    assert errors["c"] == "the worker process ended with status 3, twice"
    assert errors["d"] == "the worker process was ended by SIGSEGV, twice"
    assert errors["e"] == "not done after 3 seconds, twice"
    assert errors["f"].startswith("memory: ")
    assert errors["f"].endswith("MB, more than the limit of 400 MB, twice")
    assert errors["g"] == "ZeroDivisionError: inside a library"
    assert {name: times_read(name) for name in verdicts()} == {name: 1 if name in "agh" else 2 for name in verdicts()}
    retried = [one.document.path.stem for one in news if one.result is None]
    assert sorted(retried) == list("bcdef")
    last = [one for one in news if one.result is not None][-5:]
    assert sorted(one.document.path.stem for one in last) == list("bcdef"), "the others do not wait for them"
    traces = {one.document.path.stem: one.result.outcomes[0].traceback for one in last if one.result}
    assert "faults.py" in traces["d"], "the stack it died in"
    assert "faults.py" in traces["e"], "the stack it hung in"
    assert pq.read_table("out/cells.parquet").column("document").unique().to_pylist() == ["in/a.pdf", "in/h.pdf"]
    assert sorted(path.name for path in Path("out/.gongkai").iterdir()) == ["ledger.sqlite", "lock"]


def test_memory_is_held_to_its_limit(home: Path) -> None:
    put(a="hog", b="child-hog")
    go(seconds=60)
    assert verdicts() == dict.fromkeys("ab", "over-limit"), "also what programs hold that a worker started"
    below = psutil.Process().children(recursive=True)
    assert not any("sleep(600)" in " ".join(child.cmdline()) for child in below), "what a worker started ends with it"
    megabytes = int(lines()["a"]["error"].split()[1])
    assert 400 <= megabytes <= 480, "whole megabytes, rounded down"


def test_a_document_that_fails_once_is_right_in_the_end(home: Path) -> None:
    put(a="kill once", b="hang once", c="ok")
    go(jobs=2)
    assert verdicts() == dict.fromkeys("abc", "ok")
    assert status(Path("out")).verdicts == {Verdict.OK: 3}


def test_workers_are_recycled(home: Path) -> None:
    put(**{f"d{number}": f"ok {number}" for number in range(5)})
    go(recycle=2)
    assert set(verdicts().values()) == {"ok"}
    assert len(verdicts()) == 5


def test_workers_that_cannot_start_end_the_run(home: Path) -> None:
    put(a="ok")
    with pytest.raises(WorkerError, match=r"do not start: .*No module named 'nowhere'"):
        go(work="nowhere:work")
    assert not Path("out/documents.csv").exists()
    go()
    assert verdicts() == {"a": "ok"}


# --- running again


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


def test_functions_are_called_in_workers_and_here_where_one_dies_of_it(home: Path) -> None:
    put(a="ok")
    (one,) = plan(["in"]).documents
    with closing(Workers("faults:work", 1, home, Limits())) as workers:
        assert workers.call([Call("os:getpid", ())], lambda: False) == [os.getpid()], "no worker is there"
        assert isinstance(workers.attempt(Task((one,), Settings(), home / "staging"), lambda: False), Finished)
        below = [child.pid for child in psutil.Process().children()]
        first, second = workers.call([Call("os:getpid", ()), Call("os:getpid", ())], lambda: False)
        assert first == second
        assert first in below
        with pytest.raises(OSError, match="No space left"):
            workers.call([Call("faults:full", ())], lambda: False)
        assert workers.call([Call("os:getpid", ())], lambda: True) == [], "it was stopped"
        assert workers.call([Call("faults:pid_unless_below", (os.getpid(),))], lambda: False) == [os.getpid()]
        assert first not in [child.pid for child in psutil.Process().children()]


# --- two runs, status


def wait_for(condition: object, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


DRIVER = """
import sys
from pathlib import Path
from extract.bulk import place
from extract.bulk.ledger import opened
from extract.bulk.run import How, run
from extract.bulk.stopping import stoppable
from extract.bulk.task import Settings
from extract.inputs import plan
from extract.limits import Limits
if __name__ == "__main__":
    sys.path.insert(0, {tests!r})
    out = Path("out")
    how = How(Settings(evidence=False, limits=Limits(seconds={seconds})), jobs=2, work="faults:work")
    with stoppable() as stop, place.locked(out), opened(place.ledger(out)) as ledger:
        for _ in run(plan(["in"]), out, how, ledger, stop):
            pass
    sys.exit(stop.exit_status if stop.number else 0)
"""


def start(seconds: float = 600.0) -> subprocess.Popen[bytes]:
    """A run of faulty workers in a process of its own."""
    Path("driver.py").write_text(DRIVER.format(tests=str(ROOT / "tests"), seconds=seconds), encoding="utf-8")
    return subprocess.Popen([sys.executable, "driver.py"], env={**os.environ, "PYTHONPATH": str(ROOT)})


def running() -> list[str]:
    try:
        return [name.removeprefix("in/") for name in status(Path("out")).running]
    except Exception:
        return []


def test_while_a_run_goes_on_a_second_is_refused_and_its_status_is_told(home: Path) -> None:
    put(a="ok", b="hang", c="library")
    with start() as process:
        try:
            wait_for(lambda: running() == ["b.pdf"] and status(Path("out")).done == 2)
            refused = gongkai("extract", "in", "-o", "out")
            told = gongkai("status", "out")
            asked = json.loads(gongkai("status", "out", "--format", "json").stdout)
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 143
    assert refused.exit_code == 2
    assert "another run is writing to out" in refused.stderr
    assert told.exit_code == 0
    first, *others = told.stdout.splitlines()
    assert first.startswith("running: 2 of 3 documents (1 ok, 1 crashed)")
    assert others[0].startswith("reading in/b.pdf for ")
    assert others[1:] == ["worst first:", "    in/c.pdf: crashed; ZeroDivisionError: inside a library"]
    assert (asked["active"], asked["total"], asked["done"], asked["waiting"]) == (True, 3, 2, 1)
    assert asked["rate"] > 0
    after = gongkai("status", "out").stdout
    assert after.startswith("stopped by SIGTERM: 2 of 3 documents")
    assert not Path("out/documents.csv").exists()
    assert not Path("out/.gongkai/staging").exists()


def test_workers_end_with_a_parent_that_is_killed_and_the_lock_goes_too(home: Path) -> None:
    put(a="sleep", b="hang")
    with start(seconds=4) as process:
        wait_for(lambda: len(running()) == 2)
        below = psutil.Process(process.pid).children(recursive=True)
        workers = [one for one in below if "spawn_main" in " ".join(one.cmdline())]
        process.kill()
    assert len(workers) == 2
    assert len(psutil.wait_procs(workers, timeout=3)[1]) <= 1, "all but the one that no thread of its own can end"
    assert not psutil.wait_procs(workers, timeout=20)[1]
    put(a="ok 1", b="ok 2")
    go()
    assert verdicts() == {"a": "ok", "b": "ok"}


def test_status_of_a_folder_without_a_run(home: Path) -> None:
    Path("out").mkdir()
    done = gongkai("status", "out")
    assert done.exit_code == 2
    assert "no run to tell of" in done.stderr
    assert list(Path("out").iterdir()) == []


# --- disks


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


def test_a_clock_that_jumps_ends_no_document_and_makes_no_rate(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(**{f"d{number}": f"slow {number}" for number in range(4)})
    real, jumps = time.time, iter([0.0, 1e6, -1e6, 3e8, -3e8] * 1000)
    monkeypatch.setattr("extract.bulk.ledger.time.time", lambda: real() + next(jumps))
    go(jobs=2)
    assert set(verdicts().values()) == {"ok"}
    assert all(row == 1 for row in map(times_read, verdicts()))
    standing = status(Path("out"))
    assert standing.rate is None or 0 < standing.rate < 100
    assert all(seconds >= 0 for seconds in standing.running.values())


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


def test_a_document_that_waits_for_another_attempt_is_not_told_as_being_read(home: Path) -> None:
    put(a="kill", b="sleep")
    with start() as process:
        try:
            wait_for(lambda: running() == ["b.pdf"] and times_read("a") == 1)
            wait_for(lambda: running() == ["b.pdf"] and status(Path("out")).waiting == 2)
        finally:
            process.send_signal(signal.SIGTERM)


# --- killed at any moment


def test_killed_at_random_moments_a_run_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    """The whole process tree, by SIGKILL; then the same command again, until it comes to an end."""
    archive = tmp_path / "in"
    archive.mkdir()
    for name in ("seed-000", "seed-001", "city", "half-row", "wrong-totals"):
        shutil.copy(SAMPLES / f"{name}.pdf", archive)
        (archive / "more").mkdir(exist_ok=True)
        shutil.copy(SAMPLES / f"{name}.pdf", archive / "more" / f"copy-of-{name}.pdf")
    for name in ("scans/one-page.png", "hostile/truncated.pdf", "written/page.html", "written/word.docx"):
        shutil.copy(SAMPLES / name, archive)
    command = [str(GONGKAI), "extract", "in", "--jobs", "2", "--quiet", "-o"]
    how = {"cwd": tmp_path, "env": {**os.environ, "PYTHONPATH": str(ROOT)}, "stderr": subprocess.DEVNULL}
    before = time.monotonic()
    subprocess.run([*command, "whole"], check=False, **how)  # type: ignore[call-overload]
    took = time.monotonic() - before
    chance = random.Random(6)
    kills = 0
    for _ in range(6):
        with subprocess.Popen([*command, "out"], **how) as process:  # type: ignore[call-overload]
            try:
                process.wait(chance.uniform(0.1, 0.4) * took)
            except subprocess.TimeoutExpired:
                tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
                for one in tree:
                    one.kill()
                psutil.wait_procs(tree, timeout=20)
                kills += 1
    done = subprocess.run([*command, "out"], check=False, **how)  # type: ignore[call-overload]
    assert kills >= 2
    assert done.returncode == 1, "one document is truncated"
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    assert sorted(path.name for path in (tmp_path / "out/.gongkai").iterdir()) == ["ledger.sqlite", "lock"]


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


def test_events_as_lines_of_json(home: Path) -> None:
    Path("in").mkdir()
    for name in ("city.pdf", "hostile/truncated.pdf"):
        shutil.copy(SAMPLES / name, "in")
    done = gongkai("extract", "in", "nowhere.pdf", "-o", "out", "--log-json")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [one["event"] for one in events] == ["begin", "fault", "document", "document", "end"]
    assert [one.get("verdict") for one in events[2:4]] == ["ok", "unreadable"]
    assert events[-1]["verdicts"]["unreadable"] == 2
    assert all("time" in one for one in events)
