"""`wangjian users key …`: keys for programs that use the API, issued, listed and revoked."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from records.errors import ExitCode
from records.people import Permission
from wangjian.cli.options import AsJson, DataDir, emit, emit_rows, opened

if TYPE_CHECKING:  # the offices are loaded by the commands themselves: `--help` is quick without them
    from offices.api_keys import KeyDesk
    from records.ports import Services

__all__ = ["add_keys"]


def add_keys(users: typer.Typer) -> None:
    """Register the commands."""
    keys = typer.Typer(help="接口密钥：供其他系统调用 API", no_args_is_help=True)
    keys.command("add", help="签发接口密钥，密钥只显示这一次")(keys_add)
    keys.command("list", help="列出接口密钥")(keys_list)
    keys.command("revoke", help="撤销接口密钥，即刻失效")(keys_revoke)
    users.add_typer(keys, name="key")


def keys_add(
    login: Annotated[str, typer.Argument(help="密钥以哪个账号行事；权限和数据范围都不超出它")],
    name: Annotated[str, typer.Option("--name", help="给哪个系统、作什么用")],
    permission: Annotated[list[Permission], typer.Option("--permission", help="权限，可重复，如 leads.read")],
    region: Annotated[str, typer.Option("--region", help="数据范围，行政区划代码前缀；不填同账号")] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="有效天数")] = 90,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """A new key; its secret is printed once."""
    from documents.printable import beijing_short
    from offices.api_keys import NewKey

    wanted = NewKey(login=login, name=name, permissions=tuple(permission), region_code=region, days=days)
    with opened(data_dir) as services:
        made = _desk(services).issue(wanted)
    text = (
        f"{made.secret}\n以上密钥只显示这一次，请妥善保存；请求时加：Authorization: Bearer 密钥\n"
        f"编号 {made.key.key_id}，有效期至 {beijing_short(made.key.expires_at)}"
    )
    emit(_shown(made.key.model_dump(mode="json"), login) | {"secret": made.secret}, as_json=as_json, text=text)
    return ExitCode.DONE


def keys_list(data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Every key, newest first, without secrets."""
    from documents.printable import beijing_short
    from offices.permissions import PERMISSION_TITLES

    with opened(data_dir) as services:
        now = services.clock()
        rows = [
            _shown(key.model_dump(mode="json"), owner.login)
            | {
                "state": "已撤销" if key.revoked_at else "已过期" if key.expires_at <= now else "有效",
                "scope": "、".join(PERMISSION_TITLES[one] for one in key.permissions),
                "until": beijing_short(key.expires_at),
            }
            for key, owner in _desk(services).issued()
        ]
    columns = {"key_id": "编号", "name": "名称", "login": "账号", "state": "状态", "scope": "权限", "until": "有效期至"}
    emit_rows(rows, as_json=as_json, columns=columns, empty="还没有接口密钥；用 wangjian users key add 签发")
    return ExitCode.DONE


def keys_revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="密钥编号，见 users key list")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """End a key."""
    with opened(data_dir) as services:
        ended = _desk(services).revoke(key_id)
    emit(
        {"key_id": ended.key_id, "revoked_at": ended.model_dump(mode="json")["revoked_at"]},
        as_json=as_json,
        text=f"已撤销接口密钥“{ended.name}”，下一次请求即被拒绝",
    )
    return ExitCode.DONE


def _desk(services: Services) -> KeyDesk:
    from offices.api_keys import KeyDesk
    from offices.audit import Caller

    caller = Caller(account=None, origin=f"命令行 {getpass.getuser()}")
    return KeyDesk(services.accounts, services.audit, services.clock, caller)


def _shown(key: dict[str, object], login: str) -> dict[str, object]:
    return {name: value for name, value in key.items() if name not in {"key_sha256", "account_id"}} | {"login": login}
