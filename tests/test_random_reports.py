"""Random reports in random disguises: whatever is misread is flagged. benchmarks/layouts.py draws thousands of them."""

import importlib
import os

import pytest

pytest.importorskip("reportlab", reason="random reports are drawn with reportlab (the samples extra)")
pytest.importorskip("benchmarks", reason="the source tree is needed, not the installed package alone")

from conftest import DRAWN

import extract
from benchmarks.layouts import run
from benchmarks.random_reports import FONTS, make
from benchmarks.variations import OF_FILES
from benchmarks.verdicts import judge

# Each of these once gave wrong values that nothing warned of, before there were variations of files.
SEEDS = (
    143,
    292,
    1053,
    1142,
    1228,
    1314,
    1327,
    1391,
    1550,
    1584,
    3020,
    4039,
    4197,
    4301,
    4499,
    5214,
    6343,
    7182,
    7552,
    8962,
    8964,
)


@pytest.fixture(scope="module", autouse=True)
def fonts():
    try:
        look = importlib.import_module("samples.look")
        for family in (*FONTS, "Liberation Serif", "Liberation Mono", "DejaVu Sans"):
            look.font_file(family)
    except (LookupError, OSError) as error:
        pytest.skip(f"fonts to draw with: {error}")


def judged(seed, only="", **options):
    try:
        return run(seed, only, **options)
    except (ImportError, OSError) as error:  # OSError: WeasyPrint is there, Pango is not
        if "weasyprint" in str(error).lower() or "pango" in str(error).lower():
            pytest.skip(f"this report is printed by WeasyPrint: {error}")
        raise


def described(outcome):
    return f"seed {outcome.seed}, {outcome.variations}:\n" + "\n".join(map(str, outcome.silent[:10]))


@pytest.mark.parametrize("seed", SEEDS)
def test_reports_that_were_once_misread(seed):
    outcome = judged(seed, files=False)
    assert not outcome.error
    assert not outcome.silent, described(outcome)


FILES = {
    60379696: "a minus on a dotted ruling, in digits read from what they show",
    15727539: "a font with a dot in its nought that draws digits as others",
    15504689: "a comma between a cell and the digits over the one before",
    17690784: "without rulings, a figure among the lines of its label",
    17600250: "a full-width comma under a digit of the cell that it runs over",
    739386020: "white noughts on a pale watermark",
    740054: "read by another extractor",
    1230046: "a number stands in a cell that begins among the labels, on the page after its own label",
    1330201: "a label cut by a page's end, its number beside the first of its characters",
    82149386: "the last digits of a sum and of its one part stand on the lines beside them, and the rest adds up",
    3100307: "numbers wider than their cells over white boxes, below which digits stand that the file tells once",
    3200742: "full-width digits between horizontal rules",
    165817134: "between rules only, full-width digits are no figures, and the first of them stand behind the labels",
    9531341: "between rules only, figures at the left of wide columns, beside their headers and under titles",
    9531669: "the one row of a table on its next page, numbers of it wrapped over the lines beside the row",
    9711843: "the same, without rulings, and a remark in a cell of it",
    4700887: "a column is lost, the next is nameless, and a publisher's own takes the place of that",
    2300722: "a page with six digits of a font that draws digits as others, of which another page has nine",
    3900807: "read from its image, and hardly legible between double rules: a blank is no nought though it adds up",
    9740202: "two numbers of a garbled page, their first digits over noughts in the cells before them",
    468298992: "digits of a watermark that are hardly lower than its others",
    9610010: "cells that only shading tells apart, one of them as wide as several of the rows about it",
    9610028: "the same, its value at the left",
    996373: "figures wider than their cells run into each other",
    996472: "one page has few digits, and its font draws one of them as another",
    6300534: "without rulings, a row of blanks is one cell over all columns, and its page is there twice",
    6400316: "digits set apart, one of a number wholly under a ruling and another half",
    8200985: "full-width digits wider than their cells lie over the dashes beside, a watermark over all",
    996645: "a table goes on from a native page on one whose text layer is not what is seen",
    11000197: "a comma between two noughts that lie under a number makes one of them",
    9940135: "a dash over a digit that a white box covers but for its end",
    17730361: "without rulings, figures under the header of their labels",
    9940290: "a row of wrapped digits alone on a page, its label beside the second line of them, no line below it",
    9501488: "a remark wider than its cell leaves its only digit before the nought in the cell beside it",
}


@pytest.mark.parametrize("seed", FILES)
def test_files_that_were_once_misread(seed):
    outcome = judged(seed)
    assert not outcome.error
    assert not outcome.silent, described(outcome)
    assert not outcome.accused


