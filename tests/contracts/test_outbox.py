"""Promises of Outbox."""

from records.search import SearchKind


def test_saved_records_wait_in_order(records, make):
    for number in range(3):
        records.leads.save_lead(make.lead(f"lead_{number}"), None, expected_version=0)
    entries = records.outbox.pending(limit=2)
    assert [(entry.kind, entry.record_id) for entry in entries] == [
        (SearchKind.LEAD, "lead_0"),
        (SearchKind.LEAD, "lead_1"),
    ]
    assert records.outbox.waiting() == 3
    records.outbox.done([entry.sequence for entry in entries])
    records.outbox.done([entry.sequence for entry in entries])
    assert [entry.record_id for entry in records.outbox.pending(limit=9)] == ["lead_2"]


def test_record_saved_while_it_is_indexed_waits_again(records, make):
    lead = records.leads.save_lead(make.lead(), None, expected_version=0)
    (being_indexed,) = records.outbox.pending(limit=9)
    records.leads.save_lead(lead, None, expected_version=1)
    records.outbox.done([being_indexed.sequence])
    (newer,) = records.outbox.pending(limit=9)
    assert newer.record_id == "lead_1"
    assert newer.sequence > being_indexed.sequence


def test_number_is_never_used_again(records, make):
    records.leads.save_lead(make.lead("a"), None, expected_version=0)
    (first,) = records.outbox.pending(limit=9)
    records.outbox.done([first.sequence])
    records.leads.save_lead(make.lead("b"), None, expected_version=0)
    assert records.outbox.pending(limit=9)[0].sequence > first.sequence


def test_outbox_survives_a_restart(records, open_again, make):
    records.leads.save_lead(make.lead(), None, expected_version=0)
    before = records.outbox.pending(limit=9)
    records.close()
    assert open_again().outbox.pending(limit=9) == before
    assert open_again().outbox.waiting() == 1


def test_what_is_put_aside_waits_and_lets_the_rest_go_before_it(records, make):
    for number in range(3):
        records.leads.save_lead(make.lead(f"lead_{number}"), None, expected_version=0)
    first, second, _ = records.outbox.pending(limit=9)
    records.outbox.put_aside([first.sequence, second.sequence], until=make.at(5))

    def due(minutes, **asked):
        found = records.outbox.pending(limit=9, now=make.at(minutes), **asked)
        return [entry.record_id for entry in found]

    assert due(4) == due(4, kinds=(SearchKind.LEAD,)) == ["lead_2"]
    assert due(5) == ["lead_0", "lead_1", "lead_2"] == [one.record_id for one in records.outbox.pending(limit=9)]
    assert (records.outbox.waiting(), records.outbox.aside(), records.outbox.aside((SearchKind.PAGE,))) == (3, 2, 0)
    records.outbox.announce(SearchKind.LEAD, ["lead_0"])
    assert (due(4), records.outbox.aside()) == (["lead_2", "lead_0"], 1)


def test_many_entries_are_ticked_off_at_once(records, make):
    survey = records.survey
    survey.open_run(make.run(), [make.row(0)])
    (row,) = survey.lease("r1", limit=1, until=make.at(5))
    listings = [make.listing(f"l{number}") for number in range(1_500)]
    survey.complete(row, make.page(row), make.reading(*listings, shop=make.shop()), [])
    entries = records.outbox.pending(limit=5_000)
    assert len(entries) == 1_502  # the listings, their shop and the page they were read from
    records.outbox.done([entry.sequence for entry in entries])
    assert records.outbox.waiting() == 0


def test_entries_are_asked_for_and_counted_by_kind(records, make):
    records.leads.save_lead(make.lead("a"), None, expected_version=0)
    records.leads.save_findings([make.finding("f1"), make.finding("f2")])
    records.leads.save_findings([make.finding("f2"), make.finding("f3")])  # of these one is new
    records.leads.save_lead(make.lead("b"), None, expected_version=0)
    assert records.outbox.lag() == {SearchKind.LEAD: 2, SearchKind.FINDING: 3}
    asked = records.outbox.pending(limit=9, kinds=(SearchKind.FINDING, SearchKind.PAGE))
    assert [entry.record_id for entry in asked] == ["f1", "f2", "f3"]
    records.outbox.done([entry.sequence for entry in asked])
    records.leads.save_findings([make.finding("f1")])
    assert records.outbox.lag() == {SearchKind.LEAD: 2}
