"""`wangjian demo | serve | doctor | users | migrate`: running and keeping the system.

What a command needs is imported in it: the console, the sample market and the doctor are large, and `--help` is not.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from records.errors import ExitCode, InvalidInputError
from records.people import Role
from wangjian.cli.keys import add_keys
from wangjian.cli.options import AllowPrivate, AsJson, DataDir, emit, emit_rows, opened
from wangjian.settings import load_settings

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("demo", help="在自带的样本市场上演示全流程，然后打开控制台")(demo)
    app.command("serve", help="启动控制台与 API")(serve)
    app.command("doctor", help="检查缺什么，并给出补救命令")(doctor)
    users = typer.Typer(help="账号", no_args_is_help=True)
    users.command("add", help="新增账号")(users_add)
    users.command("list", help="列出账号")(users_list)
    add_keys(users)
    app.add_typer(users, name="users")
    app.command("migrate", help="升级数据目录的结构")(migrate)


def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="跑完即止，不启动控制台")] = False,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="控制台端口")] = None,
    market_port: Annotated[int, typer.Option("--market-port", min=1024, max=65000, help="样本市场的首个端口")] = 8710,
    captures: Annotated[int, typer.Option("--captures", min=0, max=200, help="固证多少条线索")] = 6,
    shops: Annotated[
        int | None, typer.Option("--shops", min=4, max=70, help="只用样本市场的前若干家店，半分钟看完全流程；默认全部")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """The whole flow on the bundled market and register; again: takes up what was cut off."""
    from wangjian import demo as demonstration

    settings = load_settings(data_dir=data_dir or Path("demo-data"), allow_private=True)
    plan = demonstration.DemoPlan(market_port=market_port, captures=captures, shops=shops)

    def then(report: demonstration.DemoReport) -> None:
        emit(report.document, as_json=as_json, text=report.text)
        if not no_serve:
            from wangjian.serving import serve_console  # the doors take longer to load than a demo that is done already

            demonstration.announce_accounts(settings)
            serve_console(settings, port=port, processes=1)  # the demo ran in this process: it cannot fork

    return demonstration.run_demo(settings, plan, then=then).exit_code


def serve(
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="端口，默认 8640")] = None,
    allow_private: AllowPrivate = False,
    data_dir: DataDir = None,
) -> int:
    """Console and API until interrupted."""
    from wangjian.serving import serve_console

    serve_console(load_settings(data_dir=data_dir, allow_private=allow_private), port=port)
    return ExitCode.DONE


def doctor(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """What is missing, with the command that cures it."""
    from wangjian.doctor import examine

    found = examine(load_settings(data_dir=data_dir))
    marks = {True: "正常", False: "缺少"}
    rows = [
        {"part": item.part, "ok": item.ok, "needed": item.needed, "state": item.state, "cure": item.cure}
        for item in found
    ]
    lines = [
        f"{marks[item.ok] if item.ok or item.needed else '可选'}  {item.part}：{item.state}"
        + (f"\n      办法：{item.cure}" if item.cure and not item.ok else "")
        for item in found
    ]
    healthy = all(item.ok for item in found if item.needed)
    emit({"healthy": healthy, "parts": rows}, as_json=as_json, text="\n".join(lines))
    return ExitCode.DONE if healthy else ExitCode.AWAY


def users_add(
    login: Annotated[str, typer.Argument(help="登录名")],
    role: Annotated[list[Role], typer.Option("--role", help="岗位，可重复：网监、办案、负责人、审计、管理")],
    name: Annotated[str, typer.Option("--name", help="姓名")] = "",
    region: Annotated[str, typer.Option("--region", help="数据范围，行政区划代码前缀；空为全部")] = "",
    card: Annotated[str, typer.Option("--card", help="执法证号")] = "",
    password: Annotated[str, typer.Option("--password", help="口令；不填则在终端询问")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """A new account."""
    from offices.accounts import NewAccount, create_account

    password = password or _asked_password()
    with opened(data_dir) as services:
        account = create_account(
            services.accounts,
            NewAccount(
                login=login, name=name or login, roles=tuple(role), password=password, region_code=region, card_no=card
            ),
        )
    shown = account.model_dump(mode="json", exclude={"password_hash"})
    emit(shown, as_json=as_json, text=f"已新增账号 {account.login}（{'、'.join(account.roles)}）")
    return ExitCode.DONE


def _asked_password() -> str:
    if not sys.stdin.isatty():
        raise InvalidInputError("没有给出口令，也没有终端可询问", cure="加 --password，或在终端中运行")
    asked: str = typer.prompt("口令", hide_input=True, confirmation_prompt="再输一次", err=True)
    return asked


def users_list(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every account, without its password hash."""
    with opened(data_dir) as services:
        rows = [account.model_dump(mode="json", exclude={"password_hash"}) for account in services.accounts.accounts()]
    columns = {"login": "登录名", "name": "姓名", "roles": "岗位", "region_code": "数据范围", "active": "启用"}
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有账号；用 wangjian users add 新增")
    return ExitCode.DONE


def migrate(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Bring the data directory's structure up to this version (opening it does so too)."""
    with opened(data_dir) as services:
        where = services.data_dir
    emit({"data_dir": str(where)}, as_json=as_json, text=f"数据目录结构已是最新：{where}")
    return ExitCode.DONE
