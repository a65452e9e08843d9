"""Promises of LeadStore."""

import threading
from datetime import date

import pytest

from records.claims import Claim
from records.disposals import DisposalItem
from records.errors import ConflictError, InvalidInputError, NotFoundError
from records.leads import Case, LeadState, RuleHit
from records.rule_life import RuleAct, RuleEvent, RuleTally
from records.search import SearchKind
from records.subjects import Credit, CreditClass
from records.wanted_captures import WantedCapture, WantedState


def test_finding_is_saved_once(records, make):
    assert records.leads.save_findings([make.finding("f1"), make.finding("f2")]) == 2
    assert records.leads.save_findings([make.finding("f2"), make.finding("f3")]) == 1
    assert records.leads.save_findings([]) == 0
    assert records.leads.finding("f1") == make.finding("f1")


def test_findings_are_walked_by_shop_and_rule(records, make):
    found = [make.finding(f"f{n:04}", shop_id=f"s{n % 2}", rule_id=f"A0{n % 3}") for n in range(1_200)]
    records.leads.save_findings(found)
    assert list(records.leads.findings()) == found
    assert list(records.leads.findings(shop_id="s1", rule_id="A02")) == [
        finding for finding in found if (finding.shop_id, finding.rule_id) == ("s1", "A02")
    ]


def test_new_lead_is_version_one_with_its_event(records, make):
    saved = records.leads.save_lead(make.lead(), make.lead_event(), expected_version=0)
    assert saved.version == 1
    assert records.leads.lead("lead_1") == saved
    assert records.leads.lead_events("lead_1") == (make.lead_event(),)
    assert list(records.leads.leads()) == [saved]


def test_many_leads_are_read_at_once_and_missing_ones_left_out(records, make):
    saved = {
        f"lead_{number}": records.leads.save_lead(make.lead(f"lead_{number}"), None, expected_version=0)
        for number in range(3)
    }
    assert records.leads.leads_named(["lead_2", "lead_9", "lead_0", "lead_2"]) == {
        name: saved[name] for name in ("lead_0", "lead_2")
    }
    assert records.leads.leads_named([]) == {}


def test_lead_enters_the_outbox_with_its_save(records, make):
    saved = records.leads.save_lead(make.lead(), None, expected_version=0)
    (first,) = records.outbox.pending(limit=5)
    assert (first.kind, first.record_id) == (SearchKind.LEAD, "lead_1")
    with pytest.raises(ConflictError):
        records.leads.save_lead(saved, None, expected_version=0)
    assert records.outbox.pending(limit=5) == (first,)


def test_stale_write_is_a_conflict_and_changes_nothing(records, make):
    first = records.leads.save_lead(make.lead(), None, expected_version=0)
    second = records.leads.save_lead(
        first.model_copy(update={"state": LeadState.ASSIGNED}), make.lead_event("e1"), expected_version=1
    )
    assert second.version == 2
    with pytest.raises(ConflictError, match="已被他人改动"):
        records.leads.save_lead(first.model_copy(update={"title": "x"}), make.lead_event("e2"), expected_version=1)
    assert records.leads.lead("lead_1") == second
    assert records.leads.lead_events("lead_1") == (make.lead_event("e1"),)


def test_new_lead_that_exists_and_old_one_that_does_not_are_conflicts(records, make):
    records.leads.save_lead(make.lead(), None, expected_version=0)
    with pytest.raises(ConflictError, match="已存在"):
        records.leads.save_lead(make.lead(), None, expected_version=0)
    with pytest.raises(ConflictError):
        records.leads.save_lead(make.lead("lead_2"), None, expected_version=3)


