"""From a CTC recogniser's probabilities to text: freely, over the characters of a number, and the runners-up."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from extract.errors import EngineError
from extract.model import Recognised
from extract.ocr.protocol import LOOKALIKES, NUMERIC

if TYPE_CHECKING:
    from numpy.typing import NDArray

BEAM = 16
ALTERNATIVES = 12
UNLIKELY = 1e-4
"""Symbols of a frame below this share are not followed by the beam search."""
WORDS, SURE = 3, 0.8
"""Letters, and score, from which a line is words and no numbers like it are looked for but the likeliest."""
NO_NUMBER = 1e-6
"""Given to the blank of every frame: where no character of a number has more, there is none."""


class Charset:
    """The classes of a recogniser: the CTC blank, then its dictionary.

    Attributes:
        characters: the text of each class; the blank's is empty.
        numeric: the classes of the blank and of NUMERIC's characters, those that the dictionary has.
        digits: the texts of `numeric`.
        alike: for a place in `numeric`, the classes of its digit's lookalikes.

    Raises:
        EngineError: the dictionary lacks a digit.
    """

    def __init__(self, dictionary: Sequence[str]) -> None:
        self.characters = ("", *dictionary)
        place = {character: i for i, character in reversed(list(enumerate(self.characters)))}
        if missing := [digit for digit in "0123456789" if digit not in place]:
            raise EngineError(f"the model's dictionary has no {' '.join(missing)}: it cannot read numbers")
        self.digits = ("", *(character for character in NUMERIC if character in place))
        self.numeric = np.array([place[character] for character in self.digits])
        self.alike = {
            self.digits.index(digit): [place[character] for character in alike if character in place]
            for digit, alike in LOOKALIKES.items()
        }


def decode(probabilities: NDArray[np.float32], charset: Charset, widths: NDArray[np.float64]) -> list[Recognised]:
    """What n lines say.

    Args:
        probabilities: (n, frames, classes), each frame summing to 1.
        charset: the texts of the classes.
        widths: (n,) how many frames, and parts of one, each line's own width takes; the rest is padding.

    Returns:
        For each line its reading. `numeric` is the best path over the blank and NUMERIC, where lookalikes count for
        their digits; `numeric_score` is on the scale of all classes, so that it is low where another character is
        likelier. The alternatives' probabilities are sums over all paths, each frame scaled to the blank and NUMERIC
        alone.
    """
    classes = probabilities.argmax(axis=2)
    tops = np.take_along_axis(probabilities, classes[:, :, None], axis=2)[:, :, 0]
    numbers = probabilities[:, :, charset.numeric].astype(np.float64)
    for digit, alike in charset.alike.items():
        numbers[:, :, digit] += probabilities[:, :, alike].sum(axis=2)
    shares = numbers.copy()
    shares[:, :, 0] += NO_NUMBER
    shares /= shares.sum(axis=2, keepdims=True)
    paths = shares.argmax(axis=2)
    path_tops = np.take_along_axis(numbers, paths[:, :, None], axis=2)[:, :, 0]
    lines = []
    for i, width in enumerate(widths.tolist()):
        text, score, centres = best_path(classes[i], tops[i], charset.characters)
        numeric, numeric_score, _ = best_path(paths[i], path_tops[i], charset.digits)
        # Words are no number, whatever number they are most like.
        alternatives = () if _words(text) and score >= SURE else likeliest(shares[i], charset.digits)
        if numeric not in dict(alternatives):
            certainty = float(shares[i].max(axis=1).prod())
            alternatives = (*alternatives[: ALTERNATIVES - 1], (numeric, certainty))
        offsets = tuple(np.minimum(centres / width, 1.0).tolist())
        lines.append(Recognised(text, score, numeric, numeric_score, alternatives, offsets))
    return lines


def _words(text: str) -> bool:
    return sum(not char.isascii() and char.isalpha() for char in text) >= WORDS


def best_path(
    classes: NDArray[np.int64], tops: NDArray[np.floating], characters: Sequence[str]
) -> tuple[str, float, NDArray[np.float64]]:
    """Collapse one line's best class per frame: runs become one character, blanks none.

    Args:
        classes: (frames,) the class of each frame, 0 the blank.
        tops: (frames,) its probability.
        characters: the text of each class.

    Returns:
        The text; the lowest of its characters' probabilities, of a run its highest frame's, or of the blanks' where
        the text is empty; and the characters' centres in frames.
    """
    of, shares = classes.tolist(), tops.tolist()
    text, centres, least, start = "", [], 1.0, 0
    # A dozen frames, which a loop takes less time for than arrays do.
    for end in range(1, len(of) + 1):
        if end == len(of) or of[end] != of[start]:
            if of[start]:
                text += characters[of[start]]
                centres.append((start + end) / 2)
                least = min(least, max(shares[start:end]))
            start = end
    return text, least if text else min(*shares, 1.0), np.array(centres)


def likeliest(shares: NDArray[np.float64], characters: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """The likeliest texts of one line by a prefix beam search, which adds up all paths to the same text.

    Args:
        shares: (frames, classes) probabilities, each frame summing to 1; class 0 is the blank.
        characters: one character for each class.

    Returns:
        Up to ALTERNATIVES texts with their probabilities, best first; their sum is at most 1.
    """
    # Of each text, the probability of its paths that end in a blank, and of those that end in its last character.
    beams: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}
    for blank, *frame in shares.tolist():
        symbols = [(characters[i], share) for i, share in enumerate(frame, 1) if share > UNLIKELY]
        if not symbols:
            beams = {
                text: ((after_blank + after_last) * blank, 0.0) for text, (after_blank, after_last) in beams.items()
            }
            continue
        grown: dict[str, tuple[float, float]] = {}
        for text, (after_blank, after_last) in beams.items():
            total = after_blank + after_last
            held, repeated = grown.get(text, (0.0, 0.0))
            held += total * blank
            for character, share in symbols:
                longer = text + character
                same = text.endswith(character)
                if same:
                    repeated += after_last * share
                ended, going = grown.get(longer, (0.0, 0.0))
                grown[longer] = (ended, going + (after_blank if same else total) * share)
            grown[text] = (held, repeated)
        beams = _best(grown) if len(grown) > BEAM else grown
    ranked = sorted(((text, min(sum(parts), 1.0)) for text, parts in beams.items()), key=lambda item: -item[1])
    return tuple(item for i, item in enumerate(ranked[:ALTERNATIVES]) if not i or item[1] > UNLIKELY)


def _best(beams: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """The BEAM likeliest of more texts, best first."""
    totals = [after_blank + after_last for after_blank, after_last in beams.values()]
    least = sorted(totals)[-BEAM]
    ranked = [(total, item) for total, item in zip(totals, beams.items(), strict=True) if total >= least]
    ranked.sort(key=itemgetter(0), reverse=True)
    return dict([item for _, item in ranked[:BEAM]])
