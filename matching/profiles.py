"""Column profiles: which heading of a register file means which field. A new supplier is one more of `PROFILES`, or a
TOML file of its own (`[headings]`, and `[values.FIELD]` where a field is given in codes)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from records.errors import InvalidInputError

__all__ = ["DEFAULT_PROFILE", "PROFILES", "REQUIRED", "ColumnProfile", "Field", "profile_named", "suggested_profile"]

Field = str
"""A field of `records.register.Entity`; or `province` / `city` where the division is given in words, the day of removal
from a list, a part of `sites`, or `change` (新增, 变更, 注销 … of a daily increment)."""

REQUIRED = {"code": "统一社会信用代码", "name": "名称"}
"""Fields without which a file is no register, and what people call them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """Headings by field, the preferred one first; `values` says what a supplier's codes of a field mean."""

    name: str
    headings: Mapping[Field, tuple[str, ...]]
    values: Mapping[Field, Mapping[str, str]] = field(default_factory=dict)

    def columns(self, headings: Sequence[str], *, heading_bytes: int = 0) -> dict[Field, str]:
        """The heading of this file for each field it has; one cut at `heading_bytes` (DBF) by its start."""
        found: dict[Field, str] = {}
        by_folded = {heading.strip().casefold(): heading for heading in headings if heading.strip()}
        for item, names in self.headings.items():
            wanted = [name.casefold() for name in names]
            if heading_bytes:
                wanted += [_cut(name, heading_bytes) for name in wanted]
            heading = next((by_folded[name] for name in wanted if name in by_folded), None)
            if heading is not None:
                found[item] = heading
        return found


DEFAULT_PROFILE = ColumnProfile(
    name="default",
    headings={
        "code": ("统一社会信用代码", "统一社会信用代码/注册号", "信用代码", "社会信用代码", "注册号", "code", "uscc"),
        "name": ("名称", "企业名称", "主体名称", "市场主体名称", "经营主体名称", "字号名称", "name"),
        "kind": ("主体类型", "企业类型", "市场主体类型", "经营主体类型", "类型", "kind"),
        "status": ("登记状态", "经营状态", "企业状态", "status"),
        "status_on": ("状态日期", "注销日期", "吊销日期", "status_on"),
        "established_on": ("成立日期", "注册日期", "设立日期", "established_on"),
        "valid_from": ("营业期限自", "经营期限自", "营业期限起", "valid_from"),
        "valid_until": ("营业期限止", "经营期限止", "营业期限至", "valid_until"),
        "approved_on": ("核准日期", "核准时间", "变更日期", "更新日期", "approved_on"),
        "region_code": ("区划代码", "行政区划代码", "行政区划", "region_code"),
        "address": ("住所", "经营场所", "注册地址", "住所（经营场所）", "地址", "address"),
        "legal_representative": ("法定代表人", "经营者", "负责人", "法人", "legal_representative"),
        "phone": ("联系电话", "电话", "phone"),
        "scope": ("经营范围", "scope"),
        "former_names": ("曾用名", "former_names"),
        "abnormal_since": ("列入经营异常日期", "列入经营异常名录日期", "abnormal_since"),
        "abnormal_removed_on": ("移出经营异常日期", "移出经营异常名录日期", "abnormal_removed_on"),
        "seriously_illegal_since": ("列入严重违法日期", "列入严重违法失信日期", "seriously_illegal_since"),
        "seriously_illegal_removed_on": (
            "移出严重违法日期",
            "移出严重违法失信日期",
            "seriously_illegal_removed_on",
        ),
        "shop_urls": ("网店网址", "网址", "网站网址", "网站（网店）网址", "shop_urls"),
        "site_names": ("网站名称", "网店名称", "网站（网店）名称", "site_names"),
        "icp_no": ("ICP备案号", "网站备案号", "ICP备案/许可证号", "icp_no"),
        "parent_code": ("隶属企业代码", "隶属企业统一社会信用代码", "总公司代码", "上级企业代码", "parent_code"),
        "parent_name": ("隶属企业名称", "隶属企业", "总公司名称", "上级企业名称", "parent_name"),
        "change": ("变更类型", "变更标志", "操作类型", "增量类型", "change"),
        "province": ("省", "省份", "province"),
        "city": ("市", "城市", "city"),
    },
)
"""The product's own headings, their usual variants, and the field names themselves."""

