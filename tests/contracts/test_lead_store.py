"""Promises of LeadStore."""

import threading

import pytest

from records.errors import ConflictError, NotFoundError
from records.leads import Case, LeadState
from records.search import SearchKind


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
