"""Names others are known by, and what resembles them: the marks a lookalike borrows (C04) and a copy is sold under (C05).

A near miss is a well-known name with one inner character changed (营养直线, 农夫大泉): it is told from the name itself by
its length and its other characters, so that no list of imitations has to be kept for the long ones.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["BRANDS", "NEAR_MISSES", "NICKNAMES", "near_misses"]

BRANDS = r"(?:小米|华为|苹果|apple|iphone|戴森|dyson|三星|索尼|耐克|nike|阿迪|adidas|彪马|puma|匹克|李宁|安踏|特步|新百伦|斐乐|始祖鸟|北面|加拿大鹅|鄂尔多斯|恒源祥|波司登|优衣库|zara|巴黎世家|lv|gucci|古驰|香奈儿|chanel|迪奥|dior|爱马仕|普拉达|prada|路易威登|卡地亚|劳力士|欧米茄|蒂芙尼|宝格丽|周大福|老凤祥|兰蔻|lancome|雅诗兰黛|ysl|阿玛尼|海蓝之谜|sk-?ii|资生堂|欧莱雅|完美日记|茅台|飞天|五粮液|国窖|泸州老窖|洋河|剑南春|汾酒|红牛|乐虎|东鹏特饮|六个核桃|营养快线|农夫山泉|可口可乐|百事|王老吉|加多宝|康师傅|统一|娃哈哈|旺仔|大白兔|三只松鼠|良品铺子|百草味|卫龙|老干妈|海天|金龙鱼|鲁花|伊利|蒙牛|特仑苏|安慕希|飞鹤|君乐宝|蓝月亮|立白|海飞丝|飘柔|舒肤佳|云南白药|九阳|苏泊尔|美的|格力|海尔|公牛|南孚|飞利浦|星巴克|肯德基|麦当劳|乐高|特斯拉|瑞幸|喜茶|蜜雪冰城|奈雪|茶颜悦色|霸王茶姬|海底捞|必胜客|汉堡王|华莱士|盒马|双汇|湾仔码头|帮宝适|花王|尤妮佳|贝因美|惠氏|合生元|爱他美|美素佳儿|a2奶粉|新东方|学而思|猿辅导|作业帮|中公教育|华图教育|松下|西门子|方太|奥克斯|海信|tcl|联想|戴尔|惠普|佳能|oppo|vivo|荣耀手机|大疆|比亚迪|海澜之家|太平鸟|森马|鸿星尔克|回力|匡威|宜家|无印良品|名创优品|鱼跃|欧姆龙|同仁堂|汤臣倍健|自然堂|珀莱雅|薇诺娜|玉兰油|高露洁|佳洁士|清风纸|维达|洁柔|全棉时代|罗莱|水星家纺|慕思|林氏|顾家|周生生|六福珠宝|百丽|骆驼户外|迪卡侬|(?<!某)lululemon)"
NICKNAMES = r"(?:驴家|驴牌|香家|小香家|古家|古奇家|劳家|蒂家|爱家(?=[^的乡园人]{0,4}(?:包|铂|凯))|星家|加鹅|大鹅(?=[^肉蛋汤]{0,8}(?:羽绒|袖标|版|同款))|n家(?=[^,。]{0,6}(?:跑?鞋|运动))|巴家|圣家|杨树林|椰子鞋?(?=[^汁肉油水糖]{0,6}(?:350|700|配色|版))|gg双g|双g(?:皮带|腰带|包)|老花(?:包|托特|邮差|水桶))"

_LONG_NAMES = (
    ("营养快线", (1, 2)), ("农夫山泉", (1, 2)), ("可口可乐", (2,)), ("百事可乐", (1, 2)), ("六个核桃", ()),
    ("三只松鼠", (1, 2)), ("良品铺子", (1, 2)), ("旺仔牛奶", (1,)), ("云南白药", (1,)), ("泸州老窖", (1, 2)),
    ("雅诗兰黛", (1, 2)), ("海天酱油", (1, 2)), ("蜜雪冰城", (1, 2)), ("肯德基炸鸡", (1, 2)), ("阿迪达斯", (1, 2)),
)  # fmt: skip
_TAKEN = {
    "三只松鼠": "小大只个",
    "云南白药": "国",
    "百事可乐": "事",
    "农夫山泉": "家村庄民田场户",
    "可口可乐": "可快欢",
    "海天酱油": "鲜",
    "良品铺子": "心盒鞋袜桌椅柜被筷杯案",
    "营养快线": "师餐产热流一专",
}
"""What may stand in the place of the changed character in words of their own."""


def near_misses(name: str, places: Iterable[int], *, other: str = "") -> tuple[str, ...]:
    """Patterns of the name with another Han character at one of the places.

    >>> near_misses("康师傅", (1,))
    ('康(?![师])[\\\\u4e00-\\\\u9fff]傅',)
    """
    return tuple(
        rf"{name[:place]}(?![{name[place]}{other}])[\u4e00-\u9fff]{name[place + 1 :]}" for place in sorted(set(places))
    )


NEAR_MISSES = (
    "(?:"
    + "|".join(
        [
            *(one for name, places in dict(_LONG_NAMES).items() for one in near_misses(name, places, other=_TAKEN.get(name, ""))),
            r"六[仁棵核](?:个)?核桃|六个(?:核兆|胡桃|桃核|核姚)|大白免|大[自百]兔|三只小松鼠(?=[^。]{0,12}(?:同款|卡通形象|形象))|彪马兄弟|阿迪王|耐克王|小天鹅鸭|乔丹王|puma ?bros|adibas|nlke|康帅[\u4e00-\u9fff]|老干[爹姐奶]|旺[好子]牛奶|营养[直快]钱|脉[劫功]",
        ]
    )
    + ")"
)  # fmt: skip
