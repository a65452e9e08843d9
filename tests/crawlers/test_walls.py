"""Walls as real sites build them, and honest pages that only speak of the same things."""

from __future__ import annotations

import pytest

from crawlers.reading import read_page
from records.survey import Outcome, PageKind

NAV = (
    "<div class='nav'><a href='/'>首页</a> <a href='/login'>亲，请登录</a> <a href='/reg'>免费注册</a> <a href='/cart'>购物车</a>"
    + "".join(
        f"<a href='/list?cid={n}'>{word}</a> "
        for n, word in enumerate(
            ("女装", "男装", "内衣", "鞋靴", "箱包", "美妆", "母婴", "食品", "茶酒", "生鲜", "数码", "家电")
        )
    )
    + "</div>"
)
FOOTER = (
    "<footer>关于我们 联系客服 加入我们 商家入驻 营销中心 手机商城 友情链接 销售联盟 风险监测 隐私政策 "
    + "网络文化经营许可证 互联网药品信息服务资格证 违法和不良信息举报电话 增值电信业务经营许可证 " * 6
    + "</footer>"
)
GOODS = "<p class=price>¥99.00</p><button>加入购物车</button><p>清明前采摘，条索匀整，汤色明亮，回味甘甜。</p>"


@pytest.fixture
def read(page_of, target):
    """What is read of a page."""
    return lambda html, **more: read_page(*page_of(html, **more), target)


CAPTCHAS = {
    "ali-slider": "<title>验证码拦截</title><div id='baxia-punish'><p>亲，请拖动下方滑块完成验证</p><div id='nocaptcha' class='nc-container'></div></div><script>window._config_={'action':'captcha','url':'/_____tmd_____/punish'}</script>",
    "ali-access": "<title>访问验证</title><h1>访问验证</h1><p>通过验证以确保正常访问</p><div id='nc_1_wrapper'></div>",
    "geetest": "<title>茗香茶庄</title><p>请完成下列验证后继续</p><div class='geetest_holder geetest_wind'><span>点击按钮进行验证</span></div>",
    "geetest-widget-only": "<title>茗香茶庄</title><div class='geetest_panel geetest_wind'></div><script src='/gt.js'></script>",
    "jd": "<title>京东验证</title><div class='verify'><h2>快速验证</h2><p>为了您的账号安全，请点击按钮进行验证</p><button>快速验证</button></div>",
    "pdd": "<title>安全验证</title><p>请完成验证后继续访问</p>",
    "tencent": "<title>验证</title><p>拖动下方滑块完成拼图</p><iframe id='tcaptcha_iframe' src='https://turing.captcha.qcloud.com/'></iframe>",
    "baidu": "<title>百度安全验证</title><p>网络不给力，请稍后重试</p><a href='/'>返回首页</a> 问题反馈",
    "dingxiang": "<title>提示</title><p>您的操作过于频繁，请稍后再试</p><div id='dx_captcha'></div>",
    "cloudflare": "<title>Just a moment...</title><p>Checking your browser before accessing shop.cn</p><div class='cf-challenge'></div>",
    "too-often": "<title>提示信息</title><p>抱歉，您的访问太频繁，请输入验证码继续</p><input name=code>",
    "rotate": "<title>人机识别</title><p>请按住滑块，拖动到最右边</p>",
}
BLOCKED = {
    "aliyun-waf": "<title>405</title><p>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</p><p>您的请求ID是: 76b20f9</p>",
    "tencent-waf": "<title>提示</title><p>很抱歉，您提交的请求可能对网站造成威胁，请求已被管理员设置的策略阻断</p>",
    "intercepted": "<title>请求已被拦截</title><h1>您的请求已被拦截</h1><p>事件编号 20261121</p>",
    "baota": "<title>网站防火墙</title><h1>网站防火墙</h1><p>您的请求带有不合法参数，已被网站管理员设置拦截！</p>",
    "knownsec": "<title>创宇盾</title><p>当前访问疑似黑客攻击，已被创宇盾拦截</p>",
    "cloudflare": "<title>Attention Required! | Cloudflare</title><h1>Sorry, you have been blocked</h1><p>You are unable to access shop.cn</p>",
    "nginx": "<title>403 Forbidden</title><center><h1>403 Forbidden</h1></center><hr>nginx",
    "region": "<title>提示</title><p>您所在的地区暂不支持访问本网站</p>",
    "wechat": "<title>提示</title><p>请在微信客户端打开链接</p>",
    "ip": "<title>提示</title><p>您的IP地址已被列入黑名单</p>",
}
LOGINS = {
    "taobao": f"<title>淘宝网 - 淘！我喜欢</title><div class='login-box'><a>密码登录</a><a>短信登录</a><form><input name=fm-login-id placeholder='会员名/邮箱/手机号'><input type=password><button>登录</button></form><a>忘记密码</a><a>免费注册</a></div>{FOOTER}",
    "with-shop-words": f"<title>会员登录-茗香茶庄</title>{NAV}<h2>会员登录</h2><form action='/login'><input name=username><input type=password name=password><input name=captcha placeholder=验证码><button>登录</button></form><p>新会员送 10 元优惠券，登录后可查看商品价格</p>{FOOTER}",
    "needed": "<title>提示</title><p>您需要登录后才能继续浏览，请先登录</p><a href='/login'>去登录</a>",
    "scan": "<title>请登录</title><p>请使用手机 APP 扫码登录</p><img src=/qr.png>",
}
GONE = {
    "off-shelf": "<title>茗香茶庄</title><p>商品已下架</p>",
    "taobao": f"<title>淘宝网</title>{NAV}<div class='error'><h3>很抱歉，您查看的宝贝不存在，可能已下架或者被转移</h3><a href='/'>返回首页</a></div>{FOOTER}",
    "deleted": f"<title>提示信息 - 茗香茶庄</title>{NAV}<div class='msg'>该商品不存在或已被删除，3 秒后自动返回</div>{FOOTER}",
    "page": "<title>页面不存在</title><h1>抱歉，您访问的页面不存在</h1>",
    "lost": "<title>出错啦</title><p>页面走丢了，去别处逛逛吧</p>",
    "shop": f"<title>店铺不存在</title>{NAV}<p>没有找到相应的店铺信息</p>{FOOTER}",
    "sold-out-for-ever": f"<title>茗香茶庄</title>{NAV}<h2>此商品已下架，欢迎挑选其他商品</h2>{FOOTER}",
    "expired": "<title>提示</title><p>对不起，该链接已失效</p>",
    "moved": "<title>系统提示</title><p>亲，你来晚了，宝贝已经被掌柜下架了</p>",
}
HONEST = {
    "product-slider": f"<title>拉链滑块 10 只装</title><h1>拉链滑块 10 只装</h1>{GOODS}",
    "product-waffle": f"<title>Waffle 华夫饼</title><h1>Waffle 华夫饼 12 枚</h1>{GOODS}",
    "product-forbidden": f"<title>Forbidden City 故宫文创</title><h1>Forbidden City 书签</h1>{GOODS}",
    "product-lock": f"<title>智能门锁</title><h1>智能门锁 指纹图形验证 人机验证 双重防护</h1>{GOODS}",
    "login-for-points": f"<title>龙井 1 号</title><h1>龙井 1 号</h1>{GOODS}<p>登录后查看会员价，请先登录</p>",
    "related-gone": f"<title>龙井 2 号</title><h1>龙井 2 号</h1>{GOODS}<p>温馨提示：部分旧款商品已下架，以现货为准。</p>",
    "front": f"<title>茗香茶庄</title>{NAV}<h1>茗香茶庄</h1><p>本店主营各种茶叶。</p><a href='/goods/1.html'>龙井 ¥99</a>{FOOTER}",
}


