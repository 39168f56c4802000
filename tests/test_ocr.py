"""OCR engines: models, what is said when something is missing, and real reading by every engine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import unicodedata
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from samples_truth import FOLDER, report

from extract.errors import EngineError
from extract.labels import similarity
from extract.ocr import Engine, models
from extract.ocr.engines import MODELS, NAMES, engine
from extract.ocr.rapidocr_ import RapidOcr
from extract.scan.text.squeezed import LABEL

FONTS = {
    path.stem: path
    for name in ("DejaVuSans", "LiberationSerif-Regular", "LiberationSans-Regular", "NotoSansCJK-Regular")
    for path in sorted(Path("/usr/share/fonts").rglob(f"{name}.tt[fc]"))
}


# ---- models


@cache
def prepared(folder: Path) -> tuple[Path, ...]:
    return models.prepare(folder)


@pytest.fixture(scope="session")
def model_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    prepared(folder)
    return folder


def stripped(source: Path, target: Path) -> Path:
    """The weights without a dictionary: its metadata key spelt otherwise."""
    data = source.read_bytes()
    assert data.count(b"\x09character\x12") == 1
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data.replace(b"\x09character\x12", b"\x09elsewhere\x12"))
    return target


def test_prepared_folders_hold_weights_and_dictionary(model_folders: Path, tmp_path: Path) -> None:
    detector, recogniser = prepared(model_folders)
    assert (detector.name, recogniser.name) == (models.DETECTOR, models.RECOGNISER)
    assert models.recogniser(model_folders) == models.recogniser(recogniser) == recogniser / models.WEIGHTS
    assert models.hashes(recogniser / models.WEIGHTS)[f"{recogniser.name}/{models.WEIGHTS}"] == next(
        iter(models.hashes(models.installed("rec")).values())
    )
    # As PaddleOCR's own exports have it: the dictionary in the settings only.
    bare = stripped(recogniser / models.WEIGHTS, tmp_path / "own_rec" / models.WEIGHTS)
    shutil.copy(recogniser / models.SETTINGS, bare.parent)
    written = models.dictionary(bare, models.session(bare))
    embedded = models.installed("rec")
    assert written == models.dictionary(embedded, models.session(embedded))
    assert len(written) == 18_709
    assert models.prepare(tmp_path / "again", tmp_path) == (tmp_path / "again" / models.RECOGNISER,)
    assert RapidOcr(tmp_path).read([drawn("1,234")])[0].numeric == "1,234"


def test_what_is_no_recogniser_with_a_dictionary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no such model folder"):
        models.prepare(tmp_path / "out", tmp_path / "none")
    with pytest.raises(EngineError, match="no PP-OCR recogniser in it"):
        models.prepare(tmp_path / "out", tmp_path)
    (tmp_path / "text.onnx").write_text("not a model")
    with pytest.raises(EngineError, match="not a model onnxruntime can run"):
        models.prepare(tmp_path / "out", tmp_path / "text.onnx")
    with pytest.raises(EngineError, match="not a PP-OCR recogniser"):
        models.prepare(tmp_path / "out", models.installed("det"))
    bare = stripped(models.installed("rec"), tmp_path / "bare_rec" / models.WEIGHTS)
    with pytest.raises(EngineError, match="no dictionary"):
        models.prepare(tmp_path / "out", bare)
    bare.with_name(models.SETTINGS).write_text("PostProcess: {character_dict: [a, b]}")
    with pytest.raises(EngineError, match="2 characters does not fit 18710 classes"):
        models.prepare(tmp_path / "out", bare)
    bare.with_name(models.SETTINGS).write_text("PostProcess: {character_dict: [a, b")
    with pytest.raises(EngineError, match="not a PaddleOCR settings file"):
        models.prepare(tmp_path / "out", bare)
    shutil.copytree(bare.parent, tmp_path / "other_rec")
    with pytest.raises(EngineError, match=r"more than one recogniser \(bare_rec, other_rec\)"):
        models.prepare(tmp_path / "out", tmp_path)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError, match="cannot be written"):
        models.prepare(tmp_path / "file")


# ---- what is missing is said at once


def test_an_unknown_engine_is_answered_with_the_known_ones() -> None:
    with pytest.raises(EngineError, match="'abbyy': choose one of rapidocr, paddleocr, tesseract"):
        engine("abbyy")


def test_the_same_engine_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MODELS, "elsewhere")  # that folder is PaddleOCR's
    assert engine() is engine("rapidocr")


def test_missing_packages_and_models_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from extract.ocr import paddleocr_

    with pytest.raises(EngineError, match="gongkai models --output"):
        RapidOcr(tmp_path / "none")
    monkeypatch.setattr(paddleocr_, "find_spec", lambda name: None)
    with pytest.raises(EngineError, match=r"constraints-paddleocr\.txt"):
        paddleocr_.PaddleOcr(tmp_path)
    monkeypatch.setattr(paddleocr_, "find_spec", lambda name: name)
    with pytest.raises(EngineError, match=r"gongkai models --output DIR .* --models DIR or GONGKAI_MODELS"):
        paddleocr_.PaddleOcr()
    with pytest.raises(EngineError, match=r"needs inference.onnx and inference.yml"):
        paddleocr_.PaddleOcr(models.installed("rec"))
    monkeypatch.setattr(models, "find_spec", lambda name: None)
    with pytest.raises(EngineError, match="pip install rapidocr"):
        RapidOcr()
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EngineError, match="pip install onnxruntime"):
        models.session(tmp_path)


def test_missing_tesseract_and_its_language_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from extract.ocr.tesseract import Tesseract

    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\necho 'List of available languages in \"/somewhere/\" (1):'\necho eng\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match=r"no language chi_sim.* tesseract-ocr-chi-sim"):
        Tesseract()
    program.write_text("#!/bin/sh\necho broken >&2\nexit 3\n")
    with pytest.raises(EngineError, match="failed with status 3: broken"):
        Tesseract()
    program.unlink()
    with pytest.raises(EngineError, match="apt-get install tesseract-ocr"):
        Tesseract()


def test_a_tesseract_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from extract.ocr import tesseract

    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(tesseract, "SECONDS", 0.2)
    with pytest.raises(EngineError, match="took longer than"):
        tesseract.Tesseract()


# ---- reading


def drawn(text: str, font: str = "DejaVuSans", size: int = 24, cut: str = "") -> np.ndarray:
    """Black text on white, cut to its own height, or to that of `cut`, with a margin of a fifth of its size."""
    from PIL import Image, ImageDraw, ImageFont

    if font not in FONTS:
        pytest.skip(f"no {font} font")
    face = ImageFont.truetype(FONTS[font], size)
    left, _, right, _ = (int(edge) for edge in face.getbbox(text))
    _, top, _, bottom = (int(edge) for edge in face.getbbox(cut or text))
    margin = size // 5
    image = Image.new("L", (right - left + 2 * margin, bottom - top + 2 * margin), 255)
    ImageDraw.Draw(image).text((margin - left, margin - top), text, fill=0, font=face)
    return np.asarray(image)


def ready(name: str, folders: Path) -> Engine:
    if name == "paddleocr" and find_spec("paddleocr") is None:
        pytest.skip("PaddleOCR is tested in its own environment: .ci/paddleocr")
    if name == "tesseract" and shutil.which("tesseract") is None:
        pytest.skip("no tesseract")
    return engine(name, folders if name == "paddleocr" else None)


@pytest.mark.parametrize("font", ["DejaVuSans", "LiberationSerif-Regular", "LiberationSans-Regular"])
def test_digits_alone_and_together(font: str) -> None:
    texts = [*"0123456789", "10", "17", "71", "88", "100", "111", "1234", "1,234", "12.5", "2023", "50%"]
    read = engine().read([drawn(text, font) for text in texts])
    assert [line.numeric for line in read] == texts
    assert [line.text for line in read] == texts
    assert all(line.score > 0.9 and line.numeric_score > 0.9 for line in read)
    assert all(line.alternatives[0][0] == line.numeric for line in read)


def test_marks_for_nothing_and_labels() -> None:
    slash, dash = engine().read([drawn(text, "LiberationSerif-Regular", cut="8") for text in "/-"])
    assert (dash.text, dash.numeric) == ("-", "-")
    # A slash alone is nearly a 1 to the model, but it is never as sure of that as of a 1.
    [one] = engine().read([drawn("1", "LiberationSerif-Regular")])
    assert dict(slash.alternatives)["/"] > 0.02
    assert slash.numeric_score < 0.97 < 0.99 < one.numeric_score
    texts = ["本年新收政府信息公开申请数量", "（一）予以公开", "法律服务机构"]
    labels = engine().read([drawn(text, "NotoSansCJK-Regular") for text in texts])
    assert [unicodedata.normalize("NFKC", line.text) for line in labels] == [
        unicodedata.normalize("NFKC", text) for text in texts
    ]
    for line in labels:
        assert len(line.offsets) == len(line.text)
        assert list(line.offsets) == sorted(line.offsets)
        assert line.numeric_score < 0.5
    evenly = (np.arange(14) + 0.5) / 14
    assert np.abs(np.array(labels[0].offsets) - evenly).max() < 0.04


@pytest.mark.parametrize("name", NAMES)
def test_an_engine_says_whether_it_reads_squeezed_lines(name: str, model_folders: Path) -> None:
    """Labels are known from each other at a third of their width, or else must not be squeezed."""
    reader = ready(name, model_folders)
    label = "本年新收政府信息公开申请数量"
    image = drawn(label, "NotoSansCJK-Regular", 40)
    squeezed = cv2.resize(image, (round(LABEL * image.shape[1]), image.shape[0]), interpolation=cv2.INTER_AREA)
    whole, narrow = reader.read([image, squeezed])
    assert similarity(whole.text, label) > 0.9
    assert (similarity(narrow.text, label) > 0.9) == reader.squeezes


def test_reading_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    fresh = RapidOcr()
    assert fresh.read([drawn("10")])[0].numeric == "10"
    assert {"onnxruntime", "rapidocr", models.installed("rec").name} == set(fresh.provenance)


@pytest.mark.parametrize("name", NAMES)
def test_engines_report_their_use_to_nobody_and_the_wheel_of_the_weights_is_not_imported(
    name: str, model_folders: Path, tmp_path: Path
) -> None:
    """onnxruntime's telemetry is no business of Python's sockets, but it leaves its identifiers in folders."""
    ready(name, model_folders)
    script = (
        "import sys; from pathlib import Path; import numpy as np; from extract.ocr.engines import engine; "
        "folder = Path(sys.argv[2]) if sys.argv[1] == 'paddleocr' else None; "
        "engine(sys.argv[1], folder).read([np.full((40, 60, 3), 255, np.uint8)]); "
        "assert 'rapidocr' not in sys.modules"
    )
    home = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    environment = {key: value for key, value in os.environ.items() if key != "ORT_DISABLE_TELEMETRY"} | home
    subprocess.run([sys.executable, "-c", script, name, model_folders], env=environment, check=True)
    assert not {".ses", "Microsoft"} & {path.name for path in tmp_path.rglob("*")}


@pytest.mark.parametrize("name", NAMES)
def test_images_of_any_size_are_read(name: str, model_folders: Path) -> None:
    reader = ready(name, model_folders)
    assert reader.read([]) == []
    shapes = [(0, 5), (5, 0), (1, 1), (1, 400), (400, 1), (40, 200), (3, 3, 3)]
    read = reader.read([np.full(shape, 255, np.uint8) for shape in shapes])
    assert [line.numeric for line in read] == [""] * len(shapes)
    assert all(0 <= share <= 1 for line in read for _, share in line.alternatives)


@cache
def page_cells(sample: str) -> tuple[list[np.ndarray], list[str]]:
    """Numbers of a sample's first table page at 200 dpi, cut to their ink with a margin, and what they say."""
    cells = [cell for cell in report(sample).cells if cell.value is not None and cell.bbox and cell.text.isdigit()]
    scale = 200 / 72
    images, texts = [], []
    with pypdfium2.PdfDocument(FOLDER / f"{sample}.pdf") as document:
        for number in sorted({cell.page for cell in cells if cell.page}):
            page = document[number - 1].render(scale=scale, grayscale=True).to_numpy().squeeze()
            for cell in (cell for cell in cells if cell.page == number):
                x0, top, x1, bottom = (round(edge * scale) for edge in cell.bbox)
                inner = page[top + 4 : bottom - 4, x0 + 4 : x1 - 4]
                rows, columns = np.nonzero(inner < 160)
                images.append(
                    inner[
                        max(0, rows.min() - 6) : rows.max() + 7,
                        max(0, columns.min() - 4) : columns.max() + 5,
                    ]
                )
                texts.append(cell.text)
    return images, texts


