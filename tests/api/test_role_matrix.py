"""Every route of the description, with every role and with none; an unlisted route fails the test."""

from __future__ import annotations

import pytest

from api.problems import Problem
from records.people import Role

LOGINS = {
    Role.MONITOR: "jiancha",
    Role.OFFICER: "banan",
    Role.CHIEF: "fuze",
    Role.AUDITOR: "shenji",
    Role.ADMIN: "guanli",
}

ALL = frozenset(Role)
NO_ADMIN = ALL - {Role.ADMIN}
RULING = {"kind": "apart", "shop_ids": ["nobody"], "reason": "核实"}
KEY = {"login": "nobody", "name": "大屏", "permissions": ["leads.read"]}
ADMIN = frozenset({Role.ADMIN})
AUDITOR = frozenset({Role.AUDITOR})
DRAFTING = frozenset({Role.MONITOR, Role.CHIEF})
FACTS = {"name": "潘案", "roles": ["办案"]}
DECISION = {"act": "降级", "office": "网监处", "note": "试"}
CAMPAIGN = {"name": "专项", "starts_on": "2026-12-01", "ends_on": "2026-12-31", "target_ids": ["nobody"]}
CAMPAIGN |= {"cadence": "每天 03:30"}
KEEPING = {"action": "release", "reason": "试"}
PROOF = {"page": "http://nowhere.example/", "reason": "试"}
_ARTICLE = {"instrument": "《广告法》", "article": "第九条", "text": "略", "in_force_from": "2021-04-29"}
OWN_RULE = {"title": "宣称根治", "groups": [["包治", "根治"]], "basis": [_ARTICLE]}
ACTING = frozenset({Role.MONITOR, Role.OFFICER, Role.CHIEF})
CASE_WORK = frozenset({Role.OFFICER, Role.CHIEF})
EXCHANGING = frozenset({Role.CHIEF, Role.ADMIN})
MATTER = {"lead_id": "nobody", "peer": "nobody"}

