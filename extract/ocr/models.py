"""PP-OCR model folders: where the weights are, what they are, and PaddleOCR's form of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import file_digest
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from extract.errors import EngineError
from extract.ocr.lines import HEIGHT

# onnxruntime 1.29 and newer reports its use to its maker unless this is set before it is loaded; 0 has it so again.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

WEIGHTS = "inference.onnx"
SETTINGS = "inference.yml"
DETECTOR = "PP-OCRv6_small_det"
RECOGNISER = "PP-OCRv6_small_rec"

_SLOWER = ("MatmulTransposeFusion",)
"""What onnxruntime makes of a graph that costs more: a transposition put into the last layer's product has its weights
gone through once for each line of a batch, and not once for all. The results are the same, bit for bit."""

# PaddleOCR's own settings for PP-OCRv6, which it reads from the model's folder.
_DETECTION: Mapping[str, Any] = {
    "PreProcess": {
        "transform_ops": [
            {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
            {"DetResizeForTest": {"resize_long": 960}},
            {
                "NormalizeImage": {
                    "mean": [0.485, 0.456, 0.406],
                    "order": "hwc",
                    "scale": "1./255.",
                    "std": [0.229, 0.224, 0.225],
                }
            },
            {"ToCHWImage": None},
            {"KeepKeys": {"keep_keys": ["image", "shape", "polys", "ignore_tags"]}},
        ]
    },
    "PostProcess": {
        "name": "DBPostProcess",
        "thresh": 0.3,
        "box_thresh": 0.6,
        "max_candidates": 1000,
        "unclip_ratio": 1.5,
    },
}
_RECOGNITION: Sequence[Mapping[str, Any]] = [
    {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
    {"RecResizeImg": {"image_shape": [3, HEIGHT, 320]}},
]


def session(weights: Path) -> Any:
    """An onnxruntime session of one thread that keeps little memory between calls.

    Raises:
        EngineError: onnxruntime is not installed, or the file is not a model it can run.
    """
    try:
        import onnxruntime as ort
    except ImportError as error:
        raise EngineError(f"onnxruntime cannot be loaded ({error}): pip install onnxruntime") from error
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Batches differ in shape: planning for each shape would hold on to memory for all of them.
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    try:
        return ort.InferenceSession(
            str(weights), options, providers=["CPUExecutionProvider"], disabled_optimizers=list(_SLOWER)
        )
    except Exception as error:  # onnxruntime has a dozen classes of its own, all straight from Exception
        raise EngineError(f"{weights}: not a model onnxruntime can run: {_first_line(error)}") from error


def installed(part: str) -> Path:
    """The weights that the rapidocr wheel carries, found without importing it; `part` is "rec" or "det".

    Raises:
        EngineError: rapidocr is not installed, or carries no such weights.
    """
    spec = find_spec("rapidocr")
    for folder in (spec and spec.submodule_search_locations) or ():
        if found := sorted((Path(folder) / "models").glob(f"*_{part}_*.onnx")):
            return found[-1]
    if spec is None:
        raise EngineError("PP-OCR's weights come with rapidocr, which is not installed: pip install rapidocr")
    raise EngineError(f"the installed rapidocr carries no PP-OCR {part} weights: pip install rapidocr==3.10.0")


def recogniser(models: Path) -> Path:
    """The recogniser's weights at `models`: an .onnx file, a model folder, or a folder with a model folder *rec*.

    Raises:
        EngineError: there is none, or more than one.
    """
    if models.is_file():
        return models
    if not models.is_dir():
        raise EngineError(f"{models}: no such model folder: make one with gongkai models --output {models}")
    if (models / WEIGHTS).is_file():
        return models / WEIGHTS
    found = sorted(path for path in models.glob(f"*/{WEIGHTS}") if "rec" in path.parent.name)
    if len(found) > 1:
        names = ", ".join(path.parent.name for path in found)
        raise EngineError(f"{models}: more than one recogniser ({names}): name the folder of one")
    if not found:
        raise EngineError(
            f"{models}: no PP-OCR recogniser in it ({WEIGHTS}, or a folder *rec* with one): "
            f"make one with gongkai models --output {models}"
        )
    return found[0]


def dictionary(weights: Path, loaded: Any) -> tuple[str, ...]:
    """The characters of a recogniser's classes 1 and up, from the weights' own metadata or the settings beside them.

    Args:
        weights: the file `loaded` is of.
        loaded: its onnxruntime session.

    Raises:
        EngineError: it is not a PP-OCR recogniser, has no dictionary, or one that does not fit it.
    """
    taken = [entry.shape for entry in loaded.get_inputs()]
    given = [entry.shape for entry in loaded.get_outputs()]
    line_in = len(taken) == 1 and len(taken[0]) == 4 and taken[0][1] in (3, None) and not _fixed(taken[0][2], HEIGHT)
    if not line_in or len(given) != 1 or len(given[0]) != 3:
        raise EngineError(f"{weights}: not a PP-OCR recogniser: it takes {taken} and gives {given}")
    written = loaded.get_modelmeta().custom_metadata_map.get("character", "")
    characters = written.rstrip("\n").split("\n") if written else _listed(weights.with_name(SETTINGS))
    if not characters:
        raise EngineError(
            f"{weights}: no dictionary: neither metadata `character` in it nor character_dict in {SETTINGS} beside it"
        )
    classes = given[0][2]
    # Exporters add the space to the classes but not to the list.
    if not isinstance(classes, int) or classes == len(characters) + 2:
        characters = [*characters, " "]
    elif classes != len(characters) + 1:
        raise EngineError(f"{weights}: a dictionary of {len(characters)} characters does not fit {classes} classes")
    return tuple(characters)


def prepare(output: Path, source: Path | None = None) -> tuple[Path, ...]:
    """Write model folders as PaddleOCR reads them: WEIGHTS and SETTINGS in a folder named for the model.

    Args:
        output: the folder to write them in; made where missing.
        source: a recogniser to take instead of the installed one: anything that `recogniser` finds.

    Returns:
        The folders written: detector and recogniser, or the recogniser alone where `source` is given.

    Raises:
        EngineError: the source is not a PP-OCR recogniser with a dictionary, or a folder cannot be written.
    """
    weights = installed("rec") if source is None else recogniser(source)
    characters = dictionary(weights, session(weights))
    settings = {
        "Global": {"model_name": model_name(weights.with_name(SETTINGS)) or RECOGNISER},
        "PreProcess": {"transform_ops": list(_RECOGNITION)},
        # PaddleOCR adds the space itself.
        "PostProcess": {"name": "CTCLabelDecode", "character_dict": list(characters[:-1])},
    }
    if characters[-1] != " ":
        raise EngineError(f"{weights}: its last class is not the space: PaddleOCR would read it wrongly")
    written = [_folder(output, weights, settings)]
    if source is None:
        written.insert(0, _folder(output, installed("det"), {"Global": {"model_name": DETECTOR}, **_DETECTION}))
    return tuple(written)


def versions(*distributions: str) -> Mapping[str, str]:
    """The installed versions of these distributions; one that is not there is left out."""
    found = {}
    for name in distributions:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def hashes(*files: Path) -> Mapping[str, str]:
    """The SHA-256 of each file by its name; files of a model folder are named with their folder."""
    plain = (WEIGHTS, SETTINGS)
    names = (f"{file.parent.name}/{file.name}" if file.name in plain else file.name for file in files)
    return {name: _digest(file) for name, file in zip(names, files, strict=True)}


@cache
def _digest(path: Path) -> str:
    """Taken once per process."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _folder(output: Path, weights: Path, settings: Mapping[str, Any]) -> Path:
    import yaml

    folder = output / str(settings["Global"]["model_name"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if weights != folder / WEIGHTS:
            shutil.copyfile(weights, folder / WEIGHTS)
        with (folder / SETTINGS).open("w", encoding="utf-8") as file:
            yaml.dump(dict(settings), file, getattr(yaml, "CSafeDumper", yaml.SafeDumper), allow_unicode=True)
    except OSError as error:
        raise EngineError(f"{folder}: cannot be written: {error.strerror}") from error
    return folder


def _settings(path: Path) -> Mapping[str, Any]:
    """The settings, every scalar as the text it is written as; empty where there is no such file."""
    import yaml

    if not path.is_file():
        return {}
    try:
        # The plain loaders would make a number of 0 and nothing of ~, and the Python one takes seconds.
        read = yaml.load(path.read_text("utf-8"), getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise EngineError(f"{path}: not a PaddleOCR settings file: {_first_line(error)}") from error
    return read if isinstance(read, dict) else {}


def _listed(path: Path) -> list[str]:
    listed = _entry(path, "PostProcess", "character_dict")
    return [str(character) for character in listed] if isinstance(listed, list) else []


def model_name(settings: Path) -> str:
    """The name that a model folder's settings give it; empty where they give none."""
    name = _entry(settings, "Global", "model_name")
    return name if isinstance(name, str) and Path(name).name == name else ""


def _entry(path: Path, section: str, key: str) -> Any:
    part = _settings(path).get(section)
    return part.get(key) if isinstance(part, dict) else None


def _fixed(size: Any, wanted: int) -> bool:
    """Whether a model's input size is fixed at another than the one wanted; names stand for free sizes."""
    return isinstance(size, int) and size != wanted


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
