"""Which parts of a site's addresses make no difference: session ids of unknown names, ref=, from= …

A query key (or a path parameter `;name=`) of an origin is noise when addresses that differ in it alone read the same:
three pairs at least, of three different pages, no pair that read otherwise, and the address without the key reads the
same as well. From then on links are followed without it. A few addresses with it are still asked for in every run; the
first that reads otherwise takes the rule back for good, as a person may.

Addresses whose content differed are never merged: what is compared is `Page.content_sha256` within one run, and a page
of the same words at addresses with different paths (an empty list, a polite "not found") proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, unquote_plus, urlsplit, urlunsplit

import structlog

from crawlers.addresses import canonical_url
from records.base import stable_id
from records.history import AddressRule, AddressRules, RuleState
from records.history_ports import HistoryStore
from records.market import Listing, Reading
from records.ports import Clock

__all__ = ["AddressLearner", "Lesson"]

_log = structlog.get_logger(__name__)
_PAIRS = 3
_PROBES = 3
_MAX_SEEN = 20_000
_MAX_KEYS = 8
_PATH_PARAMETER = re.compile(r";([A-Za-z_][\w-]{0,40})=([^/;?#]*)")
# Names that say which thing or which page of a list: never noise, whatever a few pages looked like.
_NAMES_A_THING = re.compile(
    r"^(?:id|page.*|p|pn|q|wd|keywords?|search|offset|start|sku|"
    r"(?:goods|item|product|shop|store|cat|category|class|brand|news|article|sku|spu)_?(?:id|no|code))$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What an observation led to: an address without the key to be read for proof, or a rule that is new or revoked."""

    probe_url: str = ""
    learned: str = ""
    revoked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    url: str
    value: str
    content: str


@dataclass(slots=True)
class _Case:
    """What speaks for a key of an origin: pairs by the page they are of; `absent` when one lacked the key."""

    pairs: dict[str, tuple[_Seen, _Seen]] = field(default_factory=dict)
    absent: bool = False
    asked: bool = False


