"""Long work over the API: accepted, followed to its end, its file fetched by who asked for it, honest after a restart."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from evidence.preserving import recover_interrupted
from records.jobs import Job, JobKind, JobState
from wangjian.job_works import JobWorks
from wangjian.settings import Settings

EXPORT = {"kind": "export", "subject": "leads", "format": "csv"}


def begin(client, wish):
    answer = client.post("/api/v1/jobs", json=wish)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/api/v1/jobs/{answer.json()['job_id']}"
    return answer.headers["location"]


def stream(client, path, **headers):
    """Every event of the stream until the server ends it: (event, id, data)."""
    answer = client.get(f"{path}/events", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    found = []
    for block in answer.text.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":") and ": " in line)
        if fields:
            found.append((fields["event"], int(fields["id"]), json.loads(fields["data"])))
    return found


def done(client, wish):
    """Ask, follow to the end, and give the job."""
    path = begin(client, wish)
    assert stream(client, path)[-1][0] == "end"
    return client.get(path).json()


def test_job_tells_each_step_once_and_ends_its_stream(office, client_of):
    client = client_of(office)
    path = begin(client, EXPORT)
    events = stream(client, path)
    assert [one[0] for one in events] == ["progress", "progress", "progress", "end"]
    assert [one[1] for one in events[:3]] == [1, 2, 3]
    assert [one[2]["text"] for one in events[:3]] == ["已受理", "开始", "完成"]
    assert events[-1][2]["state"] == "done"
    resumed = stream(client, path, **{"Last-Event-ID": "2"})
    assert [(one[0], one[1]) for one in resumed] == [("progress", 3), ("end", 3)]
    assert client.get(path).json() == events[-1][2]


def test_export_holds_ones_region_masked_and_says_what_it_is(office, client_of):
    client = client_of(office, "hangzhou")
    job = done(client, {**EXPORT, "format": "csv", "subject": "shops"})
    file = client.get(f"/api/v1/jobs/{job['job_id']}/file")
    assert file.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert len(rows) == int(job["result"]["rows"]) == client.get("/api/v1/shops").json()["total"]
    assert "蜀味坊" not in file.text
    assert "13812345678" not in file.text
    assert "取任务文件" in [event.action for event in office.services.audit.audit()]
    (office.services.data_dir / "jobs" / job["job_id"] / job["result"]["file"]).unlink()  # on another console's disk
    assert "不在这台控制台上" in client.get(f"/api/v1/jobs/{job['job_id']}/file").text


def test_workbook_carries_question_count_and_no_formula(office, client_of):
    client = client_of(office)
    filters = {"severity": ["high"]}
    job = done(client, {"kind": "export", "subject": "leads", "format": "xlsx", "filters": filters})
    file = client.get(f"/api/v1/jobs/{job['job_id']}/file")
    book = load_workbook(io.BytesIO(file.content))
    about = dict(book["说明"].iter_rows(values_only=True))
    wanted = client.get("/api/v1/leads", params={"severity": "high"}).json()["total"]
    assert about["条数"] == job["result"]["rows"] == str(wanted)
    assert (about["筛选"], about["内容"]) == ("级别：高", "线索") and "T" not in about["读取时间（北京时间）"]
    headings, first = (row for _, row in zip(range(2), book["导出"].iter_rows(values_only=True), strict=False))
    assert not any(name.isascii() for name in headings), "people read a workbook"
    assert first[headings.index("级别")] == "高" and "{" not in first[headings.index("建议承办机关")]
    assert len(list(book["导出"].iter_rows())) == wanted + 1
    assert all(cell.data_type == "s" for row in book["导出"].iter_rows() for cell in row if cell.value)
    for subject in ("shops", "listings"):
        other = done(client, {"kind": "export", "subject": subject, "format": "xlsx"})
        table = load_workbook(io.BytesIO(client.get(f"/api/v1/jobs/{other['job_id']}/file").content))["导出"]
        assert not any(cell.value.isascii() for cell in next(table.iter_rows()))


def test_job_and_its_file_are_nobody_elses(office, client_of):
    job = done(client_of(office), EXPORT)
    path = f"/api/v1/jobs/{job['job_id']}"
    for login in ("jiancha", "fuze", "shenji"):
        other = client_of(office, login)
        assert {other.get(f"{path}{part}").status_code for part in ("", "/events", "/file")} == {404}
        assert other.get("/api/v1/jobs").json()["total"] == 0
    manager = client_of(office, "guanli")
    assert manager.get(path).status_code == 200
    assert manager.get(f"{path}/file").status_code == 404


def test_register_file_is_imported_and_its_bad_rows_come_back(office, client_of):
    client = client_of(office)
    table = "统一社会信用代码,名称\n91110000600037341L,北京百度网讯科技有限公司\n不是代码,某店\n"
    sent = client.post(
        "/api/v1/register/imports", files={"file": ("登记.csv", table.encode(), "text/csv")}, data={"source": "市局"}
    )
    assert sent.status_code == 202, sent.text
    stream(client, sent.headers["location"])
    job = client.get(sent.headers["location"]).json()
    assert (job["state"], job["result"]["added"], job["result"]["refused"]) == ("partial", "1", "1")
    assert client.get("/api/v1/entities/91110000600037341L").json()["name"] == "北京百度网讯科技有限公司"
    assert len(client.get(f"{sent.headers['location']}/file").content) > 0


@pytest.mark.parametrize(
    ("files", "data"),
    [
        ({"file": ("登记.exe", b"x")}, {"source": "市局"}),
        ({"file": ("登记.csv", b"x")}, {}),
        ({"other": ("登记.csv", b"x")}, {"source": "市局"}),
        ({"file": ("登记.csv", b"x")}, {"source": "市局", "profile": "/etc/passwd.toml"}),
    ],
)
def test_register_file_that_cannot_be_one_is_refused_at_once(quiet_office, client_of, files, data):
    answer = client_of(quiet_office).post("/api/v1/register/imports", files=files, data=data)
    assert answer.status_code == 422
    assert answer.json()["cure"]


def test_index_is_rebuilt_by_who_manages_the_system_and_nobody_else(office, client_of):
    job = done(client_of(office, "guanli"), {"kind": "index_rebuild"})
    assert job["state"] == "done"
    assert int(job["result"]["documents"]) > 10
    assert client_of(office).post("/api/v1/jobs", json={"kind": "index_rebuild"}).status_code == 403


def test_register_is_checked_and_evidence_looked_through(office, client_of):
    client = client_of(office)
    assert int(done(client, {"kind": "register_check"})["result"]["entities"]) == 3
    audit = done(client, {"kind": "evidence_audit"})
    assert audit["state"] in ("done", "failed")
    assert audit["result"]["seed"]
    said = [event.action for event in office.services.audit.audit()]
    assert {"检查登记库", "核查证据", "交办后台任务"} <= set(said)


def test_work_on_what_is_not_there_fails_and_says_why(office, client_of):
    job = done(client_of(office, "hangzhou"), {"kind": "evidence_verify", "capture_ids": ["capture_cd"]})
    assert job["state"] == "failed"
    assert "没有这条证据" in job["problem"]


def test_capture_is_followed_as_a_job(office, client_of):
    client = client_of(office)
    begun = client.post("/api/v1/captures", json={"url": "http://market.example/x"})
    job = client.get(begun.headers["location"]).json()
    assert (job["kind"], job["state"]) == ("capture", "running")
    recover_interrupted(office.services.evidence, clock=office.services.clock)
    ended = stream(client, begun.headers["location"])[-1][2]
    assert ended["state"] == "interrupted"
    assert ended["result"]["capture_id"] == begun.json()["capture_id"]


def left_behind(office, job_id="job_left", **more):
    account = office.services.accounts.account_by_login("banan")
    job = Job(
        job_id=job_id,
        kind=JobKind.SURVEY,
        account_id=account.account_id,
        login="banan",
        process="of-a-dead-one",
        asked_at=office.services.clock(),
        **more,
    )
    office.services.jobs.add_job(job)
    return job


def test_job_of_a_process_that_died_says_that_it_was_interrupted(office, client_of):
    left_behind(office, state=JobState.RUNNING)
    left_behind(office, "job_waited")
    works = JobWorks(office.services, Settings(data_dir=office.services.data_dir))
    assert len(works.recover()) == 2
    for job_id in ("job_left", "job_waited"):
        events = stream(client_of(office), f"/api/v1/jobs/{job_id}")
        assert events[-1][2]["state"] == "interrupted"
        assert "服务在任务完成前停止" in events[-1][2]["problem"]
    assert works.recover() == ()


def test_job_that_is_closed_on_is_interrupted_and_never_done_after_all(office):
    works = JobWorks(office.services, Settings(data_dir=office.services.data_dir), lanes=0)
    job = left_behind(office).model_copy(update={"process": works.process, "job_id": "job_mine"})
    office.services.jobs.add_job(job)
    works.begin(job)
    works.close()
    assert office.services.jobs.job("job_mine").state is JobState.INTERRUPTED
    works._do("job_mine")
    assert office.services.jobs.job("job_mine").state is JobState.INTERRUPTED
    assert office.services.jobs.job("job_left").state is JobState.WAITING


def test_crash_in_the_work_ends_the_job_and_not_the_lane(office, client_of):
    services = replace(office.services, index=None)
    works = JobWorks(services, Settings(data_dir=services.data_dir))
    job = left_behind(office).model_copy(update={"kind": JobKind.INDEX_REBUILD, "job_id": "job_bad"})
    office.services.jobs.add_job(job)
    works.begin(job)
    assert stream(client_of(office), "/api/v1/jobs/job_bad")[-1][2]["state"] == "failed"
    assert "未预料的错误" in office.services.jobs.job("job_bad").problem
