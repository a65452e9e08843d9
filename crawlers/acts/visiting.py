"""One try of a page: opened, its layers closed, its ticked options and prices noted, and come back to as a new visitor.

Everything goes through the guarded proxy; robots.txt is read first and obeyed unless the target carries an
authorisation; loads keep the declared distance. After the page has come only GET and HEAD are let through, so that no
form is sent by what is pressed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import structlog
from playwright.sync_api import Browser, BrowserContext, Error, Page, Response, Route

from crawlers.acts.browser import guarded_browser
from crawlers.acts.checkout import checkout_said, detail_fen, ways_to_checkout
from crawlers.acts.countdowns import Clock as Countdown
from crawlers.acts.countdowns import clocks_on
from crawlers.acts.layers import close_layers
from crawlers.acts.options import ticked_options
from crawlers.acts.profiles import Visitors, prices_by_profile
from crawlers.acts.task import ActTask
from crawlers.addresses import origin_of
from crawlers.walls import wall_in
from network.guard import AddressGuard
from network.robots import RobotsRules, read_robots, unreachable_robots
from records.acts import HELD_BACK, ActVisit, CountdownTry, OptionSeen, PopupTry, PriceSeen, ProfilePrice, Shot
from records.digests import digests_of
from records.errors import RobotsRefusedError, WangJianError
from records.ports import Clock
from records.survey import PageKind

__all__ = ["Acting", "guarded_browser", "try_in", "try_page"]

_log = structlog.get_logger(__name__)
_VIEWPORT = (1366, 900)
_SETTLE_MS = 400
_QUIET_MS = 5_000
_MOST_SHOTS = 24
_RESET_SLACK_SECONDS = 2
_MOST_RETURNS = 2
_PROFILES_DELAY_SECONDS = 15.0
_PROFILES_UNTIL_SECONDS = 200.0
"""Acts before and the screenshots after them have the rest of the five minutes a try may take."""
_TICK_MS = 1300

_BY_PROFILE = "多画像比价"
_SAME: Mapping[str, Any] = MappingProxyType({})

_Met = TypeVar("_Met")


@dataclass(slots=True, kw_only=True)
class Acting:
    """A try under way: what was seen so far. Shots are kept by `keep`, which is given their bytes."""

    task: ActTask
    clock: Clock
    keep: Callable[[bytes], object]
    shots: list[Shot] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)
    loads: int = 0
    requests: int = 0
    began: float = field(default_factory=time.monotonic)
    asked_at: float = 0.0
    delay_seconds: float = 0.0
    rules: RobotsRules | None = None

    def shoot(self, page: Page, label: str) -> None:
        """What the visitor sees now; a page that cannot be drawn leaves no shot."""
        if len(self.shots) >= _MOST_SHOTS:
            return
        with suppress(Error):
            content = page.screenshot(timeout=10_000, animations="disabled")
            self.keep(content)
            self.shots.append(Shot(label=label, at=self.clock(), content=digests_of(content)))

    def load(self, page: Page, url: str, *, whole: bool = True) -> Response | None:
        """Ask for a page, no sooner than the distance allows, and let it come to rest. Raises playwright's Error.

        Args:
            whole: Wait for all of it; else for its first bytes.
        """
        wait = self.asked_at + self.delay_seconds - time.monotonic()
        if self.loads and wait > 0:
            time.sleep(wait)
        self.loads += 1
        try:
            until: Literal["load", "commit"] = "load" if whole else "commit"
            answer = page.goto(url, wait_until=until, timeout=self.task.page_seconds * 1000)
            if whole:
                with suppress(Error):
                    page.wait_for_load_state("networkidle", timeout=_QUIET_MS)
                page.wait_for_timeout(_SETTLE_MS)
        finally:
            self.asked_at = time.monotonic()
        return answer

    def may_ask(self, url: str) -> bool:
        """Whether robots.txt of the page's own origin lets it be asked for."""
        if self.task.target.authorisation or self.rules is None or origin_of(url) != origin_of(self.task.url):
            return True
        return self.rules.allows(url)


def try_page(task: ActTask, *, clock: Clock, keep: Callable[[bytes], object]) -> ActVisit:
    """Try one page in a browser of its own. A page that cannot be opened gives `failure`; what could not be reached is
    named.

    Raises:
        AddressRefusedError: The address is none we go to.
        BrowserAwayError: Chromium cannot be started.
        FetchError: The name does not resolve.
        RobotsRefusedError: robots.txt forbids the page.
    """
    guard = AddressGuard(allow_private=task.allow_private)
    guard.destination(*guard.check_url(task.url))
    with guarded_browser(task.executable, guard, max_bytes=task.max_bytes) as browser:
        return try_in(browser, task, clock=clock, keep=keep)


