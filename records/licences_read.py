"""Pictures of a 营业执照: LicenceReading, what was read of one, with boxes and QR codes; LicencePicture, the picture as
a shop shows it; LicenceStore, the port that keeps both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Protocol

from records.base import DigestHex, Record, UtcDatetime
from records.digests import Digests

__all__ = [
    "Box",
    "LicenceContradiction",
    "LicenceField",
    "LicenceOutcome",
    "LicencePicture",
    "LicenceReading",
    "LicenceStore",
    "OcrModel",
    "PICTURES_OF_A_SHOP",
    "PictureReading",
    "QrCode",
    "ReadField",
    "ShownPicture",
]


PICTURES_OF_A_SHOP = 3
"""How many licence pictures of a shop are fetched and read at most."""


class PictureReading(StrEnum):
    """Which licence pictures a survey fetches and reads: none, those of shops whose pages do not give both code and
    name in words, or all (and compares them with the words)."""

    NEVER = "never"
    WHEN_NEEDED = "when_needed"
    ALWAYS = "always"


class LicenceField(StrEnum):
    """Fields of a licence that are read, in the words of the form of 2014 and later."""

    CODE = "统一社会信用代码"
    NAME = "名称"
    KIND = "类型"
    PERSON = "法定代表人/经营者"
    ADDRESS = "住所/经营场所"
    ESTABLISHED = "成立日期"
    SCOPE = "经营范围"


class LicenceOutcome(StrEnum):
    """read: code and name are there; partial: one of them; unreadable: neither, which says nothing of the shop."""

    READ = "已读出"
    PARTIAL = "部分读出"
    UNREADABLE = "不能辨认"


class Box(Record):
    """A rectangle in pixels of the picture after `LicenceReading.turned_degrees`, from its upper left corner."""

    left: int
    top: int
    right: int
    bottom: int


class ReadField(Record):
    """One field as read. `label` is the label as printed (empty: found without it); `confidence` 0-1 is the engine's
    own; `passes_agreeing` of `LicenceReading.passes` gave this text; `others` are what the rest gave instead."""

    field: LicenceField
    label: str = ""
    text: str
    confidence: float
    box: Box
    passes_agreeing: int = 1
    others: tuple[str, ...] = ()


class QrCode(Record):
    """A QR code found in the picture. A link is recorded and never followed."""

    text: str
    is_link: bool
    box: Box


class OcrModel(Record):
    """A model file the engine read with."""

    name: str
    sha256: DigestHex


class LicenceReading(Record):
    """What one picture gave, and with what it was read.

    Args:
        image: Size and both digests of the bytes of the picture file.
        turned_degrees: How far the picture was turned counter-clockwise, after its EXIF orientation, to be read.
        tilt_degrees: What slope of the lines was left, and was allowed for.
        code_problem: Empty when both checks of the code as printed hold; else one Chinese clause.
        code_repairs: Codes the code as read may stand for when a check fails; none is taken without the register.
        passes: Ways the picture was prepared, in the order tried.
        note: Why it is not `read`, one Chinese sentence; empty otherwise.
    """

    reading_id: str
    image: Digests
    media_type: str
    width: int
    height: int
    turned_degrees: float = 0.0
    tilt_degrees: float = 0.0
    outcome: LicenceOutcome
    note: str = ""
    fields: tuple[ReadField, ...] = ()
    code_problem: str = ""
    code_repairs: tuple[str, ...] = ()
    qr_codes: tuple[QrCode, ...] = ()
    passes: tuple[str, ...] = ()
    engine: str
    engine_version: str
    reader_version: str
    models: tuple[OcrModel, ...] = ()
    read_at: UtcDatetime

    def text_of(self, field: LicenceField) -> str:
        """The text of a field; empty when it was not read."""
        return next((one.text for one in self.fields if one.field is field), "")


class LicenceContradiction(Record):
    """Page and picture say different things of one field; surely so, misreading allowed for. Neither is the truth."""

    field: LicenceField
    on_page: str
    on_picture: str
    sentence: str


class LicencePicture(Record):
    """A licence picture as a shop shows it, at one address.

    Attributes:
        picture_id: Of the shop and the address.
        page_id: The visit that last fetched it; empty when it was not fetched.
        image: Digests of its bytes, by which it is read once however many shops show it; None: not fetched.
        missing: Why it was not fetched, one Chinese clause.
        contradictions: Between it and the words of the shop's pages, as compared at `compared_at`.
    """

    picture_id: str
    shop_id: str
    target_id: str
    url: str
    page_id: str = ""
    image: Digests | None = None
    missing: str = ""
    seen_at: UtcDatetime
    contradictions: tuple[LicenceContradiction, ...] = ()
    compared_at: UtcDatetime | None = None


class ShownPicture(Record):
    """A licence picture of a shop with what was read from it; None: not read yet, or not fetched."""

    picture: LicencePicture
    reading: LicenceReading | None = None


class LicenceStore(Protocol):
    """Licence pictures of shops and what was read from them. Promises as in `records/ports.py`."""

    def save_pictures(self, pictures: Sequence[LicencePicture]) -> None:
        """Insert or replace, by `picture_id`; all or none."""
        ...

    def pictures(self, *, shop_id: str = "", target_id: str = "") -> Iterator[LicencePicture]:
        """By picture_id; of one shop or one target when named."""
        ...

    def save_reading(self, reading: LicenceReading) -> None:
        """Keep a reading, by `reading_id`; the same again changes nothing."""
        ...

    def reading_of(self, image_sha256: str) -> LicenceReading | None:
        """The newest reading of a picture by the digest of its bytes; None when it has not been read."""
        ...
