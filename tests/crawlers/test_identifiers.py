"""Numbers and contacts are read as shown; placeholders are none; consumers are masked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.categories import category_of
from crawlers.identifiers import approval_numbers, contacts_in, icp_number, licence_code, police_number
from crawlers.masking import mask_author, mask_personal
from crawlers.walls import wall_in
from matching.identifiers.permits.reading import read_permit
from records.market import Category, ContactKind
from records.survey import Outcome, PageKind


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("统一社会信用代码：91330106MA2B0T1X7C", "91330106MA2B0T1X7C"),
        ("统一社会信用代码/注册号: 91330106MA2B0T1X7C 浙ICP备1号", "91330106MA2B0T1X7C"),
        ("营业执照注册号：330106000012348", "330106000012348"),
        ("本店 91330106MA2B0T1X7C 正规经营", "91330106MA2B0T1X7C"),
        ("统一社会信用代码：９１３３０１０６ＭＡ２Ｂ０Ｔ１Ｘ７Ｃ", "９１３３０１０６ＭＡ２Ｂ０Ｔ１Ｘ７Ｃ"),
        # shown with a wrong check digit is still shown: matching judges it
        ("统一社会信用代码：91330106MA2B0T1X7D", "91330106MA2B0T1X7D"),
        # placeholders
        ("统一社会信用代码：91XXXXXXXXXXXXXXXX", ""),
        ("统一社会信用代码：9133************7C", ""),
        ("统一社会信用代码：123456789012345678", ""),
        ("统一社会信用代码：000000000000000000", ""),
        ("统一社会信用代码：请填写", ""),
        ("统一社会信用代码：", ""),
        ("订单号 202611200001234567", ""),
    ],
)
def test_licence_code_is_read_as_shown(text, code) -> None:
    assert licence_code(text) == code


def test_filings_are_read_and_their_placeholders_are_not() -> None:
    assert icp_number("浙ICP备2026001234号-1") == "浙ICP备2026001234号-1"
    assert police_number("浙公网安备 33010602006438号") == "浙公网安备 33010602006438号"
    assert icp_number("沪ICP备xxx号") == icp_number("沪ICP备12345678号") == icp_number("沪ICP备00000000号") == ""
    assert police_number("沪公网安备12345678901234号") == ""


def test_approval_numbers_are_read_as_written() -> None:
    text = "国药准字Z20050123 国械注准20203140001 浙械注准20212140055 国食健注G20150321 JY13301060012345 浙G妆网备字2024276956"
    assert approval_numbers(text) == tuple(text.split())
    assert approval_numbers("国药准字Zxxxxxxxx 国食健字G********") == ()


@pytest.mark.parametrize(
    "shown",
    [
        "国药准字 H20150001", "国药准字Ｈ２０１５０００１", "浙食药监械经营备20220001号", "京朝药监械经营许20230001号", "（京）-非经营性-2023-0001",
        "国食药监械（准）字2013第3450123号", "国妆特制字20220123", "国妆网备进字（沪）2021123456", "浙卫消证字（2019）第0012号",
        "QS1100 0101 0001", "浙B2-20180376", "合字B2-20200001", "JY 11108071215650", "药品经营许可证：京CB0100001",
    ],
)  # fmt: skip
def test_every_form_the_matching_room_checks_is_read_off_a_page(shown) -> None:
    text = f"店铺资质 {shown}，请放心购买"
    assert approval_numbers(text) == (shown,)
    assert read_permit(shown, date(2026, 11, 20)) is not None


@pytest.mark.parametrize("text", ["非经营性网站", "药监局电话 12331", "QS认证", "请查验药品经营许可证", "型号A2-1234"])
def test_words_without_a_number_are_no_approval(text) -> None:
    assert approval_numbers(text) == ()


def test_contacts_of_the_merchant_are_read() -> None:
    found = contacts_in(
        "客服电话：0571-88990011 手机13800001234 微信：mxcz2020 地址：杭州市西湖区龙井路1号 退货地址：杭州市余杭区2号仓 邮箱 a@b.cn"
    )
    assert {(contact.kind, contact.value) for contact in found} == {
        (ContactKind.PHONE, "0571-88990011"),
        (ContactKind.PHONE, "13800001234"),
        (ContactKind.WECHAT, "mxcz2020"),
        (ContactKind.ADDRESS, "杭州市西湖区龙井路1号"),
        (ContactKind.RETURN_ADDRESS, "杭州市余杭区2号仓"),
        (ContactKind.EMAIL, "a@b.cn"),
    }


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("打13800001234找我", "打138****1234找我"),
        ("微信 abcdef123 联系", "微信 *** 联系"),
        ("寄到浙江省杭州市西湖区文三路90号3幢201室了", "寄到浙江省杭州市西湖区***了"),
        ("身份证330106199001011234", "身份证330106********1234"),
        ("很好喝，回购三次", "很好喝，回购三次"),
    ],
)
def test_personal_data_of_consumers_is_masked(said, kept) -> None:
    assert mask_personal(said) == kept


@given(st.text(min_size=3, max_size=30))
def test_a_whole_author_name_is_never_kept(name) -> None:
    masked = mask_author(name)
    assert len(name.strip()) < 2 or masked != name.strip() or "***" in name


@pytest.mark.parametrize(
    ("path", "title", "category"),
    [
        ("首页 > 食品生鲜 > 茶叶", "雨前龙井", Category.FOOD),
        ("首页 > 酒水饮料 > 其他", "礼盒", Category.LIQUOR),
        ("", "真丝连衣裙", Category.CLOTHING),
        ("首页 > 全部商品", "薄荷味烟弹 三支装", Category.TOBACCO),
        ("", "无从分类", Category.OTHER),
    ],
)
def test_category_is_the_sites_own_word_before_the_title(path, title, category) -> None:
    assert category_of(path, title=title) is category


LONG = "雨前龙井，产自杭州，清明前采摘，条索匀整，汤色清亮。" * 40


@pytest.mark.parametrize(
    ("title", "visible", "outcome"),
    [
        ("安全验证", "请拖动滑块完成验证后继续访问", Outcome.CAPTCHA),
        ("访问提示", "您的访问过于频繁，请稍后再试", Outcome.CAPTCHA),
        ("用户登录", "请登录后查看 手机号 密码", Outcome.LOGIN),
        ("访问提示", "拒绝访问：您的IP已被限制", Outcome.BLOCKED),
        ("商品详情", "抱歉，该商品已下架，去看看别的吧", Outcome.SOFT_404),
        ("页面不存在", "您访问的页面不存在", Outcome.SOFT_404),
    ],
)
def test_walls_are_recognised(title, visible, outcome) -> None:
    found = wall_in("<input type=password>", visible, title=title, kind=PageKind.LISTING)
    assert found is not None
    assert found[0] is outcome


def test_a_page_that_mentions_login_or_captcha_is_no_wall() -> None:
    visible = f"您好，请登录 免费注册 {LONG} 下单时请输入验证码 已下架商品不退"
    assert wall_in("", visible, title="雨前龙井 - 茗香茶庄", kind=PageKind.LISTING) is None