ENGLISH_PROFILE = ColumnProfile(
    name="english-abbreviations",
    headings={
        "code": ("UNISCID", "UNISCCODE", "USCCODE", "REGNO"),
        "name": ("ENTNAME", "TRANAME", "ENT_NAME"),
        "kind": ("ENTTYPE_CN", "ENTTYPE", "ENT_TYPE"),
        "status": ("REGSTATE_CN", "REGSTATE", "ENTSTATUS"),
        "status_on": ("CANDATE", "REVDATE"),
        "established_on": ("ESTDATE", "EST_DATE"),
        "valid_from": ("OPFROM", "OP_FROM"),
        "valid_until": ("OPTO", "OP_TO"),
        "approved_on": ("APPRDATE", "APPR_DATE"),
        "region_code": ("DOMDISTRICT", "REGION"),
        "address": ("DOM", "OPLOC"),
        "legal_representative": ("LEREP", "NAME", "OPNAME"),
        "phone": ("TEL", "LEREPTEL"),
        "scope": ("OPSCOPE",),
        "former_names": ("OLDNAME",),
        "shop_urls": ("WEBSITE", "DOMAINURL"),
        "site_names": ("WEBSITNAME", "WEBNAME"),
        "icp_no": ("ICPNO", "WEBICP"),
        "parent_code": ("PUNISCID", "PARENTCODE"),
        "parent_name": ("PENTNAME", "PARENTNAME"),
        "abnormal_since": ("ABNTIME",),
        "abnormal_removed_on": ("REMDATE",),
        "change": ("OPTYPE", "CHANGETYPE"),
    },
)
"""Abbreviations common in exports of registration systems; where states are codes, a profile of your own says which."""

PINYIN_PROFILE = ColumnProfile(
    name="pinyin",
    headings={
        "code": ("TYSHXYDM", "SHXYDM", "XYDM", "ZCH"),
        "name": ("QYMC", "ZTMC", "SCZTMC", "ZHMC", "MC"),
        "kind": ("QYLX", "ZTLX", "LX"),
        "status": ("DJZT", "QYZT", "JYZT", "ZT"),
        "status_on": ("ZTRQ", "ZXRQ", "DXRQ"),
        "established_on": ("CLRQ", "SLRQ", "ZCRQ"),
        "valid_from": ("YYQXQ", "JYQXQ"),
        "valid_until": ("YYQXZ", "JYQXZ"),
        "approved_on": ("HZRQ", "GXRQ"),
        "region_code": ("XZQHDM", "QHDM", "XZQH"),
        "address": ("ZS", "DZ", "ZCDZ", "JYCS"),
        "legal_representative": ("FDDBR", "FZR", "JYZ", "FR"),
        "phone": ("LXDH", "DH"),
        "scope": ("JYFW",),
        "former_names": ("CYM",),
        "shop_urls": ("WDWZ", "WZ"),
        "site_names": ("WZMC", "WDMC"),
        "icp_no": ("ICPBAH", "BAH"),
        "parent_code": ("LSQYDM", "ZGSDM"),
        "parent_name": ("LSQYMC", "ZGSMC"),
        "abnormal_since": ("LRYCRQ",),
        "abnormal_removed_on": ("YCYCRQ",),
        "change": ("BGLX", "CZLX"),
    },
)
"""First letters of the Chinese headings, as DBF tables have them."""

PROFILES = {profile.name: profile for profile in (DEFAULT_PROFILE, ENGLISH_PROFILE, PINYIN_PROFILE)}
"""Profiles by the name given to `registry import --profile`."""


def profile_named(name: str) -> ColumnProfile:
    """The profile of that name, or the one a TOML file describes.

    Raises:
        InvalidInputError: No such profile (the known ones are named), or a file that describes none.
    """
    if name in PROFILES:
        return PROFILES[name]
    if name.endswith(".toml"):
        return _from_file(Path(name))
    raise InvalidInputError(f"没有名为“{name}”的列对照方案", cure=f"可用：{'、'.join(PROFILES)}，或一个.toml文件")


def suggested_profile(headings: Sequence[str], *, heading_bytes: int = 0) -> ColumnProfile:
    """The profile that finds a code and a name and the most columns besides; the default one when none does better."""

    def worth(profile: ColumnProfile) -> tuple[int, int]:
        found = profile.columns(headings, heading_bytes=heading_bytes)
        return sum(item in found for item in REQUIRED), len(found)

    return max(PROFILES.values(), key=worth)


def _from_file(path: Path) -> ColumnProfile:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        headings = {
            str(item): (names,) if isinstance(names, str) else tuple(map(str, names))
            for item, names in document["headings"].items()
        }
        values = {str(item): {str(k): str(v) for k, v in meant.items()} for item, meant in _tables(document)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise InvalidInputError(
            f"列对照方案 {path} 读不了（{type(exc).__name__}）",
            cure='写成：[headings] 下每行一项，如 code = ["信用代码"]',
        ) from exc
    unknown = [item for item in (*headings, *values) if item not in DEFAULT_PROFILE.headings]
    if unknown:
        known = "、".join(DEFAULT_PROFILE.headings)
        raise InvalidInputError(f"列对照方案 {path} 中没有这样的项：{'、'.join(unknown)}", cure=f"可用：{known}")
    return ColumnProfile(name=path.stem, headings=headings, values=values)


def _tables(document: Mapping[str, object]) -> list[tuple[str, Mapping[str, object]]]:
    values = document.get("values", {})
    return list(values.items()) if isinstance(values, dict) else []


def _cut(name: str, most: int) -> str:
    """The start of a name that fits; half a character at the end is none."""
    return name.encode("gb18030")[:most].decode("gb18030", errors="ignore")
