"""Which files are one document."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.inputs import plan


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(b"x")


def documents(*inputs: str, join: bool = True) -> dict[str, list[str]]:
    planned = plan(inputs, join=join)
    return {one.output.as_posix(): [path.name for path in one.paths] for one in planned.documents}


def test_a_directory_is_searched_for_images_and_for_what_cannot_be_read_yet_too() -> None:
    put("in/a.pdf", "in/b.TIFF", "in/c.png", "in/d.jpeg", "in/e.txt", "in/f.csv", "in/g.ofd", "in/h.wps", "in/i.HTM")
    names = ["a.pdf", "b.TIFF", "c.png", "d.jpeg", "g.ofd", "h.wps", "i.HTM"]
    assert documents("in", join=False) == {name[0]: [name] for name in names}


@pytest.mark.parametrize(
    "pattern", ["r-p{}.png", "r_{:03}.jpg", "r ({}).png", "r第{}页.png", "r-page{}.jpg", "r{}.png"]
)
def test_numbered_images_are_pages_of_one_document(pattern: str) -> None:
    names = [pattern.format(number) for number in (9, 10, 11)]
    put(*names)
    assert documents(*reversed(names)) == {"r": names}
    assert len(documents(*names, join=False)) == 3


def test_other_names_and_kinds_stay_documents_of_their_own() -> None:
    put("a-1.png", "a-2.png", "b-1.png", "cover.png", "c-1.pdf", "c-2.pdf", "d-1.tif", "d-2.tif")
    assert documents("*.*") == {
        "a": ["a-1.png", "a-2.png"],
        "b-1": ["b-1.png"],
        "cover": ["cover.png"],
        "c-1": ["c-1.pdf"],
        "c-2": ["c-2.pdf"],
        "d-1": ["d-1.tif"],
        "d-2": ["d-2.tif"],
    }


def test_images_without_a_name_are_called_after_their_folder() -> None:
    put("box/2021/1.png", "box/2021/2.png", "box/2022/1.png", "box/2022/2.png")
    assert documents("box") == {"2021/2021": ["1.png", "2.png"], "2022/2022": ["1.png", "2.png"]}
    assert [one.name for one in plan(["box"], join=True).documents] == ["box/2021/2021", "box/2022/2022"]


@pytest.mark.parametrize(
    "names",
    [
        ("r-p1.png", "r-p2.png", "r-p4.png"),
        ("r-p1.png", "r-p2.png", "r-p2.jpg"),
        ("map1.png", "ma2.png"),
        ("bureau2021.png", "bureau2022.png"),
    ],
)
def test_what_may_be_several_documents_is_not_joined(names: tuple[str, ...]) -> None:
    put(*names)
    assert sorted(paths for (paths,) in documents(*names).values()) == sorted(names)


def test_page_numbers_may_look_like_years_where_they_are_said_to_be_pages() -> None:
    put("r-p2020.png", "r-p2021.png")
    assert documents("r-p2020.png", "r-p2021.png") == {"r": ["r-p2020.png", "r-p2021.png"]}


@given(st.permutations(range(12)), st.integers(0, 990))
def test_pages_are_in_the_order_of_their_numbers(order: list[int], first: int) -> None:
    names = [f"x-p{first + number}.png" for number in order]
    put(*names)
    planned = plan(names, join=True)
    assert len(planned.documents) == 1
    assert [path.name for path in planned.documents[0].paths] == [f"x-p{first + i}.png" for i in range(12)]
