"""What came of a request: the Page of an answer, and the outcome and words of a failure."""

from __future__ import annotations

import asyncio
import ipaddress
import itertools
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    StopDownload,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response

from crawlers.addresses import absolute_url
from crawlers.archive.keeping import with_archive
from crawlers.decoding import decode_body
from crawlers.visiting.politeness import Refusal
from crawlers.visiting.visit import Visit
from records.base import stable_id
from records.digests import Digests
from records.errors import AddressRefusedError, AwayError, FetchError, StorageFullError, WangJianError
from records.survey import FrontierRow, Outcome, Page

__all__ = ["READABLE_TYPES", "FailedRequest", "classify_failure", "empty_page", "header", "page_of", "refresh_target"]

READABLE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
_MAX_HEADERS = 100
_SAME_HEADERS = 20
_MAX_HEADER_SIGNS = 8_000
_MOST_OF_A_REFRESH = 20_000
_LONGEST_REFRESH_SECONDS = 10
_REFRESH = re.compile(
    rb"""<meta[^>]{0,100}http-equiv\s*=\s*["']?refresh[^>]{0,100}content\s*=\s*["']?\s*(?P<seconds>\d*)[\d.]*\s*[;,]\s*"""
    rb"""url\s*=\s*["']?(?P<url>[^"'>]{1,2000})""",
    re.IGNORECASE,
)
_TAGS = re.compile(rb"<(script|style)[^>]*>.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRequest:
    """Why a request gave no page. `connection`: the site itself could not be reached."""

    outcome: Outcome
    reason: str
    connection: bool = False


def page_of(visit: Visit, row: FrontierRow, response: Response, digests: Digests | None, outcome: Outcome) -> Page:
    """The record of an answer."""
    rendered = "playwright" in response.flags
    headers = tuple(
        itertools.islice(
            (
                (name.decode("latin-1"), value.decode("latin-1")[:_MAX_HEADER_SIGNS])
                for name, values in response.headers.items()
                for value in (values or [])[:_SAME_HEADERS]
            ),
            _MAX_HEADERS,
        )
    )
    content_type = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
    encoding = "utf-8" if rendered else decode_body(response.body[:20_000], content_type=content_type).encoding
    address = response.ip_address
    page = Page(
        page_id=stable_id("page", visit.run_id, row.canonical_url),
        run_id=visit.run_id,
        target_id=visit.target.target_id,
        url=row.url,
        final_url=response.url,
        canonical_url=row.canonical_url,
        kind=row.kind,
        outcome=outcome,
        status=response.status,
        fetched_at=visit.clock(),
        headers=headers,
        body=digests,
        encoding=encoding if digests is not None else "",
        rendered=rendered,
        elapsed_seconds=_elapsed(response),
        server_address=str(address) if isinstance(address, (ipaddress.IPv4Address, ipaddress.IPv6Address)) else "",
    )
    return with_archive(page, response.request)


def _elapsed(response: Response) -> float | None:
    """To the first bytes, as the download handler measured it; None for a page drawn in a browser."""
    seconds = response.request.meta.get("download_latency") if response.request is not None else None
    return round(seconds, 4) if isinstance(seconds, float) else None


def empty_page(visit: Visit, row: FrontierRow, outcome: Outcome, reason: str) -> Page:
    """The record of an address that gave nothing."""
    return Page(
        page_id=stable_id("page", visit.run_id, row.canonical_url),
        run_id=visit.run_id,
        target_id=visit.target.target_id,
        url=row.url,
        final_url=row.url,
        canonical_url=row.canonical_url,
        kind=row.kind,
        outcome=outcome,
        fetched_at=visit.clock(),
        reason=reason,
    )


def classify_failure(visit: Visit, exc: BaseException, url: str) -> FailedRequest:  # noqa: C901  # one line a kind of failure
    """The outcome of an exception and a Chinese sentence for it.

    Raises:
        WangJianError: It is no failure of the site's but of a part of ours (store away, disk full).
    """
    if isinstance(exc, Refusal):
        return FailedRequest(outcome=exc.outcome, reason=exc.reason)
    if (
        isinstance(exc, (DownloadTimeoutError, asyncio.TimeoutError, TimeoutError))
        or type(exc).__name__ == "TimeoutError"
    ):
        return FailedRequest(outcome=Outcome.TIMEOUT, reason="超时未答复", connection=True)
    if isinstance(exc, (DownloadCancelledError, IgnoreRequest)):
        return FailedRequest(outcome=Outcome.TOO_LARGE, reason=f"页面超过 {visit.target.max_body_bytes} 字节上限")
    if isinstance(exc, StopDownload):
        return FailedRequest(outcome=Outcome.NOT_TEXT, reason="不是网页（内容类型）")
    if isinstance(exc, UnsupportedURLSchemeError):
        return FailedRequest(outcome=Outcome.ADDRESS_REFUSED, reason="只访问 http 与 https 地址")
    if isinstance(exc, CannotResolveHostError):
        return _unresolved(visit, url)
    if isinstance(exc, DownloadConnectionRefusedError):
        return FailedRequest(outcome=Outcome.FAILED, reason="连接被拒绝：该地址没有服务在监听", connection=True)
    if isinstance(exc, ResponseDataLossError):
        return FailedRequest(outcome=Outcome.FAILED, reason="答复不完整，传输中断")
    if isinstance(exc, AwayError) and exc.problem == "browser-away":
        return FailedRequest(outcome=Outcome.BROWSER_AWAY, reason=exc.message)
    if isinstance(exc, WangJianError) and not isinstance(exc, (FetchError, StorageFullError)):
        raise exc
    if isinstance(exc, StorageFullError):
        raise exc
    if isinstance(exc, DownloadFailedError):
        return FailedRequest(outcome=Outcome.FAILED, reason="答复不合 HTTP 规定、报头过大或连接中断", connection=True)
    return FailedRequest(outcome=Outcome.FAILED, reason=f"未能取得页面：{type(exc).__name__}", connection=True)


def _unresolved(visit: Visit, url: str) -> FailedRequest:
    """No address: asked of the guard again, to say whether it refused or the name is unknown."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        visit.guard.destination(host, parts.port or (443 if parts.scheme == "https" else 80))
    except AddressRefusedError as exc:
        return FailedRequest(outcome=Outcome.ADDRESS_REFUSED, reason=exc.message)
    except FetchError as exc:
        return FailedRequest(outcome=Outcome.FAILED, reason=exc.message, connection=True)
    return FailedRequest(outcome=Outcome.FAILED, reason=f"域名解析失败：{host}", connection=True)


def refresh_target(response: Response) -> str:
    """Where a page sends its visitor on by itself (meta refresh) while it says nothing; empty for any other page."""
    body = response.body
    if response.status != 200 or len(body) > _MOST_OF_A_REFRESH or not (found := _REFRESH.search(body)):
        return ""
    if int(found["seconds"][:6] or b"0") > _LONGEST_REFRESH_SECONDS or len(_TAGS.sub(b"", body).strip()) > 300:
        return ""
    location = found["url"].decode("utf-8", errors="replace").strip().replace("&amp;", "&")
    target = absolute_url(response.url, location)
    return "" if target and target == response.url else location


def header(response: Response, name: bytes) -> str:
    """One header as text; empty when absent."""
    value: Any = response.headers.get(name)
    return value.decode("latin-1") if value else ""
