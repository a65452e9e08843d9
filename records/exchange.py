"""What goes between zones and bureaus: Peer, Bundle and its BundleManifest, Receipt, and why something was refused."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from records.base import DigestHex, Record, UtcDatetime
from records.digests import Digests
from records.leads import Lead, LeadEvent
from records.own_rules import OwnRule
from records.rule_life import RuleEvent

__all__ = [
    "FROM_EXCHANGE",
    "Bundle",
    "BundleItem",
    "BundleManifest",
    "BundleState",
    "BundleWay",
    "Direction",
    "Identity",
    "ItemKind",
    "ItemOutcome",
    "LeadFile",
    "Peer",
    "PeerCard",
    "Receipt",
    "Refusal",
    "RefusalReason",
    "Relation",
    "RuleFile",
    "Zone",
]

FROM_EXCHANGE = "exchange"
"""Where custody events say that evidence came, or went, by a bundle."""

PEER_CODE = r"^[0-9A-Za-z][0-9A-Za-z_.-]{0,39}$"
"""Codes name files, so they hold nothing a path could be made of."""


class Zone(StrEnum):
    """Which part of a house an installation is. WHOLE: both in one, as the embedded default."""

    WHOLE = "一体"
    COLLECTING = "采集区"
    WORKING = "业务区"


class Relation(StrEnum):
    """What a peer is, seen from here."""

    COLLECTING = "采集区"
    WORKING = "业务区"
    UPPER = "上级局"
    LOWER = "下级局"
    LEVEL = "同级局"


class Direction(StrEnum):
    """Which way a bundle goes; bound into its manifest."""

    INWARD = "inward"
    OUTWARD = "outward"
    UPWARD = "upward"
    DOWNWARD = "downward"
    ACROSS = "across"


class ItemKind(StrEnum):
    """What a bundle may hold, in the order it is taken in: each rests on those before it."""

    TARGET = "target"
    RULE = "rule"
    WATCH_LIST = "watch_list"
    CAMPAIGN = "campaign"
    PAGE = "page"
    IMAGE_TEXT = "image_text"
    SHOP = "shop"
    LISTING = "listing"
    MATCH = "match"
    FINDING = "finding"
    LEAD = "lead"
    CAPTURE = "capture"
    TRANSFER = "transfer"
    ASSISTANCE = "assistance"
    REPLY = "reply"
    CAMPAIGN_REPORT = "campaign_report"
    STATISTICS = "statistics"


class Identity(Record):
    """Who we are to peers: `code` names our channels, `zone` says which of the two parts this is."""

    code: str = Field(pattern=PEER_CODE)
    name: str
    region_code: str = ""
    zone: Zone = Zone.WHOLE


class PeerCard(Identity):
    """名片: an identity with the roots its signatures end in, and when keys of it ended (`trust_pem`)."""

    trust_pem: str
    made_at: UtcDatetime


class Peer(PeerCard):
    """A zone or bureau registered here. `root_sha256` is the fingerprint compared when it was registered."""

    relation: Relation
    root_sha256: DigestHex
    added_by: str
    added_at: UtcDatetime
    revoked_at: UtcDatetime | None = None
    revoked_by: str = ""
    revoked_reason: str = ""


class BundleItem(Record):
    """One record in a bundle: its member, both digests, and the SHA-256 of the files that go with it."""

    kind: ItemKind
    item_id: str
    member: str
    content: Digests
    files: tuple[DigestHex, ...] = ()


class BundleManifest(Record):
    """What is signed of a bundle, in RFC 8785 form.

    Attributes:
        sequence: Number of the bundle in its channel (sender to receiver), from 1 without a gap.
        previous_sha256: Digest of the manifest before it in the channel; None for the first.
        part, parts: A sending too large for one file is cut; each part is a bundle with a number of its own.
        files: Members beside the records (evidence packages, page bytes, attachments), by SHA-256.
        sm2: An SM2 signature goes with it; without it the bundle is stripped.
    """

    format: str
    sender: str
    sender_name: str
    receiver: str
    direction: Direction
    sequence: int = Field(ge=1)
    part: int = Field(default=1, ge=1)
    parts: int = Field(default=1, ge=1)
    previous_sha256: DigestHex | None = None
    made_at: UtcDatetime
    expires_at: UtcDatetime
    counts: dict[ItemKind, int] = {}
    items: tuple[BundleItem, ...] = ()
    files: tuple[Digests, ...] = ()
    sm2: bool = False


class BundleWay(StrEnum):
    """Whether we made a bundle or were given it."""

    SENT = "sent"
    RECEIVED = "received"


class BundleState(StrEnum):
    """Of one sent: made → handed out → acknowledged, partly or wholly refused. Of one received: taking → taken (some
    items may be refused, by name)."""

    MADE = "已制作"
    HANDED_OUT = "待回执"
    ACKNOWLEDGED = "已签收"
    PARTLY = "部分拒收"
    REFUSED = "被拒收"
    TAKING = "收录中"
    TAKEN = "已收录"


class Bundle(Record):
    """A bundle as the ledger keeps it; `bundle_id` is the SHA-256 of its manifest, `file` its name in the data
    directory's own copy."""

    bundle_id: DigestHex
    peer: str
    way: BundleWay
    sequence: int
    part: int = 1
    parts: int = 1
    direction: Direction
    state: BundleState
    counts: dict[ItemKind, int] = {}
    size_bytes: int
    file: str
    made_at: UtcDatetime
    expires_at: UtcDatetime
    settled_at: UtcDatetime | None = None
    reason: str = ""
    by: str = ""


