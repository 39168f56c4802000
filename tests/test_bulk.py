"""Runs that survive: workers killed, hung and too large; two runs at once, and what is told of one."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from faulty_runs import SAMPLES, below, go, gongkai, lines, put, readers, running, start, times_read, verdicts, wait_for

from extract.bulk.events import Finished, Started
from extract.bulk.status import status
from extract.bulk.supervise import WorkerError, Workers
from extract.bulk.task import Settings, Task
from extract.bulk.worker import Call
from extract.inputs import plan
from extract.limits import Limits
from extract.model import Verdict

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="faults are made with POSIX signals")


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
    assert not below("sleep(600)"), "what a worker started ends with it"
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


def test_workers_start_before_the_first_task_is_found_where_one_is_sure_to_come(home: Path) -> None:
    put(a="ok")
    (one,) = plan(["in"]).documents
    below: list[int] = []

    def found_late() -> Iterator[Task]:
        below.append(len(psutil.Process().children()))
        yield Task((one,), Settings(), home / "staging")

    before = len(psutil.Process().children())
    for ahead, jobs in ((0, 2), (1, 2), (5, 2)):
        with closing(Workers("faults:work", jobs, home, Limits(), ahead=ahead)) as workers:
            told = [event for events in workers.run(found_late(), lambda: False) for event in events]
        assert [type(event) for event in told] == [Started, Finished]
    assert [count - before for count in below] == [0, 1, 2]


def test_no_worker_starts_where_all_is_done(home: Path) -> None:
    put(a="ok", b="library")
    go()
    assert [news.fresh for news in go(work="nowhere:work")] == [False, False]


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
        workers = readers(process.pid)
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


def test_a_document_that_waits_for_another_attempt_is_not_told_as_being_read(home: Path) -> None:
    put(a="kill", b="sleep")
    with start() as process:
        try:
            wait_for(lambda: running() == ["b.pdf"] and times_read("a") == 1)
            wait_for(lambda: running() == ["b.pdf"] and status(Path("out")).waiting == 2)
        finally:
            process.send_signal(signal.SIGTERM)


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
