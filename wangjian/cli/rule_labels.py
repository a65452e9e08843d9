"""The table of `wangjian rules scan --labels`: rule by rule, as text and as JSON."""

from __future__ import annotations

from leads.labelled import Comparison, RuleRates

__all__ = ["comparison_document", "comparison_lines"]


def comparison_document(comparison: Comparison) -> dict[str, object]:
    """Rates of each rule and of all, and alarms on the texts marked clean."""
    return {
        "texts": comparison.texts,
        **_rates(comparison.overall()),
        "clean": comparison.clean,
        "false_alarms": comparison.false_alarms,
        "false_alarm_rate": round(comparison.alarm_rate, 4),
        "rules": [{"rule": one.rule, **_rates(one)} for one in comparison.by_rule()],
    }


def comparison_lines(comparison: Comparison) -> list[str]:
    """The same for a reader."""
    if not comparison.texts:
        return ['没有带标注的行：各行须有 "expect"，如 "expect":["A01"]，不应命中的写 []']
    lines = ["规则  应判涉嫌  判对  误报  漏报  精确率  召回率"]
    lines += [_line(one.rule, one) for one in comparison.by_rule()]
    lines.append(_line("合计", comparison.overall()))
    lines.append(f"带标注 {comparison.texts} 条；标为正常的 {comparison.clean} 条中误报 {comparison.false_alarms} 条")
    return lines


def _line(name: str, one: RuleRates) -> str:
    return (
        f"{name:<4}  {one.right + one.missed:>8}  {one.right:>4}  {one.wrong:>4}  {one.missed:>4}"
        f"  {one.precision:>6.3f}  {one.recall:>6.3f}"
    )


def _rates(one: RuleRates) -> dict[str, object]:
    return {
        "right": one.right,
        "wrong": one.wrong,
        "missed": one.missed,
        "precision": round(one.precision, 4),
        "recall": round(one.recall, 4),
    }
