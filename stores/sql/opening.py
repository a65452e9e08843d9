"""All ports that rest in one database, opened together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from records.backups import BackupBook, RecordsCopier
from records.bulk import BulkStore
from records.candidate_ports import CandidateStore
from records.case_ports import CaseBook
from records.disposals import DisposalBook
from records.evidence_log import EvidenceLog
from records.exchange_ports import ExchangeStore
from records.groups import GroupStore
from records.health_ports import HealthStore, RunBoard
from records.history_ports import HistoryStore
from records.host_ports import HostLedger
from records.idempotency import AnswerStore
from records.image_texts import ImageTextStore
from records.jobs import JobStore
from records.licences_read import LicenceStore
from records.operating import OperationLedger
from records.own_rules import OwnRuleStore
from records.ports import AccountStore, AuditLog, Clock, EvidenceStore, LeadStore, Outbox, SurveyStore
from records.quality_tasks import QualityStore
from records.register_ports import RegisterStore
from records.reviews import ReviewStore
from records.rule_life import RuleLedger
from records.saved_searches import SavedSearchStore
from records.schedule_ports import CampaignStore, ScheduleStore
from records.statistics import FigureStore
from records.wanted_captures import CaptureQueue
from records.watch_lists import WatchStore
from stores.sql import lookaside
from stores.sql.accounts import SqlAccountStore
from stores.sql.alarms import SqlHealthStore
from stores.sql.audit import SqlAuditLog
from stores.sql.backups import SqlBackupBook
from stores.sql.bulk import SqlBulkStore
from stores.sql.campaigns import SqlCampaignStore
from stores.sql.candidates import SqlCandidateStore
from stores.sql.case_book import SqlCaseBook
from stores.sql.copying import SqlRecordsCopier
from stores.sql.database import Database
from stores.sql.disposals import SqlDisposalBook
from stores.sql.evidence import SqlEvidenceStore
from stores.sql.evidence_log import SqlEvidenceLog
from stores.sql.exchange import SqlExchangeStore
from stores.sql.figures import SqlFigureStore
from stores.sql.groups import SqlGroupStore
from stores.sql.history_store import SqlHistoryStore
from stores.sql.hosts import SqlHostLedger
from stores.sql.image_texts import SqlImageTextStore
from stores.sql.jobs import SqlAnswerStore, SqlJobStore
from stores.sql.leads import SqlLeadStore
from stores.sql.licences import SqlLicenceStore
from stores.sql.migrating import migrate
from stores.sql.operations import SqlOperationLedger
from stores.sql.outbox import SqlOutbox
from stores.sql.own_rules import SqlOwnRuleStore
from stores.sql.quality import SqlQualityStore
from stores.sql.register import SqlRegisterStore
from stores.sql.reviews import SqlReviewStore
from stores.sql.rule_ledger import SqlRuleLedger
from stores.sql.run_boards import SqlRunBoard
from stores.sql.schedules import SqlScheduleStore
from stores.sql.searches import SqlSavedSearchStore
from stores.sql.sqlite import open_sqlite
from stores.sql.survey import SqlSurveyStore
from stores.sql.wanted_captures import SqlCaptureQueue
from stores.sql.watch import SqlWatchStore

__all__ = ["Records", "records_in", "records_in_postgres", "records_in_sqlite"]


_CURE_MISSING = "运行 wangjian migrate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The truth: every port of records over one database."""

    database: Database
    survey: SurveyStore
    register: RegisterStore
    leads: LeadStore
    evidence: EvidenceStore
    accounts: AccountStore
    audit: AuditLog
    outbox: Outbox
    schedules: ScheduleStore
    hosts: HostLedger
    history: HistoryStore
    campaigns: CampaignStore
    candidates: CandidateStore
    health: HealthStore
    boards: RunBoard
    groups: GroupStore
    reviews: ReviewStore
    quality: QualityStore
    licences: LicenceStore
    searches: SavedSearchStore
    bulk: BulkStore
    rules: RuleLedger
    wanted_captures: CaptureQueue
    watch: WatchStore
    own_rules: OwnRuleStore
    image_texts: ImageTextStore
    evidence_log: EvidenceLog
    jobs: JobStore
    answers: AnswerStore
    figures: FigureStore
    case_book: CaseBook
    exchange: ExchangeStore
    backups: BackupBook
    operations: OperationLedger
    disposals: DisposalBook
    copier: RecordsCopier

    def migrate(self) -> None:
        """Bring the tables to this version, from nothing or from an older one; at once when they are. An older one's
        register also gets the file it is read from, some fifteen seconds for a million entities.

        Raises:
            StoreAwayError: The database was written by a newer version of the program.
        """
        if migrate(self.database):
            lookaside.keep_up(self.database)

    def close(self) -> None:
        """Let the database go."""
        self.database.close()


def records_in(database: Database, clock: Clock) -> Records:
    """The ports over an open database."""
    return Records(
        database=database,
        survey=SqlSurveyStore(database, clock),
        register=SqlRegisterStore(database, clock),
        leads=SqlLeadStore(database),
        evidence=SqlEvidenceStore(database),
        accounts=SqlAccountStore(database),
        audit=SqlAuditLog(database),
        outbox=SqlOutbox(database),
        schedules=SqlScheduleStore(database),
        hosts=SqlHostLedger(database),
        history=SqlHistoryStore(database),
        campaigns=SqlCampaignStore(database),
        candidates=SqlCandidateStore(database),
        health=SqlHealthStore(database),
        boards=SqlRunBoard(database),
        groups=SqlGroupStore(database),
        reviews=SqlReviewStore(database),
        quality=SqlQualityStore(database),
        licences=SqlLicenceStore(database),
        searches=SqlSavedSearchStore(database),
        bulk=SqlBulkStore(database),
        rules=SqlRuleLedger(database),
        wanted_captures=SqlCaptureQueue(database),
        watch=SqlWatchStore(database),
        own_rules=SqlOwnRuleStore(database),
        image_texts=SqlImageTextStore(database),
        evidence_log=SqlEvidenceLog(database),
        jobs=SqlJobStore(database),
        answers=SqlAnswerStore(database),
        figures=SqlFigureStore(database),
        case_book=SqlCaseBook(database),
        exchange=SqlExchangeStore(database),
        backups=SqlBackupBook(database),
        operations=SqlOperationLedger(database),
        disposals=SqlDisposalBook(database),
        copier=SqlRecordsCopier(database),
    )


def records_in_sqlite(path: Path, clock: Clock) -> Records:
    """The ports over a SQLite file, which is made at the first use."""
    database = open_sqlite(
        path,
        cure_corrupt="停止程序，保留该文件备查，再用 wangjian restore FILE 恢复最近的备份",
        cure_missing=_CURE_MISSING,
    )
    return records_in(database, clock)


def records_in_postgres(url: str, password: str, clock: Clock) -> Records:
    """The ports over a database on a PostgreSQL server, which is not reached before the first use.

    Raises:
        InvalidInputError: The URL names no place.
    """
    from stores.sql.postgres import open_postgres, postgres_url  # the driver is slow to load: only those pay who use it

    database = open_postgres(postgres_url(url, password=password), cure_missing=_CURE_MISSING)
    return records_in(database, clock)
