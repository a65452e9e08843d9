"""The main job on shop software nobody here wrote, from its registry, with its own database as the truth."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from records.leads import Verdict
from records.market import PriceRole
from tests.journeys.conftest import environment, wangjian
from wangjian.settings import load_settings
from wangjian.wiring import open_services

pytestmark = [
    pytest.mark.journey,
    pytest.mark.realshop,
    pytest.mark.browser,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("realshop"),
]

REGISTER = Path(__file__).parents[1] / "realshop" / "register.csv"


def _run(data_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*wangjian(*words), "--data-dir", str(data_dir)],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=1200,
    )


@pytest.fixture(scope="module")
def surveyed(real_shop, tmp_path_factory) -> tuple[object, Path, dict]:
    data_dir = tmp_path_factory.mktemp("realshop") / "data"
    imported = _run(data_dir, "registry", "import", str(REGISTER))
    assert imported.returncode == 0, imported.stderr
    done = _run(
        data_dir,
        "survey",
        "run",
        f"{real_shop.base_url}/",
        "--allow-private",
        "--delay",
        "0",
        "--json",
        "--max-pages",
        "1000",
    )
    assert done.returncode in (0, 4), done.stderr
    return real_shop, data_dir, json.loads(done.stdout)


def test_every_listing_is_found_with_its_title_and_price(surveyed):
    shop, data_dir, _ = surveyed
    with open_services(load_settings(data_dir=data_dir)) as services:
        found = {listing.url.rstrip("/"): listing for listing in services.survey.listings()}
    right_title = right_price = 0
    for truth in shop.listings:
        listing = found.get(truth.url.rstrip("/"))
        if listing is None:
            continue
        right_title += listing.title == truth.title
        now = [price for price in listing.prices if price.role is PriceRole.NOW]
        right_price += bool(now) and now[0].amount_fen == truth.price_fen
    expected = len(shop.listings)
    assert expected >= 100
    assert right_title >= 0.95 * expected
    assert right_price >= 0.95 * expected
    assert len(found) <= 1.05 * expected


def test_seller_is_found_in_the_register_by_what_the_footer_shows(surveyed):
    shop, data_dir, _ = surveyed
    with open_services(load_settings(data_dir=data_dir)) as services:
        matches = list(services.survey.matches())
    assert [(match.decision.value, match.entity_code) for match in matches] == [("match", shop.licence_no)]


def test_planted_claims_become_leads_that_can_be_searched(surveyed):
    shop, data_dir, _ = surveyed
    with open_services(load_settings(data_dir=data_dir)) as services:
        said = {
            finding.listing_id: finding.text
            for finding in services.leads.findings()
            if finding.verdict is Verdict.SUSPECTED
        }
        by_url = {listing.url.rstrip("/"): listing.listing_id for listing in services.survey.listings()}
    claims = [listing for listing in shop.listings if listing.planted]
    assert claims
    assert [claim.planted for claim in claims if by_url[claim.url.rstrip("/")] not in said] == []
    done = _run(data_dir, "leads", "search", claims[0].title[:4], "--json")
    assert json.loads(done.stdout)["total"] >= 1


def test_capture_of_a_listing_verifies_and_a_changed_byte_is_refused(surveyed, tmp_path: Path):
    shop, data_dir, _ = surveyed
    package = tmp_path / "listing.wacz"
    captured = _run(
        data_dir, "evidence", "capture", shop.listings[0].url, "-o", str(package), "--allow-private", "--json"
    )
    assert captured.returncode == 0, captured.stderr
    assert json.loads(captured.stdout)["state"] == "complete"
    verified = _run(data_dir, "evidence", "verify", str(package), "--json")
    assert verified.returncode == 0, verified.stdout
    content = bytearray(package.read_bytes())
    for place in (len(content) // 3, len(content) // 2, len(content) - 30):
        content[place] ^= 0x40
        package.write_bytes(content)
        content[place] ^= 0x40
        refused = _run(data_dir, "evidence", "verify", str(package), "--json")
        assert refused.returncode == 1, place
        assert json.loads(refused.stdout)["valid"] is False
