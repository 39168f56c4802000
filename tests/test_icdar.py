"""benchmarks/icdar.py: which cells stand beside which, and the competition's files."""

from __future__ import annotations

from pathlib import Path

import pytest
import samples_truth

from benchmarks import icdar
from benchmarks.icdar import Spanning

STR = """<document><table id="1"><region id="1" page="2">
<cell start-row="0" start-col="0" end-col="1"><content>A</content></cell>
<cell start-row="1" start-col="0"><content>b </content></cell>
<cell start-row="1" start-col="1"><content>c
d</content></cell></region></table>
<table id="2"><region id="1" page="1"/><region id="2" page="2"/></table></document>"""
REG = """<document><table id="1"><region id="1" page="2">
<bounding-box x1="100" y1="200" x2="300" y2="400"/></region></table>
<table id="2"><region id="1" page="1"><bounding-box x1="1" y1="2" x2="3" y2="4"/></region></table></document>"""


def test_a_spanning_cell_stands_over_both_and_blanks_are_passed_over() -> None:
    cells = [
        Spanning("a", 0, 0, 0, 1),
        Spanning("", 1, 1, 0, 1),
        Spanning("b", 2, 2, 0, 0),
        Spanning("C d", 2, 2, 1, 1),
    ]
    assert icdar.pairs(cells) == {("a", "b", "below"): 1, ("a", "cd", "below"): 1, ("b", "cd", "right"): 1}


def test_what_a_reader_says_of_another_order_does_not_count() -> None:
    true = icdar.pairs([Spanning("a", 0, 0, 0, 0), Spanning("b", 0, 0, 1, 1)])
    assert (true & icdar.pairs([Spanning("b", 0, 0, 0, 0), Spanning("a", 0, 0, 1, 1)])).total() == 0


def test_tables_of_one_region_are_read_with_the_origin_at_the_top(tmp_path: Path) -> None:
    (tmp_path / "x-str.xml").write_text(STR)
    (tmp_path / "x-reg.xml").write_text(REG)
    (truth,) = icdar.truths(tmp_path / "x.pdf", [700.0, 800.0])
    assert truth.page == 2 and truth.box == (97.0, 397.0, 303.0, 603.0)
    assert icdar.pairs(truth.cells) == {("a", "b", "below"): 1, ("a", "cd", "below"): 1, ("b", "cd", "right"): 1}


def test_documents_without_their_truth_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.pdf").write_bytes((samples_truth.FOLDER / "city.pdf").read_bytes())
    monkeypatch.setattr("sys.argv", ["icdar.py", str(tmp_path)])
    with pytest.raises(SystemExit):
        icdar.main()
    assert "no PDF there has its -str.xml" in capsys.readouterr().err
