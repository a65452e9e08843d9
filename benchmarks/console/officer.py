"""What one officer does all morning, for locust: search, narrow, open a lead, decide now and then.

Run by officers.py, which gives the environment its words and sessions.
"""

from __future__ import annotations

import json
import os
import random
import re
from pathlib import Path

from locust import FastHttpUser, between, task

_MATERIAL = json.loads(Path(os.environ["OFFICER_MATERIAL"]).read_text())
_WAITING = list(_MATERIAL["tokens"])
_LEAD = re.compile(r'href="(/leads/lead_[0-9a-f]+\?[^"]*)"')
_FIELD = re.compile(r'name="(csrf_token|version)" value="([^"]+)"')
_SLOT = re.compile(r'hx-get="(/when/leads\?[^"]*)" hx-trigger="load"')
_FACET = re.compile(r'href="(/leads\?[^"]+)"')
_DONE = Path(os.environ["OFFICER_DONE"])
_THINK_SECONDS = float(os.environ["OFFICER_THINK_SECONDS"])


class Officer(FastHttpUser):
    """One signed-in person who reads, and thinks between two clicks."""

    wait_time = between(_THINK_SECONDS / 2, _THINK_SECONDS * 1.5)

    def on_start(self) -> None:
        self._draw = random.Random(len(_WAITING))
        self._cookie = {"Cookie": f"wangjian_session={_WAITING.pop()}", "Accept-Encoding": "gzip"}
        self._leads: list[str] = []

    @task(6)
    def search(self) -> None:
        words = self._draw.choice(_MATERIAL["words"])
        answer = self.client.get("/leads", params={"q": words}, headers=self._cookie, name="search page")
        self._leads = [found.replace("&amp;", "&") for found in _LEAD.findall(answer.text or "")]
        self._facets = [found.replace("&amp;", "&") for found in _FACET.findall(answer.text or "")]
        self._load_slots(answer.text or "")

    @task(3)
    def narrow(self) -> None:
        if getattr(self, "_facets", None):
            asked = self._draw.choice(self._facets)
            answer = self.client.get(asked, headers={**self._cookie, "HX-Request": "true"}, name="facet click")
            self._load_slots(answer.text or "")

    def _load_slots(self, page: str) -> None:
        """What a browser asks for as soon as it has the list: its columns of time."""
        for found in _SLOT.findall(page):
            self.client.get(found.replace("&amp;", "&"), headers={**self._cookie, "HX-Request": "true"}, name="columns")

    @task(4)
    def read(self) -> None:
        if self._leads:
            self.client.get(self._draw.choice(self._leads), headers=self._cookie, name="lead page")

    @task(2)
    def decide(self) -> None:
        if not self._leads:
            return
        path = self._draw.choice(self._leads)
        page = self.client.get(path, headers=self._cookie, name="lead page")
        fields = dict(_FIELD.findall(page.text or ""))
        if 'value="签收"' not in (page.text or "") or "version" not in fields:
            return
        place, _, query = path.partition("?")
        sent = {**fields, "action": "签收", "reason": ""}
        with self.client.post(
            f"{place}/act?{query}", data=sent, headers={**self._cookie, "Origin": self.host}, name="decision",
            allow_redirects=False, catch_response=True,
        ) as answer:  # fmt: skip
            if answer.status_code == 303:
                answer.success()
                with _DONE.open("a") as done:
                    done.write(f"{place.rsplit('/', 1)[1]}\n")
            elif answer.status_code == 409:  # a colleague was faster: told, nothing done
                answer.success()
            else:
                answer.failure(f"status {answer.status_code}")

    @task(1)
    def today(self) -> None:
        self.client.get("/", headers=self._cookie, name="today")
