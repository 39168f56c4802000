"""What it costs until `gongkai` begins, beside Python alone: python benchmarks/startup.py [--rounds 7].

CPU time of a process and its children, the least of the rounds, which take turns.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from pathlib import Path

GONGKAI = str(Path(sys.executable).with_name("gongkai"))
CONTESTANTS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "gongkai --version": [GONGKAI, "--version"],
    "gongkai --help": [GONGKAI, "--help"],
    "import extract": [sys.executable, "-c", "import extract"],
}


def spent(words: list[str]) -> float:
    """Seconds of CPU of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print a table of commands."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = [{name: spent(words) for name, words in CONTESTANTS.items()} for _ in range(parser.parse_args().rounds)]
    least = {name: min(one[name] for one in rounds) for name in CONTESTANTS}
    floor = least["python -c pass"]
    print(f"{'command':20} {'/ python':>8} {'ms':>6}")
    for name, seconds in least.items():
        print(f"{name:20} {seconds / floor:8.1f} {1000 * seconds:6.0f}")


if __name__ == "__main__":
    main()
