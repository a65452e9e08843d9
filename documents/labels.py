"""Chinese names for what the system records by key: roles of files and facts of the environment.

A key without a name here is printed as it stands: nothing recorded is left out for want of a word.
"""

from __future__ import annotations

from collections.abc import Mapping

from documents.printable import printable

__all__ = ["ACCOMPANYING_ROLES", "environment_in_order", "role_title"]

_ROLES = {
    "original": "原件（原样接收）",
    "files": "接收登记",
    "extraction_record": "电子数据证据提取笔录",
    "extraction_record_editable": "电子数据证据提取笔录（可编辑）",
    "receiving_record": "电子数据证据接收笔录",
    "receiving_record_editable": "电子数据证据接收笔录（可编辑）",
    "warc": "网络交换原始数据（WARC）",
    "index": "网络数据索引",
    "index-of-index": "索引目录",
    "pages": "页面清单",
    "exchanges": "逐次网络交换记录",
    "visit": "固证过程记录",
    "environment": "取证环境记录",
    "custody": "保管链（截至封存前）",
    "certificates": "签名证书",
    "verifier": "独立核验程序",
    "readme": "证据包说明",
    "screenshot": "整页截图",
    "viewport": "首屏截图",
    "dom": "渲染后网页代码",
    "mhtml": "网页单文件存档",
    "text": "网页可见文字",
    "pdf": "网页打印件",
    "recording": "操作录像",
    "clicks": "点击展示记录",
    "tls-certificates": "对方服务器证书",
    "lead-context": "固证时的线索与比对",
    "case": "CASE/UCO 交换文件",
    "sha256sums": "固定清单（SHA-256，可用 sha256sum -c 核对）",
    "sm3sums": "固定清单（SM3）",
}
_CLICKED = {"before": "点击前画面", "after": "点击后整页截图", "page": "点击后网页代码", "text": "点击后可见文字"}
ACCOMPANYING_ROLES = frozenset({"index", "index-of-index", "pages", "certificates", "verifier", "readme"})
"""Files that accompany the evidence; they stand in the list of files but are no step of the extraction."""

_ENVIRONMENT = {
    "software": "取证软件",
    "received_by_way_of": "接收途径",
    "code_sha256": "取证程序代码 SHA-256",
    "code_record": "与发布记录比对",
    "python_packages": "Python 软件包",
    "system_packages": "系统软件包",
    "browser": "浏览器",
    "browser_executable": "浏览器程序",
    "browser_executable_sha256": "浏览器程序 SHA-256",
    "browser_profile": "浏览器配置",
    "playwright": "浏览器驱动 Playwright",
    "python": "Python",
    "openssl": "OpenSSL",
    "device": "取证设备",
    "account": "系统账户",
    "processes": "本程序的进程",
    "processes_others": "其他进程",
    "egress_local": "出口地址（本机）",
    "egress_public": "出口地址（公网）",
    "system": "操作系统",
    "proxies_of_system": "系统代理",
    "hosts_file_sha256": "hosts 文件 SHA-256",
    "resolvers": "域名解析服务器",
    "ca_store_sha256": "根证书库 SHA-256",
    "tls_problems": "对方证书问题",
    "clock_before": "提取前时钟（UTC）",
    "clock_after": "提取后时钟（UTC）",
    "clock_drift_ms": "提取中时钟偏移（毫秒）",
}
_NUMBERED = {"clock_offset_": "校时"}
_CHECKED = {
    "clean_hosts": "清洁性：hosts 文件",
    "clean_proxies": "清洁性：系统代理",
    "clean_preloading": "清洁性：预加载",
    "clean_debugger": "清洁性：调试器",
    "clean_code": "清洁性：取证程序代码",
    "clean_clock": "清洁性：时钟",
    "clean_clock-set": "清洁性：时钟调整",
    "clean_profile": "清洁性：浏览器配置",
    "clean_extensions": "清洁性：浏览器扩展",
}


def role_title(role: str) -> str:
    """What a file is.

    >>> role_title("dom"), role_title("extraction_record_editable")
    ('渲染后网页代码', '电子数据证据提取笔录（可编辑）')
    >>> role_title("录音"), role_title("click-2-before")
    ('录音', '点击展示 2 点击前画面')
    """
    click, _, kind = role.removeprefix("click-").partition("-")
    if role.startswith("click-") and click.isdigit() and kind in _CLICKED:
        return f"点击展示 {click} {_CLICKED[kind]}"
    return _ROLES.get(role) or printable(role)


def environment_in_order(environment: Mapping[str, str]) -> list[tuple[str, str]]:
    """(name, value) of each fact: the known ones in the order of this table, then the others.

    >>> environment_in_order({"其他": "x", "clock_offset_1": "甲：相差 3 毫秒", "python": "3.11.7"})
    [('Python', '3.11.7'), ('校时 1', '甲：相差 3 毫秒'), ('其他', 'x')]
    """
    order = [*(key for key in _ENVIRONMENT if key in environment)]
    numbered = [key for prefix in _NUMBERED for key in sorted(environment) if key.startswith(prefix)]
    rest = [key for key in environment if key not in {*order, *numbered}]
    return [(_fact_title(key), environment[key]) for key in (*order, *numbered, *rest)]


def _fact_title(key: str) -> str:
    for prefix, title in _NUMBERED.items():
        if key.startswith(prefix):
            return f"{title} {printable(key.removeprefix(prefix), longest=20)}"
    return _ENVIRONMENT.get(key) or _CHECKED.get(key) or printable(key, longest=60)
