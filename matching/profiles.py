"""Column profiles: which heading of a register file means which field. A new supplier is one more of `PROFILES`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from records.errors import InvalidInputError

__all__ = ["DEFAULT_PROFILE", "PROFILES", "ColumnProfile", "Field", "profile_named"]

Field = str
"""A field of `records.register.Entity`, or `province` / `city` where the division is given in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """Headings by field, the preferred one first."""

    name: str
    headings: Mapping[Field, tuple[str, ...]]

    def columns(self, headings: tuple[str, ...]) -> dict[Field, str]:
        """The heading of this file for each field it has."""
        found: dict[Field, str] = {}
        by_folded = {heading.strip().casefold(): heading for heading in headings}
        for field, names in self.headings.items():
            heading = next((by_folded[name.casefold()] for name in names if name.casefold() in by_folded), None)
            if heading is not None:
                found[field] = heading
        return found


DEFAULT_PROFILE = ColumnProfile(
    name="default",
    headings={
        "code": ("统一社会信用代码", "统一社会信用代码/注册号", "信用代码", "社会信用代码", "注册号", "code", "uscc"),
        "name": ("名称", "企业名称", "主体名称", "市场主体名称", "字号名称", "name"),
        "kind": ("主体类型", "企业类型", "市场主体类型", "类型", "kind"),
        "status": ("登记状态", "经营状态", "企业状态", "status"),
        "status_on": ("状态日期", "注销日期", "吊销日期", "status_on"),
        "established_on": ("成立日期", "注册日期", "设立日期", "established_on"),
        "valid_until": ("营业期限止", "经营期限止", "营业期限至", "valid_until"),
        "region_code": ("区划代码", "行政区划代码", "行政区划", "region_code"),
        "address": ("住所", "经营场所", "注册地址", "住所（经营场所）", "地址", "address"),
        "legal_representative": ("法定代表人", "经营者", "负责人", "法人", "legal_representative"),
        "phone": ("联系电话", "电话", "phone"),
        "scope": ("经营范围", "scope"),
        "former_names": ("曾用名", "former_names"),
        "abnormal_since": ("列入经营异常日期", "abnormal_since"),
        "seriously_illegal_since": ("列入严重违法日期", "列入严重违法失信日期", "seriously_illegal_since"),
        "shop_urls": ("网店网址", "网址", "shop_urls"),
        "province": ("省", "省份", "province"),
        "city": ("市", "城市", "city"),
    },
)
"""The product's own headings, their usual variants, and the field names themselves."""

PROFILES = {DEFAULT_PROFILE.name: DEFAULT_PROFILE}
"""Profiles by the name given to `registry import --profile`."""


def profile_named(name: str | None) -> ColumnProfile:
    """The profile of that name; the default one for None or an empty name.

    Raises:
        InvalidInputError: No such profile; the known ones are named.
    """
    if not name:
        return DEFAULT_PROFILE
    if name not in PROFILES:
        raise InvalidInputError(f"没有名为“{name}”的列对照方案", cure=f"可用：{'、'.join(PROFILES)}")
    return PROFILES[name]