# Route, what is sent, who may, and the status they get.
MATRIX = [
    ("GET", "/healthz", None, ALL | {None}, 200),
    ("GET", "/readyz", None, ALL | {None}, 200),
    ("GET", "/api/v1/oidc/login", None, ALL | {None}, 404),
    ("GET", "/api/v1/oidc/callback", None, ALL | {None}, 404),
    ("GET", "/api/v1/me", None, ALL, 200),
    ("GET", "/api/v1/leads", None, NO_ADMIN, 200),
    ("GET", "/api/v1/leads/{lead_id}", None, NO_ADMIN, 200),
    ("POST", "/api/v1/leads/{lead_id}/actions", {"action": "没有这种处置"}, ACTING, 409),
    ("PUT", "/api/v1/leads/{lead_id}/claim", {"minutes": 5}, ACTING, 200),
    ("DELETE", "/api/v1/leads/{lead_id}/claim", None, ACTING, 204),
    ("GET", "/api/v1/captures", None, NO_ADMIN, 200),
    ("GET", "/api/v1/captures/{capture_id}", None, NO_ADMIN, 200),
    ("POST", "/api/v1/captures", {"url": "http://market.example/"}, frozenset({Role.MONITOR, Role.OFFICER}), 202),
    ("GET", "/api/v1/captures/{capture_id}/package", None, frozenset({Role.OFFICER, Role.CHIEF}), 200),
    ("POST", "/api/v1/captures/{capture_id}/verification", None, NO_ADMIN, 200),
    ("POST", "/api/v1/uploads", None, frozenset({Role.OFFICER}), 422),
    ("GET", "/api/v1/uploads/{upload_id}", None, NO_ADMIN, 422),
    ("GET", "/api/v1/uploads/{upload_id}/files/{number}", None, frozenset({Role.OFFICER, Role.CHIEF}), 404),
    ("GET", "/api/v1/shops", None, ALL, 200),
    ("GET", "/api/v1/shops/{shop_id}", None, ALL, 200),
    ("GET", "/api/v1/listings", None, ALL, 200),
    ("GET", "/api/v1/listings/{listing_id}", None, ALL, 200),
    ("GET", "/api/v1/entities/{code}", None, ALL, 200),
    ("GET", "/api/v1/runs", None, ALL, 200),
    ("GET", "/api/v1/runs/{run_id}", None, ALL, 200),
    ("GET", "/api/v1/runs/{run_id}/progress", None, ALL, 200),
    ("POST", "/api/v1/runs/{run_id}/stop", {"reason": "试"}, ACTING, 409),
    ("GET", "/api/v1/alarms", None, ALL, 200),
    ("GET", "/api/v1/alarms/{alarm_id}", None, ALL, 200),
    ("POST", "/api/v1/alarms/{alarm_id}/settlement", {"note": "已核对"}, ACTING, 409),
    ("POST", "/api/v1/alarms/{alarm_id}/assignment", {"login": "nobody"}, ACTING, 404),
    ("POST", "/api/v1/runs/{run_id}/resume", None, ACTING, 404),
    ("GET", "/api/v1/runs/{run_id}/changes", None, ALL, 200),
    ("GET", "/api/v1/schedules", None, ALL, 200),
    ("GET", "/api/v1/schedules/{schedule_id}", None, ALL, 200),
    ("POST", "/api/v1/schedules", {"target_id": "nobody", "cadence": "自适应"}, ACTING, 404),
    ("PUT", "/api/v1/schedules/{schedule_id}", {"cadence": "自适应"}, ACTING, 428),
    ("POST", "/api/v1/schedules/{schedule_id}/actions", {"action": "run_now"}, ACTING, 200),
    ("GET", "/api/v1/campaigns", None, ALL, 200),
    ("POST", "/api/v1/campaigns", CAMPAIGN, ACTING, 404),
    ("GET", "/api/v1/campaigns/{campaign_id}", None, ALL, 404),
    ("POST", "/api/v1/campaigns/{campaign_id}/end", None, ACTING, 404),
    ("GET", "/api/v1/calendar", None, ALL, 200),
    ("POST", "/api/v1/calendar", {"name": "年货节", "starts_on": "2027-01-02", "ends_on": "2027-01-01"}, ACTING, 422),
    ("GET", "/api/v1/draws", None, ALL, 200),
    ("POST", "/api/v1/draws", {"seed": "1", "count": 1, "target_id": "nobody"}, ACTING, 404),
    ("GET", "/api/v1/draws/{draw_id}", None, ALL, 404),
    ("GET", "/api/v1/target-candidates", None, ALL, 200),
    ("GET", "/api/v1/target-candidates/{candidate_id}", None, ALL, 404),
    ("POST", "/api/v1/target-candidates/{candidate_id}/actions", {"action": "ignore"}, ACTING, 404),
    ("GET", "/api/v1/occurrences", None, ALL, 200),
    ("POST", "/api/v1/occurrences/{occurrence_id}/catch-up", None, ACTING, 409),
    ("GET", "/api/v1/shops/{shop_id}/group", None, ALL, 200),
    ("POST", "/api/v1/shops/{shop_id}/group/rulings", RULING, ACTING, 428),
    ("GET", "/api/v1/cases", None, NO_ADMIN, 200),
    ("POST", "/api/v1/cases", {"shop_id": "nobody"}, ACTING, 404),
    ("GET", "/api/v1/cases/{case_id}", None, NO_ADMIN, 404),
    ("POST", "/api/v1/cases/of-leads", {"lead_ids": ["nobody"]}, ACTING, 404),
    ("GET", "/api/v1/cases/{case_id}/standing", None, NO_ADMIN, 404),
    ("POST", "/api/v1/cases/{case_id}/actions", {"action": "报请立案"}, CASE_WORK, 404),
    ("PUT", "/api/v1/cases/{case_id}/officers", {"lead": "banan", "assist": "fuze"}, CASE_WORK, 428),
    ("PUT", "/api/v1/cases/{case_id}/particulars", {"title": "案", "cause": "由"}, CASE_WORK, 428),
    ("POST", "/api/v1/cases/{case_id}/evidence", {"evidence_ids": ["nobody"]}, CASE_WORK, 428),
    ("GET", "/api/v1/cases/{case_id}/timeline", None, NO_ADMIN, 404),
    ("POST", "/api/v1/cases/{case_id}/verification", None, NO_ADMIN, 404),
    ("GET", "/api/v1/paper-forms", None, NO_ADMIN, 200),
    ("GET", "/api/v1/cases/{case_id}/papers", None, NO_ADMIN, 404),
    ("POST", "/api/v1/cases/{case_id}/papers", {"kind": "07"}, CASE_WORK, 404),
    ("GET", "/api/v1/papers/{paper_id}", None, NO_ADMIN, 404),
    ("PUT", "/api/v1/papers/{paper_id}/fields", {"fields": {}}, CASE_WORK, 428),
    ("POST", "/api/v1/papers/{paper_id}/actions", {"action": "approve"}, frozenset({Role.CHIEF}), 404),
    ("GET", "/api/v1/papers/{paper_id}/file", None, CASE_WORK, 404),
    ("GET", "/api/v1/approvals", None, frozenset({Role.CHIEF}), 200),
    ("GET", "/api/v1/statistics", None, ALL, 200),
    ("GET", "/api/v1/monitoring-reports", None, NO_ADMIN, 200),
    ("POST", "/api/v1/monitoring-reports", {"period": "昨天至今"}, NO_ADMIN, 422),
    ("GET", "/api/v1/monitoring-reports/{report_id}/file", None, NO_ADMIN, 404),
    ("GET", "/api/v1/exchange/peers", None, EXCHANGING, 200),
    ("POST", "/api/v1/exchange/peers/{code}/revocation", {"reason": "试"}, EXCHANGING, 404),
    ("POST", "/api/v1/exchange/peers/{code}/bundles", None, EXCHANGING, 404),
    ("GET", "/api/v1/exchange/bundles", None, EXCHANGING, 200),
    ("GET", "/api/v1/exchange/refusals", None, EXCHANGING, 200),
    ("POST", "/api/v1/exchange/bundles/{bundle_id}/file", None, EXCHANGING, 404),
    ("POST", "/api/v1/exchange/files", None, EXCHANGING, 422),
    ("GET", "/api/v1/exchange/matters", None, frozenset({Role.CHIEF}), 200),
    ("POST", "/api/v1/exchange/matters", MATTER, frozenset({Role.CHIEF}), 404),
    ("GET", "/api/v1/exchange/matters/{matter_id}", None, frozenset({Role.CHIEF}), 404),
    ("POST", "/api/v1/exchange/matters/{matter_id}/reply", {"state": "已接收"}, frozenset({Role.CHIEF}), 404),
    ("GET", "/api/v1/keys", None, ADMIN, 200),
    ("POST", "/api/v1/keys", KEY, ADMIN, 404),
    ("DELETE", "/api/v1/keys/{key_id}", None, ADMIN, 404),
    ("POST", "/api/v1/jobs", {"kind": "export", "subject": "shops", "format": "csv"}, ALL, 202),
    ("GET", "/api/v1/jobs", None, ALL, 200),
    ("GET", "/api/v1/jobs/{job_id}", None, ALL, 404),
    ("GET", "/api/v1/jobs/{job_id}/events", None, ALL, 404),
    ("GET", "/api/v1/jobs/{job_id}/file", None, ALL, 404),
    ("POST", "/api/v1/register/imports", None, ACTING, 422),
    ("GET", "/api/v1/audit", None, AUDITOR, 200),
    ("POST", "/api/v1/audit/verification", None, AUDITOR, 200),
    ("GET", "/api/v1/accounts", None, ADMIN, 200),
    ("POST", "/api/v1/accounts", {"login": "xinren", **FACTS}, ADMIN, 201),
    ("GET", "/api/v1/accounts/{login}", None, ADMIN, 200),
    ("PUT", "/api/v1/accounts/{login}", FACTS, ADMIN, 428),
    ("POST", "/api/v1/accounts/{login}/actions", {"action": "unlock"}, ADMIN, 200),
    ("PUT", "/api/v1/me/password", {"old": "x", "new": "y"}, ALL, 422),
    ("GET", "/api/v1/targets", None, ALL, 200),
    ("GET", "/api/v1/targets/{target_id}", None, ALL, 200),
    ("POST", "/api/v1/targets", {"urls": ["ftp://nowhere.example/"]}, ACTING, 422),
    ("PUT", "/api/v1/targets/{target_id}", {"name": "某站"}, ACTING, 428),
    ("POST", "/api/v1/targets/{target_id}/actions", {"action": "pause"}, ACTING, 412),
    ("DELETE", "/api/v1/targets/{target_id}", None, ACTING, 428),
    ("POST", "/api/v1/targets/imports", None, ACTING, 422),
    ("GET", "/api/v1/target-sheets/{name}", None, ALL, 200),
    ("GET", "/api/v1/rules", None, NO_ADMIN, 200),
    ("GET", "/api/v1/rules/{rule_id}", None, NO_ADMIN, 200),
    ("POST", "/api/v1/rules/{rule_id}/decisions", DECISION, frozenset({Role.CHIEF}), 200),
    ("GET", "/api/v1/own-rules", None, NO_ADMIN, 200),
    ("GET", "/api/v1/own-rules/{rule_id}", None, NO_ADMIN, 404),
    ("PUT", "/api/v1/own-rules/{rule_id}", OWN_RULE, DRAFTING, 200),
    ("POST", "/api/v1/own-rules/trials", OWN_RULE, DRAFTING, 200),
    ("GET", "/api/v1/watch-lists", None, NO_ADMIN, 200),
    ("GET", "/api/v1/watch-lists/{list_id}", None, NO_ADMIN, 404),
    ("POST", "/api/v1/watch-lists/{list_id}/confirmation", {"rule_id": "G21", "reason": "公告"}, DRAFTING, 428),
    ("POST", "/api/v1/watch-lists", None, DRAFTING, 422),
    ("POST", "/api/v1/watch-lists/finds", {"words": ["玛咖"]}, NO_ADMIN, 200),
    ("DELETE", "/api/v1/watch-lists/{list_id}", None, DRAFTING, 428),
    ("POST", "/api/v1/rule-packs", {"office": "市局", "rule_ids": ["Z01"]}, DRAFTING, 404),
    ("POST", "/api/v1/rule-packs/imports", None, DRAFTING, 422),
    ("GET", "/api/v1/rules/{rule_id}/examples", None, NO_ADMIN, 200),
    ("POST", "/api/v1/rules/scans", None, NO_ADMIN, 422),
    ("POST", "/api/v1/match/batches", None, ALL, 422),
    ("GET", "/api/v1/index", None, ALL, 200),
    ("GET", "/api/v1/system", None, ADMIN | AUDITOR, 200),
    ("GET", "/api/v1/shops/{shop_id}/visits", None, ALL, 200),
    ("GET", "/api/v1/listings/{listing_id}/visits", None, ALL, 200),
    ("POST", "/api/v1/lead-sets", {"lead_ids": ["nobody"]}, ACTING, 404),
    ("GET", "/api/v1/lead-sets/{set_id}", None, NO_ADMIN, 404),
    ("POST", "/api/v1/lead-sets/{set_id}/actions", {"action": "排除"}, ACTING, 404),
    ("GET", "/api/v1/lead-set-runs/{run_id}", None, NO_ADMIN, 404),
    ("POST", "/api/v1/lead-set-runs/{run_id}/undo", None, ACTING, 404),
    ("GET", "/api/v1/evidence/store", None, NO_ADMIN, 200),
    ("GET", "/api/v1/evidence/keys", None, NO_ADMIN, 200),
    ("GET", "/api/v1/evidence/trust", None, NO_ADMIN, 200),
    ("POST", "/api/v1/captures/{capture_id}/handovers", {"way": "移交", "to": " "}, CASE_WORK, 422),
    ("GET", "/api/v1/entities/{code}/history", None, ALL, 200),
    ("GET", "/api/v1/group-rulings", None, ALL, 200),
    ("POST", "/api/v1/group-rulings/{ruling_id}/withdrawal", {"reason": "试"}, ACTING, 404),
    ("GET", "/api/v1/searches", None, NO_ADMIN, 200),
    ("POST", "/api/v1/searches", {"name": "糖尿病", "text": "糖尿病"}, NO_ADMIN, 201),
    ("POST", "/api/v1/searches/{search_id}/look", None, NO_ADMIN, 404),
    ("DELETE", "/api/v1/searches/{search_id}", None, NO_ADMIN, 404),
    ("GET", "/api/v1/reviews", None, ACTING, 200),
    ("GET", "/api/v1/reviews/next", None, ACTING, 200),
    ("POST", "/api/v1/reviews/queue", None, ACTING, 200),
    ("GET", "/api/v1/reviews/{pair_id}", None, ACTING, 404),
    ("POST", "/api/v1/reviews/{pair_id}/opinions", {"answer": "same"}, ACTING, 404),
    ("GET", "/api/v1/register", None, ALL, 200),
    ("GET", "/api/v1/register/quality", None, ALL, 200),
    ("GET", "/api/v1/entities", None, ALL, 422),
    ("POST", "/api/v1/match", {"name": "杭州百草园商贸有限公司"}, ALL, 200),
    ("GET", "/api/v1/captures/{capture_id}/keeping", None, NO_ADMIN, 200),
    ("POST", "/api/v1/captures/{capture_id}/keeping", KEEPING, frozenset({Role.CHIEF}), 409),
    ("GET", "/api/v1/captures/{capture_id}/certificate", None, NO_ADMIN, 404),
    ("POST", "/api/v1/captures/{capture_id}/second", None, frozenset({Role.MONITOR, Role.OFFICER}), 422),
    ("GET", "/api/v1/captures/{capture_id}/second", None, NO_ADMIN, 200),
    ("GET", "/api/v1/captures/{capture_id}/comparison/{other_id}", None, NO_ADMIN, 404),
    ("GET", "/api/v1/evidence/kept", None, NO_ADMIN, 200),
    ("GET", "/api/v1/evidence/log", None, NO_ADMIN, 200),
    ("POST", "/api/v1/evidence/page-proofs", PROOF, frozenset({Role.OFFICER, Role.CHIEF}), 404),
    ("DELETE", "/api/v1/session", None, ALL, 204),
]


