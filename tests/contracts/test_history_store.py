"""Promises of HistoryStore: what was there when, and what a run found changed."""

import pytest

from records.errors import NotFoundError
from records.history import AddressRule, AddressRules, RuleState
from records.market import Contact, ContactKind, Disclosure
from records.survey import Outcome, PageKind, RunState

URL = "http://a.test/p/0"
DAY = 24 * 60


@pytest.fixture
def visit(records, make):
    """Makes a run of one page or several, each (path number, reading, what the page says), and ends it."""

    def run(run_id, *seen, day, state=RunState.COMPLETE):
        survey = records.survey
        survey.open_run(make.run(run_id, minutes=day * DAY), [])
        for number, (content, reading, outcome, kind) in enumerate(seen):
            row = make.row(number, run_id=run_id, kind=kind)
            survey.enqueue([row])
            survey.lease(run_id, limit=10, until=make.at(day * DAY + 5))
            page = make.page(row, minutes=day * DAY + number, outcome=outcome).model_copy(
                update={"canonical_url": row.canonical_url, "content_sha256": content}
            )
            survey.complete(row, page, reading, [])
        survey.finish_run(make.run(run_id, state=state, minutes=day * DAY))

    return run


def seen(content="", reading=None, *, outcome=Outcome.READ, kind=PageKind.LISTING):
    return content, reading, outcome, kind


def test_page_that_stays_moves_one_row(records, make, visit):
    for day in range(4):
        visit(f"r{day}", seen("same"), day=day)
    (version,) = records.history.page_versions("t1", URL)
    assert (version.first_seen_at, version.last_seen_at) == (make.at(0), make.at(3 * DAY))
    page, fetched_at = records.history.stored_page("t1", URL)
    assert (page.run_id, fetched_at) == ("r3", make.at(3 * DAY))


def test_changed_page_is_a_version_with_its_own_times(records, make, visit):
    for day, content in enumerate("aab"):
        visit(f"r{day}", seen(content), day=day)
    first, second = records.history.page_versions("t1", URL)
    assert (first.number, first.content_sha256, first.last_seen_at) == (1, "a", make.at(DAY))
    assert (second.number, second.content_sha256, second.first_seen_at) == (2, "b", make.at(2 * DAY))


def test_page_told_unchanged_was_seen_but_not_fetched(records, make, visit):
    visit("r0", seen("a"), day=0)
    visit("r1", seen("a", outcome=Outcome.UNCHANGED), day=1)
    page, fetched_at = records.history.stored_page("t1", URL)
    assert (page.run_id, fetched_at) == ("r1", make.at(0))


def test_page_gone_and_back_is_a_fact_and_a_version(records, make, visit):
    visit("r0", seen("a"), day=0)
    visit("r1", seen(outcome=Outcome.NOT_FOUND), day=1)
    visit("r2", seen(outcome=Outcome.NOT_FOUND), day=2)
    assert records.history.page_versions("t1", URL)[0].gone_at == make.at(DAY)
    assert records.history.stored_page("t1", URL) is None
    assert records.history.known_urls("t1") == ()
    visit("r3", seen("a"), day=3)
    gone, back = records.history.page_versions("t1", URL)
    assert (gone.gone_at, back.gone_at, back.first_seen_at) == (make.at(DAY), None, make.at(3 * DAY))
    assert records.history.known_urls("t1") == (URL,)


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.CAPTCHA, Outcome.TIMEOUT, Outcome.SERVER_ERROR])
def test_what_could_not_be_read_says_nothing_of_history(records, make, visit, outcome):
    visit("r0", seen("a"), day=0)
    before = records.history.page_versions("t1", URL)
    visit("r1", seen(outcome=outcome), day=1)
    assert records.history.page_versions("t1", URL) == before
    assert not records.history.run_changed("r1")


def _front(make, day, *, link=True, licence="", unread=(), read=True, contacts=(), texts=("七天无理由",), **more):
    shop = make.shop(minutes=day * DAY, texts=texts)
    disclosure = Disclosure(has_licence_link=link, licence_no=licence, **more)
    return make.reading(
        shop=shop.model_copy(
            update={"disclosure": disclosure, "front_page_read": read, "unread": unread, "contacts": contacts}
        )
    )


def _licence(make, day, number="91330100000000001X", **more):
    disclosure = Disclosure(licence_no=number, **more)
    return make.reading(
        shop=make.shop(minutes=day * DAY).model_copy(update={"disclosure": disclosure, "licence_page_read": True})
    )


def _unread(make, day, what):
    return make.reading(
        shop=make.shop(minutes=day * DAY, name="").model_copy(update={"sources": (), "unread": (what,)})
    )


SHOP = PageKind.SHOP
LICENCE = PageKind.LICENCE


