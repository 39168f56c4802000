"""Scan the samples: `python samples/scans.py [NAME...]`.

Each scan is a drawn sample (samples/NAME.pdf) turned into pixels, damaged by samples/degrade.py and stored as scanners,
copiers, fax machines and telephones store pages. It goes to samples/scans/ with its truth beside it, which is that of
the sample it was made from.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from samples.degrade import degrade
from samples.make import EPOCH, draw
from samples.pixels import Pixels
from samples.seal import RED, stamped
from samples.truth import BLANK_MARKS, HERE, Truth, TruthCell, TruthError, load, write_csv

FOLDER = HERE / "scans"


@dataclass(frozen=True)
class Scan:
    """How a sample was scanned.

    Attributes:
        source: the sample's name.
        shows: for samples/README.md.
        damages: names of samples.degrade.DAMAGES, each strong or not.
        dpi: pixels per inch.
        container: "pdf" (one image on each page), "tif" (all pages), "png" or "jpg" (one page), "folder" (a PNG for
            each page), "mixed" (a PDF with native pages and one scanned page), "hidden" (a PDF of images over an
            invisible text layer with other numbers).
        quality: of JPEG, 0 where pixels are stored without loss: G4 for black and white.
        turn: quarter turns anticlockwise, the last thing done.
        stamp: colour of a seal put over the digits of section 三.
        one_page: draw the form anew, small and without narrative, so that one page holds it all.
        seed: of all chance in it.
    """

    source: str
    shows: str
    damages: tuple[tuple[str, bool], ...] = ()
    dpi: int = 200
    container: str = "pdf"
    quality: int = 70
    turn: int = 0
    stamp: tuple[float, float, float] | None = None
    one_page: bool = False
    seed: int = 1

    @cached_property
    def truth(self) -> Truth:
        """The truth of its sample."""
        return load(HERE / "truth" / f"{self.source}.yaml")


SCANS = {
    "clean-200": Scan("city", "grey, nothing wrong with it: the same cells as city.pdf", quality=35),
    "clean-100": Scan("seed-003", "grey, nothing wrong but the resolution", dpi=100, quality=50),
    "fax": Scan(
        "edition-2019",
        "1-bit, CCITT G4 inside the PDF, dust, a little askew",
        (("skew", False), ("speckle", False), ("bilevel", False)),
        quality=0,
    ),
    "mixed": Scan("blanks", "one scanned page between native ones", (("skew", False),), 150, "mixed", 45),
    "sideways": Scan(
        "rotated", "laid on the glass sideways, landscape pages too", (("blur", False),), 150, quality=35, turn=1
    ),
    "upside-down": Scan("seed-001", "upside down", (("skew", False),), 150, turn=2, quality=25),
    "clockwise": Scan(
        "thin-rectangles", "turned clockwise, uneven light", (("uneven-light", False),), 150, turn=3, quality=30
    ),
    "pages-g4": Scan(
        "seed-004",
        "multi-page TIFF, CCITT G4, each page 2-5 degrees askew",
        (("skew", True), ("bilevel", False)),
        container="tif",
        quality=0,
    ),
    "page-images": Scan("seed-002", "a PNG for each page, to be joined", (("blur", False),), 150, "folder", 0),
    "one-page": Scan(
        "seed-000", "PNG, 1-bit, the whole form on one page", (("bilevel", False),), 300, "png", 0, one_page=True
    ),
    "photo": Scan(
        "stub-split",
        "a telephone's JPEG: keystone, shadow, a desk around the page",
        (("photo", True), ("noise", False)),
        container="jpg",
        one_page=True,
        quality=30,
        seed=4,
    ),
    "photos": Scan("seed-003", "photographed pages in a PDF", (("photo", False),), 150, quality=25, seed=2),
    "hidden-text": Scan(
        "stub-split",
        "an invisible text layer whose numbers are all twice what is printed, so that its identities hold",
        (("jpeg", False),),
        150,
        "hidden",
        quality=20,
    ),
    "red-stamp": Scan("city", "a red seal over digits", (("skew", False),), 150, stamp=RED, quality=35, seed=3),
    "grey-stamp": Scan(
        "wrong-totals", "a grey seal over digits", (), 150, stamp=(125.0, 125.0, 125.0), quality=35, seed=2
    ),
    "faded": Scan(
        "separate-tables", "ink of grey 130-170, a sensor's grain", (("faded", True), ("noise", False)), 150, quality=25
    ),
    "curled": Scan("half-row", "a bound volume's pages, curled", (("curl", True),), 150, quality=40),
    "archive": Scan(
        "hybrid",
        "gaps in rulings, four punch holes, pen strokes",
        (("broken-rulings", True), ("punch-holes", True), ("pen", False)),
        150,
        quality=28,
        seed=5,
    ),
    "thin-paper": Scan(
        "other-tables",
        "the back of the sheet shows through",
        (("bleed-through", True), ("blur", False)),
        150,
        quality=25,
    ),
}
"""Every scan by name."""


def render(pdf: bytes, dpi: float) -> list[Pixels]:
    """The pages of a PDF in grey, as a good scanner would see them: each pixel the mean of what falls on it."""
    over = 2 if dpi <= 150 else 1
    with pypdfium2.PdfDocument(pdf) as reader:
        if reader.get_formtype():
            reader.init_forms()
        pages = []
        for page in reader:
            grey = page.render(scale=over * dpi / 72, grayscale=True).to_numpy()
            grey = grey[..., 0] if grey.ndim == 3 else grey
            size = grey.shape[1] // over, grey.shape[0] // over
            pages.append(cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if over > 1 else grey.copy())
    return pages


def picture(page: Pixels) -> Any:
    """A page as a Pillow image; one with no values but 0 and 255 in 1 bit."""
    from PIL import Image

    image = Image.fromarray(page)
    return image.convert("1", dither=Image.Dither.NONE) if black_and_white(page) else image


def black_and_white(page: Pixels) -> bool:
    """Whether every pixel is 0 or 255."""
    return page.ndim == 2 and bool(np.isin(page, (0, 255)).all())


def image_pdf(pages: Sequence[Pixels], dpi: float, quality: int = 90) -> bytes:
    """An image on each page and nothing else: JPEG, or CCITT G4 where pages are black and white."""
    first, *rest = (picture(page) for page in pages)
    then = time.gmtime(int(EPOCH))
    file = io.BytesIO()
    # Pillow hands the quality on to the encoder, and that of G4 takes none.
    options = {} if all(map(black_and_white, pages)) else {"quality": quality}
    first.save(
        file, "PDF", save_all=True, append_images=rest, resolution=dpi, creationDate=then, modDate=then, **options
    )
    return file.getvalue()


def tiff(pages: Sequence[Pixels], dpi: float) -> bytes:
    """All pages in one file: CCITT G4 where pages are black and white, else LZW."""
    first, *rest = (picture(page) for page in pages)
    compression = "group4" if all(map(black_and_white, pages)) else "tiff_lzw"
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=rest, dpi=(dpi, dpi), compression=compression)
    return file.getvalue()


def image_file(page: Pixels, dpi: float, quality: int = 0) -> bytes:
    """A page as JPEG, or as PNG at quality 0."""
    file = io.BytesIO()
    if quality:
        picture(page).save(file, "JPEG", quality=quality, dpi=(dpi, dpi))
    else:
        picture(page).save(file, "PNG", optimize=True, dpi=(dpi, dpi))
    return file.getvalue()


def scanned(scan: Scan, pdf: bytes) -> list[Pixels]:
    """The pages of a PDF as that scan sees them."""
    rng = np.random.default_rng(scan.seed)
    plain = render(pdf, scan.dpi)
    scale = scan.dpi / 72
    pages = []
    for number, page in enumerate(plain):
        if scan.stamp and (place := _digits_of_requests(pdf, number)):
            page = stamped(page, rng, scale, scan.stamp, 0.7, (place[0] * scale, place[1] * scale))
        back = plain[number ^ 1] if number ^ 1 < len(plain) else None
        page = degrade(page, scan.damages, rng, scale, back)
        pages.append(np.ascontiguousarray(np.rot90(page, scan.turn)))
    return pages


def _digits_of_requests(pdf: bytes, number: int) -> tuple[float, float] | None:
    """A place (x, y) in points amid the page's digits, if it prints many: the median of all."""
    with pypdfium2.PdfDocument(pdf) as reader:
        page = reader[number]
        text = page.get_textpage()
        digits = [index for index, char in enumerate(text.get_text_range()) if char.isdigit()]
        if len(digits) < 100:
            return None
        boxes = np.array([text.get_charbox(index) for index in digits])
        x, y = np.median(boxes[:, ::2].mean(axis=1)), np.median(boxes[:, 1::2].mean(axis=1))
        return float(x), page.get_height() - float(y)


