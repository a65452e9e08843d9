"""What the search page takes in a browser, recorded as figures (test-results/budgets.json).

The budgets of `docs` are for a quiet machine at 200,000 leads (`benchmarks/console`). Here the best of three turns is held
to four times as much, because the machine of the tests does other things at the same time: it catches what makes the page
several times slower, not a noisy neighbour. Bytes do not depend on the machine and are held exactly.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

FIGURES = Path(__file__).parents[2] / "test-results" / "budgets.json"
PAINT_MS, CLICK_MS, FIRST_LOAD_BYTES = 400, 200, 60_000
SLACK = 4
TURNS = 3
PAINT = """() => new Promise(done => new PerformanceObserver(list => {
  const all = list.getEntries(); setTimeout(() => done(all[all.length - 1].startTime), 200);
}).observe({type: 'largest-contentful-paint', buffered: true}))"""
CLICK = """() => new Promise(done => {
  const link = document.querySelector('.facet li:not(.left-out) > a:not(.on)'), began = performance.now();
  document.addEventListener('htmx:afterSettle', () => requestAnimationFrame(() => done(performance.now() - began)),
    {once: true});
  link.click();
})"""


def test_search_page_is_painted_and_answers_a_click_in_time(quiet_office, visit):
    page = visit(quiet_office)
    devtools, received = page.context.new_cdp_session(page), []
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda told: received.append(int(told["encodedDataLength"])))
    page.goto("/leads")
    page.locator("#when svg, #when p").first.wait_for()
    first_load = sum(received)
    paints, clicks = [], []
    for _ in range(TURNS):
        page.goto("/leads")
        paints.append(page.evaluate(PAINT))
        page.locator("#when svg, #when p").first.wait_for()
        clicks.append(page.evaluate(CLICK))
    figures = {
        "leads": sum(1 for _ in quiet_office.services.leads.leads()),
        "largest_paint_ms": round(min(paints), 1),
        "facet_click_ms": round(min(clicks), 1),
        "first_load_bytes": first_load,
        "budget": {"largest_paint_ms": PAINT_MS, "facet_click_ms": CLICK_MS, "first_load_bytes": FIRST_LOAD_BYTES},
    }
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    print(figures)
    assert first_load <= FIRST_LOAD_BYTES
    assert min(paints) <= SLACK * PAINT_MS, figures
    assert min(clicks) <= SLACK * CLICK_MS, figures
