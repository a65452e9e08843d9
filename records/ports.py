"""Everything the project asks of the outside world, phrased in records. Adapters live in `stores/` and `evidence/`.

Promises every backend keeps (tests/contracts/): writes are repeatable (the same call again changes nothing), safe from
several threads, unchanged after a restart, and end in a named error of `records/errors.py` when the backend is away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from records.api_keys import ApiKey
from records.archive_ports import ArchiveFiles
from records.audit_search import AuditQuery
from records.backups import BackupBook
from records.bulk import BulkStore
from records.candidate_ports import CandidateStore
from records.case_ports import CaseBook
from records.digests import Digests
from records.disposals import DisposalBook
from records.evidence import Capture, CustodyEvent
from records.evidence_log import EvidenceLog
from records.exchange import Identity
from records.exchange_ports import ExchangeStore, ExchangeWork
from records.groups import GroupStore
from records.health_ports import HealthStore, RunBoard
from records.history_ports import HistoryStore
from records.host_ports import HostLedger
from records.idempotency import AnswerStore
from records.image_texts import ImageTextStore
from records.jobs import JobStore
from records.lead_ports import LeadStore
from records.licences_read import LicenceStore
from records.operating import OperationLedger
from records.own_rules import OwnRuleStore
from records.people import Account, AuditEvent, Session
from records.quality_tasks import QualityStore
from records.register_index import RegisterIndex
from records.register_ports import RegisterStore
from records.reviews import ReviewStore
from records.rule_life import RuleLedger
from records.saved_searches import SavedSearchStore
from records.schedule_ports import CampaignStore, ScheduleStore, Timetable
from records.search_ports import Outbox, OutboxEntry, SearchIndex
from records.statistics import FigureStore
from records.survey_ports import SurveyStore
from records.uploads import UploadRequest
from records.wanted_captures import CaptureQueue
from records.watch_lists import WatchStore

__all__ = [
    "AccountStore",
    "AuditLog",
    "BlobStore",
    "Clock",
    "EvidenceLog",
    "EvidenceStore",
    "LeadStore",
    "Outbox",
    "OutboxEntry",
    "Preserver",
    "SearchIndex",
    "Services",
    "Signer",
    "SurveyStore",
    "TimestampAuthority",
]

Clock = Callable[[], datetime]
"""Now, as an aware UTC time."""


class BlobStore(Protocol):
    """Content-addressed, write-once bytes. Nothing in the product rewrites them, and nothing takes them away but
    `destroy` under a certificate."""

    def put(self, content: bytes) -> Digests:
        """Keep the bytes (again: no second copy) and say their digests. Raises StorageFullError."""
        ...

    def put_file(self, path: Path) -> Digests:
        """Keep a file's bytes, read as a stream."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises NotFoundError; IntegrityError when they no longer have that digest."""
        ...

    def open(self, sha256: str) -> AbstractContextManager[BinaryIO]:
        """The bytes as a stream, unverified; NotFoundError as in get."""
        ...

    def holds(self, sha256: str) -> bool:
        """Whether the bytes are here."""
        ...

    def digests(self) -> Iterator[str]:
        """SHA-256 of everything kept, in order."""
        ...

    def ready(self) -> None:
        """Whether evidence may be put here. Raises InvalidInputError where it could be taken away unseen (a bucket
        without object lock); StoreAwayError."""
        ...

    def waiting(self) -> tuple[str, ...]:
        """SHA-256 of what is kept here for the time being, because its place is away (待入库)."""
        ...

    def settle(self) -> int:
        """Bring what is waiting to its place; how many came there. Raises StoreAwayError, StorageFullError."""
        ...

    def locked_until(self, sha256: str) -> datetime | None:
        """Until when the place itself lets nobody take the bytes away; None when it does not (any more)."""
        ...

    def hold(self, sha256: str, *, held: bool) -> None:
        """Set or lift the place's own legal hold, where it knows one. The custody chain says who wanted it."""
        ...

    def flaws(self, *, full: bool = False) -> Iterator[str]:
        """What is wrong with the place itself, one Chinese sentence each: bytes covered over or hidden, waiting ones;
        with `full`, each lock that is missing."""
        ...

    def destroy(self, sha256: str, *, certificate_sha256: str) -> None:
        """Take bytes away for ever, under a certificate of two persons that is kept here and names them
        (records/destruction.py). Raises NotFoundError; ConflictError when there is no such certificate, or the
        place's lock is not over."""
        ...


class EvidenceStore(Protocol):
    """Captures and the custody chain (one chain over all captures)."""

    def save_capture(self, capture: Capture) -> None:
        """Insert or bring forward a capture; a COMPLETE, PARTIAL or FAILED one changes no more, but for its case_id and
        a PENDING timestamp."""
        ...

    def capture(self, capture_id: str) -> Capture: ...

    def captures(self, *, lead_id: str = "", case_id: str = "") -> tuple[Capture, ...]:
        """Newest first."""
        ...

    def append_custody(
        self,
        build: Callable[[CustodyEvent | None], CustodyEvent],
        *,
        capture: Capture | None = None,
    ) -> CustodyEvent:
        """Append one event built from the newest one, serialised against other writers; `capture` is brought forward
        with it, both or neither."""
        ...

    def custody(self, capture_id: str = "") -> Iterator[CustodyEvent]:
        """By sequence."""
        ...

    def newest_custody(self) -> CustodyEvent | None:
        """The end of the chain."""
        ...


