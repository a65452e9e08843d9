"""Builds every part once from the settings and hands it out as one frozen `Services`; the only module that knows them.

Nothing else imports `stores`. A part that is away is named when it is first needed, with the command that cures it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from crawlers.archive.files import FolderFiles
from records.archive_ports import ArchiveFiles
from records.backups import BackupReport, DrillReport, RecordsCopier
from records.errors import StorageFullError
from records.exchange import Identity
from records.health_ports import RunBoard
from records.history_ports import HistoryStore
from records.host_ports import HostLedger
from records.ports import BlobStore, Clock, EvidenceLog, SearchIndex, Services, Signer, SurveyStore, TimestampAuthority
from records.survey import ARCHIVE_FOLDER
from stores.backends import BlobAccess, Records, open_archive, open_blobs, open_index, open_records, open_register_index
from stores.sql.migrations import HEAD as NEWEST_REVISION
from wangjian.exchange_work import FlowExchange
from wangjian.settings import Settings

if TYPE_CHECKING:
    from wangjian.preserver import FlowPreserver

__all__ = [
    "RecordsStanding",
    "SurveyMeans",
    "blobs_at",
    "evidence_store",
    "index_lag",
    "open_copier",
    "open_services",
    "open_survey",
    "page_archive",
    "records_standing",
    "utc_now",
]

_WAITING_FOLDER = "blobs-waiting"
_CODE_LENGTH = 16  # of a root's fingerprint, where no code is set


def utc_now() -> datetime:
    """The system clock, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyMeans:
    """All that a survey process needs; it starts twenty times an hour and loads nothing else."""

    survey: SurveyStore
    blobs: BlobStore
    clock: Clock
    boards: RunBoard
    hosts: HostLedger
    history: HistoryStore
    archive: ArchiveFiles
    log: EvidenceLog


@contextmanager
def open_survey(settings: Settings, *, clock: Clock = utc_now) -> Iterator[SurveyMeans]:
    """The part of `open_services` a survey process needs; the same errors."""
    data_dir = _usable(settings.data_dir)
    urls = _urls(settings, data_dir)
    records = _records(settings, urls, clock)
    try:
        records.migrate()
        yield SurveyMeans(
            survey=records.survey,
            blobs=_blobs(settings, data_dir, keep_days=settings.s3.survey_keep_days),
            clock=clock,
            boards=records.boards,
            hosts=records.hosts,
            history=records.history,
            archive=_archive(settings, data_dir),
            log=records.evidence_log,
        )
    finally:
        records.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Urls:
    records: str
    index: str
    blobs: str


@contextmanager
def open_copier(settings: Settings, *, clock: Clock = utc_now) -> Iterator[RecordsCopier]:
    """All records, to be copied out or filled in; nothing is made or migrated before it is asked."""
    records = _records(settings, _urls(settings, settings.data_dir.expanduser().absolute()), clock)
    try:
        yield records.copier
    finally:
        records.close()


@contextmanager
def open_services(settings: Settings, *, clock: Clock = utc_now, signer: Signer | None = None) -> Iterator[Services]:
    """Open the data directory (made when missing, migrated when older) and close it again. With `signer` no key is
    opened or made: for looking at what was restored without its keys.

    Raises:
        StorageFullError: The data directory cannot be made or written.
        StoreAwayError: A configured database or index does not answer.
        IntegrityError: The database file is damaged.
    """
    from wangjian.preserver import (
        FlowPreserver,
    )  # loads the browser and the papers, which a survey process has no use for

    data_dir = _usable(settings.data_dir)
    urls = _urls(settings, data_dir)
    records = _records(settings, urls, clock)
    preserver = FlowPreserver(settings)
    try:
        records.migrate()
        services = _assemble(settings, records, open_index(urls.index), clock=clock, preserver=preserver, signer=signer)
        preserver.bind(services)
        if isinstance(services.exchange_work, FlowExchange):
            services.exchange_work.bind(services)
        yield services
    finally:
        preserver.close()
        records.close()


