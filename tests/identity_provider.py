"""A sign-in provider (OpenID Connect) on a socket of this machine, which a test can make misbehave."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey


@dataclass(kw_only=True)
class IdentityProvider:
    """What the provider knows, and how it lies when a test wants it to."""

    url: str = ""
    subject: str = "u-1"
    email: str = "priya.raman@kauriwattle.example"
    claims: dict[str, Any] = field(default_factory=dict)  # put into the token over what is right
    metadata: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True))
    signs_with: RSAKey | None = None  # another key than the published one
    header: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def authorise(self, address: str) -> dict[str, str]:
        """Sign the person in and return what the browser brings back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return {"code": code, "state": query["state"]}

    def about(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        } | self.metadata

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Return tokens for a code, once, to whoever knows the verifier."""
        begun = self.codes.pop(form["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if begun is None or proof.decode() != begun["code_challenge"]:
            return None
        claims = {
            "iss": self.url,
            "aud": begun["client_id"],
            "sub": self.subject,
            "email": self.email,
            "email_verified": True,
            "nonce": begun["nonce"],
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
        } | self.claims
        kept = {name: value for name, value in claims.items() if value is not None}
        key = self.signs_with or self.key
        header = {"alg": "RS256", "kid": self.key.kid} | self.header
        return {"access_token": "a", "token_type": "Bearer", "id_token": jwt.encode(header, kept, key)}


@contextmanager
def running_provider() -> Iterator[IdentityProvider]:
    """Run one; it answers at its `url`."""
    provider = IdentityProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            known = {
                "/.well-known/openid-configuration": provider.about(),
                "/keys": KeySet([provider.key]).as_dict(private=False),
            }
            self._answer(known.get(self.path))

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(provider.token({name: values[0] for name, values in parse_qs(text).items()}))

        def _answer(self, found: Any) -> None:
            self.send_response(200 if found else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
