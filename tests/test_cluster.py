"""Tasks on the machines of a cluster, with one made up here: what is lost, what comes again, and what ends a run."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner

from extract.bulk import versions
from extract.bulk.cluster import Answered, Cluster, Gone, News, Ready
from extract.bulk.events import Event, Finished, Lost, Started
from extract.bulk.node import Answer, Fault, Node
from extract.bulk.onray import OnRay
from extract.bulk.supervise import RECYCLE, WorkerError
from extract.bulk.task import Done, Settings, Task
from extract.cli import main
from extract.inputs import Document
from extract.limits import Limits
from extract.model import Verdict


@dataclass
class Script:
    """Machines that do as a task's name says, a word each time: `ok`, `died` (its process), `gone` (its machine).

    `room` workers become ready; the others wait for ever. Those of `stillborn` end before they do.
    """

    jobs: int = 2
    room: int = 99
    software: str = field(default_factory=versions.software)
    stillborn: int = 0
    given: list[tuple[str, bool, int]] = field(default_factory=list)
    at_work: dict[int, Task] = field(default_factory=dict)
    soon: deque[News] = field(default_factory=deque)
    started: int = 0
    closed: bool = False

    def open(self) -> int:
        return self.jobs

    def start(self) -> int:
        self.started += 1
        if self.started <= self.stillborn:
            self.soon.append(Gone(self.started, "Traceback:\n  ...\nNo module named 'extract'"))
        elif self.started <= self.room:
            self.soon.append(Ready(self.started, f"node-{self.started}", self.software))
        return self.started

    def give(self, worker: int, task: Task, *, fresh: bool) -> None:
        assert worker not in self.at_work, "one task at a time"
        self.at_work[worker] = task
        self.given.append((task.name, fresh, len(self.at_work)))

    def news(self, seconds: float) -> Iterable[News]:
        while self.soon:
            yield self.soon.popleft()
        if self.at_work:
            worker = next(iter(self.at_work))
            task = self.at_work.pop(worker)
            times = sum(name == task.name for name, _, _ in self.given)
            words = task.name.split()
            yield self.become(worker, task, words[min(times, len(words) - 1)])

    def become(self, worker: int, task: Task, word: str) -> News:
        match word:
            case "gone":
                return Gone(worker, "The actor died: Owner's\nnode has died.")
            case "died":
                return Answered(worker, Answer(Lost(task, Verdict.CRASHED, "ended", 1.0, "the stack", again=True)))
            case "blind":
                return Answered(worker, Fault("in/a.pdf is not seen from here"))
        return Answered(worker, Answer(Finished(task, Done(()), 1.0), (("0/a/cells.csv", word.encode()),)))

    def close(self) -> None:
        self.closed = True


def tasks(folder: Path, *names: str) -> Iterator[Task | None]:
    for number, name in enumerate(names):
        yield None
        document = Document(name, (Path(name),), PurePosixPath(str(number)))
        yield Task((document,), Settings(), folder / str(number))


def done(script: Script, folder: Path, *names: str, patience: float = 600.0) -> list[Event]:
    cluster = Cluster(script, patience=patience)
    try:
        return [event for told in cluster.run(tasks(folder, *names), lambda: False) for event in told]
    finally:
        cluster.close()
        assert script.closed


def lost(events: list[Event]) -> list[tuple[str, str, bool, bool]]:
    return [(one.task.name, one.cause, one.again, one.alone) for one in events if isinstance(one, Lost)]


def test_each_task_is_done_and_its_files_are_staged_here(tmp_path: Path) -> None:
    script = Script()
    events = done(script, tmp_path, "a ok", "b ok", "c other")
    assert sorted(one.task.name for one in events if isinstance(one, Finished)) == ["a ok", "b ok", "c other"]
    assert sum(isinstance(one, Started) for one in events) == 3
    files = {str(one.relative_to(tmp_path)): one.read_text() for one in tmp_path.rglob("*") if one.is_file()}
    assert files == {"0/0/a/cells.csv": "ok", "1/0/a/cells.csv": "ok", "2/0/a/cells.csv": "other"}
    assert script.started == 2


def test_no_more_workers_are_asked_for_than_there_are_tasks(tmp_path: Path) -> None:
    script = Script(jobs=50)
    done(script, tmp_path, "a ok", "b ok")
    assert script.started <= 2


def test_what_is_lost_with_a_machine_is_done_elsewhere_at_once(tmp_path: Path) -> None:
    script = Script(jobs=2)
    events = done(script, tmp_path, "a gone ok", "b ok", "c ok", "d ok")
    assert {one.task.name for one in events if isinstance(one, Finished)} == {"a gone ok", "b ok", "c ok", "d ok"}
    ((name, cause, again, alone),) = lost(events)
    assert (name, again, alone) == ("a gone ok", True, False)
    assert cause.startswith("lost with its worker on node-")
    assert script.given[-1][0] != "a gone ok", "it does not wait for the others"


def test_what_is_lost_again_and_again_comes_alone_and_is_given_up(tmp_path: Path) -> None:
    script = Script(jobs=3)
    events = done(script, tmp_path, "a gone", "b ok", "c ok", "d ok", "e ok")
    assert [(again, alone) for _, _, again, alone in lost(events)] == [
        (True, False),
        (True, True),
        (True, True),
        (False, True),
    ]
    assert lost(events)[-1][1].endswith(", 4 times now")
    assert [one for one in script.given if one[1]] == [("a gone", True, 1)] * 2, "in a fresh process, nothing beside it"
    assert sum(isinstance(one, Finished) for one in events) == 4


def test_what_costs_its_process_comes_once_more_alone_when_all_others_are_done(tmp_path: Path) -> None:
    script = Script(jobs=2)
    events = done(script, tmp_path, "a died", "b died ok", "c ok", "d ok")
    assert [one for one in lost(events) if one[0] == "a died"] == [
        ("a died", "ended", True, True),
        ("a died", "ended, twice", False, True),
    ]
    assert [one for one in lost(events) if one[0] == "b died ok"] == [("b died ok", "ended", True, True)]
    assert sorted(script.given[-2:]) == [("a died", True, 1), ("b died ok", True, 1)]


def test_a_run_goes_on_with_the_workers_that_there_is_room_for(tmp_path: Path) -> None:
    script = Script(jobs=4, room=1)
    events = done(script, tmp_path, *(f"{number} ok" for number in range(9)))
    assert sum(isinstance(one, Finished) for one in events) == 9


def test_a_run_ends_where_no_machine_has_room(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match=r"no machine of the cluster gave a CPU within 0\.1 seconds"):
        done(Script(room=0), tmp_path, "a ok", patience=0.1)
    with pytest.raises(WorkerError, match="no machine of the cluster gave a CPU"):
        done(Script(jobs=1, room=1), tmp_path, "a gone ok", patience=0.1)


def test_a_run_ends_where_workers_do_not_start_and_goes_on_where_one_did_not(tmp_path: Path) -> None:
    assert len(done(Script(stillborn=2), tmp_path, "a ok")) == 2
    with pytest.raises(WorkerError, match=r"workers do not start: .* No module named 'extract'"):
        done(Script(stillborn=3), tmp_path, "a ok")


def test_a_run_ends_at_a_machine_that_would_give_other_results_or_none(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="node-1 has other versions of gongkai or its libraries"):
        done(Script(software="older"), tmp_path, "a ok")
    with pytest.raises(WorkerError, match=r"node-1: in/a\.pdf is not seen from here"):
        done(Script(jobs=1), tmp_path, "a blind")


def test_a_run_that_is_stopped_takes_no_more_tasks(tmp_path: Path) -> None:
    script = Script(jobs=1)
    events: list[Event] = []
    for told in Cluster(script).run(tasks(tmp_path, "a ok", "b ok", "c ok"), lambda: len(events) >= 2):
        events.extend(told)
    assert len(script.given) <= 2


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    """The far end, in this process; it hides the main module, which the fixture puts back."""
    main = sys.modules["__main__"]
    main.__file__ = getattr(
        main, "__file__", None
    )  # a worker of pytest-xdist has none, and what was none is not put back
    monkeypatch.setattr(main, "__file__", None)
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    (tmp_path / "in").mkdir()
    node = Node("faults:work", Limits(seconds=3.0, memory=400 * 2**20), RECYCLE, tmp_path)
    yield node
    node.end()


def ask(node: Node, folder: Path, words: str, *, fresh: bool = False) -> Answer | Fault | None:
    (folder / "in/a.pdf").write_text(words)
    document = Document("in/a.pdf", (Path("in/a.pdf"),), PurePosixPath("a"))
    return node.do(Task((document,), Settings(evidence=False), folder / "not here"), seen=True, fresh=fresh)


def test_a_node_does_tasks_in_a_process_of_its_own_within_limits(tmp_path: Path, node: Node) -> None:
    answer = ask(node, tmp_path, "ok")
    assert isinstance(answer, Answer)
    assert isinstance(answer.event, Finished)
    assert [name for name, _ in answer.files] == ["0/cells.csv", "0/report.json", "0/tables.xlsx"]
    assert not (tmp_path / "not here").exists()
    for word, verdict in (("kill", Verdict.CRASHED), ("hang", Verdict.TIMED_OUT), ("ok", None)):
        answer = ask(node, tmp_path, word, fresh=True)
        assert isinstance(answer, Answer)
        assert getattr(answer.event, "verdict", None) is verdict


def test_a_node_says_what_it_does_not_see(tmp_path: Path, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.bulk.node._APPEARS", 0.0)
    document = Document("in/b.pdf", (Path("in/b.pdf"),), PurePosixPath("b"))
    told = node.do(Task((document,), Settings(), tmp_path), seen=True, fresh=False)
    assert isinstance(told, Fault)
    assert told.cause.startswith("in/b.pdf is not seen from here: ")
    (tmp_path / "in/b.pdf").write_text("ok")
    told = node.do(Task((document,), Settings(corrections=Path("right")), tmp_path), seen=True, fresh=False)
    assert isinstance(told, Fault)
    assert told.cause.startswith("right is not seen from here: "), "without them the numbers would be others"


def test_without_ray_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    said = CliRunner().invoke(main, ["extract", __file__, "-o", str(tmp_path / "out"), "--on", "ray"])
    assert said.exit_code == 2
    assert said.stderr.splitlines()[-1] == "Error: Ray is not installed: pip install 'gongkai[ray]'"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "nowhere", "ray://"])
def test_an_address_where_no_cluster_answers_is_told_at_once(address: str) -> None:
    pytest.importorskip("ray")
    with pytest.raises(WorkerError, match=f"no Ray cluster at {address}: "):
        OnRay(address, "faults:work", 1, Limits(), RECYCLE).open()


@dataclass
class Head:
    """Ray as far as a connection needs it; its head fails once for each of `causes`, then serves."""

    causes: list[Exception]
    asked: list[dict[str, object]] = field(default_factory=list)
    connected: bool = False

    def init(self, **how: object) -> None:
        assert not self.connected
        self.connected = True  # a failed attempt leaves something behind, until `shutdown`
        self.asked.append(how)
        if self.causes:
            raise self.causes.pop(0)

    def shutdown(self) -> None:
        self.connected = False

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 3.0}


def aborted(why: str) -> ConnectionAbortedError:
    """As Ray words it, the far end's traceback within."""
    return ConnectionAbortedError(f"Initialization failure from server:\nTraceback ...\nRuntimeError: {why}")