def index_lag(settings: Settings, *, clock: Clock = utc_now) -> int | None:
    """How many saved records the search index is behind; None where nothing was saved yet. Makes and changes nothing.

    Raises:
        StoreAwayError: The database does not answer, or has not been migrated.
    """
    data_dir = settings.data_dir.expanduser().absolute()
    if not settings.stores.records_url and not (data_dir / "wangjian.db").is_file():
        return None
    records = _records(settings, _urls(settings, data_dir), clock)
    try:
        return records.outbox.waiting()
    finally:
        records.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsStanding:
    """Which version the tables are of, the program's own, and what became of backups."""

    revision: str
    newest: str
    backups: tuple[BackupReport, ...] = ()
    drills: tuple[DrillReport, ...] = ()


def records_standing(settings: Settings, *, clock: Clock = utc_now) -> RecordsStanding | None:
    """How the records stand; None where nothing was saved yet. Makes and changes nothing.

    Raises:
        StoreAwayError: The database does not answer, or has no tables.
    """
    data_dir = settings.data_dir.expanduser().absolute()
    if not settings.stores.records_url and not (data_dir / "wangjian.db").is_file():
        return None
    records = _records(settings, _urls(settings, data_dir), clock)
    try:
        with records.copier.snapshot() as snapshot:
            revision = snapshot.revision
        if revision != NEWEST_REVISION:
            return RecordsStanding(revision=revision, newest=NEWEST_REVISION)
        made, tried = records.backups.backups(), records.backups.drills()
        return RecordsStanding(revision=revision, newest=NEWEST_REVISION, backups=made, drills=tried)
    finally:
        records.close()


def _records(settings: Settings, urls: _Urls, clock: Clock) -> Records:
    return open_records(urls.records, clock=clock, password=settings.stores.password_of_records())


def _usable(data_dir: Path) -> Path:
    wanted = data_dir.expanduser().absolute()
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=wanted) as probe:  # a file of its own: surveys that begin together all look
            probe.write(b"1")
    except OSError as exc:
        raise StorageFullError(
            f"数据目录不可写：{wanted}（{exc.strerror or exc}）", cure="换一个目录：--data-dir，或检查权限与剩余空间"
        ) from exc
    return wanted


def _urls(settings: Settings, data_dir: Path) -> _Urls:
    chosen = settings.stores
    return _Urls(
        records=chosen.records_url or f"sqlite:///{data_dir}/wangjian.db",
        index=chosen.index_url or f"fts5:///{data_dir}/search.db",
        blobs=chosen.blobs_url or f"file:///{data_dir}/blobs",
    )


def blobs_at(url: str, settings: Settings) -> BlobStore:
    """Another place for evidence, reached as the settings say, with no waiting room before it."""
    return open_blobs(url, access=_access(settings, keep_days=settings.evidence.keep_days))


def evidence_store(settings: Settings) -> BlobStore:
    """The store in use, alone; nothing is made or reached before it is asked."""
    return _blobs(settings, settings.data_dir.expanduser().absolute(), keep_days=settings.evidence.keep_days)


def _blobs(settings: Settings, data_dir: Path, *, keep_days: int) -> BlobStore:
    """What is put here is locked for so many days, where the store can lock."""
    access = replace(_access(settings, keep_days=keep_days), waiting_room=data_dir / _WAITING_FOLDER)
    return open_blobs(_urls(settings, data_dir).blobs, access=access)


def page_archive(settings: Settings) -> ArchiveFiles:
    """The survey's archive, alone; nothing is made or reached before it is asked."""
    return _archive(settings, settings.data_dir.expanduser().absolute())


def _archive(settings: Settings, data_dir: Path) -> ArchiveFiles:
    local = FolderFiles(data_dir / ARCHIVE_FOLDER)
    if not settings.stores.archive_url:
        return local
    access, seconds = _access(settings, keep_days=0), settings.survey.hand_over_seconds
    return open_archive(settings.stores.archive_url, local, access=access, file_seconds=seconds)


def _access(settings: Settings, *, keep_days: int) -> BlobAccess:
    chosen = settings.s3
    access_key, secret_key = chosen.keys()
    return BlobAccess(
        access_key=access_key,
        secret_key=secret_key,
        region=chosen.region,
        ca_file=Path(chosen.ca_file).expanduser() if chosen.ca_file else None,
        connect_seconds=chosen.connect_seconds,
        read_seconds=chosen.read_seconds,
        tries=chosen.tries,
        keep=timedelta(days=keep_days),
        create_bucket=chosen.create_bucket,
    )


