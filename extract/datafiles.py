"""What the program knows as data: YAML files beside the code, each checked against a strict schema."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from extract.errors import LayoutError


class Strict(BaseModel):
    """A part of such a file: of known keys only, and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


Schema = TypeVar("Schema", bound=BaseModel)


def loaded(text: str) -> Any:
    """What YAML text says, by libyaml where PyYAML has it: every process reads the layouts, and Python is slow at it.

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe both


def validated(schema: type[Schema], text: str, name: str) -> Schema:
    """What YAML text says, checked against a schema; `name` is used in error messages.

    Raises:
        LayoutError: the text is not YAML or does not fit the schema.
    """
    try:
        return schema.model_validate(loaded(text))
    except yaml.YAMLError as error:
        raise LayoutError(f"{name}: not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LayoutError(f"{name}: {f'{where}: ' if where else ''}{first['msg']}") from error
