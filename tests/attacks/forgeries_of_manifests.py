"""Manifest and digests changed, every digest made right again."""

from __future__ import annotations

import json
from typing import Any

from tests.attacks.forging import forgery


@forgery("digests")
def screenshot_replaced(f: Any, _: Any) -> bytes:
    f.members["evidence/screenshot.png"] = f.members["evidence/screenshot.png"][::-1]
    f.rehash_datapackage()
    return f.box()


@forgery("digests")
def sm3_left_wrong(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["artefacts"][0]["digests"].update(sm3="0" * 64))
    f.sign(f.house.signer, f.house.authority)
    return f.box()


@forgery("signature")
def dom_edited_and_rehashed(f: Any, _: Any) -> bytes:
    f.members["evidence/page.html"] += b"<p>added</p>"
    return f.rehashed()


@forgery("signature")
def address_rewritten_everywhere(f: Any, _: Any) -> bytes:
    def change(manifest: dict[str, Any]) -> None:
        manifest["url"] = manifest["final_url"] = "https://another.example/"

    f.edit_manifest(change)
    return f.rehashed()


@forgery("signature")
def time_of_capture_moved(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(started_at="2020-01-01T00:00:00Z"))
    return f.rehashed()


@forgery("signature")
def operator_renamed(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(operator="李四"))
    return f.rehashed()


@forgery("signature")
def environment_embellished(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["environment"].update(clock_offset_1="国家授时中心：相差 0 毫秒"))
    return f.rehashed()


@forgery("manifest")
def manifest_written_with_spaces(f: Any, _: Any) -> bytes:
    f.members["evidence/manifest.json"] = json.dumps(f.manifest, ensure_ascii=False).encode()
    f.sign(f.house.signer, f.house.authority)
    return f.box()


@forgery("manifest")
def manifest_with_a_field_twice(f: Any, _: Any) -> bytes:
    content = f.members["evidence/manifest.json"]
    f.members["evidence/manifest.json"] = content[:-1] + b',"url":"https://another.example/"}'
    f.sign(f.house.signer, f.house.authority)
    return f.box()


@forgery("manifest")
def manifest_with_an_unknown_field(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(note="x"))
    return f.insider()


@forgery("manifest")
def manifest_of_another_format(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(format="wangjian-manifest/0"))
    return f.insider()


@forgery("manifest")
def manifest_nested_without_end(f: Any, _: Any) -> bytes:
    f.members["evidence/manifest.json"] = b"[" * 200_000
    return f.box()


@forgery("manifest")
def manifest_with_floats(f: Any, _: Any) -> bytes:
    content = f.members["evidence/manifest.json"].replace(b'"lead_id":""', b'"lead_id":1.5')
    f.members["evidence/manifest.json"] = content
    return f.box()


@forgery("manifest")
def artefact_listed_twice(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["artefacts"].append(m["artefacts"][0]))
    return f.insider()


@forgery("manifest")
def artefact_without_digests(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["artefacts"][0].update(digests=None))
    f.sign(f.house.signer, f.house.authority)
    return f.box()


@forgery("manifest")
def artefact_made_at_no_time(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["artefacts"][0].update(made_at="yesterday"))
    return f.insider()


@forgery("manifest")
def missing_parts_that_are_no_words(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(missing=[1]))
    return f.insider()


@forgery("manifest")
def operator_that_is_no_text(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(operator=["张三"]))
    return f.insider()


@forgery("members")
def custody_not_listed(f: Any, _: Any) -> bytes:
    del f.members["evidence/custody.jsonl"]
    f.edit_manifest(lambda m: m.update(artefacts=[a for a in m["artefacts"] if a["role"] != "custody"]))
    return f.insider()


@forgery("members")
def role_moved_to_another_place(f: Any, _: Any) -> bytes:
    f.members["evidence/shot.png"] = f.members.pop("evidence/screenshot.png")

    def change(manifest: dict[str, Any]) -> None:
        for artefact in manifest["artefacts"]:
            if artefact["role"] == "screenshot":
                artefact["path"] = "evidence/shot.png"

    f.edit_manifest(change)
    return f.insider()


@forgery("datapackage")
def title_changed_in_datapackage(f: Any, _: Any) -> bytes:
    found = json.loads(f.members["datapackage.json"])
    found["title"] = "另一个标题"
    f.members["datapackage.json"] = json.dumps(found, ensure_ascii=False).encode()
    f.set_digest()
    return f.box()
