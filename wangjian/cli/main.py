"""Puts the commands together and turns every error into one Chinese message and the right exit code."""

from __future__ import annotations

import gc
import importlib
import json
import sys
from collections.abc import Sequence
from types import MappingProxyType

import typer
from typer.exceptions import TyperException

from records.errors import ExitCode, InvalidInputError, WangJianError
from records.os_words import with_os_words
from wangjian.cli import operating
from wangjian.cli.chinese import complaint, speak_chinese, usage_of
from wangjian.logs import set_up_logging

__all__ = ["build_app", "main"]

_INTERRUPTED = 130
_NEW_OBJECTS = 50_000
_MODULES = MappingProxyType(
    {
        "survey": "surveying",
        "targets": "targets",
        "schedule": "scheduling",
        "registry": "registering",
        "match": "registering",
        "rules": "judging",
        "leads": "finding",
        "search": "searching",
        "searches": "searching",
        "index": "searching",
        "watch": "watch_lists",
        "cases": "casing",
        "case": "casing",
        "statistics": "monitoring",
        "report": "monitoring",
        "map": "monitoring",
        "evidence": "preserving",
        "exchange": "exchanging",
        "export": "exporting",
        "backup": "backing_up",
        "restore": "backing_up",
        "retention": "retention",
    }
)
"""First word of a command → its module, in the order of `--help`. What is not here is small and in `operating`."""


def build_app(word: str = "") -> typer.Typer:
    """The command line: what a first word needs of it, or the whole of it when that is none of our commands.

    Each module brings the libraries of its commands, and all of them together take longer to load than most commands
    take to answer.
    """
    app = typer.Typer(
        name="wangjian",
        help="网鉴：网络交易监测与电子取证",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    operating.add_to(app)
    known = {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}
    wanted = () if word in known else (_MODULES[word],) if word in _MODULES else dict.fromkeys(_MODULES.values())
    for module in wanted:
        importlib.import_module(f"wangjian.cli.{module}").add_to(app)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of `wangjian`; always ends by SystemExit with an ExitCode."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    set_up_logging()
    _collect_seldom()
    raise SystemExit(_run(words))


def _collect_seldom() -> None:
    """Records make no circles, but every few hundred of them had all that is loaded looked through for some: a sixth of
    the time of matching and importing. What is loaded now stays to the end."""
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)


def _run(words: list[str]) -> int:
    try:
        _check_readable(words)
        command = typer.main.get_command(build_app(words[0] if words else ""))
        speak_chinese(command)
        answered = command.main(args=words, prog_name="wangjian", standalone_mode=False)
    except TyperException as exc:
        return _refuse(complaint(exc), cure=f"用法见 {usage_of(exc)} --help", code=ExitCode.USAGE, words=words)
    except WangJianError as exc:
        return _refuse(exc.message, cure=exc.cure, code=exc.exit_code, words=words, problem=exc.problem)
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("已中断；已保存的不会丢失，同一命令可继续", err=True)
        return _INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; nothing more can be said
        return int(ExitCode.DONE)
    return int(answered) if isinstance(answered, int) else int(ExitCode.DONE)


def _check_readable(words: list[str]) -> None:
    """Bytes that are no UTF-8 reach Python as lone surrogates, which no store and no digest can take."""
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError as exc:
            shown = word.encode(errors="replace").decode()
            raise InvalidInputError(f"参数不是 UTF-8 文字：{shown[:60]}", cure="把终端的编码设为 UTF-8") from exc


def _refuse(message: str, *, cure: str, code: ExitCode, words: list[str], problem: str = "usage") -> int:
    message = with_os_words(message)
    if "--json" in words:
        typer.echo(json.dumps({"error": {"problem": problem, "message": message, "cure": cure}}, ensure_ascii=False))
    typer.echo(f"错误：{message}", err=True)
    if cure:
        typer.echo(f"办法：{cure}", err=True)
    return int(code)
