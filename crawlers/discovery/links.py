"""Addresses in what people and pages give: running text, web pages, workbooks, each with the words beside it."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import ParseError

from lxml import etree  # type: ignore[import-untyped]  # no stubs among our dependencies

from crawlers.decoding import decode_body
from crawlers.document import Document
from crawlers.masking import mask_personal
from crawlers.walls import wall_in
from crawlers.zones import Zone
from records.base import UtcDatetime
from records.errors import FetchError, InvalidInputError
from records.survey import Outcome, Page, PageKind, Target, TargetKind

__all__ = ["FoundLink", "document_of", "links_in_bytes", "links_in_page", "links_in_text", "name_in"]

_MAX_LINKS = 200_000
_MAX_UNPACKED_BYTES = 500_000_000
_URL = re.compile(r"""https?://[^\s<>"'，。；、！（）【】《》|]+""", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![\w@./:-])((?:[\w\u4e00-\u9fff-]+\.)+(?:cn|com|net|org|shop|top|store|vip|xyz|site|online|ltd|wang|club|"
    r"mall|co|cc|tv|me|info|biz|hk|tw|中国|公司|网络|商城|网店|在线|我爱你)(?:[:/?][^\s<>\"'，。；、！（）【】《》|]*)?)(?![\w@.-])",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}'\"*"
