"""Signing in through an identity provider: a real one on loopback, which checks the secret and PKCE as one does."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import RSAKey

from api.oidc import OidcOptions
from api.routes import DoorOptions, install_api
from records.errors import InvalidInputError

CLIENT, SECRET = "wangjian", "s3cret-of-the-client"
BASE = "http://127.0.0.1"


class Provider(ThreadingHTTPServer):
    """An OpenID provider where somebody (`person`) is signed in already; `spoil` changes what its tokens say."""

    daemon_threads = True

    def __init__(self, key):
        super().__init__(("127.0.0.1", 0), _Answers)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.key = key
        self.signing = key
        self.person = "banan"
        self.spoil = {}
        self.codes = {}
        self.now = 0


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self):
        provider, path = self.server, urlsplit(self.path).path
        if path == "/.well-known/openid-configuration":
            told = {name: f"{provider.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint")}
            self._say(200, {"issuer": provider.issuer, "jwks_uri": f"{provider.issuer}/keys", **told})
        elif path == "/keys":
            self._say(200, {"keys": [provider.key.as_dict(private=False)]})
        elif path == "/authorization_endpoint":
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
            assert asked["code_challenge_method"] == "S256"
            code = secrets.token_urlsafe(8)
            provider.codes[code] = asked
            self.send_response(302)
            query = urlencode({"code": code, "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{query}")
            self.end_headers()
        else:
            self._say(404, {})

    def do_POST(self):
        provider = self.server
        sent = {n: v[0] for n, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = provider.codes.pop(sent["code"], None)
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            self.headers.get("Authorization") != f"Basic {known}"
            or asked is None
            or asked["redirect_uri"] != sent["redirect_uri"]
            or asked["code_challenge"] != challenge
        ):
            self._say(400, {"error": "invalid_grant"})
            return
        claims = {
            "iss": provider.issuer, "aud": CLIENT, "sub": "4711", "iat": provider.now, "exp": provider.now + 300,
            "nonce": asked["nonce"], "preferred_username": provider.person, **provider.spoil,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, provider.signing)
        self._say(200, {"access_token": "x", "token_type": "Bearer", "id_token": token})

    def _say(self, status, told):
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def keys():
    return RSAKey.generate_key(2048, {"kid": "k1"}), RSAKey.generate_key(2048, {"kid": "k1"})


@pytest.fixture(scope="module")
def served(keys):
    """The provider, for all of the tests."""
    provider = Provider(keys[0])
    thread = threading.Thread(target=provider.serve_forever, daemon=True)
    thread.start()
    yield provider
    provider.shutdown()
    provider.server_close()
    thread.join()


@pytest.fixture
def provider(served, keys, quiet_office):
    """The provider as it is before anybody changed what it says."""
    served.now = int(quiet_office.clock.now.timestamp())
    served.signing, served.person, served.spoil = keys[0], "banan", {}
    return served


@pytest.fixture(scope="module")
def app(quiet_office, served):
    app = FastAPI()
    chosen = OidcOptions(issuer=served.issuer, client_id=CLIENT, client_secret=SECRET)
    install_api(app, quiet_office.services, DoorOptions(oidc=chosen))
    return app


@pytest.fixture
def browser(app, provider):
    return TestClient(app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)


def returning(browser, after="/leads?q=1") -> dict[str, str]:
    """Go to the provider, which sends the browser back: what it comes back with."""
    gone = browser.get("/api/v1/oidc/login", params={"after": after})
    assert gone.status_code == 303, gone.text
    back = httpx.get(gone.headers["location"], follow_redirects=False, trust_env=False).headers["location"]
    assert back.startswith(f"{BASE}/api/v1/oidc/callback?")
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


def come_back(browser, told):
    return browser.get("/api/v1/oidc/callback", params=told)


def audited(office) -> list[str]:
    return [event.action for event in office.services.audit.audit()]


def test_who_comes_back_is_signed_in_with_their_own_rights(quiet_office, browser):
    answer = come_back(browser, returning(browser))
    assert answer.status_code == 200, answer.text
    assert 'content="0;url=/leads?q=1"' in answer.text
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    me = browser.get("/api/v1/me").json()
    assert (me["login"], me["roles"]) == ("banan", ["办案"])
    event = quiet_office.services.audit.audit()[-1]
    assert (event.actor, event.action, event.detail) == ("banan", "登录", "统一身份认证")


@pytest.mark.parametrize("person", ["nobody-here", "", None])
def test_stranger_is_not_made_an_account(quiet_office, browser, provider, person):
    provider.person = person
    before = len(quiet_office.services.accounts.accounts())
    assert come_back(browser, returning(browser)).status_code == 401
    assert len(quiet_office.services.accounts.accounts()) == before
    assert browser.get("/api/v1/me").status_code == 401
    assert audited(quiet_office)[-1] == "登录失败"


def test_closed_account_stays_closed(quiet_office, browser):
    account = quiet_office.services.accounts.account_by_login("banan")
    quiet_office.services.accounts.save_account(account.model_copy(update={"active": False}))
    try:
        assert come_back(browser, returning(browser)).status_code == 401
    finally:
        quiet_office.services.accounts.save_account(account)


@pytest.mark.parametrize(
    "spoil",
    [
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "http://127.0.0.1:1"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
    ],
    ids=str,
)
def test_token_that_is_not_for_this_sign_in_is_refused(browser, provider, spoil):
    provider.spoil = spoil
    assert come_back(browser, returning(browser)).status_code == 401
    assert browser.get("/api/v1/me").status_code == 401


def test_token_signed_by_another_key_is_refused(browser, provider, keys):
    provider.signing = keys[1]
    assert come_back(browser, returning(browser)).status_code == 401


def test_return_that_this_browser_never_asked_for_is_refused(browser):
    told = returning(browser)
    kept = dict(browser.cookies)
    browser.cookies.clear()
    assert come_back(browser, told).status_code == 401  # another browser: somebody was lured into this sign-in
    browser.cookies.update(kept)
    assert come_back(browser, {**told, "state": "x" * 43}).status_code == 401
    browser.cookies.update({name: value[:-4] + "AAAA" for name, value in kept.items()})
    assert come_back(browser, told).status_code == 401


def test_return_works_once_and_not_after_ten_minutes(quiet_office, browser):
    told = returning(browser)
    kept = dict(browser.cookies)
    assert come_back(browser, told).status_code == 200
    browser.cookies.update(kept)
    assert come_back(browser, told).status_code == 401
    late = returning(browser)
    quiet_office.clock.advance(minutes=11)
    assert come_back(browser, late).status_code == 401


def test_sign_in_leads_to_no_other_site(browser):
    answer = come_back(browser, returning(browser, after="https://evil.example/"))
    assert 'content="0;url=/"' in answer.text


def test_provider_that_is_away_is_said(quiet_office):
    app = FastAPI()
    chosen = OidcOptions(issuer="http://127.0.0.1:1", client_id=CLIENT, client_secret=SECRET)
    install_api(app, quiet_office.services, DoorOptions(oidc=chosen))
    answer = TestClient(app, base_url=BASE, raise_server_exceptions=False).get("/api/v1/oidc/login")
    assert answer.status_code == 503
    assert "用本系统的账号" in answer.json()["cure"]


def test_provider_beyond_this_machine_must_be_https(quiet_office):
    chosen = OidcOptions(issuer="http://sso.example.cn", client_id=CLIENT, client_secret=SECRET)
    with pytest.raises(InvalidInputError, match="https"):
        install_api(FastAPI(), quiet_office.services, DoorOptions(oidc=chosen))


def test_without_a_provider_there_is_none(quiet_office):
    app = FastAPI()
    install_api(app, quiet_office.services)
    assert TestClient(app, base_url=BASE).get("/api/v1/oidc/login").status_code == 404
