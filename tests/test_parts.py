"""Several reports in one file, tables printed twice, and what must not be taken for a second report."""

from __future__ import annotations

import csv
import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pyarrow.parquet as pq
import pytest
import samples_truth
from jsonschema import Draft202012Validator
from pdfs import bound
from reports import report

import extract
from extract.errors import SeveralReportsError
from extract.export import evidence, folder
from extract.issuer import Line, Place, Sighting
from extract.model import BBox, Region, Report, Status, Verdict
from extract.parts import Part, divide, unclear_pages

SCHEMA = Path(__file__).parents[1] / "docs" / "report.schema.json"


def values(one: Report) -> list[tuple[object, ...]]:
    return [(cell.id, cell.edition, cell.value, cell.text, cell.status) for cell in one.cells]


# --- how regions and titles are divided


def region(grid: str, page: int, top: float = 300.0, **evidence: object) -> Region:
    return Region(grid, page, BBox(60, top, 500, top + 100), 0.9, True, evidence)


def tables(page: int) -> list[Region]:
    """A report's tables, on three pages from `page`."""
    return [region(grid, page + i) for i, grid in enumerate(("proactive", "requests", "review"))]


def title(page: int, agency: str, year: int | None, *, source: str = "title", down: float = 80.0) -> Sighting:
    line = Line("", f"{agency}{year}", Place(page, down), None, edge=True)
    return Sighting(source, agency, year, (line,), "")


def starts(regions: Sequence[Region], *found: Sighting, pages: int = 9) -> list[tuple[int, int]]:
    ordered = sorted(found, key=lambda one: one.at)
    parts = divide(regions, ordered, [line for one in ordered for line in one.lines], pages)
    assert [one for part in parts for one in part.regions] == sorted(regions, key=lambda r: (r.page, r.bbox.top))
    assert [one for part in parts for one in part.sightings] == ordered
    return [part.pages for part in parts]


def test_a_second_title_and_the_tables_anew_make_a_second_report() -> None:
    both = [*tables(1), *tables(4)]
    assert starts(both, title(1, "甲县", 2023), title(4, "乙县", 2023), pages=6) == [(1, 3), (4, 6)]
    assert starts(both, title(1, "甲县", 2022), title(4, "甲县", 2023), pages=6) == [(1, 3), (4, 6)]
    assert starts(both, title(1, "", 2022), title(4, "", 2023), pages=6) == [(1, 3), (4, 6)]


def test_a_year_told_by_another_place_is_enough() -> None:
    found = title(1, "", 2022, source="period"), title(4, "", 2023, source="period")
    assert starts([*tables(1), *tables(4)], *found, pages=6) == [(1, 3), (4, 6)]


def test_three_reports_and_a_cover() -> None:
    found = title(2, "甲县财政局", 2023), title(5, "甲县教育局", 2023), title(8, "甲县水利局", 2023)
    assert starts([*tables(2), *tables(5), *tables(8)], *found, pages=11) == [(1, 4), (5, 7), (8, 11)]


def test_a_report_that_begins_on_the_last_page_of_another_shares_it() -> None:
    regions = [region("proactive", 1), region("requests", 2, 100), region("proactive", 2, 500), region("requests", 3)]
    assert starts(regions, title(1, "甲县", 2022), title(2, "甲县", 2023, down=420), pages=3) == [(1, 2), (2, 3)]


@pytest.mark.parametrize(
    ("regions", "found"),
    [
        ([*tables(1), *tables(4)], [title(1, "甲县", 2023), title(4, "甲县", 2023)]),
        ([*tables(1), *tables(4)], [title(1, "甲县财政局", 2023), title(4, "甲县", 2023)]),
        ([*tables(1), *tables(4)], [title(1, "甲县", 2023)]),
        ([*tables(1), *tables(4)], [title(4, "甲县", 2023)]),
        (tables(1), [title(1, "甲县", 2023), title(2, "乙县", 2022)]),
        (tables(3), [title(1, "甲县", 2023), title(2, "乙县", 2022)]),
        ([*tables(1), region("requests", 5)], [title(1, "甲县", 2023), title(5, "甲县", 2022)]),
        ([*tables(1), region("review", 4, continues_page=3)], [title(1, "甲县", 2023), title(4, "乙县", 2022)]),
        ([], [title(1, "甲县", 2023), title(2, "乙县", 2022)]),
    ],
    ids=[
        "the same title again",
        "a shorter name of the same body",
        "no second title",
        "no first title",
        "a title between tables that do not come again",
        "titles without tables",
        "one table of last year as an annex",
        "the rest of a table",
        "no tables",
    ],
)
def test_what_is_one_report(regions: list[Region], found: list[Sighting]) -> None:
    assert starts(regions, *found) == [(1, 9)]


