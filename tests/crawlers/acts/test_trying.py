"""Small pages on loopback, breaching and clean, tried in a real Chromium; what is met is then judged."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from crawlers.acts.browser import guarded_browser
from crawlers.acts.task import ActTask
from crawlers.acts.visiting import try_in
from leads.acting import judge_act
from network.guard import AddressGuard
from records.digests import digests_of
from records.errors import RobotsRefusedError
from records.leads import Verdict
from records.survey import Target, TargetKind

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("acts")]

_PAGE = "<!doctype html><html><head><title>青石手环</title><style>body{{min-height:1200px}}{style}</style></head><body>{body}</body></html>"
_GOODS = "<h1>青石智能手环</h1><p class='price'>¥99.00</p><button>加入购物车</button><p>心率监测，防水五十米，续航十四天。</p>"
_LAYER = "#ad{position:fixed;left:25%;top:20%;width:50%;height:50%;background:#fff;z-index:99}"


def _ad(mark: str, words: str = "双11红包限时领取 优惠券 满减", more: str = "") -> str:
    return (
        f"{_GOODS}<div id='ad'>{mark}<p>{words}</p></div><script>const ad=document.getElementById('ad');{more}</script>"
    )


_CLOSE = "<a onclick=\"ad.remove()\" style='cursor:pointer'>×</a>"
_CLOCK = "<p>距活动结束 <span id='left'></span></p><script>let s=LEFT;const w=()=>{document.getElementById('left').textContent=[s/3600|0,(s%3600)/60|0,s%60].map(n=>String(n).padStart(2,'0')).join(':')};w();setInterval(()=>{s-=1;w()},1000)</script>"
_TICK = "<label><input type=checkbox{}> {}</label>"
_BACK, _SHORT, _TRUE = (_CLOCK.replace("LEFT", left) for left in ("1800", "59", "TRUE"))
_STILL = _CLOCK.split("<script>")[0].replace("></span>", ">00:30:00</span>")
_ASKED = "<h1>青石智能手环</h1><p class='price'>¥<span id='p'></span></p><button>加入购物车</button><p>心率监测，防水五十米。</p><p id='o'></p><script>{}</script>"
_PAGES = {
    "/by-visits": ("", _ASKED.format("p.textContent=localStorage.v?'109.00':'99.00';localStorage.v=1")),
    "/no-mark": (_LAYER, _ad("") + _TICK.format(" checked", "加购碎屏险 ¥19.90/年") + _BACK + "<a href='/checkout?x=129'>立即购买</a>"),
    "/two-clicks": (_LAYER, _ad("<a onclick=\"if(this.dataset.n){ad.remove()}else{this.dataset.n=1}\">关闭</a>") + "<div role=checkbox aria-checked=true>开通会员月卡 ¥15</div>" + _SHORT + "<a href='/secret/pay'>立即购买</a>"),
    "/leads-away": (_LAYER, _ad("<a class='close' href='/login'>×</a>") + "<input type=radio name=a id=a1 checked><label for=a1>延长保修两年 59元</label><input type=radio name=a id=a2><label for=a2>不需要</label>"),
    "/late-mark": (_LAYER, _ad("<b>3秒后可关闭</b>", more="setTimeout(()=>{ad.insertAdjacentHTML('afterbegin',`" + _CLOSE + "`)},3500)") + _TICK.format(" checked", "我已阅读并同意会员购买协议")
        + _BACK),
    "/again": (_LAYER, _ad("<a onclick=\"ad.style.display='none';setTimeout(()=>{ad.style.display='block'},700)\">×</a>") + _BACK),
    "/one-click": (_LAYER, _ad(_CLOSE) + _TICK.format(" checked", "运费险 商家赠送 ¥0.00") + _TRUE + "<a href='/checkout?x=99'>去结算</a>"),
    "/privacy": (_LAYER, _ad("", "我们使用 Cookie，请阅读隐私政策") + "<label><input type=radio name=s checked> 黑色 标准版 ¥99</label>" + _STILL),
    "/plain": ("#top{position:fixed;top:0;left:0;width:100%;height:60px;background:#eee;z-index:9}", _GOODS + "<div id='top'>首页 优惠券</div>" + _TICK.format("", "加购碎屏险 ¥19.90") + "<a href='/login'>立即购买</a>"),
    "/secret/pay": ("", "<p>应付总额：¥999</p>"),
    "/login": ("", "<h1>用户登录</h1><form method=post><input type=password><button>登录</button></form>"),
}  # fmt: skip


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.server.agents.add(self.headers["User-Agent"])  # type: ignore[attr-defined]
        if path == "/robots.txt":
            return self._answer(b"User-agent: *\nDisallow: /secret\n", "text/plain")
        if path == "/checkout":
            total = query.removeprefix("x=")
            style, body = (
                "",
                f"<h1>确认订单</h1><p>青石智能手环 ×1</p><p>包邮</p><p>应付总额：¥{total}.00</p><button>提交订单</button>",
            )
        elif path in _PAGES:
            style, body = _PAGES[path]
            body = body.replace("TRUE", str(1800 - int(time.monotonic() - self.server.began)))  # type: ignore[attr-defined]
        else:
            return self._answer(b"no", "text/plain", 404)
        return self._answer(
            _PAGE.format(style=style, body=body).encode(), "text/html; charset=utf-8", age=path == "/late-mark"
        )

    def do_POST(self) -> None:
        self.server.asked.append(f"POST {self.path}")  # type: ignore[attr-defined]
        self._answer(b"", "text/plain")

    def _answer(self, body: bytes, kind: str, status: int = 200, *, age: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if age:
            self.send_header("Age", "30")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.asked, server.agents, server.began = [], set(), time.monotonic()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


_AT_ONCE = 3
_OTHERS = ("/secret/pay", "/nothing-here")
_COMPARED = ("/by-visits", "/plain")
"""Opened as several visitors; the others not, which would cost five loads each."""


@pytest.fixture(scope="module")
def tried(site, browser_executable):
    """What trying a path gave. All are tried beforehand, three at a time, each in a browser of its own thread: a try
    mostly waits for what the page does next."""
    kept: dict[str, bytes] = {}

    def keep(content: bytes) -> None:
        kept[digests_of(content).sha256] = content

    def visit(paths: list[str]) -> dict[str, object]:
        done: dict[str, object] = {}
        with guarded_browser(browser_executable, AddressGuard(allow_private=True), max_bytes=10**8) as browser:
            for path in paths:
                url = f"http://127.0.0.1:{site.server_address[1]}{path}"
                now = datetime.now(UTC)
                target = Target(
                    target_id="t", name="t", kind=TargetKind.SITE, seeds=(url,), delay_seconds=0, created_at=now
                )
                task = ActTask(
                    act_id="act_1", url=url, target=target, executable=browser_executable,
                    user_agent="WangJianBot/test", allow_private=True, apart_seconds=4.5,
                    profiles=path in _COMPARED,
                )  # fmt: skip
                try:
                    done[path] = try_in(browser, task, clock=lambda: datetime.now(UTC), keep=keep)
                except RobotsRefusedError as exc:
                    done[path] = exc
        return done

    paths = [*(path for path in _PAGES if path not in ("/secret/pay", "/login")), *_OTHERS]
    found: dict[str, object] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for part in pool.map(visit, [paths[first::_AT_ONCE] for first in range(_AT_ONCE)]):
            found.update(part)

    def run(path: str):
        act = found[path]
        if isinstance(act, Exception):
            raise act
        assert all(shot.content.sha256 in kept for shot in act.shots)
        return act

    return run


def _verdict(rule_id: str, act) -> Verdict | None:
    answer = judge_act(rule_id, act)
    return None if answer is None else answer.verdict


@pytest.mark.parametrize("path", ["/no-mark", "/late-mark", "/two-clicks", "/leads-away", "/again"])
def test_advertisement_that_hinders_its_closing_is_suspected(tried, path) -> None:
    act = tried(path)
    assert _verdict("A18", act) is Verdict.SUSPECTED, act.popups
    assert len(act.shots) >= 3  # as it came, with the layer, after


@pytest.mark.parametrize(("path", "verdict"), [("/one-click", None), ("/plain", None), ("/privacy", Verdict.EXCLUDED)])
def test_page_that_lets_itself_be_seen_is_clean(tried, path, verdict) -> None:
    assert _verdict("A18", tried(path)) == verdict, tried(path).popups


@pytest.mark.parametrize("path", ["/no-mark", "/two-clicks", "/leads-away"])
def test_paid_option_ticked_beforehand_is_suspected(tried, path) -> None:
    assert _verdict("C13", tried(path)) is Verdict.SUSPECTED, tried(path).options


@pytest.mark.parametrize(
    ("path", "verdict"),
    [("/plain", None), ("/privacy", None), ("/late-mark", None), ("/one-click", Verdict.EXCLUDED)],
)
def test_other_options_are_not(tried, path, verdict) -> None:
    assert _verdict("C13", tried(path)) == verdict, tried(path).options


@pytest.mark.parametrize(
    ("path", "verdict"),
    [
        ("/no-mark", Verdict.SUSPECTED),
        ("/two-clicks", Verdict.SUSPECTED),
        ("/again", Verdict.SUSPECTED),
        ("/one-click", None),
        ("/plain", None),
        ("/leads-away", None),
        ("/late-mark", Verdict.UNDETERMINED),
        ("/privacy", Verdict.UNDETERMINED),
    ],
)
def test_countdown_is_judged_by_coming_again(tried, path, verdict) -> None:
    assert _verdict("C18", tried(path)) == verdict, tried(path).countdowns


@pytest.mark.parametrize(
    ("path", "verdict", "unreached"),
    [
        ("/no-mark", Verdict.SUSPECTED, ()),
        ("/one-click", None, ()),
        ("/plain", None, ("结算页（需要登录）",)),
        ("/two-clicks", None, ("结算页（robots.txt 不允许）",)),
        ("/again", None, ("结算页（没有不登录就能打开的链接）",)),
    ],
)
def test_checkout_is_compared_where_it_is_public(tried, path, verdict, unreached) -> None:
    act = tried(path)
    assert _verdict("C09", act) == verdict, act.prices
    assert act.unreached == unreached


@pytest.mark.parametrize(
    ("path", "verdict", "loads"),
    [
        ("/by-visits", Verdict.SUSPECTED, 7),  # the returning visitor's price is asked once more between new visitors
        ("/plain", None, 5),
        ("/no-mark", None, 0),  # not asked for
    ],
)
def test_price_is_compared_as_several_visitors(tried, path, verdict, loads) -> None:
    act = tried(path)
    assert _verdict("C19", act) == verdict, act.profiles
    assert len(act.profiles) == loads
    assert all(one.price_fen is not None for one in act.profiles)
    assert len([shot for shot in act.shots if shot.label.startswith("以")]) == loads


def test_every_visitor_says_whose_it_is(tried, site) -> None:
    assert len(site.agents) == 3  # ours, and as two phones
    assert all(agent.startswith("WangJianBot/test") for agent in site.agents)


def test_what_robots_forbids_is_not_asked_for(tried, site) -> None:
    with pytest.raises(RobotsRefusedError):
        tried("/secret/pay")
    assert not [path for path in site.asked if path.startswith("/secret")]


def test_page_that_is_away_is_undetermined(tried) -> None:
    act = tried("/nothing-here")
    assert act.failure == "服务器答复 404"
    assert [_verdict(rule, act) for rule in ("A18", "C13", "C18", "C09", "C19")] == [Verdict.UNDETERMINED] * 5


def test_no_form_is_sent(site) -> None:
    assert not [path for path in site.asked if path.startswith("POST")]
