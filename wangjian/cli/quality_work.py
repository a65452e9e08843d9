"""`wangjian registry push|recheck|work`: problems of the register to their offices, and what became of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from matching.quality.checking import Scope, read_region
from matching.quality.cures import CURES
from matching.quality.dates import FIELD_TITLES
from matching.quality.tasks import pushed
from offices.audit import AuditAction, Caller, record
from records.base import stable_id
from records.errors import ExitCode, StorageFullError
from records.ports import Services
from records.quality_tasks import QualityTask, TaskEvent, TaskState
from wangjian.cli.exporting import harmless
from wangjian.cli.options import AsJson, DataDir, emit, opened, say
from wangjian.register_checking import settle_problems

__all__ = ["add_to"]

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SHOWN = 20
_LONGEST_CELL = 32_767
_HEADINGS = (
    "序号", "检查项", "代码", "名称", "项目", "登记内容", "问题", "依据", "怎么办", "来源", "问题编号",
    "改正情况（填写）",
)  # fmt: skip
_WIDTHS = (6, 12, 22, 30, 16, 28, 44, 40, 44, 14, 30, 24)

Source = Annotated[str, typer.Option("--source", help="只看这个来源")]
Region = Annotated[str, typer.Option("--region", help="只看这个地区：区划代码（33、3301、330106）或省、市名称")]


def add_to(registry: typer.Typer) -> None:
    """Register the commands beneath `registry`."""
    registry.command("push", help="推送质量问题：每个责任机关一份工作单（xlsx），记下推送日期")(registry_push)
    registry.command("recheck", help="再查：推送过的问题已改正、仍在，还是无法判定")(registry_recheck)
    registry.command("work", help="质量问题的办理情况：按机关与状态")(registry_work)


def registry_push(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="工作单写到哪个目录")],
    source: Source = "",
    region: Region = "",
    again: Annotated[bool, typer.Option("--again", help="仍未改正的一并再次推送")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Check, write one work list for each office, and record its problems as pushed; exit 1 with nothing to push."""
    scope = Scope(source=source, region=read_region(region))
    with opened(data_dir) as services:
        _settle(services, scope)
        states = (TaskState.OPEN, TaskState.REMAINS) if again else (TaskState.OPEN,)
        tasks = [task for task in services.quality.tasks() if task.state in states and _in(task, scope)]
        now, snapshot = services.clock(), services.register.stats().snapshot_id
        by_office: dict[tuple[str, str], list[QualityTask]] = defaultdict(list)
        for task in tasks:
            by_office[_office_of(task)].append(task)
        files = _write_lists(output, by_office, now)
        list_ids = {office: stable_id("list", *office, now.isoformat()) for office in by_office}
        done = pushed(tasks, list_ids=lambda task: list_ids[_office_of(task)], now=now, snapshot_id=snapshot)
        services.quality.renew(lambda known: done)
        for office, path in files.items():
            _note(services, list_ids[office], f"{office[1]} {len(by_office[office])} 个问题：{path.name}", now)
    rows = [
        {"office": office[1], "office_code": office[0], "problems": len(by_office[office]), "file": str(path)}
        for office, path in files.items()
    ]
    lines = [f"{row['office']}：{row['problems']} 个 → {row['file']}" for row in rows[:_SHOWN]]
    lines += [f"……共 {len(rows)} 个机关"] if len(rows) > _SHOWN else []
    lines.append(f"已推送 {len(done)} 个问题，{len(rows)} 份工作单" if rows else "没有待推送的问题")
    emit({"pushed": len(done), "lists": rows}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE if rows else ExitCode.NO


def registry_recheck(
    source: Source = "", region: Region = "", data_dir: DataDir = None, as_json: AsJson = False
) -> int:
    """Check the register as it is now and settle what was pushed; exit 1 while anything is not corrected."""
    scope = Scope(source=source, region=read_region(region))
    with opened(data_dir) as services:
        changed = _settle(services, scope)
        tasks = [task for task in services.quality.tasks() if _in(task, scope)]
    moved = Counter(task.state.value for task in changed)
    lines = [f"本次变化：{'，'.join(f'{state} {count}' for state, count in sorted(moved.items())) or '没有'}"]
    lines += _in_words(tasks)
    document = {"changed": dict(moved), "states": _states(tasks), "offices": _offices(tasks)}
    emit(document, as_json=as_json, text="\n".join(lines))
    return ExitCode.NO if any(task.state is not TaskState.CORRECTED for task in tasks) else ExitCode.DONE


def registry_work(
    office: Annotated[str, typer.Option("--office", help="机关区划代码的开头，如 3301")] = "",
    state: Annotated[TaskState | None, typer.Option("--state", help="只看这个状态")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """How the problems stand, without checking anew."""
    with opened(data_dir) as services:
        tasks = list(services.quality.tasks(state=state, office_code=office))
    lines = _in_words(tasks)
    for task in tasks[:_SHOWN]:
        steps = "；".join(map(_step, task.events))
        lines.append(f"  {task.problem.code or task.problem.source} {task.problem.sentence}：{steps}")
    lines += [f"  ……共 {len(tasks)} 个，全部见 --json"] if len(tasks) > _SHOWN else []
    emit({"states": _states(tasks), "offices": _offices(tasks), "tasks": tasks}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE if tasks else ExitCode.NO


def _settle(services: Services, scope: Scope) -> tuple[QualityTask, ...]:
    """Check the register and bring the tasks to it."""
    say("检查登记库 …")
    return settle_problems(services, scope)[1]


def _write_lists(
    folder: Path, by_office: Mapping[tuple[str, str], Sequence[QualityTask]], now: datetime
) -> dict[tuple[str, str], Path]:
    """All lists, before anything is recorded as pushed."""
    files: dict[tuple[str, str], Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for (code, office), tasks in sorted(by_office.items()):
            day = now.astimezone(_SHANGHAI).strftime("%Y%m%d-%H%M%S")
            name = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", f"{code or '000000'}-{office}-{day}")[:80]
            files[code, office] = folder / f"{name}.xlsx"
            _write_list(files[code, office], office, tasks, now)
    except OSError as exc:
        raise StorageFullError(
            f"写不到 {folder}（{exc.strerror or exc}），没有记为已推送", cure="换一个 -o，或检查权限与空间"
        ) from exc
    return files


def _write_list(path: Path, office: str, tasks: Sequence[QualityTask], now: datetime) -> None:
    from openpyxl import Workbook  # with NumPy a third of a second, and most commands touch no workbook

    book = Workbook(write_only=True)
    about = book.create_sheet("说明")
    for line in (
        f"{office}：登记数据质量问题工作单",
        f"推送日期 {now.astimezone(_SHANGHAI):%Y-%m-%d}，问题 {len(tasks)} 个",
        "请对照登记档案逐项核对，在登记业务系统中改正，再随下一次数据报送；改正后由再次检查自动销号，不以本表填写为准。",
        "所列为数据与规则不符之处，不是对经营者违法的认定；核对后无误的，在“改正情况”栏写明理由退回。",
    ):
        about.append(_row(about, [line]))
    sheet = book.create_sheet("问题清单")
    for column, width in zip("ABCDEFGHIJKL", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    sheet.append(_row(sheet, _HEADINGS))
    for number, task in enumerate(tasks, start=1):
        problem, cure = task.problem, CURES[task.problem.check]
        title = FIELD_TITLES.get(problem.field, problem.field)
        shown = (
            str(number), problem.check.value, problem.code, problem.name, title, problem.value, problem.sentence,
            cure.basis, cure.task, problem.source, problem.problem_id, "",
        )  # fmt: skip
        sheet.append(_row(sheet, shown))
    book.save(path)


def _row(sheet: Any, values: Iterable[str]) -> list[Any]:
    """Cells that no spreadsheet takes for anything but text."""
    from openpyxl.cell import WriteOnlyCell  # as above

    cells = [WriteOnlyCell(sheet, value=harmless(value)[:_LONGEST_CELL]) for value in values]
    for cell in cells:
        cell.data_type = "s"
    return cells


def _office_of(task: QualityTask) -> tuple[str, str]:
    """Problems of a whole source are for whoever provides it."""
    problem = task.problem
    return problem.office_code, problem.office or f"数据提供单位：{problem.source or '未注明'}"


def _in(task: QualityTask, scope: Scope) -> bool:
    problem = task.problem
    return (not scope.source or problem.source == scope.source) and (
        not scope.region or problem.office_code.startswith(scope.region)
    )


def _step(event: TaskEvent) -> str:
    note = f"（{event.note}）" if event.note else ""
    return f"{event.at.astimezone(_SHANGHAI):%Y-%m-%d} {event.state.value}{note}"


def _states(tasks: Iterable[QualityTask]) -> dict[str, int]:
    counts = Counter(task.state.value for task in tasks)
    return {state.value: counts[state.value] for state in TaskState}


def _offices(tasks: Iterable[QualityTask]) -> list[dict[str, object]]:
    by_office: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for task in tasks:
        by_office[_office_of(task)][task.state.value] += 1
    return [
        {"office_code": code, "office": office, **{state.value: counts[state.value] for state in TaskState}}
        for (code, office), counts in sorted(by_office.items(), key=lambda item: (-item[1].total(), item[0]))
    ]


def _in_words(tasks: Sequence[QualityTask]) -> list[str]:
    lines = ["，".join(f"{state} {count}" for state, count in _states(tasks).items())]
    for row in _offices(tasks)[:_SHOWN]:
        states = "，".join(f"{state.value} {row[state.value]}" for state in TaskState if row[state.value])
        lines.append(f"  {row['office']}：{states}")
    return lines


def _note(services: Services, list_id: str, detail: str, now: datetime) -> None:
    record(
        services.audit,
        Caller(account=None, origin="命令行"),
        action=AuditAction.QUALITY_PUSHED,
        at=now,
        object_id=list_id,
        detail=detail,
    )
