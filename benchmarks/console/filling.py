"""A data directory full of leads, as many as wanted, with 300 officers signed in: what the console's benchmarks open.

The leads are those of `benchmarks/search/market.py`; each has its finding and its shop, so that every page of the
console can be drawn. They are written straight into the tables, since a survey of 200,000 leads would take a day.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from types import ModuleType

from leads.indexing import lead_document
from records.base import stable_id
from records.leads import Finding, Jurisdiction, Lead, LeadState, Severity, Span, Verdict
from records.market import Category, Disclosure, Shop, Speaker, TextBlock
from records.people import Account, Role, Session
from records.search import Facet, SearchDocument
from records.survey import Target, TargetKind
from stores.backends import open_index, open_records

__all__ = ["OFFICERS", "fill", "tokens"]

OFFICERS = 300
_HERE = Path(__file__).resolve().parent
_BATCH = 5_000
_LEADS_A_SHOP = 10
_TARGETS = 40
_WAY = 2  # another number: what was filled before is filled anew
_LEAD_COLUMNS = (
    "lead_id, version, shop_id, rule_id, entity_code, state, assignee, rule_version, rule_hit, decided_at, body"
)


def fill(folder: Path, count: int) -> None:
    """Fill a data directory; nothing where it is full already."""
    done, wanted = folder / "filled.json", {"leads": count, "way": _WAY}
    if done.exists() and json.loads(done.read_text()) == wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("wangjian.db*"), *folder.glob("search.db*"), *folder.glob("filled.json")):
        old.unlink()
    records = open_records(f"sqlite:///{folder}/wangjian.db")
    records.migrate()
    for number in range(_TARGETS):
        target = {"target_id": f"target_{number}", "name": f"基准平台{number}", "seeds": ("http://shop.example/",)}
        records.survey.save_target(Target(**target, kind=TargetKind.PLATFORM, created_at=datetime.now(UTC)))
    _sign_in(records)
    index = open_index(f"fts5:///{folder}/search.db")
    market = _market()
    with sqlite3.connect(folder / "wangjian.db") as connection:
        connection.execute("pragma synchronous = off")
        for number, part in enumerate(_parts(market.leads(count))):
            documents = _write(connection, part, number)
            connection.commit()
            index.index(documents)
    records.close()
    done.write_text(json.dumps(wanted))


def tokens() -> list[str]:
    """Session tokens of the officers."""
    return [f"bench-token-{number:04}" for number in range(OFFICERS)]


def _sign_in(records) -> None:
    now = datetime.now(UTC)
    for number, token in enumerate(tokens()):
        account_id = f"account_bench_{number:04}"
        records.accounts.save_account(
            Account(
                account_id=account_id,
                login=f"officer{number:03}",
                name=f"办案{number:03}",
                roles=(Role.OFFICER,),
                password_hash="no password signs this account in",
            )
        )
        records.accounts.save_session(
            Session(
                token_sha256=hashlib.sha256(token.encode()).hexdigest(),
                account_id=account_id,
                csrf_token="5c" * 32,
                created_at=now,
                expires_at=now + timedelta(days=30),
            )
        )


def _parts(documents: Iterator[SearchDocument]) -> Iterator[list[SearchDocument]]:
    while part := list(islice(documents, _BATCH)):
        yield part


def _write(connection: sqlite3.Connection, part: list[SearchDocument], number: int) -> list[SearchDocument]:
    """What the index is told of them: the same as the program tells it after a decision, but for the match."""
    leads, findings, shops, made = [], [], {}, []
    for place, document in enumerate(part):
        lead, finding, shop = _of(document, number * _BATCH + place)
        made.append((lead, finding, document))
        leads.append(
            (lead.lead_id, lead.version, lead.shop_id, lead.rule_id, "", lead.state.value, lead.assignee,
             "", lead.rule_hit.value, None, lead.model_dump_json())
        )  # fmt: skip
        findings.append((finding.finding_id, finding.shop_id, finding.rule_id, finding.model_dump_json()))
        shops[shop.shop_id] = shop
    connection.executemany(f"insert into leads ({_LEAD_COLUMNS}) values (?{', ?' * 10})", leads)
    connection.executemany("insert into findings (finding_id, shop_id, rule_id, body) values (?, ?, ?, ?)", findings)
    rows = [(shop.shop_id, shop.target_id, shop.model_dump_json()) for shop in shops.values()]
    connection.executemany("insert into shops (shop_id, target_id, body) values (?, ?, ?)", rows)
    return [_told(lead, finding, shops[lead.shop_id], document) for lead, finding, document in made]


def _told(lead: Lead, finding: Finding, shop: Shop, document: SearchDocument) -> SearchDocument:
    told = lead_document(lead, [finding], shop, None)
    return told.model_copy(update={"facets": {**told.facets, Facet.DECISION: document.facets[Facet.DECISION]}})


def _of(document: SearchDocument, number: int) -> tuple[Lead, Finding, Shop]:
    seen, lines = datetime.fromtimestamp(document.at_epoch, UTC), document.text.split("\n")
    rule, severity = document.facets[Facet.RULE][0], Severity(document.facets[Facet.SEVERITY][0])
    said, claim = lines[6], document.title.split("涉嫌")[1]
    start = max(0, said.find(claim))
    url = f"http://shop.example/{number // _LEADS_A_SHOP}/"
    shop = Shop(
        shop_id=stable_id("shop", url), target_id=document.facets[Facet.TARGET][0], url=url,
        name=document.title.split(" ")[0],
        disclosure=Disclosure(holder_name=lines[2], licence_no=lines[3], address=lines[4]), front_page_read=True,
        texts=(TextBlock(speaker=Speaker.MERCHANT, text=document.title, place="h1"),),
        first_seen_at=seen, last_seen_at=seen,
    )  # fmt: skip
    finding = Finding(
        finding_id=stable_id("finding", document.doc_id), rule_id=rule, rule_version="1", verdict=Verdict.SUSPECTED,
        severity=severity, shop_id=shop.shop_id, url=f"{url}item/{number}", page_id="page_bench", text=said,
        place="div.detail", spans=(Span(start=start, end=start + len(claim), text=claim),),
        conduct_on=seen.date(), found_at=seen,
    )  # fmt: skip
    lead = Lead(
        lead_id=document.doc_id, rule_id=rule, rule_title=lines[1][:40], severity=severity,
        shop_id=shop.shop_id, shop_name=shop.name, entity_name=lines[2], title=document.title,
        summary=said[:120], categories=tuple(Category(one) for one in document.facets[Facet.CATEGORY]),
        finding_ids=(finding.finding_id,), urls=(finding.url,), priority_score=document.priority_score,
        region_code=document.region_code, state=LeadState(document.facets[Facet.STATE][0]),
        assignee=(document.facets[Facet.ASSIGNEE] or ("",))[0], first_seen_at=seen, last_seen_at=seen,
        jurisdictions=(_office(document),), version=document.version,
    )  # fmt: skip
    return lead, finding, shop


def _office(document: SearchDocument) -> Jurisdiction:
    office = document.facets[Facet.OFFICE][0]
    return Jurisdiction(
        office=office, region_code=document.region_code, article="第六条", reason="住所地", certainty_score=0.9
    )


def _market() -> ModuleType:
    place = _HERE.parent / "search" / "market.py"
    found = importlib.util.spec_from_file_location("market", place)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module
