"""监测对象 in the console: what fares ill is said, and what belongs to another region is not there."""

from __future__ import annotations

import pytest

from offices.accounts import NewAccount, create_account
from records.people import Role
from records.survey import Target, TargetKind

HOSTILE = "<script>alert(1)</script>"


@pytest.mark.parametrize(("login", "status"), [("guanli", 200), ("shenji", 200), ("banan", 200), ("", 303)])
def test_who_reads_the_survey_sees_targets(quiet_office, client_of, login, status):
    assert client_of(quiet_office, login).get("/targets").status_code == status


def test_target_tells_its_last_visits_schedules_and_samples(quiet_office, client_of):
    client = client_of(quiet_office)
    targets = {one.name: one for one in quiet_office.services.survey.targets()}
    page = client.get("/targets").text
    assert page.count("data-row") == len(targets) and "须查看" in page
    market = quiet_office.services.schedules.schedule("schedule_jishi").target_id
    shown = client.get(f"/targets/{market}").text
    assert "/schedules/schedule_jishi" in shown and "立即采集" in shown and "/runs/run_jishi" in shown
    assert "/listings/" in shown and "下次到期" in shown
    assert "立即采集" not in client_of(quiet_office, "shenji").get(f"/targets/{market}").text
    assert client.get("/targets/keines").status_code == 404


def test_targets_are_found_by_words_and_state(office, client_of):
    created = office.services.clock()
    for number in range(51):
        office.services.survey.save_target(
            Target(
                target_id=f"t{number:02}", name=f"批量{number:02}{HOSTILE}", kind=TargetKind.SITE,
                seeds=(f"http://t{number}.example/",), created_at=created,
            )
        )  # fmt: skip
    client = client_of(office)
    first = client.get("/targets?q=批量").text
    assert first.count("data-row") == 50 and HOSTILE not in first and "未采过" in first
    assert "批量50" in client.get("/targets?q=批量&offset=50").text
    assert client.get("/targets?q=T7.EXAMPLE").text.count("data-row") == 1
    assert "没有符合的监测对象" in client.get("/targets?q=查无").text
    assert client.get("/targets?state=retired").text.count("data-row") == 0
    assert client.get("/targets?offset=-5").status_code == 200


def test_target_of_another_region_is_not_there(quiet_office, client_of):
    wanted = NewAccount(
        login="chengdu", name="成都", roles=(Role.MONITOR,), password="Shuang-Sui-2026", region_code="5101"
    )  # fmt: skip
    create_account(quiet_office.services.accounts, wanted)
    hangzhou = quiet_office.services.schedules.schedule("schedule_duli").target_id
    for login, status in (("hangzhou", 200), ("chengdu", 404)):
        client = client_of(quiet_office, login)
        assert client.get(f"/targets/{hangzhou}").status_code == status
        assert (f'href="/targets/{hangzhou}"' in client.get("/targets").text) == (status == 200)


def test_target_is_registered_with_its_cadence_and_others_from_a_table(office, client_of, csrf):
    client = client_of(office)
    assert 'action="/targets/import"' in client.get("/targets").text
    assert 'action="/targets/import"' not in client_of(office, "shenji").get("/targets").text
    form = {"url": "https://tea.example.cn/", "name": f"茶{HOSTILE}", "kind": "site", "cadence": "每天 03:30"}

    def send(**words: str):
        return client.post("/targets", data={**form, "csrf_token": csrf(client), **words})

    for words, says in (
        ({"url": " "}, "没有写网址"),
        ({"url": "不是网址"}, "网址"),
        ({"cadence": "每天 99:99"}, "周期"),
        ({"url": "ftp://tea.example.cn/"}, "ftp"),
    ):
        answer = send(**words)
        assert (answer.status_code, "没有登记" in answer.text, says in answer.text) == (422, True, True), words
    assert client_of(office, "shenji").post("/targets", data=form).status_code == 403
    page = client.get(send().headers["location"]).text
    assert HOSTILE not in page and "03:30" in page
    assert "没有登记" in send().text
    table = "网址,名称\nhttps://one.example.cn/,一\n不是网址,二\n"
    sent = {"data": {"csrf_token": csrf(client)}, "files": {"file": ("对象.csv", table.encode())}}
    read = client.post("/targets/import", **sent).text
    assert "新增 1" in read and "退回 1" in read and "第 3 行" in read
    garbage = {**sent, "files": {"file": ("对象.xlsx", b"\x00garbage")}}
    assert client.post("/targets/import", **garbage).status_code == 422
