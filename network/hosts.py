"""The name a host goes by in budgets and in the ledger: its port is left out when it is a usual one."""

from __future__ import annotations

from urllib.parse import urlsplit

__all__ = ["host_key"]

_USUAL = {"http": 80, "https": 443}


def host_key(url: str) -> str:
    """`shop.cn` for ports 80 and 443 (one machine, one budget), else with the port; empty when there is no host.

    >>> host_key("https://Shop.cn/a"), host_key("http://shop.cn:80/"), host_key("http://127.0.0.1:8765/a?b")
    ('shop.cn', 'shop.cn', '127.0.0.1:8765')
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    host = f"[{host}]" if ":" in host else host.rstrip(".")
    return host if port is None or port in _USUAL.values() else f"{host}:{port}"
