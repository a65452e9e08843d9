"""What joins shops, what does not, and what is too common to say anything."""

import random

import pytest

from records.groups import LinkKind
from records.register import MatchDecision

ONE, TWO, THREE = "91110000600037341L", "91330106MA2CCEX21A", "91510104MA6CP5QW6D"
STREET = "杭州市西湖区文三路18号2幢301室"
COPIED = (
    "本品取自海拔三千米的高山草甸由当地牧民手工采收晾晒",
    "每一批原料进厂前都由老师傅逐袋开封闻香验看绝不含糊",
    "发货前再次称重并附上手写的产地卡片请您收到后仔细核对",
)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (dict(licence_no=ONE), dict(licence_no="统一社会信用代码：" + ONE.lower()), LinkKind.LICENCE),
        (dict(contacts=[("phone", "13800138001")]), dict(contacts=[("phone", "+86 138-0013-8001")]), LinkKind.PHONE),
        (dict(contacts=[("phone", "13800138001")]), dict(contacts=[("wechat", "13800138001")]), LinkKind.PHONE),
        (dict(contacts=[("wechat", "ShanHuo_88")]), dict(contacts=[("wechat", "shanhuo_88")]), LinkKind.WECHAT),
        (dict(contacts=[("qq", "30519277")]), dict(contacts=[("qq", "３０５１９２７７")]), LinkKind.QQ),
        (dict(contacts=[("email", "A.b@shop.cn")]), dict(contacts=[("email", "a.b@shop.cn")]), LinkKind.EMAIL),
        (dict(icp_no="浙ICP备2021034567号-1"), dict(icp_no="浙ICP备 2021034567号-3"), LinkKind.ICP),
    ],
    ids=["licence", "phone", "phone as WeChat", "WeChat", "QQ", "email", "ICP"],
)
def test_one_strong_value_however_written_joins(on, one, other, kind):
    linkage = on.linked([on.shop("a", **one), on.shop("b", **other), on.shop("c")])
    assert on.members(linkage) == [("a", "b")]
    assert [link.kind for link in linkage.clusters[0].links] == [kind]


def test_shops_matched_to_one_entity_join_and_possible_ones_do_not(on):
    matches = {"a": on.matched("a", ONE), "b": on.matched("b", ONE)}
    matches["c"] = on.matched("c", ONE, MatchDecision.POSSIBLE)
    assert on.members(on.linked([on.shop(key) for key in "abc"], matches=matches)) == [("a", "b")]


@pytest.mark.parametrize(
    "shared",
    [
        dict(licence_no="123456789"),
        dict(licence_no="91110000600037341M"),
        dict(icp_no="沪ICP备xxxxxxxx号"),
        dict(icp_no="沪ICP备00000000号"),
        dict(contacts=[("phone", "13800138000")]),
        dict(contacts=[("phone", "12345678")]),
        dict(contacts=[("phone", "00000000000")]),
        dict(contacts=[("qq", "123456")]),
        dict(contacts=[("wechat", "客服"), ("email", "@"), ("phone", "")]),
        dict(address="浙江省杭州市西湖区"),
        dict(address=STREET),
        dict(contacts=[("phone", "4006001234")]),
        dict(legal_representative="王伟"),
        dict(texts=COPIED),
        dict(licence_image_urls=("data:image/png;base64,AAAA", "//", "http://[")),
    ],
)
def test_fillers_and_weak_values_alone_join_nobody(on, shared):
    assert on.members(on.linked([on.shop("a", **shared), on.shop("b", **shared)])) == []


def test_weak_values_of_different_kinds_add_up(on):
    landline = dict(contacts=[("phone", "0571-88001234")])
    assert on.members(on.linked([on.shop("a", **landline), on.shop("b", **landline)])) == []
    landline["legal_representative"] = "王伟"
    assert on.members(on.linked([on.shop("a", **landline), on.shop("b", **landline)])) == [("a", "b")]


def test_address_and_copied_text_join_unless_the_licences_differ(on):
    said = dict(address=STREET, texts=COPIED)
    found = on.linked([on.shop("a", **said), on.shop("b", **said)])
    assert on.members(found) == [("a", "b")]
    assert [link.kind for link in found.clusters[0].links] == [LinkKind.ADDRESS, LinkKind.TEXT]
    assert "3 句文字相同或几乎相同" in found.clusters[0].links[1].sentence
    apart = on.linked([on.shop("a", licence_no=ONE, **said), on.shop("b", licence_no=TWO, **said)])
    assert on.members(apart) == []


def test_one_telephone_under_two_licences_joins_and_says_so(on):
    phone = dict(contacts=[("phone", "13800138001")])
    found = on.linked([on.shop("a", licence_no=ONE, **phone), on.shop("b", licence_no=TWO, **phone)])
    assert found.clusters[0].subjects == (ONE, TWO)
    assert "主体有 2 个，须核对" in found.clusters[0].links[0].sentence