def test_pages_of_one_run_make_one_version_of_their_shop(records, make, visit):
    for day in range(3):
        visit(f"r{day}", seen("l", _licence(make, day), kind=LICENCE), seen("f", _front(make, day), kind=SHOP), day=day)
    (version,) = records.history.shop_versions("s1")
    assert (version.first_run_id, version.last_run_id) == ("r0", "r2")
    assert (version.first_seen_at, version.last_seen_at) == (make.at(0), make.at(2 * DAY))
    assert version.shop == records.survey.shop("s1")
    assert version.shop.disclosure.licence_no and version.shop.disclosure.has_licence_link


def test_licence_link_that_is_gone_takes_its_licence_with_it(records, make, visit):
    visit("r0", seen("l", _licence(make, 0), kind=LICENCE), seen("f", _front(make, 0), kind=SHOP), day=0)
    visit("r1", seen("g", _front(make, 1, link=False), kind=SHOP), day=1)
    shop = records.survey.shop("s1")
    assert (shop.disclosure.licence_no, shop.disclosure.has_licence_link, shop.unread) == ("", False, ())
    assert shop.front_page_read and not shop.licence_page_read
    first, second = records.history.shop_versions("s1")
    assert first.shop.disclosure.licence_no == "91330100000000001X" and second.shop.disclosure.licence_no == ""
    assert records.history.shop_at("s1", make.at(DAY - 1)).disclosure.licence_no == "91330100000000001X"
    assert records.history.shop_at("s1", make.at(-1)) is None
    assert records.history.run_changed("r1")


def test_page_that_could_not_be_read_takes_nothing_away(records, make, visit):
    visit("r0", seen("l", _licence(make, 0), kind=LICENCE), seen("f", _front(make, 0), kind=SHOP), day=0)
    blocked = _unread(make, 1, "亮照页未能读取：拒绝访问")
    visit(
        "r1", seen("", blocked, outcome=Outcome.BLOCKED, kind=LICENCE), seen("f", _front(make, 1), kind=SHOP), day=1,
        state=RunState.PARTIAL,
    )  # fmt: skip
    shop = records.survey.shop("s1")
    assert (shop.disclosure.licence_no, shop.unread) == ("91330100000000001X", ("亮照页未能读取：拒绝访问",))
    assert len(records.history.shop_versions("s1")) == 1
    assert not records.history.run_changed("r1")


def test_what_was_unread_and_is_read_now_is_unread_no_more(records, make, visit):
    blocked = _unread(make, 0, "店铺首页未能读取：超时")
    visit("r0", seen("", blocked, outcome=Outcome.TIMEOUT, kind=SHOP), day=0, state=RunState.PARTIAL)
    assert records.survey.shop("s1").unread == ("店铺首页未能读取：超时",)
    visit("r1", seen("f", _front(make, 1), kind=SHOP), day=1)
    shop = records.survey.shop("s1")
    assert (shop.unread, shop.front_page_read) == ((), True)


def test_what_a_run_did_not_visit_stays_as_it_was(records, make, visit):
    visit("r0", seen("l", _licence(make, 0), kind=LICENCE), seen("f", _front(make, 0), kind=SHOP), day=0)
    bare = make.reading(make.listing(minutes=DAY), shop=make.shop(minutes=DAY))
    visit("r1", seen("x", bare), day=1, state=RunState.PARTIAL)
    shop = records.survey.shop("s1")
    assert shop.disclosure.licence_no and shop.front_page_read and shop.licence_page_read
    assert len(records.history.shop_versions("s1")) == 1


def test_particulars_missed_once_are_unread_and_not_changed(records, make, visit):
    visit("r0", seen("l", _licence(make, 0, scope="茶叶零售", holder_name="甲"), kind=LICENCE), day=0)
    visit("r1", seen("m", _licence(make, 1, holder_name="甲"), kind=LICENCE), day=1)
    assert records.survey.shop("s1").disclosure.scope == "茶叶零售"
    assert len(records.history.shop_versions("s1")) == 1
    visit("r2", seen("n", _licence(make, 2, "92330100MA00000002", holder_name="乙"), kind=LICENCE), day=2)
    assert records.survey.shop("s1").disclosure.scope == ""
    assert len(records.history.shop_versions("s1")) == 2


def test_words_of_the_last_run_are_not_carried_for_ever(records, make, visit):
    phone = Contact(kind=ContactKind.PHONE, value="0571-1")
    visit("r0", seen("f", _front(make, 0, texts=("满100减10",), contacts=(phone,)), kind=SHOP), day=0)
    visit("r1", seen("g", _front(make, 1, texts=("满200减20",)), kind=SHOP), day=1)
    shop = records.survey.shop("s1")
    assert ([block.text for block in shop.texts], shop.contacts) == (["满200减20"], ())


