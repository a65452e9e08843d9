"""Counts and the problem list while a register is walked, and the scores they make.

Score of a dimension: (decided - problems) / decided, over its checks. Of a source: plain mean over its dimensions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from matching.names.regions import region_of
from matching.quality.codes import division_in
from matching.quality.divisions import DivisionHistory
from matching.quality.outcomes import FieldAnswer, Outcome
from records.base import stable_id
from records.quality import (
    CheckCount,
    DimensionScore,
    OfficeCount,
    QualityCheck,
    QualityDimension,
    QualityProblem,
    SourceScore,
)
from records.register import Entity

__all__ = ["DIMENSION_OF", "LISTED_OF_A_CHECK", "Tally", "office_code_of"]

LISTED_OF_A_CHECK = 20_000
"""Problems listed of one check in one source; the rest is counted."""

_D = QualityDimension
DIMENSION_OF: Mapping[QualityCheck, QualityDimension] = {
    QualityCheck.CODE: _D.ACCURACY,
    QualityCheck.CODE_KIND: _D.CONFORMITY,
    QualityCheck.DIVISION: _D.CONFORMITY,
    QualityCheck.OLD_NUMBER: _D.CONFORMITY,
    QualityCheck.REQUIRED: _D.COMPLETENESS,
    QualityCheck.PLACEHOLDER: _D.COMPLETENESS,
    QualityCheck.PHONE: _D.ACCURACY,
    QualityCheck.DATE_RANGE: _D.ACCURACY,
    QualityCheck.DATE_ORDER: _D.CONSISTENCY,
    QualityCheck.STATUS_DATE: _D.CONSISTENCY,
    QualityCheck.LEGAL_FORM: _D.CONSISTENCY,
    QualityCheck.NAME_REGION: _D.CONSISTENCY,
    QualityCheck.FORMER_NAME: _D.CONSISTENCY,
    QualityCheck.SAME_SUBJECT: _D.UNIQUENESS,
    QualityCheck.SAME_PLACE: _D.UNIQUENESS,
    QualityCheck.TWO_NUMBERS: _D.UNIQUENESS,
}
"""What each check speaks of."""

_Key = tuple[str, QualityCheck]


def office_code_of(entity: Entity) -> str:
    """The division whose office answers for the entity: where it is registered now, else where its number is from; of
    the two the smaller when one lies within the other."""
    here, numbered = entity.region_code, division_in(entity.code)
    if not region_of(here).code:
        return numbered
    wide = here.removesuffix("00").removesuffix("00")
    return numbered if here.endswith("00") and numbered.startswith(wide) else here


@dataclass(slots=True)
class Tally:
    """Everything a report is made of."""

    divisions: DivisionHistory
    entities: Counter[str] = field(default_factory=Counter)
    decided: Counter[_Key] = field(default_factory=Counter)
    failed: Counter[_Key] = field(default_factory=Counter)
    undecided: Counter[_Key] = field(default_factory=Counter)
    unlisted: int = 0
    problems: list[QualityProblem] = field(default_factory=list)
    _listed: Counter[_Key] = field(default_factory=Counter)
    _offices: dict[str, str] = field(default_factory=dict)
    _by_office: Counter[str] = field(default_factory=Counter)
    _entities_by_office: dict[str, set[str]] = field(default_factory=dict)

    def add(self, entity: Entity, check: QualityCheck, field_name: str, answer: FieldAnswer) -> None:
        """Count an answer, and list it when it is a problem."""
        key = (entity.source, check)
        if answer.outcome is Outcome.UNDECIDED:
            self.undecided[key] += 1
            return
        self.decided[key] += 1
        if answer.outcome is Outcome.PROBLEM:
            self.failed[key] += 1
            self.list_problem(entity, check, field_name, answer)

    def count(self, source: str, check: QualityCheck, *, decided: int, failed: int) -> None:
        """Count what was decided elsewhere."""
        self.decided[source, check] += decided
        self.failed[source, check] += failed

    def list_problem(self, entity: Entity, check: QualityCheck, field_name: str, answer: FieldAnswer) -> None:
        """Put a problem on the list of its office."""
        office_code = office_code_of(entity)
        self._by_office[office_code] += 1
        self._entities_by_office.setdefault(office_code, set()).add(entity.code)
        if self._listed[entity.source, check] >= LISTED_OF_A_CHECK:
            self.unlisted += 1
            return
        self._listed[entity.source, check] += 1
        self.problems.append(
            QualityProblem(
                problem_id=stable_id("quality", check.value, field_name, entity.code),
                check=check,
                field=field_name,
                code=entity.code,
                name=entity.name,
                source=entity.source,
                office_code=office_code,
                office=self._office(office_code),
                value=answer.value,
                sentence=answer.sentence,
            )
        )

    def list_source_problem(self, source: str, check: QualityCheck, field_name: str, sentence: str) -> None:
        """One problem of a whole source."""
        self.problems.append(
            QualityProblem(
                problem_id=stable_id("quality", check.value, field_name, "", source),
                check=check,
                field=field_name,
                source=source,
                sentence=sentence,
            )
        )

    @property
    def problem_count(self) -> int:
        """Listed or not."""
        return len(self.problems) + self.unlisted

    def check_counts(self) -> tuple[CheckCount, ...]:
        """Of all sources together; checks that met nothing are left out."""
        found = []
        for check in QualityCheck:
            decided, failed, undecided = (
                sum(count for (_source, of), count in counts.items() if of is check)
                for counts in (self.decided, self.failed, self.undecided)
            )
            if decided or undecided:
                found.append(
                    CheckCount(
                        check=check,
                        dimension=DIMENSION_OF[check],
                        decided=decided,
                        problems=failed,
                        undecided=undecided,
                    )
                )
        return tuple(found)

    def source_scores(self, absent: Mapping[str, tuple[str, ...]]) -> tuple[SourceScore, ...]:
        """By source; `absent` names the fields each does not carry."""
        return tuple(
            SourceScore(
                source=source,
                entities=self.entities[source],
                score=round(sum(part.score for part in parts) / len(parts), 6) if parts else None,
                dimensions=parts,
                absent_fields=absent.get(source, ()),
            )
            for source in sorted(self.entities)
            for parts in [self._dimensions(source)]
        )

    def office_counts(self) -> tuple[OfficeCount, ...]:
        """Most problems first."""
        found = [
            OfficeCount(
                office_code=code,
                office=self._office(code),
                entities=len(self._entities_by_office[code]),
                problems=count,
            )
            for code, count in self._by_office.items()
        ]
        return tuple(sorted(found, key=lambda office: (-office.problems, office.office_code)))

    def _dimensions(self, source: str) -> tuple[DimensionScore, ...]:
        found = []
        for dimension in QualityDimension:
            checks = [check for check in QualityCheck if DIMENSION_OF[check] is dimension]
            decided = sum(self.decided[source, check] for check in checks)
            failed = sum(self.failed[source, check] for check in checks)
            if decided:
                score = round((decided - failed) / decided, 6)
                found.append(DimensionScore(dimension=dimension, decided=decided, problems=failed, score=score))
        return tuple(found)

    def _office(self, code: str) -> str:
        if code not in self._offices:
            self._offices[code] = (self.divisions.office(code) if code else "") or "登记机关不明"
        return self._offices[code]
