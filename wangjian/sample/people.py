"""Persons and telephone numbers that belong to nobody.

Landlines have a local part that begins with 0 (no exchange in China gives such a number out); mobiles stand in 14000,
a block of machine SIM cards without voice. Both keep the form a reader looks for.
"""

from __future__ import annotations

import random

from wangjian.sample.divisions import Division

__all__ = ["landline", "mobile", "nickname", "person"]

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文辉力波宁贵福生龙元全胜学祥才发武新利清飞彬富顺信子昌成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘"
_NICK_HEADS = (
    "爱吃鱼的",
    "南方的",
    "一只",
    "安静的",
    "爱旅行的",
    "小镇",
    "楼下的",
    "早起的",
    "喝茶的",
    "晒太阳的",
    "认真生活的",
    "懒懒的",
)
_NICK_TAILS = (
    "猫",
    "橙子",
    "阿姨",
    "小李",
    "胖子",
    "海豚",
    "木木",
    "豆包",
    "老周",
    "石榴",
    "汤圆",
    "麦子",
    "小满",
    "芒果",
)


def person(rng: random.Random) -> str:
    """Surname and one or two characters."""
    given = "".join(rng.choice(_GIVEN) for _ in range(1 if rng.random() < 0.25 else 2))
    return rng.choice(_SURNAMES) + given


def landline(rng: random.Random, division: Division) -> str:
    """A number of the division's area whose local part begins with 0."""
    length = 8 if len(division.area_code) == 3 or division.area_code in ("0571", "0512", "0755", "0757", "0371") else 7
    return f"{division.area_code}-0{rng.randrange(10 ** (length - 1)):0{length - 1}d}"


def mobile(rng: random.Random) -> str:
    """Eleven digits in the 14000 block."""
    return f"14000{rng.randrange(10**6):06d}"


def nickname(rng: random.Random) -> str:
    """A consumer's name as review pages show it, half of them masked already."""
    name = rng.choice(_NICK_HEADS) + rng.choice(_NICK_TAILS)
    return f"{name[0]}***{name[-1]}" if rng.random() < 0.5 else name
