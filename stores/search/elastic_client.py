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
        """Over `elasticsearch://HOST:PORT[,HOST:PORT…]/PREFIX` (HTTP) or `elasticsearch+https://…`. Of several nodes
        one that does not answer is left aside and the next one asked. Nothing is reached yet.

        Raises:
            InvalidInputError: No host, port or prefix, or a prefix Elasticsearch refuses as a name.
        """
        parts = urlsplit(url)
        prefix = parts.path.strip("/")
        login, at, hosts = parts.netloc.rpartition("@")
        scheme = "https" if parts.scheme.endswith("+https") else "http"
        nodes = [_node(scheme, host) for host in hosts.split(",")]
        if not all(nodes) or not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,99}", prefix):
            raise InvalidInputError(
                "检索引擎地址不完整",
                cure="写成 elasticsearch://主机:9200/前缀，多个节点以逗号相隔（前缀用小写字母、数字、-、_）",
            )
        user, _, password = login.partition(":")
        client = Elasticsearch(
            nodes,
            basic_auth=(unquote(user), unquote(password)) if at else None,
            request_timeout=_TIMEOUT_SECONDS,
            max_retries=len(nodes) - 1,
        )
        return cls(client, prefix, place="、".join(nodes), speech=speech)

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
        unready = exc.status_code == 503  # also a block: a cluster that has not found itself yet
        if exc.status_code == 507 or (exc.error == "cluster_block_exception" and not unready):
            return StorageFullError(f"检索引擎磁盘已满，已转为只读：{self.place}", cure="清出空间并解除只读后重试")
        if exc.status_code in (401, 403):
            return StoreAwayError(
                f"检索引擎拒绝登录：{self.place}", cure=f"检查 {self._speech.setting} 中的用户名与口令"
            )
        if unready or exc.status_code in (408, 429):
            self.ready = False
            return StoreAwayError(f"检索引擎尚未就绪或过忙：{self.place}（{exc.status_code}）", cure="稍后重试")
        return StoreAwayError(f"检索引擎出错：{self.place}（{exc.status_code} {exc.error}）", cure="查看检索引擎日志")


def _node(scheme: str, host: str) -> str:
    """The address of one node; empty when there is none."""
    try:
        parts = urlsplit(f"{scheme}://{host}")
        port = parts.port or 9200
    except ValueError:
        return ""
    name = parts.hostname or ""
    shown = f"[{name}]" if ":" in name else name
    return f"{scheme}://{shown}:{port}" if name else ""
