"""Pages that are not what they should be: login, captcha, refusal, "no longer there". Never read as "clean"."""

from __future__ import annotations

import re

from records.survey import Outcome, PageKind

__all__ = ["outcome_of_status", "wall_in"]

_CAPTCHA = re.compile(
    r"安全验证|滑块|拖动.{0,6}(?:拼图|验证|滑)|请输入验证码|图形验证|人机验证|访问(?:过于|太)频繁|"
    r"操作(?:过于|太)频繁|异常流量|点击按钮进行验证|"
    r"您的访问.{0,8}(?:异常|受限)|verify you are human|are you a robot|captcha|unusual traffic|checking your browser",
    re.IGNORECASE,
)
_CAPTCHA_MARKUP = re.compile(
    r"""(?:id|class|src|action)=["'][^"']*(?:captcha|geetest|nc_wrapper|slide-?verify|slider-?captcha|cf-challenge|yidun|punish)""",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"请(?:您)?先?登录(?:后|再|才|以)?(?:查看|访问|继续|浏览)?|登录后(?:才)?(?:可|能|"
    r"即可)?(?:查看|访问|浏览)|尚未登录|您还没有登录|(?:扫码|账号|密码)登录|会员登录|"
    r"please (?:log|sign) ?in|log in to continue|login required|members only",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"(?:商品|宝贝|产品|店铺|页面|内容|该商品|您(?:访问|查看|要找)的.{0,8})(?:信息)?(?:已|不|暂|"
    r"被|找)?(?:经)?(?:下架|不存在|删除|失效|关闭|售罄下架|不到了?|过期)|"
    r"(?:页面|商品|店铺)(?:走丢|丢失|找不到|不见)了|(?:抱歉|对不起|很遗憾)[，,].{0,20}(?:不存在|"
    r"下架|找不到|无法找到|已关闭|删除)|404 ?not found|page not found|"
    r"no longer available|item (?:was|has been) removed|商品已下架|此商品已停售|店铺已关闭",
    re.IGNORECASE,
)
_BLOCKED = re.compile(
    r"拒绝访问|禁止访问|访问被(?:拒绝|阻断|拦截)|IP.{0,6}(?:封禁|限制|黑名单)|access denied|"
    r"forbidden|request blocked|web应用防火墙|WAF",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"<input[^>]{1,200}type\s*=\s*[\"']?password", re.IGNORECASE)
_BLOCKED_STATUS = frozenset((403, 405, 406, 412, 418, 429, 451, 456))


def outcome_of_status(status: int) -> Outcome:
    """What the status code alone says."""
    if 200 <= status < 300:
        return Outcome.READ
    if status == 304:
        return Outcome.UNCHANGED
    if status in (401, 407):
        return Outcome.LOGIN
    if status in (404, 410):
        return Outcome.NOT_FOUND
    if status in _BLOCKED_STATUS:
        return Outcome.BLOCKED
    return Outcome.SERVER_ERROR if status >= 500 else Outcome.FAILED


def wall_in(markup: str, visible: str, *, title: str, kind: PageKind) -> tuple[Outcome, str] | None:
    """The wall a page is, with the words that show it; None for an ordinary page.

    A wall says little else, or says so in its title: a page with thousands of signs that mentions 登录 is none.

    Args:
        markup: The whole document, for forms and widgets.
        visible: Its visible text, white space folded.
    """
    short = len(visible) < 600
    said = f"{title}\n{visible[:1500] if short else visible[:0]}"
    for outcome, pattern in ((Outcome.CAPTCHA, _CAPTCHA), (Outcome.BLOCKED, _BLOCKED)):
        if match := pattern.search(said):
            return outcome, f"页面为{_NAMES[outcome]}：“{match[0]}”"
    if len(visible) < 200 and _CAPTCHA_MARKUP.search(markup):
        return Outcome.CAPTCHA, "页面为验证页：含验证组件"
    if (match := _LOGIN.search(said)) and (_PASSWORD.search(markup) or len(visible) < 300 or "登录" in title):
        return Outcome.LOGIN, f"页面要求登录：“{match[0]}”"
    if kind is not PageKind.RULES and (
        match := _GONE.search(title + "\n" + (visible[:1500] if short else visible[:200]))
    ):
        return Outcome.SOFT_404, f"页面称内容已不在：“{match[0]}”"
    return None


_NAMES = {Outcome.CAPTCHA: "验证页", Outcome.BLOCKED: "拒绝访问页"}
