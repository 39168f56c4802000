"""Tesseract, where the machine has it: its command line, many lines to a process."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from functools import cached_property
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import numpy as np

from extract.errors import EngineError
from extract.model import Recognised
from extract.ocr.lines import NOTHING
from extract.ocr.models import hashes
from extract.ocr.protocol import NUMERIC

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANGUAGE = "chi_sim"
NUMBERS = "eng"
"""Reads digits better than LANGUAGE does, and is used for numbers where it is installed."""
BATCH = 256
"""Lines of one process."""
SECONDS = 60.0
"""What a process may take, and PER_LINE for each of its lines."""
PER_LINE = 2.0

HEIGHT = 48
BORDER = 12
"""Lines are scaled to HEIGHT pixels and set in a border: Tesseract wants white around its text."""
FAINT = 48
"""Grey levels from light to dark, noise smoothed, below which a line is not made black and white: it may be blank."""

_INSTALL = "install it (Debian: apt-get install tesseract-ocr tesseract-ocr-chi-sim)"

_Character = tuple[str, float, float]  # text, probability, centre as a share of the page's width


class Tesseract:
    """Tesseract behind the protocol.

    It tells how sure it is of a character but not of finding none: an empty text has score 0. It gives no alternatives
    but the text itself.
    """

    name = "tesseract"
    squeezes = False

    def __init__(self, folder: Path | None = None) -> None:
        """Find the program and its languages.

        Args:
            folder: where the *.traineddata are; None for where the program looks itself.

        Raises:
            EngineError: the program or the language is not there.
        """
        program = which("tesseract")
        if program is None:
            raise EngineError(f"tesseract is not installed: {_INSTALL}")
        self._command = [program, *(("--tessdata-dir", str(folder)) if folder else ())]
        listing = self._run(["--list-langs"], b"", SECONDS).decode(errors="replace")
        languages = set(listing.split())
        if LANGUAGE not in languages:
            raise EngineError(f"tesseract has no language {LANGUAGE}: {_INSTALL}")
        self._numbers = NUMBERS if NUMBERS in languages else LANGUAGE
        place = re.search(r'"(.+)"', listing)
        self._data = folder or (Path(place[1]) if place else None)

    @cached_property
    def provenance(self) -> Mapping[str, str]:
        """The program's version, and the SHA-256 of the language files where the program says where they are."""
        version = self._run(["--version"], b"", SECONDS).decode(errors="replace").split()
        files = [self._data / f"{name}.traineddata" for name in (LANGUAGE, self._numbers)] if self._data else []
        return {"tesseract": version[1], **hashes(*(file for file in files if file.is_file()))}

    def read(self, lines: Sequence[NDArray[np.uint8]]) -> list[Recognised]:
        """Read lines of text, as the protocol says: once with all characters, once with those of a number.

        Raises:
            EngineError: the program failed or took too long.
        """
        read = [NOTHING] * len(lines)
        # In an image of one colour Tesseract may see a character.
        places = [place for place, line in enumerate(lines) if line.size and line.min() < line.max()]
        for batch in (places[i : i + BATCH] for i in range(0, len(places), BATCH)):
            pages = _pages([lines[place] for place in batch])
            free = self._read(pages, len(batch), "7", LANGUAGE)
            # As a block of text: as a single line, more digits are lost.
            numbers = self._read(pages, len(batch), "6", self._numbers, "-c", f"tessedit_char_whitelist={NUMERIC}")
            for place, found, digits in zip(batch, free, numbers, strict=True):
                text, score = _joined(found)
                numeric, numeric_score = _joined(digits)
                offsets = tuple(centre for _, _, centre in found)
                read[place] = Recognised(text, score, numeric, numeric_score, ((numeric, numeric_score),), offsets)
        return read

    def _read(self, pages: bytes, count: int, mode: str, language: str, *options: str) -> list[list[_Character]]:
        """The characters of each page of a TIFF."""
        wanted = ["-c", "tessedit_create_hocr=1", "-c", "hocr_char_boxes=1", *options]
        arguments = ["stdin", "stdout", "--psm", mode, "-l", language, *wanted]
        parser = _Characters()
        parser.feed(self._run(arguments, pages, SECONDS + PER_LINE * count).decode(errors="replace"))
        if len(parser.pages) != count:
            raise EngineError(f"tesseract read {len(parser.pages)} of {count} lines")
        return parser.pages

    def _run(self, arguments: Sequence[str], data: bytes, seconds: float) -> bytes:
        # Several processes of one thread each are what a batch of documents wants.
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        try:
            done = subprocess.run(  # noqa: S603 - the program's full path, and arguments of our own
                [*self._command, *arguments],
                input=data,
                capture_output=True,
                timeout=seconds,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise EngineError(f"tesseract took longer than {seconds:.0f} s") from error
        except OSError as error:
            raise EngineError(f"tesseract cannot be run: {error.strerror}") from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
            raise EngineError(f"tesseract failed with status {done.returncode}: {said[-1]}")
        return done.stdout


class _Characters(HTMLParser):
    """The characters of each page of Tesseract's hOCR output, which has their boxes and confidences."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[list[_Character]] = []
        self._width = 1.0
        self._at: tuple[float, float] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - given by position
        attributes = dict(attrs)
        numbers = [float(number) for number in re.findall(r"(?<=\s)[\d.]+", attributes.get("title") or "")]
        if attributes.get("class") == "ocr_page":
            self.pages.append([])
            self._width = max(1.0, numbers[2] - 2 * BORDER)
        elif attributes.get("class") == "ocrx_cinfo":
            centre = ((numbers[0] + numbers[2]) / 2 - BORDER) / self._width
            self._at = (min(numbers[4] / 100, 1.0), min(max(centre, 0.0), 1.0))

    def handle_data(self, data: str) -> None:
        if self._at and data.strip():
            confidence, centre = self._at
            self.pages[-1].extend((character, confidence, centre) for character in data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self._at = None


def _joined(characters: Sequence[_Character]) -> tuple[str, float]:
    """The text, and the lowest of its probabilities; 0 of an empty text."""
    text = "".join(character for character, _, _ in characters)
    return text, min((probability for _, probability, _ in characters), default=0.0)


def _pages(lines: Sequence[NDArray[np.uint8]]) -> bytes:
    """A TIFF of a page for each line: no line's text can get into another's."""
    from PIL import Image

    first, *others = (Image.fromarray(_prepared(line)) for line in lines)
    file = BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=others, dpi=(300, 300))
    return file.getvalue()


def _prepared(line: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(HEIGHT + 2 BORDER, w) uint8, black on white unless too faint: its own binarisation loses digits in noise."""
    import cv2

    grey = (
        cv2.cvtColor(np.ascontiguousarray(line), cv2.COLOR_RGB2GRAY) if line.ndim == 3 else np.ascontiguousarray(line)
    )
    width = max(1, round(grey.shape[1] * HEIGHT / grey.shape[0]))
    smooth = cv2.GaussianBlur(cv2.resize(grey, (width, HEIGHT), interpolation=cv2.INTER_CUBIC), (0, 0), HEIGHT / 40)
    light = float(np.percentile(smooth, 80))
    if light - float(smooth.min()) >= FAINT:
        smooth = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
        light = 255.0
    edged = cv2.copyMakeBorder(smooth, BORDER, BORDER, BORDER, BORDER, cv2.BORDER_CONSTANT, value=light)
    return edged.astype(np.uint8)
