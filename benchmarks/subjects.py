"""What `run.py` measures: each subject with its sizes, the rows of its table, what is asked and what was not equal.

A row names a figure of ours and, where there is one, the peer's figure of the same run. Its ratio is always so turned
that more is better for us: the peer's cost to ours, or our rate to the peer's.
"""

# ruff: noqa: E501  # sentences of the page keep their lines
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["SUBJECTS", "Row", "Size", "Subject"]

Size = int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a subject's table; `ours` and `peer` are names of figures that `measure()` returns."""

    what: str
    ours: str
    unit: str
    peer: str = ""
    peer_name: str = ""
    more_is_better: bool = False
    ratio_at_least: float | None = None
    at_most: float | None = None
    at_least: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One benchmark module under this folder, and how it is told of.

    `sizes` and `full` are arguments of its `measure`; `peer_away` says what to do when the peer's figures are missing.
    `minutes` is after how long it is given up, at the default sizes and at the full ones: many times what it takes, since
    a machine may be shared; what hangs must end some time.
    """

    title: str
    module: str
    rows: tuple[Row, ...]
    not_equal: str
    sizes: Mapping[str, Size] = field(default_factory=dict)
    full: Mapping[str, Size] = field(default_factory=dict)
    peer_away: str = ""
    minutes: tuple[float, float] = (30, 240)
    curves: bool = False


_CPU_1000 = "CPU s / 1,000 pages"
_SCRAPY = "bare Scrapy, same site, same concurrency"
_REGISTER_ROWS = tuple(
    Row(
        what=f"{what}, beside {peer_name}",
        ours=f"ours_{figure}",
        peer=f"{peer}_{figure}",
        peer_name=peer_name,
        unit=unit,
        more_is_better=more,
    )
    for figure, what, unit, more in (
        ("recall_at_1", "right one first", "share", True),
        ("recall_at_99", "found at 99 % precision", "share", True),
        ("cpu_ms_p50", "a query", "CPU ms, median", False),
    )
    for peer, peer_name in (
        ("fts5_pairs", "SQLite FTS5 over pairs"),
        ("jaro_winkler", "rapidfuzz Jaro-Winkler over all names"),
        ("wratio", "rapidfuzz WRatio over all names"),
    )
)

SUBJECTS: dict[str, Subject] = {
    "crawl": Subject(
        title="Crawl · 采集",
        module="crawl/bench.py",
        sizes={"pages": 2000, "browser_pages": 40},
        full={"pages": 5000, "browser_pages": 200},
        rows=(
            Row(
                what="frontier, archive, digests, two fields, links",
                ours="two_fields_cpu_seconds_per_1000",
                peer="bare_scrapy_cpu_seconds_per_1000",
                peer_name=_SCRAPY,
                unit=_CPU_1000,
                ratio_at_least=0.5,
            ),
            Row(
                what="the same, every field by the family's page object, judged",
                ours="duli_judged_cpu_seconds_per_1000",
                peer="bare_scrapy_cpu_seconds_per_1000",
                peer_name=_SCRAPY,
                unit=_CPU_1000,
                ratio_at_least=0.5,
            ),
            Row(
                what="the same, every field by the general reader, judged",
                ours="general_judged_cpu_seconds_per_1000",
                peer="bare_scrapy_cpu_seconds_per_1000",
                peer_name=_SCRAPY,
                unit=_CPU_1000,
                ratio_at_least=0.5,
            ),
            Row(
                what="loading the rules, once a process, not counted above",
                ours="judge_start_cpu_seconds",
                unit="CPU s",
            ),
            Row(
                what="pages drawn by script, in the browser",
                ours="browser_cpu_seconds_per_1000",
                peer="bare_browser_cpu_seconds_per_1000",
                peer_name="the browser alone, same pages, four at a time",
                unit=_CPU_1000,
            ),
            Row(
                what="largest memory, general reader",
                ours="general_rss_megabytes",
                peer="bare_scrapy_rss_megabytes",
                peer_name=_SCRAPY,
                unit="MB",
            ),
        ),
        not_equal=(
            "Scrapy keeps its queue in memory, takes two CSS fields and all links and writes JSON lines; it archives, "
            "digests and judges nothing and loses its queue when killed. Ours writes each exchange as WARC with "
            "SHA-256 and SM3, commits a page with its frontier row, versions and outbox, and in the rows that say so "
            "judges what it read by all rules. CPU of the crawling process and its children, start included (one "
            "to two seconds of imports more for ours, which weighs the more the fewer pages are taken), two rounds in "
            "turn added up; the site is a process of its own and not counted. The browser alone "
            "opens each page, waits until it is drawn and takes its HTML: no archive, no reading, no pinned addresses."
        ),
    ),
    "memory": Subject(
        title="Memory of a long survey · 长时间采集的内存",
        module="crawl/memory.py",
        sizes={"pages": 4000, "step": 500},
        full={"pages": 100_000, "step": 5000},
        minutes=(30, 480),
        rows=(
            Row(what="pages surveyed", ours="pages", unit="pages"),
            Row(what="resident at the end", ours="last_megabytes", unit="MB"),
            Row(
                what="growth while caches fill, short run", ours="filling_megabytes_per_10000", unit="MB / 10,000 pages"
            ),
            Row(
                what="growth over the second half",
                ours="growth_megabytes_per_10000",
                unit="MB / 10,000 pages",
                at_most=5,
            ),
        ),
        not_equal=(
            "No peer. The slope is that of the second half of the run: in the first the database's page cache (32 MB) "
            "and the set of offered addresses fill, both of bounded size. At the small size most of the run is still "
            "filling; the promise is about 100,000 pages (`--full`)."
        ),
    ),
    "archive": Subject(
        title="Archiving an exchange · 存档",
        module="crawl/archive.py",
        sizes={"pages": 1000},
        full={"pages": 5000},
        rows=(
            Row(
                what="an exchange written",
                ours="ours_cpu_ms",
                peer="warcio_cpu_ms",
                peer_name="warcio's writer",
                unit="CPU ms",
            ),
            Row(what="bytes of it", ours="ours_bytes", peer="warcio_bytes", peer_name="warcio's writer", unit="bytes"),
        ),
        not_equal="Ours digests with SHA-256 and SM3 and keeps the bytes of the message; warcio with SHA-1, and prints heads anew.",
    ),
    "matching": Subject(
        title="Matching · 主体比对",
        module="matching/bench.py",
        sizes={"queries": 400, "slow": 40},
        full={"queries": 1300, "slow": 130},
        minutes=(30, 240),
        rows=_REGISTER_ROWS,
        peer_away="the peer's own run failed",
        not_equal=(
            "Damaged real names, a third of them of sellers in no register. Ours weighs code, region, parts of the name "
            "and says a calibrated probability; the peers only order by likeness of the name. rapidfuzz compares with "
            "every name of the register and keeps no index; WRatio is asked every tenth query."
        ),
    ),
    "rules": Subject(
        title="Judging · 规则判定",
        module="rules/bench.py",
        rows=(
            Row(
                what="page text judged by all rules, median slice",
                ours="judge_median_slice",
                peer="pyahocorasick_median_slice",
                peer_name="pyahocorasick, the same words, finding only",
                unit="MB / CPU s",
                more_is_better=True,
            ),
            Row(
                what="the same by two processes at once, on both hyperthreads of a core",
                ours="judge_two_at_once_mb_per_second",
                peer="pyahocorasick_two_at_once_mb_per_second",
                peer_name="two of pyahocorasick at once, finding only",
                unit="MB / s",
                more_is_better=True,
                at_least=5.0,
            ),
            Row(
                what="the same beside a plain `re` union",
                ours="judge_mb_per_cpu_second",
                peer="re_union_alone",
                peer_name="`re`, all words in one pattern",
                unit="MB / CPU s",
                more_is_better=True,
            ),
        ),
        not_equal=(
            "The judge undoes disguises, weighs context, exemptions and guards and gives places in the original text; the "
            "peers only find words, and know no disguise. The union reads the first half megabyte. Two at once are bytes over "
            "wall time: a whole core where the two processors are its hyperthreads, which a virtual machine may not tell."
        ),
    ),
    "search": Subject(
        title="Indexing and search · 索引与检索",
        module="search/bench.py",
        sizes={"leads": 20_000, "embedded": 20_000, "queries": 100},
        full={"leads": 1_000_000, "embedded": 200_000, "queries": 200},
        minutes=(30, 240),
        rows=(
            Row(
                what="leads put into Elasticsearch",
                ours="loading: rebuild leads/s",
                peer="loading: parallel_bulk leads/s",
                peer_name="the client's `parallel_bulk`",
                unit="leads / s",
                more_is_better=True,
                ratio_at_least=0.8,
            ),
            Row(
                what="a page of 50 with six facets and highlights: Elasticsearch, p95",
                ours="Elasticsearch: search p95 ms",
                unit="ms",
                at_most=100,
            ),
            Row(what="the same: embedded, p95", ours="embedded: search p95 ms", unit="ms", at_most=150),
            Row(
                what="a page of 50 with six facets and highlights: embedded",
                ours="embedded: search p50 ms",
                peer="Elasticsearch: search p50 ms",
                peer_name="our adapter of Elasticsearch",
                unit="ms, median",
            ),
        ),
        peer_away="the Elasticsearch test node could not be had (deploy/testnode/node.py prepare)",
        not_equal=(
            "`parallel_bulk` sends documents that are ready; ours also routes by region, keeps versions and changes an alias "
            "at the end. Both engines answer the same queries, one after the other; wall time, client and server together."
        ),
    ),
    "capture": Subject(
        title="Capture · 网页固证",
        module="capture/bench.py",
        sizes={"rounds": 1},
        full={"rounds": 3},
        minutes=(36, 240),
        rows=(
            Row(
                what="a page of 101 exchanges, warm worker",
                ours="warm CPU s",
                peer="ArchiveBox CPU s",
                peer_name="ArchiveBox 0.7.4",
                unit="CPU s",
                ratio_at_least=1 / 0.45,
            ),
            Row(
                what="the same by the clock",
                ours="warm s",
                peer="ArchiveBox s",
                peer_name="ArchiveBox 0.7.4",
                unit="s",
                ratio_at_least=1 / 0.45,
            ),
            Row(
                what="the whole command from a cold start",
                ours="cold s",
                peer="ArchiveBox s",
                peer_name="ArchiveBox 0.7.4",
                unit="s",
                ratio_at_least=1 / 0.7,
            ),
            Row(
                what="beside one HTML file",
                ours="warm s",
                peer="single-file s",
                peer_name="single-file-cli 2.0.83",
                unit="s",
            ),
            Row(
                what="artefacts missing",
                ours="artefacts missing",
                peer="ArchiveBox artefacts missing",
                peer_name="ArchiveBox 0.7.4",
                unit="count",
                at_most=0,
            ),
        ),
        peer_away="the peers are not set up here (python benchmarks/capture/peers.py, needs the network)",
        not_equal=(
            "Ours records every exchange with address, TLS and DNS, films, prints the 笔录, signs and stamps; ArchiveBox starts "
            "a browser for each of four outputs; single-file-cli makes one HTML file, hangs now and then and is ended after 90 s."
        ),
    ),
    "verify": Subject(
        title="Verifying a package · 证据包核验",
        module="evidence/verify_speed.py",
        sizes={"megabytes": 200, "runs": 3},
        full={"megabytes": 1000, "runs": 3},
        rows=(
            Row(
                what="`verify.py` over the package",
                ours="verify_seconds",
                peer="two_programs_seconds",
                peer_name="`sha256sum`, then `openssl dgst -sm3`",
                unit="s",
            ),
            Row(
                what="the same beside both digests in one reading",
                ours="verify_seconds",
                peer="two_digests_in_one_reading_seconds",
                peer_name="hashlib, two threads",
                unit="s",
            ),
            Row(what="times the file is read", ours="times_read", unit="times"),
            Row(what="largest memory", ours="memory_megabytes", unit="MB"),
        ),
        not_equal="The peers only digest the file once with each; `verify.py` besides checks CRC-32, every member's two digests, gzip, every record of the WARC, signatures, stamps and the log.",
    ),
    "console": Subject(
        title="Page load · 页面打开",
        module="console/bench.py",
        sizes={"leads": 20_000, "turns": 5},
        full={"leads": 200_000, "turns": 7},
        minutes=(30, 240),
        rows=(
            Row(what="search page, largest paint", ours="first paint of all, ms (LCP)", unit="ms", at_most=400),
            Row(what="the same on a slow machine and line", ours="the same, slowed, ms", unit="ms", at_most=900),
            Row(what="first load", ours="first load, KB", unit="KB", at_most=60),
            Row(what="a click on a facet", ours="click on a facet, ms", unit="ms", at_most=200),
        ),
        not_equal="No peer. The browser and the server share the machine's cores; wall time.",
    ),
    "health": Subject(
        title="Broken templates named · 模板变化的发现",
        module="health/bench.py",
        sizes={"clean_runs": 20},
        full={"clean_runs": 100},
        rows=(
            Row(
                what="of 26 broken templates, named within the run",
                ours="breaks_named_within_the_run",
                unit="breaks",
                at_least=24,
            ),
            Row(what="false alarms in the clean runs", ours="false_alarms", unit="alarms", at_most=1),
            Row(what="clean runs", ours="clean_runs", unit="runs"),
        ),
        not_equal="No peer found that does it.",
    ),
    "schedule": Subject(
        title="Scheduler with 10,000 schedules · 调度",
        module="schedule/bench.py",
        rows=(
            Row(what="a tick with nothing due", ours="tick_nothing_due_ms", unit="ms"),
            Row(what="a usual minute", ours="tick_usual_minute_ms", unit="ms"),
            Row(what="one of many due at once decided", ours="decide_one_of_many_due_ms", unit="ms"),
            Row(what="a visit taken and finished", ours="take_and_finish_ms", unit="ms"),
        ),
        not_equal="No peer; wall time.",
    ),
    "papers": Subject(
        title="Papers · 文书",
        module="papers/bench.py",
        rows=(
            Row(
                what="笔录 over 40 files, PDF/A-3b",
                ours="pdf_seconds",
                peer="docx_seconds",
                peer_name="the same as docx",
                unit="s",
            ),
        ),
        not_equal="Each other's peer: PDF by typst, docx by a template.",
    ),
    "growth": Subject(
        title="Growth · 随规模的增长",
        module="growth/bench.py",
        sizes={"most": 100_000, "seconds": 240},
        full={"most": 1_000_000, "seconds": 900, "elastic": True},
        minutes=(60, 480),
        rows=(),
        curves=True,
        not_equal=(
            "No peer: each is held against itself at other sizes. CPU seconds of the process, children included; for servers "
            "their own too. A size is left out when the one before foretells, by n log n, that it takes more CPU seconds than allowed."
        ),
    ),
}
"""In the order they run and stand on the page."""
