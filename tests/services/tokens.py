"""Where tokens come from in a test: an OAuth 2 issuer that speaks as Microsoft's and Google's do.

Dovecot asks it whether a token is good; the office asks it for tokens and sends people to it for consent.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID = "11111111-2222-3333-4444-555555555555"
CLIENT_SECRET = "the office's own secret"


@dataclass
class Consent:
    """What a person agreed to on the issuer's page, until the office redeems it."""

    username: str
    challenge: str
    redirect_uri: str


@dataclass
class TokenIssuer:
    """An issuer on a free loopback port. Use it as a context manager.

    `application_mailbox` is whom an application's own token opens; `refuse_with` answers every request for a
    token with that error; `asked` is what was asked for, oldest first.
    """

    lifetime_seconds: int = 3600
    application_mailbox: str = ""
    refuse_with: tuple[str, str] | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    access: dict[str, str] = field(default_factory=dict)  # token: whose mailbox it opens
    refresh: dict[str, str] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)

    def __enter__(self) -> Self:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer._answer(self, "")

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                issuer._answer(self, self.rfile.read(length).decode())

            def log_message(self, *arguments: Any) -> None:
                """Silent: a test says what matters."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def forget(self) -> None:
        """As new, for the next test."""
        self.lifetime_seconds, self.application_mailbox, self.refuse_with = 3600, "", None
        for each in (self.asked, self.access, self.refresh, self.consents):
            each.clear()

    def withdraw(self) -> None:
        """Make every access token worthless at once, as when an administrator ends all sessions."""
        self.access.clear()

    def agree(self, address: str, *, as_user: str) -> str:
        """Be the person who opens the consent page and says yes; return where their browser is sent."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        if asked["client_id"] != CLIENT_ID or asked.get("code_challenge_method") != "S256":
            raise AssertionError(f"No issuer would show a consent page for {asked}.")
        code = secrets.token_urlsafe()
        self.consents[code] = Consent(as_user, asked["code_challenge"], asked["redirect_uri"])
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def _answer(self, request: BaseHTTPRequestHandler, body: str) -> None:
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        if urlsplit(request.path).path.endswith("/introspect"):
            user = self.access.get(asked.get("token", ""))
            status, answer = 200, {"active": bool(user), **({"username": user} if user else {})}
        else:
            self.asked.append(asked)
            status, answer = self._token(asked)
        said = json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(said)))
        request.end_headers()
        request.wfile.write(said)

    def _token(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.refuse_with:
            return 400, {"error": self.refuse_with[0], "error_description": self.refuse_with[1]}
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {
                "error": "invalid_client",
                "error_description": "AADSTS7000215: Invalid client secret provided.",
            }
        match asked.get("grant_type"):
            case "client_credentials" if asked.get("scope", "").endswith("/.default"):
                return self._issue(self.application_mailbox, refreshable=False)
            case "refresh_token" if asked.get("refresh_token") in self.refresh:
                return self._issue(self.refresh.pop(asked["refresh_token"]))
            case "authorization_code" if consent := self.consents.pop(asked.get("code", ""), None):
                hashed = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
                challenge = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
                if (challenge, asked.get("redirect_uri")) == (consent.challenge, consent.redirect_uri):
                    return self._issue(consent.username)
        return 400, {"error": "invalid_grant", "error_description": "AADSTS700082: The token has expired."}

    def _issue(self, user: str, *, refreshable: bool = True) -> tuple[int, dict[str, Any]]:
        token = secrets.token_urlsafe()
        self.access[token] = user
        answer: dict[str, Any] = {
            "token_type": "Bearer",
            "access_token": token,
            "expires_in": self.lifetime_seconds,
        }
        if refreshable:
            answer["refresh_token"] = secrets.token_urlsafe()
            self.refresh[answer["refresh_token"]] = user
        return 200, answer
