"""What can be done to a page proof: somebody else's page, other places, other logs, other times, other addresses."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from datetime import timedelta
from typing import Any

from cryptography import x509

from evidence.keys import KeyPair
from evidence.signing import KeySigner
from evidence.standalone.verify import PAGE_CONTEXT, PAGE_TITLE, canonical, checkpoint_text, log_name, read_checkpoint
from evidence.timestamping import SM3, build_request
from tests.attacks.certifying import certify
from tests.attacks.forging import warc_record
from tests.attacks.forging_pages import PROOF, WARC, PageForger, at_another_time, page_forgery, records_of, with_key_of
from tests.attacks.making import utc_now

_ALGORITHMS = ("sha256", "sm3")


# --- another page's record --------------------------------------------------------------------------------------------


@page_forgery("signature", "签名与内容不符")
def page_body_of_another_without_a_key(f: PageForger) -> bytes:
    f.members[WARC] = f.town.proofs["other"][WARC]
    return f.outsider()


@page_forgery("log", "不是这一页的记录")
def page_body_of_another(f: PageForger) -> bytes:
    f.members[WARC] = f.town.proofs["other"][WARC]
    return f.insider()


@page_forgery("log", "不是这一页的记录")
def page_with_the_proof_of_another(f: PageForger) -> bytes:
    f.members[PROOF] = f.town.proofs["other"][PROOF]
    return f.insider()


@page_forgery("warc", "网址或时间与清单不符")
def page_record_and_proof_of_another_under_this_address(f: PageForger) -> bytes:
    other = f.town.proofs["other"]
    f.members[WARC], f.members[PROOF] = other[WARC], other[PROOF]
    f.edit_manifest(capture_id="other")
    return f.insider()


@page_forgery("warc", "页面内容与采集时的校验值不符")
def page_body_changed_in_a_log_made_anew(f: PageForger) -> bytes:
    f.rewarc(lambda record: record.replace("糖尿病".encode(), "高血压".encode()))
    f.relog()
    return f.insider()


@page_forgery("log", "不是这一页的记录")
def page_record_with_another_address_of_the_server(f: PageForger) -> bytes:
    """The head of the record altered, its body and every digest of it as they were."""
    f.rewarc(lambda record: record.replace(b"WARC-Type:", b"WARC-IP-Address: 6.6.6.6\r\nWARC-Type:"))
    return f.insider()


@page_forgery("log", "不是这一页的记录")
def page_record_dated_back(f: PageForger) -> bytes:
    then = "2020-01-01T00:00:00.000000Z"
    now = f.manifest["started_at"].encode()
    f.rewarc(lambda record: record.replace(b"WARC-Date: " + now, b"WARC-Date: " + then.encode()))
    f.edit_manifest(started_at=then)
    return f.insider()


@page_forgery("log", "不是这一页的记录")
def page_record_of_another_address_in_record_and_list(f: PageForger) -> bytes:
    f.rewarc(lambda record: record.replace(b"shop.cn/drawn", b"rival.cn/drwn"))
    url = f.manifest["url"].replace("shop.cn/drawn", "rival.cn/drwn")
    f.edit_manifest(url=url, final_url=url, title=PAGE_TITLE + url)
    return f.insider()


@page_forgery("log", "不是这一页的记录")
def page_record_packed_again(f: PageForger) -> bytes:
    """The same words in another compression: not the bytes that were logged."""
    f.members[WARC] = gzip.compress(gzip.decompress(f.members[WARC]), 1)
    return f.insider()


@page_forgery("warc", "页面内容与采集时的校验值不符")
def page_piece_taken_out_between_pieces(f: PageForger) -> bytes:
    f = PageForger.of(f.town, "chunked")
    f.rewarc(lambda record: record.replace(b"6\n</h1>b\r\n", b""))
    f.relog()
    return f.insider()


@page_forgery("warc", "采集记录与其校验值不符")
def page_record_with_a_digest_of_something_else(f: PageForger) -> bytes:
    text = records_of(f.members[WARC])[0]
    at = text.index(b"WARC-Block-Digest: sha256:") + 26
    f.members[WARC] = gzip.compress(text[:at] + b"0" * 64 + text[at + 64 :])
    f.relog()
    return f.insider()


@page_forgery("warc", "在记录中间被截断")
def page_record_cut_in_the_middle(f: PageForger) -> bytes:
    f.members[WARC] = f.members[WARC][:-20]
    return f.outsider()


@page_forgery("warc", "应恰有一条采集记录")
def page_with_a_second_record(f: PageForger) -> bytes:
    f.members[WARC] += f.town.proofs["other"][WARC]
    f.relog()
    return f.insider()


@page_forgery("warc", "不是答复的记录：request")
def page_that_is_only_asked_for(f: PageForger) -> bytes:
    f.rewarc(lambda record: record.replace(b"WARC-Type: conversion", b"WARC-Type: request"))
    f.relog()
    return f.insider()


@page_forgery("warc", "页面内容与采集时的校验值不符")
def page_record_that_names_no_digest_of_its_body(f: PageForger) -> bytes:
    del f.members[PAGE_CONTEXT]
    answer, told = b"HTTP/1.1 200 OK\r\n\r\nx", f.manifest
    f.members[WARC] = warc_record("response", answer, WARC_Date=told["started_at"], WARC_Target_URI=told["url"])
    f.relog()
    return f.insider()


# --- what lies beside it ----------------------------------------------------------------------------------------------


@page_forgery("warc", "随附请求的网址不是该答复的")
def page_request_for_another_address(f: PageForger) -> bytes:
    f.rewarc(
        lambda record: record.replace(b"shop.cn/plain", b"shop.cn/other") if b": request" in record else record,
        name=PAGE_CONTEXT,
    )
    return f.insider()


@page_forgery("warc", "随附记录与该页无关")
def page_with_the_request_of_another(f: PageForger) -> bytes:
    f.members[PAGE_CONTEXT] += f.town.proofs["other"][PAGE_CONTEXT]
    return f.insider()


@page_forgery("warc", "随附记录与其校验值不符")
def page_context_with_a_digest_of_something_else(f: PageForger) -> bytes:
    text = records_of(f.members[PAGE_CONTEXT])[0]
    at = text.index(b"WARC-Block-Digest: sha256:") + 26
    f.members[PAGE_CONTEXT] = gzip.compress(text[:at] + b"0" * 64 + text[at + 64 :])
    return f.insider()


@page_forgery("warc", "原件却不在包内")
def page_unchanged_since_nothing(f: PageForger) -> bytes:
    f = PageForger.of(f.town, "again")
    del f.members[PAGE_CONTEXT]
    return f.insider()


@page_forgery("warc", "页面内容与采集时的校验值不符")
def page_unchanged_since_another_original(f: PageForger) -> bytes:
    f = PageForger.of(f.town, "again")
    f.rewarc(lambda record: record.replace("糖尿病".encode(), "高血压".encode()), name=PAGE_CONTEXT)
    return f.insider()


@page_forgery("warc", "随附的记录过多")
def page_beside_sixty_records(f: PageForger) -> bytes:
    f.members[PAGE_CONTEXT] = warc_record("metadata", b"x") * 60
    return f.insider()


@page_forgery("warc", "压缩数据损坏")
def page_context_of_noise(f: PageForger) -> bytes:
    f.members[PAGE_CONTEXT] = b"noise"
    return f.insider()


@page_forgery("warc", "不完整或过大")
def page_context_cut_short(f: PageForger) -> bytes:
    f.members[PAGE_CONTEXT] = f.members[PAGE_CONTEXT][:-20]
    return f.insider()


@page_forgery("warc", "不完整或有多余内容")
def page_context_with_bytes_after_the_record(f: PageForger) -> bytes:
    f.members[PAGE_CONTEXT] = gzip.compress(gzip.decompress(warc_record("metadata", b"x")) + b"more")
    return f.insider()


@page_forgery("members", "缺失或多余")
def page_proof_with_a_stamp_of_its_own(f: PageForger) -> bytes:
    f.members["evidence/timestamp-1.tsr"] = f.town.office.authority.stamp("a" * 64)
    return f.insider()


@page_forgery("members", "缺失或多余")
def page_proof_renewed(f: PageForger) -> bytes:
    f.members["evidence/renewal-1.json"] = b"{}"
    return f.insider()


@page_forgery("members", "与规定不符")
def page_with_its_request_under_another_name(f: PageForger) -> bytes:
    f.members["archive/other.warc.gz"] = f.members.pop(PAGE_CONTEXT)
    listed = [a for a in f.manifest["artefacts"] if a["path"] != PAGE_CONTEXT]
    f.edit_manifest(artefacts=[*listed, {**listed[0], "path": "archive/other.warc.gz"}])
    return f.insider()


@page_forgery("members", "用途不符")
def page_whose_readme_is_called_its_verifier(f: PageForger) -> bytes:
    changed = [{**a, "role": "verifier"} if a["role"] == "readme" else a for a in f.manifest["artefacts"]]
    f.edit_manifest(artefacts=changed)
    return f.insider()


@page_forgery("index", "索引与原始网络数据不一致")
def page_index_of_another(f: PageForger) -> bytes:
    f = PageForger.of(f.town, "plain")
    f.insider()
    f.members["indexes/index.cdx.gz"] = f.town.proofs["other"]["indexes/index.cdx.gz"]
    return f.outsider()


@page_forgery("pages", "pages.jsonl 与证据清单不一致")
def page_list_of_another(f: PageForger) -> bytes:
    f.insider()
    f.members["pages/pages.jsonl"] = f.town.proofs["other"]["pages/pages.jsonl"]
    return f.outsider()


# --- the list: addresses and times ------------------------------------------------------------------------------------


def _addressed(url: str) -> Any:
    def forge(f: PageForger) -> bytes:
        f.edit_manifest(url=url, final_url=url, title=PAGE_TITLE + url)
        return f.insider()

    forge.__name__ = f"page_address_written_{len(_TRICKS)}_{url[:40]}"
    return forge


_TRICKS: list[str] = []
for _trick in (
    "HTTP://SHOP.CN/drawn?id=1",
    "http://shop.cn:80/drawn?id=1",
    "http://shop.cn./drawn?id=1",
    "http://shop.cn/drawn?id=1#top",
    "http://shop.cn/%64rawn?id=1",
    "http://shop.cn/./drawn?id=1",
    "http://shop.cn/drawn?id=1&",
    "https://shop.cn/drawn?id=1",
    "http://user@shop.cn/drawn?id=1",
    "http://\u0455hop.cn/drawn?id=1",  # a Cyrillic letter that looks like an s
    "http://shop.cn/drawn?id=1\u200b",
):
    _TRICKS.append(_trick)
    page_forgery("warc", "网址或时间与清单不符")(_addressed(_trick))


@page_forgery("manifest", "另写了网址或标题")
def page_that_says_it_came_from_elsewhere(f: PageForger) -> bytes:
    f.edit_manifest(final_url="http://rival.cn/")
    return f.insider()


@page_forgery("manifest", "另写了网址或标题")
def page_under_a_title_of_choice(f: PageForger) -> bytes:
    f.edit_manifest(title="法院认定的侵权页面")
    return f.insider()


@page_forgery("manifest", "字段与规定不符")
def page_said_to_have_been_redirected(f: PageForger) -> bytes:
    f.edit_manifest(navigation=[[200, "http://rival.cn/"]])
    return f.insider()


@page_forgery("manifest", "字段与规定不符")
def page_with_a_remark(f: PageForger) -> bytes:
    f.edit_manifest(note="x")
    return f.insider()


@page_forgery("manifest", "没有取证环境")
def page_made_by_nobody(f: PageForger) -> bytes:
    f.edit_manifest(environment={"software": "x", "more": "y"})
    return f.insider()


@page_forgery("manifest", "应为文字")
def page_operator_that_is_a_number(f: PageForger) -> bytes:
    f.edit_manifest(operator=7)
    return f.insider()


@page_forgery("warc", "网址或时间与清单不符")
def page_seen_earlier(f: PageForger) -> bytes:
    f.edit_manifest(started_at="2020-01-01T00:00:00.000000Z")
    return f.insider()


@page_forgery("manifest", "早于采集时间")
def page_proved_before_it_was_seen(f: PageForger) -> bytes:
    f.edit_manifest(finished_at="2020-01-01T00:00:00.000000Z")
    return f.insider()


@page_forgery("log", "条目早于采集时间")
def page_logged_before_it_was_seen(f: PageForger) -> bytes:
    f.relog(at=utc_now() - timedelta(hours=2))
    return f.insider()


# --- place and path ---------------------------------------------------------------------------------------------------


@page_forgery("log", "不成立|过长|过短")
def page_at_the_next_place(f: PageForger) -> bytes:
    return f.edit_proof(lambda proof: proof.update(position=proof["position"] + 1))


@page_forgery("log", "不成立|过长|过短")
def page_at_the_place_beside(f: PageForger) -> bytes:
    """Left and right changed places."""
    return f.edit_proof(lambda proof: proof.update(position=proof["position"] ^ 1))


@page_forgery("log", "没有这个位置")
def page_at_a_place_called_true(f: PageForger) -> bytes:
    return f.edit_proof(lambda proof: proof.update(position=True))


def _under_the_older(f: PageForger, proof: dict[str, Any]) -> None:
    proof.update(head=f.town.heads[0].document(), earlier=None)


@page_forgery("log", "没有这个位置")
def page_under_a_head_older_than_itself(f: PageForger) -> bytes:
    return f.edit_proof(lambda proof: _under_the_older(f, proof))


@page_forgery("log", "不成立|过长")
def page_path_of_the_newer_log_under_the_older_head(f: PageForger) -> bytes:
    f = PageForger.of(f.town, "plain")
    return f.edit_proof(lambda proof: _under_the_older(f, proof))


@page_forgery("log", "过短")
def page_without_its_path(f: PageForger) -> bytes:
    return f.edit_proof(lambda proof: proof.update(inclusion={"sha256": [], "sm3": []}))


@page_forgery("log", "长度有误")
def page_path_in_one_algorithm_only(f: PageForger) -> bytes:
    return f.edit_proof(lambda proof: proof["inclusion"].update(sm3=[]))


@page_forgery("log", "不成立（SHA256）")
def page_path_with_its_algorithms_swapped(f: PageForger) -> bytes:
    def change(proof: dict[str, Any]) -> None:
        found = proof["inclusion"]
        found["sha256"], found["sm3"] = found["sm3"], found["sha256"]

    return f.edit_proof(change)


@page_forgery("log", "不成立（SM3）")
def page_path_by_sha256_called_sm3(f: PageForger) -> bytes:
    return f.edit_proof(lambda proof: proof["inclusion"].update(sm3=proof["inclusion"]["sha256"]))


@page_forgery("log", "不成立（SM3）")
def page_root_by_sha256_called_sm3(f: PageForger) -> bytes:
    proof = f.proof
    point, _ = read_checkpoint(proof["head"]["checkpoint"], proof["head"]["certificates"])
    return f.head(sm3=point.sha256)


@page_forgery("log", "写法有误")
def page_path_in_capital_letters(f: PageForger) -> bytes:
    return f.edit_proof(
        lambda proof: proof["inclusion"].update(
            {name: [n.upper() for n in proof["inclusion"][name]] for name in _ALGORITHMS}
        )
    )


@page_forgery("log", "不成立（SHA256）")
def page_leaf_hashed_as_a_node(f: PageForger) -> bytes:
    f.relog(leaf_prefix=b"\1")
    return f.insider()


@page_forgery("log", "不成立（SHA256）")
def page_leaf_hashed_without_a_prefix(f: PageForger) -> bytes:
    f.relog(leaf_prefix=b"")
    return f.insider()


@page_forgery("log", "字段与规定不符")
def page_node_offered_as_a_leaf(f: PageForger) -> bytes:
    """Two nodes one above the leaves, one after the other: what a log without prefixes would take for an entry."""
    return f.edit_proof(lambda proof: proof.update(leaf="".join(proof["inclusion"]["sha256"][:2])))


@page_forgery("log", "不是这一页的记录")
def page_leaf_whose_sm3_is_its_sha256(f: PageForger) -> bytes:
    return f.edit_proof(lambda proof: proof["leaf"].update(sm3=proof["leaf"]["sha256"])) and _releafed(f)


def _releafed(f: PageForger) -> bytes:
    """A log of one entry over the leaf as it now is."""
    leaf = f.proof["leaf"]
    f.relog()
    roots = {name: hashlib.new(name, b"\0" + canonical(leaf)).digest() for name in _ALGORITHMS}
    f.edit_proof(lambda proof: proof.update(leaf=leaf))
    return f.head(**roots)


@page_forgery("log", "不是这一页的记录")
def page_leaf_of_a_capture(f: PageForger) -> bytes:
    f.edit_proof(lambda proof: proof["leaf"].update(kind="capture"))
    return _releafed(f)


# --- heads ------------------------------------------------------------------------------------------------------------


@page_forgery("log", "不是由可信机构签发")
def page_head_of_a_stranger(f: PageForger) -> bytes:
    stranger = f.town.stranger.signer
    return f.head(signer=stranger) if f.edit_proof(lambda proof: proof.update(earlier=None)) else b""


@page_forgery("log", "签名与内容不符")
def page_head_by_a_stranger_under_our_certificate(f: PageForger) -> bytes:
    return f.head(signer=with_key_of(f.signer, f.town.stranger.signer))


@page_forgery("log", "名称与其签名证书不符")
def page_head_of_a_log_of_another_name(f: PageForger) -> bytes:
    def change(proof: dict[str, Any]) -> None:
        pem = proof["head"]["certificates"]
        point, _ = read_checkpoint(proof["head"]["checkpoint"], pem)
        point.name = "wangjian-log/" + "0" * 16
        proof["head"]["checkpoint"] = checkpoint_text(point, f.signer.sign(point.body().encode()), pem)

    return f.edit_proof(change)


@page_forgery("log", "条目晚于日志头")
def page_head_from_before_the_entry(f: PageForger) -> bytes:
    return f.head(time="2020-01-01T00:00:00Z")


@page_forgery("log", "一致性证明过短")
def page_consistency_path_stripped(f: PageForger) -> bytes:
    def change(proof: dict[str, Any]) -> None:
        point, _ = read_checkpoint(proof["earlier"]["head"]["checkpoint"], f.signer.certificate_pem)
        point.size = 3  # no power of two, so that the path must begin with the old tree's own node
        proof["earlier"] = {"head": f.head_of(point, f.signer), "consistency": {"sha256": [], "sm3": []}}

    return f.edit_proof(change)


@page_forgery("log", "存证日志被改写过|过短|过长")
def page_consistency_path_cut(f: PageForger) -> bytes:
    return f.edit_proof(
        lambda proof: proof["earlier"].update(
            consistency={name: proof["earlier"]["consistency"][name][:-1] for name in _ALGORITHMS}
        )
    )


@page_forgery("log", "存证日志被改写过")
def page_consistency_path_made_up(f: PageForger) -> bytes:
    return f.edit_proof(
        lambda proof: proof["earlier"].update(
            consistency={name: ["0" * 64 for _ in proof["earlier"]["consistency"][name]] for name in _ALGORITHMS}
        )
    )


@page_forgery("log", "一致性证明过长")
def page_consistency_path_too_long(f: PageForger) -> bytes:
    return f.edit_proof(
        lambda proof: [proof["earlier"]["consistency"][name].extend(["0" * 64] * 9) for name in _ALGORITHMS]
    )


@page_forgery("log", "存证日志被改写过")
def page_earlier_head_of_a_rewritten_log(f: PageForger) -> bytes:
    return f.head(which="earlier", sha256=bytes(32), sm3=bytes(32))


@page_forgery("log", "并不在前")
def page_earlier_head_that_is_later(f: PageForger) -> bytes:
    return f.head(which="earlier", time="2099-01-01T00:00:00Z")


@page_forgery("log", "大小相同而内容不同")
def page_earlier_head_of_the_same_size_and_another_root(f: PageForger) -> bytes:
    def change(proof: dict[str, Any]) -> None:
        point, _ = read_checkpoint(proof["head"]["checkpoint"], f.signer.certificate_pem)
        point.sha256 = bytes(32)
        proof["earlier"] = {"head": f.head_of(point, f.signer), "consistency": {"sha256": [], "sm3": []}}

    return f.edit_proof(change)


@page_forgery("log", "不是由可信机构签发")
def page_earlier_head_of_a_stranger(f: PageForger) -> bytes:
    return f.head(which="earlier", signer=f.town.stranger.signer)


# --- stamps over heads ------------------------------------------------------------------------------------------------


def _stamped(f: PageForger, *tokens: str) -> bytes:
    return f.edit_proof(lambda proof: proof["head"].update(tokens=list(tokens)))


def _checkpoint(f: PageForger) -> bytes:
    return str(f.proof["head"]["checkpoint"]).encode()


@page_forgery("timestamp", "不是对这份清单加的|不符")
def page_stamp_over_another_head(f: PageForger) -> bytes:
    return _stamped(f, *f.proof["earlier"]["head"]["tokens"])


@page_forgery("timestamp", "不是由可信机构签发|不是可信机构所发")
def page_stamp_of_a_stranger(f: PageForger) -> bytes:
    return _stamped(f, f.stamp(_checkpoint(f), f.town.stranger.authority))


@page_forgery("timestamp", "不是对这份清单加的|不符")
def page_stamp_that_calls_a_sha256_an_sm3(f: PageForger) -> bytes:
    request = build_request(hashlib.sha256(_checkpoint(f)).hexdigest(), nonce=1, algorithm=SM3)
    return _stamped(f, base64.b64encode(f.town.office.authority.answer(request)).decode())


@page_forgery("timestamp", "不是对这份清单加的|不符")
def page_stamp_that_calls_an_sm3_a_sha256(f: PageForger) -> bytes:
    return _stamped(
        f, base64.b64encode(f.town.office.authority.stamp(hashlib.new("sm3", _checkpoint(f)).hexdigest())).decode()
    )


@page_forgery("timestamp", "早于日志头")
def page_stamp_from_before_the_head(f: PageForger) -> bytes:
    wrong = at_another_time(f.town.office.authority, -timedelta(minutes=8))
    return _stamped(f, f.stamp(_checkpoint(f), wrong))


@page_forgery("timestamp", "晚于现在")
def page_stamp_from_the_future(f: PageForger) -> bytes:
    wrong = at_another_time(f.town.office.authority, timedelta(hours=1))
    return _stamped(f, f.stamp(_checkpoint(f), wrong))


@page_forgery("timestamp", "过多")
def page_with_ten_stamps(f: PageForger) -> bytes:
    return _stamped(f, *(f.proof["head"]["tokens"] * 10))


@page_forgery("timestamp", "写法有误")
def page_stamp_with_a_line_break(f: PageForger) -> bytes:
    token = f.proof["head"]["tokens"][0]
    return _stamped(f, token[:-4] + "AB==" if not token.endswith("=") else token[: -len("==")] + "=A")


@page_forgery("log", "加盖时间戳.*时签名证书已经失效")
def page_head_dated_back_to_when_its_key_was_good(f: PageForger) -> bytes:
    """Somebody who comes by an old key of the office makes a log of then; no stamp of then can be had for it."""
    ended = utc_now() - timedelta(days=10)
    old = _expired(f, ended)
    then = (ended - timedelta(days=10)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    seen = f.manifest["started_at"].encode()
    f.rewarc(lambda record: record.replace(b"WARC-Date: " + seen, b"WARC-Date: " + then.encode()))
    f.edit_manifest(started_at=then)
    f.relog()
    proof = f.proof
    point, _ = read_checkpoint(proof["head"]["checkpoint"], proof["head"]["certificates"])
    point.name, point.time = log_name(old.certificate_pem), then
    proof["leaf"]["at"] = then
    point.sha256, point.sm3 = (hashlib.new(name, b"\0" + canonical(proof["leaf"])).digest() for name in _ALGORITHMS)
    proof["head"] = f.head_of(point, old)
    return f.edit_proof(lambda found: found.update(proof))


def _expired(f: PageForger, until: Any) -> KeySigner:
    """A key that a root the office believes had certified until then."""
    root_key, root = f.town.old_root
    key, leaf = certify(issuer=root, issuer_key=root_key, until=until)
    return KeySigner(KeyPair(key=key, certificates=(leaf, root)))


# --- signatures -------------------------------------------------------------------------------------------------------


@page_forgery("signature", "不是由可信机构签发")
def page_proof_signed_by_a_stranger(f: PageForger) -> bytes:
    f.members["evidence/certificates.pem"] = f.town.stranger.signer.certificate_pem.encode()
    return f.insider(f.town.stranger.signer)


@page_forgery("signature", "签名与内容不符")
def page_proof_signed_under_another_list(f: PageForger) -> bytes:
    f.insider()
    f.members["evidence/manifest.sig"] = f.town.proofs["other"]["evidence/manifest.sig"]
    return f.outsider()


@page_forgery("signature", "无效|不在有效期")
def page_proof_signed_under_a_certificate_that_had_ended(f: PageForger) -> bytes:
    old = _expired(f, utc_now() - timedelta(days=1))
    f.members["evidence/certificates.pem"] = old.certificate_pem.encode()
    return f.insider(old)


@page_forgery("signature", "用途不是文书签名")
def page_proof_signed_by_the_authority_of_time(f: PageForger) -> bytes:
    authority = f.town.office.authority
    chain = tuple(x509.load_der_x509_certificate(each.dump()) for each in authority._certificates)
    clock = KeySigner(KeyPair(key=authority._key, certificates=chain))
    f.members["evidence/certificates.pem"] = clock.certificate_pem.encode()
    return f.insider(clock)


@page_forgery("package-signature", "签名与内容不符")
def page_package_signature_of_another(f: PageForger) -> bytes:
    f.insider()
    other = json.loads(f.town.proofs["other"]["datapackage-digest.json"])
    mine = json.loads(f.members["datapackage-digest.json"])
    f.members["datapackage-digest.json"] = canonical({**mine, "wangjian_signature": other["wangjian_signature"]})
    return f.box()


@page_forgery("package-signature", "没有整包签名|写法")
def page_package_signature_dropped(f: PageForger) -> bytes:
    f.insider()
    mine = json.loads(f.members["datapackage-digest.json"])
    f.members["datapackage-digest.json"] = canonical({**mine, "wangjian_signature": ""})
    return f.box()
