"""规则 and 监控名单 in the console: with article, state and figures; hits of one's own region only."""

from __future__ import annotations

import pytest

from leads.catalogue import load_rules
from leads.rule_life import rule_event
from records.rule_life import RuleAct
from records.watch_lists import WatchItem, WatchKind, WatchList
from wangjian.watching import watch_stored

RULES = {rule.rule_id: rule for rule in load_rules()}


def _list(services, *words):
    items = tuple(WatchItem(item_id=f"i{line}", words=(word,), line=line) for line, word in enumerate(words, 1))
    watched = WatchList(
        list_id="watch_1", version=1, title="第三季度不合格食品", kind=WatchKind.FAILING, source="某市公告第3号",
        items=items, imported_by="王监", imported_at=services.clock(),
    )  # fmt: skip
    services.watch.save_list(watched)
    watch_stored(services, (watched,))
    return watched


def test_rules_are_listed_with_article_and_standing(quiet_office, client_of):
    page = client_of(quiet_office).get("/rules").text
    assert page.count("data-row") == len(RULES)
    assert "A01" in page and "中华人民共和国广告法第九条第三项" in page
    assert "尚无处置结果" in page and "施行" in page


@pytest.mark.parametrize(("asked", "shown"), [("c15", {"C15"}), ("没有这样的词", set())])
def test_rules_are_found_by_number_title_or_article(quiet_office, client_of, asked, shown):
    page = client_of(quiet_office).get("/rules", params={"q": asked}).text
    assert {rule_id for rule_id in RULES if f'href="/rules/{rule_id}"' in page} == shown
    assert ("没有符合的规则" in page) is (not shown)


def test_rule_shows_what_excuses_what_is_owed_and_who_answers(office, client_of):
    services, rule = office.services, RULES["A01"]
    note = "条款拟修订<b>，待改"
    event = rule_event(rule, RuleAct.SUSPENDED, by=("法规科", "某市局"), note=note, floor=0.0, now=services.clock())
    services.rules.append_rule_event(event)
    page = client_of(office).get("/rules/a01").text
    assert "停用" in page and "条款拟修订&lt;b&gt;，待改" in page and "随版本自查" not in page.split("签批与停用")[0]
    for exemption in rule.exemptions:
        assert exemption.proof in page
    assert rule.breaching[0].text[:20] in page and rule.clean[0].text[:20] in page


def test_rule_that_is_not_there_and_a_role_that_may_not(quiet_office, client_of):
    assert client_of(quiet_office).get("/rules/Z99").status_code == 404
    assert client_of(quiet_office, "guanli").get("/rules").status_code == 403
    assert client_of(quiet_office, "guanli").get("/watch").status_code == 403


def test_watch_list_shows_where_it_was_met_in_ones_region_only(office, client_of):
    _list(office.services, "蜂胶软胶囊", "郫县豆瓣酱", "无人售卖之物")
    everywhere, hangzhou = client_of(office), client_of(office, "hangzhou")
    page = everywhere.get("/watch/watch_1").text
    assert "<mark>蜂胶软胶囊</mark>" in page and "<mark>郫县豆瓣酱</mark>" in page
    scoped = hangzhou.get("/watch/watch_1").text
    assert "<mark>蜂胶软胶囊</mark>" in scoped and "<mark>郫县豆瓣酱</mark>" not in scoped
    assert "某市公告第3号" in everywhere.get("/watch").text
    assert everywhere.get("/watch/watch_9").status_code == 404


def test_list_that_met_nothing_says_so(office, client_of):
    assert "还没有监控名单" in client_of(office).get("/watch").text
    _list(office.services, "无人售卖之物")
    assert "本辖区已采集的内容中未见" in client_of(office).get("/watch/watch_1").text
    assert "未见" in client_of(office).get("/watch").text
