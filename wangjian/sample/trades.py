"""字号, 行业 and 经营范围: the words of which the synthetic register's names are made."""

from __future__ import annotations

import random
from dataclasses import dataclass

__all__ = ["LOOKALIKES", "SAME_SOUND", "TRADES", "Trade", "trade_name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One 行业: its word in company names, in shop names (店, 厂, 坊), its scope, and the market categories it sells."""

    word: str
    small_words: tuple[str, ...]
    scope: str
    categories: tuple[str, ...] = ()


def _trade(word: str, small: str, scope: str, categories: str = "") -> Trade:
    return Trade(word=word, small_words=tuple(small.split()), scope=scope, categories=tuple(categories.split()))


TRADES: tuple[Trade, ...] = (
    _trade("茶叶", "茶庄 茶行 茶叶店", "茶叶种植；食品销售（仅销售预包装食品）；茶具销售；互联网销售", "食品"),
    _trade("食品", "食品店 副食店 炒货坊", "食品销售；食用农产品零售；互联网销售", "食品"),
    _trade("农产品", "土特产店 果蔬店 农产品店", "食用农产品零售；初级农产品收购；互联网销售", "食品 农资"),
    _trade("生物科技", "保健食品店 滋补品店", "保健食品（预包装）销售；技术开发；互联网销售", "保健食品"),
    _trade("大药房", "药店 大药房", "药品零售；医疗器械销售；互联网药品信息服务", "药品 医疗器械"),
    _trade("医疗器械", "医疗器械店 康复用品店", "第二类医疗器械销售；第一类医疗器械销售；互联网销售", "医疗器械"),
    _trade("化妆品", "化妆品店 美妆店", "化妆品零售；日用百货销售；互联网销售", "化妆品"),
    _trade("服饰", "服装店 服饰店 鞋店", "服装服饰零售；鞋帽零售；针纺织品销售；互联网销售", "服装"),
    _trade("纺织", "布艺店 针织厂", "针纺织品制造；服装制造；货物进出口", "服装 家居"),
    _trade("数码科技", "数码店 手机店 电脑店", "电子产品销售；计算机软硬件及辅助设备零售；互联网销售", "数码"),
    _trade("电子商务", "网店 电商经营部", "互联网销售；日用百货销售；国内贸易代理", "家居 数码 服装 其他"),
    _trade("母婴用品", "母婴店 童装店", "母婴用品销售；玩具销售；婴幼儿配方乳粉及其他婴幼儿配方食品销售", "母婴"),
    _trade("教育科技", "培训部 书店", "教育咨询服务；图书出租；出版物零售；软件开发", "教育培训"),
    _trade("商务咨询", "咨询服务部", "企业管理咨询；财务咨询；代理记账；会议及展览服务", "金融投资 其他"),
    _trade("文化传媒", "文化用品店 图书店", "出版物零售；文具用品零售；广告制作；互联网销售", "教育培训 其他 野生动物"),
    _trade("园艺", "园艺店 花木场", "花卉种植；园艺产品销售；肥料销售；互联网销售", "农资"),
    _trade("农业科技", "农资店 农业服务站", "农业机械销售；肥料销售；农用薄膜销售；技术推广", "农资"),
    _trade("宠物用品", "宠物店 水族店", "宠物食品及用品零售；观赏鱼销售；互联网销售", "野生动物"),
    _trade(
        "工艺品",
        "工艺品店 手工坊",
        "工艺美术品零售（象牙及其制品除外）；礼品花卉销售；互联网销售",
        "野生动物 珠宝 家居",
    ),
    _trade("烟具", "烟具店 打火机店", "日用百货销售；打火机销售；工艺品零售；互联网销售", "烟草"),
    _trade("家居用品", "家居店 日用品店 家纺店", "家居用品销售；家具销售；日用百货销售；互联网销售", "家居"),
    _trade("陶瓷", "陶瓷店 瓷坊 陶艺坊", "日用陶瓷制品制造；工艺美术品零售；互联网销售", "家居 其他"),
    _trade("珠宝", "珠宝店 首饰店 玉器店", "珠宝首饰零售；珠宝首饰制造；互联网销售", "珠宝"),
    _trade("酒业", "酒行 烟酒店 酒坊", "酒类经营；食品销售（仅销售预包装食品）；互联网销售", "酒类"),
    _trade("房地产经纪", "房产中介店", "房地产经纪；房地产咨询；非居住房地产租赁", "房产"),
    _trade("贸易", "经营部 商行 商店", "国内贸易代理；日用百货销售；货物进出口", "其他 家居"),
    _trade("餐饮管理", "面馆 小吃店 餐馆", "餐饮服务；餐饮管理", ""),
    _trade("建材", "建材店 五金店", "建筑材料销售；五金产品零售", ""),
    _trade("机械", "机械厂 修理部", "机械设备销售；通用设备制造", ""),
    _trade("物流", "货运部", "道路货物运输；国内货物运输代理", ""),
    _trade("印务", "印刷厂 图文店", "包装装潢印刷品印刷；办公用品销售", "其他"),
    _trade("装饰工程", "装饰部", "住宅室内装饰装修；建设工程施工", ""),
    _trade("环保科技", "环保设备店", "环境保护专用设备销售；技术服务", ""),
    _trade("信息技术", "软件服务部", "软件开发；信息系统集成服务；互联网数据服务", "其他 数码"),
)

_HEADS = "华翰瑞恒嘉金鸿宏盛泰安永兴隆祥和德信诚义仁福禄康宁丰裕顺昌荣茂源润泽云山青林松柏竹梅兰荷清溪江海湖川岭峰岳晨晓星辰明朗阳光春夏秋雪东南西北中天地乾坤龙凤麒麟鹤鹏雁鹿木禾谷穗麦稻果蓝翠碧锦绣绮罗丹朱玄素雅致逸博文思慧聪智睿远志宇宙寰亿万千百双三六九益优美佳尚品味知味"
_TAILS = "翰瀚恒衡嘉佳鑫兴盛晟泰安康宁丰沣裕誉顺昌荣茂源元润泽达通联合和鸿宏伟业创新源缘圆园苑居轩阁堂坊斋记号盈赢悦越月阳扬洋航行星辰晨诚程城成林霖琳森木禾合河湖海川山岭峰锋枫风云芸韵运然苒染之知致智志远源原野叶业艺易逸怡宜颐仪"
_THREE = (
    "百草堂",
    "老厨坊",
    "山里人",
    "小满记",
    "四时里",
    "云上田",
    "半亩园",
    "青石巷",
    "稻花香",
    "南风里",
    "望江楼",
    "禾木间",
    "松下客",
    "竹里馆",
    "清欢渡",
    "知微堂",
    "三味坊",
    "听雨轩",
    "临溪阁",
    "麦田圈",
    "拾光里",
    "木棉树",
    "海棠湾",
    "桂花巷",
    "梧桐里",
    "橘子洲",
    "白鹭洲",
    "春晓园",
    "豆蔻年",
    "米粒儿",
)
_AVOID = ("天安", "中华", "华中", "万源", "三江", "中国", "华宁", "安阳", "江海", "双阳", "三元")

LOOKALIKES: tuple[tuple[str, str], ...] = tuple(
    (pair[0], pair[1])
    for pair in [
        "翰瀚",
        "兰蓝",
        "嘉喜",
        "源原",
        "润闰",
        "泽择",
        "晟晨",
        "鑫金",
        "林森",
        "禾木",
        "沣丰",
        "坊访",
        "溪奚",
        "恒桓",
        "盈盆",
        "洋样",
        "航杭",
        "鸿鸣",
        "锦棉",
        "裕浴",
        "霖琳",
        "茂荗",
        "园圆",
        "逸免",
        "远运",
        "松柏",
        "祥详",
    ]
)
"""Characters an eye or an OCR takes one for the other."""

SAME_SOUND: tuple[tuple[str, str], ...] = tuple(
    (pair[0], pair[1])
    for pair in [
        "翰瀚",
        "嘉佳",
        "盛晟",
        "鑫欣",
        "源元",
        "裕誉",
        "荣融",
        "诚成",
        "宏鸿",
        "丰峰",
        "祥翔",
        "和禾",
        "兰岚",
        "逸怡",
        "阳扬",
        "达大",
        "恒衡",
        "晨辰",
        "锋枫",
        "志智",
        "缘园",
        "明铭",
    ]
)
"""Characters that sound the same."""


def trade_name(rng: random.Random) -> str:
    """A 字号 of two (usual), three or four characters, never one of the few that are places."""
    while True:
        draw = rng.random()
        if draw < 0.08:
            name = rng.choice(_THREE)
        elif draw < 0.78:
            name = rng.choice(_HEADS) + rng.choice(_TAILS)
        elif draw < 0.95:
            name = rng.choice(_HEADS) + rng.choice(_TAILS) + rng.choice(_TAILS)
        else:
            name = rng.choice(_HEADS) + rng.choice(_TAILS) + rng.choice(_HEADS) + rng.choice(_TAILS)
        if name not in _AVOID and len(set(name)) == len(name):
            return name
