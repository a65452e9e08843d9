"""A lead made before its picture was read, and what the picture says of it later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leads.answering import TOLD, answered_by_pictures
from leads.assessing import assess_listing
from leads.leading import build_lead
from leads.picture_numbers import doubted_by_pictures
from leads.picturing import SeenImage
from leads.states import LeadAction, StepDetail, act, found_event
from records.digests import digests_of
from records.image_texts import ImageLine, ImageText, ImageTextOutcome
from records.leads import LeadState, RuleHit, Verdict
from records.licences_read import Box
from records.market import Category

RULE = "G18"


@pytest.fixture
def told(judge, make, now):
    """The lead of a charger's text, its first event, and its findings with those of the picture read a day later."""
    listing, shop = make.listing("充电宝 20000毫安 超薄便携", category=Category.DIGITAL, complete=True), make.shop()
    text = [one for one in assess_listing(judge, listing, shop, now=now) if one.rule_id == RULE]
    lead = build_lead(text, shop, None, existing=None, now=now)
    line = ImageLine(
        text="3C证书编号2023010914546789", confidence=0.98, box=Box(left=30, top=60, right=430, bottom=100)
    )
    picture = digests_of(b"picture")
    read = ImageText(
        text_id="t", image=picture, media_type="image/jpeg", width=750, height=4000, lines=(line,),
        outcome=ImageTextOutcome.READ, engine="e", engine_version="1", reader_version="1", read_at=now,
    )  # fmt: skip
    source = make.source("http://img.test/d.jpg", "c").model_copy(update={"page_sha256": picture.sha256})
    image = SeenImage(source=source, text=read)
    later = now + timedelta(days=1)
    since = doubted_by_pictures(judge, listing, shop, lambda: (image,), findings=text, now=later)
    return lead, [found_event(lead, now=now)], [*text, *since], later


def test_lead_nobody_began_is_taken_back_by_an_event(told) -> None:
    lead, events, findings, later = told
    assert [one.verdict for one in findings] == [Verdict.SUSPECTED, Verdict.UNDETERMINED]
    changed, event = answered_by_pictures(lead, findings, events, now=later)
    assert (changed.state, changed.rule_hit) == (LeadState.EXCLUDED, RuleHit.ASIDE)
    assert "3C证书编号2023010914546789" in event.reason and "http://img.test/d.jpg" in event.reason
    assert changed.finding_ids == lead.finding_ids, "what was found stays found"
    assert answered_by_pictures(changed, findings, [*events, event], now=later) is None
    reopened, _ = act(changed, LeadAction.REOPEN, actor="网监甲", reason="证号属他人", now=later, detail=StepDetail())
    assert reopened.state is LeadState.NEW
    assert answered_by_pictures(reopened, findings, [*events, event], now=later) is None, "no officer is overruled"


def test_lead_an_officer_has_in_hand_is_only_told(told) -> None:
    lead, events, findings, later = told
    accepted, taken = act(lead, LeadAction.ACCEPT, actor="网监甲", reason="", now=later, detail=StepDetail())
    same, event = answered_by_pictures(accepted, findings, [*events, taken], now=later)
    assert same == accepted
    assert (event.action, event.state_to) == (TOLD, LeadState.ACCEPTED)
    assert answered_by_pictures(accepted, findings, [*events, taken, event], now=later) is None


def test_lead_without_an_answering_picture_is_left(told) -> None:
    lead, events, findings, later = told
    assert answered_by_pictures(lead, findings[:1], events, now=later) is None
