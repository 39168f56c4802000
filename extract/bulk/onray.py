"""Machines that Ray brings together: each worker an actor, which Ray places where a CPU is free."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.bulk.cluster import Answered, Gone, News, Ready
from extract.bulk.node import Fault, Node
from extract.bulk.stopping import handlers_kept
from extract.bulk.supervise import WorkerError
from extract.bulk.task import Task
from extract.limits import Limits

LOCAL = "ray"
"""The address of a cluster of this machine alone, which begins and ends with the run."""

MISSING = "Ray is not installed: pip install 'gongkai[ray]'"
"""What is wrong where Ray cannot be imported."""

_END = 5.0
"""Seconds that workers get to end by themselves, so that nothing of theirs stays on their machines."""

_ANSWER = 20.0
"""Seconds that a cluster's head may take to answer at all."""

_TRIES = 3
"""How often a connection is asked for where what was to serve it at the head did not start, or not in time."""


@dataclass(slots=True)
class _Actor:
    handle: Any
    node: str = ""


class OnRay:
    """Workers on a Ray cluster; `extract.bulk.cluster.Machines` says what the methods do."""

    def __init__(self, address: str, work: str, jobs: int, limits: Limits, recycle: int) -> None:
        """Connect to nothing yet.

        Args:
            address: `ray` for this machine alone, else host:port of a cluster's head, or ray://host:port.
            work: The function that does a task, as `module:function`.
            jobs: How many workers there may be; 0 for as many as the cluster has CPUs.
            limits: Seconds and memory of a task.
            recycle: Tasks after which the process that does them is replaced.
        """
        self._address = address
        self._jobs = jobs
        self._arguments = (work, limits, recycle, Path.cwd())
        self._ray: Any = None
        self._actors: dict[int, _Actor] = {}
        self._asked: dict[Any, int] = {}
        self._started = 0

    def open(self) -> int:
        """Connect to the cluster, or start one; how many workers are wanted.

        Raises:
            WorkerError: Ray is not installed, or there is no cluster at this address.
        """
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
        try:
            import ray
        except ImportError as error:
            raise WorkerError(MISSING) from error
        how: dict[str, Any] = {"address": self._address}
        if self._address == LOCAL:
            how = {"address": "local", "include_dashboard": False, "num_cpus": self._jobs or None}
        try:
            if self._address != LOCAL:
                _call_at(self._address)
            with handlers_kept():
                _connected(ray, how)
        except Exception as error:  # Ray raises just that where a node of its own does not start in time
            ray.shutdown()
            raise WorkerError(f"no Ray cluster at {self._address}: {' '.join(str(error).split())[:500]}") from error
        self._ray = ray
        return self._jobs or max(1, int(ray.cluster_resources().get("CPU", 1)))

    def start(self) -> int:
        """Ask for an actor. Ray never restarts it, nor repeats a task: that is decided by who gives the tasks."""
        self._started += 1
        # Two calls at a time: `end` comes while `do` runs.
        remote = self._ray.remote(num_cpus=1, max_concurrency=2, scheduling_strategy="SPREAD")(Node)
        handle = remote.remote(*self._arguments)
        self._actors[self._started] = _Actor(handle)
        self._asked[handle.about.remote()] = self._started
        return self._started

    def give(self, worker: int, task: Task, *, fresh: bool) -> None:
        """Call an actor."""
        seen = all(path.is_file() for path in task.documents[0].paths)
        self._asked[self._actors[worker].handle.do.remote(task, seen=seen, fresh=fresh)] = worker

    def news(self, seconds: float) -> Iterator[News]:
        """What calls came to."""
        ray = self._ray
        if not self._asked:
            return
        done, _ = ray.wait(list(self._asked), timeout=seconds)
        if done:
            done, _ = ray.wait(list(self._asked), num_returns=len(self._asked), timeout=0)
        for call in done:
            worker = self._asked.pop(call)
            yield self._news(worker, call)

    def close(self) -> None:
        """End all actors and leave the cluster; one that was started here ends with it."""
        if self._ray is None:
            return
        ray, self._ray = self._ray, None
        try:
            ending = [one.handle.end.remote() for one in self._actors.values() if one.node]
            if ending:
                ray.wait(ending, num_returns=len(ending), timeout=_END)
            for one in self._actors.values():
                ray.kill(one.handle)
        except ray.exceptions.RayError:
            pass  # the cluster is gone, and its actors with it
        finally:
            ray.shutdown()

    def _news(self, worker: int, call: Any) -> News:
        ray = self._ray
        actor = self._actors[worker]
        try:
            said = ray.get(call)
            if not actor.node:
                actor.node, software = said
                return Ready(worker, actor.node, software)
            return Answered(worker, said)
        except ray.exceptions.RayTaskError as error:
            return Answered(worker, Fault(str(error)))
        except ray.exceptions.RayError as error:
            ray.kill(actor.handle)  # it may live on where only the way to it is gone
            del self._actors[worker]
            return Gone(worker, str(error))


def _connected(ray: Any, how: dict[str, Any]) -> None:
    """Connect as `how` says, again where the head of a ray:// address could not start what serves one more client.

    The head forks that process beside threads of gRPC, and now and then it dies at once, or is not there in time:
    https://github.com/ray-project/ray/issues/63202. Ray's words for it differ by the moment; the error's class is its
    own.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            ray.init(**how, logging_level="error", log_to_driver=False)
        except ConnectionAbortedError:
            if not tries_left:
                raise
            ray.shutdown()  # what is left of the attempt would be taken for a connection
        else:
            return


def _call_at(address: str) -> None:
    """Raise OSError or ValueError at once where nobody answers; Ray itself takes minutes to find out."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not (host and colon and port.isdecimal()):
        raise ValueError("write ray, HOST:PORT or ray://HOST:PORT")
    socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWER).close()
