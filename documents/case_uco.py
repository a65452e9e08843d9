"""evidence/case.jsonld: the capture in CASE/UCO, the vocabulary digital forensics tools exchange.

Standard: CASE 1.4 (Cyber-investigation Analysis Standard Expression) on UCO 1.4; checked with `case_validate`.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from records.canonical import Json, canonical_bytes
from records.evidence import Artefact, Manifest

__all__ = ["case_jsonld"]

_UCO = "https://ontology.unifiedcyberontology.org/uco"
_CONTEXT: dict[str, Json] = {
    "kb": "urn:wangjian:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": f"{_UCO}/action/",
    "uco-core": f"{_UCO}/core/",
    "uco-identity": f"{_UCO}/identity/",
    "uco-observable": f"{_UCO}/observable/",
    "uco-tool": f"{_UCO}/tool/",
    "uco-types": f"{_UCO}/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def case_jsonld(manifest: Manifest, *, organisation: str) -> bytes:
    """The files of the manifest, the page they came from, the visit as an action, by whom and with what; RFC 8785."""
    files = [_file(manifest, one) for one in manifest.artefacts]
    graph: list[Json] = [
        {
            **_object(manifest, "uco-identity:Organization", "organisation"),
            "uco-core:name": organisation or "（未登记）",
        },
        {**_object(manifest, "uco-identity:Identity", "operator"), "uco-core:name": manifest.operator or "（未登记）"},
        {
            **_object(manifest, "uco-tool:Tool", "tool"),
            "uco-core:name": manifest.environment.get("software", "网鉴"),
        },
        {
            **_object(manifest, "uco-observable:URL", "page"),
            "uco-core:hasFacet": {
                **_object(manifest, "uco-observable:URLFacet", "page-facet"),
                "uco-observable:fullValue": manifest.final_url or manifest.url,
            },
        },
        *files,
        {
            **_object(manifest, "case-investigation:ProvenanceRecord", "provenance"),
            "uco-core:description": "电子数据固定清单所列文件",
            "uco-core:object": [_ref(manifest, one.path) for one in manifest.artefacts],
        },
        _visit(manifest),
    ]
    return canonical_bytes({"@context": _CONTEXT, "@graph": graph})


def _visit(manifest: Manifest) -> Json:
    return {
        **_object(manifest, "case-investigation:InvestigativeAction", "visit"),
        "uco-core:name": "网络在线提取",
        "uco-core:description": f"固证编号 {manifest.capture_id}，网址 {manifest.url}",
        "uco-action:startTime": _time(manifest.started_at),
        "uco-action:endTime": _time(manifest.finished_at),
        "uco-action:performer": _ref(manifest, "operator"),
        "uco-action:instrument": [_ref(manifest, "tool")],
        "uco-action:object": [_ref(manifest, "page")],
        "uco-action:result": [_ref(manifest, "provenance"), *(_ref(manifest, one.path) for one in manifest.artefacts)],
    }


def _file(manifest: Manifest, one: Artefact) -> Json:
    return {
        **_object(manifest, "uco-observable:File", one.path),
        "uco-core:description": f"{one.role}，SM3 {one.digests.sm3}",  # the vocabulary of hash methods has no SM3
        "uco-core:hasFacet": [
            {
                **_object(manifest, "uco-observable:FileFacet", f"{one.path}#file"),
                "uco-observable:fileName": one.path.rpartition("/")[2],
                "uco-observable:filePath": one.path,
                "uco-observable:sizeInBytes": {"@type": "xsd:integer", "@value": str(one.digests.size_bytes)},
            },
            {
                **_object(manifest, "uco-observable:ContentDataFacet", f"{one.path}#content"),
                "uco-observable:mimeType": one.media_type,
                "uco-observable:hash": {
                    **_object(manifest, "uco-types:Hash", f"{one.path}#sha256"),
                    "uco-types:hashMethod": "SHA256",
                    "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": one.digests.sha256},
                },
            },
        ],
    }


def _object(manifest: Manifest, kind: str, name: str) -> dict[str, Json]:
    return {"@id": _id(manifest, name), "@type": kind}


def _ref(manifest: Manifest, name: str) -> dict[str, Json]:
    return {"@id": _id(manifest, name)}


def _id(manifest: Manifest, name: str) -> str:
    """The same capture gives the same names."""
    return f"kb:{uuid.uuid5(uuid.NAMESPACE_URL, f'{manifest.capture_id}/{name}')}"


def _time(moment: datetime) -> Json:
    return {"@type": "xsd:dateTime", "@value": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