class AccountStore(Protocol):
    """Accounts and sessions."""

    def save_account(self, account: Account, *, before: Account | None = None) -> None:
        """Keep it; with `before` in its place alone. Raises ConflictError when that is no longer what is kept, or when
        another account has the login."""
        ...

    def account(self, account_id: str) -> Account: ...

    def account_by_login(self, login: str) -> Account | None: ...

    def accounts(self) -> tuple[Account, ...]: ...

    def save_session(self, session: Session) -> None: ...

    def session(self, token_sha256: str) -> Session | None: ...

    def end_session(self, token_sha256: str) -> None: ...

    def end_sessions_of(self, account_id: str) -> None:
        """Every session of an account, wherever it is open."""
        ...

    def save_api_key(self, key: ApiKey) -> None:
        """Add or replace."""
        ...

    def api_key(self, key_sha256: str) -> ApiKey | None:
        """Expired and revoked ones too."""
        ...

    def api_keys(self) -> tuple[ApiKey, ...]: ...


class AuditLog(Protocol):
    """The hash-chained log of who read and changed what."""

    def append_audit(self, build: Callable[[AuditEvent | None], AuditEvent]) -> AuditEvent: ...

    def audit(self, *, after_sequence: int = 0, limit: int = 1000) -> tuple[AuditEvent, ...]:
        """By sequence."""
        ...

    def find_audit(self, query: AuditQuery, *, before_sequence: int = 0, limit: int = 100) -> tuple[AuditEvent, ...]:
        """Newest first, those before a number (0: from the newest on)."""
        ...


class Signer(Protocol):
    """The organisation's signing key."""

    def sign(self, content: bytes) -> bytes:
        """A signature over the content, in the algorithm named."""
        ...

    @property
    def algorithm(self) -> str:
        """`ecdsa-p256-sha256`, `rsa-pss-sha256` or `sm2-sm3`."""
        ...

    @property
    def certificate_pem(self) -> str:
        """The certificate, then its issuers up to the root."""
        ...


class TimestampAuthority(Protocol):
    """An RFC 3161 time-stamp authority."""

    @property
    def name(self) -> str: ...

    @property
    def internal(self) -> bool:
        """True for the bundled one: its stamps are shown as 内部授时."""
        ...

    def stamp(self, sha256: str) -> bytes:
        """The whole DER response (TimeStampResp) over this imprint. Raises TimestampAwayError."""
        ...


class Preserver(Protocol):
    """Stage 6 as the doors may ask for it; joined in `wangjian/flow.py`."""

    def preserve(self, url: str, *, lead_id: str, operator: str, clicks: Sequence[str] = ()) -> Capture:
        """Visit, seal and keep; returns when done. `clicks` are clicked to be shown; without, those of the target."""
        ...

    @property
    def upload_max_bytes(self) -> int:
        """How many bytes a door takes at once."""
        ...

    def receive(self, request: UploadRequest) -> Capture:
        """Receive files from outside, seal and keep them; returns when done. Raises as evidence.uploads.receiving."""
        ...

    def stamp_pending(self) -> tuple[Capture, ...]:
        """Ask again for the stamps of captures and uploads that are 待加戳; those that got one."""
        ...

    def begin(self, url: str, *, lead_id: str, operator: str, clicks: Sequence[str] = ()) -> Capture:
        """The same in the background: returns the RUNNING capture at once."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Every port, built once by `wangjian/wiring.py` and handed to doors, workers and commands."""

    clock: Clock
    data_dir: Path
    blobs: BlobStore
    archive: ArchiveFiles
    survey: SurveyStore
    register: RegisterStore
    leads: LeadStore
    evidence: EvidenceStore
    accounts: AccountStore
    audit: AuditLog
    outbox: Outbox
    index: SearchIndex
    signer: Signer
    timestamp_authorities: tuple[TimestampAuthority, ...]
    trust_anchors_pem: str
    preserver: Preserver
    schedules: ScheduleStore
    candidates: CandidateStore
    campaigns: CampaignStore
    health: HealthStore
    boards: RunBoard
    hosts: HostLedger
    history: HistoryStore
    timetable: Timetable
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
    figures: FigureStore
    case_book: CaseBook
    jobs: JobStore
    answers: AnswerStore
    backups: BackupBook
    operations: OperationLedger
    disposals: DisposalBook
    exchange: ExchangeStore
    allow_private: bool
    sm2_signer: Signer | None = None  # None: manifests are signed by the organisation's ordinary key alone
    organisation: str = ""  # 办案机关, as papers name it
    exchange_work: ExchangeWork | None = None  # None: opened without it (tests of other rooms)
    identity: Identity = Identity(code="local", name="")  # who we are to peers (wangjian/exchanging_keys.py)
    office_mark: str = ""  # 机关代字 in numbers of papers; empty: the organisation's name
    register_index: RegisterIndex | None = None  # None: candidates are found in the records themselves