def test_of_two_officers_at_once_one_wins(records, make):
    lead = records.leads.save_lead(make.lead(), None, expected_version=0)
    won, lost = [], []

    def act(actor):
        try:
            won.append(records.leads.save_lead(lead, make.lead_event(f"e_{actor}"), expected_version=1))
        except ConflictError:
            lost.append(actor)

    officers = [threading.Thread(target=act, args=(actor,)) for actor in range(8)]
    for officer in officers:
        officer.start()
    for officer in officers:
        officer.join()
    assert (len(won), len(lost)) == (1, 7)
    assert records.leads.lead("lead_1").version == 2
    assert len(records.leads.lead_events("lead_1")) == 1


def test_case_is_saved_by_version(records, make):
    case = records.leads.save_case(Case(case_id="k1", title="案", opened_at=make.at(0)), expected_version=0)
    changed = records.leads.save_case(case.model_copy(update={"lead_ids": ("lead_1",)}), expected_version=1)
    assert (records.leads.case("k1"), records.leads.cases()) == (changed, (changed,))
    with pytest.raises(ConflictError):
        records.leads.save_case(case, expected_version=1)


def test_unknown_records_are_named_errors(records):
    for ask in (records.leads.finding, records.leads.lead, records.leads.case):
        with pytest.raises(NotFoundError, match="没有"):
            ask("nothing")
    assert records.leads.lead_events("nothing") == ()


def test_reopened_store_gives_the_same(records, open_again, make):
    saved = records.leads.save_lead(make.lead(), make.lead_event(), expected_version=0)
    records.close()
    again = open_again().leads
    assert (again.lead("lead_1"), again.lead_events("lead_1")) == (saved, (make.lead_event(),))


def test_leads_are_read_by_shop_rule_subject_and_state(records, make):
    for number in range(6):
        changes = {"shop_id": f"s{number % 2}", "rule_id": f"A0{number % 3}", "entity_code": f"e{number}"}
        state = LeadState.CHECKING if number < 2 else LeadState.NEW
        lead = make.lead(f"lead_{number}", state=state).model_copy(update={**changes, "assignee": "王"})
        records.leads.save_lead(lead, None, expected_version=0)
    ids = [lead.lead_id for lead in records.leads.leads_of(shop_id="s1")]
    assert ids == ["lead_1", "lead_3", "lead_5"]
    assert [lead.lead_id for lead in records.leads.leads_of(shop_id="s1", rule_id="A02")] == ["lead_5"]
    assert [lead.lead_id for lead in records.leads.leads_of(entity_code="e4")] == ["lead_4"]
    assert [lead.lead_id for lead in records.leads.leads_in({LeadState.CHECKING})] == ["lead_0", "lead_1"]
    assert records.leads.load_of({LeadState.CHECKING, LeadState.FILED}) == {"王": 2}
    with pytest.raises(InvalidInputError, match="未指明"):
        records.leads.leads_of()


def test_claim_refuses_the_act_of_another_until_it_runs_out(records, make):
    lead = records.leads.save_lead(make.lead(), None, expected_version=0)
    records.leads.claim(Claim(lead_id="lead_1", holder="王", claimed_at=make.at(0), until=make.at(30)))
    with pytest.raises(ConflictError, match="由 王 认领处理中，至 03-01 16:30"):
        records.leads.claim(Claim(lead_id="lead_1", holder="李", claimed_at=make.at(29), until=make.at(60)))
    changed = lead.model_copy(update={"state": LeadState.EXCLUDED})
    step = make.lead_event("e1").model_copy(update={"state_from": LeadState.NEW, "state_to": LeadState.EXCLUDED})
    with pytest.raises(ConflictError, match="由 王 认领处理中"):
        records.leads.save_lead(changed, step.model_copy(update={"actor": "李"}), expected_version=1)
    assert records.leads.lead("lead_1") == lead
    assert records.leads.lead_events("lead_1") == ()
    late = step.model_copy(update={"actor": "李", "at": make.at(30)})
    assert records.leads.save_lead(changed, late, expected_version=1).version == 2


