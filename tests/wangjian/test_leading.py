"""`wangjian leads act | claim | dispatch | recheck`: a lead carried on, by more than one officer."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from leads import catalogue
from records.base import stable_id
from records.digests import digests_of
from records.errors import ConflictError, InvalidInputError, TransitionRefusedError
from records.leads import Finding, Jurisdiction, Lead, LeadState, Severity, Verdict
from records.market import Listing, Reading, Shop, Source
from records.people import Account, Role
from records.subjects import Credit
from records.survey import Carrier, FrontierRow, Outcome, Page, PageKind, Run, RunState, Target, TargetKind
from wangjian import flow
from wangjian.cli.leading import (
    leads_act,
    leads_claim,
    leads_credit,
    leads_dispatch,
    leads_recheck,
    leads_release,
    leads_show,
)
from wangjian.rechecking import plan_rechecks
from wangjian.recurring import lines_of
from wangjian.settings import load_settings
from wangjian.wiring import open_services

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(autouse=True)
def few_rules(monkeypatch):
    """Two files of rules: to make a judge of all takes a second, and these stories are about one."""
    monkeypatch.setattr(catalogue, "_FILES", ("subject", "absolute"))


@pytest.fixture
def services(tmp_path, clock, new_database):
    new_database(tmp_path / "data/wangjian.db")
    with open_services(load_settings(data_dir=tmp_path / "data"), clock=clock) as opened:
        opened.survey.save_target(
            Target(target_id="t1", name="市集", kind=TargetKind.PLATFORM, carrier=Carrier.WEBSITE, seeds=("http://a.test/",),
                   created_at=NOW)
        )  # fmt: skip
        yield opened


def _visit(services, clock, title, *, number=1):
    """A run that reads one listing of one shop, assessed and led."""
    run_id, at, url = f"r{number}", clock(), "http://a.test/1"
    services.survey.open_run(Run(run_id=run_id, target_id="t1", state=RunState.RUNNING, started_at=at), ())
    row = FrontierRow(row_id=stable_id("row", run_id), run_id=run_id, url=url, canonical_url=url, host="a.test",
                      kind=PageKind.LISTING)  # fmt: skip
    services.survey.enqueue([row])
    (leased,) = services.survey.lease(run_id, limit=1, until=at)
    page = Page(page_id=f"page_{number}", run_id=run_id, target_id="t1", url=url, final_url=url, kind=PageKind.LISTING,
                outcome=Outcome.READ, status=200, fetched_at=at, headers=(), body=digests_of(title.encode()))  # fmt: skip
    source = Source(page_id=page.page_id, page_sha256=page.body.sha256, url=url, seen_at=at)
    shop = Shop(shop_id="s1", target_id="t1", url="http://a.test/", name="茶店", sources=(source,), first_seen_at=at,
                last_seen_at=at)  # fmt: skip
    listing = Listing(listing_id="l1", shop_id="s1", target_id="t1", url=url, title=title, source=source,
                      first_seen_at=at, last_seen_at=at)  # fmt: skip
    services.survey.complete(leased, page, Reading(kind=PageKind.LISTING, shop=shop, listings=(listing,)), ())
    services.survey.finish_run(
        services.survey.run(run_id).model_copy(update={"state": RunState.COMPLETE, "ended_at": at})
    )
    for stage in (flow.assess, flow.lead):
        stage(services, target_id="t1")
    return lines_of(services.leads.leads_of(shop_id="s1"))["A01"][-1]


@pytest.fixture
def found(services, clock):
    """A lead nobody has touched."""
    office = Jurisdiction(
        office="西湖区局", region_code="330106", article="第十条第二款", reason="公示的地址", certainty_score=0.8
    )
    finding = Finding(
        finding_id="f1", rule_id="A01", rule_version="1", verdict=Verdict.SUSPECTED, severity=Severity.MEDIUM,
        shop_id="s1", url="http://a.test/1", page_id="page_1", conduct_on=NOW.date(), found_at=NOW,
    )  # fmt: skip
    lead = Lead(
        lead_id="lead_1", rule_id="A01", rule_title="绝对化用语", rule_version="1", severity=Severity.MEDIUM,
        shop_id="s1", title="茶店 涉嫌绝对化用语", finding_ids=("f1",), priority_score=0.5, jurisdictions=(office,),
        region_code="330106", first_seen_at=NOW, last_seen_at=NOW,
    )  # fmt: skip
    services.leads.save_findings([finding])
    return services.leads.save_lead(lead, None, expected_version=0)


def _carry(lead_id, tmp_path, *steps, **more):
    for step in steps:
        assert leads_act(lead_id, step, actor="王", data_dir=tmp_path / "data", **more) == 0


def test_order_is_rechecked_after_its_last_day_and_closed_by_nobody_but_a_person(services, clock, tmp_path, capsys):
    lead = _visit(services, clock, "全网最好的茶")
    _carry(lead.lead_id, tmp_path, "签收", "核查")
    tomorrow = date.today() + timedelta(days=1)
    _carry(lead.lead_id, tmp_path, "责令改正", until=tomorrow.isoformat())
    assert plan_rechecks(services) == plan_rechecks(services) == 1
    (schedule,) = services.schedules.schedules("t1")
    assert (schedule.starts_on, schedule.ends_on) == (tomorrow + timedelta(days=1), tomorrow + timedelta(days=1))

    clock.now = datetime.now(UTC) + timedelta(hours=1)
    still = _visit(services, clock, "全网最好的茶叶", number=2)
    assert still.state is LeadState.ORDERED
    (update,) = [event for event in services.leads.lead_events(lead.lead_id) if event.action == "更新"]
    assert (update.actor, update.reason) == ("系统", "再次命中，新增 1 处"), "every change is an event"
    clock.now += timedelta(hours=1)
    clear = _visit(services, clock, "一款茶", number=3)
    assert clear.state is LeadState.ORDERED, "never closed by itself"
    told = [event.reason for event in services.leads.lead_events(lead.lead_id) if event.action == "复查"]
    assert [reason.partition("（")[0] for reason in told] == ["仍有命中", "页面已见改正"]
    flow.lead(services)
    assert len([event for event in services.leads.lead_events(lead.lead_id) if event.action == "复查"]) == 2

    capsys.readouterr()
    assert leads_recheck(lead.lead_id, now=True, data_dir=tmp_path / "data", as_json=True) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["correction"]["pages"][0]["page_id"] == "page_3"
    assert answer["asked"]["state"] == "due"
    _carry(lead.lead_id, tmp_path, "确认改正", "反馈", "归档")
    closed = services.leads.lead(lead.lead_id)
    assert closed.state is LeadState.CLOSED

    clock.now = datetime.now(UTC) + timedelta(days=1)
    again = _visit(services, clock, "全网最好的茶，又来了", number=4)
    assert again.lead_id != lead.lead_id, "the same again after it was put right is a lead of its own"
    assert (again.state, len(again.finding_ids)) == (LeadState.NEW, 1)
    assert again.priority_reasons[0] == f"同一情形查实并办结后再次出现（前一线索 {lead.lead_id}）"
    assert again.priority_score > closed.priority_score
    flow.lead(services)
    assert services.leads.lead(again.lead_id) == again
    assert services.leads.lead(lead.lead_id) == closed


def test_recheck_without_an_order_is_told_what_is_missing(services, found, tmp_path):
    with pytest.raises(InvalidInputError, match="没有责令改正"):
        leads_recheck(found.lead_id, data_dir=tmp_path / "data")


def test_claimed_lead_is_refused_to_others_until_it_is_free(services, found, tmp_path, capsys):
    lead, where = found, tmp_path / "data"
    assert leads_claim(lead.lead_id, actor="王", data_dir=where) == 0
    for refused in (leads_claim, leads_act):
        with pytest.raises(ConflictError, match="由 王 认领处理中，至"):
            refused(lead.lead_id, *(("签收",) if refused is leads_act else ()), actor="李", data_dir=where)
    assert leads_release(lead.lead_id, actor="李", data_dir=where) == 1
    assert "王 认领处理中" in capsys.readouterr().out
    leads_act(lead.lead_id, "签收", actor="王", data_dir=where)
    assert services.leads.claim_of(lead.lead_id) is None, "released by the step"
    leads_act(lead.lead_id, "核查", actor="李", data_dir=where)


def test_exclusion_takes_a_cause_of_the_list_and_counts_for_the_rule(services, found, tmp_path):
    lead, where = found, tmp_path / "data"
    with pytest.raises(InvalidInputError, match="没有这一原因：心情") as wrong:
        leads_act(lead.lead_id, "排除", cause="心情", actor="王", data_dir=where)
    assert "已公示有效资质" in str(wrong.value)
    _carry(lead.lead_id, tmp_path, "排除", cause="已公示有效资质")
    assert services.leads.lead_events(lead.lead_id)[-1].cause == "已公示有效资质"
    assert services.leads.tally_of("A01", lead.rule_version).wrong == 1
    _carry(lead.lead_id, tmp_path, "重新研判", reason="复核")
    assert services.leads.tally_of("A01", lead.rule_version).wrong == 0


def test_dispatch_proposes_and_assigns_with_its_reason(services, found, tmp_path, capsys):
    lead, where = found, tmp_path / "data"
    services.accounts.save_account(
        Account(account_id="a1", login="li", name="李", roles=(Role.OFFICER,), region_code="3301", password_hash="x")
    )
    ids = [lead.lead_id]
    assert leads_dispatch(ids, data_dir=where, as_json=True) == 0
    (proposal,) = json.loads(capsys.readouterr().out)["proposals"]
    assert (proposal["assignee"], proposal["office"], proposal["assigned"]) == ("li", "西湖区局", False)
    assert services.leads.lead(lead.lead_id).state is LeadState.NEW
    assert leads_dispatch(ids, assign=True, actor="科长", data_dir=where) == 0
    sent = services.leads.lead(lead.lead_id)
    assert (sent.state, sent.assignee, sent.office) == (LeadState.ASSIGNED, "li", "西湖区局")
    assert "派 李：管辖 3301" in services.leads.lead_events(lead.lead_id)[-1].reason
    assert services.audit.audit()[-1].detail.startswith("科长 派单：西湖区局")
    with pytest.raises(InvalidInputError, match="没有可派单的账号：lii"):
        leads_act(lead.lead_id, "派单", to="lii", data_dir=where)
    with pytest.raises(TransitionRefusedError):
        leads_act(lead.lead_id, "派单", data_dir=where)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[duty]\n", "写法有误.*line 1"),
        ('[[duty]]\nofficer = "nobody"\n', "不是本单位可派单的账号：nobody"),
        ('[[duty]]\nofficer = "li"\ncategories = ["月亮"]\n', "第 1 段：没有这些类别：月亮"),
        ('[[duty]]\nwho = "li"\n', "第 1 段：没有写明 officer"),
    ],
)
def test_mistake_in_the_file_of_duties_is_named(services, tmp_path, text, said):
    (tmp_path / "duties.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError, match=said):
        leads_dispatch(None, duties=tmp_path / "duties.toml", data_dir=tmp_path / "data")


def test_lead_is_shown_with_claim_card_and_steps(services, found, tmp_path, capsys):
    lead, where = found, tmp_path / "data"
    leads_act(lead.lead_id, "签收", actor="王", data_dir=where)
    leads_claim(lead.lead_id, actor="王", data_dir=where)
    capsys.readouterr()
    leads_show(lead.lead_id, data_dir=where)
    out = capsys.readouterr().out
    assert "王 认领处理中，至" in out
    assert "个工作日" in out or "未收录" in out
    assert "可采取：核查、退回、排除" in out


def test_credit_classes_are_imported_whole_or_not_at_all(services, tmp_path):
    path, where = tmp_path / "credit.csv", tmp_path / "data"
    path.write_text("code,class,since\n91330106MA27XXXX1J,d,2026-01-01\nx,E,2026-01-01\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"credit.csv 第 3 行：代码“x”、类别“E”不对"):
        leads_credit(path, data_dir=where)
    assert services.leads.credit_class("91330106MA27XXXX1J") is None
    path.write_text("code,class,since\n91330106MA27XXXX1J,d,2026-01-01\n", encoding="utf-8")
    assert leads_credit(path, data_dir=where) == 0
    assert services.leads.credit_class("91330106MA27XXXX1J").credit is Credit.D
    path.write_text("代码,类别\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="第 1 行：缺少列 code、class、since"):
        leads_credit(path, data_dir=where)
