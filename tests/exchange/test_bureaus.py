"""Upper and lower bureaus: leads passed on, assistance asked and given, rules handed down, figures reported."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from datetime import date

import pytest

from leads.clocks import CardColour
from records.errors import InvalidInputError, TransitionRefusedError
from records.exchange import ItemKind, Relation
from records.exchange_matters import MatterKind, MatterState
from records.leads import Basis, LeadState
from records.own_rules import OwnRule
from records.schedules import Campaign
from tests.exchange.conftest import START, Clock, open_house, survey
from tests.exchange.test_two_zones import decide
from wangjian import exchanging_matters as matters

PAPER = ("经营地在贵辖区", "《市场监督管理行政处罚程序规定》第十四条", "杭西市监案移〔2026〕3号")


@pytest.fixture(scope="session")
def known_bureaus(tmp_path_factory, migrated_database):
    folder = tmp_path_factory.mktemp("bureaus")
    for name in ("省局", "县局"):
        (folder / name).mkdir()
        shutil.copyfile(migrated_database, folder / name / "wangjian.db")
    with ExitStack() as stack:
        upper, lower = (open_house(stack, folder, name, Clock()) for name in ("省局", "县局"))
        upper.knows(lower, Relation.LOWER)
        lower.knows(upper, Relation.UPPER)
    return folder


@pytest.fixture
def bureaus(known_bureaus, tmp_path, clock):
    shutil.copytree(known_bureaus, tmp_path / "bureaus")
    with ExitStack() as stack:
        yield tuple(open_house(stack, tmp_path / "bureaus", name, clock) for name in ("省局", "县局"))


def carry(sender, receiver):
    """Send what waits and take it in; the receiver's outcomes."""
    return [one for file in sender.send(receiver).files for one in receiver.take(file).outcomes]


def peer(house, other):
    return house.services.exchange.peer(other.code)


def test_transferred_lead_begins_anew_at_the_other_bureau_and_is_accepted(bureaus):
    upper, lower = bureaus
    survey(lower)
    sent = matters.transfer(lower.services, "lead_1", peer(lower, upper), words=PAPER, by="张三")
    assert lower.services.leads.lead("lead_1").state is LeadState.TRANSFERRED
    assert {one.kind for one in carry(lower, upper)} >= {
        ItemKind.TRANSFER,
        ItemKind.FINDING,
        ItemKind.PAGE,
        ItemKind.SHOP,
    }
    assert lower.services.exchange.matter(sent.matter_id).state is MatterState.SENT
    (came,) = upper.services.exchange.matters()
    assert (came.state, came.paper_no, came.kind) == (MatterState.ARRIVED, PAPER[2], MatterKind.TRANSFER)
    given = upper.services.leads.lead("lead_1")
    assert (given.state, given.finding_ids) == (LeadState.NEW, ("f1",))
    assert "移送" in [event.action for event in upper.services.leads.lead_events("lead_1")]
    matters.answer(upper.services, came.matter_id, MatterState.ACCEPTED, words=("", ""), by="王五")
    assert upper.services.leads.lead("lead_1").state is LeadState.ACCEPTED
    carry(upper, lower)
    assert lower.services.exchange.matter(sent.matter_id).state is MatterState.ACCEPTED
    assert lower.services.leads.lead_events("lead_1")[-1].action == "移送签收"
    assert carry(lower, upper) == carry(upper, lower) == []


def test_returned_lead_is_negotiated_by_whoever_sent_it(bureaus):
    upper, lower = bureaus
    survey(upper)
    sent = matters.transfer(upper.services, "lead_1", peer(upper, lower), words=PAPER, by="张三")
    assert sent.kind is MatterKind.HANDED_DOWN
    carry(upper, lower)
    with pytest.raises(InvalidInputError, match="退回须写明理由"):
        matters.answer(lower.services, sent.matter_id, MatterState.RETURNED, words=("", ""), by="王五")
    matters.answer(lower.services, sent.matter_id, MatterState.RETURNED, words=("经营地在邻县", "退1号"), by="王五")
    with pytest.raises(TransitionRefusedError):
        matters.answer(lower.services, sent.matter_id, MatterState.ACCEPTED, words=("", ""), by="王五")
    carry(lower, upper)
    lead = upper.services.leads.lead("lead_1")
    assert (lead.state, lead.step_due_on) == (LeadState.NEGOTIATING, date(2026, 12, 1))
    assert "经营地在邻县" in upper.services.leads.lead_events("lead_1")[-1].reason


