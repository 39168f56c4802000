"""What the machine gives: memory and processors, fonts, room on disks, and settings in the environment."""

from __future__ import annotations

import locale
import os
import shutil
import sys
import tempfile
from pathlib import Path

from extract.doctor.facts import Fact

GIB = 2**30
NEEDED = 1.0
"""GiB of memory for each document that is read at a time."""
CGROUPS = Path("/sys/fs/cgroup")
SETTINGS = ("GONGKAI_ENGINE", "GONGKAI_MODELS", "OMP_NUM_THREADS", "NO_COLOR")

# A page that shows one character, of a font that the file does not bring.
_CALLED = b"""%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 60 60]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 43>>stream
BT /F 40 Tf 10 15 Td <%s> Tj ET           
endstream endobj
5 0 obj<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>endobj
6 0 obj<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light
/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 7 0 R>>endobj
7 0 obj<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -200 1000 900]/ItalicAngle 0
/Ascent 800/Descent -200/StemV 80>>endobj
trailer<</Root 1 0 R>>
"""  # noqa: W291 - the stream has a length


def memory() -> Fact:
    """Memory and processors, with what a container allows, and how many documents to read at a time."""
    import psutil

    seen = psutil.virtual_memory()
    allowed = _cgroup("memory.max")
    total = min(seen.total, int(allowed)) if allowed.isdigit() else seen.total
    free = min(seen.available, total)
    cores = float(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    quota, _, period = _cgroup("cpu.max").partition(" ")
    if quota.isdigit() and period.isdigit():
        cores = min(cores, int(quota) / int(period))
    jobs = max(1, min(int(cores), int(free / GIB / NEEDED)))
    values = {"total": total, "free": free, "cpus": cores, "jobs": jobs}
    told = f"{total / GIB:.1f} GiB, {free / GIB:.1f} free; {cores:g} CPUs: --jobs {jobs}"
    low = f"{free / GIB:.1f} GiB of memory are free, and a scan may need {NEEDED:g}: close other programs"
    return Fact("machine", values, (low,) if free < NEEDED * GIB else (), told=told)


def fonts() -> Fact:
    """Whether Chinese type is drawn where a PDF brings none: drawn, because every system keeps its fonts elsewhere."""
    import numpy as np
    import pypdfium2

    def drawn(code: bytes) -> bytes:
        with pypdfium2.PdfDocument(_CALLED % code) as pdf:
            return np.ascontiguousarray(pdf[0].render(scale=1, grayscale=True).to_numpy()).tobytes()

    one, other = drawn(b"4E00"), drawn(b"56FD")  # a single stroke, and a character of many
    there = one != other
    note = "PDFs that do not bring their fonts are drawn without Chinese: install a Chinese font, fonts-noto-cjk say"
    told = "Chinese type for PDFs that bring none: " + ("there" if there else "none")
    return Fact("fonts", {"chinese": there}, notes=() if there else (note,), told=told)


def surroundings() -> Fact:
    """Encodings, room for temporary files, settings in the environment. No password is told."""
    folder = tempfile.gettempdir()
    room = shutil.disk_usage(folder).free
    settings = {name: os.environ[name] for name in SETTINGS if name in os.environ}
    values = {
        "files": sys.getfilesystemencoding(),
        "terminal": sys.stdout.encoding,
        "locale": locale.getlocale()[0] or "C",
        "temporary": room,
        "settings": settings,
        "password": "GONGKAI_PASSWORD" in os.environ,
    }
    told = f"names in {values['files']}, terminal in {values['terminal']}, {room / GIB:.1f} GiB for temporary files"
    told += "".join(f", {name}={text}" for name, text in settings.items())
    small = f"{room / GIB:.1f} GiB are free for temporary files: set TMPDIR to a folder with more"
    return Fact("settings", values, (small,) if room < GIB / 4 else (), told=told)


def _cgroup(name: str) -> str:
    """What the group of processes may use, as the kernel writes it; empty where it does not say."""
    try:
        return (CGROUPS / name).read_text().strip()
    except OSError:
        return ""
