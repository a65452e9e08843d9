"""Pages that are not what they should be: login, captcha, refusal, "no longer there". Never read as "clean"."""

from __future__ import annotations

import re

from records.survey import Outcome, PageKind

__all__ = ["outcome_of_status", "wall_in"]

_CAPTCHA = re.compile(
    r"(?<!通过)安全验证(?!器|认证)|(?:滑块|滑动|拖动|旋转).{0,10}(?:验证|拼图|完成|最右)|(?:拖动|按住).{0,6}滑块|"
    r"请(?:输入|填写)(?:图形)?验证码|图形验证码|人机(?:验证|识别)|验证码拦截|(?:访问|京东|快速)验证|"
    r"通过验证以|完成(?:下列|以下|图中)?验证后|请(?:先)?完成.{0,4}验证|点击按钮进行验证|"
    r"(?:访问|操作|请求)(?:过于|太过?)(?:频繁|快)|异常流量|您的访问.{0,8}(?:异常|受限)|"
    r"verify (?:that )?you are (?:a )?human|are you a robot|captcha|unusual traffic|"
    r"checking your browser|just a moment\.\.\.",
    re.IGNORECASE,
)
_CAPTCHA_MARKUP = re.compile(
    r"""(?:id|class|src|action)=["'][^"']*(?:captcha|geetest|nc_1_|nc_wrapper|nc-container|slide-?verify|slider-?captcha|"""
    r"""cf-challenge|turnstile|yidun|punish|_tmd_)""",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"请(?:您)?先?登录(?:后|再|才|以)?(?:查看|访问|继续|浏览)?|登录后(?:才)?(?:可|能|"
    r"即可)?(?:查看|访问|浏览|继续)|尚未登录|您还没有登录|(?:扫码|账号|密码|短信)登录|会员登录|"
    r"please (?:log|sign) ?in|log in to continue|login required|members only",
    re.IGNORECASE,
)
_THING = r"(?:商品|宝贝|产品|店铺|页面|内容|活动|链接|网页|信息)"
_GONE = re.compile(
    rf"{_THING}(?:信息)?(?:已|不|暂|被|找)?(?:经)?(?:被)?(?:掌柜|卖家|商家|店主)?(?:下架|不存在|删除|失效|关闭|售罄下架|"
    rf"不到了?|过期)|您(?:访问|查看|要找)的.{{0,8}}(?:已|不|被|找)(?:经)?(?:下架|不存在|存在|删除|失效|到)|"
    rf"(?:页面|商品|店铺)(?:走丢|丢失|找不到|不见)了|"
    r"(?:抱歉|对不起|很遗憾)[，,].{0,20}(?:不存在|下架|找不到|无法找到|已关闭|删除|失效)|404 ?not found|page not found|"
    r"no longer available|item (?:was|has been) removed|此商品已停售|店铺已关闭",
    re.IGNORECASE,
)
_BLOCKED = re.compile(
    r"拒绝访问|禁止访问|访问被(?:拒绝|阻断|拦截)|(?:请求|访问|操作)已?被.{0,12}(?:拦截|阻断)|已被.{0,12}拦截|"
    r"可能对网站造成(?:安全)?威胁|疑似黑客攻击|请求带有不合法参数|网站防火墙|web应用防火墙|"
    r"IP.{0,8}(?:封禁|限制访问|黑名单)|所在(?:的)?(?:地区|区域).{0,6}(?:不支持|无法|限制)访问|"
    r"请在(?:微信|支付宝|手机).{0,6}(?:客户端|中)?打开|"
    r"access (?:is )?denied|403 forbidden|^forbidden$|request (?:was |has been )?blocked|you have been blocked|"
    r"attention required!|(?<![a-z])WAF(?![a-z])",
    re.IGNORECASE | re.MULTILINE,
)
_SELLS = re.compile(
    r"加入购物车|立即购买|立即抢购|马上抢|立即下单|add to (?:cart|basket|bag)|buy (?:it )?now", re.IGNORECASE
)
_TELLS = frozenset((PageKind.RULES, PageKind.ARTICLE))
_FEW_SIGNS = 600
_FEW_SIGNS_OF_A_TEXT = 100
_NAVIGATION_SIGNS = 400
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
    if _SELLS.search(visible):
        return None  # who sells is no wall, whatever the goods are called and whatever members may see besides
    short = len(visible) < (_FEW_SIGNS_OF_A_TEXT if kind in _TELLS else _FEW_SIGNS)
    said = f"{title}\n{visible[:1500] if short else visible[:0]}"
    for outcome, pattern in ((Outcome.BLOCKED, _BLOCKED), (Outcome.CAPTCHA, _CAPTCHA)):
        if match := pattern.search(said):
            return outcome, f"页面为{_NAMES[outcome]}：“{match[0]}”"
    if len(visible) < 200 and _CAPTCHA_MARKUP.search(markup):
        return Outcome.CAPTCHA, "页面为验证页：含验证组件"
    if (match := _LOGIN.search(said)) and (_PASSWORD.search(markup) or len(visible) < 300 or "登录" in title):
        return Outcome.LOGIN, f"页面要求登录：“{match[0]}”"
    if kind in _TELLS and not short:
        return None  # a notice of a recall speaks of goods that are gone, and is there
    if match := _GONE.search(title + "\n" + (visible[:1500] if short else visible[:_NAVIGATION_SIGNS])):
        return Outcome.SOFT_404, f"页面称内容已不在：“{match[0]}”"
    return None


_NAMES = {Outcome.CAPTCHA: "验证页", Outcome.BLOCKED: "拒绝访问页"}
