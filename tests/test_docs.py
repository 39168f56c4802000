"""What the documentation says: its commands and programs are run, its site is built, its picture is the contract's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from docs.generate import licences
from docs.pictures import rooms

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "docs/tutorial.md")
SETUP = re.compile(r"make (demo|test)\b|python3 -m venv |\.venv/bin/pip install ")
"""What `.ci/run` does itself: it begins with both, in a checkout that was never used."""
ANSWERS = re.compile(r"^(?:    |> )(samples/\S+: .*)$", re.MULTILINE)


def fenced(page: str, language: str) -> list[str]:
    """The blocks of a language in a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def commands(page: str) -> list[str]:
    """The commands of a page, what is said of them left out."""
    lines = [line.partition("  #")[0].strip() for block in fenced(page, "sh") for line in block.splitlines()]
    return [line for line in lines if line]


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A copy of what commands need: samples, layouts, and an environment where they look for it."""
    for name in ("samples", "layouts"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    binaries = Path(sys.executable).parent
    (tmp_path / ".venv" / "bin" / "activate").write_text(f'PATH="{binaries}:$PATH"\n', encoding="utf-8")
    return tmp_path


def run(command: str, folder: Path) -> str:
    """What a command prints; of one that serves until it is stopped, its first line."""
    surroundings = {**os.environ, "BROWSER": "true", "OMP_NUM_THREADS": "1"}
    shell = ["bash", "-euc", f". .venv/bin/activate; {command}"]
    if not command.startswith("gongkai review"):
        done = subprocess.run(shell, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout
    shell[-1] = f". .venv/bin/activate; exec {command} --no-browser"
    with subprocess.Popen(shell, cwd=folder, env=surroundings, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        address = serving.stdout.readline()
        serving.terminate()
    assert address.startswith("http://127.0.0.1:")
    return address


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_runs_and_prints_what_the_page_says(page: str, scratch: Path) -> None:
    printed = "".join(run(command, scratch) for command in commands(page) if not SETUP.match(command))
    answers = ANSWERS.findall((ROOT / page).read_text(encoding="utf-8"))
    assert answers
    for answer in answers:
        assert f"{answer}\n" in printed
    for program in fenced(page, "python"):
        (scratch / "program.py").write_text(program, encoding="utf-8")
        run("python program.py", scratch)


def test_both_readmes_say_the_same() -> None:
    ours, theirs = "README.md", "README.zh-CN.md"
    assert commands(ours) == commands(theirs)
    assert fenced(ours, "python") == fenced(theirs, "python")
    told = [ANSWERS.findall((ROOT / page).read_text(encoding="utf-8")) for page in (ours, theirs)]
    assert told[0] == told[1] != []


def test_ci_runs_what_is_not_run_here() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert {"make demo", "make test", "make docs"} <= set(script)


def test_recipes_run_on_a_run(scratch: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    run(
        "gongkai extract samples/city.pdf samples/wrong-totals.pdf samples/edition-2019.pdf -o out --no-report", scratch
    )
    page = "docs/howto/recipes.md"
    for program in fenced(page, "python"):
        (scratch / "program.py").write_text(program, encoding="utf-8")
        assert run("python program.py", scratch).strip()
    rows = []
    with duckdb.connect() as database:
        for query in fenced(page, "sql"):
            there = query.replace("'out/cells.parquet'", f"'{scratch / 'out' / 'cells.parquet'}'")
            rows.append(database.execute(there).fetchall())
    received, granted, flagged = rows
    assert (10604,) in [row[2:] for row in received]
    assert all(0 <= row[2] <= 1 for row in granted if row[2] is not None)
    assert flagged[0][0].endswith("wrong-totals.pdf")


def test_a_new_layout_is_tried_as_the_page_says(scratch: Path) -> None:
    (program,) = fenced("docs/howto/new-layout.md", "python")
    (scratch / "program.py").write_text(program, encoding="utf-8")
    assert run("python program.py", scratch) == "2021 0\n"


def test_links_of_pages_beside_the_site_lead_somewhere() -> None:
    """Those of the site itself are followed when it is built."""
    pages = [*ROOT.glob("*.md"), *(ROOT / name / "README.md" for name in ("benchmarks", "samples"))]
    for page in pages:
        for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert re.match(r"https?://|mailto:", link) or (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_picture_of_the_house_is_the_contract() -> None:
    drawn = re.findall(r'class="room">(\w+)<', rooms.PICTURE.read_text(encoding="utf-8"))
    assert drawn == [room for layer in rooms.layers() for room in layer], "python docs/pictures/rooms.py"
    assert set(rooms.FLOW) <= set(drawn)


def test_the_architecture_names_every_room_and_nothing_that_is_gone() -> None:
    overview = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    parts = "".join(page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs" / "architecture").glob("*.md")))
    rooms_built = sorted(room for layer in rooms.layers() for room in layer)
    listed = overview[overview.index("| part of the house |") : overview.index("A room imports")]
    assert sorted(re.findall(r"`(\w+)`", listed)) == rooms_built
    described = re.findall(r"^\| room \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", parts, re.MULTILINE)
    assert sorted(re.findall(r"^\| `(\w+)`", "".join(described), re.MULTILINE)) == rooms_built
    homes = [
        ROOT,
        *(ROOT / name for name in ("extract", "extract/review", "extract/check", "layouts", "docs", "tests")),
    ]
    page = overview + parts
    for name in re.findall(r"`([\w/-]+\.(?:py|js|yaml)|\w+(?:/\w+)+)`", page):
        assert any((home / name).exists() or (home / f"{name}.py").exists() for home in homes), name
    for room, name in re.findall(r"`([a-z]+)\.(?!js`)(\w+)`", page):
        if (ROOT / "extract" / room).is_dir():
            assert any((ROOT / "extract" / room / one).exists() for one in (name, f"{name}.py")), f"{room}.{name}"


def test_no_licence_is_one_that_we_may_not_depend_on() -> None:
    page = licences.page()
    assert "pypdfium2" in page and "onnxruntime" in page
    assert not licences.FORBIDDEN.search(page)
    assert "not declared" not in page


def test_the_site_is_whole_and_asks_nobody(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 15
    for page in pages:
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r'<(?:script|img|iframe)[^>]*\ssrc="([^"]*)"|<link[^>]*\shref="([^"]*)"', text)
        assert not [one for pair in loaded for one in pair if re.match(r"(?:https?:)?//", one)], page
    for style in (tmp_path / "site").rglob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//", style.read_text(encoding="utf-8"))
    listed = (tmp_path / "site" / "reference" / "commands.html").read_text(encoding="utf-8")
    assert "gongkai doctor" in listed
    python = (tmp_path / "site" / "reference" / "python.html").read_text(encoding="utf-8")
    assert 'id="extract.pipeline.read"' in python
