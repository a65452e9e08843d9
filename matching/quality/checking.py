"""The check of a register: one walk over its entities, then what only the whole can tell (columns, duplicates)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from matching.names.regions import region_of
from matching.quality.codes import CODE_QUESTIONS
from matching.quality.columns import Column, ColumnCounts, asked_of, sentence_of, sentence_of_source
from matching.quality.dates import DATE_QUESTIONS
from matching.quality.divisions import DivisionHistory
from matching.quality.fields import FIELD_QUESTIONS
from matching.quality.outcomes import SOUND, FieldQuestion, Subject, problem
from matching.quality.sharing import Lookup, Sharers
from matching.quality.tallying import Tally, office_code_of
from records.errors import InvalidInputError, NotFoundError
from records.quality import QualityCheck, QualityReport
from records.register import Entity

__all__ = ["QUESTIONS", "Scope", "check_register", "read_region"]

QUESTIONS: tuple[FieldQuestion, ...] = (*CODE_QUESTIONS, *FIELD_QUESTIONS, *DATE_QUESTIONS)
"""Every question put to one entity by itself."""

_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which entities are reported on; empty means all. `region` is the beginning of a division code."""

    source: str = ""
    region: str = ""

    def takes(self, entity: Entity) -> bool:
        """Whether the entity is reported on."""
        return (not self.source or entity.source == self.source) and (
            not self.region or office_code_of(entity).startswith(self.region)
        )


def read_region(text: str) -> str:
    """The beginning of division codes meant by a code (33, 3301, 330100, 330106) or a name (杭州, 浙江省).

    >>> read_region("330100"), read_region("330106"), read_region("浙江省"), read_region("")
    ('3301', '330106', '33', '')

    Raises:
        InvalidInputError: Neither.
    """
    bare = text.strip()
    if not bare:
        return ""
    if bare.isascii() and bare.isdigit() and len(bare) in (2, 4, 6) and region_of(bare).code:
        return bare[:2] if bare[2:] in ("", "00", "0000") else bare[:4] if bare[4:] in ("", "00") else bare
    found = "" if bare.isascii() else region_of(bare).code
    if not found:
        raise InvalidInputError(f"“{bare[:20]}”不是行政区划", cure="写区划代码（33、3301、330106）或省、市名称")
    return found


def check_register(
    entities: Iterable[Entity],
    *,
    lookup: Lookup,
    scope: Scope,
    now: datetime,
    snapshot_id: str = "",
) -> QualityReport:
    """Walk all entities once and report on those in scope; duplicates are looked for in the whole register.

    Raises:
        NotFoundError: No entity is in scope: nothing checked is not "no problems".
    """
    walk = _Walk(scope=scope, tally=Tally(divisions=DivisionHistory.load()), now=now)
    for entity in entities:
        walk.take(entity)
    if not walk.tally.entities:
        raise _nothing(scope, walk.sources)
    absent = walk.settle_columns()
    walk.settle_sharers(lookup)
    tally = walk.tally
    counts = tally.check_counts()
    return QualityReport(
        made_at=now,
        snapshot_id=snapshot_id,
        source=scope.source,
        region=scope.region,
        entities=tally.entities.total(),
        problem_count=tally.problem_count,
        undecided_count=sum(count.undecided for count in counts),
        unlisted=tally.unlisted,
        checks=counts,
        sources=tally.source_scores(absent),
        offices=tally.office_counts(),
        problems=tuple(sorted(tally.problems, key=lambda found: (found.office_code, found.code, found.problem_id))),
    )


@dataclass(slots=True, kw_only=True)
class _Walk:
    scope: Scope
    tally: Tally
    now: datetime
    sharers: Sharers = field(default_factory=Sharers)
    columns: dict[str, dict[Column, ColumnCounts]] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)

    def take(self, entity: Entity) -> None:
        self.sources.add(entity.source)
        shared = self.sharers.add(entity)
        if not self.scope.takes(entity):
            return
        self.tally.entities[entity.source] += 1
        for check in shared:
            self.tally.add(entity, check, "", SOUND)
        subject = Subject(entity=entity, today=self.now.astimezone(_SHANGHAI).date(), divisions=self.tally.divisions)
        for question in QUESTIONS:
            answer = question.ask(subject)
            if answer is not None:
                self.tally.add(entity, question.check, question.field, answer)
        columns = self.columns.setdefault(entity.source, {})
        for column, failed in asked_of(entity):
            columns.setdefault(column, ColumnCounts()).add(entity, failed=failed)

    def settle_columns(self) -> dict[str, tuple[str, ...]]:
        """Problems of whole columns and of single entities; the required fields each source does not carry."""
        absent: dict[str, tuple[str, ...]] = {}
        for source, columns in self.columns.items():
            for column, counts in columns.items():
                if counts.whole_column and column.unwanted:
                    continue  # it is the day of the newest change, not of an end
                self.tally.count(source, column.check, decided=counts.asked, failed=counts.failed)
                if counts.whole_column:
                    absent[source] = (*absent.get(source, ()), column.field)
                    sentence = sentence_of_source(column, counts)
                    self.tally.list_source_problem(source, column.check, column.field, sentence)
                    continue
                for entity in counts.subjects:
                    value = getattr(entity, column.field) or ""
                    answer = problem(value, sentence_of(column, entity))
                    self.tally.list_problem(entity, column.check, column.field, answer)
                self.tally.unlisted += counts.failed - len(counts.subjects)
        return absent

    def settle_sharers(self, lookup: Lookup) -> None:
        """Duplicates; their check was counted as decided when the entity was met."""
        for found in self.sharers.found(lookup):
            if self.scope.takes(found.entity):
                met = QualityCheck.SAME_SUBJECT if found.check is QualityCheck.SAME_SUBJECT else QualityCheck.SAME_PLACE
                decided = 0 if found.check is met else 1
                self.tally.count(found.entity.source, found.check, decided=decided, failed=1)
                self.tally.list_problem(
                    found.entity, found.check, found.field, problem(found.entity.name, found.sentence)
                )


def _nothing(scope: Scope, sources: set[str]) -> NotFoundError:
    if not sources:
        return NotFoundError("登记库是空的，没有可检查的主体", cure="先 wangjian registry import FILE")
    if scope.source and scope.source not in sources:
        named = "、".join(sorted(sources)[:10])
        return NotFoundError(f"登记库中没有来源“{scope.source}”", cure=f"现有来源：{named}")
    return NotFoundError("这个范围内没有主体", cure="换一个 --region 或 --source")
