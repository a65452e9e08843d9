"""The page of benchmarks: every subject stands on it, with figures, or with the reason why there are none."""

from __future__ import annotations

import doctest
from typing import Any

_MACHINE = {"cores": 2, "memory_gb": 24, "system": "Linux x86_64", "python": "3.11.7", "versions": {"SQLite": "3.40"}}


def _said(state: str = "measured", **more: Any) -> dict[str, Any]:
    values = {
        "title": "A",
        "state": state,
        "figures": {},
        "sizes": {"pages": 2000},
        "full": False,
        "measured_at": "2026-11-22T03:00:00+00:00",
        "machine": _MACHINE,
        "seconds": 12.3,
        "load": [0.5, 1.5],
    }
    return values | more


def _subject(**more: Any) -> Any:
    from subjects import Row, Subject

    row = Row(what="a page", ours="ours", peer="theirs", peer_name="Peer 1", unit="CPU s", ratio_at_least=0.5)
    values: dict[str, Any] = {"title": "A", "module": "a/bench.py", "rows": (row,), "not_equal": "They keep nothing."}
    return Subject(**(values | more))


def test_examples_hold() -> None:
    import telling

    assert doctest.testmod(telling).failed == 0


def test_ratio_above_one_is_in_our_favour_for_costs_and_for_rates() -> None:
    from subjects import Row
    from telling import ratio_of

    cost = Row(what="", ours="ours", peer="theirs", unit="s")
    rate = Row(what="", ours="ours", peer="theirs", unit="MB/s", more_is_better=True)
    assert ratio_of(cost, {"ours": 2.0, "theirs": 8.0}) == 4.0
    assert ratio_of(rate, {"ours": 2.0, "theirs": 8.0}) == 0.25
    assert ratio_of(cost, {"ours": 2.0}) is None
    assert ratio_of(cost, {"ours": 0.0, "theirs": 8.0}) is None


def test_what_is_asked_of_ratio_or_figure_is_held_and_unknown_is_neither() -> None:
    from subjects import Row
    from telling import verdict

    ratio = Row(what="", ours="ours", peer="theirs", unit="s", ratio_at_least=0.5)
    assert verdict(ratio, {"ours": 2.0, "theirs": 1.0}) == ("比值 ≥ 0.5", True)
    assert verdict(ratio, {"ours": 2.1, "theirs": 1.0})[1] is False
    assert verdict(ratio, {"ours": 2.1})[1] is None
    assert verdict(Row(what="", ours="ours", unit="MB", at_most=5), {"ours": 5.0}) == ("≤ 5", True)
    assert verdict(Row(what="", ours="ours", unit="MB", at_least=24), {"ours": 23.0}) == ("≥ 24", False)
    assert verdict(Row(what="", ours="ours", unit="MB"), {"ours": 5.0}) == ("", None)


def test_page_shows_figures_ratio_verdict_and_what_was_not_equal() -> None:
    from telling import page

    text = page({"subjects": {"a": _said(figures={"ours": 12.0, "theirs": 7.2})}}, {"a": _subject()})
    assert "| a page | CPU s | 12 | Peer 1: 7.2 | 0.60 | 比值 ≥ 0.5 | 达到 |" in text
    assert "They keep nothing." in text
    assert "load 0.5 – 1.5" in text
    assert "2 cores, 24 GB" in text
    text = page({"subjects": {"a": _said(figures={"ours": 20.0, "theirs": 7.2})}}, {"a": _subject()})
    assert "**未达到**" in text


def test_missing_peer_failed_benchmark_and_one_never_run_are_said() -> None:
    from telling import page

    subjects = {"a": _subject(peer_away="set it up"), "b": _subject(title="B"), "c": _subject(title="C")}
    failed = _said("failed", reason="ended with 1: OSError: no | space.")
    text = page({"subjects": {"a": _said(figures={"ours": 12.0}), "b": failed}}, subjects)
    assert "| a page | CPU s | 12 | Peer 1: not run, set it up | – | 比值 ≥ 0.5 | 未测 |" in text
    assert "| B | **failed** | | ended with 1: OSError: no / space |" in text
    assert "| C | not run | | not run yet |" in text
    assert text.count("未运行 · not run") == 2


def test_growth_is_told_as_exponents_and_what_grows_too_fast_is_marked() -> None:
    from telling import page, told

    figures = {"flat [ms] | 1000": 2.0, "flat [ms] | 10000": 2.0, "bad [s] | 1000": 1.0, "bad [s] | 10000": 100.0}
    figures |= {"once [s] | 1000": 4.0, "once [s] | 10000 | foretold": 1234.0, "broken | 1000 | failed": 1.0}
    said = _said(figures=figures, cut_off="given up after 60 minutes.")
    text = page({"subjects": {"growth": said}}, {"growth": _subject(rows=(), curves=True)})
    assert "| flat [ms] | 1,000: 2; 10,000: 2 | 0.00 | 0.07 | 0.07 |  | 达到 |" in text
    assert "| bad [s] | 1,000: 1; 10,000: 100 | 2.00 | 7.50 | 7.50 |  | **未达到** |" in text
    assert "| once [s] | 1,000: 4 | – | – | – | 10,000: foretold 1,234 CPU s | 未测 |" in text
    assert "| broken |  | – | – | – | 1,000: failed | 未测 |" in text
    assert "中途中断: given up after 60 minutes." in text
    assert "bad [s]" in told("growth", said)


def test_two_runs_are_held_against_each_other_by_ratio_where_there_is_a_peer() -> None:
    from subjects import SUBJECTS
    from telling import compared

    row = SUBJECTS["archive"].rows[0]
    old = {"subjects": {"archive": _said(figures={row.ours: 2.0, row.peer: 4.0})}}
    new = {"subjects": {"archive": _said(figures={row.ours: 4.0, row.peer: 4.0})}}
    line = next(one for one in compared(old, new, ["archive", "crawl"]).splitlines() if row.what in one)
    assert line.split()[-2:] == ["2", "1"]


def test_growth_of_two_runs_is_compared_by_exponent() -> None:
    from telling import compared

    new = {"subjects": {"growth": _said(figures={"a [s] | 10": 1.0, "a [s] | 100": 10.0})}}
    assert compared({"subjects": {}}, new, ["growth"]).splitlines()[-1].split()[-2:] == ["–", "1"]
