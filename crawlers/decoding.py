"""Bytes of a page to text, whatever the page says of itself: header, meta, BOM, GB18030, Big5, wrong declarations.

Standard: GB 18030-2022 (a superset of GB 2312 and GBK), WHATWG Encoding for the labels.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

__all__ = ["DecodedText", "decode_body"]

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE)
_META_BYTES = 4096

_LABELS = {
    **dict.fromkeys(
        ("gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "cp936", "ms936", "windows-936", "chinese"), "gb18030"
    ),
    **dict.fromkeys(("big5", "big5-hkscs", "big5hkscs", "cn-big5", "x-x-big5", "cp950"), "big5hkscs"),
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "ascii", "us-ascii", "windows-1252", "cp1252"), "cp1252"),
    **{
        label: label
        for label in ("utf-16", "utf-16le", "utf-16be", "shift_jis", "euc-jp", "euc-kr", "windows-1251", "windows-1250")
    },
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
# Signs that nearly every Chinese page has, simplified and traditional: what tells GB18030 from Big5.
_COMMON = frozenset(
    "的一是不了在有人我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴"
    "個們這來國說為時會對過學後麼沒還發當開長現將與進實點種聲話者機給幾業間東關並內產電門從無經頭見動兩樣應該風總體處師書請讓認論義術結資隊帶條變聯權達辦運區眾輕語滿寫識極黃錢黨設雙歷廣議單據導網專爭組視濟離壞興價買賣購貨店鋪產品"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """The text, the encoding that was used, the one declared (may be wrong or empty), and how many signs were lost."""

    text: str
    encoding: str
    declared: str
    lost: int


def decode_body(body: bytes, *, content_type: str = "") -> DecodedText:
    """Decode a page. Never fails: what cannot be read becomes U+FFFD and is counted in `lost`.

    A declaration is believed only when the bytes agree with it.

    >>> decode_body("网店".encode("gbk"), content_type="text/html; charset=utf-8").encoding
    'gb18030'
    """
    declared = _declared(body, content_type)
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _made(body[len(bom) :], encoding, declared)
    if body.isascii() and not declared.startswith("utf-16"):
        return DecodedText(text=body.decode("ascii"), encoding="utf-8", declared=declared, lost=0)
    strict = _strict(body, "utf-8")
    if strict is not None and not _two_byte_only(strict):
        return DecodedText(text=strict, encoding="utf-8", declared=declared, lost=0)
    candidates = dict.fromkeys(filter(None, (declared, "utf-8", "gb18030", "big5hkscs")))
    return max((_made(body, encoding, declared) for encoding in candidates), key=_likelihood)


def _declared(body: bytes, content_type: str) -> str:
    header = _HEADER.search(content_type)
    labels = [header[1]] if header else []
    head = body[:_META_BYTES]
    labels.extend(match[1].decode("ascii") for pattern in (_XML, _META) if (match := pattern.search(head)))
    known = [_LABELS[label.lower()] for label in labels if label.lower() in _LABELS]
    return known[0] if known else ""


def _strict(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return None


def _made(body: bytes, encoding: str, declared: str) -> DecodedText:
    text = body.decode(encoding, errors="replace")
    return DecodedText(text=text, encoding=encoding, declared=declared, lost=text.count("\ufffd"))


def _two_byte_only(text: str) -> bool:
    """Few GBK or Big5 signs may be valid two-byte UTF-8 by chance; real Chinese UTF-8 has three-byte signs."""
    return all(sign < "\u0800" for sign in text)


def _likelihood(found: DecodedText) -> float:
    """How much it looks like Chinese: common signs for it, lost signs against it, the declaration decides ties."""
    wide = [sign for sign in found.text[:200_000] if sign > "\u00ff"]
    common = sum(sign in _COMMON for sign in wide) / len(wide) if wide else 0.0
    return common - 3 * found.lost / (len(wide) + 1) + 0.1 * (found.encoding == found.declared)
