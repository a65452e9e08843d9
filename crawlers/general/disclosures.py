"""亮照 as a page shows it: licence fields by their labels, licence pictures and links, ICP, police filing, exemption.

Law: 《中华人民共和国电子商务法》第十五条; 《网络交易监督管理办法》第十二条.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crawlers.addresses import canonical_url
from crawlers.blocks import Block
from crawlers.document import Document, folded
from crawlers.general.images import image_source
from crawlers.identifiers import approval_numbers, icp_number, is_placeholder, licence_code, police_number
from crawlers.page_kinds import kind_of_link
from crawlers.zones import Zone, zone_by_names
from records.market import Disclosure
from records.survey import PageKind

__all__ = ["disclosure_pairs", "licence_links", "read_disclosure"]

_FIELDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("licence_no", re.compile(r"信用代码|注册号|执照(?:号|编号)|登记号|licen[cs]e no", re.IGNORECASE)),
    (
        "holder_name",
        re.compile(
            r"^(?:企业名称|公司名称|主体名称|商户名称|经营主体|经营者名称|单位名称|商家名称|执照名称|"
            r"字号名称|名\s*称|营业执照名称|市场主体名称|经营单位|company)$",
            re.IGNORECASE,
        ),
    ),
    ("legal_representative", re.compile(r"法定代表人|^法人|^负责人|^经营者(?:姓名)?$|投资人|执行事务合伙人")),
    ("subject_kind", re.compile(r"^(?:主体类型|企业类型|市场主体类型|公司类型|类\s*型|经营者类型|组织形式|主体性质)$")),
    (
        "address",
        re.compile(
            r"^(?:住\s*所|经营场所|注册地址|营业场所|企业地址|公司地址|经营地址|住所地|登记地址|"
            r"主要经营场所)"
        ),
    ),
    ("registered_on", re.compile(r"成立日期|注册日期|登记日期|成立时间|注册时间")),
    ("valid_until", re.compile(r"营业期限|经营期限|有效期")),
    ("scope", re.compile(r"经营范围|业务范围")),
)
_ENTITY = re.compile(
    r"(?:公司|企业|店|商行|经营部|服务部|厂|合作社|中心|铺|坊|庄|馆|社|行|部|户|场|院|所|屋|堂|阁|"
    r"轩)(?:[（(][^）)]*[）)])?$"
)
_SUBJECT_KIND = re.compile(r"公司|个体|合作社|自然人|独资|合伙|企业|分支|股份|有限|工商户")
_EXEMPTION = re.compile(
    r"[^。！\n]{0,60}(?:(?:依法|依照|根据|按照|属于)?[^。\n]{0,40}(?:无需|不需要?|免于|不必|"
    r"豁免)[^。\n]{0,12}(?:市场主体登记|办理登记|工商登记|营业执照|登记注册)|"
    r"(?:自产自销|自产农副产品|家庭手工业产品|便民劳务|零星小额)[^。\n]{0,30}(?:登记|经营|交易))[^。\n]{0,60}"
)
_MAY_EXEMPT = re.compile(r"无需|不需|免于|不必|豁免|自产|家庭手工业|便民劳务|零星小额")
_LICENCE_IMAGE = re.compile(r"licen[cs]e|zhizhao|yyzz|business-?lic|营业执照|执照|证照|liangzhao", re.IGNORECASE)
_PAIR = re.compile(
    r"(?:^|[\s;；|])([^:：\s;；|]{2,16})\s*[:：]\s*([^:：;；|]{1,600}?)(?=$|[;；|]|\s+[^:：\s]{2,12}\s*[:：])"
)
_PAIR_LENGTH = 2
_EMPTY_VALUE = re.compile(
    r"^(?:[-—/无暂]|暂无|未填写|未公示|待完善|请填写.*|详见.*|xx+|n/?a|null|undefined)?$", re.IGNORECASE
)


def read_disclosure(doc: Document, *, zones: frozenset[Zone]) -> Disclosure:
    """What the given part of a page publishes of the licence. Placeholders count as not shown.

    Args:
        zones: The merchant's parts of the page; of a marketplace, header and footer are the platform's.
    """
    blocks = [block for block in doc.blocks if block.zone in zones]
    text = "\n".join(block.text for block in blocks)
    fields: dict[str, str] = {}
    places: list[str] = []
    for label, value, place in disclosure_pairs(doc, blocks, zones):
        name = next((name for name, words in _FIELDS if words.search(label.strip())), "")
        if not name or name in fields:
            continue
        shown = licence_code("", labelled=value) if name == "licence_no" else _value(value)
        if name == "legal_representative" and _ENTITY.search(shown):
            name = "holder_name"  # 经营者：某某有限公司
        if name == "subject_kind" and not _SUBJECT_KIND.search(shown):
            continue
        if name == "holder_name" and doc.page.kind is not PageKind.LICENCE and not _ENTITY.search(shown):
            continue
        if shown and name not in fields:
            fields[name] = shown
            places.append(place)
    exemption = _exemption(blocks)
    return Disclosure(
        **{**fields, "licence_no": fields.get("licence_no", "") or licence_code(text)},
        has_licence_link=bool(licence_links(doc, zones=zones)),
        licence_image_urls=_licence_images(doc, zones),
        exemption_text=exemption,
        approval_nos=approval_numbers(text),
        icp_no=icp_number(text),
        police_no=police_number(text),
        place=places[0] if places else "",
    )


def licence_links(doc: Document, *, zones: frozenset[Zone]) -> tuple[str, ...]:
    """Addresses of links or marks that lead to a licence page; `#` and script links lead nowhere and do not count."""
    found: dict[str, None] = {}
    for anchor in doc.anchors:
        if anchor.zone not in zones:
            continue
        url = doc.absolute(anchor.href)
        if (
            url
            and canonical_url(url) != doc.canonical
            and kind_of_link(url, anchor.text or anchor.title) is PageKind.LICENCE
        ):
            found[url] = None
    return tuple(found)


def disclosure_pairs(
    doc: Document, blocks: Sequence[Block], zones: frozenset[Zone]
) -> tuple[tuple[str, str, str], ...]:
    """Label–value pairs in a part of the page, also where two neighbouring elements are the pair."""
    found = list(_pairs_of(blocks))
    for element in doc.root.iter("div", "p", "li", "tr", "span", "section"):
        if len(element) < _PAIR_LENGTH:
            continue
        children = [child for child in element if isinstance(child.tag, str)]
        if len(children) != _PAIR_LENGTH or (element.text or "").strip():
            continue
        label, value = (folded("".join(child.itertext())) for child in children)
        if 2 <= len(label) <= 16 and value and len(value) <= 600 and doc.zone_of(element) in zones:
            found.append((label.rstrip(":： "), value, ""))
    return tuple(found)


def _pairs_of(blocks: Sequence[Block]) -> Iterable[tuple[str, str, str]]:
    for number, block in enumerate(blocks):
        if block.label:
            yield block.label, block.text, block.place
        for match in _PAIR.finditer(block.text) if ":" in block.text or "：" in block.text else ():
            yield match[1], match[2], block.place
        # A label alone in its block (名称：) has its value in the next one.
        if block.text.endswith((":", "：")) and len(block.text) <= 16 and number + 1 < len(blocks):
            yield block.text.rstrip(":： "), blocks[number + 1].text, blocks[number + 1].place


def _exemption(blocks: Sequence[Block]) -> str:
    """The statement that the shop needs no licence. The pattern is slow: only lines with its words are asked."""
    for block in blocks:
        if _MAY_EXEMPT.search(block.text) and (match := _EXEMPTION.search(block.text)):
            return folded(match[0])
    return ""


def _value(value: str) -> str:
    text = folded(value).lstrip(":： ")
    return "" if _EMPTY_VALUE.match(text) or (len(text) < 40 and is_placeholder(text)) else text[:600]


def _licence_images(doc: Document, zones: frozenset[Zone]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for image in doc.root.iter("img"):
        source = image_source(image)
        parent = image.getparent()
        named = " ".join(
            (
                source,
                image.get("alt") or "",
                image.get("class") or "",
                image.get("title") or "",
                parent.get("class") or "",
            )
        )
        if _LICENCE_IMAGE.search(named) and zone_by_names(image) in zones:
            url = doc.absolute(source)
            if url and not re.search(r"(?:icon|logo|badge|placeholder|no-?pic|default)[^/]*$", url, re.IGNORECASE):
                found[url] = None
    return tuple(found)[:10]
