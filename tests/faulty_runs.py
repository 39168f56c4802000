"""Runs whose workers fail as the documents say (faults.py), and what they leave."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
from click.testing import CliRunner, Result

from extract.bulk import place
from extract.bulk.ledger import opened
from extract.bulk.run import How, Told, run
from extract.bulk.status import status
from extract.bulk.task import Settings
from extract.cli import main
from extract.inputs import plan
from extract.limits import Limits

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
GONGKAI = Path(sys.executable).with_name("gongkai")


def put(**files: str) -> None:
    """Documents in the folder `in`, by their names and what they say."""
    Path("in").mkdir(exist_ok=True)
    for name, words in files.items():
        Path("in", f"{name}.pdf").write_text(words, encoding="utf-8")


def go(*inputs: str, work: str = "faults:work", out: str = "out", seconds: float = 3.0, **how: object) -> list[Told]:
    """A run of faulty workers to its end."""
    settings = Settings(limits=Limits(seconds=seconds, memory=400 * 2**20), evidence=False)
    with place.locked(Path(out)), opened(place.ledger(Path(out))) as ledger:
        return list(run(plan(inputs or ["in"]), Path(out), How(settings, work=work, **how), ledger))  # type: ignore[arg-type]


def lines(out: str = "out") -> dict[str, dict[str, str]]:
    """The rows of documents.csv, by the names that `put` gave."""
    with Path(out, "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["document"].removeprefix("in/").removesuffix(".pdf"): row for row in csv.DictReader(file)}


def verdicts(out: str = "out") -> dict[str, str]:
    return {name: row["verdict"] for name, row in lines(out).items()}


def times_read(name: str) -> int:
    """How often a worker began to read this document."""
    log = Path("in", f"{name}.read")
    return log.read_text().count("read") if log.exists() else 0


def gongkai(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of an output folder but those of the run itself."""
    files = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    return {name: data for name, data in names.items() if not name.startswith(".gongkai/")}


def wait_for(condition: Callable[[], object], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
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
    """The documents that are being read."""
    try:
        return sorted(Path(name).name for name in status(Path("out")).running)
    except Exception:  # there is no ledger yet
        return []


def below(words: str, pid: int | None = None) -> list[psutil.Process]:
    """The processes below this one, or below that with `pid`, whose command line has these words."""
    found = []
    for one in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it may end meanwhile
            found += [one] if words in " ".join(one.cmdline()) else []
    return found


def readers(pid: int | None = None) -> list[psutil.Process]:
    """The processes that read documents."""
    return below("spawn_main", pid)