def try_in(browser: Browser, task: ActTask, *, clock: Clock, keep: Callable[[bytes], object]) -> ActVisit:
    """Try one page in a browser that is open behind the proxy; raises as `try_page`."""
    acting = Acting(task=task, clock=clock, keep=keep, delay_seconds=task.target.delay_seconds)
    now = clock()
    visit = ActVisit(act_id=task.act_id, url=task.url, started_at=now, finished_at=now, browser_version=browser.version)
    _read_robots(acting, browser)
    with _visitor(acting, browser) as page:
        try:
            failure = _failure(page, acting.load(page, task.url))
        except Error as exc:
            failure = f"页面打不开：{str(exc).strip().splitlines()[0][:160]}"
        if failure:
            acting.shoot(page, "未能打开")
        else:
            visit = _tried(acting, browser, page, visit.model_copy(update={"final_url": page.url}))
            failure = visit.failure
    return visit.model_copy(
        update={
            "failure": failure,
            "finished_at": clock(),
            "shots": tuple(acting.shots),
            "unreached": tuple(acting.unreached),
            "loads": acting.loads,
            "requests": acting.requests,
        }
    )


def _tried(acting: Acting, browser: Browser, page: Page, visit: ActVisit) -> ActVisit:
    """What stands on the page as it came is read at once, then what covers it is closed (a mark that comes late must be
    met before it is there), then the site is come back to."""
    acting.shoot(page, "打开后")
    page.context.route("**/*", lambda route: _only_get(acting, route))
    try:
        options = ticked_options(page)
        first, read_at = clocks_on(page), time.monotonic()
        ways, asked = ways_to_checkout(page), detail_fen(page, acting.task.target)
    except Error as exc:
        return visit.model_copy(update={"failure": f"页面读不出来：{str(exc)[:160]}"})
    unclosed: tuple[PopupTry, ...] = ()
    popups = _attempt(acting, "弹窗", lambda: close_layers(page, lambda label: acting.shoot(page, label)), unclosed)
    unread: tuple[CountdownTry, ...] = ()
    countdowns = _attempt(acting, "倒计时", lambda: _countdowns(acting, browser, first, read_at), unread)
    unpriced: tuple[PriceSeen | None, tuple[OptionSeen, ...]] = (None, ())
    prices, more = _attempt(acting, "结算价", lambda: _prices(acting, page, ways, asked), unpriced)
    nobody: tuple[ProfilePrice, ...] = ()
    wanted = acting.task.profiles and asked is not None
    profiles = _attempt(acting, _BY_PROFILE, lambda: _by_profile(acting, browser), nobody) if wanted else nobody
    return visit.model_copy(
        update={
            "options": (*options, *more),
            "popups": popups,
            "countdowns": countdowns,
            "prices": prices,
            "profiles": profiles,
        }
    )


def _attempt(acting: Acting, title: str, act: Callable[[], _Met], nothing: _Met) -> _Met:
    """One act; what the page breaks is named, and the others go on."""
    try:
        return act()
    except Error as exc:
        _log.info("act_failed", act=title, reason=str(exc).splitlines()[0][:200])
        acting.unreached.append(f"{title}（页面中断了操作）")
        return nothing


def _countdowns(
    acting: Acting, browser: Browser, first: tuple[Countdown, ...], read_at: float
) -> tuple[CountdownTry, ...]:
    """Countdowns read anew by visitors who come later, twice when one is found reset."""
    if not first:
        return ()
    time.sleep(max(0.0, read_at + acting.task.apart_seconds - time.monotonic()))
    later: list[list[tuple[float, int]]] = [[] for _ in first]
    ticks, cached = [False for _ in first], False
    for turn in range(_MOST_RETURNS):
        with _visitor(acting, browser) as other:
            answer = acting.load(other, acting.task.url)
            again, passed = clocks_on(other), round(time.monotonic() - read_at, 1)
            acting.shoot(other, f"另一访客再次打开（第 {turn + 1} 次）")
            if turn == 0:
                other.wait_for_timeout(_TICK_MS)
                on = clocks_on(other)
                ticks = [number < len(on) and on[number].seconds < clock.seconds for number, clock in enumerate(again)]
        cached = cached or _came_from_cache(answer)
        for number, clock in enumerate(first):
            if number < len(again) and again[number].words == clock.words:
                later[number].append((passed, again[number].seconds))
        if not any(_is_back(seen, clock) for seen, clock in zip(later, first, strict=True)):
            break
    return tuple(
        CountdownTry(
            words=clock.words,
            first_seconds=clock.seconds,
            ticks=number < len(ticks) and ticks[number],
            later=tuple(later[number]),
            cached=cached,
        )
        for number, clock in enumerate(first)
    )


