"""The impact record: what was asked, how the site fared at first and at last, over all parts of a run."""

from __future__ import annotations

from crawlers.visiting.impact import ImpactCount


class Seconds:
    """Seconds that go on when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_site_that_fares_worse_shows_in_the_last_answers() -> None:
    count = ImpactCount(monotonic=Seconds())
    for _ in range(100):
        count.answered(200, 0.1)
    for number in range(50):
        count.answered(500 if number % 2 else 200, 0.9)
    found = count.record(delay_seconds=1.5)
    assert (found.first_5xx_share, found.last_5xx_share) == (0.0, 0.5)
    assert (found.first_seconds, found.last_seconds) == (0.1, 0.9)
    assert found.statuses == {"2xx": 125, "5xx": 25}
    assert found.delay_seconds == 1.5


def test_request_without_an_answer_is_no_answer() -> None:
    count = ImpactCount(monotonic=Seconds())
    count.answered(None, None)
    found = count.record(delay_seconds=0.0)
    assert found.statuses == {"none": 1}
    assert found.last_5xx_share == 0.0


def test_those_that_wait_together_wait_once() -> None:
    clock = Seconds()
    count = ImpactCount(monotonic=clock)
    count.wait_begins()
    clock.now = 2.0
    count.wait_begins()
    clock.now = 3.0
    count.wait_ends()
    clock.now = 5.0
    count.wait_ends()
    assert count.record(delay_seconds=0).waited_seconds == 5.0


def test_parts_of_a_run_add_up() -> None:
    first = ImpactCount(monotonic=Seconds())
    first.requests, first.size_bytes, first.silences = 3, 100, 1
    for _ in range(3):
        first.answered(200, 0.2)
    second = ImpactCount(monotonic=Seconds(), before=first.record(delay_seconds=1))
    second.requests += 2
    second.size_bytes += 50
    second.answered(503, 2.0)
    found = second.record(delay_seconds=2)
    assert (found.requests_sent, found.bytes_received, found.silences) == (5, 150, 1)
    assert found.statuses == {"2xx": 3, "5xx": 1}
    assert (found.first_seconds, found.last_seconds) == (0.2, 2.0)
    assert (found.first_5xx_share, found.last_5xx_share) == (0.0, 1.0)


def test_part_that_got_no_answer_changes_nothing_of_how_the_site_fared() -> None:
    first = ImpactCount(monotonic=Seconds())
    first.answered(500, 0.4)
    before = first.record(delay_seconds=1)
    assert ImpactCount(monotonic=Seconds(), before=before).record(delay_seconds=1) == before
