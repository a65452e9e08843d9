"""Many documents into one index at once: cut into tokens here while the engine takes what was sent before."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from records.errors import InvalidInputError, StoreAwayError
from records.search import SearchDocument
from stores.search.elastic_layout import bulk_body
from stores.search.query import check_documents

__all__ = ["BULK_DOCUMENTS", "load", "send_bulk"]

BULK_DOCUMENTS = 500
_SENDERS = 2
_CONFLICT = 409
_TOO_BUSY = 429
_PAUSES_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


def load(client: Elasticsearch, into: Callable[[SearchDocument], str], documents: Iterable[SearchDocument]) -> int:
    """Write all of them, each into the index or alias it is told, unseen until the next refresh; how many there were.

    Raises:
        StoreAwayError: The engine took not all of them, or had no room for a request for a minute.
        InvalidInputError: It refuses a document, or a document is no text.
    """
    taken = 0
    with ThreadPoolExecutor(_SENDERS, thread_name_prefix="index-load") as pool:
        sent: deque[Future[None]] = deque()
        for batch in _batches(documents):
            check_documents(batch)
            sent.append(pool.submit(_send, client, bulk_body(batch, into)))
            taken += len(batch)
            while len(sent) > _SENDERS:  # never more in memory than is being sent
                sent.popleft().result()
        for waiting in sent:
            waiting.result()
    return taken


def send_bulk(client: Elasticsearch, body: bytes) -> Mapping[str, Any]:
    """One bulk request of lines already written, which name aliases: an index that is gone is never made anew."""
    lines: Any = body  # the client sends bytes as they are; its signature knows records only
    found: Mapping[str, Any] = client.bulk(body=lines, require_alias=True).body
    return found


def _batches(documents: Iterable[SearchDocument]) -> Iterator[list[SearchDocument]]:
    everything = iter(documents)
    while batch := list(islice(everything, BULK_DOCUMENTS)):
        yield batch


def _send(client: Elasticsearch, body: bytes) -> None:
    """One request, again when the engine has its memory full of merging (429): it asks for time, not for less."""
    for pause in (*_PAUSES_SECONDS, None):
        try:
            answer = send_bulk(client, body)
        except ApiError as exc:
            if exc.status_code != _TOO_BUSY or pause is None:
                raise
        else:
            if pause is None or not _put_off(answer):
                return _check(answer)
        time.sleep(pause)
    raise AssertionError("the last try answers or raises")


def _put_off(answer: Mapping[str, Any]) -> bool:
    return bool(answer["errors"]) and any(item["index"]["status"] == _TOO_BUSY for item in answer["items"])


def _check(answer: Mapping[str, Any]) -> None:
    if not answer["errors"]:
        return
    for item in answer["items"]:
        result = item["index"]
        if "error" in result and result["status"] != _CONFLICT:
            reason = result["error"].get("reason", "")[:200]
            if result["status"] >= 429:
                raise StoreAwayError(f"检索引擎未接受写入：{reason}", cure="稍后再次运行 wangjian index rebuild")
            raise InvalidInputError(f"检索引擎拒收文档 {result['_id']}：{reason}", doc_id=result["_id"])
