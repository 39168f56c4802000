"""`gongkai check`: what the reports of a run say of each other over the years."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import years
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from reports import edition, report

from extract import across
from extract.across.store import Figure
from extract.cli import main
from extract.errors import LayoutError
from extract.export import documents, folder
from extract.export.untrusted import as_printed, csv_text
from extract.layout import parse, shipped
from extract.model import CellId, Issuer, Status

RECURRENCES = edition("2021").recurrences
REQUESTS, PROACTIVE = "disclosure_requests", "proactive_disclosure"
CARRIED_IN = CellId(REQUESTS, "carried_in", "total")
CARRIED_FORWARD = CellId(REQUESTS, "carried_forward", "total")
IN_FORCE = CellId(PROACTIVE, "normative_documents", "in_force")
ISSUED, REPEALED = IN_FORCE._replace(column="issued"), IN_FORCE._replace(column="repealed")
ALL = tuple(slot.id for grid in edition("2021").grids for slot in grid.slots)
ZEROS = dict.fromkeys(ALL, "0")


@dataclass
class Paper:
    """A report to file in a folder: its texts, and what is not as it was read."""

    agency: str
    year: int | None
    texts: Mapping[CellId, str]
    changes: Mapping[CellId, Mapping[str, object]] | None = None
    edition: str = "2021"


def file(out: Path, *papers: Paper) -> None:
    """Results of a run with these reports, as `gongkai extract` would write them."""
    outcomes = []
    for number, paper in enumerate(papers):
        name = f"r{number}"
        issuer = Issuer(agency=paper.agency, agency_from="title", year=paper.year, year_from="title")
        one = report(
            dict.fromkeys(("proactive", "requests", "review"), paper.edition),
            texts={**ZEROS, **paper.texts},
            changes=paper.changes,
            path=f"{name}.pdf",
            issuer=issuer,
        )
        folder.write([one], out / name)
        outcomes.append(documents.outcome(f"{name}.pdf", one, name))
    documents.write(outcomes, out / "documents.csv")


def found(out: Path) -> list[across.Finding]:
    with across.collected(out, shipped()) as store:
        return list(across.findings(store, shipped()))


def kinds(out: Path) -> list[tuple[str, int | None]]:
    return [(one.kind, one.year) for one in found(out)]


def gongkai(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file_:
        return list(csv.DictReader(file_))


def test_layouts_say_what_reports_have_in_common_over_the_years() -> None:
    lines = {(one.identity, one.at) for one in RECURRENCES}
    assert ("carried_over", "total") in lines
    assert {at for identity, at in lines if identity == "in_force"} == {"regulations", "normative_documents"}
    # The form of 2019 has no stock of documents that a year's issue and repeal would lead to.
    assert {one.identity for one in edition("2019").recurrences} == {"carried_over"}


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("now: [in_force]", "now: [in_farce]", "across_years in_force"),
        ("published_once: [proactive_disclosure", "published_once: [nonsense", "nonsense"),
        ("now: [carried_in]", "now: []", "across_years"),
    ],
)
def test_a_layout_that_names_cells_it_has_not_is_refused(old: str, new: str, cause: str) -> None:
    text = (Path(__file__).parents[1] / "layouts" / "disclosure-2021.yaml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(LayoutError, match=cause):
        parse(text.replace(old, new), "x.yaml")


def test_years_that_fit_give_no_finding(tmp_path: Path) -> None:
    file(
        tmp_path,
        Paper("甲局", 2022, {CARRIED_FORWARD: "4", IN_FORCE: "12"}),
        Paper("甲局", 2023, {CARRIED_IN: "4", IN_FORCE: "15", ISSUED: "5", REPEALED: "2"}),
        Paper("乙局", 2023, {CARRIED_IN: "9"}),
    )
    assert kinds(tmp_path) == []


def test_a_contradiction_says_which_cells_and_what_is_expected(tmp_path: Path) -> None:
    file(
        tmp_path,
        Paper("甲局", 2022, {IN_FORCE: "12"}),
        Paper("甲局", 2023, {IN_FORCE: "14", ISSUED: "5", REPEALED: "2"}),
    )
    (one,) = found(tmp_path)
    assert (one.kind, one.certain, one.year, one.identity) == (
        "contradiction",
        True,
        2023,
        "in_force:normative_documents",
    )
    assert (one.found, one.expected) == (Decimal(14), Decimal(15))
    assert one.report is not None
    assert one.other is not None
    assert [id_ for id_, _ in one.report.cells] == [IN_FORCE, ISSUED, REPEALED]
    assert [(id_, figure.value) for id_, figure in one.other.cells] == [(IN_FORCE, Decimal(12))]
    assert (one.report.report.document, one.other.report.document) == ("r1.pdf", "r0.pdf")
    for sentence in (one.sentence.zh, one.sentence.en):
        assert all(text in sentence for text in ("甲局", "2023", "14", "15", "2022"))


@pytest.mark.parametrize("status", [Status.SUSPECT, Status.MISSING, Status.UNREADABLE])
@pytest.mark.parametrize("year", [0, 1])
def test_a_doubtful_cell_on_either_side_makes_it_undecided(tmp_path: Path, status: Status, year: int) -> None:
    cell = (CARRIED_FORWARD, CARRIED_IN)[year]
    change = {"status": status} if status is Status.SUSPECT else {"status": status, "value": None}
    papers = [Paper("甲局", 2022, {CARRIED_FORWARD: "4"}), Paper("甲局", 2023, {CARRIED_IN: "5"})]
    papers[year].changes = {cell: change}
    file(tmp_path, *papers)
    (one,) = found(tmp_path)
    assert one.kind == ("doubtful" if status is Status.SUSPECT else "unevaluated")
    assert not one.certain


def test_a_doubtful_cell_that_fits_is_no_finding(tmp_path: Path) -> None:
    file(
        tmp_path,
        Paper("甲局", 2022, {CARRIED_FORWARD: "4"}),
        Paper("甲局", 2023, {CARRIED_IN: "4"}, {CARRIED_IN: {"status": Status.SUSPECT}}),
    )
    assert kinds(tmp_path) == []


def test_a_blank_is_not_taken_for_nought_with_certainty(tmp_path: Path) -> None:
    file(tmp_path, Paper("甲局", 2022, {CARRIED_FORWARD: "4"}), Paper("甲局", 2023, {CARRIED_IN: ""}))
    (one,) = found(tmp_path)
    assert (one.kind, one.certain) == ("left_blank", False)
    file(tmp_path, Paper("甲局", 2022, {CARRIED_FORWARD: ""}), Paper("甲局", 2023, {CARRIED_IN: "0"}))
    assert kinds(tmp_path) == []


def test_editions_meet_where_they_have_the_same_cells(tmp_path: Path) -> None:
    """From 2020, on the old form, requests are carried over to 2021, on the new one; nothing is said of documents."""
    file(
        tmp_path,
        Paper("甲局", 2020, {CARRIED_FORWARD: "4"}, edition="2019"),
        Paper("甲局", 2021, {CARRIED_IN: "5", IN_FORCE: "80"}),
    )
    assert [(one.kind, one.identity) for one in found(tmp_path)] == [("contradiction", "carried_over:total")]


def test_a_missing_year_is_certain_only_when_no_report_could_be_it(tmp_path: Path) -> None:
    series = [Paper("甲局", year, {}) for year in (2021, 2023)]
    file(tmp_path, *series)
    assert kinds(tmp_path) == [("missing_year", 2022)]
    file(tmp_path, *series, Paper("", 2022, {}))
    assert kinds(tmp_path) == [("missing_year_perhaps", 2022), ("unplaced", 2022)]
    file(tmp_path, *series, Paper("甲局", None, {}))
    assert kinds(tmp_path) == [("missing_year_perhaps", 2022), ("unplaced", None)]
    file(tmp_path, *series, Paper("", 2020, {}))
    assert kinds(tmp_path)[0] == ("missing_year", 2022)


def test_over_a_missing_year_nothing_is_compared(tmp_path: Path) -> None:
    file(tmp_path, Paper("甲局", 2021, {CARRIED_FORWARD: "4"}), Paper("甲局", 2023, {CARRIED_IN: "9"}))
    assert kinds(tmp_path) == [("missing_year", 2022)]


def test_several_reports_on_one_year(tmp_path: Path) -> None:
    before = Paper("甲局", 2022, {CARRIED_FORWARD: "4"})
    file(tmp_path, before, Paper("甲局", 2023, {CARRIED_IN: "4"}), Paper("甲局", 2023, {CARRIED_IN: "4"}))
    assert kinds(tmp_path) == [], "a report that is there twice says nothing new"
    file(tmp_path, before, Paper("甲局", 2023, {CARRIED_IN: "5"}), Paper("甲局", 2023, {CARRIED_IN: "4"}))
    assert [(one.kind, one.certain) for one in found(tmp_path)] == [("several", True), ("doubtful", False)]


def figures(values: Sequence[int]) -> dict[CellId, str]:
    own = [id_ for id_ in ALL if id_.table == REQUESTS and id_.row == "granted"]
    return {id_: str(value) for id_, value in zip(own, values, strict=False)}


def test_figures_that_were_published_twice(tmp_path: Path) -> None:
    same = figures([1234, 567, 89, 321, 45])
    file(tmp_path, Paper("甲局", 2022, same), Paper("甲局", 2023, same), Paper("乙局", 2023, same))
    told = [one for one in found(tmp_path) if one.kind == "same_figures"]
    assert [(one.agency, one.year, one.certain) for one in told] == [("乙局", 2023, True), ("甲局", 2023, True)]
    assert all(one.other is not None and one.other.report.document == "r0.pdf" for one in told)


def test_a_body_is_held_against_itself_though_others_were_first(tmp_path: Path) -> None:
    few = figures([7, 3, 2])  # too few to tell anything of another body
    file(tmp_path, Paper("丙局", 2020, few), Paper("甲局", 2022, few), Paper("甲局", 2023, few))
    told = [one for one in found(tmp_path) if one.kind == "same_figures"]
    assert [(one.agency, one.other.report.year if one.other else 0) for one in told] == [("甲局", 2022)]


def test_noughts_and_small_numbers_are_often_the_same(tmp_path: Path) -> None:
    file(tmp_path, Paper("甲局", 2022, figures([1, 2])), Paper("甲局", 2023, figures([1, 2])))
    file(tmp_path, Paper("甲局", 2022, {}), Paper("乙局", 2022, {}), Paper("甲局", 2023, {}))
    assert kinds(tmp_path) == []


def test_figures_in_doubt_are_not_claimed_to_be_the_same(tmp_path: Path) -> None:
    same = figures([1234, 567, 89, 321, 45])
    doubt = {next(iter(same)): {"status": Status.SUSPECT}}
    file(tmp_path, Paper("甲局", 2022, same), Paper("甲局", 2023, same, doubt))
    assert [one.certain for one in found(tmp_path) if one.kind == "same_figures"] == [False]


# --- the files and the command


def test_the_command_writes_what_it_finds(tmp_path: Path) -> None:
    file(tmp_path, Paper("甲局", 2022, {CARRIED_FORWARD: "4"}), Paper("甲局", 2023, {CARRIED_IN: "5"}))
    done = gongkai(str(tmp_path))
    assert done.exit_code == 1
    assert "carried_in/total is 5" in done.stdout
    (line,) = rows(tmp_path / "findings.csv")
    assert (line["found"], line["expected"], line["certain"]) == ("5", "4", "yes")
    assert (line["document"], line["pages"], line["cells"]) == ("r1.pdf", "2", "/".join(CARRIED_IN))
    assert (line["other_document"], line["other_values"]) == ("r0.pdf", "4")
    book = openpyxl.load_workbook(tmp_path / "findings.xlsx")
    head, first, *rest = book["findings"].iter_rows(values_only=True)
    assert not rest
    record = dict(zip(head, first, strict=True))
    assert (record["found"], record["expected"], record["sentence_zh"]) == (5, 4, line["sentence_zh"])
    told = json.loads(gongkai(str(tmp_path), "--format", "json").stdout)
    assert (told["found"], told["year"]) == ("5", 2023)


def test_no_findings_leave_empty_tables_and_status_0(tmp_path: Path) -> None:
    file(tmp_path, Paper("甲局", 2022, {}))
    done = gongkai(str(tmp_path))
    assert (done.exit_code, done.stdout) == (0, "1 report: 0 findings\n")
    assert rows(tmp_path / "findings.csv") == []
    assert gongkai(str(tmp_path), "--quiet").stdout == ""


@pytest.mark.parametrize("index", [None, b"", b"a,b\r\n1,2\r\n", b"document,output\r\n", b"\xff\xfe\x00", b'"a\x00'])
def test_a_folder_that_holds_no_run_is_wrong_usage(tmp_path: Path, index: bytes | None) -> None:
    if index is not None:
        (tmp_path / "documents.csv").write_bytes(index)
    done = gongkai(str(tmp_path))
    assert done.exit_code == 2
    assert "documents.csv" in done.stderr
    assert not (tmp_path / "findings.csv").exists()


@pytest.mark.parametrize("damage", ["gone", "value", "column", "status", "bytes", "above"])
def test_results_that_cannot_be_read_are_a_finding_and_stop_nothing(tmp_path: Path, damage: str) -> None:
    file(
        tmp_path,
        Paper("乙局", 2022, {}),
        Paper("甲局", 2022, {CARRIED_FORWARD: "4"}),
        Paper("甲局", 2023, {CARRIED_IN: "5"}),
    )
    cells = tmp_path / "r0" / "cells.csv"
    text = cells.read_text(encoding="utf-8")
    match damage:
        case "gone":
            cells.unlink()
        case "value":
            cells.write_text(text.replace(",0,0,", ",1e9999999,0,", 1), encoding="utf-8")
        case "column":
            cells.write_text(text.replace(",value,", ",worth,", 1), encoding="utf-8")
        case "status":
            cells.write_text(text.replace(",verified,", ",believed,", 1), encoding="utf-8")
        case "bytes":
            cells.write_bytes(b"\xff" * 100)
        case "above":
            index = tmp_path / "documents.csv"
            index.write_text(index.read_text(encoding="utf-8").replace(",r0,", ",../r0,"), encoding="utf-8")
    told = {one.kind: one for one in found(tmp_path)}
    assert set(told) == {"contradiction", "unread"}
    assert told["unread"].agency == "乙局"
    assert gongkai(str(tmp_path)).exit_code == 1


def test_hostile_names_are_text_in_every_spreadsheet(tmp_path: Path) -> None:
    evil = "=HYPERLINK(1)\x1b[31m"
    file(tmp_path, Paper(evil, 2022, {CARRIED_FORWARD: "4"}), Paper(evil, 2023, {CARRIED_IN: "5"}))
    done = gongkai(str(tmp_path))
    assert "\x1b" not in done.stdout
    (line,) = rows(tmp_path / "findings.csv")
    assert line["agency"].startswith("'=")
    assert line["sentence_zh"].startswith("'=")
    sheet = openpyxl.load_workbook(tmp_path / "findings.xlsx")["findings"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value} <= {"s", "n"}


@given(st.text(max_size=20))
def test_a_field_reads_as_it_was_written(text: str) -> None:
    if not text.startswith("'"):
        assert as_printed(csv_text(text)) == text


def test_a_run_of_thousands_stays_in_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bodies come one by one: of 2,000 reports never more than one body's are held."""
    import tracemalloc

    cells = {id_: Figure(Decimal(1), Status.READ, 1) for one in RECURRENCES for id_ in (*one.now, *one.before)}

    def index(_: Path) -> Iterator[Mapping[str, str]]:
        for n in range(2000):
            yield {
                "document": f"{n}.pdf",
                "output": "r",
                "report": "1",
                "agency": f"局{n // 2}",
                "year": str(2022 + n % 2),
            }

    monkeypatch.setattr("extract.across.collect._index", index)
    monkeypatch.setattr("extract.across.collect._figures", lambda out, output: dict(cells))

    tracemalloc.start()
    with across.collected(tmp_path, shipped()) as store:
        assert sum(1 for _ in across.findings(store, shipped())) == 0
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def test_the_installed_command_over_three_years(tmp_path: Path) -> None:
    """Two of three years contradict each other in one cell, which is printed in a table and in nothing else."""
    pytest.importorskip("reportlab", reason="the samples extra draws reports")
    years.put(tmp_path / "in" / "2021.pdf", 2021)
    years.put(tmp_path / "in" / "2022.pdf", 2022)
    years.put(tmp_path / "in" / "2023.pdf", 2023, {IN_FORCE: "25"})
    command = Path(sys.executable).with_name("gongkai")
    done = subprocess.run([command, "extract", "in", "-o", "out"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    done = subprocess.run([command, "check", "out"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    (line,) = rows(tmp_path / "out" / "findings.csv")
    assert (line["agency"], line["year"], line["kind"]) == (years.BODY, "2023", "contradiction")
    assert (line["found"], line["expected"], line["document"]) == ("25", "26", "in/2023.pdf")