@pytest.mark.parametrize("name", NAMES)
def test_every_engine_reads_the_numbers_of_a_page(name: str, model_folders: Path) -> None:
    reader = ready(name, model_folders)
    images, texts = page_cells("city")
    assert len(texts) > 50
    read = reader.read(images)
    wrong = [(text, line) for text, line in zip(texts, read, strict=True) if line.numeric != text]
    if name == "tesseract":  # the weakest of them: nearly all, and not sure of the others
        assert len(wrong) <= 0.05 * len(texts)
    else:
        assert not wrong
        assert all(line.alternatives[0][0] == line.numeric for line in read)
        assert min(line.numeric_score for line in read) > 0.5
    versions = reader.provenance
    assert any(len(value) == 64 for value in versions.values())


def test_paddleocr_finds_and_reads_the_lines_of_a_page_with_both_prepared_models(model_folders: Path) -> None:
    paddleocr = pytest.importorskip("paddleocr", reason="PaddleOCR is tested in its own environment: .ci/paddleocr")
    detector, recogniser = prepared(model_folders)
    pipeline = paddleocr.PaddleOCR(
        use_doc_orientation_classify=False,
        use_doc_unwarping=False,
        use_textline_orientation=False,
        text_detection_model_name=models.DETECTOR,
        text_detection_model_dir=str(detector),
        text_recognition_model_name=models.RECOGNISER,
        text_recognition_model_dir=str(recogniser),
        engine="onnxruntime",
        engine_config={"intra_op_num_threads": 1},
    )
    cells = [cell for cell in report("city").cells if cell.id.table == "disclosure_requests"]
    with pypdfium2.PdfDocument(FOLDER / "city.pdf") as document:
        page = document[cells[0].page - 1].render(scale=150 / 72).to_numpy()
    [result] = pipeline.predict(np.ascontiguousarray(page))
    read = Counter(result["rec_texts"])
    printed = Counter(cell.text for cell in cells if cell.page == cells[0].page and len(cell.text) > 1)
    assert printed
    assert (printed & read).total() >= 0.9 * printed.total()