def test_claim_holds_up_neither_the_system_nor_a_mere_note_and_ends_with_the_step(records, make):
    lead = records.leads.save_lead(make.lead(), None, expected_version=0)
    records.leads.claim(Claim(lead_id="lead_1", holder="王", claimed_at=make.at(0), until=make.at(30)))
    noted = records.leads.save_lead(lead, make.lead_event("e1").model_copy(update={"actor": "李"}), expected_version=1)
    found_again = noted.model_copy(update={"finding_ids": ("f1", "f2")})
    grown = records.leads.save_lead(found_again, make.lead_event("e2"), expected_version=2)
    assert records.leads.claim_of("lead_1").holder == "王"
    step = make.lead_event("e3", state_to=LeadState.ACCEPTED).model_copy(
        update={"actor": "王", "state_from": LeadState.NEW}
    )
    records.leads.save_lead(grown.model_copy(update={"state": LeadState.ACCEPTED}), step, expected_version=3)
    assert records.leads.claim_of("lead_1") is None


def test_claim_is_released_by_its_holder_only(records, make):
    records.leads.save_lead(make.lead(), None, expected_version=0)
    claim = Claim(lead_id="lead_1", holder="王", claimed_at=make.at(0), until=make.at(30))
    assert records.leads.claim(claim) == records.leads.claim_of("lead_1") == claim
    assert not records.leads.release("lead_1", "李")
    assert records.leads.release("lead_1", "王")
    assert records.leads.claim_of("lead_1") is None
    with pytest.raises(NotFoundError, match="没有这条线索"):
        records.leads.claim(claim.model_copy(update={"lead_id": "nothing"}))


def test_of_many_claims_at_once_one_holds(records, make):
    records.leads.save_lead(make.lead(), None, expected_version=0)
    held, refused = [], []

    def claim(holder):
        try:
            held.append(
                records.leads.claim(
                    Claim(lead_id="lead_1", holder=holder, claimed_at=make.at(0), until=make.at(9))
                ).holder
            )
        except ConflictError as exc:
            refused.append(exc.data["holder"])

    officers = [threading.Thread(target=claim, args=(f"o{number}",)) for number in range(8)]
    for officer in officers:
        officer.start()
    for officer in officers:
        officer.join()
    assert len(held) == 1
    assert refused == held * 7


def test_conflict_names_who_was_first_and_what_that_was(records, make):
    lead = records.leads.save_lead(make.lead(), None, expected_version=0)
    first = make.lead_event("e1", state_to=LeadState.EXCLUDED).model_copy(update={"actor": "王", "action": "排除"})
    records.leads.save_lead(lead.model_copy(update={"state": LeadState.EXCLUDED}), first, expected_version=1)
    with pytest.raises(ConflictError, match="已被他人改动.*王 于 03-01 16:00“排除”，现为“已排除”"):
        records.leads.save_lead(lead, make.lead_event("e2"), expected_version=1)


def test_decisions_are_counted_by_rule_version_and_time(records, make):
    hits = [RuleHit.RIGHT, RuleHit.WRONG, RuleHit.WRONG, RuleHit.ASIDE, RuleHit.OPEN]
    for number, hit in enumerate(hits):
        decided = {"rule_hit": hit, "rule_version": "2", "decided_at": make.at(number)}
        records.leads.save_lead(make.lead(f"l{number}").model_copy(update=decided), None, expected_version=0)
    assert records.leads.tally_of("A01", "2") == RuleTally(right=1, wrong=2)
    assert records.leads.tally_of("A01", "2", since=make.at(1)) == RuleTally(wrong=1)
    assert records.leads.tally_of("A01", "1") == records.leads.tally_of("A02", "2") == RuleTally()


def test_newest_credit_class_counts(records, make):
    old, new = (
        CreditClass(entity_code="e", credit=Credit(name), since=date(2026, month, 1))
        for name, month in (("B", 1), ("D", 6))
    )
    records.leads.save_credit_classes([new])
    records.leads.save_credit_classes([old])
    assert records.leads.credit_class("e") == new
    assert records.leads.credit_class("x") is None


