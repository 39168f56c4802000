"""Runs of many documents: what workers gain, what supervising costs, memory, rate, start-up, and kills at random.

    python benchmarks/bulk.py throughput     200 mixed documents: one worker, two, and none
    python benchmarks/bulk.py endurance      10,000 small reports: memory of the parent, rate, start-up after a stop
    python benchmarks/bulk.py kills          100 documents with scans, killed 20 times, against an undisturbed run
    python benchmarks/bulk.py tables         the tables of 10,000 results that nothing was read for: time, memory
    python benchmarks/bulk.py hostile        all bad files of tests/corpus, those that take long too

The documents are the samples, copied with a few bytes after their end, so that no two are equal.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

SAMPLES = Path(__file__).parents[1] / "samples"
GONGKAI = [sys.executable, "-c", "from extract.cli import main; main()"]
NATIVE = ("city", "hybrid", "half-row", "blanks", "wrong-totals", "seed-000", "seed-001", "rotated", "edition-2019")
SCANS = ("scans/one-page.png", "scans/clean-100.pdf")


def archive(folder: Path, count: int, *, one_scan_in: int = 0) -> None:
    """Fill a folder with documents that all differ, one in so many of them a scan."""
    folder.mkdir(parents=True)
    natives, scans = itertools.cycle(NATIVE), itertools.cycle(SCANS)
    for number in range(count):
        scan = one_scan_in and number % one_scan_in == 0
        source = SAMPLES / (next(scans) if scan else f"{next(natives)}.pdf")
        target = folder / f"{number // 1000:03}" / f"{number:06}{source.suffix}"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source.read_bytes() + f"\n% {number}\n".encode())


def command(documents: Path, out: Path, jobs: int, *more: str) -> list[str]:
    """The command line of a run."""
    return [*GONGKAI, "extract", str(documents), "-o", str(out), "--jobs", str(jobs), "--no-report", *more]


def environment() -> dict[str, str]:
    """One thread for each library, as everywhere in our figures."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def seconds(arguments: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds, with all children, of a run."""
    before, cpu = time.monotonic(), sum(os.times()[2:4])
    subprocess.run([*arguments, "--quiet"], env=environment(), stderr=subprocess.DEVNULL, check=False)
    return time.monotonic() - before, sum(os.times()[2:4]) - cpu


