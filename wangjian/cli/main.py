"""Puts the commands together and turns every error into one Chinese message and the right exit code."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence

import structlog
import typer
from typer.exceptions import TyperException

from records.errors import ExitCode, WangJianError
from wangjian.cli import exporting, finding, judging, operating, preserving, registering, surveying

__all__ = ["build_app", "main"]

_INTERRUPTED = 130


def build_app() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        name="wangjian",
        help="网鉴：网络交易监测与电子取证",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    operating.add_to(app)
    surveying.add_to(app)
    registering.add_to(app)
    judging.add_to(app)
    finding.add_to(app)
    preserving.add_to(app)
    exporting.add_to(app)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of `wangjian`; always ends by SystemExit with an ExitCode."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _set_up_logging()
    raise SystemExit(_run(words))


def _run(words: list[str]) -> int:
    try:
        answered = typer.main.get_command(build_app()).main(args=words, prog_name="wangjian", standalone_mode=False)
    except TyperException as exc:
        return _refuse(_in_chinese(exc), cure="用法见 wangjian --help", code=ExitCode.USAGE, words=words)
    except WangJianError as exc:
        return _refuse(exc.message, cure=exc.cure, code=exc.exit_code, words=words, problem=exc.problem)
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("已中断；已保存的不会丢失，同一命令可继续", err=True)
        return _INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; nothing more can be said
        return int(ExitCode.DONE)
    return int(answered) if isinstance(answered, int) else int(ExitCode.DONE)


def _refuse(message: str, *, cure: str, code: ExitCode, words: list[str], problem: str = "usage") -> int:
    if "--json" in words:
        typer.echo(json.dumps({"error": {"problem": problem, "message": message, "cure": cure}}, ensure_ascii=False))
    typer.echo(f"错误：{message}", err=True)
    if cure:
        typer.echo(f"办法：{cure}", err=True)
    return int(code)


def _in_chinese(exc: TyperException) -> str:
    said = str(getattr(exc, "message", "") or exc)
    option = getattr(exc, "option_name", None)
    kind = type(exc).__name__
    if kind == "NoSuchOption":
        return f"没有这个选项：{option}"
    if kind == "MissingParameter":
        parameter = getattr(exc, "param", None)
        return f"缺少参数：{getattr(parameter, 'human_readable_name', None) or getattr(parameter, 'name', '')}"
    if kind == "BadParameter":
        parameter = getattr(exc, "param", None)
        return f"参数 {getattr(parameter, 'human_readable_name', '') or ''} 的值不对：{said}"
    if said.startswith("No such command"):
        return f"没有这个命令：{said.removeprefix('No such command').strip(' .')}"
    return f"命令用法不对：{said}"


def _set_up_logging() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
