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
        "core_equal": -0.060,
        "core_alike": 1.500,
        "core_one_edit": 0.794,
        "core_two_edits": 0.803,
        "core_contained": 1.235,
        "core_ratio": 3.233,
        "core_rarity": 0.147,
        "core_length": 0.225,
        "ordinal_apart": -0.230,
        "brand_equal": -0.790,
        "brand_alike": -0.787,
        "brand_apart": -1.690,
        "brand_rarity": 0.089,
        "industry_equal": -0.927,
        "industry_akin": -0.917,
        "industry_missing": 0.093,
        "industry_apart": -1.253,
        "region_same": 0.772,
        "region_province": 0.474,
        "region_missing": 0.731,
        "region_apart": -1.977,
        "place_same": 0.709,
        "place_apart": -0.915,
        "form_equal": 0.721,
        "form_akin": -0.612,
        "form_apart": -0.425,
        "branch_equal": 2.181,
        "branch_alike": 0.993,
        "branch_missing": -2.159,
        "branch_extra": -0.817,
        "branch_open": -0.093,
        "branch_apart": -1.646,
    },
    channels={
        "none": ChannelConstants(temperature=0.500, intercept=-4.000, slope=1.000, margin=0.000),
        "text": ChannelConstants(temperature=0.587, intercept=-4.218, slope=0.901, margin=0.546),
        "nickname": ChannelConstants(temperature=0.587, intercept=-4.138, slope=1.004, margin=0.422),
    },
    match_at=0.8493,
    none_at=0.9220,
    margin_cap=4.698,
    unregistered_share=0.3333,
)
"""Made by benchmarks/matching/calibrate.py --queries 8000; 3200 questions held for channels and limits."""
