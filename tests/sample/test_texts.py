"""Everything that is not planted is clean: no word of a merchant's own that any rule would ask for."""

from __future__ import annotations

import re

import pytest

from records.market import Category
from wangjian.sample.banks import load_plants
from wangjian.sample.models import PlantKind

_RISKY = re.compile(
    "最|第一|顶级|顶尖|唯一|国家级|极品|极致|独家|绝对|首选|首家|冠军|领先|王牌|万能|永久|百分百|100%|史上|全网|"
    "特供|专供|国宴|国徽|国旗|军队|机关|治疗|治愈|根治|疗效|疗程|抗癌|降血|降压|消炎|排毒|祛湿|美白|祛斑|防晒|防脱|减肥|"
    "保本|稳赚|零风险|月入|收益|回本|升值|保过|包过|押题|命题|刷单|补单|代评|刷量|返现|好评|解释权|概不|不支持|不退|不负责|"
    "象牙|犀|虎|穿山甲|玳瑁|砗磲|熊|麝|野生|电子烟|烟弹|烟油|香烟|卷烟|雪茄|烟丝|驰名|专利|独创|面议|仅剩|秒杀|驱蚊|抗菌"
)
_LAWFUL = ("保健食品不是药物，不能代替药物治疗疾病。", "本品不能代替药物。适宜人群、食用量见标签。")


def _own_words(listing):
    planted = {plant.text for plant in listing.planted}
    title = () if listing.title in planted or listing.params[0] == ("规格", "见标题") else (listing.title,)
    params = tuple(f"{key}：{value}" for key, value in listing.params)
    blocks = (*title, *params, *listing.paragraphs, *listing.labels, *listing.service)
    return [block for block in blocks if block not in planted and block not in _LAWFUL]


def test_unplanted_words_of_listings_are_clean(market):
    risky = {
        (block, hit.group()) for item in market.listings for block in _own_words(item) if (hit := _RISKY.search(block))
    }
    toys = {(block, word) for block, word in risky if "羊毛毡" in block or block == "规格：小熊"}
    assert risky - toys == set()


def test_unplanted_words_of_shops_are_clean(market):
    for shop in market.shops:
        planted = {plant.text for plant in shop.planted}
        for block in (shop.name, shop.slogan, *shop.notices, *(title for title, _ in shop.permits)):
            assert block in planted or not _RISKY.search(block), (shop.key, block)


def test_ordinary_listings_read_differently(market):
    plain = ["".join(listing.paragraphs) for listing in market.listings if not listing.planted]
    assert len(set(plain)) >= 0.98 * len(plain)


def test_health_food_carries_the_warning_the_law_asks_for(market):
    for listing in market.listings:
        if listing.category is Category.HEALTH_FOOD:
            assert listing.labels or listing.params[0] == ("规格", "见标题")


@pytest.mark.parametrize("kind", list(PlantKind))
def test_no_text_is_planted_twice_and_none_is_empty(kind):
    texts = [plant.text for plant in load_plants() if plant.kind is kind]
    assert all(texts)
    assert len(set(texts)) == len(texts)


def test_every_plant_finds_a_place_in_the_whole_market(truth):
    placed = {plant.text for record in (*truth.shops, *truth.listings) for plant in record.planted}
    assert {plant.text for plant in load_plants()} <= placed