def test_run_cut_off_and_taken_up_again_makes_one_version(records, make, visit):
    visit("r0", seen("l", _licence(make, 0), kind=LICENCE), seen("f", _front(make, 0), kind=SHOP), day=0)
    visit("r1", seen("m", _licence(make, 1, "92330100MA00000002"), kind=LICENCE), day=1, state=RunState.PARTIAL)
    survey = records.survey
    survey.open_run(make.run("r1"), [])
    row = make.row(9, run_id="r1", kind=SHOP)
    survey.enqueue([row])
    survey.lease("r1", limit=1, until=make.at(DAY + 9))
    survey.complete(row, make.page(row, minutes=DAY + 3), _front(make, 1), [])
    survey.finish_run(make.run("r1", state=RunState.COMPLETE))
    versions = records.history.shop_versions("s1")
    assert [version.first_run_id for version in versions] == ["r0", "r1"]
    assert versions[-1].shop.disclosure.licence_no == "92330100MA00000002"


def test_blind_run_takes_nothing_away(records, make, visit):
    visit("r0", seen("l", _licence(make, 0), kind=LICENCE), seen("f", _front(make, 0), kind=SHOP), day=0)
    survey = records.survey
    survey.open_run(make.run("r1"), [])
    row = make.row(9, run_id="r1", kind=SHOP)
    survey.enqueue([row])
    survey.lease("r1", limit=1, until=make.at(DAY + 9))
    survey.complete(row, make.page(row, minutes=DAY), _front(make, 1, link=False), [])
    survey.finish_run(make.run("r1", state=RunState.COMPLETE).model_copy(update={"blind": ("亮照",)}))
    assert survey.shop("s1").disclosure.licence_no == "91330100000000001X"


def test_killed_run_never_taken_up_is_ended_by_the_next(records, make, visit):
    survey = records.survey
    survey.open_run(make.run("r0"), [])
    row = make.row(0, run_id="r0", kind=LICENCE)
    survey.enqueue([row])
    survey.lease("r0", limit=1, until=make.at(5))
    survey.complete(row, make.page(row), _licence(make, 0), [])
    visit("r1", seen("f", _front(make, 1), kind=SHOP), day=1)
    assert survey.shop("s1").disclosure.licence_no == "91330100000000001X"


def test_listing_is_as_it_was_at_a_time(records, make, visit):
    for day, price in enumerate((9900, 5900)):
        visit(f"r{day}", seen(str(day), make.reading(make.listing(minutes=day * DAY, price=price))), day=day)
    history = records.history
    assert history.listing_at("l1", make.at(DAY - 1)).prices[0].amount_fen == 9900
    assert history.listing_at("l1", make.at(DAY)).prices[0].amount_fen == 5900
    assert history.listing_at("l1", make.at(-1)) is None
    with pytest.raises(NotFoundError):
        history.listing_at("nothing", make.at(0))


def test_changes_of_a_run_are_counted(records, make, visit):
    from records.base import stable_id

    def listing(number, price, day):
        url = f"http://a.test/p/{number}"
        found = make.listing(
            stable_id("listing", url), minutes=day * DAY, price=price,
            page_id=stable_id("page", stable_id("row", f"r{day}", url)),
        )  # fmt: skip
        return make.reading(found, shop=make.shop(minutes=day * DAY))

    visit("r0", *(seen(f"a{n}", listing(n, 9900, 0)) for n in range(4)), day=0)
    visit(
        "r1",
        seen("a0", listing(0, 9900, 1)),
        seen("b1", listing(1, 5900, 1)),
        seen(outcome=Outcome.NOT_FOUND),
        seen("a3", listing(3, 9900, 1)),
        seen("a4", listing(4, 9900, 1)),
        day=1,
    )
    found = records.history.run_changes("r1")
    assert (found.pages_new, found.pages_changed, found.pages_gone, found.pages_unchanged) == (1, 1, 1, 2)
    assert (found.listings_new, found.listings_changed, found.listings_gone) == (1, 1, 1)
    assert (found.shops_new, found.shops_changed) == (0, 0)
    assert found.samples["pages_changed"] == ("http://a.test/p/1",)
    gone = records.survey.listing(stable_id("listing", "http://a.test/p/2"))
    assert (gone.gone_at, gone.last_seen_at) == (make.at(DAY + 2), make.at(0))
    assert records.history.run_changed("r0") and records.history.run_changed("r1")
    with pytest.raises(NotFoundError):
        records.history.run_changes("nothing")


def test_address_rules_are_kept_by_origin(records, make):
    rule = AddressRule(key="zsid", state=RuleState.ACTIVE, learned_at=make.at(0), evidence=(("a", "b"),))
    rules = AddressRules(origin="http://a.test", rules=(rule,))
    assert records.history.address_rules("http://a.test") == AddressRules(origin="http://a.test")
    records.history.save_address_rules(rules)
    records.history.save_address_rules(rules)
    assert records.history.address_rules("http://a.test") == rules
    assert records.history.all_address_rules() == (rules,)
