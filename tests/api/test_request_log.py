"""What officers do through the door is told by request, without what they typed or who they are."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from records.jobs import Job, JobKind, JobState
from wangjian.job_works import JobWorks
from wangjian.logs import set_up_logging
from wangjian.request_log import RequestLog
from wangjian.settings import load_settings

SECRETS = ("geheimes-wort-77", "13912345678", "110101199003078515", "wj_AbCdEf123456789")


class _Heard(io.StringIO):
    """Lines, and a way to wait for one."""

    def __init__(self) -> None:
        super().__init__()
        import threading

        self.ended = threading.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        if "job_ended" in text:
            self.ended.set()
        return written


@pytest.fixture
def heard() -> Iterator[_Heard]:
    before, handlers, level = structlog.get_config(), logging.getLogger().handlers[:], logging.getLogger().level
    stream = _Heard()
    set_up_logging("debug", stream=stream)
    yield stream
    structlog.configure(**before)
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)


def _lines(heard: _Heard) -> list[dict]:
    return [json.loads(line) for line in heard.getvalue().splitlines()]


def test_acts_leave_lines_without_what_was_typed(office, client_of, heard: _Heard):
    from fastapi.testclient import TestClient

    client = TestClient(RequestLog(office.app), base_url="http://127.0.0.1", raise_server_exceptions=False)
    given = {"login": "13912345678", "password": "geheimes-wort-77"}
    answer = client.post("/api/v1/session", json=given, headers={"X-Request-ID": "req-0001-of-test"})
    assert answer.status_code == 401
    client.get("/api/v1/leads", params={"q": "110101199003078515 13912345678"})
    client.get("/api/v1/leads", headers={"Authorization": "Bearer wj_AbCdEf123456789"})
    client.post("/login", data=given, headers={"X-Request-ID": "bad id\t"})
    client.get("/register/13912345678")
    requests = [line for line in _lines(heard) if line["event"] == "request"]
    assert len(requests) == 5
    assert requests[0]["request_id"] == "req-0001-of-test" and requests[0]["status"] == 401
    assert len({line["request_id"] for line in requests}) == 5
    assert not [secret for secret in SECRETS if secret in heard.getvalue()]
    failed = next(event for event in office.services.audit.audit() if event.request_id == "req-0001-of-test")
    assert failed.action == "登录失败"


def test_job_carries_the_request_that_asked_for_it(office, heard: _Heard):
    services = office.services
    works = JobWorks(services, load_settings(data_dir=services.data_dir), lanes=1)
    account = services.accounts.account_by_login("banan")
    job = Job(
        job_id="job_1", kind=JobKind.INDEX_REBUILD, state=JobState.WAITING, account_id=account.account_id,
        login="banan", process=works.process, asked_at=services.clock(),
    )  # fmt: skip
    services.jobs.add_job(job)
    with structlog.contextvars.bound_contextvars(request_id="req-0002-of-test"):
        works.begin(job)
    assert heard.ended.wait(30)
    ended = next(line for line in _lines(heard) if line["event"] == "job_ended")
    assert (ended["request_id"], ended["job_id"], ended["kind"]) == ("req-0002-of-test", "job_1", "index_rebuild")
