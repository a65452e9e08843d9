"""Evidence after it was made: ordered with clicks, held and destroyed by two persons, proved, looked through."""

from __future__ import annotations

from datetime import timedelta

import pytest

from offices.accounts import NewAccount, create_account
from offices.audit import AuditAction
from records.evidence import CustodyAction
from records.people import Role
from records.wanted_captures import WantedCapture, WantedPurpose, WantedState

PASSWORD = "Shuang-Sui-2026"
HOSTILE = "<script>alert(1)</script>"


def _send(client, token_of, path, **form):
    return client.post(path, data={"csrf_token": token_of(client), **form})


def _page(office):
    return next(iter(office.services.survey.pages("run_jishi"))).page_id


def _old(office):
    """A capture whose time of retention is over."""
    services = office.services
    capture = services.evidence.capture("capture_hz")
    long_ago = services.clock() - timedelta(days=3700)
    package = services.blobs.put(b"a package of its own")
    kept = capture.model_copy(
        update={"capture_id": "capture_old", "package": package, "started_at": long_ago, "finished_at": long_ago}
    )
    services.evidence.save_capture(kept)
    return kept


def test_capture_is_ordered_with_what_is_to_be_clicked_open(office, client_of, csrf):
    client = client_of(office)
    assert client.get(f"/evidence/new?lead={office.ids['lead']}").text.count('name="click"') == 5
    answer = _send(client, csrf, "/evidence/new", url="http://market.example/x", click=["营业执照", "", "css=#all"])
    assert answer.headers["location"].startswith("/evidence/capture_")
    assert office.preserver.asked == ["http://market.example/x"]
    assert office.preserver.clicks == ("text=营业执照", "css=#all")


def test_order_that_cannot_be_made_is_explained_and_kept(office, client_of, csrf):
    client = client_of(office)
    for form, said in (
        ({"url": ""}, "没有写网址"),
        ({"url": "ftp://market.example/x"}, "没有开始固证"),
        ({"url": "http://market.example/", "click": ["css="]}, "点击展示的写法不对"),
        ({"url": "http://market.example/", "click": [f"第{n}处" for n in range(6)]}, "最多 5 处"),
    ):
        answer = _send(client, csrf, "/evidence/new", **form)
        assert answer.status_code == 422 and said in answer.text
        assert f'value="{form["url"]}"' in answer.text
    assert office.preserver.asked == []


@pytest.mark.parametrize(
    ("login", "statuses"),
    [
        ("jiancha", (200, 403, 200, 200)),
        ("fuze", (403, 200, 200, 200)),
        ("shenji", (403, 403, 200, 200)),
        ("guanli", (403, 403, 403, 403)),
        ("", (303, 303, 303, 303)),
    ],
)
def test_each_role_sees_its_pages(quiet_office, client_of, login, statuses):
    client = client_of(quiet_office, login)
    paths = ("/evidence/new", "/evidence/prove", "/evidence/probes", "/evidence/keeping")
    assert tuple(client.get(path).status_code for path in paths) == statuses


def test_hold_is_lifted_by_another_person_only(office, client_of, csrf):
    officer, chief = client_of(office), client_of(office, "fuze")
    path = "/evidence/capture_hz"
    assert _send(officer, csrf, f"{path}/keep", action="hold", reason=" ").status_code == 422
    done = _send(officer, csrf, f"{path}/keep", action="hold", reason=f"行政复议中{HOSTILE}")
    assert done.headers["location"] == f"{path}?done=hold"
    page = officer.get(path).text
    assert "已冻结" in page and HOSTILE not in page and "&lt;script&gt;" in page
    assert "须由冻结人以外的负责人办理" in page
    assert _send(officer, csrf, f"{path}/keep", action="release", reason="结束").status_code == 403
    assert _send(chief, csrf, f"{path}/keep", action="ask", reason="期满").status_code == 409
    assert _send(chief, csrf, f"{path}/keep", action="release", reason="复议结束").status_code == 303
    again = _send(chief, csrf, f"{path}/keep", action="hold", reason="诉讼")
    assert again.status_code == 303
    refused = _send(chief, csrf, f"{path}/keep", action="release", reason="不再需要")
    assert refused.status_code == 409 and "冻结人以外" in refused.text and "wangjian" not in refused.text
    actions = [event.action for event in office.services.evidence.custody("capture_hz")]
    assert [one for one in actions if one is not CustodyAction.VIEWED] == ["冻结", "解除冻结", "冻结"]


def test_two_persons_destroy_and_a_certificate_stays(office, client_of, csrf):
    capture, officer, chief = _old(office), client_of(office), client_of(office, "fuze")
    path = "/evidence/capture_old"
    assert _send(officer, csrf, "/evidence/capture_hz/keep", action="ask", reason="期满").status_code == 409
    assert _send(officer, csrf, f"{path}/keep", action="ask", reason="档案管理办法第九条").status_code == 303
    assert "待批准销毁" in chief.get("/evidence/keeping").text
    assert _send(officer, csrf, f"{path}/keep", action="destroy", reason="同意").status_code == 403
    assert office.services.blobs.holds(capture.package.sha256)
    assert "批准销毁" in chief.get(path).text
    assert _send(chief, csrf, f"{path}/keep", action="destroy", reason="同意销毁").status_code == 303
    assert not office.services.blobs.holds(capture.package.sha256)
    page = officer.get(path).text
    assert "已销毁" in page and ">核验</button>" not in page and "/package" not in page
    shown = officer.get(f"{path}/certificate").text
    assert "档案管理办法第九条" in shown and "fuze" in shown and "banan" in shown
    assert b'"approved_by":"fuze"' in officer.get(f"{path}/certificate.json").content
    assert officer.get("/evidence/capture_hz/certificate").status_code == 404
    kept = [event for event in office.services.audit.audit() if event.action == AuditAction.EVIDENCE_KEPT]
    assert [event.actor for event in kept] == ["banan", "fuze"]


