"""Personal data of consumers is masked when it is read, before anything is stored as a statement.

Law: 《网络数据安全管理条例》第二十四条, 《中华人民共和国个人信息保护法》第六条.
"""

from __future__ import annotations

import re

__all__ = ["mask_author", "mask_personal"]

_ID_CARD = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)")
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)")
_DIGIT = "[0-9０-９零〇幺一二三四五六七八九壹贰叁肆伍陆柒捌玖]"
_GAP = r"[\s\-—_.·,，*/]{0,3}"
_WRITTEN_PHONE = re.compile(
    rf"(?<!{_DIGIT})((?:[1１一幺壹]){_GAP}[3-9３-９三四五六七八九叁肆伍陆柒捌玖]{_GAP}{_DIGIT}){_GAP}(?:{_DIGIT}{_GAP}){{4}}"
    rf"({_DIGIT}(?:{_GAP}{_DIGIT}){{3}})(?!{_DIGIT})"
)
_HOME = re.compile(
    r"((?:寄|送|发|住|搬)[到在给]|地址\s*[:：]?\s*)?"
    r"[\u4e00-\u9fff]{2,12}?(?:路|街|巷|弄|小区|花园|公寓|大厦|新村|家园|苑|村|广场|里|城)?[\dA-Za-z一二三四五六七八九十]{0,5}"
    r"(?:(?:号院|号楼|号|栋|幢|座|单元|楼|室|户)[\dA-Za-z一二三四五六七八九十-]{1,6}){1,4}(?:号楼|栋|幢|座|单元|室|号|户)"
)
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}[- ]?)\d{7,8}(?!\d)")
_EMAIL = re.compile(r"([\w.+-]{1,2})[\w.+-]*(@[\w-]+(?:\.[\w-]+)+)")
_WECHAT = re.compile(r"((?:微信号?|vx|wechat|weixin|QQ)\s*[:：]?\s*)([A-Za-z0-9_-]{5,20})", re.IGNORECASE)
_ADDRESS = re.compile(
    r"((?:[\u4e00-\u9fff]{2,8}?(?:省|市|自治区|区|县|镇|乡)){1,4})"
    r"[\u4e00-\u9fff]{1,10}?(?:路|街|巷|道|弄|小区|村|花园|公寓|大厦)"
    r"(?:[\u4e00-\u9fff]{0,6}?[\dA-Za-z零一二三四五六七八九十\-]{1,6}(?:号楼|号院|号|栋|幢|座|单元|室|楼|层)){1,5}"
)
# What each of them needs: most reviews have none of it, and are spared eight searches at every sign.
_COUNTS = re.compile(r"[\d零〇幺一二三四五六七八九壹贰叁肆伍陆柒捌玖]")
_NAMES_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{5}", re.IGNORECASE)
_HOUSES = re.compile(r"[号栋幢座室楼层户]|单元")


def mask_author(name: str) -> str:
    """A consumer's name as it may be kept: first and last sign.

    >>> mask_author("爱吃鱼的猫"), mask_author("王芳"), mask_author("a***8")
    ('爱***猫', '王***', 'a***8')
    """
    text = name.strip()
    if not text:
        return ""
    if "*" in text:
        return text[0] + "***" + (text[-1] if text[-1] != "*" else "")
    return f"{text[0]}***{text[-1]}" if len(text) > 2 else f"{text[0]}***"


def mask_personal(text: str) -> str:
    """Telephone, identity, account and address details in a consumer's words replaced by stars.

    >>> mask_personal("打13800001234找我")
    '打138****1234找我'
    """
    masked = text
    if _COUNTS.search(masked):
        masked = _ID_CARD.sub(r"\1********\2", masked)
        masked = _PHONE.sub(r"\1****\2", masked)
        masked = _WRITTEN_PHONE.sub(r"\1****\2", masked)
        masked = _LANDLINE.sub(r"\1*******", masked)
    if "@" in masked:
        masked = _EMAIL.sub(r"\1***\2", masked)
    if _NAMES_ACCOUNT.search(masked):
        masked = _WECHAT.sub(r"\1***", masked)
    if _HOUSES.search(masked):
        masked = _HOME.sub(r"\1***", _ADDRESS.sub(r"\1***", masked))
    return masked
