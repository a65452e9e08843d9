"""Writes docs/reference/ from the settings model, the command line and the API, and the release's record of the rules
it answers for (leads/release_rules.py): `python deploy/reference.py`.

`tests/test_docs.py` fails when what it would write differs from what is there.
"""

from __future__ import annotations

import inspect
import json
import sys
import tempfile
from pathlib import Path

import typer
from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

from wangjian.settings import Settings

__all__ = ["api_description", "command_page", "main", "release_record", "setting_names", "settings_page"]

TREE = Path(__file__).resolve().parents[1]
FOLDER = TREE / "docs/reference"
RELEASED = TREE / "leads/release_rules.py"

_MEANINGS = {
    "WANGJIAN_DATA_DIR": "数据目录：数据库、索引、对象、密钥都在其中",
    "WANGJIAN_NETWORK__ALLOW_PRIVATE": "允许访问内网与本机地址；仅测试与演示",
    "WANGJIAN_NETWORK__USER_AGENT": "采集时自报的名称",
    "WANGJIAN_NETWORK__CONTACT": "附在自报名称后的联系方式",
    "WANGJIAN_STORES__RECORDS_URL": "记录：`sqlite:///绝对路径` 或 `postgresql://用户@主机:5432/数据库[?sslmode=verify-full]`"
    "（PostgreSQL 15 起，编码 UTF8）；空为数据目录内的 SQLite",
    "WANGJIAN_STORES__RECORDS_PASSWORD": "PostgreSQL 的密码；宜改用 `stores.records_password_file`",
    "WANGJIAN_STORES__RECORDS_PASSWORD_FILE": "只写着 PostgreSQL 密码的文件，权限 600",
    "WANGJIAN_STORES__INDEX_URL": "检索：`fts5:///绝对路径` 或 `elasticsearch://主机:端口/前缀`；空为数据目录内的 FTS5",
    "WANGJIAN_STORES__REGISTER_INDEX_URL": "在登记库中找候选的引擎：空为记录库自身的表；"
    "`elasticsearch://主机:端口/前缀[?shards=N]`（N 大于 1 时按省路由）。"
    "登记库仍在记录库；设好后运行 `wangjian registry index`",
    "WANGJIAN_STORES__BLOBS_URL": "对象：`file:///绝对路径`、`s3://主机/桶/前缀`（TLS）或 `s3+http://…`；"
    "空为数据目录内的 `blobs/`",
    "WANGJIAN_STORES__ARCHIVE_URL": "几台机器共用的采集存档：`s3://主机/桶`（TLS）或 `s3+http://…`，与证据不同的桶；"
    "空为各机器数据目录内的 `archive/`（只可一台机器）",
    "WANGJIAN_API__METRICS_TOKEN": "本机以外读取 `/metrics` 所需的令牌；空则只供本机读取",
    "WANGJIAN_BACKUP__DAILY_AT": "`serve` 每天几点（北京时间，如 `02:30`）备份；空为不自动备份",
    "WANGJIAN_BACKUP__FOLDER": "自动备份写到哪里，宜为另一块磁盘；空为数据目录内的 `backups/`",
    "WANGJIAN_BACKUP__KEEP": "自动备份保留最近几份",
    "WANGJIAN_BACKUP__PASSPHRASE": "密钥备份的口令，至少 12 个字符；与 `keys_folder` 同设才备份密钥",
    "WANGJIAN_BACKUP__KEYS_FOLDER": "密钥备份写到哪里，应与备份分处保管",
    "WANGJIAN_LOGS__LEVEL": "`serve` 的日志详略：`debug`、`info`、`warning`、`error`；"
    "每行一个 JSON，不含口令与个人信息",
    "WANGJIAN_RETENTION__CRAWL_DAYS": "采集存档至少留存几天（`wangjian retention list`）",
    "WANGJIAN_RETENTION__LEAD_DAYS": "线索至少留存几天；证据另见 `WANGJIAN_EVIDENCE__KEEP_DAYS`",
    "WANGJIAN_S3__REGION": "S3 存储的区域名",
    "WANGJIAN_S3__ACCESS_KEY": "S3 访问密钥；宜改用 `s3.credentials_file`",
    "WANGJIAN_S3__SECRET_KEY": "S3 私有密钥；宜改用 `s3.credentials_file`",
    "WANGJIAN_S3__CREDENTIALS_FILE": 'S3 密钥文件：两行 `access_key = "…"` 与 `secret_key = "…"`',
    "WANGJIAN_S3__CA_FILE": "核验 S3 服务器证书的根证书（PEM）；空为公共根证书，证书总要核验",
    "WANGJIAN_S3__CONNECT_SECONDS": "连接 S3 存储至多等多少秒",
    "WANGJIAN_S3__READ_SECONDS": "S3 存储应答至多等多少秒",
    "WANGJIAN_S3__TRIES": "对 S3 存储的一次请求连同第一次至多试几次",
    "WANGJIAN_S3__CREATE_BUCKET": "没有存储桶时即建一个（启用版本控制与对象锁定）；否则由管理员建",
    "WANGJIAN_S3__SURVEY_KEEP_DAYS": "采集时存入的内容锁定多少天；固证内容锁定 `evidence.keep_days` 天",
    "WANGJIAN_BROWSER__EXECUTABLE": "Chromium 的路径；"
    "空则依次找 chromium-headless-shell、chromium、google-chrome、Playwright 自带",
    "WANGJIAN_EVIDENCE__ORGANISATION": "固证单位名称，写入签名证书与文书",
    "WANGJIAN_EVIDENCE__TIMESTAMP_URLS": "RFC 3161 授时机构网址（JSON 列表）；空则用自带的，标“内部授时”",
    "WANGJIAN_EVIDENCE__OFFICE_MARK": "文书文号中的机关代字，如 杭西市监；空为单位名称",
    "WANGJIAN_EVIDENCE__CAPTURE_SECONDS": "一次固证最长秒数",
    "WANGJIAN_EVIDENCE__CAPTURE_MAX_BYTES": "一次固证最多字节数",
    "WANGJIAN_EVIDENCE__KEY_PASSPHRASE": "签名私钥的口令；空为不加密",
    "WANGJIAN_EVIDENCE__KEEP_DAYS": "证据至少留存多少天，期满才能申请销毁（须两人办理）；不少于三年",
    "WANGJIAN_EVIDENCE__TIMESTAMP_SM3": "授时机构能对 SM3 校验值授时的，另要一份",
    "WANGJIAN_EVIDENCE__SM2_SIGNATURE": "证据清单另加国密签名（SM2），密钥与证书首次使用时生成",
    "WANGJIAN_EVIDENCE__TIME_HOSTS": "固证前后用来核对时钟的主机，如 `https://主机/`、`ntp://主机`，至少两个；不填则时钟未经核对",
    "WANGJIAN_EVIDENCE__EGRESS_URL": "告知本机公网出口地址的 HTTPS 服务；不填只记本机地址",
    "WANGJIAN_EVIDENCE__UNCLEAN": "取证环境不洁净时：`mark` 照常固证但标为部分完成，`refuse` 不予固证",
    "WANGJIAN_EVIDENCE__UPLOAD_MAX_BYTES": "控制台与接口一次接收外来材料的字节数上限；更大的用 evidence upload",
    "WANGJIAN_EVIDENCE__OPTIONAL_ARTEFACTS": "可以缺少的固定件：viewport、mhtml、pdf、recording；不填则全部必备",
    "WANGJIAN_EVIDENCE__PRESERVE_FIRST": "按计划采集后，高级别的新线索立即自动固证（先固后问）",
    "WANGJIAN_EVIDENCE__RERENDER": "封存后由后台断网重绘每次固证，评分签名入存证日志",
    "WANGJIAN_EVIDENCE__CAPTURES_AT_ONCE": "先固后问同时固证几个网页",
    "WANGJIAN_EVIDENCE__SECOND_AFTER_MINUTES": "先固后问之后多少分钟由另一进程再固证一次并比对；0 为不做",
    "WANGJIAN_EVIDENCE__PROBE_URLS": "探针网页（JSON 列表）：定期固证的已知网页，证明当时系统运行正常",
    "WANGJIAN_EVIDENCE__PROBE_HOURS": "探针每隔多少小时一次",
    "WANGJIAN_CONSOLE__HOST": "控制台监听的地址",
    "WANGJIAN_CONSOLE__PORT": "控制台监听的端口",
    "WANGJIAN_CONSOLE__PROCESSES": "几个进程应答网页与接口；0 为每个处理器一个、至多两个。"
    "多于一个时，采集计划、索引、备份另由一个进程办",
    "WANGJIAN_CONSOLE__SESSION_HOURS": "登录后多少小时须重新登录",
    "WANGJIAN_CONSOLE__REPLAY_PORT": "回放归档网页的端口；0 为控制台端口的下一个，占用则任一空闲端口",
    "WANGJIAN_CONSOLE__REPLAY_ORIGIN": "回放的对外来源，如 `https://*.replay.example.gov.cn`；`*` 每次回放换一个名字",
    "WANGJIAN_API__REQUESTS_A_MINUTE": "一个账号或接口密钥一分钟内至多请求接口多少次；超出答 429",
    "WANGJIAN_API__SIGN_INS_A_MINUTE": "一个网络地址一分钟内至多尝试登录多少次",
    "WANGJIAN_OIDC__ISSUER": "统一身份认证（OpenID Connect）服务的地址，须为 https；空为不接入，只用本系统账号",
    "WANGJIAN_OIDC__CLIENT_ID": "本系统在认证服务登记的客户端编号；返回地址为 `https://本系统/api/v1/oidc/callback`",
    "WANGJIAN_OIDC__CLIENT_SECRET_FILE": "客户端密钥所在文件，权限 600，内容只有密钥",
    "WANGJIAN_OIDC__CLAIM": "身份凭据中作为登录名的一项；账号须由系统管理员先建立，认证服务不授予权限",
    "WANGJIAN_OIDC__TITLE": "登录页上的叫法",
    "WANGJIAN_SURVEY__ARCHIVE_FILE_BYTES": "监测存档的一个 WARC 文件到多少字节即另起一个",
    "WANGJIAN_SURVEY__HAND_OVER_SECONDS": "共用采集存档时，一个 WARC 文件写了多少秒即另起一个并交出，此后别的机器可读",
    "WANGJIAN_SURVEY__FULL_REFETCH_DAYS": "网站称未变化的网页，隔多少天仍完整取一次",
    "WANGJIAN_SURVEY__FACET_PAGES": "一次采集至多访问多少个列表筛选组合",
    "WANGJIAN_SCHEDULE__WORKERS": "采集计划同时采几个监测对象；0 为 `serve` 不执行采集计划",
    "WANGJIAN_SCHEDULE__TICK_SECONDS": "每隔多少秒看一次有没有到期的",
    "WANGJIAN_SCHEDULE__LEASE_SECONDS": "执行者多少秒没有声息即视为已中断，由他人续采",
    "WANGJIAN_LICENCES__READ_PICTURES": (
        "采集并识别哪些执照图片：`never` 不取，`when_needed` 页面文字缺代码或名称的，`always` 全部（并与文字比对）"
    ),
    "WANGJIAN_LICENCES__PICTURE_SECONDS": "一张执照图片至多识别多少秒",
    "WANGJIAN_LICENCES__PICTURES_A_VISIT": "一次采集之后至多识别多少张，其余留待 `wangjian match licences`",
    "WANGJIAN_IMAGES__READ": "采集时是否取全部监测对象的商品图片并识别其上文字；默认不取，多发请求、占处理器",
    "WANGJIAN_IMAGES__TARGETS": "只对哪些监测对象（编号）取商品图片并识别",
    "WANGJIAN_IMAGES__IMAGES_A_LISTING": "每件商品至多取几张图片",
    "WANGJIAN_IMAGES__IMAGES_A_RUN": "一次采集至多取多少张商品图片，其余写明未取",
    "WANGJIAN_IMAGES__IMAGES_A_VISIT": "一次采集之后至多识别多少张，其余留待 `wangjian rules read-images`",
    "WANGJIAN_IMAGES__IMAGE_SECONDS": "一张商品图片至多识别多少秒",
    "WANGJIAN_ACTS__TARGETS": "定时采集之后用浏览器实测哪些监测对象（编号）；空为都不实测",
    "WANGJIAN_ACTS__PAGES_A_SHOP": "每家网店实测几个网页（首页与热销商品）",
    "WANGJIAN_ACTS__PAGE_SECONDS": "实测时一个网页至多等多少秒",
    "WANGJIAN_EXCHANGE__CODE": "往来中本单位的代码；空则取自本单位根证书",
    "WANGJIAN_EXCHANGE__NAME": "名片上的单位名称；空则为固证单位名称",
    "WANGJIAN_EXCHANGE__REGION_CODE": "名片上的区划代码；与线索无关的往来事项按它归入辖区",
    "WANGJIAN_EXCHANGE__ZONE": "本机是采集区、业务区，还是一体",
    "WANGJIAN_EXCHANGE__PART_BYTES": "一次发送过大时，每个摆渡包至多多少字节（压缩前）",
    "WANGJIAN_EXCHANGE__VALID_DAYS": "摆渡包的有效期（天），过期不收",
    "WANGJIAN_SCHEDULE__MAX_ATTEMPTS": "一次任务中断后连同第一次至多执行几次",
}
_TABLE = "\nSIGNED_AS:"
_MADE = "<!-- 由 deploy/reference.py 生成，勿手改：make docs -->\n\n"


