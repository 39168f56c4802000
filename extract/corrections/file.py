"""A document's correction file: read, checked against the schema, and written so that versions merge line by line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from extract.corrections.cells import CellDoubted, ColumnAssigned, RowAssigned, ValueSet
from extract.corrections.edit import Edit
from extract.corrections.lines import CellsMerged, CellSplit, LineAdded, LineMoved, LineRemoved
from extract.corrections.pages import EditionSet, RegionSet, RotationSet
from extract.errors import CorrectionsError

SCHEMA = "gongkai-corrections/1"
"""Name and version of the form of correction files."""

_LARGEST = 4 * 2**20
"""Bytes of a correction file: tens of thousands of edits."""


AnyEdit = Annotated[
    RotationSet
    | RegionSet
    | EditionSet
    | LineAdded
    | LineMoved
    | LineRemoved
    | CellsMerged
    | CellSplit
    | RowAssigned
    | ColumnAssigned
    | ValueSet
    | CellDoubted,
    Field(discriminator="edit"),
]
"""Any edit that a file may hold, told by its kind."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    schema_: Literal["gongkai-corrections/1"] = Field(alias="schema")
    document: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    name: Annotated[str, Field(max_length=1000)] = ""
    edits: Annotated[tuple[AnyEdit, ...], Field(strict=False)] = ()


@dataclass(frozen=True, slots=True)
class Corrections:
    """A document's corrections: the hash of its content, its name for people, and the edits in the file's order."""

    sha256: str
    name: str
    edits: tuple[Edit, ...]


def name_of(sha256: str) -> str:
    """The name of a document's file in a corrections folder."""
    return f"{sha256}.yaml"


def of_document(folder: Path, sha256: str) -> Corrections | None:
    """The corrections of a document in a folder; None where there are none.

    Raises:
        CorrectionsError: The file cannot be read, or does not fit the schema or the document.
    """
    path = folder / name_of(sha256)
    try:
        if not path.exists():
            return None
        if path.stat().st_size > _LARGEST:
            raise CorrectionsError(f"{path}: larger than {_LARGEST} bytes")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CorrectionsError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise CorrectionsError(f"{path}: not UTF-8") from error
    found = parsed(text, str(path))
    if found.sha256 != sha256:
        raise CorrectionsError(f"{path}: document: the file is named after another document")
    return found


def parsed(text: str, name: str) -> Corrections:
    """Corrections from YAML text; `name` is used in error messages.

    Raises:
        CorrectionsError: The text is not YAML or does not fit the schema; the message names the place.
    """
    try:
        file = _File.model_validate(yaml.load(text, _Loader))  # noqa: S506 - a safe loader, made stricter
    except yaml.YAMLError as error:
        raise CorrectionsError(f"{name}: not YAML: {' '.join(str(error).split())}") from error
    except (ValueError, RecursionError) as error:
        raise CorrectionsError(f"{name}: {_first(error)}") from error
    return Corrections(file.document, file.name, file.edits)


def edit_of(record: Any) -> Edit:
    """An edit from plain data, as a program sends it.

    Raises:
        CorrectionsError: It does not fit the schema.
    """
    try:
        return _ONE.validate_python(record)
    except ValidationError as error:
        raise CorrectionsError(_first(error)) from error


def record_of(edit: Edit) -> dict[str, Any]:
    """An edit as plain data, in the order of its file: kind, place, what, then who, when and why."""
    fields = edit.model_dump(exclude_defaults=False)
    kind, who, when, why = (fields.pop(name) for name in ("edit", "who", "when", "why"))
    left_out = {name for name, value in fields.items() if _is_default(edit, name, value)}
    own = {name: list(v) if isinstance(v, tuple) else v for name, v in fields.items() if name not in left_out}
    return {"edit": kind, **own, "who": who, "when": when, **({"why": why} if why else {})}


def dumped(corrections: Corrections) -> str:
    """The file's text: edits in a stable order, one block each with an empty line before it."""
    head = {"schema": SCHEMA, "document": corrections.sha256, "name": corrections.name}
    edits = sorted(corrections.edits, key=lambda edit: edit.order)
    blocks = [_yaml([record_of(edit)]) for edit in edits]
    return _yaml(head) + ("edits:\n\n" + "\n".join(blocks) if blocks else "edits: []\n")


_ONE: TypeAdapter[Edit] = TypeAdapter(AnyEdit)


def _is_default(edit: Edit, name: str, value: Any) -> bool:
    field = type(edit).model_fields[name]
    return not field.is_required() and value == field.default


def _yaml(value: Any) -> str:
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000))


def _first(error: BaseException) -> str:
    """The first fault, with its place in the file."""
    if not isinstance(error, ValidationError):
        return " ".join(str(error).split())
    fault = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in fault["loc"])
    told = "there is no such key" if fault["type"] == "extra_forbidden" else fault["msg"]
    return " ".join(f"{where}: {told}".split())


class _Dumper(yaml.SafeDumper):
    """Lists of numbers stay on one line, times are as short as they can be."""

    def represent_list_flow(self, value: list[Any]) -> yaml.Node:
        return self.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=not any(map(_is_block, value)))

    def represent_time(self, value: Any) -> yaml.Node:
        return self.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat().replace("+00:00", "Z"))

    def represent_text(self, value: str) -> yaml.Node:
        style = None if value.isprintable() else '"'  # else line breaks of other kinds than \\n are lost
        return self.represent_scalar("tag:yaml.org,2002:str", value, style)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _is_block(value: Any) -> bool:
    return isinstance(value, dict)


class _Loader(yaml.SafeLoader):
    """YAML without aliases, which can grow without bound, and without keys that are given twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "aliases are not used here", None)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise yaml.constructor.ConstructorError(None, None, f"{twice} is given twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _registered() -> None:
    from datetime import datetime

    _Dumper.add_representer(str, _Dumper.represent_text)
    _Dumper.add_representer(list, _Dumper.represent_list_flow)
    _Dumper.add_representer(datetime, _Dumper.represent_time)


_registered()
