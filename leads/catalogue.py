"""All rules, checked: a wrong one is named with its file before anything is judged by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType

from pydantic import ValidationError

from leads.beside import listened_for
from leads.patterns import compiled
from leads.remembering import answers
from leads.rule_places import line_of_error, line_of_rule
from leads.signals import LONGEST_BLOCKER, LeadRule
from records.errors import InvalidInputError
from records.leads import Rule, Verdict

__all__ = ["EXAMPLES_NEEDED", "check_rules", "load_rules", "signalled"]

EXAMPLES_NEEDED = 5
_LOST_BRACES = re.compile(r"\(\d+, \d*\)")
_FOLDER = Path(__file__).parent / "rules"
_FILES = (
    "subject",
    "goods",
    "absolute",
    "advertising",
    "health",
    "promises",
    "trade",
    "medical",
    "claims",
    "weapons",
    "drugs",
    "food",
    "food_permits",
    "cosmetics",
    "devices",
    "certification",
    "farming",
    "contraband",
    "licensing",
    "quoting",
    "rivals",
    "reviews",
    "over_time",
    "acts",
    "sectors",
    "disguised",
    "prices",
    "contracts",
    "holdings",
    "platforms",
    "declarations",
    "personal_prices",
    "recalled",
)
_WHOLE = _FILES


def load_rules() -> tuple[Rule, ...]:
    """Every built-in rule by id, each with its signal.

    Raises:
        InvalidInputError: A rule is written wrong; file, line and rule are named.
    """
    return _checked(tuple(_FILES))


@cache
def _checked(files: tuple[str, ...]) -> tuple[Rule, ...]:
    """Once a process: the rules are constants. What was new about their patterns is kept for the next process."""
    named = [(f"leads/rules/{name}.py", rule) for name in files for rule in _module(name).RULES]
    check_rules(named)
    if files == _WHOLE and answers().has_new:
        for _, rule in named:
            for cue in rule.signal.cues:
                listened_for(cue.words, cue.pattern)
        answers().keep()
    return tuple(sorted((rule for _, rule in named), key=lambda rule: rule.rule_id))


def signalled(rules: Sequence[Rule]) -> tuple[LeadRule, ...]:
    """The same rules, known to carry a signal.

    Raises:
        InvalidInputError: A rule without one cannot judge.
    """
    found = tuple(rule for rule in rules if isinstance(rule, LeadRule))
    if len(found) != len(rules):
        silent = next(rule for rule in rules if not isinstance(rule, LeadRule))
        raise InvalidInputError(
            f"规则 {silent.rule_id} 没有信号，不能用来研判", cure="用 leads.catalogue.load_rules() 取规则"
        )
    return found


def check_rules(named: Iterable[tuple[str, LeadRule]]) -> None:
    """Refuse the first rule that is written wrong.

    Args:
        named: (file, rule) pairs; the file is for the message.

    Raises:
        InvalidInputError: Repeated id, too few examples, impossible dates or pattern, an exemption nobody declared.
    """
    seen: dict[str, str] = {}
    for file, rule in named:
        if rule.rule_id in seen:
            _refuse(file, rule, f"编号重复，已见于 {seen[rule.rule_id]}")
        seen[rule.rule_id] = file
        for problem in _problems(rule):
            _refuse(file, rule, problem)


def _module(name: str) -> ModuleType:
    """One file of rules; whatever is wrong with it is told in our words."""
    try:
        return import_module(f"leads.rules.{name}")
    except (SyntaxError, NameError, TypeError, ValueError, ImportError, re.error) as exc:
        path = _FOLDER / f"{name}.py"
        line = line_of_error(exc, path)
        raise InvalidInputError(
            f"leads/rules/{name}.py{f' 第 {line} 行' if line else ''}：{_said(exc)}",
            cure="改正该文件后再运行 wangjian rules test",
            file=f"leads/rules/{name}.py",
            line=line,
        ) from exc


def _said(exc: Exception) -> str:
    if isinstance(exc, ValidationError):
        return "；".join(f"{'.'.join(str(part) for part in one['loc'])}：{one['msg']}" for one in exc.errors()[:3])
    if isinstance(exc, SyntaxError):
        return f"语法有误：{exc.msg}"
    return f"{type(exc).__name__}：{exc}"


def _problems(rule: LeadRule) -> Iterable[str]:
    if not re.fullmatch(r"[A-Z]\d{2}", rule.rule_id):
        yield "编号应为一个字母加两位数字，如 A01"
    if not rule.basis:
        yield "没有法律依据"
    for basis in (*rule.basis, *rule.penalty):
        if basis.in_force_to is not None and basis.in_force_to < basis.in_force_from:
            yield f"{basis.instrument}{basis.article}的失效日早于生效日"
    if len(rule.breaching) < EXAMPLES_NEEDED or len(rule.clean) < EXAMPLES_NEEDED:
        yield f"正例 {len(rule.breaching)} 条、反例 {len(rule.clean)} 条，各不得少于 {EXAMPLES_NEEDED} 条"
    if any(example.verdict is not Verdict.SUSPECTED for example in rule.breaching):
        yield "正例须判涉嫌"
    if any(example.verdict is Verdict.SUSPECTED for example in rule.clean):
        yield "反例不得判涉嫌"
    yield from _signal_problems(rule)


def _signal_problems(rule: LeadRule) -> Iterable[str]:
    declared = {exemption.exemption_id for exemption in rule.exemptions}
    for guard in rule.signal.guards:
        if guard.exemption_id not in declared:
            yield f"除外情形“{guard.exemption_id}”未在 exemptions 中列明"
    patterns = [text for cue in rule.signal.cues for text in (cue.pattern, cue.near, cue.bar)]
    patterns += [text for guard in rule.signal.guards for text in (guard.pattern, guard.unless)]
    for pattern in dict.fromkeys(patterns):
        yield from answers().answer("wrong", pattern, partial(_wrong_in, pattern))
    if any(not word for cue in rule.signal.cues for word in cue.words):
        yield "有空的词"
    for word in rule.signal.blockers:
        if not 0 < len(word) <= LONGEST_BLOCKER:
            yield f"排除词应为 1 至 {LONGEST_BLOCKER} 个字：{word[:20]}"


def _wrong_in(pattern: str) -> Iterable[str]:
    if _LOST_BRACES.search(pattern):
        yield f"f 字符串里的重复次数须写双花括号：{pattern[:60]}"
    try:
        compiled(pattern)
    except re.error as exc:
        yield f"模式写法有误（{exc}）：{pattern[:60]}"


def _refuse(file: str, rule: Rule, problem: str) -> None:
    line = line_of_rule(_FOLDER.parents[1] / file, rule.rule_id)
    raise InvalidInputError(
        f"{file}{f' 第 {line} 行' if line else ''} 规则 {rule.rule_id}：{problem}",
        cure="改正该规则后再运行 wangjian rules test",
        rule=rule.rule_id,
        file=file,
        line=line,
    )
