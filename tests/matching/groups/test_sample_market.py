"""Precision and recall on the sample market, whose shops are of one seller each, with sister shops planted beside them.

Each way of being recognised is planted several times, and so is what must not join: a platform's hotline, a park's
address, a competitor's copied texts, namesakes, an agent's telephone.
"""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations

import pytest

from wangjian.sample.small import small_market

PER_WAY = 4
HOTLINE, AGENT, PARK = "4008123456", "13611223344", "杭州市余杭区创业园路99号5幢508室"


def _as_shop(on, market, sample):
    contacts = [("phone", sample.phone)]
    if sample.family.value == "jishi":
        contacts.append(("phone", HOTLINE))
    seller = sample.seller
    texts = [text for listing in market.listings_of(sample) for text in listing.paragraphs]
    return on.shop(
        sample.key, contacts=contacts, target=sample.origin, host=f"{sample.origin}.test", texts=[*sample.notices, *texts],
        licence_no=seller.shown_code, holder_name=seller.shown_name, address=sample.address, icp_no=sample.icp_no,
        legal_representative=sample.legal_representative if seller.has_licence_page else "",
    )  # fmt: skip


def _sister(on, shop, way, number, rng):
    """Another shop of the same hand, which shares only what the way says; and its elder, changed where it must be."""
    key, extra = f"{shop.shop_id}-{way}", {}
    elder = {"contacts": [(contact.kind.value, contact.value) for contact in shop.contacts]}
    mobile, handle = f"159{rng.randrange(10**8):08d}", f"shop_{way}_{number}"
    said = dict(contacts=[])
    if way == "licence":
        said["licence_no"] = "".join(chr(ord(sign) + 0xFEE0) for sign in shop.disclosure.licence_no)
    elif way == "mobile":
        elder["contacts"].append(("phone", mobile))
        said["contacts"].append(("phone", f"+86 {mobile[:3]} {mobile[3:7]} {mobile[7:]}"))
    elif way == "wechat":
        elder["contacts"].append(("wechat", handle))
        said["contacts"].append(("wechat", handle.upper()))
    elif way == "filing":
        extra["icp_no"] = f"浙ICP备20{rng.randrange(10**8):08d}号-1"
        said["icp_no"] = extra["icp_no"].replace("-1", "-2")
    elif way == "landline and person":
        landline = f"0571-8{rng.randrange(10**7):07d}"
        elder["contacts"].append(("phone", landline))
        extra["legal_representative"] = said["legal_representative"] = f"欧阳{chr(0x4E00 + number * 37)}"
        said["contacts"].append(("phone", landline.replace("-", " ")))
    elif way == "address and texts":
        extra["address"] = f"宁波市海曙区柳汀街{rng.randrange(1, 10**6)}号"
        said["contacts"].append(("return_address", extra["address"] + " "))
        own = [f"这是第{number}家店自己写的第{line}句独一无二的介绍文字请勿抄袭{handle}" for line in range(4)]
        elder["texts"], said["texts"] = own, own
    return elder, extra, on.shop(key, target=key, **said)


WAYS = ("licence", "mobile", "wechat", "filing", "landline and person", "address and texts")


@pytest.fixture(scope="module")
def market():
    return small_market(seed=11, shops=60, listings_per_shop=5)


def _planted(on, market):
    rng = random.Random(3)
    shops = {shop.key: _as_shop(on, market, shop) for shop in market.shops}
    sound = [key for key, shop in sorted(shops.items()) if len(shop.disclosure.licence_no) == 18]
    rng.shuffle(sound)
    truth = []
    for number in range(PER_WAY * len(WAYS)):
        way, shop = WAYS[number % len(WAYS)], shops[sound[number]]
        elder, extra, sister = _sister(on, shop, way, number, rng)
        shops[sister.shop_id] = sister
        wanted = on.shop(
            shop.shop_id, target=shop.target_id, contacts=elder["contacts"],
            texts=[*(text.text for text in shop.texts), *elder.get("texts", ())],
            **{**shop.disclosure.model_dump(exclude_defaults=True), **extra},
        )  # fmt: skip
        shops[shop.shop_id] = wanted.model_copy(update={"url": shop.url})
        truth.append((way, frozenset((shop.shop_id, sister.shop_id))))
    return shops, truth


def _traps(on, shops):
    """Shops that share something and are not of one hand."""
    someone = next(shop for shop in shops.values() if len(shop.texts) > 6)
    trap = [on.shop("copycat", texts=[text.text for text in someone.texts])]
    trap += [on.shop(f"park-{at}", address=PARK, legal_representative=f"赵{at}一") for at in range(5)]
    trap += [on.shop(f"agent-{at}", contacts=[("phone", AGENT)], target=f"agent-{at}") for at in range(7)]
    trap += [on.shop(f"namesake-{at}", legal_representative="张伟") for at in range(4)]
    matches = {
        shop.shop_id: on.matched(shop.shop_id, f"e-{shop.shop_id}") for shop in trap if "namesake" not in shop.shop_id
    }
    return trap, matches  # fmt: skip


def test_planted_sisters_are_found_and_nobody_else(on, market):
    shops, truth = _planted(on, market)
    trap, matches = _traps(on, shops)
    linkage = on.linked([*shops.values(), *trap], matches=matches)
    found = {frozenset(pair) for cluster in linkage.clusters for pair in combinations(cluster.shop_ids, 2)}
    wanted = {pair for _, pair in truth}
    missed = Counter(way for way, pair in truth if pair not in found)
    assert len(wanted) == PER_WAY * len(WAYS)
    assert not missed and found == wanted


def test_market_itself_has_no_groups_but_much_common_text(on, market):
    linkage = on.linked([_as_shop(on, market, shop) for shop in market.shops])
    assert linkage.clusters == ()
    assert any(held.value == HOTLINE for held in linkage.held_back)
