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
    version="0",
    weights={
        "prior": -12.0,
        "name_equal": 4.0,
        "core_equal": 4.0,
        "core_alike": 4.0,
        "core_one_edit": 2.0,
        "core_contained": 1.5,
        "core_ratio": 6.0,
        "core_rarity": 0.5,
        "brand_equal": 1.0,
        "brand_alike": 0.5,
        "brand_apart": -2.0,
        "brand_rarity": 0.3,
        "industry_equal": 0.5,
        "industry_akin": 0.2,
        "industry_missing": 0.0,
        "industry_apart": -1.5,
        "region_same": 3.0,
        "region_province": 1.5,
        "region_missing": 0.0,
        "region_apart": -2.5,
        "place_same": 0.5,
        "form_equal": 0.6,
        "form_akin": 0.0,
        "form_apart": -1.0,
        "branch_equal": 2.0,
        "branch_alike": 1.0,
        "branch_missing": -2.0,
        "branch_apart": -3.0,
    },
    channels={
        "text": ChannelConstants(temperature=1.0, none_shift=0.0),
        "nickname": ChannelConstants(temperature=1.0, none_shift=0.0),
        "none": ChannelConstants(temperature=1.0, none_shift=0.0),
    },
    match_at=0.97,
    none_at=0.9,
    unregistered_share=0.33,
)
