"""One Elasticsearch under one prefix: its address read, its errors told in our words.

It asks nothing beyond the bare server of what uses it: no scripts, no delete by query, no `GET /`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError, UnsupportedProductError

from records.errors import InvalidInputError, StorageFullError, StoreAwayError, WangJianError

__all__ = ["ElasticClient", "Speech"]

_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What a person is told: which setting holds the address, and the cures of an engine that is away and of an index
    that is gone."""

    setting: str
    when_away: str
    when_gone: str


class ElasticClient:
    """A client with its prefix. `ready` is for its user: whether the index was found; false again after the engine was
    away."""

    def __init__(self, client: Elasticsearch, prefix: str, *, place: str, speech: Speech) -> None:
        self.client = client
        self.prefix = prefix
        self.place = place
        self.ready = False
        self._speech = speech

    @classmethod
    def at(cls, url: str, speech: Speech) -> ElasticClient:
        """Over `elasticsearch://HOST:PORT/PREFIX` (HTTP) or `elasticsearch+https://…`. Nothing is reached yet.

        Raises:
            InvalidInputError: No host, port or prefix, or a prefix Elasticsearch refuses as a name.
        """
        parts = urlsplit(url)
        prefix = parts.path.strip("/")
        if not parts.hostname or not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,99}", prefix):
            raise InvalidInputError(
                "检索引擎地址不完整", cure="写成 elasticsearch://主机:9200/前缀（前缀用小写字母、数字、-、_）"
            )
        scheme = "https" if parts.scheme.endswith("+https") else "http"
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        place = f"{scheme}://{host}:{parts.port or 9200}"
        login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        client = Elasticsearch(place, basic_auth=login, request_timeout=_TIMEOUT_SECONDS, max_retries=0)
        return cls(client, prefix, place=place, speech=speech)

    def indices(self, alias: str) -> list[str]:
        """The indices behind an alias; none when there is no such alias."""
        try:
            return sorted(self.client.indices.get_alias(name=alias).body)
        except NotFoundError:
            return []

    def wait_for(self, alias: str) -> None:
        """Wait until its shards serve: one that is just being made counts as yellow and answers 503, so the status
        alone says nothing."""
        self.client.cluster.health(index=alias, wait_for_active_shards=1, timeout="20s")

    @contextmanager
    def named(self) -> Iterator[None]:
        """Every error of the engine within, as one of ours.

        Raises:
            StoreAwayError, StorageFullError: With the address and the cure.
        """
        try:
            yield
        except UnsupportedProductError as exc:
            raise StoreAwayError(
                f"该地址不是 Elasticsearch：{self.place}", cure=f"检查 {self._speech.setting} 设置"
            ) from exc
        except TransportError as exc:
            self.ready = False
            raise StoreAwayError(
                f"检索引擎不可用：{self.place}（{type(exc).__name__}）", cure=self._speech.when_away, place=self.place
            ) from exc
        except ApiError as exc:
            raise self._explain(exc) from exc

    def gone(self) -> StoreAwayError:
        """The index was here, or should be, and is not."""
        return StoreAwayError(
            f"索引不存在：{self.prefix}（{self.place}）", cure=self._speech.when_gone, index=self.prefix
        )

    def _explain(self, exc: ApiError) -> WangJianError:
        if exc.status_code == 404:
            return self.gone()
        if exc.error == "cluster_block_exception" or exc.status_code == 507:
            return StorageFullError(f"检索引擎磁盘已满，已转为只读：{self.place}", cure="清出空间并解除只读后重试")
        if exc.status_code in (401, 403):
            return StoreAwayError(
                f"检索引擎拒绝登录：{self.place}", cure=f"检查 {self._speech.setting} 中的用户名与口令"
            )
        if exc.status_code in (408, 429, 503):
            self.ready = False
            return StoreAwayError(f"检索引擎尚未就绪或过忙：{self.place}（{exc.status_code}）", cure="稍后重试")
        return StoreAwayError(f"检索引擎出错：{self.place}（{exc.status_code} {exc.error}）", cure="查看检索引擎日志")