def test_rule_events_are_appended_once_and_never_changed(records, make):
    event = RuleEvent(
        event_id="r1", rule_id="A01", rule_version="1", act=RuleAct.SIGNED, actor="王", on=date(2026, 3, 1), at=make.at(0)
    )  # fmt: skip
    assert records.rules.append_rule_event(event)
    assert not records.rules.append_rule_event(event.model_copy(update={"actor": "李"}))
    other = event.model_copy(update={"event_id": "r2", "rule_id": "A02"})
    assert records.rules.append_rule_event(other)
    assert records.rules.rule_events() == (event, other)
    assert records.rules.rule_events("A02") == (other,)


def _wanted(make, number, minutes=0.0):
    return WantedCapture(
        wanted_id=f"w{number}",
        lead_id="lead_1",
        url="http://a.test/",
        why="高级别",
        asked_at=make.at(minutes),
        not_before=make.at(minutes),
    )


def test_wanted_capture_is_taken_by_one_and_again_when_its_worker_is_silent(records, make):
    queue = records.wanted_captures
    assert queue.want([_wanted(make, 1), _wanted(make, 2, 1)]) == 2
    assert queue.want([_wanted(make, 1)]) == 0
    first = queue.take(now=make.at(5), until=make.at(10))
    second = queue.take(now=make.at(5), until=make.at(10))
    assert (first.wanted_id, second.wanted_id, first.attempts) == ("w1", "w2", 1)
    assert queue.take(now=make.at(9), until=make.at(20)) is None
    again = queue.take(now=make.at(10), until=make.at(20))
    assert (again.wanted_id, again.attempts, again.lost) == ("w1", 2, 1)
    assert not queue.hold(first, until=make.at(50)), "another has it"
    assert queue.hold(again, until=make.at(25))
    second = queue.take(now=make.at(24), until=make.at(60))
    assert (second.wanted_id, queue.take(now=make.at(24), until=make.at(60))) == ("w2", None)
    with pytest.raises(ConflictError, match="已由另一进程接手"):
        queue.settle(first.model_copy(update={"state": WantedState.DONE}))
    done = queue.settle(again.model_copy(update={"state": WantedState.DONE, "capture_id": "c1"}))
    assert queue.wanted("lead_1")[0] == done
    later = queue.settle(second.model_copy(update={"state": WantedState.WAITING, "not_before": make.at(40)}))
    assert queue.take(now=make.at(39), until=make.at(60)) is None
    assert queue.take(now=make.at(40), until=make.at(60)).wanted_id == later.wanted_id


def test_destroyed_lead_takes_its_events_and_own_findings_and_leaves_those_of_others(records, make):
    records.leads.save_findings([make.finding("f1"), make.finding("f2")])
    lead = make.lead().model_copy(update={"finding_ids": ("f1", "f2")})
    lead = records.leads.save_lead(lead, make.lead_event(), expected_version=0)
    beside = make.lead("lead_2").model_copy(update={"finding_ids": ("f2",)})
    records.leads.save_lead(beside, make.lead_event("e2", lead_id="lead_2"), expected_version=0)
    assert [one.finding_id for one in records.leads.own_findings(lead)] == ["f1"]
    records.outbox.done([entry.sequence for entry in records.outbox.pending(limit=10)])
    item = DisposalItem(item_id="lead_1", size_bytes=7)
    assert records.leads.destroy("lead_1", item, disposal_id="d1")
    assert not records.leads.destroy("lead_1", item, disposal_id="d1"), "again"
    assert [one.lead_id for one in records.leads.leads()] == ["lead_2"]
    assert [one.finding_id for one in records.leads.findings()] == ["f2"]
    assert (records.leads.lead_events("lead_1"), len(records.leads.lead_events("lead_2"))) == ((), 1)
    told = {(entry.kind, entry.record_id) for entry in records.outbox.pending(limit=10)}
    assert told == {(SearchKind.LEAD, "lead_1"), (SearchKind.FINDING, "f1")}
