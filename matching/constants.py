"""Constants fitted by benchmarks/matching/calibrate.py; never edited by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["FITTED", "ChannelConstants", "Fitted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConstants:
    """Calibration of one channel: scores are divided by `temperature` to share among candidates; P(in the register) has
    the log-odds `intercept + slope * best score + margin * (best - second)`."""

    temperature: float
    intercept: float
    slope: float
    margin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """One run of the fit."""

    version: str
    weights: Mapping[str, float]
    channels: Mapping[str, ChannelConstants]
    match_at: float
    none_at: float
    margin_cap: float
    unregistered_share: float


FITTED = Fitted(
    version="20261121",
    weights={
        "name_equal": 1.187,
        "core_equal": 0.333,
        "core_alike": 1.337,
        "core_one_edit": 0.776,
        "core_two_edits": 1.162,
        "core_contained": 1.743,
        "core_ratio": 2.559,
        "core_rarity": 0.156,
        "core_length": 0.254,
        "ordinal_apart": -0.276,
        "brand_equal": -0.455,
        "brand_alike": -0.519,
        "brand_apart": -1.333,
        "brand_rarity": 0.022,
        "industry_equal": -0.761,
        "industry_akin": -0.664,
        "industry_missing": -0.220,
        "industry_apart": -0.616,
        "region_same": 0.611,
        "region_province": 0.588,
        "region_missing": 0.767,
        "region_apart": -1.967,
        "place_same": 0.829,
        "place_apart": -0.597,
        "form_equal": 0.836,
        "form_akin": -0.556,
        "form_apart": -0.254,
        "branch_equal": 2.157,
        "branch_alike": 1.016,
        "branch_missing": -1.635,
        "branch_extra": -0.454,
        "branch_open": -0.192,
        "branch_apart": -1.637,
    },
    channels={
        "none": ChannelConstants(temperature=0.500, intercept=-4.000, slope=1.000, margin=0.000),
        "text": ChannelConstants(temperature=0.552, intercept=-4.544, slope=0.962, margin=0.724),
        "nickname": ChannelConstants(temperature=0.552, intercept=-3.993, slope=0.991, margin=0.705),
    },
    match_at=0.9385,
    none_at=0.8999,
    margin_cap=4.418,
    unregistered_share=0.3333,
)
"""Made by benchmarks/matching/calibrate.py --queries 7500; 3000 questions held for channels and limits."""
