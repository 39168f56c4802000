"""The local page from outside: who may ask, and for what."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from local_page import Page
from samples_truth import FOLDER
from samples_truth import report as sample

import extract
from extract.corrections import name_of, of_document
from extract.export import folder
from extract.model import Status
from extract.review.modules import GROUPS, SHARED, part
from extract.review.widget import _one_module

NAMES = ("seed-000", "wrong-totals")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("run") / "out"
    for name in NAMES:
        folder.write([sample(name)], made / name)
    secret = made.parent / "secret"
    secret.mkdir()
    shutil.copy(made / "seed-000" / "report.json", secret / "report.json")
    (made / "link").symlink_to(secret)
    (made / "odd").mkdir()
    (made / "odd" / "report.json").write_text('{"schema": "gongkai-report/1", "tables": 3}', encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def page(out: Path) -> Iterator[Page]:
    script = Path(sys.executable).with_name("gongkai")
    process = subprocess.Popen(
        [script, "review", str(out), "--no-browser", "--who", "li"], stdout=subprocess.PIPE, text=True
    )
    address = urlsplit(process.stdout.readline().strip())
    yield Page(address.port or 0, address.path.strip("/"), out)
    process.terminate()
    process.wait(timeout=20)


def test_the_address_is_on_this_machine_and_cannot_be_guessed(page: Page) -> None:
    assert len(page.token) >= 32
    here = socket.gethostbyname(socket.gethostname())
    if not here.startswith("127."):
        with pytest.raises(OSError), socket.create_connection((here, page.port), timeout=2):
            pass


def test_the_page_and_its_parts_are_there(page: Page) -> None:
    kinds = {"html": "text/html", "js": "text/javascript", "css": "text/css"}
    asked, seen = ["page.html"], set()
    while asked:
        name = asked.pop()
        seen.add(name)
        status, body, headers = page.ask("GET", f"/{page.token}/{'' if name == 'page.html' else name}")
        assert status == 200
        assert headers["content-type"].startswith(kinds[name.rpartition(".")[2]])
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        named = re.findall(r'(?:href=|src=|from )"(?:\./)?([a-z]+\.(?:js|css))"', body.decode())
        asked += [one for one in named if one not in seen]
    assert {"page.js", "review.js", "mosaic.js", "words.js", "review.css", "mosaic.css"} < seen


def test_the_notebooks_module_is_all_of_its_modules_in_one() -> None:
    """Joined as text: none asks for another any more, and no name is there twice."""
    module = _one_module()
    assert re.findall(r"^import\b|^export (?!default )", module, re.MULTILINE) == []
    names = re.findall(r"^(?:async )?(?:const|let|function|class) ([A-Za-z]+)", module, re.MULTILINE)
    assert {"element", "WORDS", "balance", "mount", "render"} < set(names)
    assert len(names) == len(set(names))


def test_no_module_imports_one_that_imports_it() -> None:
    """Each is after those that it asks for, and all names that it takes are there."""
    before: dict[str, set[str]] = {}
    for name in (*SHARED, "widget.js", *GROUPS):
        text = part(name)
        asked = re.findall(r'^import \{ (.+) \} from "\./([a-z]+\.js)";$', text, re.MULTILINE)
        assert len(asked) == len(re.findall(r"^import\b", text, re.MULTILINE))
        for names, other in asked:
            assert other in before, f"{name} asks for {other}, which comes later"
            assert set(names.split(", ")) <= before[other]
        before[name] = set(re.findall(r"^export (?:const|function|class) ([A-Za-z]+)", text, re.MULTILINE))


@pytest.mark.parametrize("token", ["", "wrong", "%00", "%C3%A9", "..", "{t}x", "{t}%2f", "//{t}"])
def test_without_the_token_there_is_nothing(page: Page, token: str) -> None:
    given = token.format(t=page.token)
    for method, rest in (("GET", "/"), ("GET", "/page.js"), ("GET", "/page/0/1.png"), ("POST", "/call")):
        origin = {"Origin": f"http://127.0.0.1:{page.port}", "Content-Type": "application/json"}
        status, body, _ = page.ask(method, f"/{given}{rest}", {"op": "documents"} if method == "POST" else None, origin)
        assert status in {400, 404}
        assert b"seed" not in body


@pytest.mark.parametrize("path", ["*", "", "//", "http://127.0.0.1/"])
def test_a_request_for_nothing_in_particular_gets_nothing(page: Page, path: str) -> None:
    assert page.ask("OPTIONS", path, None, {"Origin": f"http://127.0.0.1:{page.port}"})[0] in {400, 404}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{p}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{p}", ""])
def test_another_host_is_refused(page: Page, host: str) -> None:
    """A name that was bound anew to this machine (DNS rebinding) gets nothing."""
    status, body, _ = page.ask("GET", f"/{page.token}/", None, {"Host": host.format(p=page.port)})
    assert status in {400, 421}
    assert b"<html" not in body


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://127.0.0.1:{p}"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_page_is_refused(page: Page, headers: dict[str, str]) -> None:
    given = {key: value.format(p=page.port) for key, value in headers.items()}
    status, body, _ = page.call({"op": "documents"}, **given)
    assert status == 403
    assert b"seed" not in body


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_form_of_another_page_is_refused(page: Page, kind: str) -> None:
    assert page.call({"op": "documents"}, **{"Content-Type": kind})[0] == 415


@pytest.mark.parametrize(
    "path",
    [
        "../secret/report.json",
        "..%2f..%2fsecret%2freport.json",
        "seed-000/report.json",
        "page/../../report.json",
        "page/0/..%2f1.png",
        "page/0/1.png/../../../x",
        "page/-1/1.png",
        "page/0/99.png",
        "page/77/1.png",
        "session.py",
        "__init__.py",
        "page.html",
        "/etc/passwd",
        "call",
    ],
)
def test_nothing_else_is_served(page: Page, path: str) -> None:
    status, body, _ = page.ask("GET", f"/{page.token}/{path}")
    assert status in {404, 405}
    assert b"schema" not in body
    assert b"root:" not in body
    assert b"import" not in body


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b"3", b"[" * 10_000, b'{"op": "documents"', b"\xff"])
def test_what_is_no_message_is_refused(page: Page, body: bytes) -> None:
    assert page.call(body)[0] == 400


def test_a_message_that_is_too_long_is_refused(page: Page) -> None:
    assert page.call(b" " * 70_000)[0] == 413


@pytest.mark.parametrize("document", [None, -1, 99, "0", True, 0.0, "../secret", [0]])
def test_documents_are_by_their_place_in_the_list_alone(page: Page, document: object) -> None:
    assert page.told({"op": "state", "document": document}) == {"error": "there is no such document"}


def test_the_list_holds_results_of_this_folder_only_the_most_urgent_first(page: Page) -> None:
    found = page.told({"op": "documents"})["documents"]
    assert [one["place"] for one in found] == ["wrong-totals", "seed-000"]
    assert found[0]["flagged"] == sum(cell.flagged for cell in sample("wrong-totals").cells)
    assert found[0]["agency"] == sample("wrong-totals").agency


def test_an_edit_is_saved_and_replayed(page: Page) -> None:
    edit = {"edit": "value", "table": "disclosure_requests", "row": "received", "column": "total", "value": "11"}
    told = page.told({"op": "edit", "document": 0, "edit": edit, "save": True})
    assert told["error"] == ""
    saved = of_document(page.out / "corrections", sample("wrong-totals").sha256)
    assert [(one.what, one.who) for one in saved.edits] == [("11", "li")]
    found = extract.read(FOLDER / "wrong-totals.pdf", corrections=page.out / "corrections")
    assert found["disclosure_requests"]["received", "total"].status is Status.CORRECTED
    stale = {"op": "take-out", "document": 0, "at": 0, "revision": told["state"]["revision"] - 1, "save": True}
    assert page.told(stale)["error"] == "the corrections are not those any more that were shown"
    (edit,) = page.told({**stale, "at": 1, "revision": told["state"]["revision"]})["state"]["edits"]
    assert (edit["words"]["en"], edit["applied"]) == ("disclosure_requests/received/total: 11", True)
    again = page.told({**stale, "revision": told["state"]["revision"]})
    assert (again["error"], again["state"]["edits"], again["state"]["dirty"]) == ("", [], False)
    assert page.told({"op": "undo", "document": 0, "save": True})["state"]["edits"]
    assert page.told({"op": "undo", "document": 0, "save": True})["state"]["edits"] == []
    assert page.told({"op": "state", "document": 0})["state"]["queue"]
    assert (page.out / "corrections" / name_of(sample("wrong-totals").sha256)).read_text().endswith("edits: []\n")


def test_a_document_that_changed_or_went_is_not_opened(tmp_path: Path) -> None:
    from extract.errors import UnreadableError
    from extract.review.run import listed, source_of

    path = tmp_path / "r.pdf"
    shutil.copy(FOLDER / "seed-000.pdf", path)
    folder.write([extract.read(path)], tmp_path / "out" / "r")
    (one,) = listed(tmp_path / "out")
    assert source_of(one, tmp_path / "out") == path
    path.write_bytes(b"something else")
    with pytest.raises(UnreadableError, match="not the document any more"):
        source_of(one, tmp_path / "out")
    path.unlink()
    with pytest.raises(UnreadableError, match="is not there"):
        source_of(one, tmp_path / "out")
