"""The browser's verifier on packages of received files: clean ones hold, forgeries it can see are refused."""

from __future__ import annotations

import base64

import pytest

from tests.attacks import test_upload_forgeries
from tests.attacks.forging_uploads import UPLOAD_FORGERIES, UploadForger, make_house

pytestmark = pytest.mark.browser
assert test_upload_forgeries
NOT_SEEN = {"archive_sold_as_a_photo"}
"""What asks for kinds told from content again; the browser says it does not look."""
_EXAMINE = """async ([packages, anchors]) => {
  const { examine } = await import('/static/verify/checks.js');
  const told = [];
  for (const one of packages) {
    const bytes = Uint8Array.from(atob(one), (char) => char.charCodeAt(0));
    const { steps } = await examine(new Blob([bytes]), anchors);
    told.push(Object.fromEntries(steps.map((step) => [step.checkId, step.result])));
  }
  return told;
}"""


def test_a_browser_tells_received_files_that_were_forged(quiet_office, visit, tmp_path_factory):
    house = make_house(tmp_path_factory.mktemp("house"))
    stranger = make_house(tmp_path_factory.mktemp("stranger"))
    forged = {name: forge(UploadForger.of(house), stranger) for name, (_, _, forge) in UPLOAD_FORGERIES.items()}
    page = visit(quiet_office)
    page.goto("/evidence/verify")
    packages = [base64.b64encode(one).decode() for one in (house.package, house.other, *forged.values())]
    clean, other, *told = page.evaluate(_EXAMINE, [packages, house.anchors_pem])
    for one in (clean, other):
        assert {name for name, result in one.items() if result != "passed"} == {"files"}
        assert one["files"] == "unchecked"
    passed = {name for name, one in zip(forged, told, strict=True) if "failed" not in one.values()}
    assert passed == NOT_SEEN
    assert page.complaints == []
