"""Promises of RegisterStore about time: what was known when, and nothing ever deleted."""

from datetime import date, timedelta

import pytest

from records.errors import NotFoundError
from records.register import EntityStatus
from records.register_history import Gone, ListedPeriod

CODE = "91330100000000001X"
DAY = timedelta(days=1)


def _cancelled(make, **more):
    return make.register_row(CODE, status=EntityStatus.CANCELLED, status_on=date(2026, 2, 1), **more)


def test_state_a_snapshot_changed_is_kept_with_the_times_it_was_known(records, make, clock):
    register, first = records.register, clock()
    register.import_entities("s", "one", [make.register_row(CODE)])
    clock.advance(86_400)
    register.import_entities("s", "two", [make.register_row(CODE)])
    clock.advance(86_400)
    register.import_entities("s", "three", [_cancelled(make)])
    before, present = register.history(CODE)
    assert (before.known_from, before.known_until) == (first, first + 2 * DAY)
    assert (before.brought_by, before.entity.snapshot_id) == ("one", "two")
    assert before.entity == make.entity(CODE, source="s", snapshot_id="two")
    assert (present.known_from, present.known_until, present.brought_by) == (first + 2 * DAY, None, "three")
    assert present.entity == register.by_code(CODE)
    assert register.history("nobody") == ()


def test_what_was_known_at_a_moment_is_answered(records, make, clock):
    register, first = records.register, clock()
    register.import_entities("s", "one", [make.register_row(CODE)])
    clock.advance(86_400)
    register.import_entities("s", "two", [_cancelled(make), make.register_row("new", "新设公司")])

    def known(at):
        return {code: entity.status for code, entity in register.as_known([CODE, "new", "nobody"], at).items()}

    assert known(first - DAY) == {}
    assert known(first) == known(first + DAY / 2) == {CODE: EntityStatus.ACTIVE}
    assert known(first + DAY) == {CODE: EntityStatus.CANCELLED, "new": EntityStatus.ACTIVE}
    assert register.snapshot_as_known(first - DAY) is None
    assert register.snapshot_as_known(first + DAY / 2).snapshot_id == "one"
    assert register.snapshot_as_known(first + DAY).snapshot_id == "two"
    assert set(register.by_codes([CODE, "new", "nobody"])) == {CODE, "new"}


def test_clock_that_was_set_back_makes_no_state_end_before_it_began(records, make, clock):
    register = records.register
    register.import_entities("s", "one", [make.register_row(CODE)])
    clock.advance(3_600)
    register.import_entities("s", "two", [_cancelled(make)])
    clock.advance(-7_200)
    register.import_entities("s", "three", [make.register_row(CODE)])
    clock.advance(86_400)
    register.import_entities("s", "four", [_cancelled(make)])
    times = [state.known_from for state in register.history(CODE)]
    assert times == sorted(times)
    assert all(state.known_from < state.known_until for state in register.history(CODE)[:-1])


def test_full_snapshot_marks_those_it_no_longer_names_and_deletes_nobody(records, make, clock):
    register = records.register
    register.import_entities("s", "one", [make.register_row(str(n), f"第{n}公司") for n in range(6)])
    register.import_entities("other", "another", [make.register_row("o", "别家公司")])
    clock.advance(86_400)
    register.import_entities("s", "two", [make.register_row(str(n), f"第{n}公司") for n in range(3)])
    assert register.mark_absent("s", "two", named=["3"], most=0.2) == (2, 6)
    assert register.by_code("5").gone is None
    assert register.mark_absent("s", "two", named=["3"]) == (2, 6)
    gone = {entity.code for entity in register.entities() if entity.gone is Gone.ABSENT}
    assert gone == {"4", "5"}
    assert register.by_code("5").snapshot_id == "two"
    assert [state.entity.gone for state in register.history("5")] == [None, Gone.ABSENT]
    assert register.mark_absent("s", "two", named=["3"]) == (0, 4)
    clock.advance(86_400)
    again = register.import_entities("s", "three", [make.register_row("5", "第5公司")])
    assert (again.changed, register.by_code("5").gone) == (1, None)
    with pytest.raises(NotFoundError, match="没有导入过"):
        register.mark_absent("s", "never")


def test_row_the_register_knows_later_is_named_all_the_same(records, make, clock):
    register = records.register
    register.import_entities(
        "s", "one", [make.register_row(CODE, approved_on=date(2026, 3, 1)), make.register_row("x")]
    )
    clock.advance(86_400)
    older = make.register_row(CODE, approved_on=date(2026, 1, 1), status=EntityStatus.CANCELLED)
    assert register.import_entities("s", "two", [older]).older == 1
    assert register.mark_absent("s", "two") == (1, 2)
    assert register.by_code(CODE).gone is None


def test_import_broken_off_and_taken_up_again_keeps_its_first_time(records, make, clock):
    register, first = records.register, clock()

    def breaking():
        yield from (make.register_row(str(number)) for number in range(3))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        register.import_entities("s", "one", breaking())
    clock.advance(60)
    register.import_entities("s", "one", [make.register_row(str(number)) for number in range(3)])
    assert register.history("1")[0].known_from == first
    assert register.snapshot_as_known(clock()).finished
    clock.advance(60)
    register.import_entities("s", "one", [make.register_row("1", "改名公司")])
    assert register.history("1")[1].known_from == clock()


def test_stays_on_a_list_are_told_by_day(make):
    period = ListedPeriod(listed_on=date(2024, 1, 2), removed_on=date(2024, 6, 1))
    unknown = ListedPeriod(listed_on=date(2022, 1, 2), seen_until=date(2022, 3, 1))
    entity = make.entity(abnormal_since=date(2026, 1, 1), abnormal_periods=(period, unknown))
    days = (date(2024, 1, 1), date(2024, 1, 2), date(2024, 6, 1), date(2026, 5, 5), date(2022, 3, 1), date(2022, 3, 2))
    told = [entity.listed_as_abnormal(day) for day in days]
    assert told == [None, period, None, ListedPeriod(listed_on=date(2026, 1, 1)), unknown, None]
    assert entity.listed_as_seriously_illegal(days[1]) is None
    assert (period.ended, unknown.ended, ListedPeriod(listed_on=days[0]).ended) == (True, True, False)