def test_who_asked_cannot_approve_though_he_is_chief(office, client_of, csrf):
    _old(office)
    chief = client_of(office, "fuze")
    _send(chief, csrf, "/evidence/capture_old/keep", action="ask", reason="期满")
    assert 'value="destroy"' not in chief.get("/evidence/capture_old").text
    assert _send(chief, csrf, "/evidence/capture_old/keep", action="destroy", reason="同意").status_code == 409


def test_evidence_of_another_region_is_not_there_for_any_act(office, client_of, csrf):
    wanted = NewAccount(
        login="hzban", name="杭办", roles=(Role.OFFICER, Role.CHIEF), password=PASSWORD, region_code="33"
    )
    create_account(office.services.accounts, wanted)
    client = client_of(office, "hzban")
    assert _send(client, csrf, "/evidence/capture_cd/keep", action="hold", reason="试").status_code == 404
    assert _send(client, csrf, "/evidence/capture_cd/second").status_code == 404
    assert client.get("/evidence/capture_cd/certificate").status_code == 404
    assert client.get("/evidence/compare?first=capture_hz&second=capture_cd").status_code == 404
    assert client.get("/evidence/compare?first=capture_cd").status_code == 404
    answer = _send(client, csrf, "/evidence/prove", page=_page(office), reason="试")
    assert answer.status_code == 422 and "没有这条监测页面" in answer.text


def test_second_capture_is_asked_once_and_shown(office, client_of, csrf):
    client = client_of(office)
    path = "/evidence/capture_hz"
    assert _send(client, csrf, f"{path}/second").headers["location"] == f"{path}?done=second"
    (asked,) = office.services.wanted_captures.wanted(office.ids["lead"])
    assert (asked.purpose, asked.second_of, asked.state) == (WantedPurpose.SECOND, "capture_hz", WantedState.WAITING)
    again = _send(client, csrf, f"{path}/second")
    assert again.status_code == 409 and "尚未完成" in again.text
    assert "等待固证" in client.get(path).text
    assert _send(client, csrf, "/evidence/capture_fail/second").status_code == 409


def test_captures_that_do_not_verify_are_not_compared(office, client_of):
    client = client_of(office)
    assert "capture_cd" in client.get("/evidence/compare?first=capture_hz").text
    answer = client.get("/evidence/compare?first=capture_hz&second=capture_cd")
    assert answer.status_code == 422 and "不予比对" in answer.text
    assert client.get("/evidence/compare").status_code == 404


def test_probes_tell_what_was_normal_and_what_was_not(office, client_of):
    now = office.services.clock()
    told = (("p1", WantedState.DONE, ""), ("p2", WantedState.DONE, f"探针异常：{HOSTILE}"))
    for name, state, problem in told:
        one = WantedCapture(
            wanted_id=name, lead_id="", url=f"https://{name}.example/", why="探针", purpose=WantedPurpose.PROBE,
            asked_at=now, not_before=now, state=WantedState.WAITING,
        )  # fmt: skip
        office.services.wanted_captures.want([one])
        taken = office.services.wanted_captures.take(now=now, until=now + timedelta(minutes=1))
        ended = {"state": state, "problem": problem, "ended_at": now, "capture_id": "capture_hz"}
        office.services.wanted_captures.settle(taken.model_copy(update=ended))
    page = client_of(office).get("/evidence/probes").text
    assert "正常</span>" in page and "异常</span>" in page and HOSTILE not in page
    assert "已不再固证" in page


def test_look_through_everything_is_begun_once_and_its_result_stays(office, client_of, csrf):
    client = client_of(office, "shenji")
    assert "还没有核查过" in client.get("/evidence/keeping").text
    assert _send(client, csrf, "/evidence/keeping/audit").headers["location"] == "/evidence/keeping?done=begun"
    office.bench.wait()
    page = client.get("/evidence/keeping").text
    assert "有问题" in page and "shenji" in page, "the seeded packages are none"
    assert "没有设定，固证均为待加戳" in page and "网鉴测试单位" in page
    scoped = client_of(office, "hangzhou").get("/evidence/keeping").text
    assert "项问题" in scoped and "capture_cd" not in scoped


def test_page_without_archive_is_not_proved_and_the_form_is_kept(office, client_of, csrf):
    client = client_of(office)
    answer = _send(client, csrf, "/evidence/prove", page=_page(office), reason="举证")
    assert answer.status_code == 422 and "没有存档" in answer.text and 'value="举证"' in answer.text
    assert _send(client, csrf, "/evidence/prove", page="https://nobody.example/", reason="x").status_code == 422
    assert "须写明" in _send(client, csrf, "/evidence/prove", page="page_1", reason="").text
    assert _send(client_of(office, "jiancha"), csrf, "/evidence/prove", page="p", reason="x").status_code == 403
