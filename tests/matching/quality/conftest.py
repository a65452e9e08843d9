"""Entities with sound codes, and one question asked at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from matching.identifiers.checks import mod31_character, organisation_character
from matching.quality.checking import QUESTIONS, Scope, check_register
from matching.quality.divisions import DivisionHistory
from matching.quality.outcomes import FieldAnswer, Subject
from records.quality import QualityCheck, QualityReport
from records.register import Entity, EntityKind

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


def code_of(number: int = 1, *, kind: str = "91", division: str = "330106", check: str = "") -> str:
    """A code whose checks are right (or whose last character is `check`)."""
    organisation = f"{number:08}"
    body = f"{kind}{division}{organisation}{organisation_character(organisation)}"
    return body + (check or mod31_character(body))


def entity_of(code: str = "", **fields: object) -> Entity:
    """A company with nothing wrong."""
    sound: dict[str, object] = {
        "code": code or code_of(),
        "name": "杭州华翰印务有限公司",
        "kind": EntityKind.COMPANY,
        "established_on": date(2018, 3, 1),
        "region_code": "330106",
        "address": "浙江省杭州市西湖区文三路123号4幢501室",
        "legal_representative": "王小明",
        "phone": "0571-88123456",
        "scope": "包装装潢印刷",
        "source": "省局",
    }
    return Entity.model_validate(sound | fields)


@pytest.fixture(scope="session")
def divisions() -> DivisionHistory:
    return DivisionHistory.load()


Ask = Callable[..., FieldAnswer | None]


@pytest.fixture
def ask(divisions: DivisionHistory) -> Ask:
    """What one question is answered of a sound company with these fields changed."""

    def asked(check: QualityCheck, field: str, code: str = "", **fields: object) -> FieldAnswer | None:
        (question,) = [question for question in QUESTIONS if (question.check, question.field) == (check, field)]
        return question.ask(Subject(entity=entity_of(code, **fields), today=date(2026, 11, 21), divisions=divisions))

    return asked


Check = Callable[..., QualityReport]


@pytest.fixture
def check() -> Check:
    """The report on entities given as a list."""

    def checked(*entities: Entity, source: str = "", region: str = "", now: datetime = NOW) -> QualityReport:
        by_code = {entity.code: entity for entity in entities}
        scope = Scope(source=source, region=region)
        return check_register(entities, lookup=by_code.get, scope=scope, now=now, snapshot_id="snap")

    return checked


@pytest.fixture
def sound() -> Callable[..., Entity]:
    """Makes entities with nothing wrong."""
    return entity_of


@pytest.fixture
def coded() -> Callable[..., str]:
    """Makes codes whose checks are right."""
    return code_of
