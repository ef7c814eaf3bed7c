"""A small OIDC server for the tests: discovery, authorisation with PKCE, one-time codes, signed tokens, keys."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

CLIENT, SECRET = "xingtan", "a client secret of the tests"


class Provider:
    """Says that whoever asks is `subject`; `claims` overrides what its tokens say, `fault` names a misdeed."""

    def __init__(self) -> None:
        self.subject, self.claims, self.fault = "33-0001", {}, ""
        self.key, self.other = (RSAKey.generate_key(2048, {"kid": "1"}) for _ in range(2))
        self.codes: dict[str, dict[str, str]] = {}
        self.server = make_server("127.0.0.1", 0, self.answer, threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Provider:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_given: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, environ: Any, start: Any) -> Any:
        """One request."""
        request = Request(environ)
        acts = {
            "/.well-known/openid-configuration": self.discovery, "/jwks": self.keys, "/authorize": self.authorize,
            "/token": self.token,
        }  # fmt: skip
        return acts.get(request.path, lambda _request: Response("", 404))(request)(environ, start)

    def discovery(self, _request: Request) -> Response:
        """What it is and where."""
        return _json(
            {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
                "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
            }
        )  # fmt: skip

    def keys(self, _request: Request) -> Response:
        """Its public key."""
        return _json({"keys": [self.key.as_dict(private=False) | {"use": "sig", "alg": "RS256"}]})

    def authorize(self, request: Request) -> Response:
        """Asks nobody: the user agrees at once. Without PKCE, state or nonce nobody is sent back."""
        asked = request.args
        if asked["code_challenge_method"] != "S256" or asked["client_id"] != CLIENT or asked["response_type"] != "code":
            return Response("", 400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = {name: asked[name] for name in ("code_challenge", "nonce", "redirect_uri")}
        back = urlencode({"code": code, "state": asked["state"]})
        return Response("", 302, {"Location": f"{asked['redirect_uri']}?{back}"})

    def token(self, request: Request) -> Response:
        """The tokens for a code, once, to the client that can prove it asked."""
        given = request.form
        kept = self.codes.pop(given.get("code", ""), None)
        allowed = request.authorization and (request.authorization.username, request.authorization.password) == (
            CLIENT,
            SECRET,
        )
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not allowed or kept is None or (proof, given["redirect_uri"]) != (
            kept["code_challenge"], kept["redirect_uri"]
        ):  # fmt: skip
            return _json({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": self.subject, "iat": now, "exp": now + 300}
        claims |= {"nonce": kept["nonce"]} | self.claims
        key = self.other if self.fault == "key" else self.key
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)
        if self.fault == "unsigned":
            head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
            token = f"{head}.{token.split('.')[1]}."
        return _json({"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": token})


def _json(body: dict[str, Any], status: int = 200) -> Response:

    return Response(json.dumps(body), status, content_type="application/json")
