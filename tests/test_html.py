"""HTML: tables as a browser lays them out, and what readers do not see is not read."""

from __future__ import annotations

from email.encoders import encode_base64, encode_quopri
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from pathlib import Path

import pytest
import written
from pageless import check_against_truth, grids, opened

import extract
from extract.errors import LimitError, UnreadableError
from extract.limits import Limits
from extract.model import Grid, GridCell


def table(tmp_path: Path, html: str) -> Grid:
    """The only table of an HTML page."""
    (grid,) = grids(opened(tmp_path / "t.html", f"<!DOCTYPE html><meta charset=utf-8>{html}".encode()))
    return grid


def placed(grid: Grid) -> dict[tuple[int, int], str]:
    return {(cell.row, cell.column): cell.text for cell in grid.cells}


def cell(grid: Grid, text: str) -> GridCell:
    (found,) = [one for one in grid.cells if one.text == text]
    return found


def test_html_spans_are_laid_out_as_the_standard_says(tmp_path: Path) -> None:
    grid = table(
        tmp_path,
        "<table><tfoot><tr><td>foot</tfoot><thead><tr><td rowspan=0>a<td colspan=2>b</thead>"
        "<tr><td rowspan=2>c<td>d<td>e<tr><td colspan=oops>f<tr><td>g</table>",
    )
    spans = {one.text: (one.row, one.column, one.row_span, one.column_span) for one in grid.cells}
    assert spans == {
        "a": (0, 0, 1, 1),
        "b": (0, 1, 1, 2),
        "c": (1, 0, 2, 1),
        "d": (1, 1, 1, 1),
        "e": (1, 2, 1, 1),
        "f": (2, 1, 1, 1),
        "g": (3, 0, 1, 1),
        "foot": (4, 0, 1, 1),
    }


def test_cells_that_lie_on_each_other_are_doubted(tmp_path: Path) -> None:
    grid = table(tmp_path, "<table><tr><td>a<td rowspan=2>b<tr><td colspan=2>c</table>")
    assert cell(grid, "b").reading.doubts
    assert cell(grid, "c").reading.doubts
    assert cell(grid, "c").column_span == 1


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("1<span style='display:none'>2</span>", "1"),
        ("1<span style='DISPLAY : none !important; color:red'>2</span>3", "13"),
        ("1<span hidden>2</span>", "1"),
        ("1<span class=x>2</span>", "1"),
        ("1<span class='x y'>2</span>", "12"),
        ("1<span class=x style='display:inline'>2</span>", "12"),
        ("<span style='visibility:hidden'>1<b style='visibility:visible'>2</b></span>", "2"),
        ("1<span style='font-size:0'>2</span>", "1"),
        ("1<style>3</style><template>4</template><!-- 5 -->", "1"),
        ("1&shy;2", "12"),
        ("1<datalist><option>2</datalist>", "1"),
        ("<p style='position:absolute;left:9px'>1</p>", "1"),
        ("<div style='width:60px;overflow:hidden'>1</div>", "1"),
        ("<b style='color:#fff;background:#369'>1</b>", "1"),
        ("<b class=label>1</b>", "1"),
        ("<p>1</p><p>2</p>", "1\n2"),
        ("1<br>2", "1\n2"),
        ("\n  1\n ", "1"),
        ("1&nbsp;&#160;", "1"),
        ("１２", "１２"),
        ("<table><tr><td>7</table>", "7"),
    ],
)
def test_html_text_is_what_a_browser_shows(html: str, text: str, tmp_path: Path) -> None:
    style = (
        "<style>@media print { td { display: none } } .x { display: none } .x.y { display: inline }"
        ".label:after { content: ' ' } .top { color: #fff }</style>"
    )
    grid = table(tmp_path, f"{style}<table><tr><td>label<td>{html}</table>")
    assert grid.cells[-1].text == text
    assert not grid.cells[-1].reading.doubts


@pytest.mark.parametrize(
    "html",
    [
        "<img src=x.png>",
        "<input value=5>",
        "<textarea>5</textarea>",
        "<select><option>4<option selected>5</select>",
        "5<s>6</s>",
        "5<span style='text-decoration: red line-through'>6</span>",
        "5<i class=old>6</i>",
        "<p class=old>5</p>",
        "<table><tr><td>5<td>6</table>",
        "<script>document.write(5)</script>",
        "<b id=sum></b>",
        "<b class=added data-n=5></b>",
        "<ol start=5><li></ol>",
        "<bdo dir=rtl>12</bdo>",
        "5<details><summary></summary>6</details>",
        "5<dialog>6</dialog>",
        "<meter value=5 max=9>6</meter>",
        "<font color=white>5</font>",
        "<b class=pale>5</b>",
    ],
)
def test_what_stands_in_a_cell_beside_plain_text_is_doubted(html: str, tmp_path: Path) -> None:
    style = (
        "<style>a { text-decoration: none } .old { text-decoration-line: line-through } .pale { color: #FFFFFF }"
        ".added::after { content: attr(data-n) }</style><script>$('#sum').text(5)</script>"
    )
    document = opened(tmp_path / "t.html", f"{style}<table><tr><td>label<td>{html}</table>".encode())
    outer = grids(document)[0]
    assert any(one.reading.doubts for one in outer.cells) or len(grids(document)) == 1


