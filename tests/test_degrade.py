"""What samples/degrade.py does to a page: seeded, pure, and no digit's pixels moved that should stay."""

import cv2
import numpy as np
import pytest

pytest.importorskip("reportlab", reason="samples are drawn with reportlab (the samples extra)")
pytest.importorskip("samples.degrade", reason="the source tree is needed, not the installed package alone")

from samples.degrade import DAMAGES, broken_rulings, degrade, red_stamp, skewed
from samples.look import font_file
from samples.scans import black_and_white, image_file, image_pdf, render, tiff
from samples.seal import SEAL_FONT

SCALE = 2.0
STAMPS = {"red-stamp", "grey-stamp"}


@pytest.fixture(scope="module")
def page():
    """A grid of digits, 300 x 400 points."""
    grey = np.full((800, 600), 255, np.uint8)
    for x in range(60, 560, 80):
        cv2.line(grey, (x, 200), (x, 700), 0, 2)
    for y in range(200, 701, 50):
        cv2.line(grey, (60, y), (540, y), 0, 2)
        cv2.putText(grey, "17 0 408", (65, y - 15), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
    return grey


def installed(name):
    if name in STAMPS:
        try:
            font_file(SEAL_FONT)
        except (LookupError, OSError) as error:
            pytest.skip(f"a seal's characters: {error}")
    return name


@pytest.mark.parametrize("strong", [False, True], ids=["moderate", "strong"])
@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_is_its_seed_s_and_leaves_the_page_alone(name, strong, page):
    before = page.copy()
    once, again, other = (
        degrade(page, [(installed(name), strong)], np.random.default_rng(seed), SCALE) for seed in (1, 1, 4)
    )
    assert np.array_equal(page, before)
    assert np.array_equal(once, again)
    assert once.dtype == np.uint8
    assert once.ndim == 2 or once.shape[2] == 3
    assert once.shape != other.shape or not np.array_equal(once, other)


def test_no_damage_changes_nothing(page):
    assert degrade(page, [], np.random.default_rng(1), SCALE) is page


def test_an_unknown_damage_is_an_error(page):
    with pytest.raises(ValueError, match="rust"):
        degrade(page, [("rust", True)], np.random.default_rng(1), SCALE)


def test_the_order_of_naming_does_not_matter(page):
    both = [("skew", True), ("faded", False)]
    one, other = (degrade(page, named, np.random.default_rng(1), SCALE) for named in (both, both[::-1]))
    assert np.array_equal(one, other)


def test_broken_rulings_touch_rulings_only(page):
    broken = broken_rulings(page, np.random.default_rng(1), True, SCALE)
    changed = broken != page
    assert changed.any()
    lines = np.zeros_like(page)
    for x in range(60, 560, 80):
        cv2.line(lines, (x, 200), (x, 700), 255, 4)
    for y in range(200, 701, 50):
        cv2.line(lines, (60, y), (540, y), 255, 4)
    assert not (changed & (lines == 0)).any()


def test_a_red_stamp_hides_no_print_in_the_red_channel(page):
    installed("red-stamp")
    stamped = red_stamp(page, np.random.default_rng(1), True, SCALE)
    assert (stamped[..., 0][page == 0] == 0).all()
    assert stamped[..., 0].min(where=page == 255, initial=255) > 128
    assert (stamped[..., 1] < 100).sum() > (page < 100).sum()


def test_a_skewed_page_is_held_whole(page):
    turned = skewed(page, 5.0)
    assert (turned < 128).sum() == pytest.approx((page < 128).sum(), rel=0.1)


def test_black_and_white_pages_are_stored_as_such(page):
    plain = degrade(page, [("bilevel", False)], np.random.default_rng(1), SCALE)
    assert black_and_white(plain)
    assert b"CCITTFaxDecode" in image_pdf([plain, plain], 144)
    assert b"DCTDecode" in image_pdf([page + 0, page // 2], 144)
    assert len(tiff([plain], 144)) < len(image_file(page, 144, 90))


def test_what_is_stored_in_a_pdf_is_rendered_again(page):
    plain = np.where(page > 128, 255, 0).astype(np.uint8)
    (again,) = render(image_pdf([plain], 200), 200)
    assert again.shape == plain.shape
    assert np.array_equal(again > 128, plain > 128)
