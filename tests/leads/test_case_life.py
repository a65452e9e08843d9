"""The life of a case: lawful steps only, two officers where the law asks for two, periods by working days."""

from datetime import UTC, date, datetime

import pytest

from leads.case_life import CaseAction, act_on_case, lawful_case_steps
from leads.case_periods import case_card, open_deadlines, opened_clock, with_paper_period
from leads.clocks import CardColour
from records.case_parts import CaseHandler, CaseState, CaseStep, HandlerPart
from records.errors import InvalidInputError, TransitionRefusedError
from records.leads import Case

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TWO = (
    CaseHandler(part=HandlerPart.LEAD, login="banan", name="潘案", card_no="330106001"),
    CaseHandler(part=HandlerPart.ASSIST, login="xieban", name="谢办", card_no="330106002"),
)


def opened(**more):
    return opened_clock(Case(case_id="k1", title="案", opened_at=NOW, **more), start=date(2026, 3, 2))


def take(case, *actions, now=NOW, reason="核实"):
    for action in actions:
        case, event = act_on_case(case, CaseStep(action=action, actor="banan", reason=reason, now=now))
        assert event.state_to is case.state
    return case


def due(case, named):
    return next(one for one in case.deadlines if one.deadline_id == named)


def test_whole_life_from_check_to_archive_with_its_periods():
    case = take(opened(handlers=TWO), CaseAction.ASK_FILING, CaseAction.FILE)
    assert (case.state, case.filed_on) == (CaseState.INVESTIGATING, date(2026, 3, 2))
    assert due(case, "check").settled_how == "立案"
    # 90 days after 2 March is Sunday 31 May: the period ends on the next working day.
    assert due(case, "handle").due_on == date(2026, 6, 1)
    case = take(case, CaseAction.FINISH)
    assert due(case, "review").due_on == date(2026, 3, 16)
    case = take(case, CaseAction.REVIEWED, CaseAction.DECIDE, CaseAction.CLOSE, CaseAction.ARCHIVE)
    assert case.state is CaseState.ARCHIVED and open_deadlines(case) == () and lawful_case_steps(case) == ()


def test_check_period_is_fifteen_working_days_and_prolonged_once():
    case = opened()
    assert due(case, "check").due_on == date(2026, 3, 23)
    longer = take(case, CaseAction.EXTEND_CHECK)
    assert due(longer, "check").due_on == date(2026, 4, 14)  # 清明 lies between
    with pytest.raises(TransitionRefusedError):
        take(longer, CaseAction.EXTEND_CHECK)


def test_days_of_appraisal_are_not_counted():
    case = take(opened(handlers=TWO), CaseAction.STOP_CLOCK)
    card = case_card(due(case, "check"), date(2026, 3, 30))
    assert card.colour is CardColour.NONE and "停止计算" in card.sentence
    again = take(case, CaseAction.START_CLOCK, now=datetime(2026, 3, 9, 2, 0, tzinfo=UTC))
    assert due(again, "check").due_on == date(2026, 3, 30)


@pytest.mark.parametrize("handlers", [(), TWO[:1], (TWO[0], TWO[0].model_copy(update={"part": HandlerPart.ASSIST}))])
def test_acts_that_need_two_officers_are_refused_to_fewer(handlers):
    with pytest.raises(TransitionRefusedError, match="两名以上执法人员"):
        take(opened(handlers=handlers), CaseAction.ASK_FILING)


def test_every_state_takes_its_own_steps_and_no_other():
    for state in CaseState:
        case = opened(handlers=TWO, state=state)
        lawful = set(lawful_case_steps(case))
        for action in set(CaseAction) - lawful:
            with pytest.raises(TransitionRefusedError):
                take(case, action)


def test_step_without_its_reason_is_refused():
    with pytest.raises(InvalidInputError, match="理由"):
        take(opened(), CaseAction.EXTEND_CHECK, reason=" ")


def test_period_of_a_paper_runs_until_it_is_settled():
    case = with_paper_period(
        opened(), title="协查回函", article="第四十五条", due=(15, None), paper=("p1", date(2026, 3, 2))
    )
    assert with_paper_period(case, title="x", article="x", due=(1, None), paper=("p1", date(2026, 3, 9))) == case
    assert due(case, "paper:p1").due_on == date(2026, 3, 23)
    done, event = act_on_case(
        case, CaseStep(action="期限办结", actor="banan", reason="已回函", now=NOW, deadline_id="paper:p1")
    )
    assert due(done, "paper:p1").settled_on == date(2026, 3, 2) and "协查回函办结" in event.reason
    with pytest.raises(InvalidInputError, match="不能手工办结"):
        act_on_case(case, CaseStep(action="期限办结", actor="banan", reason="x", now=NOW, deadline_id="check"))


def test_period_in_a_year_without_holidays_says_so():
    late = opened_clock(Case(case_id="k2", title="案", opened_at=NOW), start=date(2026, 12, 25))
    card = case_card(due(late, "check"), date(2026, 12, 26))
    assert card.colour is CardColour.UNKNOWN and "2027" in card.sentence
    filed = take(opened(handlers=TWO, state=CaseState.FILING), CaseAction.FILE, now=datetime(2026, 11, 20, tzinfo=UTC))
    card = case_card(due(filed, "handle"), date(2026, 12, 20))
    assert card.colour is CardColour.GREEN and "还剩 60 日（节假日表未收录，按自然日计）" in card.sentence
