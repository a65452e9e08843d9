"""Loading an engine that has no room for a while: asked again, never lost, and said when it stays so."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from elasticsearch import ApiError, Elasticsearch

from records.search import SearchDocument, SearchKind
from stores.search import elastic_loading
from stores.search.elastic_loading import load

FULL = (429, {"error": {"type": "circuit_breaking_exception", "reason": "[parent] Data too large"}, "status": 429})
PUT_OFF = (200, {"errors": True, "items": [{"index": {"_id": "a", "status": 429, "error": {"reason": "queue full"}}}]})
TAKEN = (200, {"errors": False, "items": [{"index": {"_id": "a", "status": 201}}]})
DOCUMENT = SearchDocument(doc_id="a", kind=SearchKind.LEAD, title="茶", text="绝对化用语")


@pytest.fixture
def engine() -> Iterator[tuple[Elasticsearch, list[tuple[int, dict]], list[bytes]]]:
    """A client, the answers it will get (the last one again and again), and what was sent."""
    answers: list[tuple[int, dict]] = []
    sent: list[bytes] = []

    class Engine(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            sent.append(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = answers.pop(0) if len(answers) > 1 else answers[0]
            body = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in (
                ("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9"),
                ("X-Elastic-Product", "Elasticsearch"),
                ("Content-Length", str(len(body))),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT

        def log_message(self, *_: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Engine) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = Elasticsearch(f"http://127.0.0.1:{server.server_port}", max_retries=0)
        yield client, answers, sent
        client.close()
        server.shutdown()


def test_request_the_engine_has_no_room_for_is_sent_again(engine, monkeypatch) -> None:
    monkeypatch.setattr(elastic_loading, "_PAUSES_SECONDS", (0.0,) * 3)
    client, answers, sent = engine
    answers += [FULL, PUT_OFF, FULL, TAKEN]
    assert load(client, lambda _: "leads", [DOCUMENT]) == 1
    assert len(sent) == 4 and len(set(sent)) == 1


def test_engine_that_stays_full_is_said(engine, monkeypatch) -> None:
    monkeypatch.setattr(elastic_loading, "_PAUSES_SECONDS", (0.0,) * 2)
    client, answers, sent = engine
    answers += [FULL]
    with pytest.raises(ApiError) as told:
        load(client, lambda _: "leads", [DOCUMENT])
    assert (told.value.status_code, len(sent)) == (429, 3)
