"""The page on which a browser verifies a package by itself: forgeries it can see are refused, and nothing is sent."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from evidence.authority import LocalTimestampAuthority
from evidence.means import Means
from network.guard import AddressGuard
from tests.attacks.conftest import Forger, House
from tests.attacks.forgeries import FORGERIES
from tests.attacks.making import Office, Shape, make_package, utc_now

pytestmark = pytest.mark.browser
SEEN = (
    "one_byte_of_the_warc_flipped",
    "package_signature_file_dropped",
    "warc_stored_with_deflate",
    "duplicate_entry_fake_first",
    "look_alike_letters_in_a_name",
    "members_overlapping",
    "bytes_appended",
    "unlisted_file_listed_in_datapackage_only",
    "screenshot_replaced",
    "sm3_left_wrong",
    "dom_edited_and_rehashed",
    "signed_data_removed_from_digest_file",
    "twin_of_the_signature",
    "all_signed_anew_by_a_stranger",
    "certificate_issued_by_our_own_leaf",
    "token_of_another_package",
    "custody_reordered",
    "leaf_of_another_manifest",
    "token_by_a_stranger",
    "time_inside_the_token_moved",
    "token_replaced_by_a_rejection",
    "token_older_than_the_capture",
    "position_beyond_the_log",
    "path_with_a_node_too_many",
    "sm3_root_of_another_tree",
    "head_signed_by_a_stranger",
    "head_under_our_certificate_by_a_stranger",
    "head_that_knows_another_custody",
    "head_with_leading_zeros",
    "head_stamped_over_something_else",
    "earlier_head_of_a_rewritten_log",
    "environment_file_replaced",
    "list_of_digests_cut_short",
    "complete_with_something_missing",
    "manifest_with_an_endless_number",
)


@pytest.fixture(scope="module")
def house(quiet_office, stranger_office, tmp_path_factory) -> House:
    """Two packages sealed by the office whose console is asked."""
    folder = tmp_path_factory.mktemp("packages")
    office = _office(quiet_office.services)
    made = []
    for seed in (0, 8):
        make_package(folder / f"{seed}.wacz", Shape(seed=seed), office)
        made.append((folder / f"{seed}.wacz").read_bytes())
    return House(office.signer, office.authority, office.anchors_pem, *made)


@pytest.fixture(scope="module")
def stranger_office(tmp_path_factory) -> House:
    office = Office.open(tmp_path_factory.mktemp("stranger"))
    office.records.close()
    return House(office.signer, office.authority, office.anchors_pem, b"", b"")


def _office(services) -> Office:
    """The keys of the office, the authority's among them: its roots are those the page shows."""
    authority, anchors_pem = (
        LocalTimestampAuthority(services.data_dir / "keys", clock=utc_now),
        services.trust_anchors_pem,
    )
    means = Means(
        blobs=services.blobs,
        evidence=services.evidence,
        log=services.evidence_log,
        signer=services.signer,
        authorities=(authority,),
        anchors_pem=anchors_pem,
        clock=utc_now,
        guard=AddressGuard(allow_private=True),
    )
    return Office(means, services.signer, authority, anchors_pem, None)


def _verify(page: Page, package: bytes, folder: Path) -> dict[str, str]:
    path = folder / "asked.wacz"
    path.write_bytes(package)
    page.set_input_files("#package", [])
    page.evaluate("document.querySelector('#outcome').replaceChildren()")
    page.set_input_files("#package", path)
    expect(page.locator("#outcome [data-verdict]")).to_be_visible()
    return page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-check]')].map(e => [e.dataset.check, e.dataset.result]))"
    )


def test_a_browser_verifies_by_itself_and_refuses_what_is_forged(quiet_office, visit, house, stranger_office, tmp_path):
    page = visit(quiet_office)
    page.context.clear_cookies()  # a court has no account
    page.goto("/evidence/verify")
    expect(page.get_by_text("文件不上传")).to_be_visible()
    page.wait_for_load_state("networkidle")
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method != "GET" else None)
    clean = _verify(page, house.package, tmp_path)
    unchecked = {name for name, result in clean.items() if result == "unchecked"}
    assert unchecked == {"warc"}
    assert set(clean.values()) == {"passed", "unchecked"}
    expect(page.locator("[data-verdict=passed] h2").first).to_contain_text("尚有未核：原始网络数据与索引")
    expect(page.locator("[data-file]")).to_have_count(sum(1 for _ in Forger.of(house).manifest["artefacts"]))
    for name in SEEN:
        check_id, forge = FORGERIES[name]
        told = _verify(page, forge(Forger.of(house), stranger_office), tmp_path)
        assert told[check_id] == "failed", (name, told)
        expect(page.locator("[data-verdict=failed]")).to_be_visible()
    assert sent == []
    assert page.outside == []
    assert page.complaints == []


def test_digests_in_the_browser_are_those_of_the_standards(quiet_office, visit):
    """FIPS 180-4 and GB/T 32905 examples, and every length around the ends of blocks."""
    page = visit(quiet_office)
    page.goto("/evidence/verify")
    told = page.evaluate(
        """async () => { const d = await import('/static/verify/digests.js'), made = [];
          for (let n = 0; n < 200; n += 1) { const b = Uint8Array.from({length: n}, (_, i) => i * 7 & 255);
            const cut = new d.Sm3().update(b.subarray(0, n >> 1)).update(b.subarray(n >> 1)).hex();
            made.push([d.sha256(b), d.sm3(b), cut, d.crc32(b)]) }
          return made }"""
    )
    for size, (sha256, sm3, cut, crc) in enumerate(told):
        content = bytes(i * 7 & 255 for i in range(size))
        assert sha256 == hashlib.sha256(content).hexdigest()
        assert sm3 == cut == hashlib.new("sm3", content).hexdigest()
        assert crc == zlib.crc32(content)
