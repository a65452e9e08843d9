"""The description of the API is the committed one: what others built upon it is not changed unseen."""

from __future__ import annotations

import json
from pathlib import Path

COMMITTED = Path(__file__).resolve().parents[2] / "docs/reference/openapi.json"


def test_description_is_the_committed_one(quiet_office, client_of):
    described = client_of(quiet_office, "").get("/api/v1/openapi.json").json()
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert described["paths"] == committed["paths"], "make docs"
    assert described["components"] == committed["components"], "make docs"