def _assemble(
    settings: Settings,
    records: Records,
    index: SearchIndex,
    *,
    clock: Clock,
    preserver: FlowPreserver,
    signer: Signer | None,
) -> Services:
    from evidence.trust import load_anchors
    from wangjian.scheduling.timetable import LedgerTimetable

    data_dir = _usable(settings.data_dir)
    keys = data_dir / "keys"
    register_url = settings.stores.register_index_url
    indexed = open_register_index(register_url, records, clock=clock) if register_url else None
    reading = signer is not None
    signer = signer or _office_signer(settings, records, keys, clock)
    return Services(
        clock=clock,
        data_dir=data_dir,
        blobs=_blobs(settings, data_dir, keep_days=settings.evidence.keep_days),
        archive=_archive(settings, data_dir),
        survey=records.survey,
        register=indexed or records.register,
        register_index=indexed,
        leads=records.leads,
        evidence=records.evidence,
        accounts=records.accounts,
        audit=records.audit,
        outbox=records.outbox,
        index=index,
        signer=signer,
        sm2_signer=None if reading else _sm2_signer(settings, keys, clock),
        timestamp_authorities=() if reading else _authorities(settings, keys, clock),
        trust_anchors_pem=load_anchors(keys),
        preserver=preserver,
        schedules=records.schedules,
        candidates=records.candidates,
        campaigns=records.campaigns,
        health=records.health,
        boards=records.boards,
        hosts=records.hosts,
        history=records.history,
        timetable=LedgerTimetable(records.schedules, clock),
        groups=records.groups,
        reviews=records.reviews,
        quality=records.quality,
        licences=records.licences,
        searches=records.searches,
        bulk=records.bulk,
        rules=records.rules,
        wanted_captures=records.wanted_captures,
        watch=records.watch,
        own_rules=records.own_rules,
        image_texts=records.image_texts,
        evidence_log=records.evidence_log,
        jobs=records.jobs,
        answers=records.answers,
        backups=records.backups,
        operations=records.operations,
        disposals=records.disposals,
        figures=records.figures,
        case_book=records.case_book,
        exchange=records.exchange,
        identity=_identity(settings, signer),
        exchange_work=FlowExchange(settings.exchange),
        organisation=settings.evidence.organisation,
        office_mark=settings.evidence.office_mark,
        allow_private=settings.network.allow_private,
    )


def _office_signer(settings: Settings, records: Records, keys: Path, clock: Clock) -> Signer:
    from evidence.signing import open_signer
    from wangjian.office_root import check_office, claim_office

    known = check_office(records.operations, keys)
    passphrase = settings.evidence.key_passphrase.get_secret_value()
    signer = open_signer(keys, organisation=settings.evidence.organisation, clock=clock, passphrase=passphrase)
    if not known:
        claim_office(records.operations, signer, keys, clock)
    return signer


def _identity(settings: Settings, signer: Signer) -> Identity:
    from evidence.trust import fingerprint_of, read_certificates

    chosen = settings.exchange
    return Identity(
        code=chosen.code or fingerprint_of(read_certificates(signer.certificate_pem)[-1])[:_CODE_LENGTH],
        name=chosen.name or settings.evidence.organisation,
        region_code=chosen.region_code,
        zone=chosen.zone,
    )


def _sm2_signer(settings: Settings, keys: Path, clock: Clock) -> Signer | None:
    if not settings.evidence.sm2_signature:
        return None
    from evidence.sm2 import open_sm2_signer

    return open_sm2_signer(
        keys,
        organisation=settings.evidence.organisation,
        clock=clock,
        passphrase=settings.evidence.key_passphrase.get_secret_value(),
    )


def _authorities(settings: Settings, keys: Path, clock: Callable[[], datetime]) -> tuple[TimestampAuthority, ...]:
    from evidence.authority import LocalTimestampAuthority, Sm3LocalTimestampAuthority
    from evidence.timestamping import HttpTimestampAuthority, Sm3HttpTimestampAuthority

    kind = Sm3HttpTimestampAuthority if settings.evidence.timestamp_sm3 else HttpTimestampAuthority
    outside = tuple(kind(url) for url in settings.evidence.timestamp_urls)
    local = Sm3LocalTimestampAuthority if settings.evidence.timestamp_sm3 else LocalTimestampAuthority
    return outside or (local(keys, clock=clock, passphrase=settings.evidence.key_passphrase.get_secret_value()),)