def address(path: str, ids: dict[str, str], method: str = "PUT") -> str:
    own = "own-rules" in path
    return path.format(
        lead_id=ids["lead"],
        capture_id="capture_fail" if path.endswith("/second") else "capture_hz",
        upload_id="capture_hz",
        number=1,
        shop_id=ids["hangzhou"],
        listing_id=ids["hangzhou_listing"],
        code="91330106MA2CCEX21A",
        run_id="run_of_nobody" if path.endswith("/resume") else "run_jishi",
        schedule_id="schedule_jishi",
        alarm_id="alarm_jishi",
        occurrence_id=ids["done"],
        case_id="case_of_nobody",
        paper_id="paper_of_nobody",
        key_id="key_of_nobody",
        report_id="report_of_nobody",
        job_id="job_of_nobody",
        login="banan",
        target_id="target_jishi",
        rule_id=("Z97" if method == "PUT" else "Z96") if own else "A01",
        list_id="list_of_nobody",
        search_id="search_of_nobody",
        pair_id="pair_of_nobody",
        other_id="capture_of_nobody",
        name="template.csv",
        campaign_id="campaign_of_nobody",
        draw_id="draw_of_nobody",
        set_id="set_of_nobody",
        candidate_id="candidate_of_nobody",
        bundle_id="bundle_of_nobody",
        matter_id="matter_of_nobody",
        ruling_id="ruling_of_nobody",
    )


