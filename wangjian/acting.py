"""Acts in the browser joined: a page tried in a child process, what was seen kept, what it may breach found.

Before a page is tried its host is held as by a survey, its silences, hours and daily bound are kept, and the requests
are counted in its ledger. The record of the try and its screenshots rest in the blob store under their digests.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from crawlers.acts.task import ActTask
from crawlers.addresses import canonical_url
from leads.acting import ACTS, assess_act
from leads.catalogue import load_rules
from network.budget import HostBudget
from network.guard import AddressGuard
from network.hosts import host_key
from network.hours import is_open, shanghai_words
from records.acts import ActVisit
from records.base import stable_id
from records.errors import (
    AddressRefusedError,
    AwayError,
    BrowserAwayError,
    ConflictError,
    FetchError,
    NotFoundError,
    RobotsRefusedError,
    WangJianError,
)
from records.leads import Finding
from records.market import Listing, Source
from records.ports import Services
from records.survey import Target, TargetKind
from wangjian.act_process import ActOrder
from wangjian.browser import find_browser
from wangjian.ruling import rules_at_work
from wangjian.settings import Settings

__all__ = ["Acted", "Page", "act_on", "act_on_target", "page_of", "pages_of_shop"]

_log = structlog.get_logger(__name__)
_LONGEST_SECONDS = 300.0
_LONGEST_WAIT_SECONDS = 30.0
_HOLD = timedelta(minutes=6)
_MOST_BYTES = 60_000_000
_REFUSALS: dict[str, type[WangJianError]] = {
    one.problem: one for one in (AddressRefusedError, AwayError, BrowserAwayError, RobotsRefusedError)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page to be tried, and whose it is; without a shop nothing found is kept as a finding of anybody's."""

    url: str
    target: Target
    shop_id: str = ""
    listing_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What a try came to. `record` is where its own record is kept."""

    act: ActVisit
    record: Source
    findings: tuple[Finding, ...]


def page_of(services: Services, url: str) -> Page:
    """The page of an address, with the shop and target it is known of.

    Raises:
        InvalidInputError: Not an address.
        AddressRefusedError: An address of a kind we do not go to.
    """
    AddressGuard(allow_private=services.allow_private).check_url(url)
    address = canonical_url(url)
    with suppress(NotFoundError):
        listing = services.survey.listing(stable_id("listing", address))
        return _page(services, listing)
    with suppress(NotFoundError):
        shop = services.survey.shop(stable_id("shop", address))
        return Page(url=shop.url, target=services.survey.target(shop.target_id), shop_id=shop.shop_id)
    target = Target(
        target_id=stable_id("target", address), name=url[:80], kind=TargetKind.SITE, seeds=(url,),
        created_at=services.clock(),
    )  # fmt: skip
    return Page(url=url, target=target)


def pages_of_shop(services: Services, shop_id: str, *, limit: int) -> tuple[Page, ...]:
    """A shop's front page and those of its listings that sell most and are there. Raises NotFoundError."""
    shop = services.survey.shop(shop_id)
    front = Page(url=shop.url, target=services.survey.target(shop.target_id), shop_id=shop_id)
    there = [one for one in services.survey.listings(shop_id=shop_id) if one.gone_at is None]
    there.sort(key=lambda one: (-(one.sales_count or 0), one.listing_id))
    return (front, *(_page(services, one) for one in there[: max(0, limit - 1)]))


def act_on(services: Services, settings: Settings, page: Page) -> Acted:
    """Try one page, keep what was seen, and what the rules at work say of it.

    Raises:
        AddressRefusedError, RobotsRefusedError: The page is not asked for.
        BrowserAwayError: No Chromium.
        ConflictError: The host is being visited by a survey, asks for silence, or it is not its hour.
        FetchError: The browser's process ended without an answer.
    """
    act_id = stable_id("act", page.url, services.clock().isoformat())
    compared = bool(page.listing_id) or not page.shop_id  # a front page has no price of its own; of others who knows
    task = ActTask(
        act_id=act_id, url=page.url, target=page.target, executable=find_browser(settings),
        user_agent=settings.network.user_agent, allow_private=settings.network.allow_private,
        page_seconds=settings.acts.page_seconds, profiles=compared,
        max_bytes=_MOST_BYTES * (2 if compared else 1),
    )  # fmt: skip
    with _host_of(services, page, act_id) as budget, tempfile.TemporaryDirectory(prefix="wangjian-act-") as folder:
        act = _tried(ActOrder(task=task, folder=Path(folder)))
        budget.count(host_key(page.url), requests=act.requests)
        for shot in act.shots:
            services.blobs.put_file(Path(folder) / shot.content.sha256)
    kept = services.blobs.put(act.model_dump_json().encode())
    record = Source(
        page_id=act.act_id, page_sha256=kept.sha256, page_sm3=kept.sm3, url=act.final_url or act.url,
        seen_at=act.started_at,
    )  # fmt: skip
    rules = rules_at_work(services).judging if page.shop_id else load_rules()
    known = {rule.rule_id: rule for rule in rules if rule.rule_id in ACTS}
    findings = assess_act(known, act, record, shop_id=page.shop_id, listing_id=page.listing_id, now=services.clock())
    if page.shop_id:
        services.leads.save_findings(findings)
    _log.info("page_tried", act_id=act.act_id, failure=act.failure, findings=len(findings), requests=act.requests)
    return Acted(act=act, record=record, findings=findings)


