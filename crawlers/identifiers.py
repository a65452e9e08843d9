"""Numbers and contacts a merchant shows: licence codes, filings, approvals, telephones; placeholders are refused.

A code with a wrong check digit is still *shown* (matching judges it); `沪ICP备xxx号`, 123456789 and 91XXXX are not.
Standard: GB 32100 (form of 统一社会信用代码); the forms of the other numbers are those of docs/reference.
"""

from __future__ import annotations

import re

from records.market import Contact, ContactKind

__all__ = [
    "approval_numbers",
    "contacts_in",
    "half_width",
    "icp_number",
    "is_placeholder",
    "licence_code",
    "police_number",
]

_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_FILING_PROVINCE = (
    "[京津沪渝冀豫云滇辽黑湘皖鲁新苏浙赣鄂桂甘陇晋蒙陕吉闽贵黔粤青藏川蜀宁琼]"  # 蜀ICP备, 黔ICP备, 滇ICP备, 陇ICP备
)
_LABELLED_CODE = re.compile(
    r"(?:统一社会信用代码|社会信用代码|信用代码|营业执照(?:注册)?(?:号码?|编号)|执照(?:号码?|"
    r"编号)|工商注册号|注册号|登记号|税号)"
    r"(?:\s*[/（(][^：:\d]{1,12}[)）]?)?\s*[:：]?\s*([0-9A-Za-z][0-9A-Za-z*＊×·.\- ]{6,28}[0-9A-Za-z*])"
)
_BARE_CODE = re.compile(r"(?<![0-9A-Za-z])((?:9[123]|5[123]|1[129])\d{6}[0-9A-Z]{9}[0-9A-Z])(?![0-9A-Za-z])")
_ICP = re.compile(rf"({_FILING_PROVINCE}\s?ICP\s?[备证]\s?(\d{{5,10}})\s?号(?:-\d+)?)", re.IGNORECASE)
_POLICE = re.compile(rf"({_FILING_PROVINCE}\s?公网安备\s?(\d{{14}})\s?号?)")
_APPROVALS = re.compile(
    "|".join(
        (
            r"国药准字\s?[HZSJTBF][JC]?\s?\d{8}",
            rf"药品经营许可证[^\s，。；]{{0,4}}\s{{0,3}}{_PROVINCE}[A-D][AB]\d{{7}}(?!\d)",
            rf"[（(]{_PROVINCE}[)）]\s?-\s?非?经营性\s?-\s?\d{{4}}\s?-\s?\d{{4}}",
            rf"(?:国|{_PROVINCE})械注[准进许]\s?\d{{4}}[123]\d{{2}}\d{{4}}",
            rf"(?:国|{_PROVINCE})[^\s，。；：:]{{0,4}}械备\s?\d{{8,}}号?",
            rf"(?:国|{_PROVINCE})[^\s，。；：:]{{0,4}}药[监管]械[（(][准进许试][)）]字\s?\d{{4}}第\d{{7}}号",
            rf"{_PROVINCE}[^\s，。；：:]{{0,4}}药监械(?:经营[许备]|生产[许备])\s?\d{{8,}}号?",
            r"国妆特[进制]?字\s?[GJ]?\d{8,}",
            rf"(?:{_PROVINCE}|国)G?妆网备[进制]?字(?:[（(]{_PROVINCE}[)）])?\s?\d{{10}}",
            r"国食健[注字]\s?[GJ]?\d{8}",
            r"食健备\s?[GJ]\d{12}",
            r"国食注字\s?(?:TY|YP)\d{8}",
            rf"{_PROVINCE}?(?:药|械|食健|特食)广审[（(][视声文][)）]第\d{{6}}-\d{{5}}号",
            r"(?<![0-9A-Za-z])(?:JY|SC|YB)\s?\d{14}(?!\d)",
            r"(?<![0-9A-Za-z])QS\s?\d{4}\s?\d{4}\s?\d{4}(?!\d)",
            r"(?<![0-9A-Za-z])Q/[A-Z]{2,8}\s?\d{4}S",
            r"(?:粤|沪|京|浙|苏)?野(?:字|证)[^\s，。；]{0,10}\d{4,}号",
            rf"(?:国|{_PROVINCE})卫消证字[（(]\d{{4}}[)）]第\d{{4}}号",
            r"农药登记证号?[:：]?\s?(?:PD|WP|LS)\d{8}",
            rf"(?:{_PROVINCE}|合字)\s?[AB]2-\d{{8}}(?!\d)",
        )
    )
)
# Every form above has one of these in it; most pages have none, and the forms are tried at each sign of a text.
_APPROVAL_MARKS = (
    *("准字", "械注", "械备", "妆特", "妆网备", "食健", "国食注字", "广审", "卫消证", "农药登记", "野字", "野证"),
    *("JY", "SC", "YB", "Q/", "QS", "A2-", "B2-", "药监", "药管", "经营性", "药品经营许可"),
)
_MOBILE = r"(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
_LANDLINE = r"(?<![\d-])(?:\(0\d{2,3}\)|（0\d{2,3}）|0\d{2,3}[- ]?)\d{7,8}(?:-\d{1,5})?(?!\d)"
_SERVICE = r"(?<![\d-])(?:400[- ]?\d{3}[- ]?\d{4}|400[- ]?\d{4}[- ]?\d{3}|800[- ]?\d{3}[- ]?\d{4})(?!\d)"
_PHONE = re.compile(f"{_SERVICE}|{_LANDLINE}|{_MOBILE}")
_WECHAT = re.compile(
    r"(?:微信号?|微 信|薇信|v信|vx|wechat|weixin|"
    r"客服V)(?:\s*[/、及]\s*\w{1,4})?\s*(?:号)?\s*[:：]?\s*(?:加)?\s*([A-Za-z][A-Za-z0-9_-]{5,19}|"
    r"1[3-9]\d{9})",
    re.IGNORECASE,
)
_QQ = re.compile(r"(?<![A-Za-z])QQ(?:号码?|客服|咨询|交流群|群|在线)?\s*[:：]\s*([1-9]\d{4,11})(?!\d)", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.])([A-Za-z0-9][\w.+-]{0,40}@[A-Za-z0-9-]{1,40}(?:\.[A-Za-z0-9-]{2,20}){1,3})")
_RETURN_ADDRESS = re.compile(r"(?:退换?货|退货|售后|寄回)(?:收货)?地址\s*[:：]\s*([^\n。；;|]{6,80})")
_ADDRESS = re.compile(
    r"(?<!退货)(?<!退换货)(?<!售后)(?:经营地址|公司地址|门店地址|店铺地址|联系地址|实体店地址|"
    r"发货地址|经营场所|住所|厂址|地址)\s*[:：]\s*([^\n。；;|]{6,80})"
)
_ADDRESS_END = re.compile(
    r"\s*(?:退换?货|退货|发货|售后|电话|手机|联系|邮编|邮箱|客服|微信|收件人|统一社会|ICP|版权|备案|热线|Tel|QQ)",
    re.IGNORECASE,
)


