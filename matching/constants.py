"""Constants fitted by benchmarks/matching/calibrate.py; never edited by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["FITTED", "ChannelConstants", "Fitted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConstants:
    """Calibration of one channel: all scores divided by `temperature`, "not in register" raised by `none_shift`."""

    temperature: float
    none_shift: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """One run of the fit."""

    version: str
    weights: Mapping[str, float]
    channels: Mapping[str, ChannelConstants]
    match_at: float
    none_at: float
    unregistered_share: float


FITTED = Fitted(
    version="20261121",
    weights={
        "prior": -4.526,
        "name_equal": 2.862,
        "core_equal": 0.275,
        "core_alike": 3.608,
        "core_one_edit": 3.056,
        "core_contained": 2.489,
        "core_ratio": 3.968,
        "core_rarity": 0.429,
        "brand_equal": 0.138,
        "brand_alike": -0.499,
        "brand_apart": -2.787,
        "brand_rarity": -0.228,
        "industry_equal": -0.656,
        "industry_akin": -0.643,
        "industry_missing": 0.400,
        "industry_apart": -1.984,
        "region_same": 0.853,
        "region_province": 1.458,
        "region_missing": -0.679,
        "region_apart": -5.576,
        "place_same": 1.962,
        "form_equal": 0.635,
        "form_akin": -1.503,
        "form_apart": -0.560,
        "branch_equal": 4.054,
        "branch_alike": -1.809,
        "branch_missing": -1.740,
        "branch_apart": -7.560,
    },
    channels={
        "text": ChannelConstants(temperature=1.00, none_shift=0.00),
        "nickname": ChannelConstants(temperature=0.80, none_shift=0.00),
        "none": ChannelConstants(temperature=1.00, none_shift=0.00),
    },
    match_at=0.9990,
    none_at=0.9569,
    unregistered_share=0.3333,
)
"""benchmarks/matching/calibrate.py --queries 7500 --epochs 25; 3000 held for channels and limits."""
