"""Runs on a real Ray cluster: two nodes on this machine, one of which is killed while it reads."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from extract.bulk import place
from extract.bulk.ledger import opened
from extract.bulk.run import How, Told, run
from extract.bulk.status import status
from extract.bulk.task import Settings
from extract.inputs import plan
from extract.limits import Limits

pytest.importorskip("ray", reason="Ray is an extra: pip install 'gongkai[ray]'")

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
GONGKAI = Path(sys.executable).with_name("gongkai")

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="nodes are killed with POSIX signals"),
    pytest.mark.xdist_group("ray"),
]

_NODE = {"num_cpus": 1, "object_store_memory": 100 * 2**20, "include_dashboard": False}


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from ray.cluster_utils import Cluster

    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "tests")]))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nodes = Cluster(initialize_head=True, head_node_args={**_NODE, "ray_client_server_port": port})
    nodes.client = f"ray://{nodes.head_node.node_ip_address}:{port}"
    try:
        nodes.second = nodes.add_node(**_NODE)
        yield nodes
    finally:
        nodes.shutdown()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of an output folder but those of the run itself."""
    files = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    return {name: data for name, data in names.items() if not name.startswith(".gongkai/")}


def wait_for(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


def running() -> list[str]:
    try:
        return sorted(Path(name).name for name in status(Path("out")).running)
    except Exception:
        return []


def readers() -> list[psutil.Process]:
    """The processes that read documents."""
    below = psutil.Process().children(recursive=True)
    return [one for one in below if "spawn_main" in " ".join(one.cmdline())]


def go(*, on: str = "", out: str = "out", stopped: Callable[[], str] = lambda: "", **files: str) -> list[Told]:
    """A run of faulty workers to its end."""
    Path("in").mkdir(exist_ok=True)
    for name, words in files.items():
        Path("in", f"{name}.pdf").write_text(words, encoding="utf-8")
    settings = Settings(limits=Limits(seconds=3.0, memory=400 * 2**20), evidence=False)
    how = How(settings, on=on, jobs=0 if on else 1, work="faults:work")
    with place.locked(Path(out)), opened(place.ledger(Path(out))) as ledger:
        return list(run(plan(["in"]), Path(out), how, ledger, stopped))


def test_a_node_that_is_killed_costs_retries_and_no_results(home: Path, cluster: Any) -> None:
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
        cluster.remove_node(cluster.second, allow_graceful=False)
        said = process.communicate(timeout=240)[1]
    assert process.returncode == plain.returncode == 1, "one document is truncated"
    events = [json.loads(line) for line in said.splitlines()]
    (lost,) = (one for one in events if one["event"] == "again")
    assert lost["document"] in {"in/a1.pdf", "in/a2.pdf"}
    assert lost["cause"].startswith("lost with its worker on ")
    assert contents(Path("out")) == contents(Path("plain"))
    assert not psutil.wait_procs(reading, timeout=20)[1], "what read on the lost node ended with it"
    assert sorted(path.name for path in Path("out/.gongkai").iterdir()) == ["ledger.sqlite", "lock"]