def test_the_running_title_of_a_volume_divides_nothing_and_hides_nothing() -> None:
    running = [title(page, "甲县", 2023, source="running", down=30) for page in range(2, 7)]
    inner = [title(1, "甲县财政局", 2022), title(4, "甲县教育局", 2022)]
    found = [title(1, "甲县", 2023, down=30), *inner, *running]
    assert starts([*tables(1), *tables(4)], *found, pages=6) == [(1, 3), (4, 6)]


def test_pages_with_titles_that_may_be_worth_reading() -> None:
    def pages(regions: Sequence[Region], *found: Sighting) -> set[int]:
        return set(unclear_pages(divide(regions, found, (), 9)))

    assert pages(tables(1), title(1, "甲县", 2023)) == set()
    assert pages(tables(2), title(1, "", 2023)) == {1}
    assert pages([*tables(1), *tables(6)], title(1, "甲县", 2023)) >= {3, 4, 5, 6}


def test_the_last_grid_of_a_report_may_be_the_first_of_the_next() -> None:
    """Its heading stands above it again; without one, or on the same page, it goes on."""
    first = [region("requests", 1), region("review", 1, 500), region("proactive", 1, 650, heading=1.0)]
    second = [region("proactive", 3, 200, heading=1.0), region("requests", 3, 400), region("review", 4)]
    both = [*first, region("proactive", 2), *second]
    told = title(3, "乙县", 2020)
    (one,) = divide(both, [told], list(told.lines), 4)
    assert one.repeated == ("proactive", "requests", "review")
    assert 1 in unclear_pages([one])
    assert starts(both, title(1, "甲县", 2024), told, pages=4) == [(1, 2), (3, 4)]
    (one,) = divide([*first, region("proactive", 2, heading=0.2)], [], (), 2)
    assert one.repeated == ()


def test_a_grid_is_repeated_when_others_stand_between() -> None:
    (one,) = divide([*tables(1), region("requests", 5)], [], (), 5)
    assert isinstance(one, Part)
    assert one.repeated == ("requests",)
    (one,) = divide([region("requests", 1), region("requests", 2), region("review", 3)], [], (), 3)
    assert one.repeated == ()


# --- real files


def test_each_report_of_a_file_is_read_as_if_it_were_alone(tmp_path: Path) -> None:
    names = ("seed-000", "seed-004", "hybrid")
    path = bound(tmp_path / "three.pdf", *names)
    found = extract.read_all(path)
    assert [(one.number, one.of) for one in found] == [(1, 3), (2, 3), (3, 3)]
    first = 1
    for one, name in zip(found, names, strict=True):
        alone = samples_truth.report(name)
        assert values(one) == values(alone)
        assert (one.verdict, one.agency, one.year) == (Verdict.OK, alone.agency, alone.year)
        assert [page.number for page in one.pages] == list(range(first, first + len(alone.pages)))
        assert {cell.page for cell in one.cells} <= {page.number for page in one.pages}
        first += len(alone.pages)


def test_reading_one_report_of_a_file_with_several_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = bound(tmp_path / "two.pdf", "seed-000", "seed-004")
    with pytest.raises(
        SeveralReportsError, match=r"2 reports in one file \(pages 1-4, 5-7\): extract.read_all"
    ) as error:
        extract.read(path)
    assert error.value.pages == ((1, 4), (5, 7))


def test_a_table_that_is_printed_again_the_same_is_read_once(tmp_path: Path) -> None:
    (one,) = extract.read_all(bound(tmp_path / "again.pdf", "hybrid", ("hybrid", [3])))
    assert values(one) == values(samples_truth.report("hybrid"))
    assert one.warnings == ("page 5 is page 3 again, to the letter: read once",)
    assert {cell.page for cell in one["disclosure_requests"].cells} == {3}