BUSY = "Starting Ray client server failed. See ray_client_server_23000.err for detailed logs."


@pytest.fixture
def open_at_head(monkeypatch: pytest.MonkeyPatch) -> Callable[[Head], int]:
    """What opens a connection to a head that is made up."""
    monkeypatch.setattr("extract.bulk.onray._call_at", lambda _: None)

    def opened(head: Head) -> int:
        monkeypatch.setitem(sys.modules, "ray", head)
        return OnRay("ray://head:10001", "faults:work", 0, Limits(), RECYCLE).open()

    return opened


@pytest.mark.parametrize(
    "why",
    [
        "Proxy failed to Connect to backend! Check ...",
        "psutil.ZombieProcess: PID still exists but it's a zombie (pid=4711, ppid=4242, name='python')",
    ],
)
def test_a_head_whose_server_did_not_start_is_asked_again(open_at_head: Callable[[Head], int], why: str) -> None:
    head = Head([aborted(BUSY), aborted(why)])
    assert open_at_head(head) == 3
    assert [how["address"] for how in head.asked] == ["ray://head:10001"] * 3
    assert head.connected


def test_a_head_that_never_serves_or_refuses_for_another_cause_ends_the_run(
    open_at_head: Callable[[Head], int],
) -> None:
    busy = Head([aborted(BUSY) for _ in range(9)])
    with pytest.raises(WorkerError, match=r"no Ray cluster at ray://head:10001: .* Starting Ray client server failed"):
        open_at_head(busy)
    assert (len(busy.asked), busy.connected) == (3, False)
    for other in (ConnectionError(BUSY), RuntimeError("Version mismatch")):
        head = Head([other])
        with pytest.raises(WorkerError, match="no Ray cluster at ray://head:10001: "):
            open_at_head(head)
        assert (len(head.asked), head.connected) == (1, False)
