"""Who may be given leads: the accounts of this bureau, with what each is in charge of when a file says so."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from records.dispatching import DutyOfficer
from records.errors import InvalidInputError
from records.market import Category
from records.people import Role
from records.ports import Services

__all__ = ["duty_officers"]

_TAKING = (Role.MONITOR, Role.OFFICER)
_KEYS = {"officer", "categories", "rules"}


def duty_officers(services: Services, duties: Path | None, *, load: Mapping[str, int]) -> tuple[DutyOfficer, ...]:
    """Active accounts of 网监 and 办案, with their region, duties and load.

    Raises:
        InvalidInputError: The file of duties cannot be read, or names nobody or no category that is known; file and
            line, or entry, are named.
    """
    wanted = _duties(duties) if duties else {}
    found = [
        DutyOfficer(
            login=account.login,
            name=account.name,
            region_code=account.region_code,
            load=load.get(account.login, 0),
            **wanted.pop(account.login, {}),
        )
        for account in services.accounts.accounts()
        if account.active and set(account.roles) & set(_TAKING)
    ]
    if wanted:
        raise InvalidInputError(
            f"{duties} 中的人员不是本单位可派单的账号：{'、'.join(sorted(wanted))}", cure="账号见 wangjian users list"
        )
    return tuple(found)


def _duties(path: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise InvalidInputError(f"分管表 {path} 不能读取：{exc}", cure="用 UTF-8 保存，检查路径") from exc
    except tomllib.TOMLDecodeError as exc:
        raise InvalidInputError(f"分管表 {path} 写法有误：{exc}", cure='每人一段：[[duty]]、officer = "账号"') from exc
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for number, entry in enumerate(document.get("duty", []), start=1):
        problem = _problem(entry)
        if problem:
            raise InvalidInputError(f"分管表 {path} 第 {number} 段：{problem}", cure=f"可用的栏目：{'、'.join(_KEYS)}")
        found[entry["officer"]] = {
            "categories": tuple(entry.get("categories", ())),
            "rules": tuple(str(one).upper() for one in entry.get("rules", ())),
        }
    return found


def _problem(entry: object) -> str:
    if not isinstance(entry, dict) or not isinstance(entry.get("officer"), str):
        return "没有写明 officer（账号）"
    unknown = set(entry) - _KEYS
    if unknown:
        return f"没有这些栏目：{'、'.join(sorted(unknown))}"
    for key in ("categories", "rules"):
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            return f"{key} 应为文字的列表"
    strange = set(entry.get("categories", [])) - {category.value for category in Category}
    return f"没有这些类别：{'、'.join(sorted(strange))}" if strange else ""
