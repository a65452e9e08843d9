"""What was read from the picture of a 营业执照: LicenceReading, its fields with boxes, its QR codes."""

from __future__ import annotations

from enum import StrEnum

from records.base import DigestHex, Record, UtcDatetime
from records.digests import Digests

__all__ = [
    "Box",
    "LicenceField",
    "LicenceOutcome",
    "LicenceReading",
    "OcrModel",
    "QrCode",
    "ReadField",
]


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