class ItemOutcome(Record):
    """What became of one item at the receiver's. `note` names a conflict although it was accepted."""

    kind: ItemKind
    item_id: str
    accepted: bool
    reason: str = ""
    note: str = ""


class RefusalReason(StrEnum):
    """Why a file was not taken in, none of it."""

    NOT_A_BUNDLE = "不是摆渡包或已损坏"
    UNKNOWN_FORMAT = "格式版本不认识"
    TOO_LARGE = "超出大小限制"
    UNSIGNED = "没有签名"
    SIGNATURE = "签名与清单不符"
    KEY_ENDED = "签名密钥已停用"
    UNTRUSTED = "签名证书不属于该单位"
    UNKNOWN_SENDER = "发送单位未登记"
    REVOKED = "发送单位已被停止往来"
    WRONG_RECEIVER = "收件单位不是本单位"
    WRONG_DIRECTION = "方向不符"
    EXPIRED = "已过有效期"
    ALTERED = "内容与清单不符"
    REPLAYED = "重复的序号"
    GAP = "缺少前一包"
    BROKEN_CHAIN = "与前一包不衔接"


class Refusal(Record):
    """A file that was refused, as the ledger keeps it."""

    refusal_id: str
    peer: str = ""
    sequence: int | None = None
    bundle_id: str = ""
    file_sha256: DigestHex
    reason: RefusalReason
    detail: str
    at: UtcDatetime


class Receipt(Record):
    """回执: what the receiver did with one bundle. Of the items only the refused and the noted are named; `reason` is
    set when the whole bundle was refused. It holds no more of the content than ids."""

    format: str
    bundle_id: DigestHex
    sender: str
    receiver: str
    sequence: int
    accepted: int = 0
    refused: int = 0
    items: tuple[ItemOutcome, ...] = ()
    reason: str = ""
    made_at: UtcDatetime


class LeadFile(Record):
    """A lead as it travels: with its whole history."""

    lead: Lead
    events: tuple[LeadEvent, ...] = ()


class RuleFile(Record):
    """What travels of a rule: an own rule's versions, oldest first (none: it is one of the release), and, inside one
    house, the acts about it."""

    rule_id: str
    versions: tuple[OwnRule, ...] = ()
    events: tuple[RuleEvent, ...] = ()
