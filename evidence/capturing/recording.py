"""Everything that went over the wire, written as WARC while the visit goes on.

The records are put together here and not by warcio: warcio parses a message's head and prints it anew (white space,
line ends), and the block must be the bytes of the wire. Reading back, in tests and by others, is done with warcio.
`WARC-Payload-Digest` is over the bytes after the head as they came: chunk framing and content coding kept.
Standard: WARC/1.1 (ISO 28500:2017).
"""

from __future__ import annotations

import hashlib
import queue
import re
import threading
import uuid
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from evidence.trust import MALFORMED
from network.proxy import Exchange, Refusal
from network.proxy.facts import Spool
from records.canonical import canonical_bytes
from records.digests import Digests, digests_of

__all__ = ["Recording", "iso"]

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_TRUNCATED = {"length": "length", "time": "time", "disconnect": "disconnect", "protocol": "unspecified"}
_LEVEL, _STORED = 6, 0
_PACKED = re.compile(rb"content-type: *(image/(?!svg)|video|audio|font)|content-encoding: *\w", re.IGNORECASE)
"""What is packed already gains nothing by packing: it is stored, which gzip knows too."""
_HEAD_LOOK = 4096


def iso(moment: datetime) -> str:
    """The one way moments are written inside a package: UTC, microseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Recording:
    """A recorder for the proxy: a thread of its own writes each exchange as soon as it ended.

    `lines` are the rows of exchanges.jsonl, in the order of the WARC; `certificates` every certificate an origin sent.
    """

    def __init__(self, path: Path, *, started_at: datetime, software: str) -> None:
        self.lines: list[dict[str, str | int | bool | list[str]]] = []
        self.refusals: list[Refusal] = []
        self.certificates: dict[str, bytes] = {}
        self.failure: OSError | None = None
        self.local_addresses: set[str] = set()
        self._queue: queue.SimpleQueue[Exchange | None] = queue.SimpleQueue()
        self._out = path.open("wb")
        self._thread = threading.Thread(target=self._work, name="warc-writer", daemon=True)
        info = f"software: {software}\r\nformat: WARC File Format 1.1\r\n".encode()
        head = {"WARC-Type": "warcinfo", "WARC-Date": iso(started_at), "Content-Type": "application/warc-fields"}
        _write_record(self._out, head, info)
        self._thread.start()

    def exchange(self, exchange: Exchange) -> None:
        """Called by the proxy."""
        self._queue.put(exchange)

    def refused(self, refusal: Refusal) -> None:
        """Called by the proxy."""
        self.refusals.append(refusal)

    def close(self) -> None:
        """Wait until everything handed over is written. Raises the OSError of a disk that had no room."""
        self._queue.put(None)
        self._thread.join()
        self._out.close()
        if self.failure is not None:
            raise self.failure

    def status_of(self, url: str) -> int:
        """The last status this address was answered with; 0 when it was not asked for."""
        target = url.split("#")[0]
        return next((int(str(line["status"])) for line in reversed(self.lines) if line["url"] == target), 0)

    def answered(self, url: str, status: int) -> bool:
        """Whether the origin itself (not the proxy) gave this answer."""
        target = url.split("#")[0]
        return any(
            line["url"] == target and line["status"] == status and line["response_size_bytes"] for line in self.lines
        )

    def hosts(self) -> frozenset[str]:
        """Every host that was asked."""
        return frozenset(urlsplit(str(line["url"])).hostname or "" for line in self.lines)

    def exchanges_jsonl(self) -> bytes:
        """evidence/exchanges.jsonl."""
        return b"".join(canonical_bytes(line) + b"\n" for line in self.lines)  # type: ignore[arg-type]

    def certificates_pem(self) -> bytes:
        """evidence/tls-certificates.pem: what origins sent; not said to be good."""
        made = []
        for sha256, der in sorted(self.certificates.items()):
            try:
                pem = x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)
            except MALFORMED:
                continue
            made.append(f"# SHA-256 {sha256}\n".encode() + pem)
        return b"".join(made)

    def _work(self) -> None:
        while (exchange := self._queue.get()) is not None:
            try:
                if self.failure is None:
                    self._write(exchange)
            except OSError as exc:
                self.failure = exc
            finally:
                exchange.request.close()
                exchange.response.close()

    def _write(self, exchange: Exchange) -> None:
        response_id, request_id = _record_id(), _record_id()
        common = {
            "WARC-Date": iso(exchange.started_at),
            "WARC-Target-URI": exchange.url,
            "WARC-IP-Address": exchange.connection.address,
        }
        response = request = digests_of(b"")
        if exchange.response.size_bytes:
            head = {"WARC-Type": "response", "WARC-Record-ID": response_id, **common}
            if exchange.truncated:
                head["WARC-Truncated"] = _TRUNCATED[exchange.truncated]
            response = _write_message(self._out, head, exchange.response, kind="response")
        if exchange.request.size_bytes:
            head = {"WARC-Type": "request", "WARC-Record-ID": request_id, **common}
            if exchange.response.size_bytes:
                head["WARC-Concurrent-To"] = response_id
            request = _write_message(self._out, head, exchange.request, kind="request")
        if exchange.interim:
            head = {"WARC-Type": "metadata", **common, "Content-Type": "application/http; msgtype=response"}
            _write_record(self._out, head, exchange.interim)
        self.lines.append(self._line(exchange, request, response))

    def _line(self, exchange: Exchange, request: Digests, response: Digests) -> dict[str, str | int | bool | list[str]]:
        connection = exchange.connection
        self.local_addresses.add(connection.local_address)
        line: dict[str, str | int | bool | list[str]] = {
            "sequence": exchange.sequence,
            "url": exchange.url,
            "method": exchange.method,
            "status": exchange.status,
            "address": connection.address,
            "port": connection.port,
            "dns_answers": list(connection.answers),
            "connection": connection.connection_id,
            "connected_at": iso(connection.opened_at),
            "started_at": iso(exchange.started_at),
            "answered_at": iso(exchange.answered_at) if exchange.answered_at else "",
            "finished_at": iso(exchange.finished_at) if exchange.finished_at else "",
            "truncated": exchange.truncated,
            "websocket": exchange.websocket,
        }
        for name, digests in (("request", request), ("response", response)):
            line[f"{name}_size_bytes"] = digests.size_bytes
            line[f"{name}_sha256"] = digests.sha256
            line[f"{name}_sm3"] = digests.sm3
        if connection.tls is not None:
            chain = {digests_of(der).sha256: der for der in connection.tls.chain}
            self.certificates.update(chain)
            line["tls_version"] = connection.tls.version
            line["tls_cipher"] = connection.tls.cipher
            line["tls_valid"] = connection.tls.valid
            line["tls_problem"] = connection.tls.problem
            line["tls_chain_sha256"] = list(chain)
        return line


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _write_message(out: BinaryIO, head: dict[str, str], spool: Spool, *, kind: str) -> Digests:
    content = spool.read()
    head["Content-Type"] = f"application/http; msgtype={kind}"
    if kind == "response":
        end = _HEAD_END.search(content)
        payload = hashlib.sha256(memoryview(content)[end.end() :] if end else b"")
        head["WARC-Payload-Digest"] = f"sha256:{payload.hexdigest()}"
    return _write_record(out, head, content)


def _write_record(out: BinaryIO, head: dict[str, str], block: bytes) -> Digests:
    digests = digests_of(block)
    fields = {
        "WARC-Record-ID": _record_id(),
        **head,
        "WARC-Block-Digest": f"sha256:{digests.sha256}",
        "Content-Length": str(len(block)),
    }
    text = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n"
    level = _STORED if _PACKED.search(block, 0, _HEAD_LOOK) else _LEVEL
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    for piece in (text.encode("utf-8"), block, b"\r\n\r\n"):
        out.write(packer.compress(piece))
    out.write(packer.flush())
    return digests