def main() -> int:
    """Write the pages, the description of the API and the release's record."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "settings.md").write_text(settings_page(), encoding="utf-8")
    (FOLDER / "cli.md").write_text(command_page(), encoding="utf-8")
    (FOLDER / "openapi.json").write_text(api_description(), encoding="utf-8")
    RELEASED.write_text(release_record(), encoding="utf-8")
    return 0


def api_description() -> str:
    """docs/reference/openapi.json: what `/api/v1/openapi.json` answers, so that a change of it is seen and others can
    generate their clients without a running console.
    """
    from wangjian.serving import build_app
    from wangjian.wiring import open_services

    with tempfile.TemporaryDirectory() as folder, open_services(Settings(data_dir=Path(folder))) as services:
        described = build_app(services, session_hours=1).openapi()
    return json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def release_record() -> str:
    """leads/release_rules.py: the version of every built-in rule whose examples all come out as written, which is what
    the release answers for; a rule left out is 试行 and makes no leads.
    """
    from leads.catalogue import load_rules
    from leads.release_rules import SIGNED_ON
    from leads.selftest import run_examples

    rules = load_rules()
    wrong = {result.rule_id for result in run_examples(rules, on=SIGNED_ON.date()) if not result.passed}
    signed = "".join(f'    "{rule.rule_id}": "{rule.version}",\n' for rule in rules if rule.rule_id not in wrong)
    head = (TREE / "leads/release_rules.py").read_text(encoding="utf-8").partition(_TABLE)[0]
    return f"{head}{_TABLE} Mapping[str, str] = {{\n{signed}}}\n"


def setting_names() -> dict[str, object]:
    """Every `WANGJIAN_…` variable with its default."""
    found: dict[str, object] = {}
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if inspect.isclass(section) and issubclass(section, BaseModel):
            for inner, inner_field in section.model_fields.items():
                found[f"WANGJIAN_{name}__{inner}".upper()] = inner_field.get_default(call_default_factory=True)
        else:
            found[f"WANGJIAN_{name}".upper()] = field.get_default(call_default_factory=True)
    return found


def settings_page() -> str:
    """docs/reference/settings.md.

    Raises:
        KeyError: A setting has no meaning in the table above.
    """
    rows = [
        f"| `{name}` | `{_toml_name(name)}` | {_shown(default)} | {_MEANINGS[name]} |"
        for name, default in setting_names().items()
    ]
    head = (
        f"{_MADE}# 设置 · Settings\n\n命令行的 `--data-dir`、`--allow-private` 最优先，"
        "其次环境变量，再次当前目录的 `wangjian.toml`。\n"
        "只在 `wangjian/settings.py` 读一次，别处不读环境变量。\n\n"
        "| 环境变量 | `wangjian.toml` | 默认 | 作用 |\n|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def command_page() -> str:
    """docs/reference/cli.md, from the command line itself."""
    from wangjian.cli.main import build_app

    app = typer.main.get_command(build_app())
    lines = [f"{_MADE}# 命令行 · Command line\n", "退出码见[出错了怎么办](../errors.md)。日志与进度在标准错误。\n"]
    lines += _commands(app, ("wangjian",))
    return "\n".join(lines).rstrip() + "\n"


def _commands(command: object, words: tuple[str, ...]) -> list[str]:
    inner = getattr(command, "commands", None)
    if inner:
        shown = [name for name in sorted(inner) if not inner[name].hidden]
        below = [line for name in shown for line in _commands(inner[name], (*words, name))]
        return [*(_command(command, words) if getattr(command, "invoke_without_command", False) else []), *below]
    return _command(command, words)


def _command(command: object, words: tuple[str, ...]) -> list[str]:
    lines = [
        f"## `{' '.join(words)}`\n",
        f"{getattr(command, 'help', '') or ''}\n",
        "| 参数 | 作用 | 默认 |",
        "|---|---|---|",
    ]
    for parameter in getattr(command, "params", []):
        if parameter.name == "help":
            continue
        option = parameter.param_type_name == "option"
        shown = (
            " / ".join((*parameter.opts, *parameter.secondary_opts))
            if option
            else (parameter.metavar or parameter.name.upper())
        )
        meaning = (getattr(parameter, "help", "") or "").replace("|", "\\|")
        lines.append(f"| `{shown}` | {meaning} | {_shown(parameter.default)} |")
    return [*lines, ""]


def _toml_name(name: str) -> str:
    return name.removeprefix("WANGJIAN_").lower().replace("__", ".")


def _shown(default: object) -> str:
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if default is None or default is PydanticUndefined or default in ("", (), []) or callable(default):
        return "（空）"
    if type(default).__name__ == "_UnsetSentinel" or "UNSET" in repr(default).upper():
        return "（空）"
    return f"`{default}`"


if __name__ == "__main__":
    sys.exit(main())
