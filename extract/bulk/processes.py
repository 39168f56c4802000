"""Processes from outside: what they hold in memory, and how they are ended with all that they started."""

from __future__ import annotations

import psutil


def end(pid: int) -> None:
    """Kill a process and every process below it; those first, so that none is left without a parent."""
    try:
        process = psutil.Process(pid)
        below = process.children(recursive=True)
    except psutil.Error:
        return
    for one in (*below, process):
        try:
            one.kill()
        except psutil.Error:
            continue


def resident(pid: int) -> int:
    """Bytes that a process holds in memory; 0 when it has ended."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def resident_below(pid: int) -> int:
    """Bytes that the processes below a process hold: it looks at every process there is, which takes milliseconds."""
    try:
        return sum(resident(one.pid) for one in psutil.Process(pid).children(recursive=True))
    except psutil.Error:
        return 0