KNOWN = {
    1200025: "without rulings, columns mostly blank, and a row a page under one header",
    1210095: "the same, with labels longer than those that stand beside figures",
    1301215: "labels of groups run into those of their rows",
    1210196: "a header cut by a page's end, its labels misspelt past knowing",
    1240036: "pages on their heads whose characters are drawn one by one, so that PDFium reads lines from their ends",
    1300235: "a column of totals without a header, and nothing but white space between columns",
    1302584: "a number among the labels, and a publisher's column that the next page does not show",
    1200030: "a column is lost, so that only the rows tell the edition",
    1240003: "a page that has no rows below groups, and so no column for their labels",
    1410295: "a column of totals without a header beside one of remarks",
    1410047: "tables of others below section 二, in one of which a row is called like one of the form's",
    1410299: "a page ends between the last row's label and its values",
    1410236: "a group is printed as its last row is called",
    1410248: "no rulings, and digits set apart on a page with two numbers of more than one digit",
    3100023: "numbers that go on on the next line behind a comma, where only one sum covers them",
    3100193: "shaded cells, and a mark in the margin beside the heading below them",
    1900152: "digits set apart, hidden ones between them",
    2400147: "numbers of the printer's stand beside pages cut out of larger ones",
    2400287: "a row of blanks at the foot of a page, and headings on the next",
    2500355: "figures by office, under some of the form's own labels, before the form's tables",
    2600303: "a column is lost, and the edges of white boxes part the others",
    2400255: "columns so narrow that all numbers of a row are wrapped after one digit",
    2400212: "between rules only, a row without values goes on on the next page",
    4700238: "between rules only, headers that run down the page",
    6200612: "the same of a group's label",
    6201767: "between rules only, the last row's label goes on below its figures",
    6200036: "between rules only, units behind a space",
    6201989: "between rules only, a publisher's own column of remarks",
    6200642: "between rules only, numbers wrapped beside wrapped labels",
    4700128: "between rules only, a column is lost, and a header over several that lost characters",
    6202128: "without rulings, a header that runs down the page is cut by its end",
    4700221: "without rulings, digits so far apart that numbers run into each other",
    4700757: "a header that lost its words, and its one row on the next page",
    4700788: "all cells blank, labels with characters lost, and a page's end among them",
    4700537: "a label of which one character is left",
    4700205: "totals alone beside a label hardly like its row's",
    1210158: "two reports read from images, each with a title beside a page's number",
    11000481: "a page is bound in twice, and another table of the publisher on the next",
    12110993: "without rulings, rows no farther apart than lines",
    17600350: "a page of pictures that the file turned, after one that it did not",
    17600272: "headers without a word, and columns of noughts",
    17500485: "one row without a header, on the page after it, and three sums",
    17600821: "between rules only, a row of marks and few figures on the page after its header",
    17640260: "without rulings, a row on the page after its heading",
    17640314: "a header that runs down the page from below its last rule",
    17640460: "a picture among pages that the file turned",
    17640774: "a publisher's own column where the form's totals are left out",
    17640885: "a label of which a page's end leaves its values the first words",
    17680147: "without rulings, figures at the left of columns whose headers end at different heights",
    17670277: "without rulings, a header that ends a page of prose",
    17620006: "one row of an edition, and headers cut in halves",
    17690155: "between rules only, a table of blanks under all its headers",
    17700102: "between rules only, blanks on the page after their headers, below labels of another level",
    17710386: "between rules only, the last row of a page below its last rule",
    17710262: "between rules only, a header and one row below its last rule",
    17650462: "between rules only, one row alone on a page",
    17720775: "between rules only, the row of a header before, above prose and another table",
    17720620: "a publisher's own column of words where the form's totals are left out",
    17720701: "white boxes, and white down the middle of a landscape sheet without lines",
    17700247: "a shaded header at a page's foot, and its framed row on the next",
    17722398: "hidden noughts on a page with little other text",
    17720815: "digits set apart, one of which PDFium keeps back where a number runs into another",
}


@pytest.mark.parametrize("seed", KNOWN)
def test_files_that_are_known_whole(seed):
    outcome = judged(seed)
    assert not outcome.error
    assert not [str(finding) for finding in outcome.findings if finding.kind != "unsure"]


SCANS = {30243: "a title in large type, whose strokes lie in a row as wide as some cell of a table"}


@pytest.mark.parametrize("seed", SCANS)
def test_scans_that_are_known_whole(seed):
    pytest.importorskip("rapidocr", reason="scans are read with an OCR engine (the ocr extra)")
    outcome = judged(seed, scan=200)
    assert not outcome.error
    assert not list(map(str, outcome.findings))


@pytest.mark.parametrize("seed", range(1, 5))
def test_a_plain_report_is_read_whole_and_nothing_is_flagged(seed):
    outcome = run(seed, "none")
    assert not outcome.error
    assert not outcome.findings
    assert not outcome.accused


def test_the_judge_finds_a_wrong_value_that_nothing_warns_of(tmp_path):
    made, pdf = make(1, "none")
    (tmp_path / "report.pdf").write_bytes(pdf)
    report = extract.read(tmp_path / "report.pdf")
    key = ("administrative_litigation", "direct", "upheld")
    made.put(key, made.cells[key].value + "1")
    _, findings, _ = judge(made, report)
    assert [(finding.kind, finding.key) for finding in findings] == [("SILENT", key)]


@pytest.mark.parametrize("name", OF_FILES)
def test_what_programs_do_to_files(name):
    outcome = judged(1, name)
    assert not outcome.error
    assert not outcome.silent, described(outcome)
    assert outcome.right > 160


@pytest.mark.parametrize("number", range(DRAWN))
def test_reports_never_seen_before(number):
    seed = int(os.environ["GONGKAI_SEED"]) + number
    again = f"python benchmarks/layouts.py --seed {seed} --count 1"
    outcome = judged(seed)
    assert not outcome.error, f"{again}: {outcome.error}"
    assert not outcome.silent, f"{again}: {described(outcome)}"
