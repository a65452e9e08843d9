"""`wangjian rules …`: the rules, their examples, and judging a file of texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from leads.catalogue import load_rules
from leads.judging import Judge
from leads.labelled import Comparison
from leads.rule_life import STATE_WORDS, named_unverified, unverified
from leads.rule_standing import RuleStanding, known_rules, standing_of
from leads.scan import scan_file
from leads.selftest import run_examples
from records.errors import ExitCode, NotFoundError
from records.leads import Basis, Rule, Severity
from wangjian.cli.acting import add_acting_to
from wangjian.cli.image_reading import add_images_to
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened
from wangjian.cli.own_rules import add_own_to
from wangjian.cli.rule_labels import comparison_document, comparison_lines
from wangjian.cli.rule_signing import add_signing_to, life_document, life_lines
from wangjian.settings import load_settings
from wangjian.wiring import utc_now

__all__ = ["add_to"]

_LEVELS = {Severity.HIGH: "高", Severity.MEDIUM: "中", Severity.LOW: "低"}
_COUNTED = {"lines": "行数", "refused": "读不懂", "suspected": "涉嫌", "excluded": "除外", "undetermined": "无法判定"}


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    rules = typer.Typer(help="规则", no_args_is_help=True)
    rules.command("list", help="列出规则")(rules_list)
    rules.command("show", help="一条规则的依据、除外与示例")(rules_show)
    rules.command("test", help="运行每条规则的全部示例")(rules_test)
    rules.command("scan", help="研判一个文本文件（JSONL）")(rules_scan)
    add_signing_to(rules)
    add_acting_to(rules)
    add_own_to(rules)
    add_images_to(rules)
    app.add_typer(rules, name="rules")


def rules_list(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every rule with its article, force dates and verified flag."""
    rows = []
    for one in _standings(data_dir):
        rule = one.rule
        current = _in_force(rule, _today())
        waiting = named_unverified(unverified(rule, on=_today()))
        rows.append(
            {
                "rule": rule.rule_id,
                "title": rule.title,
                "severity": rule.severity.value,
                "level": _LEVELS[rule.severity],
                "version": rule.version,
                "instrument": current.instrument if current else "",
                "article": current.article if current else "",
                "in_force_from": current.in_force_from.isoformat() if current else "",
                "in_force_to": current.in_force_to.isoformat() if current and current.in_force_to else None,
                "verified": bool(current and current.verified),
                "status": _status(current, waiting),
                "unverified": list(waiting),
                **life_document(one),
                "standing": STATE_WORDS[one.life.state],
                "agreed": one.precision.sentence,
            }
        )
    columns = {
        "rule": "规则", "title": "情形", "level": "级别", "instrument": "依据", "article": "条款",
        "in_force_from": "施行", "status": "核对", "standing": "状态", "agreed": "处置结果",
    }  # fmt: skip
    emit_rows(rows, as_json=as_json, columns=columns, empty="没有规则")
    return ExitCode.DONE


def rules_show(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="规则编号，如 A01")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """One rule, whole."""
    standing = next((one for one in _standings(data_dir, rule_id.upper())), None)
    if standing is None:
        raise NotFoundError(f"没有规则 {rule_id}", cure="编号见 wangjian rules list")
    found = standing.rule
    document = {**found.model_dump(mode="json"), "standing": life_document(standing)}
    emit(document, as_json=as_json, text="\n".join((_in_words(found), *life_lines(standing))))
    return ExitCode.DONE


def rules_test(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every example of every rule; fails when one does not come out as written."""
    results = run_examples(load_rules(), on=_today())
    failed = [result for result in results if not result.passed]
    lines = [
        f"{result.rule_id} 不符：{result.text[:60]}（应为 {result.expected}，得到 {result.found}）" for result in failed
    ]
    lines.append(f"示例 {len(results)} 条，不符 {len(failed)} 条")
    rows = [{"rule": r.rule_id, "text": r.text, "expected": r.expected, "found": r.found} for r in failed]
    emit({"examples": len(results), "failed": rows}, as_json=as_json, text="\n".join(lines))
    return ExitCode.NO if failed else ExitCode.DONE


def rules_scan(
    file: Annotated[Path, typer.Argument(metavar="IN.jsonl", help="每行一个文本")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT.jsonl", help="结果文件")],
    labels: Annotated[
        bool, typer.Option("--labels", help="各行带有 expect（应判涉嫌的规则编号）时，逐条规则列出精确率与召回率")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Judge every line of a file."""
    comparison = Comparison() if labels else None
    counts = scan_file(file, output, Judge(load_rules(), on=_today()), labels=comparison)
    text = f"已写入 {output}：" + "，".join(f"{_COUNTED.get(name, name)} {count}" for name, count in counts.items())
    if comparison is None:
        emit(counts, as_json=as_json, text=text)
    else:
        document = {**counts, "labels": comparison_document(comparison)}
        emit(document, as_json=as_json, text="\n".join((text, *comparison_lines(comparison))))
    return ExitCode.PARTIAL if counts.get("refused") else ExitCode.DONE


def _standings(data_dir: Path | None, rule_id: str = "") -> tuple[RuleStanding, ...]:
    """All rules, or one, by this bureau's records; where there are none yet, as the release says, and nothing is made
    to find that out."""
    settings = load_settings(data_dir=data_dir)
    if not settings.stores.records_url and not settings.data_dir.expanduser().is_dir():
        return standing_of(None, _those(load_rules(), rule_id))
    with opened(data_dir) as services:
        return standing_of(services, _those(known_rules(services), rule_id))


def _those(rules: Sequence[Rule], rule_id: str) -> list[Rule]:
    return [rule for rule in rules if rule_id in ("", rule.rule_id)]


def _today() -> date:
    return utc_now().date()


def _in_force(rule: Rule, on: date) -> Basis | None:
    for basis in rule.basis:
        if basis.in_force_from <= on and (basis.in_force_to is None or on <= basis.in_force_to):
            return basis
    return None


def _status(current: Basis | None, waiting: Sequence[str]) -> str:
    """已核 only when every article in force, penalties included, was compared with the official text."""
    if current is None or not current.verified:
        return "待核"
    return f"部分待核（{len(waiting)} 条）" if waiting else "已核"


def _in_words(rule: Rule) -> str:
    lines = [f"{rule.rule_id} {rule.title}（{_LEVELS[rule.severity]}，版本 {rule.version}）"]
    for basis in rule.basis:
        until = f"至 {basis.in_force_to}" if basis.in_force_to else "施行中"
        mark = "已核" if basis.verified else "待核"
        lines.append(
            f"依据：{basis.instrument}{basis.article}（{basis.in_force_from} 起，{until}，{mark}）{basis.text}"
        )
    lines += [
        f"罚则：{penalty.instrument}{penalty.article}（{'已核' if penalty.verified else '待核'}）{penalty.text}"
        for penalty in rule.penalty
    ]
    lines += [f"除外 {item.exemption_id}：{item.title}；当事人需证明：{item.proof}" for item in rule.exemptions]
    lines.append(f"尚需证据：{rule.proof_needed}")
    lines += [f"涉嫌示例：{example.text}" for example in rule.breaching]
    lines += [f"正常示例：{example.text}" for example in rule.clean]
    return "\n".join(lines)
