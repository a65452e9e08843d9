"""Pages as a browser without JavaScript gets them: signed in, scoped, honest, and safe."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from leads.states import lawful_steps
from offices.audit import Caller
from offices.lead_desk import LeadDesk
from records.leads import LeadState
from records.search import SearchKind, SearchQuery
from stores.backends import open_index
from ui.security import CONTENT_SECURITY_POLICY

PAGES = [
    "/",
    "/leads",
    "/leads/{lead}",
    "/shops",
    "/shops/{hangzhou}",
    "/listings",
    "/listings/{hangzhou_listing}",
    "/entities",
    "/entities/91330106MA2CCEX21A",
    "/evidence",
    "/evidence/capture_hz",
    "/runs",
    "/runs/run_jishi",
    "/schedules",
    "/schedules/schedule_jishi",
    "/rules",
    "/rules/A01",
    "/searches",
    "/watch",
]
LEADS_ONLY = {"/leads", "/leads/{lead}", "/rules", "/rules/A01", "/searches", "/watch"}
CHANGES = [
    "/searches",
    "/leads/{lead}/act",
    "/leads/{lead}/claim",
    "/leads/{lead}/capture",
    "/evidence/capture_hz/verify",
    "/schedules/schedule_jishi/actions",
    "/schedules/occurrences/{missed}/catch-up",
    "/logout",
]


@pytest.mark.parametrize("path", PAGES)
def test_page_asks_who_is_there_and_comes_back_to_itself(quiet_office, client_of, path):
    path = path.format_map(quiet_office.ids)
    answer = client_of(quiet_office, "").get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")
    if path != "/":
        assert path.replace("/", "%2F") in answer.headers["location"]


@pytest.mark.parametrize("path", PAGES)
def test_page_opens_with_the_strict_policy_and_is_kept_by_nobody(quiet_office, client_of, path):
    answer = client_of(quiet_office).get(path.format_map(quiet_office.ids))
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert '<html lang="zh-CN">' in answer.text


@pytest.mark.parametrize(
    ("login", "closed"),
    [
        ("guanli", LEADS_ONLY | {"/evidence", "/evidence/capture_hz"}),
        ("shenji", set()),
        ("jiancha", set()),
        ("fuze", set()),
    ],
)
def test_role_sees_its_pages_and_no_others(quiet_office, client_of, login, closed):
    client = client_of(quiet_office, login)
    for path in PAGES:
        answer = client.get(path.format_map(quiet_office.ids))
        assert answer.status_code == (403 if path in closed else 200), (login, path)
        if path in closed:
            assert "没有权限" in answer.text
    navigation = client.get("/").text
    assert ('href="/leads"' in navigation) is ("/leads" not in closed)


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("sent", [{}, {"csrf_token": "00" * 64}])
def test_form_without_the_token_changes_nothing(office, client_of, path, sent):
    answer = client_of(office).post(path.format_map(office.ids), data={"action": "签收", **sent})
    assert answer.status_code == 403
    assert office.services.leads.lead(office.ids["lead"]).version == 1
    assert office.preserver.asked == []


@pytest.mark.parametrize("path", CHANGES)
def test_form_of_another_site_changes_nothing(office, client_of, csrf, path):
    client = client_of(office)
    answer = client.post(
        path.format_map(office.ids),
        data={"action": "签收", "csrf_token": csrf(client)},
        headers={"Origin": "http://evil.example"},
    )
    assert answer.status_code == 403
    assert office.services.leads.lead(office.ids["lead"]).version == 1


def test_signing_in_by_the_form_opens_a_fresh_session(office, client_of, seeding):
    client = client_of(office, "")
    client.cookies.set("wangjian_session", "planted-by-somebody")
    answer = client.post("/login", data={"login": "banan", "password": seeding.PASSWORD, "after": "/leads?q=1"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/leads?q=1"
    cookie = answer.headers["set-cookie"]
    assert "planted" not in cookie
    assert all(part in cookie.lower() for part in ("httponly", "samesite=strict", "path=/"))


@pytest.mark.parametrize(
    "after", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/\t/evil"]
)
def test_sign_in_never_leads_to_another_site(office, client_of, seeding, after):
    answer = client_of(office, "").post("/login", data={"login": "banan", "password": seeding.PASSWORD, "after": after})
    assert answer.headers["location"] == "/"


def test_wrong_password_is_said_without_saying_which_part(office, client_of):
    answer = client_of(office, "").post("/login", data={"login": "banan", "password": "falsch"})
    assert answer.status_code == 401
    assert "登录名或口令不正确" in answer.text
    assert "falsch" not in answer.text
    assert "set-cookie" not in answer.headers


def test_signed_out_browser_sees_nothing_more(office, client_of, csrf):
    client = client_of(office)
    assert client.post("/logout", data={"csrf_token": csrf(client)}).status_code == 303
    assert client.get("/leads").status_code == 303


def test_words_hit_are_marked_exactly_where_the_rule_found_them(quiet_office, client_of):
    text = client_of(quiet_office).get(f"/leads/{quiet_office.ids['lead']}").text
    assert "本品为<mark>全网销量第一</mark>的蜂胶软胶囊，采用<mark>国家级</mark>工艺" in text


def test_lead_page_shows_what_an_officer_weighs(quiet_office, client_of):
    text = client_of(quiet_office).get(f"/leads/{quiet_office.ids['lead']}").text
    for shown in (
        "《中华人民共和国广告法》第九条第三项",
        "待核",
        "2021-04-29 起施行，现行",
        "除外情形权衡",
        "公示代码与登记代码完全一致",
        "+8.4",
        "杭州百草园保健品经营部",
        "杭州市西湖区市场监督管理局",
        "《市场监督管理行政处罚程序规定》第十条第二款",
        "内部授时",
        "/evidence/capture_hz/screenshot.png",
        "目标站点 60 秒内没有应答",
    ):
        assert shown in text, shown
    verified = client_of(quiet_office).get(f"/leads/{quiet_office.ids['lead_high']}").text
    assert "待核" not in verified


def test_result_list_works_without_a_script(quiet_office, client_of):
    client = client_of(quiet_office)
    page = client.get("/leads?q=糖尿病").text
    assert page.count("data-lead=") == 2
    assert "治疗<mark>糖尿病</mark>" in page
    link = re.search(r'<a href="(/leads\?[^"]*severity=high[^"]*)"', page)[1].replace("&amp;", "&")
    narrowed = client.get(link).text
    assert narrowed.count("data-lead=") == 1
    assert "级别：高" in narrowed
    second = client.get("/leads?offset=50").text
    assert second.count("data-lead=") == 14
    assert "上一页</a>" in second


def test_htmx_gets_only_the_changing_part(quiet_office, client_of):
    client = client_of(quiet_office)
    piece = client.get("/leads", headers={"HX-Request": "true"}).text
    assert piece.lstrip().startswith('<div id="found"')
    assert "<html" not in piece
    whole = client.get("/leads", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}).text
    assert "<html" in whole


def test_expired_sign_in_sends_htmx_to_the_door(quiet_office, client_of):
    answer = client_of(quiet_office, "").get("/leads", headers={"HX-Request": "true"})
    assert answer.headers["hx-redirect"].startswith("/login")


def test_form_sent_after_the_session_ended_says_it_was_not_taken_and_leads_back(office, client_of):
    lead = f"/leads/{office.ids['lead']}"
    door = client_of(office, "")
    answer = door.post(f"{lead}/act", data={"action": "排除"}, headers={"Referer": f"http://127.0.0.1{lead}?at=1"})
    assert answer.status_code == 303
    page = door.get(answer.headers["location"]).text
    assert "没有记入" in page and f'name="after" value="{lead}?at=1"' in page
    elsewhere = door.post(f"{lead}/act", headers={"Referer": "https://evil.example/x"}).headers["location"]
    assert "evil" not in elsewhere


def test_decision_goes_on_to_the_next_lead_of_the_list(office, client_of, csrf):
    client = client_of(office)
    first, second = office.ids["lead_high"], office.ids["lead"]
    step = str(lawful_steps(LeadState.NEW)[0])
    answer = client.post(
        f"/leads/{first}/act?state=待研判&at=0",
        data={"action": step, "reason": "指派核查", "version": "1", "csrf_token": csrf(client)},
    )
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/leads/{second}?")
    assert "这是列表中的下一条" in client.get(answer.headers["location"]).text
    event = office.services.leads.lead_events(first)[-1]
    assert (event.action, event.actor, event.reason) == (step, "banan", "指派核查")


def test_last_decision_of_a_list_leads_back_to_it(office, client_of, csrf):
    client = client_of(office)
    answer = client.post(
        f"/leads/{office.ids['lead_high']}/act?q=糖尿病&severity=high&at=0",
        data={"action": str(lawful_steps(LeadState.NEW)[0]), "version": "1", "csrf_token": csrf(client)},
    )
    assert answer.headers["location"].startswith("/leads?q=")


@pytest.mark.parametrize(("action", "version"), [("归档", "1"), ("排除", "1"), ("签收", "9")])
def test_refused_decision_keeps_what_was_written(office, client_of, csrf, action, version):
    client = client_of(office)
    reason = "" if action == "排除" else "我的理由"
    answer = client.post(
        f"/leads/{office.ids['lead']}/act",
        data={"action": action, "reason": reason, "version": version, "csrf_token": csrf(client)},
    )
    assert answer.status_code == 409
    assert f'value="{reason}"' in answer.text
    assert 'class="notice bad"' in answer.text
    assert office.services.leads.lead(office.ids["lead"]).version == 1


def test_capture_is_begun_only_for_pages_of_the_lead(office, client_of, csrf):
    client, lead = client_of(office), office.ids["lead"]
    stranger = client.post(
        f"/leads/{lead}/capture", data={"url": "http://169.254.169.254/", "csrf_token": csrf(client)}
    )
    assert stranger.status_code == 422
    assert office.preserver.asked == []
    url = office.services.leads.lead(lead).urls[0]
    answer = client.post(f"/leads/{lead}/capture?at=3", data={"url": url, "csrf_token": csrf(client)})
    assert office.preserver.asked == [url]
    page = client.get(answer.headers["location"]).text
    assert "正在固证" in page
    assert f"/leads/{lead}?at=3" in page


def test_partial_and_failed_captures_never_look_complete(quiet_office, client_of):
    client = client_of(quiet_office)
    partial = client.get("/evidence/capture_part").text
    assert "不完整：缺 整页截图、时间戳" in partial
    failed = client.get("/evidence/capture_fail").text
    assert "失败：目标站点 60 秒内没有应答" in failed
    assert "核验" not in re.search(r'<div class="buttons">.*?</div>', failed, re.S)[0]


def test_verification_without_a_script_shows_each_check(office, client_of, csrf):
    client = client_of(office)
    page = client.post("/evidence/capture_hz/verify", data={"csrf_token": csrf(client)})
    assert page.status_code == 200
    assert "核验未通过" in page.text
    assert 'class="check-failed"' in page.text
    assert "核验未通过" in [event.reason for event in office.services.evidence.custody("capture_hz")]


def test_screenshot_is_served_as_a_picture_and_nothing_else(quiet_office, client_of):
    answer = client_of(quiet_office).get("/evidence/capture_hz/screenshot.png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert client_of(quiet_office, "hangzhou").get("/evidence/capture_cd/screenshot.png").status_code == 404


def test_both_digests_stand_in_groups_of_eight_with_a_copy_button(quiet_office, client_of):
    text = client_of(quiet_office).get("/evidence/capture_hz").text
    package = quiet_office.services.evidence.capture("capture_hz").package
    for digest in (package.sha256, package.sm3):
        grouped = "".join(f"<span>{digest[at : at + 8]}</span>" for at in range(0, 64, 8))
        assert grouped in text
        assert f'data-copy="{digest}"' in text


def test_region_holds_for_pages(quiet_office, client_of):
    client, ids = client_of(quiet_office, "hangzhou"), quiet_office.ids
    for path in (
        f"/leads/{ids['lead_chengdu']}",
        f"/shops/{ids['chengdu']}",
        f"/listings/{ids['chengdu_listing']}",
        "/evidence/capture_cd",
        "/evidence/capture_cd/package",
    ):
        assert client.get(path).status_code in (403, 404), path
    for path in ("/", "/leads", "/shops", "/listings", "/evidence"):
        assert "蜀味坊" not in client.get(path).text, path
        assert "capture_cd" not in client.get(path).text, path


def test_personal_data_is_whole_only_for_those_who_need_it(quiet_office, client_of):
    for path in (
        f"/leads/{quiet_office.ids['lead']}",
        f"/shops/{quiet_office.ids['hangzhou']}",
        "/entities/91330106MA2CCEX21A",
    ):
        masked = client_of(quiet_office, "jiancha").get(path).text
        assert "13812345678" not in masked, path
        assert "张三丰" not in masked, path
        assert "138****5678" in masked, path
        assert "13812345678" in client_of(quiet_office, "banan").get(path).text, path


def test_runs_say_what_was_not_read(quiet_office, client_of):
    client = client_of(quiet_office)
    for path in ("/", "/runs", "/runs/run_jishi"):
        assert "1 个地址要求验证码，未读取" in client.get(path).text, path
    run = client.get("/runs/run_jishi").text
    assert "这次采集不完整，不能据此认为“没有”" in run
    assert "http://market.example/shop/9" in run


def test_search_without_its_index_says_so_and_keeps_the_page(office, client_of):
    away = open_index("elasticsearch://127.0.0.1:9/nothing-listens-here")
    client = client_of(replace(office, services=replace(office.services, index=away)))
    for path in ("/", "/leads?q=百草园", "/shops", "/listings"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert 'class="notice bad"' in answer.text, path
    assert "百草园健康馆" in client.get(f"/leads/{office.ids['lead']}").text


def test_index_lag_is_shown(office, client_of):
    lead = office.services.leads.lead(office.ids["lead"])
    office.services.leads.save_lead(lead, None, expected_version=1)
    assert "另有 1 条更新尚未进入检索" in client_of(office).get("/leads").text


def test_listing_shows_its_prices_over_time_in_yuan(quiet_office, client_of):
    text = client_of(quiet_office).get(f"/listings/{quiet_office.ids['hangzhou_listing']}").text
    assert text.index("99.00 元") < text.index("128.00 元")
    assert "价格有变化" in text
    assert "文字有变化" in text
    assert "2026-11-20 14:30:00" in text


def test_entity_is_found_by_code_and_by_name(quiet_office, client_of):
    client = client_of(quiet_office)
    assert client.get("/entities?q=91330106ma2ccex21a").headers["location"] == "/entities/91330106MA2CCEX21A"
    assert "/entities/91330106MA2CCEX21A" in client.get("/entities?q=杭州百草园商贸有限公司").text
    assert "查无此代码" in client.get("/entities?q=91330106MA2CCEX21B").text
    assert "未见不等于没有登记" in client.get("/entities?q=不存在的某某公司").text


@pytest.mark.parametrize("path", ["/keine", "/leads/keine", "/evidence/..%2f..%2fx", "/shops/%00", "/runs/'--"])
def test_missing_page_is_said_in_chinese(quiet_office, client_of, path):
    answer = client_of(quiet_office).get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "没有找到" in answer.text
    assert "Traceback" not in answer.text


def test_static_files_are_kept_by_their_digest(quiet_office, client_of):
    client = client_of(quiet_office, "")
    page = client.get("/login").text
    address = re.search(r'href="(/static/app\.css\?v=[0-9a-f]{12})"', page)[1]
    assert "immutable" in client.get(address).headers["cache-control"]
    assert client.get("/static/app.css").headers["cache-control"] == "no-cache"
    assert client.get("/static/../pages.py").status_code == 404


def test_first_load_of_the_search_page_is_small(quiet_office, client_of):
    client = client_of(quiet_office)
    page = client.get("/leads")
    addresses = ["/leads", *re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)]
    total = 0
    for address in addresses:
        with client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.headers.get("content-encoding") == "gzip" or "favicon" in address, address
            total += sum(len(part) for part in answer.iter_raw())
    assert total <= 60_000


def test_lead_is_claimed_and_its_holder_is_named_to_others(office, client_of, csrf):
    client, other, lead_id = client_of(office), client_of(office, "jiancha"), office.ids["lead"]
    client.post(f"/leads/{lead_id}/claim", data={"csrf_token": csrf(client)})
    assert "banan 认领处理中，至" in other.get(f"/leads/{lead_id}").text
    refused = other.post(
        f"/leads/{lead_id}/act",
        data={"action": "签收", "reason": "我来办", "version": "1", "csrf_token": csrf(other)},
    )
    assert refused.status_code == 409
    assert "由 banan 认领处理中" in refused.text
    assert 'value="我来办"' in refused.text
    client.post(f"/leads/{lead_id}/claim", data={"release": "1", "csrf_token": csrf(client)})
    assert "认领处理中" not in other.get(f"/leads/{lead_id}").text


def test_values_of_a_facet_are_found_by_name(quiet_office, client_of):
    client = client_of(quiet_office)
    page = client.get("/facets/leads", params={"of": "rule", "find": "绝对", "q": "蜂胶"})
    assert page.status_code == 200 and "回到检索" in page.text
    piece = client.get("/facets/leads", params={"of": "rule", "find": ""}, headers={"HX-Request": "true"}).text
    assert "<html" not in piece and 'href="/leads?rule=' in piece
    none = client.get("/facets/leads", params={"of": "rule", "find": "<b>"}, headers={"HX-Request": "true"}).text
    assert "没有名称含“&lt;b&gt;”的规则" in none
    for path in ("/facets/leads?of=none", "/facets/accounts?of=rule", "/facets/shops?of=rule"):
        assert client.get(path).status_code == 404
    assert client_of(quiet_office, "guanli").get("/facets/leads?of=rule").status_code == 403


def test_neighbours_are_found_at_the_edge_of_what_is_looked_at(quiet_office):
    desk = LeadDesk(quiet_office.services, Caller(account=quiet_office.services.accounts.account_by_login("banan")))
    query = SearchQuery(kind=SearchKind.LEAD, limit=200)
    ids = [hit.lead.lead_id for hit in desk.search(query)[1]]
    assert len(ids) > 60
    for place in (0, 49, 50, 51, 60, len(ids) - 1):
        before, after = desk.neighbours(query, ids[place], position=max(0, place - 25))
        assert before == (ids[place - 1] if place else "")
        assert after == (ids[place + 1] if place + 1 < len(ids) else "")
