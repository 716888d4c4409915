"""A small organisation with a sign-in of its own (OpenID Connect), served here, and what it can do wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from jointreview.settings import settings

CLIENT, SECRET = "joint-review", "a secret of: both"


class Organisation:
    """Its people sign in at once as `person`; `twist` changes what its token says, `forge` how it is signed."""

    def __init__(self) -> None:
        self.key, self.other_key = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("one", "two"))
        self.published = [self.key]
        self.issuer = ""
        self.start_over()
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._configuration),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    def start_over(self) -> None:
        """As an honest organisation would be."""
        self.person: dict[str, Any] = {"sub": "u-1001"}
        self.twist: dict[str, Any] = {}
        self.forge = ""
        self.told: dict[str, Any] = {}
        self.published = [self.key]
        self.asked: list[dict[str, str]] = []
        self.codes: dict[str, dict[str, str]] = {}

    async def _configuration(self, _request: Request) -> Response:
        here = self.issuer
        return JSONResponse(
            {
                "issuer": here,
                "authorization_endpoint": f"{here}/authorize",
                "token_endpoint": f"{here}/token",
                "jwks_uri": f"{here}/keys",
                "end_session_endpoint": f"{here}/out",
            }
            | self.told
        )

    async def _keys(self, _request: Request) -> Response:
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.published]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code", asked
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split(), asked
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def _token(self, request: Request) -> Response:
        sent = dict(await request.form())
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self.codes.pop(str(sent.get("code")), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(sent.get("code_verifier")).encode()).digest())
        if asked is None or challenge.decode().rstrip("=") != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if sent.get("redirect_uri") != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {"access_token": "x", "token_type": "Bearer", "id_token": self._signed(self._claims(asked))}
        )

    def _claims(self, asked: dict[str, str]) -> dict[str, Any]:
        now = int(settings().current_time().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.person | self.twist
        return {name: value for name, value in claims.items() if value is not None}

    def _signed(self, claims: dict[str, Any]) -> str:
        match self.forge:
            case "another key":
                return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.other_key)
            case "unknown key":
                return jwt.encode({"alg": "RS256", "kid": "two"}, claims, self.other_key)
            case "no signature":
                parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
                return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
            case "shared secret":
                return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(self.key.as_pem(private=False)))
            case "changed afterwards":
                whole = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key).split(".")
                other = json.dumps(claims | {"sub": "somebody-else"}).encode()
                return ".".join([whole[0], base64.urlsafe_b64encode(other).decode().rstrip("="), whole[2]])
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)


@contextmanager
def served(organisation: Organisation) -> Iterator[str]:
    """Serve it on a free port; answers its address, which is its issuer."""
    client = TestClient(organisation.app, follow_redirects=False)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            told = client.request(self.command, self.path, content=body, headers=dict(self.headers))
            self.send_response(told.status_code)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.content)

        do_GET = do_POST = _answer

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is said."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    organisation.issuer = f"http://127.0.0.1:{server.server_port}"
    try:
        yield organisation.issuer
    finally:
        server.shutdown()
        server.server_close()
