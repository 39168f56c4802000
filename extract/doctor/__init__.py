"""What this installation and this machine are, and whether they do their work: for a person, or for a bug report."""

from __future__ import annotations

from dataclasses import asdict

from extract.doctor.facts import Examination, Fact, lines
from extract.limits import Limits

__all__ = ["Examination", "Fact", "examine", "lines"]


def examine(*, selftest: bool = True) -> Examination:
    """Look at everything. Nothing is fetched or left behind; it takes a second, and the self-test some more."""
    from extract.doctor import machine, software, trial

    looks = [software.packages, software.engines, software.opencv, software.layouts, software.programs]
    looks += [machine.memory, machine.fonts, machine.surroundings]
    facts = [look() for look in looks]
    facts += [_limits(), *([trial.trial()] if selftest else [])]
    return Examination(tuple(facts))


def _limits() -> Fact:
    limits = asdict(Limits())
    sizes = {"memory", *(name for name in limits if name.endswith("_bytes"))}
    told = (
        f"{name} {value // 2**20} MiB" if name in sizes else f"{name} {value:,.0f}" for name, value in limits.items()
    )
    return Fact("limits", limits, told="; ".join(told))
