"""Archives and leads past their time are destroyed by two persons; what somebody needs stays, and what went is told."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from records.audit_search import AuditQuery
from records.disposals import DisposalCertificate, DisposalState, DisposalWish, RetentionClass
from records.errors import ConflictError, ExitCode, InvalidInputError, NotFoundError, PermissionRefusedError
from records.leads import Case, LeadState
from records.people import Account, Role
from records.search import SearchKind
from tests.contracts import makers as make
from tests.wangjian.test_logging_pages import surveyed
from wangjian.auditing import audit_everything
from wangjian.cli.archiving import archive_verify, survey_page
from wangjian.disposing import Disposing
from wangjian.indexing import catch_up
from wangjian.settings import RetentionSettings, load_settings
from wangjian.wiring import open_services, utc_now

ROLES = {"ban": Role.OFFICER, "fu": Role.CHIEF, "zheng": Role.CHIEF, "shen": Role.AUDITOR}
CRAWL, LEAD = RetentionClass.CRAWL, RetentionClass.LEAD


class Later:
    """A clock that can be put on."""

    ahead = timedelta(0)

    def __call__(self):
        return utc_now() + self.ahead


@pytest.fixture
def office(tmp_path: Path):
    """Two pages in an archive, a closed lead with an event and a finding of its own; all past its time."""
    short = {"retention": RetentionSettings(crawl_days=90, lead_days=365)}
    settings, clock = load_settings(data_dir=tmp_path / "data").model_copy(update=short), Later()
    with open_services(settings, clock=clock) as services:
        surveyed(services, 2)
        services.exchange.take_shop(make.shop())
        services.leads.save_findings([make.finding()])
        services.leads.save_lead(make.lead(state=LeadState.CLOSED), make.lead_event(), expected_version=0)
        catch_up(services)
        clock.ahead = timedelta(days=500)
        yield services, Disposing(services, settings)


def _wish(login: str, reason: str = "留存期满") -> DisposalWish:
    account = Account(account_id=login, login=login, name=login, roles=(ROLES[login],), password_hash="-")
    return DisposalWish(account=account, origin="测试", reason=reason)


def _archive(services) -> Path:
    return next((services.data_dir / "archive").rglob("*.warc.gz"))


def test_archive_is_destroyed_by_two_persons_and_every_look_knows_it(office, capsys) -> None:
    services, desk = office
    path, size = _archive(services), _archive(services).stat().st_size
    asked = desk.ask(CRAWL, (), _wish("ban"))
    assert path.is_file() and asked.state is DisposalState.ASKED
    done = desk.approve(asked.disposal_id, _wish("fu", "同意"))
    assert not path.exists() and done.state is DisposalState.DONE
    (gone,) = done.destroyed
    assert (gone.size_bytes, done.left) == (size, ())
    certificate = DisposalCertificate.model_validate_json(services.blobs.get(done.certificate_sha256))
    assert (certificate.items, certificate.asked_by, certificate.approved_by) == (done.destroyed, "ban", "fu")
    assert audit_everything(services, full=True).problems == ()
    assert archive_verify(data_dir=services.data_dir) == ExitCode.DONE
    said = capsys.readouterr().out
    day = certificate.approved_at.astimezone(ZoneInfo("Asia/Shanghai")).date()
    assert "1 个文件已依证书销毁" in said and "网页 2 页" in said
    assert f"销毁证书 {done.disposal_id}，{day}，SHA-256 {done.certificate_sha256}" in said
    with pytest.raises(NotFoundError, match=f"{day} 依销毁证书 {done.disposal_id} 销毁"):
        survey_page(next(iter(services.survey.pages("run-1"))).page_id, data_dir=services.data_dir)
    assert [item for item in desk.listed().items if item.kind is CRAWL] == []
    told = services.audit.find_audit(AuditQuery(actions=("办理留存与销毁",)))
    assert [event.actor for event in told] == ["fu", "ban"] and done.certificate_sha256 in told[0].detail


def test_file_that_is_gone_without_a_certificate_is_found_by_every_look(office, capsys) -> None:
    services, desk = office
    asked = desk.ask(CRAWL, (), _wish("ban"))
    audit_everything(services, full=True)
    _archive(services).unlink()
    feigned = asked.model_copy(update={"state": DisposalState.DONE, "destroyed": asked.items, "approved_by": "fu"})
    services.disposals.keep_disposal(feigned, was=DisposalState.ASKED)
    assert len(audit_everything(services, full=True).problems) == 2
    assert archive_verify(data_dir=services.data_dir, as_json=True) == ExitCode.NO
    (report,) = json.loads(capsys.readouterr().out)["runs"]
    assert (len(report["damaged"]), report["destroyed"]) == (2, [])


def test_lead_goes_with_its_events_and_findings_and_the_index_is_told(office, tmp_path: Path) -> None:
    services, desk = office
    assert services.index.count(SearchKind.LEAD) == services.index.count(SearchKind.FINDING) == 1
    done = desk.approve(desk.ask(LEAD, ("lead_1",), _wish("ban")).disposal_id, _wish("fu"))
    assert done.destroyed[0].content is not None
    with pytest.raises(NotFoundError):
        services.leads.lead("lead_1")
    assert services.leads.lead_events("lead_1") == () == tuple(services.leads.findings())
    assert services.index.count(SearchKind.LEAD) == services.index.count(SearchKind.FINDING) == 0
    with closing(sqlite3.connect(services.data_dir / "wangjian.db")) as connection:
        ((kept,),) = connection.execute("SELECT body FROM destroyed_leads WHERE lead_id = 'lead_1'")
        assert done.destroyed[0].content.sha256 in kept
        services.leads.save_lead(make.lead(), make.lead_event("e2"), expected_version=0)  # found anew
        with pytest.raises(sqlite3.IntegrityError, match="lead_events: DELETE"):
            connection.execute("DELETE FROM lead_events")  # of what was found anew nothing is written down


def test_one_person_alone_an_officer_or_a_late_one_destroys_nothing(office) -> None:
    services, desk = office
    with pytest.raises(PermissionRefusedError):
        desk.ask(CRAWL, (), _wish("shen"))
    with pytest.raises(InvalidInputError, match="理由"):
        desk.ask(CRAWL, (), _wish("ban", " "))
    asked = desk.ask(CRAWL, (), _wish("fu")).disposal_id
    with pytest.raises(PermissionRefusedError):
        desk.approve(asked, _wish("ban"))
    with pytest.raises(ConflictError, match="申请人以外"):
        desk.approve(asked, _wish("fu"))
    with pytest.raises(ConflictError, match="已有人申请"):
        desk.ask(CRAWL, (desk.disposals()[0].items[0].item_id,), _wish("ban"))
    services.clock.ahead += timedelta(days=31)
    with pytest.raises(ConflictError, match="失效"):
        desk.approve(asked, _wish("zheng"))
    assert desk.withdraw(asked, _wish("ban", "重办")).state is DisposalState.WITHDRAWN
    with pytest.raises(ConflictError, match="已撤回"):
        desk.approve(asked, _wish("zheng"))
    assert _archive(services).is_file()


def test_what_was_frozen_or_entered_a_case_since_it_was_asked_for_is_left(office) -> None:
    services, desk = office
    name = desk.ask(CRAWL, (), _wish("ban")).items[0].item_id
    desk.ask(LEAD, (), _wish("ban"))
    desk.hold(name, _wish("ban", "行政复议中"))
    services.leads.save_case(
        Case(case_id="case_1", title="一", lead_ids=("lead_1",), opened_at=make.START), expected_version=0
    )
    for one in desk.disposals():
        with pytest.raises(ConflictError, match="另有理由留着"):
            desk.approve(one.disposal_id, _wish("fu"))
    assert _archive(services).is_file() and services.leads.lead("lead_1")
    desk.hold("lead_1", _wish("fu", "信访"))
    with pytest.raises(ConflictError, match="冻结人以外"):
        desk.release("lead_1", _wish("fu"))
    desk.release(name, _wish("fu", "复议结束"))
    assert [item.kept_for for item in desk.listed().items if item.kind is CRAWL] == [""]


def test_archive_a_younger_one_refers_to_and_a_ground_of_a_finding_stay(office) -> None:
    services, desk = office
    page = next(iter(services.survey.pages("run-1")))
    services.leads.save_findings([make.finding("f2").model_copy(update={"page_id": page.page_id})])
    assert [item.kept_for for item in desk.listed().items if item.kind is CRAWL] == ["1 个网页是认定或存证的依据"]
    with pytest.raises(ConflictError, match="认定或存证"):
        desk.ask(CRAWL, (page.archive.file,), _wish("ban"))
    services.leads.save_lead(
        make.lead("lead_2", state=LeadState.CLOSED).model_copy(update={"finding_ids": ("f2",)}),
        None,
        expected_version=0,
    )
    desk.approve(desk.ask(LEAD, (), _wish("ban")).disposal_id, _wish("fu"))
    assert [item.kept_for for item in desk.listed().items if item.kind is CRAWL] == [""]
    (young, *_) = surveyed(services, 1, run_id="run-2")
    services.exchange.take_page(
        young.model_copy(update={"page_id": "page_young", "fetched_at": services.clock(), "run_id": "run-2"})
    )
    kept = {item.item_id: item.kept_for for item in desk.listed().items if item.kind is CRAWL}
    assert kept == {page.archive.file: "较新的存档引用其中的内容"}


def test_destruction_that_was_cut_off_is_finished_by_approving_again(office, monkeypatch) -> None:
    services, desk = office
    asked = desk.ask(CRAWL, (), _wish("ban")).disposal_id
    finish, path = desk._finish, _archive(services)
    monkeypatch.setattr(desk, "_finish", lambda approved: approved)
    assert desk.approve(asked, _wish("fu")).state is DisposalState.APPROVED
    assert path.is_file()
    with pytest.raises(ConflictError, match="已批准销毁"):
        desk.hold(desk.disposals()[0].items[0].item_id, _wish("ban", "复议"))
    monkeypatch.setattr(desk, "_finish", finish)
    assert desk.approve(asked, _wish("fu")).state is DisposalState.DONE
    assert not path.exists()
