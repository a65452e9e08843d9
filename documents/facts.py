"""The facts a paper is made from: recorded by the system, never typed; what was not recorded stays blank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from documents.printable import beijing_date
from records.base import Record, UtcDatetime
from records.evidence import Manifest, TimestampState
from records.leads import Basis, Case, Lead, Officer
from records.uploads import UploadedFiles, UploadManifest

__all__ = [
    "EXTRACTION_ARTICLES",
    "OFFICERS_REQUIRED",
    "CitedArticle",
    "ExtractionFacts",
    "ReceivingFacts",
    "extraction_facts",
]

OFFICERS_REQUIRED = 2
"""Law: 《市场监督管理行政处罚程序规定》第二十一条."""


class CitedArticle(Record):
    """An article a paper refers to; one whose text no person has confirmed prints 待核."""

    instrument: str
    article: str
    verified: bool = False


EXTRACTION_ARTICLES = (
    CitedArticle(
        instrument="市场监督管理行政处罚程序规定", article="第二十一条、第二十二条、第二十六条", verified=True
    ),
    CitedArticle(instrument="市场监督管理行政执法电子数据取证暂行规定", article="网络在线提取各条"),
)


class ExtractionFacts(Record):
    """What 电子数据证据提取笔录 says. `timestamp` is the state at `prepared_at`: before sealing it is 待加戳."""

    organisation: str
    prepared_at: UtcDatetime
    manifest: Manifest
    document_no: str = ""
    case_id: str = ""
    case_title: str = ""
    lead_id: str = ""
    lead_title: str = ""
    rule_id: str = ""
    party_name: str = ""
    party_code: str = ""
    shop_name: str = ""
    place: str = ""
    officers: tuple[Officer, ...] = ()
    timestamp: TimestampState = TimestampState.PENDING
    timestamp_at: UtcDatetime | None = None
    authorities: tuple[str, ...] = ()
    authorities_internal: bool = False
    articles: tuple[CitedArticle, ...] = EXTRACTION_ARTICLES

    @property
    def is_formal(self) -> bool:
        """Two officers, each named and with a card number of his own; anything less is 内部监测件."""
        cards = {officer.card_no.strip() for officer in self.officers if officer.name.strip()}
        return len(cards - {""}) >= OFFICERS_REQUIRED


class ReceivingFacts(Record):
    """What the record of files received from outside says; officers and source are those of the receipt."""

    organisation: str
    prepared_at: UtcDatetime
    manifest: UploadManifest
    files: UploadedFiles
    lead_title: str = ""
    case_title: str = ""
    authorities: tuple[str, ...] = ()
    authorities_internal: bool = False
    articles: tuple[CitedArticle, ...] = (
        EXTRACTION_ARTICLES[0],
        CitedArticle(instrument="市场监督管理行政执法电子数据取证暂行规定", article="现场提取、扣押、当事人提供各条"),
    )


def extraction_facts(
    manifest: Manifest,
    *,
    organisation: str,
    prepared_at: datetime,
    lead: Lead | None = None,
    case: Case | None = None,
    basis: Sequence[Basis] = (),
) -> ExtractionFacts:
    """The facts of one capture with the lead and case it belongs to; officers are those of the case.

    For a record made after sealing set `timestamp`, `timestamp_at` and `authorities` by `model_copy`.
    """
    conduct = beijing_date(manifest.started_at)
    known: dict[str, object] = {}
    if lead is not None:
        known.update(
            lead_id=lead.lead_id,
            lead_title=lead.title,
            rule_id=lead.rule_id,
            party_name=lead.entity_name,
            party_code=lead.entity_code,
            shop_name=lead.shop_name,
        )
    if case is not None:
        known.update(case_id=case.case_id, case_title=case.title, officers=case.officers)
    return ExtractionFacts.model_validate(
        {
            "organisation": organisation,
            "prepared_at": prepared_at,
            "manifest": manifest,
            "lead_id": manifest.lead_id,
            "articles": (*EXTRACTION_ARTICLES, *_cited(basis, on=conduct)),
            **known,
        }
    )


def _cited(basis: Sequence[Basis], *, on: date) -> tuple[CitedArticle, ...]:
    """The articles in force on that day, each once."""
    in_force = (one for one in basis if one.in_force_from <= on and (one.in_force_to is None or on <= one.in_force_to))
    cited = (CitedArticle(instrument=one.instrument, article=one.article, verified=one.verified) for one in in_force)
    return tuple(dict.fromkeys(cited))
