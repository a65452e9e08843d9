"""Signing in through the bureau's own identity provider, beside local accounts: code flow with PKCE, state and nonce.

Who comes back is somebody here only when an account of that login exists: the provider says who it is, never what
they may do. Nothing of the provider's tokens is kept.
Standard: OpenID Connect Core 1.0 section 3.1; RFC 7636 (PKCE); RFC 9700.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]  # no stubs
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]  # no stubs
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from records.errors import AwayError, InvalidInputError, SignInRequiredError
from records.ports import Clock

__all__ = ["Elsewhere", "OidcOptions", "Ticket"]

_ALGORITHMS = ["RS256", "PS256", "ES256"]
_TICKET_GOOD_FOR = timedelta(minutes=10)
_READ_AGAIN = timedelta(hours=1)
_LEEWAY_SECONDS = 60
_WAIT_SECONDS = 10.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_CURE = "稍后重试，或用本系统的账号与口令登录"


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcOptions:
    """The provider. `claim` of its identity tokens is the login here; `title` is what people call it."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str = "preferred_username"
    title: str = "统一身份认证"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What is kept in the browser between going and coming back, signed: nobody else's return fits it."""

    state: str
    nonce: str
    verifier: str
    after: str
    at: int


class Elsewhere:
    """One a process. Raises InvalidInputError for an issuer that is not https (loopback may be http)."""

    def __init__(self, options: OidcOptions, clock: Clock, secret: Callable[[], bytes]) -> None:
        parts = urlsplit(options.issuer)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise InvalidInputError("身份认证服务须为 https 地址", cure="改 oidc.issuer")
        self.title = options.title
        self._options = options
        self._clock = clock
        self._secret = secret
        self._lock = threading.Lock()
        self._read: tuple[datetime, dict[str, Any], KeySet] | None = None

    def go(self, *, redirect_uri: str, after: str) -> tuple[str, str]:
        """The provider's address to go to, and the signed ticket for the browser to keep. Raises AwayError."""
        described, _ = self._provider()
        ticket = Ticket(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            after=after,
            at=int(self._clock().timestamp()),
        )
        url: str = prepare_grant_uri(
            described["authorization_endpoint"],
            client_id=self._options.client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope="openid profile",
            state=ticket.state,
            nonce=ticket.nonce,
            code_challenge=create_s256_code_challenge(ticket.verifier),
            code_challenge_method="S256",
        )
        return url, self._signed(ticket)

    def come_back(self, kept: str, *, redirect_uri: str, state: str, code: str) -> tuple[str, str]:
        """The login of who came back, and where they wanted to go.

        Raises:
            SignInRequiredError: The return fits no going of this browser, or the provider's word does not hold.
            AwayError: The provider does not answer.
        """
        ticket = self._ticket(kept)
        if ticket is None or not code or not hmac.compare_digest(ticket.state.encode(), state.encode()):
            raise SignInRequiredError("登录请求已失效，或不是从本页面发起", cure="重新从登录页开始")
        id_token = self._exchanged(code, ticket, redirect_uri=redirect_uri)
        return self._login(id_token, ticket.nonce), ticket.after

    def _exchanged(self, code: str, ticket: Ticket, *, redirect_uri: str) -> str:
        """The identity token for a code."""
        described, _ = self._provider()
        told = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": ticket.verifier,
        }
        known = httpx.BasicAuth(self._options.client_id, self._options.client_secret)
        try:
            with httpx.Client(timeout=_WAIT_SECONDS, follow_redirects=False, trust_env=False) as client:
                answer = client.post(described["token_endpoint"], data=told, auth=known)
            if answer.is_server_error:
                raise AwayError(f"{self.title}没有正常应答", cure=_CURE)
            found = answer.json().get("id_token") if answer.is_success else None
        except (httpx.HTTPError, ValueError, AttributeError) as exc:
            raise AwayError(f"{self.title}没有应答或应答不对", cure=_CURE) from exc
        if not isinstance(found, str):
            raise SignInRequiredError(f"{self.title}不认可这次登录", cure="重新登录")
        return found

    def _login(self, id_token: str, nonce: str) -> str:
        claims = self._claims(id_token, nonce)
        found = claims.get(self._options.claim)
        if not isinstance(found, str) or not found.strip():
            raise SignInRequiredError(f"{self.title}没有给出账号（{self._options.claim}）", cure="请联系系统管理员")
        return found.strip().casefold()

    def _claims(self, id_token: str, nonce: str) -> dict[str, Any]:
        described, keys = self._provider()
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock().timestamp()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": described["issuer"]},
            aud={"essential": True, "value": self._options.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims: dict[str, Any] = jwt.decode(id_token, keys, algorithms=_ALGORITHMS).claims
            registry.validate(claims)
        except (JoseError, ValueError) as exc:
            raise SignInRequiredError(f"{self.title}的身份凭据不能核实，未登录", cure="重新登录") from exc
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._options.client_id:
            raise SignInRequiredError(f"{self.title}的身份凭据不是给本系统的，未登录", cure="重新登录")
        return claims

    def _provider(self) -> tuple[dict[str, Any], KeySet]:
        """Its own description and keys, read again after an hour."""
        with self._lock:
            now = self._clock()
            if self._read is None or now - self._read[0] > _READ_AGAIN:
                self._read = (now, *self._asked())
            return self._read[1], self._read[2]

    def _asked(self) -> tuple[dict[str, Any], KeySet]:
        issuer = self._options.issuer.rstrip("/")
        try:
            with httpx.Client(timeout=_WAIT_SECONDS, follow_redirects=False, trust_env=False) as client:
                described = client.get(f"{issuer}/.well-known/openid-configuration").raise_for_status().json()
                if described["issuer"].rstrip("/") != issuer:
                    raise AwayError(f"{self.title}自称是另一个服务", cure="核对 oidc.issuer")
                keys = KeySet.import_key_set(client.get(described["jwks_uri"]).raise_for_status().json())
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError, JoseError) as exc:
            raise AwayError(f"{self.title}没有应答或应答不对", cure=_CURE) from exc
        return described, keys

    def _signed(self, ticket: Ticket) -> str:
        told = (ticket.state, ticket.nonce, ticket.verifier, ticket.after, ticket.at)
        body = json.dumps(told, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._mac(body) + body).decode()

    def _ticket(self, kept: str) -> Ticket | None:
        try:
            raw = base64.urlsafe_b64decode(kept.encode())
            mac, body = raw[:32], raw[32:]
            if not hmac.compare_digest(mac, self._mac(body)):
                return None
            state, nonce, verifier, after, at = json.loads(body)
        except ValueError:
            return None
        if self._clock().timestamp() - at > _TICKET_GOOD_FOR.total_seconds():
            return None
        return Ticket(state=state, nonce=nonce, verifier=verifier, after=after, at=at)

    def _mac(self, body: bytes) -> bytes:
        return hmac.new(self._secret(), b"oidc" + body, hashlib.sha256).digest()
