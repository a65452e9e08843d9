"""Implements `records.rule_exchange.RuleExchange` with the parts of the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from leads.rule_standing import known_rules
from leads.selftest import run_examples
from records.arranging import RowProblem
from records.errors import ConflictError, NotFoundError
from records.holding import HeldFile
from records.own_rules import OwnRule
from records.ports import Services
from records.rule_exchange import ExampleTried, ListRead, PackTaken
from records.watch_lists import WatchHit, WatchKind, WatchList
from wangjian.own_rules import read_pack, sign_pack, take_pack
from wangjian.processes.holding import HELD_FOLDER
from wangjian.watching import import_watch_list, list_of_words, retire, watch_stored

__all__ = ["ConsoleRuleExchange"]


class ConsoleRuleExchange:
    """See the module."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._finding = HeldFile(services.data_dir / HELD_FOLDER / "finding.held")

    def import_list(self, path: Path, *, title: str, kind: WatchKind, source: str, by: str) -> ListRead:
        """See records.rule_exchange.RuleExchange."""
        done = import_watch_list(self._services, path, title=title, kind=kind, source=source, by=by)
        problems = tuple(RowProblem(line=row.line, column="", reason=row.reason) for row in done.refused)
        return ListRead(watched=done.watched, changed=done.changed, problems=problems)

    def retire_list(self, watched: WatchList, *, by: str) -> WatchList:
        """See records.rule_exchange.RuleExchange."""
        gone = retire(self._services, watched.list_id, by=by)
        if gone.version > watched.version + 1:
            raise ConflictError(f"名单“{watched.title}”已另有新版", cure="看过最新内容后再决定")
        return gone

    def find(self, words: Sequence[str]) -> tuple[WatchHit, ...]:
        """See records.rule_exchange.RuleExchange."""
        watched = list_of_words(self._services, words)
        if not self._finding.hold():
            raise ConflictError("另一次查找正在进行", cure="稍后重试")
        try:
            return watch_stored(self._services, (watched,), keep=False)[0]
        finally:
            self._finding.release()

    def sign_pack(self, rules: Sequence[OwnRule], *, title: str, office: str) -> bytes:
        """See records.rule_exchange.RuleExchange."""
        return sign_pack(self._services, rules, title=title, office=office)

    def take_pack(self, file: bytes, *, by: str) -> PackTaken:
        """See records.rule_exchange.RuleExchange."""
        read = read_pack(self._services, file)
        kept, known = take_pack(self._services, read, by=by)
        return PackTaken(title=read.pack.title, office=read.pack.office, signer=read.signer, kept=kept, known=known)

    def try_examples(self, rule_id: str) -> tuple[ExampleTried, ...]:
        """See records.rule_exchange.RuleExchange."""
        rule = next((one for one in known_rules(self._services) if one.rule_id == rule_id), None)
        if rule is None:
            raise NotFoundError(f"没有规则 {rule_id[:40]}", cure="编号见规则列表")
        tried = run_examples((rule,), on=self._services.clock().date())
        return tuple(
            ExampleTried(text=one.text, expected=str(one.expected), found=str(one.found), passed=one.passed)
            for one in tried
        )
