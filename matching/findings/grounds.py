"""What every finding about a licence rests on, and the two things it may end in: said, or withheld with the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta, timezone

from matching.comparing import Comparison, Feature
from matching.identifiers.repair import CodeRepair
from matching.query_facts import QueryFacts
from matching.snapshots import snapshot_date
from records.licence_findings import Certainty, LicenceFinding, LicenceProblem, ShownLicence, WithheldFinding
from records.register import Entity

__all__ = ["Answer", "Grounds", "Licence", "withheld"]

Answer = LicenceFinding | WithheldFinding

_CHINA = timezone(timedelta(hours=8))
_SAME_NAME = (Feature.NAME_EQUAL, Feature.PARTS_EQUAL, Feature.FORMER_NAME)
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What the shown licence leads to: the holder of its code, a repair the name confirms, whom the name means, and
    another entity whose telephone is shown. `not_registered` is the probability of no candidate."""

    holder: Comparison | None = None
    confirmed_repair: tuple[CodeRepair, Comparison] | None = None
    named: Comparison | None = None
    named_probability: float = 0.0
    reached: Comparison | None = None
    not_registered: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """One licence to judge. `entity` is the holder of the code or the entity matched, as the register has it now;
    `then` the same as the register had it at the capture (None: not asked, or not held yet). `covers` tells whether the
    register has any code that begins so."""

    facts: QueryFacts
    licence: Licence
    entity: Entity | None
    then: Entity | None
    covers: Callable[[str], bool]
    snapshot_id: str

    @property
    def on(self) -> date:
        """The day of the capture in China."""
        return self.facts.query.as_of.astimezone(_CHINA).date()

    @property
    def newest(self) -> date | None:
        """The newest date the register knows."""
        return snapshot_date(self.snapshot_id)

    @property
    def shown(self) -> ShownLicence | None:
        """What else was published; None where nobody looked."""
        return self.facts.query.shown

    @property
    def same_name(self) -> bool:
        """Whether the name shown is, or was, the whole name of the code's holder."""
        return self.licence.holder is not None and self.licence.holder.has(*_SAME_NAME)

    def by_ocr(self, field: str) -> bool:
        """Whether a field of the query was read off a picture and may be misread."""
        return field in self.facts.query.read_by_ocr

    def say(
        self,
        problem: LicenceProblem,
        sentence: str,
        *,
        field: str,
        values: tuple[str, str] = ("", ""),
        to_check: bool = False,
        remarks: tuple[str, ...] = (),
    ) -> LicenceFinding:
        """A finding with where it comes from; `values` are the one shown and the one registered."""
        shown, registered = values
        return LicenceFinding(
            problem=problem,
            sentence=sentence,
            field=field,
            shown=shown[:_LONGEST],
            registered=registered[:_LONGEST],
            certainty=Certainty.TO_CHECK if to_check else Certainty.PROVED,
            remarks=remarks,
            source=self.entity.source if self.entity is not None else "",
            snapshot_id=self.snapshot_id,
            snapshot_on=self.newest,
            judged_on=self.on,
        )


def withheld(problem: LicenceProblem, because: str) -> WithheldFinding:
    """Not to be said, and why."""
    return WithheldFinding(problem=problem, because=because)