class AddressLearner:
    """One for a run. Rules are kept in the history; what speaks for them is of this run."""

    def __init__(self, history: HistoryStore | None, clock: Clock) -> None:
        self._history = history
        self._clock = clock
        self._rules: dict[str, AddressRules] = {}
        self._seen: dict[tuple[str, str], _Seen] = {}
        self._cases: dict[tuple[str, str], _Case] = {}
        self._paths: dict[str, str] = {}
        self._common: set[str] = set()
        self._probed: dict[tuple[str, str], int] = {}

    def clean(self, url: str) -> str:
        """The address without what is known to be noise on its site."""
        noise = self._noise(url)
        for key in noise:
            url = _without(url, key)
        return url

    def canonical(self, url: str) -> str:
        """`canonical_url` of the clean address."""
        return canonical_url(self.clean(url))

    def followed(self, url: str) -> tuple[str, ...]:
        """The addresses a link is followed by: the clean one, and now and then the one with the noise, which proves the
        rule anew in every run."""
        noise = self._noise(url)
        if not noise:
            return (url,)
        clean = self.clean(url)
        case = (_origin(url), noise[0])
        if self._probed.get(case, 0) >= _PROBES:
            return (clean,)
        self._probed[case] = self._probed.get(case, 0) + 1
        return clean, url

    def proves_only(self, url: str) -> bool:
        """Whether an address is asked for but to prove a rule: its page is known by the clean one."""
        return bool(self._noise(url))

    def learned_at(self, origins: Iterable[str]) -> datetime | None:
        """When the newest rule in force of these sites was learned; None when there is none."""
        rules = (rule for origin in origins for rule in self._rules_of(origin).rules)
        return max((rule.learned_at for rule in rules if rule.state is RuleState.ACTIVE), default=None)

    def read_so_far(self) -> frozenset[str]:
        """The canonical clean addresses of the pages taken note of."""
        return frozenset(self.canonical(address) for key, address in self._seen if not key)

    def clean_reading(self, reading: Reading) -> Reading:
        """A reading whose shop and listings are known by their clean addresses."""
        shop = reading.shop
        ids: dict[str, str] = {}
        if shop is not None and self._noise(shop.url):
            url = self.canonical(shop.url)
            ids[shop.shop_id] = stable_id("shop", url)
            shop = shop.model_copy(update={"shop_id": ids[shop.shop_id], "url": url})
        listings = tuple(self._clean_listing(listing, ids) for listing in reading.listings)
        if shop is reading.shop and all(new is old for new, old in zip(listings, reading.listings, strict=True)):
            return reading
        return reading.model_copy(update={"shop": shop, "listings": listings})

    def _clean_listing(self, listing: Listing, shops: dict[str, str]) -> Listing:
        update: dict[str, object] = {}
        if self._noise(listing.url):
            url = self.canonical(listing.url)
            update = {"url": url, "listing_id": stable_id("listing", url)}
        if listing.shop_id in shops:
            update["shop_id"] = shops[listing.shop_id]
        return listing.model_copy(update=update) if update else listing

    def observe(self, url: str, content: str) -> Lesson:
        """Take note of what an address read as. `content` is the page's digest; empty when it could not be read."""
        if self._history is None or not content:
            return Lesson()
        whole = canonical_url(url)
        self._note_path(whole, content)
        lesson = Lesson()
        for key, value, base in _cuts(whole):
            now = _Seen(url=whole, value=value, content=content)
            for other in (self._seen.get((key, base)), self._seen.get(("", base))):
                lesson = self._compare(key, base, other, now) or lesson
            self._keep((key, base), now)
        plain = _Seen(url=whole, value="", content=content)
        for key in self._in_question(_origin(whole)):
            lesson = self._compare(key, whole, self._seen.get((key, whole)), plain) or lesson
        self._keep(("", whole), plain)
        return lesson

    def _in_question(self, origin: str) -> tuple[str, ...]:
        of_cases = [key for place, key in self._cases if place == origin]
        return tuple(dict.fromkeys((*of_cases, *_active(self._rules_of(origin)))))

    def _note_path(self, whole: str, content: str) -> None:
        path = _PATH_PARAMETER.sub("", urlsplit(whole).path)
        known = self._paths.get(content)
        if known is None and len(self._paths) < _MAX_SEEN:
            self._paths[content] = path
        elif known is not None and known != path:
            self._common.add(content)

    def _keep(self, place: tuple[str, str], seen: _Seen) -> None:
        if len(self._seen) < _MAX_SEEN or place in self._seen:
            self._seen.setdefault(place, seen)

    def _compare(self, key: str, base: str, other: _Seen | None, now: _Seen) -> Lesson | None:
        """What a pair says that differs in one key alone."""
        if other is None or other.value == now.value or other.url == now.url:
            return None
        origin = _origin(base)
        rule = _rule(self._rules_of(origin), key)
        if rule is not None and rule.state is RuleState.REVOKED:
            return None
        if other.content != now.content:
            return self._against(origin, key, rule, (other, now))
        if rule is not None or _NAMES_A_THING.match(key):
            return None
        case = self._cases.setdefault((origin, key), _Case())
        case.pairs.setdefault(base, (other, now))
        case.absent = case.absent or not (other.value and now.value)
        return self._decide(origin, key, case)

    def _decide(self, origin: str, key: str, case: _Case) -> Lesson | None:
        proving = {
            base: pair for base, pair in case.pairs.items() if pair[0].content not in self._common
        }  # a page of the same words at other paths proves nothing
        if len(proving) < _PAIRS:
            return None
        if not case.absent:
            if case.asked:
                return None
            case.asked = True
            return Lesson(probe_url=next(iter(proving)))
        evidence = tuple((one.url, other.url) for one, other in list(proving.values())[:10])
        self._write(origin, AddressRule(key=key, state=RuleState.ACTIVE, evidence=evidence, learned_at=self._clock()))
        _log.info("address_rule_learned", origin=origin, key=key, pairs=len(proving))
        return Lesson(learned=key)

    def _against(self, origin: str, key: str, rule: AddressRule | None, pair: tuple[_Seen, _Seen]) -> Lesson | None:
        """A counterexample: the key is never learned in this run, and a rule there is is revoked for good."""
        now = self._clock()
        self._cases.pop((origin, key), None)
        self._rules[origin] = _with(
            self._rules_of(origin),
            AddressRule(
                key=key,
                state=RuleState.REVOKED,
                evidence=rule.evidence if rule is not None else (),
                counterexample=(pair[0].url, pair[1].url),
                learned_at=rule.learned_at if rule is not None else now,
                revoked_at=now,
                revoked_by="反例",
            ),
        )
        if rule is None:  # nothing was ever followed: no more than this run has to know
            return None
        self._write(origin, _rule(self._rules[origin], key) or rule)
        _log.warning("address_rule_revoked", origin=origin, key=key, one=pair[0].url, other=pair[1].url)
        return Lesson(revoked=key)

    def _write(self, origin: str, rule: AddressRule) -> None:
        self._rules[origin] = _with(self._rules_of(origin), rule)
        if self._history is not None:
            stored = self._history.address_rules(origin)
            self._history.save_address_rules(_with(stored, rule))

    def _noise(self, url: str) -> tuple[str, ...]:
        if self._history is None or ("?" not in url and ";" not in url):
            return ()
        keys = _active(self._rules_of(_origin(url)))
        return tuple(key for key in keys if _without(url, key) != url) if keys else ()

    def _rules_of(self, origin: str) -> AddressRules:
        if origin not in self._rules:
            self._rules[origin] = (
                AddressRules(origin=origin) if self._history is None else self._history.address_rules(origin)
            )
        return self._rules[origin]


def _origin(url: str) -> str:
    """`origin_of` for what is canonical already; the same for most of what is not."""
    return "/".join(url.split("/", 3)[:3]).lower()


def _active(rules: AddressRules) -> tuple[str, ...]:
    return tuple(rule.key for rule in rules.rules if rule.state is RuleState.ACTIVE)


def _rule(rules: AddressRules, key: str) -> AddressRule | None:
    return next((rule for rule in rules.rules if rule.key == key), None)


def _with(rules: AddressRules, rule: AddressRule) -> AddressRules:
    others = tuple(one for one in rules.rules if one.key != rule.key)
    return rules.model_copy(update={"rules": (*others, rule)})


def _cuts(whole: str) -> Iterator[tuple[str, str, str]]:
    """(key, value, address without it) of each part that may be noise."""
    parts = urlsplit(whole)
    names = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    names += [(f";{name}", value) for name, value in _PATH_PARAMETER.findall(parts.path)]
    for key, value in names[:_MAX_KEYS]:
        yield key, value, canonical_url(_without(whole, key))


def _without(url: str, key: str) -> str:
    """An address without one of its parts."""
    parts = urlsplit(url)
    if key.startswith(";"):
        path = re.sub(rf";{re.escape(key[1:])}=[^/;?#]*", "", parts.path)
        return url if path == parts.path else urlunsplit(parts._replace(path=path))
    fields = parts.query.split("&") if parts.query else []
    kept = [one for one in fields if unquote_plus(one.partition("=")[0]) != key]  # the others stay byte by byte
    return url if len(kept) == len(fields) else urlunsplit(parts._replace(query="&".join(kept)))