_GENERIC = re.compile(
    r"^(?:进(?:入)?店(?:铺)?(?:逛逛)?|进店看看|访问(?:店铺|网站|官网)?|店铺首页|查看(?:更多|详情|店铺)?|更多|详情|官网|"
    r"官方网站|首页|点击(?:进入|查看)?|链接|here|click here|visit|website|home|more|[>»›]+|\W*)$",
    re.IGNORECASE,
)
_EDGES = re.compile(r"^[\s\d.、:：\-–—()（）]+|[\s、:：\-–—()（）]+$")
_DAMAGED = (zipfile.BadZipFile, KeyError, ValueError, OSError, ParseError, EOFError, TypeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLink:
    """An address and the words it stands with. `aside`: in the frame of the page, not in what the page is about."""

    url: str
    text: str = ""
    aside: bool = False


def links_in_text(text: str) -> Iterator[FoundLink]:
    """Addresses in running text or a table, with or without http://; the name of a line is its other words.

    >>> [(link.url, link.text) for link in links_in_text("西湖茶庄 www.xihucha.cn\\n邮箱 a@b.cn")]
    [('www.xihucha.cn', '西湖茶庄')]
    """
    for line in text.splitlines():
        whole = [match[0].rstrip(_TRAILING) for match in _URL.finditer(line)]
        rest = _URL.sub(" ", line)
        bare = [match[1].rstrip(_TRAILING) for match in _BARE.finditer(rest)]
        found = list(dict.fromkeys((*whole, *bare)))
        if not found:
            continue
        name = name_in(_BARE.sub(" ", rest)) if len(found) == 1 else ""
        for url in found:
            yield FoundLink(url=url, text=name)


def links_in_page(doc: Document) -> Iterator[FoundLink]:
    """Links of a page, and addresses that only stand in its words."""
    for anchor in doc.anchors:
        if url := doc.absolute(anchor.href):
            aside = anchor.zone in (Zone.FOOTER, Zone.NAV, Zone.REVIEW)
            yield FoundLink(url=url, text=name_in(anchor.text or anchor.title), aside=aside)
    for block in doc.blocks:
        if block.zone not in (Zone.FOOTER, Zone.NAV, Zone.REVIEW) and "." in block.text:
            yield from links_in_text(block.text[:20_000])


def document_of(body: bytes, *, url: str, content_type: str, now: UtcDatetime) -> Document:
    """A fetched page taken apart.

    Raises:
        FetchError: It is a wall (login, captcha, refusal) and not what was asked for.
    """
    target = Target(target_id="", name="", kind=TargetKind.PLATFORM, seeds=(url,), created_at=now)
    page = Page(
        page_id="", run_id="", target_id="", url=url, final_url=url, kind=PageKind.LIST, outcome=Outcome.READ,
        fetched_at=now,
    )  # fmt: skip
    doc = Document(page=page, target=target, markup=decode_body(body, content_type=content_type).text)
    if (wall := wall_in(doc.markup, doc.visible, title=doc.title, kind=PageKind.LIST)) is not None:
        raise FetchError(f"页面未能读取（{wall[1]}）：{url[:200]}", cure="由人员在浏览器里查看", url=url)
    return doc


def links_in_bytes(content: bytes, *, name: str, now: UtcDatetime) -> tuple[FoundLink, ...]:
    """Addresses in a file: a workbook, a web page saved to disk, or text in any Chinese encoding.

    Raises:
        InvalidInputError: Empty, damaged, or nothing that holds text.
    """
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise InvalidInputError(f"文件 {name} 是空的", cure="应为一行一个网址的文本、网页或 .xlsx")
    if content.startswith(b"PK"):
        return tuple(_bounded(_links_in_workbook(content, name)))
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidInputError(f"文件 {name} 不是文本、网页或 .xlsx", cure="旧版 .xls 请另存为 .xlsx")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", errors="replace").encode()
    if re.search(rb"<(?:html|body|a\s|!doctype)", content[:20_000], re.IGNORECASE):
        doc = document_of(content, url="http://file.invalid/", content_type="", now=now)
        return tuple(link for link in _bounded(links_in_page(doc)) if "//file.invalid/" not in link.url)
    return tuple(_bounded(links_in_text(decode_body(content).text)))


def name_in(text: str) -> str:
    """The words beside an address as a name; empty where they name nothing."""
    parts = [_EDGES.sub("", " ".join(part.split())) for part in re.split(r"[\t\n,，;；|]|\s{2,}", text)]
    best = mask_personal(max(parts, key=lambda part: bool(re.search(r"[\u4e00-\u9fff]", part)), default=""))
    return best if 2 <= len(best) <= 60 and not _GENERIC.match(best) and not _URL.match(best) else ""


def _bounded(links: Iterator[FoundLink]) -> Iterator[FoundLink]:
    for count, link in enumerate(links):
        if count >= _MAX_LINKS:
            return
        yield link


def _links_in_workbook(content: bytes, name: str) -> Iterator[FoundLink]:
    import openpyxl  # with NumPy a third of a second, and most commands touch no workbook

    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            if "xl/workbook.xml" not in package.namelist():
                raise InvalidInputError(f"文件 {name} 是压缩包，不是 .xlsx 工作簿", cure="解压后再试")
            if sum(entry.file_size for entry in package.infolist()) > _MAX_UNPACKED_BYTES:
                raise InvalidInputError(f"文件 {name} 解开后过大，未读取", cure="只保留要用的工作表")
            yield from _hyperlinks(package)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles and extensions it leaves out
            book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
            for sheet in book.worksheets:
                for row in sheet.iter_rows(values_only=True):
                    yield from _links_in_cells(["" if cell is None else str(cell) for cell in row[:300]])
    except _DAMAGED as exc:
        raise InvalidInputError(
            f"文件 {name} 不能作为 .xlsx 打开（{type(exc).__name__}）", cure="在表格软件里打开并另存为 .xlsx"
        ) from exc


def _links_in_cells(cells: Sequence[str]) -> Iterator[FoundLink]:
    found = [link for cell in cells for link in links_in_text(cell)]
    others = [cell for cell in cells if cell and not any(link.url in cell for link in found)]
    name = next((said for cell in others if re.search(r"[\u4e00-\u9fff]", said := name_in(cell))), "")
    for link in found:
        yield FoundLink(url=link.url, text=link.text or (name if len(found) == 1 else ""))


def _hyperlinks(package: zipfile.ZipFile) -> Iterator[FoundLink]:
    """What cells link to behind other words."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    for part in package.namelist():
        if part.startswith("xl/worksheets/_rels/"):
            root = etree.fromstring(package.read(part), parser)
            for link in root if root is not None else ():
                if link.get("TargetMode") == "External" and _URL.match(link.get("Target", "")):
                    yield FoundLink(url=link.get("Target"))
