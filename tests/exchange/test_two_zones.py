"""采集区 and 业务区 run apart: what is found comes in, what is to be watched goes out, and nothing else."""

from __future__ import annotations

import pytest

from leads.states import act
from records.errors import InvalidInputError
from records.exchange import BundleState, BundleWay, ItemKind, Relation
from records.image_texts import ImageText, ImageTextOutcome
from records.leads import LeadState
from records.search import SearchKind, SearchQuery
from records.survey import PageKind
from tests.exchange.conftest import START, save_lead, survey
from wangjian.exchanging import write_receipts
from wangjian.exchanging_keys import add_peer, card_of
from wangjian.exchanging_sending import unacknowledged
from wangjian.indexing import catch_up


def test_leads_come_inward_with_all_they_rest_on(zones):
    collecting, working = zones
    survey(collecting, shops=2)
    sending = collecting.send(working)
    (file,) = sending.files
    taken = working.take(file)
    assert taken.refusal is None and taken.refused_items == 0, taken
    services = working.services
    assert [lead.lead_id for lead in services.leads.leads()] == ["lead_1", "lead_2"]
    assert [event.action for event in services.leads.lead_events("lead_1")] == ["发现", "来件"]
    assert services.leads.finding("f1") == collecting.services.leads.finding("f1")
    assert services.survey.listing("l1") == collecting.services.survey.listing("l1")
    assert services.survey.shop("s1") == collecting.services.survey.shop("s1")
    page = services.survey.page("page_1")
    assert page.body is not None and services.blobs.get(page.body.sha256) == b"http://a.test/p/1"
    assert catch_up(services, kinds=tuple(SearchKind)) > 0
    found = services.index.search(SearchQuery(kind=SearchKind.LEAD, text="绝对化"))
    assert {hit.doc_id for hit in found.hits} == {"lead_1", "lead_2"}


def test_only_what_changed_goes_the_next_time(zones):
    collecting, working = zones
    survey(collecting)
    working.take(collecting.send(working).files[0])
    assert collecting.send(working).bundles == ()
    survey_more(collecting)
    (bundle,) = collecting.send(working).bundles
    assert (bundle.sequence, bundle.counts) == (2, {ItemKind.LEAD: 1})
    assert working.take(collecting.out / bundle.file).bundle.state is BundleState.TAKEN


def survey_more(house):
    save_lead(house, 9)


def test_same_bundle_twice_is_one(zones):
    collecting, working = zones
    survey(collecting)
    (file,) = collecting.send(working).files
    first, again = working.take(file), working.take(file)
    assert (first.known, again.known) == (False, True)
    assert again.outcomes == first.outcomes
    assert len(working.services.exchange.bundles(way=BundleWay.RECEIVED)) == 1
    assert working.services.leads.lead("lead_1").version == 1


def test_receipt_settles_what_was_sent(zones):
    collecting, working = zones
    survey(collecting)
    (file,) = collecting.send(working).files
    assert [one.sequence for one in unacknowledged(collecting.services)] == [1]
    working.take(file)
    (receipt,) = write_receipts(working.services, working.out)
    done = collecting.take(receipt)
    assert done.bundle.state is BundleState.ACKNOWLEDGED and done.receipt.refused == 0
    assert unacknowledged(collecting.services) == ()


def test_officers_decision_here_is_never_overwritten(zones):
    collecting, working = zones
    survey(collecting)
    working.take(collecting.send(working).files[0])
    decide(working, "排除", reason="引用法条")
    decide(collecting, "签收", reason="")
    taken = working.take(collecting.send(working).files[0])
    (noted,) = [one for one in taken.outcomes if one.kind is ItemKind.LEAD]
    assert noted.accepted and "状态：本单位“已排除”，来件“已签收”" in noted.note
    assert working.services.leads.lead("lead_1").state is LeadState.EXCLUDED
    actions = [event.action for event in working.services.leads.lead_events("lead_1")]
    assert actions == ["发现", "来件", "排除", "签收", "来件不一致"]


def decide(house, action, *, reason):
    services = house.services
    lead = services.leads.lead("lead_1")
    changed, event = act(lead, action, actor="张三", reason=reason, now=services.clock())
    services.leads.save_lead(changed, event, expected_version=lead.version)


def test_decision_there_is_taken_over_where_nobody_here_decided(zones):
    collecting, working = zones
    survey(collecting)
    working.take(collecting.send(working).files[0])
    decide(collecting, "签收", reason="")
    working.take(collecting.send(working).files[0])
    lead = working.services.leads.lead("lead_1")
    assert (lead.state, lead.assignee) == (LeadState.ACCEPTED, "张三")


def test_a_zone_has_one_counterpart(zones, house):
    collecting, working = zones
    bureau = house("邻县")
    with pytest.raises(InvalidInputError, match="只与其业务区往来"):
        collecting.knows(bureau, Relation.LEVEL)
    with pytest.raises(InvalidInputError, match="本单位自己"):
        working.knows(working, Relation.COLLECTING)
    with pytest.raises(InvalidInputError, match="与对方所报不符"):
        add_peer(
            working.services, card_of(collecting.services), Relation.COLLECTING, caller=None, fingerprint="ab" * 32
        )


def test_words_read_on_a_picture_come_with_it_and_replace_none_of_ours(zones):
    collecting, working = zones
    survey(collecting, shops=2)
    read = {}
    for number, house in ((1, collecting), (2, collecting), (2, working)):
        page = collecting.services.survey.page(f"page_{number}")
        picture = page.model_copy(update={"page_id": f"picture_{number}", "kind": PageKind.DETAIL_IMAGE})
        collecting.services.exchange.take_page(picture)
        text = ImageText(
            text_id=f"text_{number}_{house.code}", image=page.body, media_type="image/png", width=9, height=9,
            outcome=ImageTextOutcome.NO_TEXT, engine=house.code, engine_version="1", reader_version="1",
            read_at=START,
        )  # fmt: skip
        house.services.image_texts.save_text(text)
        read[number, house.code] = text
    (file,) = collecting.send(working, kinds=(ItemKind.PAGE,)).files
    done = working.take(file)
    assert done.refused_items == 0 and done.bundle.counts[ItemKind.IMAGE_TEXT] == 2
    for number, whose in ((1, collecting.code), (2, working.code)):
        image = read[number, whose].image.sha256
        assert working.services.image_texts.text_of(image) == read[number, whose]
    notes = {one.item_id: one.note for one in done.outcomes if one.kind is ItemKind.IMAGE_TEXT}
    assert notes == {f"text_1_{collecting.code}": "", f"text_2_{collecting.code}": "本机已读过该图，保留本机的文字"}
