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
        "core_equal": -0.002,
        "core_alike": 1.214,
        "core_one_edit": 0.601,
        "core_two_edits": 0.872,
        "core_contained": 1.294,
        "core_ratio": 3.415,
        "core_rarity": 0.134,
        "core_length": 0.242,
        "ordinal_apart": -0.040,
        "brand_equal": -0.325,
        "brand_alike": -0.492,
        "brand_apart": -1.577,
        "brand_rarity": 0.046,
        "industry_equal": -0.684,
        "industry_akin": -0.739,
        "industry_missing": 0.157,
        "industry_apart": -0.871,
        "region_same": 0.842,
        "region_province": 0.506,
        "region_missing": 0.705,
        "region_apart": -2.052,
        "place_same": 0.665,
        "place_apart": -0.822,
        "form_equal": 0.467,
        "form_akin": -0.837,
        "form_apart": -0.316,
        "branch_equal": 2.154,
        "branch_alike": 0.842,
        "branch_missing": -2.165,
        "branch_extra": -0.752,
        "branch_apart": -1.848,
    },
    channels={
        "none": ChannelConstants(temperature=0.500, intercept=-4.000, slope=1.000, margin=0.000),
        "text": ChannelConstants(temperature=0.586, intercept=-4.460, slope=0.938, margin=0.510),
        "nickname": ChannelConstants(temperature=0.586, intercept=-4.843, slope=1.046, margin=0.431),
    },
    match_at=0.8733,
    none_at=0.9367,
    margin_cap=4.690,
    unregistered_share=0.3333,
)
"""Made by benchmarks/matching/calibrate.py --queries 8000 --steps 2000; 3200 questions held for channels and limits."""