def test_chain_of_different_values_is_one_cluster_with_each_reason(on):
    shops = [
        on.shop("a", contacts=[("phone", "13800138001")]),
        on.shop("b", contacts=[("phone", "13800138001"), ("wechat", "shanhuo")]),
        on.shop("c", contacts=[("wechat", "shanhuo")]),
    ]
    found = on.linked(shops)
    assert on.members(found) == [("a", "b", "c")]
    assert [(link.kind, link.shop_ids) for link in found.clusters[0].links] == [
        (LinkKind.PHONE, ("a", "b")),
        (LinkKind.WECHAT, ("b", "c")),
    ]


def test_order_of_the_shops_does_not_matter(on):
    shops = [on.shop(f"s{at}", contacts=[("phone", f"1380013{8001 + at // 3}")]) for at in range(30)]
    expected = on.linked(shops)
    random.Random(5).shuffle(shops)
    assert on.linked(shops) == expected


def test_personal_values_are_masked_and_pages_are_named(on):
    shared = dict(contacts=[("phone", "13800138001"), ("wechat", "wang_xiaoming")], legal_representative="王小明")
    cluster = on.linked([on.shop("a", **shared), on.shop("b", **shared)]).clusters[0]
    words = "".join(link.model_dump_json() for link in cluster.links)
    assert "13800138001" not in words and "wang_xiaoming" not in words and "王小明" not in words
    assert "138****8001" in words and "王**" in words
    assert [page.page_id for page in cluster.links[0].pages] == ["page_a", "page_b"]


def _of_subjects(on, count, **shared):
    matches = {f"s{at}": on.matched(f"s{at}", f"entity{at}") for at in range(count)}
    return [on.shop(f"s{at}", target=f"t{at}", **shared) for at in range(count)], matches


@pytest.mark.parametrize(
    ("shared", "count", "kind"),
    [
        (dict(contacts=[("phone", "13800138001")]), 7, LinkKind.PHONE),
        (dict(icp_no="浙ICP备2021034567号"), 4, LinkKind.ICP),
    ],
)
def test_value_of_many_subjects_is_held_back_with_the_reason(on, shared, count, kind):
    shops, matches = _of_subjects(on, count, **shared)
    found = on.linked(shops, matches=matches)
    assert on.members(found) == []
    assert [(held.kind, held.shop_count, held.subject_count) for held in found.held_back] == [(kind, count, count)]
    assert "疑为代理、园区或平台" in found.held_back[0].reason
    fewer, matches = _of_subjects(on, count - 1, **shared)
    assert len(on.linked(fewer, matches=matches).clusters) == 1


def test_hotline_of_a_platform_is_held_back_and_a_seller_beside_it_is_not(on):
    hotline = ("phone", "13900139001")
    shops = [on.shop(f"s{at}", contacts=[hotline]) for at in range(6)]
    shops[0] = on.shop("s0", contacts=[hotline, ("phone", "13800138001")])
    shops[1] = on.shop("s1", contacts=[hotline, ("phone", "13800138001")])
    found = on.linked(shops)
    assert on.members(found) == [("s0", "s1")]
    assert found.held_back[0].reason.startswith("同一平台半数以上")


def test_filing_of_a_platform_does_not_join_its_two_shops(on):
    shops = [on.shop(key, icp_no="浙ICP备2021034567号", host="mall.test") for key in "ab"]
    found = on.linked(shops)
    assert on.members(found) == [] and "是平台的备案" in found.held_back[0].reason


def test_many_shops_of_one_licence_are_one_cluster_whatever_they_share(on):
    shops = [on.shop(f"s{at:03}", licence_no=THREE, address=STREET, contacts=[("phone", "13800138001")])
             for at in range(100)]  # fmt: skip
    found = on.linked(shops)
    assert [len(cluster.shop_ids) for cluster in found.clusters] == [100]
    assert found.held_back == ()


def test_text_of_many_shops_supports_nothing(on):
    shops = [on.shop(f"s{at}", texts=COPIED, target=f"t{at}") for at in range(7)]
    shops += [on.shop(key, texts=COPIED, address=STREET) for key in "ab"]
    assert on.members(on.linked(shops)) == []


def test_copied_text_with_a_word_changed_in_each_sentence_is_known_again(on):
    changed = [line.replace("高山", "雪山").replace("老师傅", "老把式").replace("仔细", "认真") for line in COPIED]
    found = on.linked([on.shop("a", address=STREET, texts=COPIED), on.shop("b", address=STREET, texts=changed)])
    assert on.members(found) == [("a", "b")]
    assert on.members(on.linked([on.shop("a", address=STREET, texts=COPIED), on.shop("b", address=STREET)])) == []


def test_one_licence_picture_by_its_bytes_supports_and_does_not_suffice(on):
    same = {"a": ["f" * 64], "b": ["f" * 64]}
    assert on.members(on.linked([on.shop("a"), on.shop("b")], pictures=same)) == []
    person = dict(legal_representative="王小明")
    found = on.linked([on.shop("a", **person), on.shop("b", **person)], pictures=same)
    assert on.members(found) == [("a", "b")] and "逐字节相同" in found.clusters[0].links[0].sentence
    matches = {key: on.matched(key, f"entity-{key}") for key in "abc"}
    borrowed = {key: ["f" * 64] for key in "abc"}
    held = on.linked([on.shop(key, **person) for key in "abc"], pictures=borrowed, matches=matches)
    assert on.members(held) == [] and LinkKind.PICTURE in {each.kind for each in held.held_back}
