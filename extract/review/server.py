"""The local page: a run's documents in a browser on this machine, and nobody else's.

Who asks must know the token in the address, ask for this very host, and come from this very page. Files are named
nowhere in a request: documents and cells are by their place in the list, and the page's own parts are fixed names.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.errors import GongkaiError
from extract.export.untrusted import page_text
from extract.ocr.engines import DEFAULT
from extract.review.documents import Documents
from extract.review.modules import GROUPS, SHARED, part

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
_FILES = (*SHARED, *GROUPS, "page.js", "review.css", "mosaic.css")
_PARTS = {"": "page.html", **{name: name for name in _FILES}}
"""What the page is made of: the file for each name that may be asked for."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_LARGEST = 64 * 1024
"""Bytes of a message."""


def application(documents: Documents, token: str, port: int) -> Starlette:
    """The page as an ASGI application, for the token and port in its address."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.responses import JSONResponse, PlainTextResponse, Response
    from starlette.routing import Route

    async def file(request: Request) -> Response:
        name = _PARTS[request.path_params.get("part", "")]
        return Response(part(name), media_type=f"{_TYPES[Path(name).suffix]}; charset=utf-8")

    async def call(request: Request) -> Response:
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            return PlainTextResponse("JSON is expected", 415)
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > _LARGEST:
                return PlainTextResponse("too long", 413)
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            return PlainTextResponse("not a message", 400)
        return JSONResponse(await asyncio.to_thread(documents.call, message))

    async def picture(drawn: Callable[..., bytes], *which: int) -> Response:
        try:
            data = await asyncio.to_thread(drawn, *which)
        except GongkaiError as error:
            return PlainTextResponse(page_text(str(error)), 404)
        return Response(data, media_type="image/png")

    async def page(request: Request) -> Response:
        return await picture(documents.page, *(request.path_params[name] for name in ("document", "number")))

    async def crop(request: Request) -> Response:
        return await picture(documents.crop, *(request.path_params[name] for name in ("key", "place", "of")))

    routes = [
        Route("/{token}/call", call, methods=["POST"]),
        Route("/{token}/page/{document:int}/{number:int}.png", page),
        Route("/{token}/crop/{key:int}/{place:int}-{of:int}.png", crop),
        *(Route(f"/{{token}}/{name}", _named(file, name)) for name in _PARTS),
    ]
    guard = Middleware(Guard, token=token, port=port)
    return Starlette(routes=routes, middleware=[guard])


def _named(file: Callable[[Request], Awaitable[Response]], name: str) -> Callable[[Request], Awaitable[Response]]:
    async def named(request: Request) -> Response:
        request.path_params["part"] = name
        return await file(request)

    return named


class Guard:
    """Refuses who does not know the token, asks for another host, or comes from another page."""

    def __init__(self, app: Any, token: str, port: int) -> None:
        self._app, self._token = app, token.encode("ascii")
        self._hosts = {f"{name}:{port}".encode("ascii") for name in ("127.0.0.1", "localhost")}
        self._origins = {b"http://" + host for host in self._hosts}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on, or refuse it; every answer says what browsers may do with it."""
        if scope["type"] != "http":
            return
        if (status := self._refusal(scope)) is not None:
            await send({"type": "http.response.start", "status": status, "headers": _headers([])})
            await send({"type": "http.response.body", "body": b""})
        else:

            async def guarded(message: Any) -> None:
                if message["type"] == "http.response.start":
                    message = {**message, "headers": _headers(message["headers"])}
                await send(message)

            await self._app(scope, receive, guarded)

    def _refusal(self, scope: Any) -> int | None:
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.lower(), []).append(value)
        if len(headers.get(b"host", [])) != 1 or headers[b"host"][0] not in self._hosts:
            return 421
        origins = headers.get(b"origin", [])
        if any(origin not in self._origins for origin in origins):
            return 403
        if scope["method"] not in {"GET", "HEAD"} and not origins:
            return 403
        if any(site not in {b"same-origin", b"none"} for site in headers.get(b"sec-fetch-site", [])):
            return 403
        given = scope["path"].removeprefix("/").partition("/")[0].encode("utf-8", "replace")
        return None if secrets.compare_digest(given, self._token) else 404


def _headers(own: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [
        *own,
        (b"content-security-policy", _POLICY.encode("ascii")),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cache-control", b"no-store"),
    ]


def serve(
    out: Path,
    corrections: Path,
    ready: Callable[[str], None],
    *,
    port: int = 0,
    who: str = "",
    password: str | None = None,
    engine: str = DEFAULT,
    models: Path | None = None,
    min_confidence: float = 0.0,
    blind: bool = False,
) -> None:
    """Serve a run's documents on this machine until interrupted.

    Args:
        out: The run's output folder.
        corrections: Where corrections are loaded from and saved to.
        ready: Told the address when the page can be opened.
        port: The port to listen on; any free one by default.
        who: Who makes edits.
        password: As for `extract.read`; so are `engine`, `models` and `min_confidence`.
        engine: See above.
        models: See above.
        min_confidence: See above.
        blind: As for `Session`.

    Raises:
        OSError: The port is taken.
    """
    import socket

    import uvicorn

    token = secrets.token_urlsafe(24)
    read = {"password": password, "engine": engine, "models": models, "min_confidence": min_confidence}
    how = {"who": who, "blind": blind, **read}
    documents = Documents(out, corrections, how)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(128)  # who opens the address at once waits
        port = listening.getsockname()[1]
        config = uvicorn.Config(
            application(documents, token, port),
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
        )
        ready(f"http://127.0.0.1:{port}/{token}/")
        try:
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            documents.close()
