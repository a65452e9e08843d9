"""What every command shares: options, opening the services, writing the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from records.base import Record
from records.ports import Services
from wangjian.settings import load_settings

__all__ = ["AllowPrivate", "AsJson", "DataDir", "emit", "emit_rows", "opened", "progress_console", "say"]

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="数据目录（默认 ./wangjian-data，或环境变量 WANGJIAN_DATA_DIR）")
]
AsJson = Annotated[bool, typer.Option("--json", help="在标准输出给出一个 JSON 文档")]
AllowPrivate = Annotated[bool, typer.Option("--allow-private", help="允许访问内网与本机地址（仅测试与演示）")]


@contextmanager
def opened(data_dir: Path | None, *, allow_private: bool = False) -> Iterator[Services]:
    """The services over a data directory, closed at the end."""
    from wangjian.wiring import open_services  # here, so that `--help` does not load every driver

    with open_services(load_settings(data_dir=data_dir, allow_private=allow_private)) as services:
        yield services


def emit(value: Record | Mapping[str, object] | Sequence[object], *, as_json: bool, text: str) -> None:
    """The answer of a command, on standard output: JSON when asked for, else Chinese text."""
    if as_json:
        typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))
    else:
        typer.echo(text)


def emit_rows(rows: Sequence[Mapping[str, object]], *, as_json: bool, columns: Mapping[str, str], empty: str) -> None:
    """Rows as a JSON list, or as a table with these columns (key → Chinese heading)."""
    if as_json:
        typer.echo(json.dumps([plain(row) for row in rows], ensure_ascii=False, indent=2))
        return
    if not rows:
        typer.echo(empty)
        return
    table = Table(show_edge=False, header_style="bold")
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(plain(row.get(key, ""))) for key in columns))
    Console(soft_wrap=False).print(table, markup=False)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "；".join(str(item) for item in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def plain(value: object) -> object:
    """A record, or a structure of records, as JSON values."""
    if isinstance(value, Record):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def progress_console() -> Console:
    """Where progress goes: standard error."""
    return Console(stderr=True, highlight=False)


def say(message: str) -> None:
    """One line of progress for the person, on standard error."""
    progress_console().print(message, markup=False, soft_wrap=True)  # a log keeps its lines, a terminal folds its own