def test_assistance_runs_fifteen_working_days_and_is_answered_with_attachments(bureaus, clock):
    upper, lower = bureaus
    survey(lower)
    decide(lower, "签收", reason="")
    decide(lower, "核查", reason="")
    asked = matters.ask_assistance(
        lower.services, "lead_1", peer(lower, upper), words=("请核实主体实际经营地", "协1号"), by="张三"
    )
    assert (asked.due_on, lower.services.leads.lead("lead_1").state) == (date(2026, 12, 11), LeadState.ASSISTING)
    outcomes = carry(lower, upper)
    assert [one.kind for one in outcomes] == [ItemKind.ASSISTANCE], "no more of the lead than is asked goes along"
    clock.advance(days=19)
    came = upper.services.exchange.matter(asked.matter_id)
    assert matters.card_of_matter(came, date(2026, 12, 9)).colour is CardColour.YELLOW
    assert matters.card_of_matter(came, date(2026, 12, 14)).colour is CardColour.RED
    matters.prolong(upper.services, asked.matter_id, until=date(2026, 12, 18), reason="须实地核查")
    carry(upper, lower)
    told = lower.services.exchange.matter(asked.matter_id)
    assert (told.prolonged_to, matters.card_of_matter(told, date(2026, 12, 14)).colour) == (
        date(2026, 12, 18),
        CardColour.GREEN,
    )
    files = (("现场.jpg", b"picture"),)
    matters.answer(
        upper.services, asked.matter_id, MatterState.ANSWERED, words=("该址无此户", "复1号"), files=files, by="王五"
    )
    carry(upper, lower)
    told = lower.services.exchange.matter(asked.matter_id)
    assert (told.state, told.answer, told.attachments[0].name) == (MatterState.ANSWERED, "该址无此户", "现场.jpg")
    assert lower.services.blobs.get(told.attachments[0].content.sha256) == b"picture"
    assert lower.services.leads.lead("lead_1").state is LeadState.CHECKING
    assert matters.card_of_matter(told, date(2026, 12, 25)).colour is CardColour.NONE


def test_rules_and_campaigns_go_down_and_reports_come_up(bureaus):
    upper, lower = bureaus
    rule = OwnRule(
        rule_id="Z07", version=1, title="包治百病", groups=(("包治百病",),), made_by="张三", made_at=START,
        basis=(Basis(instrument="广告法", article="第十六条", text="", in_force_from=date(2015, 9, 1)),),
    )  # fmt: skip
    upper.services.own_rules.save_own_rules((rule,))
    campaign = Campaign(
        campaign_id="c1",
        name="保健品专项",
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 12, 31),
        target_ids=(),
        cron="0 9 * * *",
    )
    upper.services.campaigns.save_campaign(campaign)
    survey(lower)
    notes = {one.kind: one.note for one in carry(upper, lower)}
    assert notes == {ItemKind.RULE: "收为 Z01 第 1 版，试行", ItemKind.CAMPAIGN: ""}
    (mine,) = lower.services.own_rules.own_rules()
    assert (mine.from_office, mine.title) == ("省局 Z07", "包治百病")
    matters.report(
        lower.services, peer(lower, upper), campaign_id="c1", days=(START.date(),) * 2, text="已完成", by="李四"
    )
    matters.report(lower.services, peer(lower, upper), days=(date(2026, 3, 1), date(2026, 3, 31)), text="", by="李四")
    carry(lower, upper)
    reports = {one.kind: one for one in upper.services.exchange.matters()}
    assert reports[MatterKind.CAMPAIGN_REPORT].figures == {"线索": 1, "待研判": 1}
    assert (reports[MatterKind.STATISTICS].state, reports[MatterKind.STATISTICS].peer) == (
        MatterState.NOTED,
        lower.code,
    )
    with pytest.raises(InvalidInputError, match="报上级局"):
        matters.report(upper.services, peer(upper, lower), days=(START.date(),) * 2, text="", by="李四")


def test_matters_are_for_bureaus_and_say_why(zones, bureaus):
    collecting, working = zones
    survey(working)
    with pytest.raises(InvalidInputError, match="只在上下级局与同级局之间"):
        matters.transfer(working.services, "lead_1", peer(working, collecting), words=PAPER, by="张三")
    upper, lower = bureaus
    survey(lower)
    with pytest.raises(InvalidInputError, match="写明理由和文号"):
        matters.transfer(lower.services, "lead_1", peer(lower, upper), words=("", "", ""), by="张三")
    with pytest.raises(TransitionRefusedError):
        matters.ask_assistance(lower.services, "lead_1", peer(lower, upper), words=("请查", ""), by="张三")
    assert lower.services.exchange.matters() == ()