def _prices(
    acting: Acting, page: Page, ways: tuple[str, ...], asked: int | None
) -> tuple[PriceSeen | None, tuple[OptionSeen, ...]]:
    """What the first checkout that may be seen asks, and what is ticked there."""
    for url in ways:
        if not acting.may_ask(url):
            acting.unreached.append("结算页（robots.txt 不允许）")
            continue
        answer = acting.load(page, url)
        if problem := _failure(page, answer) or _sign_in(page):
            acting.unreached.append(f"结算页（{problem}）")
            continue
        total, shipping, pieces = checkout_said(page.inner_text("body"))
        acting.shoot(page, "结算页")
        seen = PriceSeen(detail_fen=asked, checkout_url=page.url, total_fen=total, shipping_fen=shipping, pieces=pieces)
        return seen, ticked_options(page)
    if not any(part.startswith("结算页") for part in acting.unreached):
        acting.unreached.append("结算页（没有不登录就能打开的链接）")
    return PriceSeen(detail_fen=asked), ()


def _by_profile(acting: Acting, browser: Browser) -> tuple[ProfilePrice, ...]:
    """The price as several visitors are asked it; not on a site that must be left alone for long between two loads."""
    if acting.delay_seconds > _PROFILES_DELAY_SECONDS:
        acting.unreached.append(f"{_BY_PROFILE}（该站点要求的访问间隔过长）")
        return ()

    def load(page: Page) -> Response | None:
        if time.monotonic() - acting.began > _PROFILES_UNTIL_SECONDS:
            raise Error("本次实测的时间已满")
        return acting.load(page, acting.task.url)

    return prices_by_profile(
        Visitors(
            target=acting.task.target,
            user_agent=acting.task.user_agent,
            open_as=lambda differs: _visitor(acting, browser, differs),
            load=load,
            problem=_failure,
            cached=_came_from_cache,
            shoot=acting.shoot,
            now=acting.clock,
        )
    )


def _is_back(later: list[tuple[float, int]], first: Countdown) -> bool:
    """Whether the newest reading has as much left as the first, although time passed."""
    return bool(later) and later[-1][1] >= first.seconds - _RESET_SLACK_SECONDS


@contextmanager
def _visitor(acting: Acting, browser: Browser, differs: Mapping[str, Any] = _SAME) -> Iterator[Page]:
    """A page of a visitor the site has never seen; `differs` says in what their browser is another than ours."""
    options: dict[str, Any] = {
        "viewport": {"width": _VIEWPORT[0], "height": _VIEWPORT[1]},
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "user_agent": acting.task.user_agent,
        "accept_downloads": False,
        "service_workers": "block",
        **differs,
    }
    context = browser.new_context(**options)
    _listen(acting, context)
    try:
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.dismiss())
        yield page
    finally:
        with suppress(Error):
            context.close()


def _listen(acting: Acting, context: BrowserContext) -> None:
    def asked(route: Route) -> None:
        url = route.request.url
        if not url.startswith(("http://", "https://", "data:", "blob:")) or not acting.may_ask(url):
            route.abort()
            return
        acting.requests += 1
        route.fallback()

    context.route("**/*", asked)


def _only_get(acting: Acting, route: Route) -> None:
    if route.request.method in ("GET", "HEAD"):
        route.fallback()
        return
    route.abort()
    if HELD_BACK not in acting.unreached:
        acting.unreached.append(HELD_BACK)


def _read_robots(acting: Acting, browser: Browser) -> None:
    """Raises RobotsRefusedError for a page it forbids, and when it cannot be had (RFC 9309 section 2.3.1.4)."""
    target, url = acting.task.target, acting.task.url
    if target.authorisation:
        return
    with _visitor(acting, browser) as page:
        try:
            answer = acting.load(page, f"{origin_of(url)}/robots.txt", whole=False)
            rules = unreachable_robots() if answer is None else _rules(acting, answer)
        except Error:
            rules = unreachable_robots()
    if not rules.reachable:
        raise RobotsRefusedError(
            "robots.txt 无法读取，按规定视为不允许访问", cure="稍后再试；或为监测对象登记授权", url=url
        )
    if not rules.allows(url):
        raise RobotsRefusedError(f"robots.txt 不允许访问：{url[:200]}", cure="或为监测对象登记授权", url=url)
    acting.rules = rules
    acting.delay_seconds = max(acting.delay_seconds, rules.delay_seconds)


def _rules(acting: Acting, answer: Response) -> RobotsRules:
    body = answer.body() if answer.status < 300 else b""
    return read_robots(answer.status, body, user_agent=acting.task.user_agent)


def _failure(page: Page, answer: Response | None) -> str:
    """Why what came is not the page, in Chinese; empty when it is."""
    if answer is not None and answer.status >= 400:
        return f"服务器答复 {answer.status}"
    with suppress(Error, WangJianError):
        wall = wall_in(page.content(), page.inner_text("body"), title=page.title(), kind=PageKind.LISTING)
        if wall is not None:
            return f"需要登录、验证或被拦截：{wall[1]}"
    return ""


def _sign_in(page: Page) -> str:
    return "需要登录" if page.locator("input[type=password]").count() else ""


def _came_from_cache(answer: Response | None) -> bool:
    if answer is None:
        return False
    said = answer.headers
    age = said.get("age", "0")
    return (
        age.isdigit() and int(age) > 0
    ) or "hit" in f"{said.get('x-cache', '')} {said.get('cf-cache-status', '')}".lower()