def is_placeholder(value: str) -> bool:
    """Whether a number is a stand-in that nobody filled in.

    >>> [is_placeholder(v) for v in ("91XXXXXXXXXXXXXXXX", "123456789012345", "00000000", "91330106MA2B0T1X7C")]
    [True, True, True, False]
    """
    text = re.sub(r"[\s.\-]", "", value)
    if re.search(r"[xX]{3,}|[*＊×某?？_]{2,}|[Nn]{4,}", text):
        return True
    digits = re.sub(r"\D", "", text)
    if re.search(r"(\d)\1{7,}", text) or (digits and len(set(digits)) == 1 and len(digits) >= 5):
        return True
    return (
        "123456789" in text or digits == "12345678" or "987654321" in text or digits in ("1234567", "123456", "12345")
    )


def licence_code(text: str, *, labelled: str = "") -> str:
    """The licence code shown in a text, with its exact signs (also full-width ones); empty when none or a placeholder.

    Args:
        text: Any text of the page; a code must carry a label or have the form of GB 32100.
        labelled: The value that stands beside such a label, when the markup says so.
    """
    if labelled:
        found = re.match(r"\s*[:：]?\s*([0-9A-Za-z][0-9A-Za-z*×\- ]{6,28}[0-9A-Za-z*])", half_width(labelled))
        return _as_shown(labelled, found) if found else ""
    folded = half_width(text)
    for match in _LABELLED_CODE.finditer(folded):
        if code := _as_shown(text, match):
            return code
    bare = _BARE_CODE.search(folded)
    return "" if bare is None or is_placeholder(bare[1]) else text[bare.start(1) : bare.end(1)]


