"""robots.txt of an origin: what may be fetched, and how slowly (Crawl-delay and Request-rate are applied).

Standard: RFC 9309 (sections 2.3.1.3 and 2.3.1.4: 4xx allows all, an unreachable file forbids all; 2.5: first 500 KiB).
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from protego import Protego

__all__ = ["MAX_ROBOTS_BYTES", "RobotsRules", "read_robots", "unreachable_robots"]

MAX_ROBOTS_BYTES = 512_000
_MAX_DELAY_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRules:
    """The rules of one origin for one user agent; not `reachable`: the file could not be had, all is forbidden."""

    reachable: bool
    delay_seconds: float
    sitemaps: tuple[str, ...]
    _parser: Protego | None
    _user_agent: str

    def allows(self, url: str) -> bool:
        """Whether the address may be fetched."""
        if not self.reachable:
            return False
        return self._parser is None or self._parser.can_fetch(url, self._user_agent)


def read_robots(status: int, body: bytes, *, user_agent: str) -> RobotsRules:
    """Rules from the answer to a request for /robots.txt.

    Args:
        status: 2xx is read; 4xx (also 401 and 403) allows everything; 5xx forbids everything, and so does 429, which
            says nothing of the file but that the site is asked too often.
        body: Decoded content; what is beyond 500 KiB is ignored.
        user_agent: The whole header value; its product token is what groups are matched with.
    """
    token = user_agent.split("/", 1)[0].strip() or user_agent
    if status >= 500 or status == 429:
        return unreachable_robots()
    if status >= 300:
        return RobotsRules(reachable=True, delay_seconds=0.0, sitemaps=(), _parser=None, _user_agent=token)
    parser = Protego.parse(_text(body[:MAX_ROBOTS_BYTES]))
    return RobotsRules(
        reachable=True,
        delay_seconds=_delay(parser, token),
        sitemaps=tuple(parser.sitemaps),
        _parser=parser,
        _user_agent=token,
    )


def unreachable_robots() -> RobotsRules:
    """robots.txt could not be had for a reason of the server's: nothing may be fetched."""
    return RobotsRules(reachable=False, delay_seconds=0.0, sitemaps=(), _parser=None, _user_agent="")


def _text(body: bytes) -> str:
    """UTF-8 as the standard asks; GB 18030 or UTF-16 where it is plainly that, so that their rules hold as well."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", errors="replace").replace("\x00", "")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        cut = body.rpartition(b"\n")[0] or body  # the limit may have cut a sign in two
        text = _decoded(cut)
    return text.replace("\x00", "")


def _decoded(body: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("utf-8-sig", errors="replace")


def _delay(parser: Protego, token: str) -> float:
    """The slower of Crawl-delay and Request-rate; absurd values are held to two minutes."""
    delay = float(parser.crawl_delay(token) or 0.0)
    rate = parser.request_rate(token)
    if rate is not None and rate.requests > 0:
        delay = max(delay, rate.seconds / rate.requests)
    return min(max(delay, 0.0), _MAX_DELAY_SECONDS)