def test_a_table_that_is_printed_again_with_other_numbers_is_flagged_where_they_differ(tmp_path: Path) -> None:
    """The annex of another body, under no title of a report."""
    name, page = "wrong-totals", 2
    pages = {cell.page for cell in samples_truth.report(name)["disclosure_requests"].cells}
    assert pages == {page}
    (one,) = extract.read_all(bound(tmp_path / "annex.pdf", "rotated", (name, [page])))
    own = {cell.id: cell for cell in samples_truth.report("rotated").cells}
    other = {cell.id: cell for cell in samples_truth.report(name)["disclosure_requests"].cells}
    differing = [id_ for id_, cell in other.items() if own[id_].value != cell.value]
    assert differing
    for cell in one.cells:
        assert cell.value == own[cell.id].value
        assert cell.flagged == (own[cell.id].flagged or cell.id in differing)


def test_all_tables_again_with_the_same_numbers_say_the_same_whosever_they_are(tmp_path: Path) -> None:
    (one,) = extract.read_all(bound(tmp_path / "twice.pdf", "hybrid", "hybrid"))
    assert values(one) == values(samples_truth.report("hybrid"))
    assert len(one.warnings) == 3


def test_a_page_that_is_bound_in_twice_is_read_once_though_its_table_goes_on(tmp_path: Path) -> None:
    """All of its tables are printed again, and none of the first print is whole."""
    own = samples_truth.report("stub-split")
    pages = sorted({cell.page for cell in own["disclosure_requests"].cells if cell.page})
    parts = list(range(1, pages[0] + 1)), list(range(pages[0], pages[-1] + 1))
    (one,) = extract.read_all(bound(tmp_path / "twice.pdf", *(("stub-split", some) for some in parts)))
    cells = {cell.id: cell for cell in own["disclosure_requests"].cells}
    assert len(pages) > 1
    assert [cell.value for cell in one["disclosure_requests"].cells] == [cell.value for cell in cells.values()]
    assert not any(cell.flagged for cell in one["disclosure_requests"].cells)
    assert f"page {pages[0] + 1} is page {pages[0]} again, to the letter: read once" in one.warnings


def test_a_page_that_was_scanned_twice_says_the_same_though_its_last_table_is_cut_off(tmp_path: Path) -> None:
    """The header of section 四 ends page 3, its values stand on page 4."""
    (one,) = extract.read_all(bound(tmp_path / "twice.pdf", ("other-tables", [1, 2, 3]), "other-tables"))
    assert [cell.value for cell in one.cells] == [cell.value for cell in samples_truth.report("other-tables").cells]
    assert not any(cell.flagged for cell in one.cells)


