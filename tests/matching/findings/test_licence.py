"""Findings about the licence: each when it should be said, and none when it must not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace

from matching.identifiers.checks import mod31_character
from records.register import LicenceProblem, Match, MatchDecision

Ask = Callable[..., Match]


def problems(match: Match) -> list[LicenceProblem]:
    return [finding.problem for finding in match.licence_findings]


def test_sound_licence_has_no_finding(ask: Ask, known: SimpleNamespace) -> None:
    assert problems(ask(name=known.huahan.name, code=known.huahan.code)) == []


def test_number_failing_its_checks_is_invalid(ask: Ask, known: SimpleNamespace) -> None:
    code = known.make_code(999)
    wrong = code[:17] + ("A" if code[17] != "A" else "B")
    found = ask(name="无锡某某商行", code=wrong)
    assert problems(found) == [LicenceProblem.CODE_INVALID]
    assert "校验" in found.licence_findings[0].sentence


def test_repaired_number_is_not_called_invalid(ask: Ask, known: SimpleNamespace) -> None:
    code = known.huahan.code
    assert problems(ask(name=known.huahan.name, code=code.replace("0", "O"))) == []


def test_number_the_register_holds_is_never_invalid(ask: Ask, known: SimpleNamespace) -> None:
    assert problems(ask(code=known.datong.code)) == []


def test_sound_code_the_register_lacks_is_unknown(ask: Ask, known: SimpleNamespace) -> None:
    assert problems(ask(name="无锡某某商行", code=known.make_code(999))) == [LicenceProblem.CODE_UNKNOWN]


def test_licence_newer_than_the_register_is_not_called_unknown(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(name="无锡某某商行", code=known.make_code(999), registered_on=date(2026, 11, 10))
    assert problems(found) == []


def test_codes_of_other_departments_are_not_called_unknown(ask: Ask, known: SimpleNamespace) -> None:
    body = "N2" + known.make_code(999)[2:17]
    assert problems(ask(name="某某村股份经济合作社", code=body + mod31_character(body))) == []


def test_old_registration_number_is_not_called_unknown(ask: Ask) -> None:
    assert problems(ask(name="上海华翰印务有限公司", code="440301103097413")) == []


def test_placeholder_text_is_no_number(ask: Ask, known: SimpleNamespace) -> None:
    assert problems(ask(name=known.huahan.name, code="详见营业执照图片")) == []


def test_code_of_another_entity_is_a_mismatch(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(name=known.huahan.name, code=known.datong.code)
    assert LicenceProblem.NAME_CODE_MISMATCH in problems(found)
    finding = found.licence_findings[0]
    assert known.datong.name in finding.sentence and known.huahan.code in finding.sentence


def test_code_of_a_namesake_in_another_city_is_a_mismatch(ask: Ask, known: SimpleNamespace) -> None:
    here, there = known.xinyuan[0], known.xinyuan[1]
    found = ask(name=here.name, code=there.code)
    assert problems(found) == [LicenceProblem.NAME_CODE_MISMATCH]
    assert found.decision is MatchDecision.POSSIBLE


def test_former_name_is_no_mismatch_but_to_be_brought_up_to_date(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(name="上海旭辰印刷厂", code=known.huahan.code)
    assert problems(found) == [LicenceProblem.OUTDATED]
    assert [one.problem for one in found.withheld_findings] == [LicenceProblem.NAME_CODE_MISMATCH]
    assert "曾用名" in found.withheld_findings[0].because


def test_parent_and_damaged_name_are_no_mismatch(ask: Ask, known: SimpleNamespace) -> None:
    code = known.huahan.code
    for name in (
        "上海华翰印务有限公司苏州分公司",
        "上海华瀚印务有限公司",
        "华翰",
        "华翰印务旗舰店",
        "",
    ):
        assert problems(ask(name=name, code=code)) == [], name


def test_individual_business_shown_by_its_operator_is_no_mismatch(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(name="王大强", code=known.stall.code)
    assert problems(found) == []


def test_sound_unknown_code_beside_a_registered_name_is_both(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(name=known.huahan.name, code=known.make_code(999))
    assert problems(found) == [LicenceProblem.CODE_UNKNOWN, LicenceProblem.NAME_CODE_MISMATCH]


def test_cancelled_entity_is_said_with_its_date(ask: Ask, known: SimpleNamespace) -> None:
    found = ask(name=known.cancelled.name, code=known.cancelled.code)
    assert problems(found) == [LicenceProblem.CANCELLED]
    assert "2025-03-01" in found.licence_findings[0].sentence


def test_entity_cancelled_after_the_capture_is_not_said(ask: Ask, known: SimpleNamespace) -> None:
    earlier = datetime(2025, 2, 1, tzinfo=UTC)
    assert problems(ask(name=known.cancelled.name, code=known.cancelled.code, as_of=earlier)) == []
    assert problems(ask(name=known.revoked.name, code=known.revoked.code)) == []  # revoked on 2026-12-31


def test_capture_day_is_the_day_in_china(ask: Ask, known: SimpleNamespace) -> None:
    late = datetime(2025, 2, 28, 17, 0, tzinfo=UTC)  # 1 March, 01:00 in China
    assert problems(ask(code=known.cancelled.code, as_of=late)) == [LicenceProblem.CANCELLED]


def test_listings_are_said_from_their_day_on(ask: Ask, known: SimpleNamespace) -> None:
    assert problems(ask(code=known.listed.code)) == [LicenceProblem.ABNORMAL]
    later = datetime(2027, 1, 2, tzinfo=UTC)
    assert problems(ask(code=known.listed.code, as_of=later)) == [
        LicenceProblem.ABNORMAL,
        LicenceProblem.SERIOUSLY_ILLEGAL,
    ]


def test_expired_term_is_said_from_the_day_after(ask: Ask, known: SimpleNamespace) -> None:
    assert problems(ask(code=known.expired.code)) == [LicenceProblem.EXPIRED]
    on_the_day = datetime(2026, 6, 30, 3, 0, tzinfo=UTC)
    assert problems(ask(code=known.expired.code, as_of=on_the_day)) == []


def test_state_of_a_mere_candidate_is_not_said(ask: Ask) -> None:
    found = ask(name="明德服饰")
    assert found.decision is MatchDecision.POSSIBLE
    assert problems(found) == []
