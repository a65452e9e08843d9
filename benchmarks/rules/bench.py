"""The judge over 20 MB of page texts, beside a plain `re` union and pyahocorasick alone over the same words.

`make bench BENCH_ARGS="rules"`. Megabytes are 10^6 bytes of UTF-8. Seconds are CPU seconds of one process, that is of
one hyperthread, after every pattern is compiled (what that takes is told beside them). At the end two processes judge
at once: what they do in a second of wall time is what a whole core does where the two processors are its hyperthreads
(`whole_core.py`).
"""

from __future__ import annotations

import gc
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import ahocorasick

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from leads.catalogue import load_rules  # noqa: E402
from leads.judging import Judge  # noqa: E402
from records.leads import ScanInput, Verdict  # noqa: E402

MEGABYTES = 20.0
_SLICES = 40
_UNION_MEGABYTES = 0.5
_Slices = list[Sequence[ScanInput]]


def measure() -> dict[str, float]:
    """Megabytes a CPU second of each, the same texts in the same run; best and median slice of forty.

    The judge and pyahocorasick take turns slice by slice, so that what else runs on the machine slows both.
    """
    from texts import make_texts, size_bytes

    texts = make_texts(MEGABYTES)
    began = time.process_time()
    judge = Judge(load_rules(), on=date(2026, 11, 20))
    loaded = time.process_time()
    judge.make_ready()
    compiled = time.process_time()
    words = sorted({word for rule in judge.rules.values() for cue in rule.signal.cues for word in cue.words})
    words += sorted({word for rule in judge.rules.values() for word in rule.signal.blockers} - set(words))
    suspected = 0
    rates, alone = [], []
    whole = 0.0
    automaton = _automaton(words)
    gc.collect()
    gc.freeze()  # what the benchmark itself holds, 41,000 texts, is not walked again and again
    for part in _slices(texts):
        started = time.process_time()
        for findings in judge.judge_all(part):
            suspected += any(one.verdict is Verdict.SUSPECTED for one in findings)
        spent = time.process_time() - started
        whole += spent
        rates.append(size_bytes(part) / 1e6 / spent)
        alone.append(_rate(part, automaton))
    rates.sort()
    alone.sort()
    return {
        **_whole_core(judge, automaton, _slices(texts)),
        "load_average_1min": os.getloadavg()[0],
        "texts": float(len(texts)),
        "megabytes": size_bytes(texts) / 1e6,
        "rules": float(len(judge.rules)),
        "words": float(len(words)),
        "texts_suspected": float(suspected),
        "judge_load_cpu_seconds": loaded - began,
        "patterns_compiled_cpu_seconds": compiled - loaded,
        "judge_mb_per_cpu_second": size_bytes(texts) / 1e6 / whole,
        "judge_best_slice": rates[-1],
        "judge_median_slice": rates[len(rates) // 2],
        "pyahocorasick_best_slice": alone[-1],
        "pyahocorasick_median_slice": alone[len(alone) // 2],
        "re_union_alone": _rate(_first(texts, _UNION_MEGABYTES), _union(words)),
    }


def _whole_core(judge: Judge, automaton: Callable[[str], int], slices: _Slices) -> dict[str, float]:
    """Both hyperthreads at work: the judge on each, and pyahocorasick on each, in turns."""
    from texts import size_bytes
    from whole_core import hyperthreads, rates_at_once

    def judged(part: Sequence[ScanInput]) -> None:
        for _ in judge.judge_all(part):
            pass

    def found(part: Sequence[ScanInput]) -> None:
        for scan in part:
            automaton(scan.text)

    processors, one_core = hyperthreads()
    if processors is None:
        return {}
    works = {"judge_two_at_once_mb_per_second": judged, "pyahocorasick_two_at_once_mb_per_second": found}
    rates = rates_at_once(works, slices, [size_bytes(part) / 1e6 for part in slices], on=processors)
    return {**rates, "processors_told_to_be_one_core": float(one_core)}


def _slices(texts: Sequence[ScanInput]) -> _Slices:
    step = -(-len(texts) // _SLICES)
    return [texts[at : at + step] for at in range(0, len(texts), step)]


def _first(texts: Sequence[ScanInput], megabytes: float) -> Sequence[ScanInput]:
    size = 0
    for count, scan in enumerate(texts, start=1):
        size += len(scan.text.encode())
        if size >= megabytes * 1e6:
            return texts[:count]
    return texts


def _rate(texts: Sequence[ScanInput], find: Callable[[str], int]) -> float:
    started = time.process_time()
    for scan in texts:
        find(scan.text)
    return sum(len(scan.text.encode()) for scan in texts) / 1e6 / (time.process_time() - started)


def _automaton(words: Sequence[str]) -> Callable[[str], int]:
    automaton = ahocorasick.Automaton()
    for word in words:
        automaton.add_word(word, word)
    automaton.make_automaton()
    return lambda text: sum(1 for _ in automaton.iter(text))


def _union(words: Sequence[str]) -> Callable[[str], int]:
    """Longest first, as one pattern: finds the words of a text, one at a place, and weighs nothing."""
    union = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))
    return lambda text: sum(1 for _ in union.finditer(text))