@pytest.mark.parametrize("name", CAPTCHAS)
def test_captcha_is_a_captcha(read, name) -> None:
    assert read(CAPTCHAS[name]).problem is Outcome.CAPTCHA


@pytest.mark.parametrize("status", [200, 405, 412, 418])
@pytest.mark.parametrize("name", BLOCKED)
def test_refusal_is_a_refusal_whatever_its_status(read, name, status) -> None:
    assert read(BLOCKED[name], status=status).problem is Outcome.BLOCKED


@pytest.mark.parametrize("name", LOGINS)
def test_login_page_is_one_though_it_speaks_of_goods(read, name) -> None:
    assert read(LOGINS[name]).problem is Outcome.LOGIN


@pytest.mark.parametrize("kind", [PageKind.LISTING, PageKind.SHOP, PageKind.OTHER])
@pytest.mark.parametrize("name", GONE)
def test_what_is_gone_is_an_answer_and_no_wall(read, name, kind) -> None:
    assert read(GONE[name], kind=kind).problem is Outcome.SOFT_404


@pytest.mark.parametrize("name", HONEST)
def test_honest_page_is_read(read, name) -> None:
    assert read(HONEST[name], kind=PageKind.LISTING).problem is None


def test_rules_of_a_marketplace_may_speak_of_all_of_it(read) -> None:
    text = "<title>商品下架规则</title><h1>商品下架规则</h1><p>违规商品将被下架。商品已下架的，商家可以申诉；访问过于频繁的账号将被要求安全验证。</p>"
    assert read(text * 3, kind=PageKind.RULES, url="http://shop.cn/rules/3.html").problem is None


def test_notice_of_a_recall_is_an_article(read) -> None:
    text = (
        "<title>关于某批次商品已下架召回的公告</title><h1>公告</h1>"
        + "<p>我店于十月发现某批次茶叶标签有误，该商品已下架，购买者可全额退款。</p>" * 30
    )
    assert read(text, kind=PageKind.ARTICLE, url="http://shop.cn/news/3.html").problem is None
