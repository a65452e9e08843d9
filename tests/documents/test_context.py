"""What is sealed of the lead, and the CASE/UCO view of a capture."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from documents.case_uco import case_jsonld
from documents.context import context_json
from records.canonical import canonical_bytes
from records.evidence import Manifest
from records.leads import Finding, Lead, Severity, Verdict
from records.register import Match, MatchDecision, MatchQuery

NOW = datetime(2026, 11, 20, 1, 20, tzinfo=UTC)


def test_lead_findings_and_match_are_sealed_as_they_stood(manifest: Manifest, lead: Lead) -> None:
    findings = [
        Finding(
            finding_id=name,
            rule_id="A01",
            rule_version="3",
            verdict=Verdict.SUSPECTED,
            severity=Severity.MEDIUM,
            shop_id="shop_31",
            url=manifest.url,
            page_id="page_1",
            text="国家级",
            conduct_on=date(2026, 11, 20),
            found_at=NOW,
        )
        for name in ("f2", "f1")
    ]
    match = Match(
        match_id="match_1",
        shop_id="shop_31",
        query=MatchQuery(query_id="shop_31", as_of=NOW, name="青岚"),
        decision=MatchDecision.MATCH,
        entity_code=lead.entity_code,
        entity_name=lead.entity_name,
        probability=0.97,
        not_in_register_probability=0.03,
        model_version="m1",
        snapshot_id="s1",
        matched_at=NOW,
    )
    content = context_json(manifest, as_of=NOW, lead=lead, findings=findings, match=match)
    told = json.loads(content)
    assert canonical_bytes(told) == content
    assert (told["capture_id"], told["lead_id"]) == (manifest.capture_id, "lead_3f1c")
    assert told["lead"]["priority_score"] == "0.7"
    assert [one["finding_id"] for one in told["findings"]] == ["f1", "f2"]
    assert told["findings"][0]["rule_version"] == "3"
    assert (told["match"]["probability"], told["match"]["model_version"]) == ("0.97", "m1")


def test_a_capture_without_a_lead_says_so(manifest: Manifest) -> None:
    told = json.loads(context_json(manifest, as_of=NOW))
    assert (told["lead"], told["findings"], told["match"]) == (None, [], None)


def test_every_file_of_the_manifest_is_in_the_case_graph_with_both_digests(manifest: Manifest) -> None:
    content = case_jsonld(manifest, organisation="测试局")
    assert case_jsonld(manifest, organisation="测试局") == content
    graph = json.loads(content)["@graph"]
    names = [node["@id"] for node in graph]
    assert len(set(names)) == len(names)
    files = {node["@id"]: node for node in graph if node["@type"] == "uco-observable:File"}
    assert len(files) == len(manifest.artefacts)
    told = {}
    for node in files.values():
        name, content_data = node["uco-core:hasFacet"]
        sha256 = content_data["uco-observable:hash"]["uco-types:hashValue"]["@value"]
        told[name["uco-observable:filePath"]] = (sha256, node["uco-core:description"].rpartition(" ")[2])
    assert told == {one.path: (one.digests.sha256, one.digests.sm3) for one in manifest.artefacts}
    visit = next(node for node in graph if node["@type"].endswith("InvestigativeAction"))
    assert {one["@id"] for one in visit["uco-action:result"]} >= set(files)
