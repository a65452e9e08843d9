"""`wangjian match number`: what a number is, whether it can be one, and what only its office can tell."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated

import typer

from matching.identifiers.permits.forms import Permit
from matching.identifiers.permits.reading import permits_in
from matching.identifiers.reading import Identifier, IdentifierKind, read_identifier
from matching.identifiers.repair import CodeRepair, repair_code, sole_repair
from matching.identifiers.uscc import kind_of
from matching.quality.divisions import DivisionHistory
from records.errors import ExitCode, InvalidInputError
from wangjian.cli.options import AsJson, emit

__all__ = ["match_number"]

_CHINA = timezone(timedelta(hours=8))
_MOST_REPAIRS = 5


def match_number(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="一个号码，或含有号码的一段文字")],
    as_json: AsJson = False,
) -> int:
    """Read every number of a text. Exit 1 when one of them cannot be what it says, 2 when there is none."""
    today = datetime.now(UTC).astimezone(_CHINA).date()
    permits = permits_in(text, today)
    identifier = _identifier(text, permits)
    if identifier is None and not permits:
        raise InvalidInputError(
            f"没有认出号码：“{text[:40]}”", cure="给出统一社会信用代码、注册号、许可证号、备案号或批准文号"
        )
    repairs = repair_code(text) if identifier is not None and identifier.problem else ()
    sole = sole_repair(text) if repairs else None
    lines = _identifier_lines(identifier, repairs, sole) if identifier is not None else []
    lines += [line for permit in permits for line in _permit_lines(permit)]
    emit({"numbers": _document(identifier, repairs, permits)}, as_json=as_json, text="\n".join(lines))
    faulty = (identifier is not None and identifier.problem) or any(permit.problem for permit in permits)
    return ExitCode.NO if faulty else ExitCode.DONE


def _identifier(text: str, permits: tuple[Permit, ...]) -> Identifier | None:
    """The registration number; a permit's digits are no damaged one."""
    identifier = read_identifier(text)
    if identifier.kind is IdentifierKind.NONE or identifier.kind is IdentifierKind.FOOD_PERMIT:
        return None
    return identifier if identifier.kind is not IdentifierKind.UNKNOWN or not permits else None


def _identifier_lines(identifier: Identifier, repairs: tuple[CodeRepair, ...], sole: CodeRepair | None) -> list[str]:
    lines = [f"{identifier.kind.value} {identifier.code}"]
    if identifier.kind is IdentifierKind.USCC and kind_of(identifier.code):
        lines.append(f"  登记管理部门和类别：{kind_of(identifier.code)}")
    if identifier.division:
        name = DivisionHistory.load().name(identifier.division) or "不在历年区划代码中"
        lines.append(f"  登记机关所在地：{identifier.division} {name}")
    lines.append(
        f"  不成立：{identifier.problem}" if identifier.problem else "  校验：无误（不说明该主体存在，须查登记库）"
    )
    if sole is not None:
        place = f"第{sole.place}位，" if sole.place else ""
        lines.append(f"  最可能应为：{sole.code}（{place}{sole.kind.value}）；须核对原件")
    elif repairs:
        some = "、".join(repair.code for repair in repairs[:_MOST_REPAIRS])
        lines.append(f"  可能应为（须查登记库才能分辨）：{some}")
    return lines


def _permit_lines(permit: Permit) -> list[str]:
    told = permit.told
    lines = [f"{permit.kind.value} {permit.number}"]
    facts = "，".join(fact for fact in told.facts if fact)
    lines += [f"  编号说明：{facts}"] if facts else []
    if told.problem:
        lines.append(f"  不成立：{told.problem}")
    else:
        lines.append("  校验：校验位无误" if told.checked else "  校验：格式相符，没有可验的校验位，不能据此判断真伪")
    lines.append(f"  不能离线判断：{permit.untold}")
    return lines


def _document(
    identifier: Identifier | None, repairs: tuple[CodeRepair, ...], permits: tuple[Permit, ...]
) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    if identifier is not None:
        tried = [{"code": one.code, "how": one.kind.value, "place": one.place} for one in repairs]
        found.append(
            {
                "kind": identifier.kind.value,
                "number": identifier.code,
                "division": identifier.division,
                "problem": identifier.problem,
                "checked": not identifier.problem,
                "repairs": tried,
            }
        )
    for permit in permits:
        found.append(
            {
                "kind": permit.kind.value,
                "number": permit.number,
                "division": permit.told.division,
                "problem": permit.problem,
                "checked": permit.told.checked,
                "facts": [fact for fact in permit.told.facts if fact],
                "valid_until": _iso(permit.told.valid_until),
                "untold": permit.untold,
            }
        )
    return found


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
