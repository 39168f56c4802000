"""What recognisers say, decoded: texts and alternatives with their probabilities; and how lines become batches."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.errors import EngineError
from extract.model import Recognised
from extract.ocr import NUMERIC, ctc, lines

CHARSET = ctc.Charset([*"O公开", *NUMERIC, " "])

numbers = st.text(NUMERIC, max_size=8)


def certain(text: str, characters: tuple[str, ...]) -> np.ndarray:
    """Frames that say exactly this text: a blank before each character and one at the end."""
    frames = np.zeros((2 * len(text) + 1, len(characters)))
    frames[::2, 0] = 1
    for i, character in enumerate(text):
        frames[2 * i + 1, characters.index(character)] = 1
    return frames


def decoded(frames: np.ndarray) -> Recognised:
    return ctc.decode(frames[None].astype(np.float32), CHARSET, np.array([float(len(frames))]))[0]


@given(numbers)
def test_certain_frames_give_their_text_alone(text: str) -> None:
    assert ctc.likeliest(certain(text, CHARSET.digits), CHARSET.digits) == ((text, 1.0),)
    read = decoded(certain(text, CHARSET.characters))
    assert (read.text, read.numeric, read.score, read.numeric_score) == (text, text, 1.0, 1.0)
    assert read.alternatives[0] == (text, pytest.approx(1.0, abs=1e-4))
    assert read.offsets == pytest.approx([(2 * i + 1.5) / (2 * len(text) + 1) for i in range(len(text))])


@given(st.lists(st.lists(st.floats(0, 1), min_size=len(CHARSET.digits), max_size=len(CHARSET.digits)), max_size=12))
@settings(deadline=None)
def test_alternatives_are_ranked_and_share_one_probability(rows: list[list[float]]) -> None:
    shares = np.array(rows).reshape(-1, len(CHARSET.digits)) + 1e-3
    ranked = ctc.likeliest(shares / shares.sum(axis=1, keepdims=True), CHARSET.digits)
    assert 1 <= len(ranked) <= ctc.ALTERNATIVES
    assert len(dict(ranked)) == len(ranked)
    assert [share for _, share in ranked] == sorted((share for _, share in ranked), reverse=True)
    assert sum(share for _, share in ranked) <= 1 + 1e-9


@given(st.lists(st.tuples(*[st.integers(1, 20)] * 3), min_size=3, max_size=3))
def test_alternatives_add_up_all_paths(rows: list[tuple[int, ...]]) -> None:
    shares = np.array(rows) / np.sum(rows, axis=1, keepdims=True)
    exact: dict[str, float] = {}
    for path in itertools.product(range(3), repeat=3):
        text = "".join("-ab"[symbol] for symbol, _ in itertools.groupby(path)).replace("-", "")
        exact[text] = exact.get(text, 0.0) + float(np.prod(shares[range(3), list(path)]))
    ranked = ctc.likeliest(shares, ("", "a", "b"))
    assert dict(ranked) == pytest.approx({text: exact[text] for text, _ in ranked})
    assert ranked[0][1] == pytest.approx(max(exact.values()))


def test_a_character_that_is_likelier_than_the_digit_lowers_the_numeric_score() -> None:
    frames = certain("公", CHARSET.characters)
    frames[1, CHARSET.characters.index("0")] = 0.05
    frames[1, CHARSET.characters.index("公")] = 0.95
    read = decoded(frames)
    assert (read.text, read.numeric) == ("公", "0")
    assert read.score == pytest.approx(0.95)
    assert read.numeric_score == pytest.approx(0.05)
    assert read.alternatives[0] == ("0", pytest.approx(1.0, abs=1e-3))


def test_a_lookalike_counts_for_its_digit() -> None:
    frames = certain("O", CHARSET.characters)
    frames[1, CHARSET.characters.index("6")] = 0.3
    frames[1, CHARSET.characters.index("O")] = 0.7
    read = decoded(frames)
    assert (read.text, read.numeric) == ("O", "0")
    assert read.numeric_score == pytest.approx(0.7)
    assert dict(read.alternatives) == {"0": pytest.approx(0.7, abs=1e-3), "6": pytest.approx(0.3, abs=1e-3)}


def test_what_has_no_digit_in_it_is_numerically_empty_and_uncertain() -> None:
    read = decoded(certain("公开", CHARSET.characters))
    assert (read.text, read.score, read.numeric, read.numeric_score) == ("公开", 1.0, "", 0.0)


def test_two_like_digits_need_a_blank_between_them() -> None:
    frames = certain("11", CHARSET.characters)
    frames[2, 0], frames[2, CHARSET.characters.index("1")] = 0.6, 0.4
    read = decoded(frames)
    assert read.numeric == "11"
    assert dict(read.alternatives) == {"11": pytest.approx(0.6, abs=1e-3), "1": pytest.approx(0.4, abs=1e-3)}


def test_a_dictionary_without_digits_is_refused() -> None:
    with pytest.raises(EngineError, match="has no 8 9"):
        ctc.Charset("01234567")


def test_batches_hold_every_line_once_and_pad_with_zero() -> None:
    rng = np.random.default_rng(1)
    shapes = [(int(h), int(w)) for h, w in rng.integers(1, 90, (40, 2))] + [(0, 7), (30, 4_000), (2, 9_000), (500, 1)]
    images = [np.full(shape, 255, np.uint8) for shape in shapes]
    seen = []
    for places, batch, widths in lines.batches(images):
        seen += places
        assert batch.shape[1:3] == (3, lines.HEIGHT)
        assert batch.shape[3] % lines.STEP == 0
        assert batch.shape[3] * len(batch) <= max(lines.BATCH, batch.shape[3])
        for image, width in zip(batch, widths.astype(int), strict=True):
            assert (image[:, :, :width] == 1).all()
            assert not image[:, :, width:].any()
    assert sorted(seen) == [place for place, shape in enumerate(shapes) if all(shape)]
    assert lines.width(images[-2]) == lines.WIDEST


def test_colour_is_turned_to_blue_green_red() -> None:
    red = np.zeros((48, 48, 3), np.uint8)
    red[:, :, 0] = 255
    [(_, batch, _)] = lines.batches([red[::-1, ::-1]])
    assert batch[0, :, 20, 20].tolist() == [-1, -1, 1]
