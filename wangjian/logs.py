"""Logs: one JSON document a line, with the request or job it belongs to, and without secrets or personal data.

Nothing that should not be logged is handed to a log in the first place. The veil is the second line: whatever is called
like a secret, and whatever looks like a telephone or identity number, a password in an address or a key of the API, is
blotted out of every line, of other people's libraries too, exceptions included.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

__all__ = ["LogLevel", "carried_context", "set_up_logging", "veiled"]

LogLevel = Literal["debug", "info", "warning", "error"]

_LEVELS: Mapping[str, int] = MappingProxyType(
    {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
)
_HIDDEN = "[隐去]"
_LEAST_NUMBER = 10**9
_SECRET_NAMES = re.compile(
    r"passw|secret|token|cookie|authorization|api_?key|credential|passphrase|session|口令|密码|密钥"
    r"|phone|mobile|id_?card|identity_no|contact|login_name|person",
    re.IGNORECASE,
)
_PUBLIC_NAMES = frozenset({"kept_sessions", "request_id", "job_id"})
_PATTERNS = (
    (re.compile(r"(?<![0-9A-Za-z])(\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])"), _HIDDEN),
    (re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(19|20)\d{2}[01]\d[0-3]\d\d{3}[0-9Xx](?![0-9A-Za-z])"), _HIDDEN),
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), rf"\1:{_HIDDEN}@"),
    (re.compile(r"\bwj_[A-Za-z0-9_\-]{8,}"), _HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9+/=._\-]{6,}"), rf"\1 {_HIDDEN}"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), _HIDDEN),
    (
        re.compile(
            r"(?i)\b(password|passwd|secret|token|passphrase|secret_key)(['\"]?\s*[=:]\s*['\"]?)[^\s'\"&,;]{3,}"
        ),
        rf"\1\2{_HIDDEN}",
    ),
)
_QUIET = ("elastic_transport", "botocore", "urllib3", "httpx", "httpcore", "asyncio", "alembic")


def set_up_logging(level: LogLevel = "warning", *, stream: TextIO | None = None) -> None:
    """Let every log of this process, ours and of libraries, go through the veil to one place (standard error)."""
    place = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _veil,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(place),
    )
    handler = logging.StreamHandler(place)
    handler.setFormatter(_JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(_LEVELS[level], logging.WARNING))  # what libraries tell of their doing is not ours to keep
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)  # a part that is away is told in our words


def carried_context() -> dict[str, str]:
    """What this thread's lines carry, to be bound where the work goes on: another thread, a child process."""
    return {name: str(value) for name, value in structlog.contextvars.get_contextvars().items()}


def veiled(value: object, *, name: str = "") -> object:
    """The value as it may stand in a log.

    >>> veiled("手机 13800138000，库 postgresql://wj:geheim@db/wj")
    '手机 [隐去]，库 postgresql://wj:[隐去]@db/wj'
    >>> veiled({"password": "x", "count": 3})
    {'password': '[隐去]', 'count': 3}
    """
    if name not in _PUBLIC_NAMES and _SECRET_NAMES.search(name) and not _is_count(value):
        return _HIDDEN
    if isinstance(value, str):
        for pattern, shown in _PATTERNS:
            value = pattern.sub(shown, value)
        return value
    if isinstance(value, Mapping):
        return {str(key): veiled(item, name=str(key)) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [veiled(item) for item in value]
    if value is None or isinstance(value, (bool, float)) or _is_count(value):
        return value
    return veiled(str(value))


def _is_count(value: object) -> bool:
    """A number too small to be somebody's telephone."""
    return isinstance(value, bool) or (isinstance(value, int) and abs(value) < _LEAST_NUMBER)


def _veil(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: item if key in ("timestamp", "level") else veiled(item, name=key) for key, item in event.items()}


class _JsonLines(logging.Formatter):
    """A library's line in the form of ours."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "event": veiled(record.getMessage()),
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, tz=UTC).isoformat().replace("+00:00", "Z"),
        }
        if record.exc_info:
            told["exception"] = veiled(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)
