"""Runs on a real Ray cluster: two nodes on this machine, one of which is killed while it reads."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from faulty_runs import GONGKAI, ROOT, SAMPLES, contents, go, lines, put, readers, running, verdicts, wait_for

pytest.importorskip("ray", reason="Ray is an extra: pip install 'gongkai[ray]'")

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="nodes are killed with POSIX signals"),
    pytest.mark.xdist_group("ray"),
]

_NODE = {"num_cpus": 1, "object_store_memory": 100 * 2**20, "include_dashboard": False}


class Nodes:
    """A head node and a second one, each with one CPU."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        head = {**_NODE, "ray_client_server_port": port}
        self.cluster = patiently(lambda: Cluster(initialize_head=True, head_node_args=head))
        self.second: Any = None
        self.address = str(self.cluster.address)
        self.client = f"ray://{self.cluster.head_node.node_ip_address}:{port}"

    def complete(self) -> Nodes:
        if self.second is None:
            self.second = patiently(lambda: self.cluster.add_node(**_NODE))
        return self

    def kill_the_second(self) -> None:
        self.cluster.remove_node(self.second, allow_graceful=False)
        self.second = None


def patiently(start: Callable[[], Any]) -> Any:
    """What starts a node, where it may take longer than the 30 seconds that Ray waits: tests run beside this one."""
    for _ in range(3):
        try:
            return start()
        except Exception as error:
            if "timed out" not in str(error):
                raise
    return start()


@pytest.fixture(scope="module")
def started() -> Iterator[Nodes]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patched.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "tests")]))
        nodes = Nodes()
        try:
            yield nodes
        finally:
            nodes.cluster.shutdown()


@pytest.fixture
def cluster(started: Nodes) -> Nodes:
    return started.complete()


def test_a_node_that_is_killed_costs_retries_and_no_results(home: Path, cluster: Nodes) -> None:
    """Two scans first, so that each node is at one of them when the second node is killed."""
    Path("in").mkdir()
    for number in (1, 2):
        shutil.copy(SAMPLES / "scans/clean-100.pdf", f"in/a{number}.pdf")
    with Path("in/a2.pdf").open("ab") as file:
        file.write(b"\n% of other bytes, so that both are read\n")
    for name in ("seed-000", "seed-001", "seed-002", "hostile/truncated"):
        shutil.copy(SAMPLES / f"{name}.pdf", "in")
    command = [str(GONGKAI), "extract", "in", "--log-json"]
    plain = subprocess.run([*command, "-o", "plain"], stderr=subprocess.DEVNULL, check=False)
    with subprocess.Popen(
        [*command, "-o", "out", "--on", cluster.address], stderr=subprocess.PIPE, text=True
    ) as process:
        wait_for(lambda: running() == ["a1.pdf", "a2.pdf"] and len(readers()) == 2)
        reading = readers()
        cluster.kill_the_second()
        said = process.communicate(timeout=240)[1]
    assert process.returncode == plain.returncode == 1, "one document is truncated"
    events = [json.loads(line) for line in said.splitlines()]
    (lost,) = (one for one in events if one["event"] == "again")
    assert lost["document"] in {"in/a1.pdf", "in/a2.pdf"}
    assert lost["cause"].startswith("lost with its worker on ")
    assert contents(Path("out")) == contents(Path("plain"))
    assert not psutil.wait_procs(reading, timeout=20)[1], "what read on the lost node ended with it"
    assert sorted(path.name for path in Path("out/.gongkai").iterdir()) == ["ledger.sqlite", "lock"]


def test_limits_hold_and_a_document_that_costs_its_process_is_tried_once_more_alone(home: Path, cluster: Nodes) -> None:
    put(a="ok 1", b="kill", c="hang", d="hog", e="library", f="ok 2", g="kill once")
    news = go(on=cluster.address, jobs=0)
    assert verdicts() == {
        **dict.fromkeys("afg", "ok"),
        **dict.fromkeys("be", "crashed"),
        "c": "timed-out",
        "d": "over-limit",
    }
    errors = {name: row["error"] for name, row in lines().items()}
    assert errors["b"] == "the worker process was ended by SIGKILL, twice"
    assert errors["c"] == "not done after 3 seconds, twice"
    assert errors["d"].endswith("MB, more than the limit of 400 MB, twice")
    traces = {one.document.path.stem: one.result.outcomes[0].traceback for one in news if one.result}
    assert "faults.py" in traces["c"], "the stack it hung in"
    assert not readers()
    assert [one.fresh for one in go(on=cluster.address, jobs=0)] == [False] * 7, "the ledger is the same"


def test_through_rays_client_too_and_inputs_by_relative_paths(home: Path, cluster: Nodes) -> None:
    """The nodes run in other folders than the command."""
    Path("in").mkdir()
    Path("elsewhere").mkdir()
    for name in ("seed-000", "seed-001", "city"):
        shutil.copy(SAMPLES / f"{name}.pdf", "in")
    os.chdir("elsewhere")
    command = [str(GONGKAI), "extract", "../in", "--quiet", "-o"]
    subprocess.run([*command, "plain"], check=True)
    subprocess.run([*command, "out", "--on", cluster.client], check=True)
    assert contents(Path("out")) == contents(Path("plain"))


def test_ctrl_c_stops_cleanly_on_a_cluster_of_its_own(home: Path) -> None:
    """SIGINT to the whole process group, as a terminal sends it."""
    Path("in").mkdir()
    for number in range(6):  # enough of them, and none the other's duplicate, that one is being read when it is looked
        scan = (SAMPLES / "scans/clean-100.pdf").read_bytes()
        Path("in", f"{number}.pdf").write_bytes(scan + f"\n% {number}\n".encode())
    command = [str(GONGKAI), "extract", "in", "-o", "out", "--on", "ray", "--jobs", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        wait_for(lambda: running() and readers())
        below = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert said.splitlines()[-1] == "stopped by SIGINT: the same command goes on from here"
    assert not psutil.wait_procs(below, timeout=20)[1], "neither readers nor Ray stay behind"
    assert not Path("out/documents.csv").exists()
    assert not Path("out/.gongkai/staging").exists()
