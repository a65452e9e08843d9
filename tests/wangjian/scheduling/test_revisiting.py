"""Adaptive intervals."""

from hypothesis import given
from hypothesis import strategies as st

from records.schedules import Revisit
from wangjian.scheduling.revisiting import next_interval_seconds

REVISIT = Revisit(min_hours=2, max_hours=200, start_hours=24)


@given(st.lists(st.sampled_from([True, False, None]), max_size=60))
def test_interval_stays_in_its_bounds_and_blindness_teaches_nothing(visits):
    interval = 24 * 3600
    for changed in visits:
        following = next_interval_seconds(REVISIT, interval, changed=changed)
        assert 2 * 3600 <= following <= 200 * 3600
        assert changed is not None or following == interval
        assert changed is not True or following <= interval
        assert changed is not False or following >= interval
        interval = following
