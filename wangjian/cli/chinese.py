"""What Typer itself says, in Chinese: the words of its help pages and its complaints about arguments."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperArgument, TyperGroup
from typer.exceptions import TyperException

__all__ = ["complaint", "speak_chinese", "usage_of"]

_VALUES = (
    (r".*greater than or equal to (\S+)", r"不能小于 \1"),
    (r".*less than or equal to (\S+)", r"不能大于 \1"),
    (r".*valid integer.*", "应为整数"),
    (r".*valid number.*", "应为数字"),
    (r".*finite number.*", "应为有限的数"),
    (r"(?:Value error, )?'(.*)' is not one of (.*?)\.?", r"没有“\1”，可选：\2"),
)


def speak_chinese(command: Any) -> None:
    """Put a command and everything below it into Chinese, by the attributes Typer reads its help from.

    The type is Any because Typer's own command classes live in its private part.
    """
    context_class = command.context_class
    formatter = context_class.formatter_class
    chinese = type("ChineseFormatter", (formatter,), {"write_usage": _usage_writer(formatter)})
    own = {"formatter_class": chinese, "make_formatter": _formatter_maker(context_class)}
    command.context_class = type("ChineseContext", (context_class,), own)
    command.options_metavar = "[选项]"
    with command.context_class(command) as context:
        shown = command.get_help_option(context)
        for parameter in command.get_params(context):
            panel = "参数" if isinstance(parameter, TyperArgument) else "选项"
            parameter.rich_help_panel = panel
    if shown is not None:
        shown.help = "显示本说明"
    command.rich_help_panel = "命令"
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = "命令 [参数]…"
        for below in command.commands.values():
            speak_chinese(below)


def complaint(exc: TyperException) -> str:
    """What Typer refused, in Chinese, with the argument's own name."""
    said = str(getattr(exc, "message", "") or exc)
    option = getattr(exc, "option_name", None)
    kind = type(exc).__name__
    if kind == "NoArgsIsHelpError":
        return "没有给出命令"
    if kind == "NoSuchOption":
        return f"没有这个选项：{option}"
    if kind == "BadOptionUsage":
        return f"选项 {option} 的用法不对：缺少值，或不该有值"
    if kind == "MissingParameter":
        return f"缺少参数：{_name_of(exc)}"
    if kind == "BadParameter":
        return f"参数 {_name_of(exc)} 的值不对：{_value_in_chinese(said)}"
    if said.startswith("No such command"):
        unknown = said.removeprefix("No such command").strip(" .'")
        return f"没有这个命令：{unknown}"
    if found := re.match(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", said, re.DOTALL):
        return f"多余的参数：{found[1]}"
    return f"命令用法不对：{said}"


def usage_of(exc: TyperException) -> str:
    """The command that was being asked for, whose own help says how: `wangjian export` rather than `wangjian`."""
    context = getattr(exc, "ctx", None)
    return str(getattr(context, "command_path", "") or "wangjian")


def _formatter_maker(context_class: type) -> object:
    def make_formatter(self: object) -> object:
        from typer import rich_utils  # slow to load, and wanted only where help is shown, as Typer has it too

        rich_utils.DEFAULT_STRING, rich_utils.REQUIRED_LONG_STRING = "[默认 {}]", "[必填]"
        return context_class.make_formatter(self)  # type: ignore[attr-defined]

    return make_formatter


def _usage_writer(formatter: type) -> object:
    def write_usage(self: object, prog: str, args: str = "", prefix: str | None = None) -> None:
        formatter.write_usage(self, prog, args, prefix or "用法：")  # type: ignore[attr-defined]

    return write_usage


def _name_of(exc: TyperException) -> str:
    parameter = getattr(exc, "param", None)
    if parameter is None:
        return ""
    options = [name for name in getattr(parameter, "opts", ()) if name.startswith("--")]
    return options[0] if options else str(getattr(parameter, "metavar", "") or parameter.name)


def _value_in_chinese(said: str) -> str:
    for english, chinese in _VALUES:
        if found := re.fullmatch(english, said, re.DOTALL):
            put = found.expand(chinese)
            return re.sub(r"'([^']*)'(, )?", lambda choice: choice[1] + ("、" if choice[2] else ""), put)
    return said
