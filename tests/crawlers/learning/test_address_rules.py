"""Parts of addresses that make no difference are learned from pages that read the same, and unlearned by one that does not."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest

from crawlers.learning.addresses import AddressLearner
from records.history import AddressRules, RuleState
from records.market import Listing, Reading, Shop, Source
from records.survey import PageKind, RunState

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ORIGIN = "http://a.cn"


class Kept:
    """Rules in memory, by origin."""

    def __init__(self) -> None:
        self.rules: dict[str, AddressRules] = {}

    def address_rules(self, origin):
        return self.rules.get(origin, AddressRules(origin=origin))

    def save_address_rules(self, rules):
        self.rules[rules.origin] = rules

    def state(self, key):
        return next((rule.state for rule in self.address_rules(ORIGIN).rules if rule.key == key), None)


@pytest.fixture
def kept():
    return Kept()


def learner(kept):
    return AddressLearner(kept, lambda: NOW)


def teach(one, *, key="zs", pages=3, clean=True):
    """Pairs of addresses that read the same, page by page, then one of them without the key."""
    lessons = []
    for page in range(pages):
        for value in ("aa", "bb"):
            lessons.append(one.observe(f"{ORIGIN}/g?id={page}&{key}={value}{page}", f"content {page}"))
    if clean:
        lessons.append(one.observe(f"{ORIGIN}/g?id=0", "content 0"))
    return lessons


def test_key_is_learned_from_three_pairs_and_one_page_without_it(kept):
    one = learner(kept)
    lessons = teach(one)
    assert [lesson.probe_url for lesson in lessons if lesson.probe_url] == [f"{ORIGIN}/g?id=0"]
    assert lessons[-1].learned == "zs"
    assert one.clean(f"{ORIGIN}/g?id=9&zs=cc&n=%B2%E8") == f"{ORIGIN}/g?id=9&n=%B2%E8"
    (rule,) = kept.address_rules(ORIGIN).rules
    assert (rule.key, rule.state, len(rule.evidence)) == ("zs", RuleState.ACTIVE, 3)


def test_two_pairs_are_not_enough(kept):
    one = learner(kept)
    teach(one, pages=2)
    assert kept.rules == {}
    assert one.clean(f"{ORIGIN}/g?id=9&zs=cc") == f"{ORIGIN}/g?id=9&zs=cc"


def test_nothing_is_learned_while_the_page_without_the_key_was_not_read(kept):
    teach(learner(kept), pages=8, clean=False)
    assert kept.rules == {}


def test_page_without_the_key_that_reads_otherwise_ends_the_matter(kept):
    one = learner(kept)
    teach(one, clean=False)
    one.observe(f"{ORIGIN}/g?id=0", "please come in by the front door")
    teach(one, pages=6)
    assert kept.rules == {}


def test_one_pair_that_differs_ends_the_matter(kept):
    one = learner(kept)
    one.observe(f"{ORIGIN}/g?id=77&zs=a", "red")
    one.observe(f"{ORIGIN}/g?id=77&zs=b", "blue")
    teach(one, pages=9)
    assert kept.rules == {}


@pytest.mark.parametrize("key", ["id", "page", "goods_id", "q", "pn"])
def test_key_that_names_a_thing_is_never_noise(kept, key):
    one = learner(kept)
    for page in range(6):
        for value in ("1", "2"):
            one.observe(f"{ORIGIN}/g{page}?{key}={value}", f"content {page}")
        one.observe(f"{ORIGIN}/g{page}", f"content {page}")
    assert kept.rules == {}


def test_same_words_at_many_paths_prove_nothing(kept):
    one = learner(kept)
    for page in range(6):
        for value in ("a", "b"):
            one.observe(f"{ORIGIN}/empty/{page}?zs={value}", "没有找到商品")
        one.observe(f"{ORIGIN}/empty/{page}", "没有找到商品")
    assert kept.rules == {}


def test_counterexample_revokes_a_rule_for_good(kept):
    teach(learner(kept))
    later = learner(kept)
    clean, proof = later.followed(f"{ORIGIN}/g?id=5&zs=now")
    assert (clean, proof) == (f"{ORIGIN}/g?id=5", f"{ORIGIN}/g?id=5&zs=now")
    assert later.observe(proof, "member price").revoked == ""
    assert later.observe(clean, "price").revoked == "zs"
    assert kept.state("zs") is RuleState.REVOKED
    assert later.clean(proof) == proof
    teach(learner(kept), pages=9)
    assert kept.state("zs") is RuleState.REVOKED


def test_rule_is_proved_by_a_few_addresses_a_run(kept):
    teach(learner(kept))
    one = learner(kept)
    followed = [one.followed(f"{ORIGIN}/g?id={n}&zs=x{n}") for n in range(50)]
    assert sum(map(len, followed)) == 50 + 3


def test_path_parameters_are_parts_like_others(kept):
    one = learner(kept)
    for page in range(3):
        for value in ("aa", "bb"):
            one.observe(f"{ORIGIN}/g{page};tok={value}", f"content {page}")
    assert one.observe(f"{ORIGIN}/g0", "content 0").learned == ";tok"
    assert one.clean(f"{ORIGIN}/g9;tok=zz?x=1") == f"{ORIGIN}/g9?x=1"


def test_other_site_is_not_touched(kept):
    teach(one := learner(kept))
    assert one.clean("http://b.cn/g?id=1&zs=a") == "http://b.cn/g?id=1&zs=a"


def test_statements_are_known_by_the_clean_address(kept):
    teach(one := learner(kept))
    source = Source(page_id="p", page_sha256="0" * 64, url=f"{ORIGIN}/g?id=1&zs=x", seen_at=NOW)
    times = {"first_seen_at": NOW, "last_seen_at": NOW}
    url = f"{ORIGIN}/shop?id=1&zs=x"
    shop = Shop(shop_id="shop_x", target_id="t", url=url, **times)
    listing = Listing(
        listing_id="l", shop_id="shop_x", target_id="t", url=source.url, title="茶", source=source, **times
    )
    found = one.clean_reading(Reading(kind=PageKind.LISTING, shop=shop, listings=(listing,)))
    assert (found.shop.url, found.listings[0].url) == (f"{ORIGIN}/shop?id=1", f"{ORIGIN}/g?id=1")
    assert found.listings[0].shop_id == found.shop.shop_id != "shop_x"


def fill(site, *, lists=4, goods=8) -> int:
    """A mall that writes another session into every address of every answer; how many pages it has."""
    session = count(1)

    def page(body):
        def answer(_times):
            return site.answer(body=body(f"zsess=x{next(session):05}q").encode())

        return answer

    def product(n):
        return page(
            lambda s: (
                f"<title>龙井 {n} 号</title><h1>龙井 {n} 号</h1><p class=price>¥{n}.00</p><button>加入购物车</button>"
                f"<p>清明前采摘 {n}。</p><a href='/?{s}'>首页</a>"
            )
        )

    def listing(number):
        mine = range(number * goods + 1, number * goods + goods + 1)
        return page(
            lambda s: (
                f"<title>分类 {number}</title><h2>分类 {number}</h2><ul>"
                + "".join(
                    f"<li><a href='/goods/{n}.html?{s}'>龙井 {n} 号</a><span class=price>¥{n}.00</span></li>"
                    for n in mine
                )
                + f"</ul><a href='/?{s}'>首页</a>"
                + "".join(f"<a href='/list/{other}.html?{s}'>分类 {other}</a>" for other in range(lists))
            )
        )

    home = page(
        lambda s: (
            "<title>茗香茶庄</title><h1>茗香茶庄</h1><p>本店主营茶叶，欢迎选购。</p>"
            + "".join(f"<a href='/list/{n}.html?{s}'>分类 {n}</a>" for n in range(lists))
        )
    )
    served = {"/": home}
    served |= {f"/list/{n}.html": listing(n) for n in range(lists)}
    served |= {f"/goods/{n}.html": product(n) for n in range(1, lists * goods + 1)}

    class Anyhow(dict):
        def get(self, path, default=None):
            return served.get(path.split("?")[0], default)

    site.pages = Anyhow()
    return len(served)


def test_mall_with_sessions_of_an_unknown_name_is_visited_once(site, survey) -> None:
    pages = fill(site)
    survey.run_id = "r1"
    first = survey.run(survey.target(site.url, max_pages=400))
    asked = len(site.paths)
    rules = survey.records.history.address_rules(site.url.rstrip("/"))
    assert [(rule.key, rule.state) for rule in rules.rules] == [("zsess", RuleState.ACTIVE)]
    survey.run_id = "r2"
    second = survey.run(survey.target(site.url, max_pages=400))
    again = len(site.paths) - asked
    assert (first.state, second.state) == (RunState.COMPLETE, RunState.COMPLETE)

    assert again <= pages + 3
    assert asked < 2 * pages + 20
    listings = {one.url for one in survey.records.survey.listings() if "zsess" not in one.url}
    assert len(listings) == 32
