"""A provider of OIDC logins for the tests: a real HTTP server with keys of its own, that can be changed and stopped."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

Signing = RSAKey | ECKey

AUDIENCE = "xianjie"


@dataclass
class Issuing:
    """A provider: the keys that it shows, what else it says, and what it was asked."""

    url: str = ""
    keys: dict[str, Signing] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    shown: list[dict[str, Any]] | None = None
    body: bytes | None = None
    status: int = 200
    delay: float = 0.0
    asked: list[str] = field(default_factory=list)
    posted: list[dict[str, str]] = field(default_factory=list)
    granted: dict[str, Any] = field(default_factory=dict)

    def claims(self, now: float, **more: Any) -> dict[str, Any]:
        """Make the claims of somebody's access token; those given as None are left out."""
        made = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "somebody",
            "iat": int(now),
            "exp": int(now) + 300,
            "roles": ["case_worker"],
            "division": "880100",
            **more,
        }
        return {name: value for name, value in made.items() if value is not None}

    def token(self, kid: str, claims: dict[str, Any], algorithm: str = "RS256", **header: Any) -> str:
        """Sign claims with one of its keys."""
        head = {"alg": algorithm, "kid": kid, **header}
        return jwt.encode({name: value for name, value in head.items() if value}, claims, self.keys[kid], [algorithm])

    def jwks(self) -> list[dict[str, Any]]:
        """List the public halves of its keys."""
        if self.shown is not None:
            return self.shown
        return [{**key.as_dict(private=False), "kid": kid, "use": "sig"} for kid, key in self.keys.items()]


def signed(key: OctKey | Signing, algorithm: str, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Sign with any key and algorithm."""
    return jwt.encode({"alg": algorithm, **header}, claims, key, [algorithm])


def _ways(provider: Issuing) -> dict[str, str]:
    return {
        "jwks_uri": f"{provider.url}/keys",
        "authorization_endpoint": f"{provider.url}/authorize?realm=civil",
        "token_endpoint": f"{provider.url}/token",
    }


@contextmanager
def issuing() -> Iterator[Issuing]:
    """Run a provider on a free port."""
    provider = Issuing()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            time.sleep(provider.delay)
            if self.path == "/.well-known/openid-configuration":
                told: Any = {
                    "issuer": provider.url,
                    "jwks_uri": f"{provider.url}/keys",
                    **_ways(provider),
                    **provider.about,
                }
            else:
                told = {"keys": provider.jwks()}
            body = json.dumps(told).encode() if provider.body is None else provider.body
            with suppress(OSError):  # who asked may have gone
                self.answer(body)

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            length = int(self.headers.get("content-length", "0"))
            form = {name: values[-1] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            provider.posted.append({**form, "authorization": self.headers.get("authorization", "")})
            self.answer(json.dumps(provider.granted).encode())

        def answer(self, body: bytes) -> None:
            self.send_response(provider.status)
            if provider.status in (301, 302, 307):
                self.send_header("Location", provider.url + "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # its end is waited for
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