@pytest.mark.parametrize("role", [*Role, None], ids=[*LOGINS.values(), "nobody"])
def test_each_route_opens_for_exactly_its_roles(quiet_office, client_of, role):
    client = client_of(quiet_office, LOGINS.get(role, ""))
    for method, path, body, allowed, status in MATRIX:
        headers = {"If-Match": '"1"'} if path.endswith("/actions") else {}
        answer = client.request(method, address(path, quiet_office.ids, method), json=body, headers=headers)
        expected = status if role in allowed else 401 if role is None else 403
        assert answer.status_code == expected, (role, method, path, answer.status_code, answer.text[:300])
        if expected >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            problem = Problem.model_validate_json(answer.text)
            assert problem.status == expected
            assert problem.title
            assert problem.detail


def test_matrix_knows_every_route_of_the_description(quiet_office, client_of):
    described = {
        (method.upper(), path)
        for path, operations in client_of(quiet_office, "").get("/api/v1/openapi.json").json()["paths"].items()
        for method in operations
    }
    tried = {(method, path) for method, path, *_ in MATRIX} | {("POST", "/api/v1/session")}
    assert described == tried


def test_every_change_without_the_token_is_refused(quiet_office, client_of):
    client = client_of(quiet_office, "banan")
    del client.headers["X-CSRF-Token"]
    changes = [(method, path, body) for method, path, body, *_ in MATRIX if method != "GET"]
    assert len(changes) == 77
    for method, path, body in changes:
        answer = client.request(method, address(path, quiet_office.ids), json=body, headers={"If-Match": '"1"'})
        assert answer.status_code == 403, (method, path)
        assert answer.json()["type"] == "urn:wangjian:problem:permission-refused"
    assert client.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_every_change_from_another_site_is_refused(quiet_office, client_of, origin):
    client = client_of(quiet_office, "banan")
    for method, path, body, *_ in MATRIX:
        if method != "GET":
            answer = client.request(
                method, address(path, quiet_office.ids), json=body, headers={"If-Match": '"1"', "Origin": origin}
            )
            assert answer.status_code == 403, (method, path)
    answer = client.post("/api/v1/session", json={"login": "banan", "password": "x"}, headers={"Origin": origin})
    assert answer.status_code == 403
