"""Matplotlib's figures and fonts: found when first needed, and with characters that render."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from extract.errors import PlotError

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

_FAMILIES = (
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN"),
    *("Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "Heiti SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
    *("SimHei", "Arial Unicode MS", "Noto Serif CJK SC", "Noto Serif CJK JP", "SimSun", "AR PL UMing CN"),
)
"""Fonts with Chinese characters that systems come with, the better to read on a screen first."""


def figure(width: float, height: float, dots: float = 100.0) -> Figure:
    """An empty figure, in inches, which notebooks show by themselves.

    Raises:
        PlotError: Matplotlib is missing.
    """
    made: Figure = _figure_class()(figsize=(width, height), dpi=dots, layout="constrained")
    return made


def font(texts: Iterable[str], size: float) -> FontProperties:
    """A font that has every character of these texts, at a size in points.

    Raises:
        PlotError: Matplotlib is missing, or no such font is installed.
    """
    wanted = frozenset(character for text in texts for character in text if not character.isascii())
    _figure_class()
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=_file(frozenset(map(ord, wanted))), size=size)


@cache
def _file(wanted: frozenset[int]) -> str:
    """The file of the first font with these characters."""
    best, most = "", 0
    for path in _files():
        known = _characters(path)
        if wanted <= known:
            return path
        if (has := len(wanted & known)) > most:
            best, most = path, has
    if most and most >= 0.98 * len(wanted):  # one rare character must not cost the chart: it is drawn as a box
        return best
    raise PlotError(
        "no installed font has the Chinese characters of this picture: install one, such as Noto Sans CJK "
        "(Debian: apt-get install fonts-noto-cjk)"
    )


def _files() -> Iterator[str]:
    """Font files, those known to suit first; what was installed since Matplotlib last looked comes at the end."""
    from matplotlib import font_manager

    plain = [one for one in font_manager.fontManager.ttflist if one.style == "normal" and _weight(one.weight) <= 500]
    rank = {name: place for place, name in enumerate(_FAMILIES)}
    plain.sort(key=lambda one: (rank.get(one.name, len(rank)), one.name, one.fname))
    known = dict.fromkeys(one.fname for one in plain)
    yield from known
    yield from sorted(set(font_manager.findSystemFonts()) - set(known))


def _weight(weight: Any) -> int:
    return weight if isinstance(weight, int) else 700 if "bold" in str(weight) else 400


@cache
def _characters(path: str) -> frozenset[int]:
    """The characters a font has; none where its file is gone or damaged."""
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(FT2Font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


@cache
def _figure_class() -> type[Any]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PlotError("Matplotlib is missing: pip install 'gongkai[plot]'") from error

    class Shown(Figure):
        """A figure that a notebook shows without pyplot."""

        def _repr_png_(self) -> bytes:
            kept = BytesIO()
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Glyph .* missing")
                self.savefig(kept, format="png", pil_kwargs={"optimize": True})
            return _smaller(kept.getvalue())

    return Shown


def _smaller(png: bytes) -> bytes:
    """A picture of 96 colours, the rare ones among them, which is all that these need: notebooks keep it as text."""
    from PIL import Image

    kept = BytesIO()
    with Image.open(BytesIO(png)) as image:
        image.convert("RGB").quantize(96, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
            kept, "PNG", optimize=True
        )
    return kept.getvalue()