def throughput(work: Path, count: int, one_scan_in: int) -> None:
    """Two workers against one, one against none, and the most that two processes get out of the machine."""
    archive(work / "in", count, one_scan_in=one_scan_in)
    told = {}
    for jobs in (1, 2, 0):
        told[jobs] = seconds(command(work / "in", work / f"out{jobs}", jobs))
        print(f"jobs {jobs}: {told[jobs][0]:.1f} s, {told[jobs][1]:.1f} s of CPU", flush=True)
    halves = [work / "one", work / "other"]
    for half in halves:
        archive(half, count // 2, one_scan_in=one_scan_in)
    before = time.monotonic()
    alone = [
        subprocess.Popen(
            [*command(half, half.with_suffix(".out"), 0), "--quiet"], env=environment(), stderr=subprocess.DEVNULL
        )
        for half in halves
    ]
    apart = max((process.wait(), time.monotonic() - before)[1] for process in alone)
    print(f"two workers: {told[1][0] / told[2][0]:.2f} times the throughput of one")
    print(f"two commands with half of the documents each, unsupervised: {told[0][0] / apart:.2f} times that of one")
    print(f"supervising: {100 * (told[1][1] / told[0][1] - 1):.1f} % of CPU")


def endurance(work: Path, count: int) -> None:
    """Memory of the parent and rate over a long run that is interrupted at 90 %, and the start-up after that."""
    archive(work / "in", count)
    out = work / "out"
    first = follow(command(work / "in", out, 2, "--log-json", "--format", "json"), until=int(0.9 * count))
    took = hashing(work / "in")
    begun = time.monotonic()
    rest = follow(command(work / "in", out, 2, "--log-json", "--format", "json"), until=0)
    fresh = next(at for at, _, was_fresh in rest if was_fresh)
    early = [memory for number, (_, memory, _) in enumerate(first) if number >= min(500, count // 20)]
    times = [at for at, _, _ in first]
    part = max(2, count // 10)
    rates = [part / (times[n + part - 1] - times[n]) for n in (part // 10, len(times) - part)]
    print(f"memory of the parent after the first: {min(early) >> 20} to {max(early) >> 20} MB")
    print(f"rate: {rates[0]:.2f} a second at first, {rates[1]:.2f} at last ({100 * (rates[1] / rates[0] - 1):+.1f} %)")
    print(f"first new document {fresh - begun:.1f} s after the start, {len(rest)} documents told")
    print(f"hashing the documents alone, just before: {took:.1f} s, as much of them as the system holds in memory")


def hashing(folder: Path) -> float:
    """Seconds that it takes to hash all files of a folder."""
    before = time.monotonic()
    for path in folder.rglob("*.pdf"):
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
    return time.monotonic() - before


def follow(arguments: list[str], until: int) -> list[tuple[float, int, bool]]:
    """When each document was told, how large the parent was then, and whether it was new; stops it after `until`."""
    told = []
    with subprocess.Popen(
        arguments, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        parent = psutil.Process(process.pid)
        assert process.stderr is not None
        for line in process.stderr:
            event = json.loads(line)
            if event["event"] == "document":
                memory = parent.memory_info().rss
                told.append((time.monotonic(), memory, event["fresh"]))
                if len(told) == until:
                    process.send_signal(signal.SIGTERM)
    return told


def kills(work: Path, count: int, times: int) -> None:
    """Kill the whole tree of a run at random moments, and hold its outputs against those of a run left alone."""
    archive(work / "in", count, one_scan_in=10)
    took, _ = seconds(command(work / "in", work / "whole", 2))
    chance = random.Random(6)
    killed = 0
    while killed < times:
        with subprocess.Popen(
            command(work / "in", work / "out", 2, "--quiet"), env=environment(), stderr=subprocess.DEVNULL
        ) as process:
            try:
                process.wait(chance.uniform(0.5, 2 * took / times))
                shutil.rmtree(work / "out")  # it came to its end: begin anew
                continue
            except subprocess.TimeoutExpired:
                tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
                for one in tree:
                    one.kill()
                psutil.wait_procs(tree)
                killed += 1
    subprocess.run(command(work / "in", work / "out", 2, "--quiet"), env=environment(), check=False)
    whole, out = contents(work / "whole"), contents(work / "out")
    different = sorted(name for name in whole.keys() | out.keys() if whole.get(name) != out.get(name))
    print(f"killed {killed} times: {len(out)} files, {len(different)} differ {different[:5]}")


def tables(work: Path, count: int) -> None:
    """Fill a ledger with the results of a few samples, each an agency and year of its own, and write its tables."""
    from dataclasses import replace
    from pathlib import PurePosixPath

    from extract import read
    from extract.bulk.ledger import Key, opened
    from extract.bulk.task import Result
    from extract.export import documents
    from extract.export.rows import packed, row
    from extract.inputs import Document

    reports = [read(SAMPLES / f"{name}.pdf") for name in NATIVE]
    rows = [packed(row(cell) for cell in one.cells) for one in reports]
    outcomes = [documents.outcome("", one, "") for one in reports]
    chance = random.Random(6)
    (work / "out").mkdir()
    planned = [
        Document(f"{number:06}.pdf", (Path(f"{number:06}.pdf"),), PurePosixPath(f"{number:06}"))
        for number in range(count)
    ]
    with opened(work / "ledger.sqlite") as ledger:
        ledger.ask("PRAGMA synchronous = OFF")
        ledger.begin(planned, (), 1, force=False)
        for one in planned:
            which = chance.randrange(len(reports))
            issuer = replace(outcomes[which].issuer, agency=f"{chance.randrange(count // 5 + 1)}县人民政府")
            named = replace(outcomes[which], document=one.name, output=str(one.output), issuer=issuer)
            ledger.done(one, Result(named.verdict, (named,), (rows[which],)), Key("", "", "", ""), 0.1)
    script = """if True:
        import sys, time
        from pathlib import Path
        from extract.bulk.ledger import opened
        from extract.bulk import tables
        with opened(Path(sys.argv[1])) as ledger:
            held = lambda: next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
            before, cpu = int(held()), time.process_time()
            tables.write(ledger, Path(sys.argv[2]), Path(sys.argv[3]))
            print(f"{time.process_time() - cpu:.1f} s of CPU, {before >> 10} MB before, {int(held()) >> 10} MB at most")
    """
    arguments = [sys.executable, "-c", script, str(work / "ledger.sqlite"), str(work / "out"), str(work / "staging")]
    subprocess.run(arguments, env=environment(), check=True)
    for path in sorted((work / "out").rglob("*.*")):
        print(f"{path.name}: {path.stat().st_size >> 10} KB")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of an output folder but those of the run itself."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".gongkai" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def hostile(work: Path) -> None:
    """Every bad file: whether its verdict is right, and what the costliest worker held."""
    sys.path.insert(0, str(SAMPLES.parent / "tests"))
    import corpus
    from watch import Watch

    (work / "in").mkdir()
    made = corpus.make(work / "in", large=True)
    arguments = command(work / "in", work / "out", 2, "--timeout", "20", "--max-memory", "1G", "--format", "json")
    with (
        subprocess.Popen(arguments, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process,
        Watch(process.pid, work / "out") as watch,
    ):
        records = [json.loads(line) for line in process.communicate()[0].splitlines()]
    found = {Path(one["document"]).relative_to(work / "in").as_posix(): one for one in records}
    wrong = 0
    for name, bad in made.items():
        one = found.get(name.encode("utf-8", "backslashreplace").decode())
        if (one["verdict"] if one else None) not in (bad.verdicts or {None}):
            wrong += 1
            print(f"{name!r}: {one and (one['verdict'], one['error'])} is not {sorted(bad.verdicts)}")
    print(f"{len(made)} bad files, {wrong} wrong verdicts; the largest worker held {watch.memory >> 20} MB of 1024")
    print(f"the longest took {max(watch.seconds.values()):.1f} s of 20")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["throughput", "endurance", "kills", "tables", "hostile"])
    parser.add_argument("--count", type=int, help="documents (200, 10,000, 100, 10,000)")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--one-scan-in", type=int, default=20, metavar="N", help="throughput: each N-th is a scan")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if asked.what == "throughput":
            throughput(work, asked.count or 200, asked.one_scan_in)
        elif asked.what == "endurance":
            endurance(work, asked.count or 10_000)
        elif asked.what == "tables":
            tables(work, asked.count or 10_000)
        elif asked.what == "hostile":
            hostile(work)
        else:
            kills(work, asked.count or 100, asked.kills)


if __name__ == "__main__":
    main()
