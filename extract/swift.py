"""Frozen dataclasses of which a document makes hundreds, made in a quarter of the time."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, Protocol, TypeVar, cast

from msgspec import defstruct, structs

_Class = TypeVar("_Class", bound=type)
_Instance = TypeVar("_Instance")

_KEPT = frozenset({"__doc__", "__qualname__", "__dataclass_fields__", "__dataclass_params__"})
"""What stays of what `dataclass` wrote."""


class _Changed(Protocol):
    def __call__(self, one: _Instance, /, **changes: Any) -> _Instance: ...


changed = cast(_Changed, structs.replace)
"""What `replace` of dataclasses does, for those that are swift: in a tenth of the time."""


def swift(cls: _Class) -> _Class:
    """Make a msgspec Struct of a frozen dataclass: it is put together in C, and Python's collector passes it by.

    To `fields`, `replace` and whoever uses it, it is that dataclass still. Defaults are values, not factories, there is
    no `__post_init__`, and no cycle may lead through an instance.
    """
    declared = [
        (one.name, one.type) if one.default is MISSING else (one.name, one.type, one.default) for one in fields(cls)
    ]
    names = {one.name for one in fields(cls)}
    namespace = {
        name: value
        for name, value in vars(cls).items()
        if name in _KEPT or not (name.startswith("__") or name in names)
    }
    made: Any = defstruct(cls.__name__, declared, module=cls.__module__, namespace=namespace, frozen=True, gc=False)
    return cast(_Class, made)