def icp_number(text: str) -> str:
    """The ICP filing number shown; placeholders are none."""
    return next((match[1] for match in _ICP.finditer(text) if not is_placeholder(match[2])), "")


def police_number(text: str) -> str:
    """The 公安联网备案 number shown; placeholders are none."""
    return next((match[1] for match in _POLICE.finditer(text) if not is_placeholder(match[2])), "")


def approval_numbers(text: str) -> tuple[str, ...]:
    """Approvals, filings, permits and advertisement numbers, as written (also full-width), placeholders left out."""
    if not any(mark in text for mark in _APPROVAL_MARKS):
        return ()
    spans = (match.span() for match in _APPROVALS.finditer(half_width(text)))
    found = dict.fromkeys(text[start:end] for start, end in spans)
    return tuple(number for number in found if not is_placeholder(number))


def contacts_in(text: str, *, place: str = "") -> tuple[Contact, ...]:
    """Telephones, WeChat, e-mail and addresses in words of the merchant (never call it on words of consumers)."""
    found: dict[tuple[ContactKind, str], None] = {}
    without_wechat = _WECHAT.sub(lambda match: " " * len(match[0]), text)
    for match in _WECHAT.finditer(text):
        found[ContactKind.WECHAT, match[1]] = None
    for match in _QQ.finditer(text):
        found[ContactKind.QQ, match[1]] = None
    without_wechat = _QQ.sub(lambda match: " " * len(match[0]), without_wechat)
    for match in _PHONE.finditer(without_wechat):
        found[ContactKind.PHONE, match[0].strip()] = None
    for match in _EMAIL.finditer(text):
        found[ContactKind.EMAIL, match[1]] = None
    for kind, pattern in ((ContactKind.RETURN_ADDRESS, _RETURN_ADDRESS), (ContactKind.ADDRESS, _ADDRESS)):
        for match in pattern.finditer(text):
            found[kind, _ADDRESS_END.split(match[1], maxsplit=1)[0].strip(" ，,")] = None
    return tuple(
        Contact(kind=kind, value=value, place=place)
        for kind, value in found
        if len(value) >= 5 and not is_placeholder(value)
    )


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones, place by place (NFKC of single signs).

    >>> half_width("９１ＭＡ：")
    '91MA:'
    """
    return text.translate(_HALF_WIDTH)


def _as_shown(text: str, match: re.Match[str]) -> str:
    """The code with its exact signs; empty for placeholders and for what is no code."""
    shown = match[1]
    end = match.start(1) + len(re.split(r"\s{2,}| (?=[A-Za-z]{4,})", shown)[0].rstrip())
    code = re.sub(r"[\s\-.·]", "", half_width(text[match.start(1) : end]))
    if is_placeholder(shown) or not 10 <= len(code) <= 22 or not re.search(r"\d{6}", code):
        return ""
    return text[match.start(1) : end]


_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
