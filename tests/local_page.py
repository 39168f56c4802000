"""The local page as a program meets it, without a browser's manners."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Page:
    """A local page that is served, and its address."""

    port: int
    token: str
    out: Path

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers of an answer to a request that is sent as it is, without a browser's manners."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        own = {"Host": f"127.0.0.1:{self.port}", **(headers or {})}
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        link.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for key, value in own.items():
            link.putheader(key, value)
        link.putheader("Content-Length", str(len(data or b"")))
        link.endheaders(data)
        answer = link.getresponse()
        found = answer.status, answer.read(), {key.lower(): value for key, value in answer.getheaders()}
        link.close()
        return found

    def call(self, message: Any, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        """A message as the page itself sends it, some headers exchanged."""
        own = {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": "application/json", **headers}
        return self.ask("POST", f"/{self.token}/call", message, {k: v for k, v in own.items() if v})

    def told(self, message: Any) -> Any:
        """What a message is answered with."""
        status, body, _ = self.call(message)
        assert status == 200
        return json.loads(body)
