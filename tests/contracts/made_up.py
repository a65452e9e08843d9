"""Made-up documents and queries, and what a plain scan of them gives: engines are held to that."""

import random
from functools import cache

from records.search import Facet, FacetCount, SearchDocument, SearchKind, SearchQuery, SearchSort

# fmt: off
WORDS = (
    "网店", "亮照", "祖传秘方", "根治", "国家级", "第一", "刷单", "象牙", "穿山甲", "电子烟", "玛咖", "𠮷野家", "㐂寿", "龘", "😀👍🏽",
    "Viagra", "VIAGRA", "ＶＩＡＧＲＡ", "100％", "最终解释权", "七天无理由", "¥99.00", "《广告法》", "“最佳”", "a-b_c", "3.5折",
    "国\n家级", "最　好", "é", "Ⅷ", "ﾅ", "<b>&amp;", "';", "||",
)
# fmt: on
FILLING = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种"
FACETS = (Facet.RULE, Facet.SEVERITY, Facet.STATE, Facet.CATEGORY, Facet.OFFICE)


def document(number, text="祖传秘方", *, kind=SearchKind.LEAD, title="线索", **more):
    """One document, a lead unless said otherwise."""
    return SearchDocument(doc_id=f"d{number:04}", kind=kind, title=title, text=text, **more)


def corpus(seed, count):
    """That many documents of words that engines stumble over, the same for the same seed."""
    draw = random.Random(seed)

    def text(length):
        return "".join(
            draw.choice(WORDS) if draw.random() < 0.4 else draw.choice(FILLING + "  ,。A1") for _ in range(length)
        )

    def values(names, most):
        return tuple(draw.sample(names, draw.randint(0, most)))

    for number in range(count):
        yield document(
            number,
            text(draw.randint(0, 60)),
            title=text(draw.randint(0, 6)),
            kind=draw.choice(list(SearchKind)),
            facets={
                Facet.RULE: values(["A01", "A02", "N01", "C15"], 1),
                Facet.SEVERITY: values(["high", "medium", "low"], 1),
                Facet.STATE: values(["待研判", "已立案", "核查中"], 1),
                Facet.CATEGORY: values(["食品", "保健食品", "烟草", "其他", "A", "a"], 3),
                Facet.OFFICE: values([f"{name}局" for name in "甲乙丙丁戊𠮷"], 2),
            },
            region_code=draw.choice(["", "33", "3301", "330102", "330203", "440100"]),
            priority_score=draw.choice([0.0, 0.25, 0.5, 0.75, 1.0, 1 / 3]),
            at_epoch=draw.randint(0, 20),
        )


@cache
def plain(text):
    """The fold as promised, told another way than the code does it."""
    folded = []
    for character in text:
        if 0xFF01 <= ord(character) <= 0xFF5E:
            character = chr(ord(character) - 0xFEE0)
        folded.append(" " if character.isspace() else character.lower() if character.isascii() else character)
    return "".join(folded)


def scan(documents, query, words):
    """What the query must give, found by reading everything."""

    def fits(document, leaving_out=None):
        texts = (plain(document.title), plain(document.text))
        return (
            document.kind == query.kind
            and document.region_code.startswith(query.region_scope)
            and all(any(plain(word) in text for text in texts) for word in words)
            and all(
                set(values) & set(document.facets.get(facet, ()))
                for facet, values in query.filters.items()
                if facet != leaving_out
            )
        )

    found = [document for document in documents if fits(document)]
    key = "priority_score" if query.sort == SearchSort.PRIORITY else "at_epoch"
    found.sort(key=lambda document: (-getattr(document, key), document.doc_id))
    counted = {}
    for facet in query.count_facets:
        counts = {}
        for document in documents:
            for value in set(document.facets.get(facet, ())) if fits(document, leaving_out=facet) else ():
                counts[value] = counts.get(value, 0) + 1
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        counted[facet] = tuple(FacetCount(value=value, count=count) for value, count in ranked)
    page = found[query.offset : query.offset + query.limit]
    return len(found), [document.doc_id for document in page], counted


def queries(seed, documents, count):
    """Queries of one to three words cut from the texts or made up, with every kind of filter."""
    draw = random.Random(seed)
    for number in range(count):
        words = [_cut(draw, documents) for _ in range(draw.choice([1, 1, 1, 1, 2, 3]))]
        if number % 10 == 0:
            words = [draw.choice(FILLING) + draw.choice(FILLING)]
        query = SearchQuery(
            kind=draw.choice(list(SearchKind)),
            text=" ".join(f'"{word}"' for word in words),
            filters={
                facet: tuple(draw.sample(_VALUES[facet], 2))
                for facet in draw.sample(FACETS, draw.choice([0, 0, 0, 1, 2]))
            },
            region_scope=draw.choice(["", "", "", "33", "3301"]),
            count_facets=tuple(draw.sample(FACETS, draw.randint(0, 5))),
            sort=draw.choice(list(SearchSort)),
            limit=draw.choice([1, 7, 200]),
            offset=draw.choice([0, 0, 3]),
        )
        yield query, words


_VALUES = {
    Facet.RULE: ["A01", "A02", "N01"],
    Facet.SEVERITY: ["high", "low", "none"],
    Facet.STATE: ["待研判", "已立案"],
    Facet.CATEGORY: ["食品", "烟草", "A", "a"],
    Facet.OFFICE: ["甲局", "乙局", "𠮷局"],
}


def _cut(draw, documents):
    while True:
        text = draw.choice(documents).text
        start = draw.randint(0, max(len(text) - 1, 0))
        word = text[start : start + draw.choice([1, 2, 2, 2, 3, 4, 6])]
        if word.strip() and '"' not in word and "“" not in word and "”" not in word:
            return word


def ids(result):
    """What was found, in its order."""
    return [hit.doc_id for hit in result.hits]
