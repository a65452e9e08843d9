"""One 笔录 over 40 files, as PDF/A-3b and as docx."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from documents.extraction_record import extraction_record_docx, extraction_record_pdf
from documents.facts import extraction_facts
from records.digests import digests_of
from records.evidence import Artefact, CaptureState, Manifest

_RUNS = 5


def measure() -> dict[str, float]:
    """Best of five runs each, after one to warm up."""
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    manifest = Manifest(
        capture_id="capture_bench",
        url="http://127.0.0.1/",
        final_url="http://127.0.0.1/",
        title="基准",
        state=CaptureState.COMPLETE,
        started_at=at,
        finished_at=at,
        operator="基准",
        artefacts=tuple(
            Artefact(
                path=f"evidence/{number}.png",
                role="screenshot",
                media_type="image/png",
                made_by="基准",
                made_at=at,
                digests=digests_of(str(number).encode()),
            )
            for number in range(40)
        ),
    )
    facts = extraction_facts(manifest, organisation="基准", prepared_at=at)
    pdf_seconds, pdf = _best(lambda: extraction_record_pdf(facts))
    docx_seconds, docx = _best(lambda: extraction_record_docx(facts))
    return {
        "pdf_seconds": pdf_seconds,
        "pdf_bytes": float(len(pdf)),
        "docx_seconds": docx_seconds,
        "docx_bytes": float(len(docx)),
    }


def _best(make: Callable[[], bytes]) -> tuple[float, bytes]:
    paper, best = make(), float("inf")
    for _ in range(_RUNS):
        begun = time.perf_counter()
        paper = make()
        best = min(best, time.perf_counter() - begun)
    return best, paper