def act_on_target(
    services: Services, settings: Settings, target: Target, *, still_wanted: Callable[[], None] = lambda: None
) -> tuple[Acted, ...]:
    """Try some pages of each shop of a target, when the settings name it; one that refuses leaves the others.

    Args:
        still_wanted: Called before each page; what it raises is raised.
    """
    if target.target_id not in settings.acts.targets:
        return ()
    done = []
    for shop in list(services.survey.shops(target.target_id)):
        for page in pages_of_shop(services, shop.shop_id, limit=settings.acts.pages_a_shop):
            still_wanted()
            try:
                done.append(act_on(services, settings, page))
            except WangJianError as exc:
                _log.warning("page_not_tried", url=page.url, problem=exc.problem)
    return tuple(done)


def _page(services: Services, listing: Listing) -> Page:
    target = services.survey.target(listing.target_id)
    return Page(url=listing.url, target=target, shop_id=listing.shop_id, listing_id=listing.listing_id)


@contextmanager
def _host_of(services: Services, page: Page, act_id: str) -> Iterator[HostBudget]:
    """The page's host, held and waited for as a survey would; what was asked is written in its ledger."""
    host, now, target = host_key(page.url), services.clock(), page.target
    if target.allowed_hours and not is_open(target.allowed_hours, now):
        raise ConflictError("现在不在该监测对象允许采集的时段", cure="到时段内再试")
    hold = services.hosts.hold(host, holder=act_id, now=now, until=now + _HOLD)
    if hold.holder != act_id:
        raise ConflictError(f"主机 {host} 正由另一次采集（{hold.holder}）访问", cure="等它结束后再试")
    try:
        budget = HostBudget(delay_seconds=target.delay_seconds, monotonic=time.monotonic, clock=services.clock)
        budget.restore(services.hosts.state(host))
        if target.daily_pages and budget.requests_today(host) >= target.daily_pages:
            raise ConflictError(f"主机 {host} 今日的访问已达 {target.daily_pages} 次上限", cure="明日再试")
        while (wait := budget.take(host)) > 0:
            if wait > _LONGEST_WAIT_SECONDS:
                until = shanghai_words(now + timedelta(seconds=wait))
                raise ConflictError(f"主机 {host} 要求静默到 {until}（北京时间）", cure="到时再试")
            time.sleep(wait)
        yield budget
        at = services.clock()
        services.hosts.keep([budget.state(host)], holder=act_id, now=at, until=at + _HOLD)
    finally:
        services.hosts.release(act_id)


def _tried(order: ActOrder) -> ActVisit:
    child = subprocess.Popen(  # our own interpreter and module, no shell
        [sys.executable, "-m", "wangjian.act_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        out = _answer_of(child, order)
    finally:
        _end(child)
    try:
        said = json.loads(out.splitlines()[-1])
    except (ValueError, IndexError) as exc:
        raise FetchError(
            f"浏览器进程中途结束（退出码 {child.returncode}），未得出结果", cure="重试；wangjian doctor"
        ) from exc
    if "act" not in said:
        refusal = _REFUSALS.get(said["problem"], FetchError)
        raise refusal(str(said["message"]), cure=str(said["cure"]))
    return ActVisit.model_validate(said["act"])


def _answer_of(child: subprocess.Popen[bytes], order: ActOrder) -> bytes:
    """All the child says; its input stays open until it has ended, since the end of it ends the child."""
    if child.stdin is None or child.stdout is None:
        return b""
    child.stdin.write(order.model_dump_json().encode() + b"\n")
    child.stdin.flush()
    timer = _Alarm(child)
    with timer:
        lines = child.stdout.readlines()
        child.wait()
    if timer.rang:
        raise FetchError(f"实测超过 {_LONGEST_SECONDS:g} 秒，已中止", cure="稍后再试")
    return b"".join(lines)


class _Alarm:
    """Ends a child that takes too long."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self.rang = False
        self._child = child
        self._timer = threading.Timer(_LONGEST_SECONDS, self._ring)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _ring(self) -> None:
        self.rang = True
        _kill(self._child)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        _kill(child)
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    child.wait()


def _kill(child: subprocess.Popen[bytes]) -> None:
    """The child and the browser it started: they are a session of their own."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
