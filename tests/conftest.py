"""The seed of the random reports of a run: one for all its processes, told at its end. No test is timed."""

import os
import random
import signal

import pytest
from hypothesis import settings

settings.register_profile("gongkai", deadline=None)
settings.load_profile("gongkai")

DRAWN = 40
"""How many random reports a run draws: those of the seed, and of the numbers after it."""


LONG = (
    *("test_scans", "test_random_reports", "test_run_again", "test_bulk", "test_hostile", "test_review"),
    *("test_review_notebook", "test_review_browser", "test_fulltext", "test_show", "test_notebooks", "test_word"),
    *("test_written", "test_fuzz", "test_parts"),
)
"""What takes longest comes first, so that no process is left with it at the end."""


def pytest_collection_modifyitems(items):
    order = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.stem, len(LONG)))


def pytest_configure():
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a shell's background job, and in all that tests start
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["GONGKAI_SEED"] = os.environ.get("GONGKAI_SEED") or str(random.SystemRandom().randrange(10_000, 10**9))


def pytest_terminal_summary(terminalreporter):
    seed = os.environ["GONGKAI_SEED"]
    terminalreporter.write_line(
        f"random reports: GONGKAI_SEED={seed}, or benchmarks/layouts.py --seed {seed} --count {DRAWN}"
    )


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty folder, in which the test works."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def wordy(home, monkeypatch):
    """An empty folder, in which documents say what reading them comes to."""
    from wordy import fake_read_all, read_by

    read_by(monkeypatch, fake_read_all)
    for name in ("PASSWORD", "ENGINE", "MODELS"):
        monkeypatch.delenv(f"GONGKAI_{name}", raising=False)
    return home


@pytest.fixture(scope="module")
def browser():
    """Chromium; the test is skipped where there is none."""
    from homes import chromium

    with chromium() as one:
        yield one
