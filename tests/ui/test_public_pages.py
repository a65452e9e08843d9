"""核验 without an account: facts of the page and the register, nothing personal, nothing of leads, and honest doubt."""

from __future__ import annotations

from datetime import date

import pytest

from matching.rows import register_row
from records.base import stable_id
from records.market import Disclosure, Reading, Shop
from records.register import Entity, EntityKind, EntityStatus
from records.survey import PageKind
from tests.ui.seeded_market import NOW, REVOKED_CODE, row_of, run_of, visited

CODE = "91110000600037341L"


@pytest.fixture(scope="module")
def known(quiet_office):
    """Shops at addresses of their own beside the seeded ones; gives a function that says what /check tells."""
    services = quiet_office.services
    entity = Entity(code=CODE, name="北京青石(集团)有限公司", kind=EntityKind.COMPANY, region_code="110101", phone="13812345678",
                    legal_representative="张三丰", source="t", snapshot_id="2027-01-01")  # fmt: skip
    person = entity.model_copy(
        update={"code": REVOKED_CODE, "name": "李小四", "kind": EntityKind.INDIVIDUAL,
                "status": EntityStatus.CANCELLED, "status_on": date(2025, 3, 1)}
    )  # fmt: skip
    services.register.import_entities("t", "2027-01-01", [register_row(one) for one in (entity, person)])
    target = next(iter(services.survey.targets()))

    shops: list[Shop] = []

    def keep(host: str, disclosure: Disclosure, **more) -> None:
        url = f"https://{host}/"
        facts = {"front_page_read": True, "licence_page_read": True, **more}
        shops.append(
            Shop(shop_id=stable_id("shop", url), target_id=target.target_id, url=url, name=host, disclosure=disclosure,
                 first_seen_at=NOW, last_seen_at=NOW, **facts)
        )  # fmt: skip

    keep(
        "agrees.cn", Disclosure(licence_no=CODE, holder_name="北京青石（集团）有限公司", legal_representative="张三丰")
    )
    keep("differs.cn", Disclosure(licence_no=CODE, holder_name="上海别家有限公司"))
    keep("typo.cn", Disclosure(licence_no=CODE[:-1] + "M", holder_name="北京青石（集团）有限公司"))
    keep("nameless.cn", Disclosure(licence_no=CODE))
    keep("unlisted.cn", Disclosure(licence_no="913100001322110024", holder_name="某公司"))
    keep("nothing.cn", Disclosure())
    keep("half.cn", Disclosure(), unread=("首页",))
    keep("linked.cn", Disclosure(has_licence_link=True), licence_page_read=False)
    keep("picture.cn", Disclosure(licence_image_urls=("https://picture.cn/a.jpg",)))
    keep("exempt.cn", Disclosure(exemption_text="自产农副产品，依法不需要办理登记"))
    run = run_of("run_public", target)
    services.survey.open_run(run, [row_of(run.run_id, shop.url, PageKind.SHOP) for shop in shops])
    for shop in shops:
        visited(services, run, shop.url, Reading(kind=PageKind.SHOP, shop=shop))
    return quiet_office


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("https://agrees.cn/", "公示的执照与登记信息一致"),
        ("agrees.cn", "公示的执照与登记信息一致"),
        ("HTTPS://Agrees.cn:443/item/1?utm_source=x", "公示的执照与登记信息一致"),
        ("https://differs.cn/", "公示的信息与登记信息不一致"),
        ("https://typo.cn/", "公示的信息与登记信息不一致"),
        ("https://nameless.cn/", "没有读到公示的名称"),
        ("https://unlisted.cn/", "登记库可能未收录"),
        ("https://nothing.cn/", "最近一次监测未见公示营业执照信息"),
        ("https://half.cn/", "没有读全"),
        ("https://linked.cn/", "没有读全"),
        ("https://picture.cn/", "不据图片判断"),
        ("https://exempt.cn/", "依法不需要办理登记"),
        ("https://stranger.cn/", "这不表示该网店没有登记"),
        (CODE, "登记库中有此主体"),
        (" 9111 0000 6000 37341l ", "登记库中有此主体"),
        (CODE[:-1] + "M", "代码不符合编码规则"),
        ("913100001322110024", "登记库中没有"),
        ("1234", "不能判断"),
        (CODE[:-1], "代码不符合编码规则"),
        ("某某有限公司", "不能判断"),
        ("javascript:alert(1)", "不能判断"),
        ("http://[::1", "不能判断"),
        ("<script>alert(1)</script>", "不能判断"),
        ("长" * 5000, "不能判断"),
    ],
)
def test_what_is_told_rests_on_page_and_register_alone(known, client_of, asked, told):
    known.clock.advance(seconds=60)  # another minute: this is not about how often
    page = client_of(known, "").get("/check", params={"q": asked})
    assert page.status_code == 200 and told in page.text, page.text[-1500:]
    assert "张三丰" not in page.text and "13812345678" not in page.text
    assert "<script>alert" not in page.text and "线索" not in page.text


def test_name_that_is_a_persons_own_is_masked(known, client_of):
    page = client_of(known, "").get("/check", params={"q": REVOKED_CODE}).text
    assert "李**" in page and "李小四" not in page and "登记状态为注销（2025-03-01）" in page


def test_form_is_open_to_all_and_leads_to_the_package_check(known, client_of):
    page = client_of(known, "").get("/check").text
    assert 'href="/evidence/verify"' in page and "不需要登录" in page
    assert 'href="/check"' in client_of(known, "").get("/login").text


def test_one_address_may_ask_only_so_often(office, client_of):
    client = client_of(office, "")
    answers = [client.get("/check", params={"q": "1"}) for _ in range(40)]
    assert answers[0].status_code == 200 and answers[-1].status_code == 429
    assert "秒后再试" in answers[-1].text