@pytest.mark.parametrize(
    "style",
    [
        "position:absolute; left:-9999px",
        "display:inline-block; width:0; overflow:hidden",
        "position:absolute; clip:rect(0, 0, 0, 0)",
        "display:block; text-indent:-9999px",
        "font-size:1px",
        "color:transparent",
        "content-visibility:hidden",
        "display:block; transform:scale(0)",
        "color:rgba(0, 0, 0, 0)",
    ],
)
def test_a_number_set_so_that_nobody_sees_it_is_no_part_of_the_one_that_is_seen(style: str, tmp_path: Path) -> None:
    for page in (
        f"<table><tr><td>label<td>5<i style='{style}'>6</i></table>",
        f"<style>.x {{ {style} }}</style><table><tr><td>label<td>5<i class=x>6</i></table>",
    ):
        found = table(tmp_path, page).cells[-1]
        assert found.text == "5"
        assert found.reading.doubts


def test_so_many_colours_that_they_cost_time_are_not_looked_at(tmp_path: Path) -> None:
    rules = "".join(f".c{i} {{ color: #fff }}" for i in range(4000))
    grid = table(tmp_path, f"<style>{rules}</style><table>{'<tr><td class=c1>5' * 3000}</table>")
    assert [one.text for one in grid.cells] == ["5"] * 3000


def test_a_raised_digit_is_no_part_of_the_number(tmp_path: Path) -> None:
    data = written.html("city").decode().replace(">217<", ">21<sup>7</sup><")
    path = tmp_path / "r.html"
    path.write_text(data, encoding="utf-8")
    found = extract.read(path)["proactive_disclosure"]["normative_documents", "issued"]
    assert (found.text, found.flagged) == ("21(7)", True)


def test_numbers_on_lines_of_their_own_are_two_until_a_sum_says_otherwise(tmp_path: Path) -> None:
    data = written.html("city").decode().replace(">217<", "><p>21</p><p>7</p><")
    path = tmp_path / "r.html"
    path.write_text(data, encoding="utf-8")
    found = extract.read(path)["proactive_disclosure"]["normative_documents", "issued"]
    assert (found.text, found.flagged) == ("21\n7", True)


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_a_web_archive_is_read_as_the_page_it_holds(encoding: str, tmp_path: Path) -> None:
    archive = MIMEMultipart("related")
    page = MIMENonMultipart("text", "html", charset="gb2312")
    pack = encode_quopri if encoding == "quoted-printable" else encode_base64
    page.set_payload(written.html("city").decode().replace('<meta charset="utf-8">', "").encode("gb18030"))
    pack(page)
    archive.attach(page)
    (tmp_path / "r.doc").write_bytes(archive.as_bytes())
    check_against_truth(extract.read(tmp_path / "r.doc"), "city")


def test_a_web_archive_without_a_page_says_so(tmp_path: Path) -> None:
    (tmp_path / "r.mht").write_bytes(b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nno page")
    with pytest.raises(UnreadableError, match="web archive"):
        extract.read(tmp_path / "r.mht")


def test_a_row_that_numbers_the_columns_is_no_row_of_values(tmp_path: Path) -> None:
    data = written.html("city").decode()
    at = data.rindex("<tr", 0, data.rindex("</table>"))
    numbers = "".join(f"<td>{i}</td>" for i in range(1, 16))
    (tmp_path / "r.html").write_text(f"{data[:at]}<tr>{numbers}</tr>{data[at:]}", encoding="utf-8")
    check_against_truth(extract.read(tmp_path / "r.html"), "city")


def test_a_row_that_is_struck_out_has_no_numbers(tmp_path: Path) -> None:
    grid = table(tmp_path, "<table><tr style='text-decoration:line-through'><td>a<td>5<tr><td>b<td>6</table>")
    assert [one.text for one in grid.cells] == ["", "", "b", "6"]
    assert [bool(one.reading.doubts) for one in grid.cells] == [True, True, False, False]


def test_hidden_rows_and_cells_are_not_there(tmp_path: Path) -> None:
    grid = table(
        tmp_path,
        "<table><tr><td>a<td style='display:none'>b<td>c"
        "<tr style='display:none'><td>d<tr hidden><td>e<tr><td>f</table>",
    )
    assert placed(grid) == {(0, 0): "a", (0, 1): "c", (1, 0): "f"}


def test_tables_within_a_table_that_only_arranges_them_are_read_in_order(tmp_path: Path) -> None:
    body = written.html("city").decode().partition("<body>")[2].partition("</body>")[0]
    path = tmp_path / "r.html"
    page = f"<html><body><table><tr><td>menu</td><td><table><tr><td>{body}</td></tr></table></td></tr></table>"
    path.write_text(page, encoding="utf-8")
    check_against_truth(extract.read(path), "city")


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("gb18030", "gb2312"), ("gbk", ""), ("utf-8", "gb2312"), ("big5", "big5"), ("utf-16", "")],
)
def test_html_is_read_in_the_encoding_it_has(encoding: str, declared: str, tmp_path: Path) -> None:
    html = f"<html><meta charset='{declared}'><table><tr><td>公開<td>行政<td>\uff11\uff12</table>"
    document = opened(tmp_path / "t.html", html.encode(encoding))
    assert [one.text for one in grids(document)[0].cells] == ["公開", "行政", "１２"]


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ("<div>" * 300 + "<table><tr><td>1</table>", "deep"),
        ("<div>" * 10_000, "stand in each other"),
        ("<style>" + ".a{display:none}" * 2000 + "</style>" + "<p>x" * 6000, "style rules"),
        ("<table><tr><td colspan=1000 rowspan=9999>1<tr>" + "<tr>" * 9998 + "</table>", "cells"),
        ("<table><tr>" + "<td colspan=900>1" * 2 + "</table>", "columns"),
        ("x" * 70_000, "limit"),
    ],
)
def test_hostile_html_is_refused(html: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(LimitError, match=says):
        opened(tmp_path / "t.html", f"<html>{html}".encode(), Limits(unpacked_bytes=60_000))
