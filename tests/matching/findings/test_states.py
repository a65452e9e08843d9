"""Status, lists and term on the day of the capture: what was known then, and what was learned since."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from matching.entity_rows import entity_of
from records.licence_findings import Certainty, LicenceProblem
from records.register import EntityStatus

P = LicenceProblem


def said(match):
    return [finding.problem for finding in match.licence_findings]


def held_back(match):
    return {one.problem: one.because for one in match.withheld_findings}


def on(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "problems", "withheld"),
    [
        ("2024-06-30", [], ""),
        ("2024-07-01", [P.ABNORMAL], ""),
        ("2025-02-28", [P.ABNORMAL], ""),
        ("2025-03-01", [], "移出"),
    ],
)
def test_listing_counts_from_its_first_day_to_the_day_before_its_removal(ask, firm, day, problems, withheld) -> None:
    found = ask(code=firm.removed.code, name=firm.removed.name, as_of=on(day))
    assert said(found) == problems
    assert withheld in held_back(found).get(P.ABNORMAL, "")
    if problems:
        assert "2025-03-01" in found.licence_findings[0].sentence


def test_listing_whose_end_nobody_knows_is_not_said_after_it_was_last_seen(ask, firm) -> None:
    assert said(ask(code=firm.unsure.code, as_of=on("2024-08-01"))) == [P.ABNORMAL]
    later = ask(code=firm.unsure.code, as_of=on("2026-01-01"))
    assert said(later) == []
    assert "不能确定" in held_back(later)[P.ABNORMAL]


def test_suspended_business_is_to_be_asked_not_proved(ask, firm) -> None:
    (finding,) = ask(code=firm.suspended.code).licence_findings
    assert (finding.problem, finding.certainty) == (P.SUSPENDED, Certainty.TO_CHECK)
    assert "恢复营业" in finding.remarks[0]


def test_open_ended_and_nonsensical_terms_never_run_out(ask, firm) -> None:
    assert said(ask(code=firm.forever.code, as_of=on("2998-01-01"))) == []
    assert said(ask(code=firm.slip.code)) == []


def test_term_renewed_after_the_capture_is_told_with_both_dates(ask, firm) -> None:
    (finding,) = ask(code=firm.renewed.code, as_of=on("2025-09-01")).licence_findings
    assert (finding.problem, finding.certainty) == (P.EXPIRED, Certainty.TO_CHECK)
    assert "2025-06-30" in finding.sentence
    assert "2045-06-30" in finding.sentence
    assert said(ask(code=firm.renewed.code)) == []


def test_term_renewed_before_the_capture_is_not_said(ask, firm) -> None:
    found = ask(code=firm.in_time.code, as_of=on("2025-09-01"))
    assert said(found) == []
    assert "2025-06-01" in held_back(found)[P.EXPIRED]


def test_page_that_states_a_later_term_is_told_beside_the_expiry(ask, known) -> None:
    (finding,) = ask(
        name=known.expired.name, code=known.expired.code, has_image=True, valid_until="长期"
    ).licence_findings
    assert finding.problem is P.EXPIRED
    assert "长期" in finding.remarks[0]


def test_cancellation_without_a_date_is_said_only_where_the_register_knew_it_then(ask, firm) -> None:
    before = ask(code=firm.dateless.code, as_of=on("2025-06-01"))
    assert said(before) == []
    assert "未载日期" in held_back(before)[P.CANCELLED]
    assert said(ask(code=firm.dateless.code, as_of=on("2026-06-01"))) == [P.CANCELLED]


@pytest.mark.parametrize("words", ["停业", "歇业", "停业（歇业备案）"])
def test_register_files_may_say_that_a_business_rests(words) -> None:
    values = {"code": "91110000600037341L", "name": "北京某某有限公司", "status": words, "status_on": "2026-06-01"}
    entity, problems = entity_of(values, source="试验", snapshot_id="snap_1")
    assert problems == []
    assert entity is not None
    assert entity.status is EntityStatus.SUSPENDED


def test_annulled_registration_is_proved_and_names_what_may_undo_it(ask, firm) -> None:
    (finding,) = ask(code=firm.annulled.code).licence_findings
    assert (finding.problem, finding.certainty) == (P.ANNULLED, Certainty.PROVED)
    assert "2026-05-01撤销" in finding.sentence
    assert "恢复原登记状态" in finding.remarks[0]


def test_order_to_close_is_to_be_checked_for_what_it_covers(ask, firm) -> None:
    (finding,) = ask(code=firm.closed.code).licence_findings
    assert (finding.problem, finding.certainty) == (P.ORDERED_CLOSED, Certainty.TO_CHECK)
    assert "决定书" in finding.remarks[0]


def test_annulment_and_closure_after_the_capture_are_not_said(ask, firm) -> None:
    for one, problem in ((firm.annulled, P.ANNULLED), (firm.closed, P.ORDERED_CLOSED)):
        found = ask(code=one.code, as_of=on("2026-04-30"))
        assert said(found) == []
        assert "取证（2026-04-30）之后" in held_back(found)[problem]


def test_annulment_taken_back_since_is_not_said(ask, firm) -> None:
    found = ask(code=firm.restored.code, as_of=on("2025-06-01"))
    assert said(found) == []
    assert "已恢复登记" in held_back(found)[P.ANNULLED]
    assert held_back(ask(code=firm.restored.code)) == {}


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("撤销", EntityStatus.ANNULLED),
        ("登记已撤销", EntityStatus.ANNULLED),
        ("责令关闭", EntityStatus.ORDERED_CLOSED),
        ("吊销，未注销", EntityStatus.REVOKED),
        ("撤销，已注销", EntityStatus.CANCELLED),
    ],
)
def test_register_files_may_say_that_a_registration_was_annulled_or_closed(words, status) -> None:
    values = {"code": "91110000600037341L", "name": "北京某某有限公司", "status": words, "status_on": "2026-06-01"}
    entity, problems = entity_of(values, source="试验", snapshot_id="snap_1")
    assert (problems, entity and entity.status) == ([], status)
