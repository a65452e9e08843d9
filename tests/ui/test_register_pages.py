"""登记库 in the console: imports, what offices are to correct, and a check begun at the page."""

from __future__ import annotations

import pytest

from offices.audit import AuditAction
from records.quality import QualityCheck, QualityProblem
from records.quality_tasks import QualityTask, TaskEvent, TaskState

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def office(quiet_office):
    """One office for the module: each test leaves what the others rely on as it found it."""
    return quiet_office


def _tasks(office):
    """Three problems: two of Hangzhou, one of them corrected, and one of Chengdu."""
    now = office.services.clock()

    def task(name, code, state, **told):
        problem = QualityProblem(
            problem_id=name, check=QualityCheck.PHONE, field="phone", code="91330106MA2CCEX21A", name=f"企业{name}",
            source="样本", office_code=code, office=f"{code}局", **told,
        )  # fmt: skip
        steps = [TaskEvent(state=TaskState.OPEN, at=now)]
        steps += [TaskEvent(state=state, at=now)] if state is not TaskState.OPEN else []
        return QualityTask(problem=problem, state=state, events=tuple(steps))

    made = [
        task("p1", "330106", TaskState.OPEN, value="13812345678", sentence=f"电话 13812345678 位数不对{HOSTILE}"),
        task("p2", "330106", TaskState.CORRECTED, sentence="电话缺失"),
        task("p3", "510104", TaskState.REMAINS, sentence="电话缺失"),
    ]
    office.services.quality.renew(lambda known: made)


@pytest.mark.parametrize(("login", "status"), [("guanli", 200), ("shenji", 200), ("banan", 200), ("", 303)])
def test_who_reads_the_survey_sees_the_register(quiet_office, client_of, login, status):
    assert client_of(quiet_office, login).get("/register").status_code == status


def test_problems_stand_by_office_state_and_month_masked(office, client_of):
    _tasks(office)
    client = client_of(office)
    page = client.get("/register").text
    assert "330106局" in page and "510104局" in page and "2026-11" in page
    assert "13812345678" not in page and "138****5678" in page and HOSTILE not in page
    chosen = client.get("/register?state=仍未改正").text
    assert "企业p3" in chosen and "企业p1" not in chosen
    chosen = client.get("/register?office=3301").text
    assert "企业p1" in chosen and "企业p3" not in chosen
    assert "没有符合的问题" in client.get("/register?office=99").text
    assert client.get("/register?office=x&state=y").status_code == 200


def test_problems_of_other_regions_are_not_there(office, client_of):
    _tasks(office)
    page = client_of(office, "hangzhou").get("/register").text
    assert "企业p1" in page and "企业p3" not in page and "510104局" not in page
    assert "企业p3" not in client_of(office, "hangzhou").get("/register?office=51").text


def test_check_is_begun_and_its_result_stays(office, client_of, csrf):
    client = client_of(office)
    assert "还没有在此检查过" in client.get("/register").text
    refused = client_of(office, "shenji")
    assert "现在检查</button>" not in refused.get("/register").text
    assert refused.post("/register/check", data={"csrf_token": csrf(refused)}).status_code == 403
    begun = client.post("/register/check", data={"csrf_token": csrf(client)})
    assert begun.headers["location"] == "/register?done=begun"
    office.bench.wait()
    total = office.services.register.stats().total
    assert f"检查 {total} 个主体" in client.get("/register").text
    events = [one for one in office.services.audit.audit() if one.action == AuditAction.QUALITY_CHECKED]
    assert [one.actor for one in events] == ["banan"]
