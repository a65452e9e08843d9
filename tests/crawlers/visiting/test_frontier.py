"""What another process of the same run left on its way is visited by the one that goes on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from crawlers.visiting.frontier import LeaseScheduler
from records.survey import FrontierState


class Survey:
    """A run with one row that somebody else took."""

    def __init__(self, state: FrontierState) -> None:
        self.state = state

    def frontier_counts(self, _run_id: str) -> dict[FrontierState, int]:
        return {state: int(state is self.state) for state in FrontierState}

    def open_run(self, _run: object, seeds: tuple[()]) -> None:
        assert seeds == ()
        self.state = FrontierState.PENDING


@pytest.fixture
def visit() -> SimpleNamespace:
    return SimpleNamespace(
        survey=Survey(FrontierState.LEASED), run=None, run_id="run-1", done=3, stopped="", in_flight={},
        target=SimpleNamespace(max_pages=9),
    )  # fmt: skip


def goes_on(visit: SimpleNamespace) -> bool:
    return LeaseScheduler(visit, lambda _: None, lambda _row, _why: None).has_pending_requests()


def test_row_that_a_machine_left_when_it_came_back_and_was_ended_is_taken_up(visit) -> None:
    assert goes_on(visit)
    assert visit.survey.state is FrontierState.PENDING


@pytest.mark.parametrize("changed", [{"in_flight": {"row": 1}}, {"stopped": "采集被中断"}, {"done": 9}])
def test_rows_of_our_own_and_of_a_run_that_ends_are_left_as_they_are(visit, changed) -> None:
    vars(visit).update(changed)
    assert not goes_on(visit)
    assert visit.survey.state is FrontierState.LEASED


def test_run_whose_rows_are_all_read_ends(visit) -> None:
    visit.survey.state = FrontierState.DONE
    assert not goes_on(visit)