def test_prints_that_differ_where_one_is_in_doubt_are_the_same(tmp_path: Path) -> None:
    """Something that is no digit stands in a cell of the second print."""
    path = bound(tmp_path / "twice.pdf", "hybrid", "hybrid")
    spoilt = samples_truth.report("hybrid")["disclosure_requests"]["received", "total"]
    assert spoilt.value
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[len(pdf.pages) // 2 + spoilt.page - 1]
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        name = page.add_resource(font, pikepdf.Name.Font)
        x, y = spoilt.bbox.x0 + 2, float(page.mediabox[3]) - spoilt.bbox.bottom + 2
        page.contents_add(f"BT {name} 8 Tf {x} {y} Td (?) Tj ET".encode(), prepend=True)
        pdf.save(path)
    (one,) = extract.read_all(path)
    assert [cell.value for cell in one.cells] == [cell.value for cell in samples_truth.report("hybrid").cells]
    assert [cell.id for cell in one.cells if cell.flagged] == [spoilt.id]


def test_all_tables_again_with_nothing_but_noughts_are_flagged_one_and_all(tmp_path: Path) -> None:
    """So many bodies print the same."""
    (one,) = extract.read_all(bound(tmp_path / "twice.pdf", "seed-000", "seed-000"))
    assert all(cell.flagged for cell in one.cells)
    assert one.verdict is Verdict.NEEDS_REVIEW


def test_a_report_that_lost_its_title_is_not_taken_for_part_of_another_unseen(tmp_path: Path) -> None:
    """The second report begins on its table page: no title tells of it."""
    path = bound(tmp_path / "lost.pdf", "rotated", ("hybrid", [2, 3, 4]))
    found = extract.read_all(path)
    assert len(found) == 1
    assert all(cell.flagged for cell in found[0].cells)
    assert found[0].verdict is Verdict.NEEDS_REVIEW


def drawn(names: Sequence[str], path: Path, *, apart: bool) -> Path:
    """Reports printed one after the other in one document, each on a new page or right below the last."""
    try:
        document, canvas, truth, look, printed = (
            importlib.import_module(f"samples.{name}")
            for name in ("document", "draw_canvas", "truth", "look", "printed")
        )
        form = importlib.import_module("samples.form")
        chosen = look.Look(font="WenQuanYi Zen Hei", size=12)
        look.font_file(chosen.font)
    except (ImportError, LookupError, OSError) as error:
        pytest.skip(f"reports are drawn with the samples extra and its fonts: {error}")
    items = []
    for name in names:
        true = truth.load(samples_truth.FOLDER / "truth" / f"{name}.yaml")
        options = document.DocumentOptions.parse({"narrative": {"others": ["没有其他需要报告的事项。"]}})
        items += [printed.PageBreak(landscape=False)] * bool(items and apart)
        items += document.compose(true, form.FormOptions(), options).items
    whole = printed.PrintedDocument("", "", 0, tuple(items))
    path.write_bytes(canvas.canvas(whole, chosen))
    return path


@pytest.mark.parametrize("apart", [True, False])
def test_reports_that_follow_each_other_on_one_page_are_told_apart(tmp_path: Path, apart: bool) -> None:
    names = ("seed-000", "hybrid", "seed-004")
    found = extract.read_all(drawn(names, tmp_path / "volume.pdf", apart=apart))
    assert len(found) == len(names)
    for one, name in zip(found, names, strict=True):
        true = samples_truth.truth(name)
        assert (one.agency, one.year) == (samples_truth.report(name).agency, samples_truth.report(name).year)
        assert all(true[cell.id].value == cell.value for cell in one.cells)
        assert one.verdict is Verdict.OK
    shared = found[0].pages[-1].number == found[1].pages[0].number
    assert shared != apart


def test_scanned_reports_are_told_apart_by_titles_read_for_it(tmp_path: Path) -> None:
    path = bound(tmp_path / "scans.pdf", ("scans/upside-down", [1, 2, 3, 4, 5]), "scans/clean-200")
    first, second = extract.read_all(path)
    assert (first.agency, first.year, len(first.pages)) == ("云岭区科学技术局", 2024, 5)
    assert (second.agency, second.year, len(second.pages)) == ("澜州市人民政府", 2023, 3)
    assert (first.verdict, second.verdict) == (Verdict.OK, Verdict.OK)


# --- the command


def gongkai(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).with_name("gongkai")
    return subprocess.run([script, "extract", *map(str, arguments)], capture_output=True, text=True, check=False)


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_command_writes_a_folder_for_each_report(tmp_path: Path) -> None:
    two = bound(tmp_path / "two.pdf", "seed-000", "seed-004")
    shutil.copy(samples_truth.FOLDER / "hybrid.pdf", tmp_path)
    out = tmp_path / "out"
    done = gongkai(two, tmp_path / "hybrid.pdf", "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    summary = done.stdout.splitlines()
    assert [line.partition(": ")[0].partition("two.pdf ")[2] for line in summary if "two.pdf " in line] == [
        "(report 1 of 2, pages 1-4)",
        "(report 2 of 2, pages 5-7)",
    ]
    assert summary[-1] == "2 documents, 3 reports: 3 ok"
    found = lines(out / "documents.csv")
    told = [[row[name] for name in ("output", "report", "pages", "first_page", "last_page", "year")] for row in found]
    assert told == [
        ["hybrid", "1", "4", "1", "4", "2021"],
        ["two/1", "1", "4", "1", "4", "2024"],
        ["two/2", "2", "3", "5", "7", "2023"],
    ]
    assert [row["agency"] for row in found] == ["白鹭县自然资源局", "临溪区科技和工业信息化局", "望溪区科学技术局"]
    assert {row["agency_from"] for row in found} == {"title"}
    schema = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for row, name in zip(found, ("hybrid", "seed-000", "seed-004"), strict=True):
        written = json.loads((out / row["output"] / "report.json").read_bytes())
        schema.validate(written)
        assert (written["agency"], str(written["year"])) == (row["agency"], row["year"])
        true = samples_truth.truth(name)
        read = lines(out / row["output"] / "cells.csv")
        assert len(read) == len(true)
        assert all(line["status"] in {"verified", "read", "blank"} for line in read)
    table = pq.read_table(out / "cells.parquet").to_pylist()
    keys = {(row["document"].rpartition("/")[2], row["report"], row["agency"], row["year"]) for row in table}
    assert keys == {
        ("two.pdf", 1, "临溪区科技和工业信息化局", 2024),
        ("two.pdf", 2, "望溪区科学技术局", 2023),
        ("hybrid.pdf", 1, "白鹭县自然资源局", 2021),
    }


def test_a_page_of_a_later_report_is_drawn(tmp_path: Path) -> None:
    two = bound(tmp_path / "two.pdf", "seed-000", "seed-004")
    script = Path(sys.executable).with_name("gongkai")
    command = [script, "show", two, "--page", "6", "-o", tmp_path / "page.png"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "page.png").stat().st_size > 10_000
    done = subprocess.run([*command[:4], "8"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, f"{two}: there is no page 8: the document has 7 pages\n")


def test_a_title_that_the_period_contradicts_leaves_the_year_open(tmp_path: Path) -> None:
    shutil.copy(samples_truth.FOLDER / "seed-003.pdf", tmp_path / "南屏区工业和信息化局2023年政府信息公开年报.pdf")
    shutil.copy(samples_truth.FOLDER / "hybrid.pdf", tmp_path / "白鹭县水利局2020年政府信息公开年报.pdf")
    bound(tmp_path / "mixed.pdf", ("seed-003", [1]), ("seed-004", [1, 2, 3]))
    done = gongkai(tmp_path, "-o", tmp_path / "out", "--findings")
    found = {Path(row["document"]).stem: row for row in lines(tmp_path / "out" / "documents.csv")}
    overruled = found["南屏区工业和信息化局2023年政府信息公开年报"]
    assert (overruled["year"], overruled["verdict"]) == ("2024", "ok")
    assert overruled["conflicts"] == "year: 2024 (title, page 1), but 2023 (file-name)"
    named = found["白鹭县水利局2020年政府信息公开年报"]
    assert (named["agency"], named["year"], named["verdict"]) == ("", "2021", "needs-review")
    mixed = found["mixed"]
    assert (mixed["agency"], mixed["year"], mixed["verdict"]) == ("", "", "needs-review")
    assert "year: 2024 (title, page 1), but 2023 (title, page 2)" in mixed["conflicts"]
    assert "    year: 2024 (title, page 1), but 2023 (title, page 2)" in done.stdout.splitlines()
    assert "; agency undecided; year undecided" in done.stdout


# --- folders of earlier runs


def names(path: Path) -> list[str]:
    return sorted(entry.relative_to(path).as_posix() for entry in path.rglob("*") if entry.is_file())


RESULTS = ["cells.csv", "report.html", "report.json", "tables.xlsx"]


def several(count: int) -> list[Report]:
    return [report(number=number, of=count) for number in range(1, count + 1)]


def test_fewer_reports_take_the_place_of_more_and_one_of_several(tmp_path: Path) -> None:
    target = tmp_path / "r"
    for count in (3, 2, 1, 2):
        folder.write(several(count), target, {folder.EVIDENCE: evidence.write})
        expected = [f"{n}/{name}" for n in range(1, count + 1) for name in RESULTS] if count > 1 else RESULTS
        assert names(target) == expected
        assert folder.holds_result(target)
        assert [entry.name for entry in tmp_path.iterdir()] == ["r"]


def test_what_is_somebody_elses_stays(tmp_path: Path) -> None:
    target = tmp_path / "r"
    (target / "7").mkdir(parents=True)
    (target / "7" / "cells.csv").write_text("mine")
    (target / "notes.txt").write_text("mine")
    folder.write([report()], target / "2", {folder.EVIDENCE: evidence.write})  # another document's, r/2.pdf
    folder.write(several(1), target, {folder.EVIDENCE: evidence.write})
    assert names(target) == sorted(["7/cells.csv", *(f"2/{name}" for name in RESULTS), *RESULTS, "notes.txt"])
    folder.write(several(3), target / "more", {folder.EVIDENCE: evidence.write})
    folder.write(several(2), target / "more", {folder.EVIDENCE: evidence.write})
    assert names(target / "more") == [f"{n}/{name}" for n in (1, 2) for name in RESULTS]


def test_the_statuses_of_a_doubted_copy_are_never_trusted(tmp_path: Path) -> None:
    (one,) = extract.read_all(bound(tmp_path / "lost.pdf", "blanks", ("hybrid", [2, 3, 4])))
    assert {cell.status for cell in one.cells} <= {Status.SUSPECT, Status.UNREADABLE, Status.MISSING}