def mixed_pdf(pdf: bytes, number: int, page: Pixels, quality: int) -> bytes:
    """The PDF with page `number` (from 0) replaced by its image."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as whole:
        _with_image(whole, whole.pages[number], page, quality, [])
        return _saved(whole)


def hidden_pdf(text: bytes, pages: Sequence[Pixels], quality: int) -> bytes:
    """Images over the text of a drawn PDF, which is made invisible and loses whatever else it draws."""
    import pikepdf

    shown = {"BT", "ET", "Tf", "Tj", "TJ", "Td", "TD", "Tm", "T*", "Tc", "Tw", "Tz", "TL", "Ts", "q", "Q", "cm"}
    with pikepdf.open(io.BytesIO(text)) as whole:
        for leaf, page in zip(whole.pages, pages, strict=True):
            invisible = pikepdf.ContentStreamInstruction([3], pikepdf.Operator("Tr"))
            kept = [step for step in pikepdf.parse_content_stream(leaf) if str(step.operator) in shown]
            _with_image(whole, leaf, page, quality, [invisible, *kept])
        return _saved(whole)


def _with_image(whole: Any, leaf: Any, page: Pixels, quality: int, content: list[Any]) -> None:
    import pikepdf

    height, width = page.shape[:2]
    space = pikepdf.Name.DeviceRGB if page.ndim == 3 else pikepdf.Name.DeviceGray
    image = pikepdf.Stream(whole, image_file(page, 72, quality))
    image.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        ColorSpace=space,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
        Length=len(image.read_raw_bytes()),
    )
    left, bottom, right, top = (float(edge) for edge in leaf.mediabox)
    name = leaf.add_resource(image, pikepdf.Name.XObject, pikepdf.Name.Scan)
    placed = f"q {right - left} 0 0 {top - bottom} {left} {bottom} cm {name} Do Q\n".encode()
    leaf.Contents = whole.make_stream(placed + pikepdf.unparse_content_stream(content))
    if not content:
        leaf.Resources = pikepdf.Dictionary(XObject=leaf.Resources.XObject)


def _saved(whole: Any) -> bytes:
    whole.remove_unreferenced_resources()
    file = io.BytesIO()
    whole.save(file, deterministic_id=True)
    return file.getvalue()


def doubled(truth: Truth) -> Truth:
    """The truth with every number twice as large, so that all that adds up still does."""

    def twice(cell: TruthCell) -> TruthCell:
        if cell.text in BLANK_MARKS or cell.text != cell.value:
            return cell
        value = str(2 * Decimal(cell.value))
        return TruthCell(value, value, "value")

    tables = {
        name: replace(table, cells={key: twice(cell) for key, cell in table.cells.items()})
        for name, table in truth.tables.items()
    }
    return replace(truth, tables=tables)


def on_one_page(truth: Truth) -> Truth:
    """The truth drawn small, without narrative and page breaks."""
    look = {
        **truth.options.get("look", {}),
        "margin": 36,
        "size": 9,
        "table_size": 7.5,
        "padding": 3,
        "page_numbers": False,
    }
    document = {"order": ["proactive", "requests", "review"]}
    return replace(truth, options={"look": look, "form": truth.options.get("form", {}), "document": document})


def make(name: str) -> None:
    """Make one scan and write its truth beside it."""
    scan = SCANS[name]
    pdf = draw(on_one_page(scan.truth))[1] if scan.one_page else (HERE / f"{scan.source}.pdf").read_bytes()
    pages = scanned(scan, pdf)
    if scan.one_page and len(pages) != 1:
        raise TruthError(f"{name}: {len(pages)} pages instead of one")
    files: dict[Path, bytes] = {}
    match scan.container:
        case "pdf":
            files[FOLDER / f"{name}.pdf"] = image_pdf(pages, scan.dpi, scan.quality)
        case "tif":
            files[FOLDER / f"{name}.tif"] = tiff(pages, scan.dpi)
        case "png" | "jpg" as kind:
            files[FOLDER / f"{name}.{kind}"] = image_file(pages[0], scan.dpi, scan.quality)
        case "folder":
            (FOLDER / name).mkdir(parents=True, exist_ok=True)
            for number, page in enumerate(pages, 1):
                # Sixteen greys are what a page needs, and a fraction of the bytes.
                files[FOLDER / name / f"{name}-p{number}.png"] = image_file(
                    (page // 17 * 17).astype(np.uint8), scan.dpi
                )
        case "mixed":
            files[FOLDER / f"{name}.pdf"] = mixed_pdf(pdf, 1, pages[1], scan.quality)
        case "hidden":
            text = draw(doubled(scan.truth))[1]
            files[FOLDER / f"{name}.pdf"] = hidden_pdf(text, pages, scan.quality)
    FOLDER.mkdir(exist_ok=True)
    for path, data in files.items():
        path.write_bytes(data)
    write_csv(scan.truth, FOLDER / f"{name}.truth.csv")
    print(f"{name}: {len(pages)} pages, {sum(map(len, files.values())) / 1024:.0f} kB, {scan.source}, {scan.dpi} dpi")


def main() -> int:
    """Make the scans named on the command line, or all."""
    parser = argparse.ArgumentParser(description="Make the scanned samples again.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a scan's name; all without one")
    names = parser.parse_args().names or list(SCANS)
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH
    cv2.setNumThreads(1)
    try:
        for name in names:
            make(name)
    except (TruthError, OSError, LookupError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
