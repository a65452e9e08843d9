"""`wangjian registry index`: the candidate index beside the register, where the settings name one."""

from __future__ import annotations

from typing import Annotated

import typer

from records.errors import AwayError, ExitCode
from records.ports import Services
from records.register_index import RegisterIndex, RegisterIndexState
from wangjian.cli.options import AsJson, DataDir, emit, opened, say

__all__ = ["add_to", "index_lines"]

_EMBEDDED = "候选检索在记录库内，随导入即时更新，没有另外的索引（设置 register_index_url 后才有）"


def add_to(registry: typer.Typer) -> None:
    """Register the command."""
    registry.command("index", help="把登记库写入检索引擎（设置了 register_index_url 时），从断处续写")(registry_index)


def registry_index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="全部重建；建成之前旧索引照常应答")] = False,
    state: Annotated[bool, typer.Option("--state", help="只看索引与登记库相差多少，什么也不写")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Bring the index up to the register, or make it anew."""
    with opened(data_dir) as services:
        index = services.register_index
        if index is None:
            emit({"engine": "embedded", "written": 0, "state": None}, as_json=as_json, text=_EMBEDDED)
            return ExitCode.DONE
        written = 0 if state else _write(index, rebuild=rebuild)
        found = index.index_state()
    document = {"engine": "elasticsearch", "written": written, "state": {**found.model_dump(), "whole": found.whole}}
    lines = [state_line(found)] if state else [f"已写入 {written} 户", state_line(found)]
    emit(document, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE if found.whole else ExitCode.PARTIAL


def state_line(state: RegisterIndexState) -> str:
    """How far the index is, for a person."""
    if not state.built:
        return f"检索索引尚未建立（{state.place}）；运行 wangjian registry index"
    if state.waiting:
        return f"检索索引 {state.indexed} 户，还差 {state.waiting} 户（{state.place}）；运行 wangjian registry index"
    if not state.whole:
        return (
            f"检索索引 {state.indexed} 户，登记库 {state.entities} 户，数目不符（{state.place}）；"
            "运行 wangjian registry index --rebuild"
        )
    return f"检索索引 {state.indexed} 户，与登记库一致（{state.place}）"


def index_lines(services: Services) -> list[str]:
    """What is to be said after an import: nothing when the index has everything, or there is none."""
    if services.register_index is None:
        return []
    try:
        state = services.register_index.index_state()
    except AwayError as exc:
        return [f"登记库已入库；检索索引未能写入：{exc.message}；{exc.cure}"]
    return [] if state.whole else [f"登记库已入库；{state_line(state)}"]


def _write(index: RegisterIndex, *, rebuild: bool) -> int:
    def progress(done: int, total: int) -> None:
        say(f"已写入检索索引 {done}/{total} 户")

    return index.rebuild_index(progress) if rebuild else index.catch_up_index(progress)
