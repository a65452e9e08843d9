"""A site's own category words, or the words of a title, to the product classes the rules ask for."""

from __future__ import annotations

import re

from records.market import Category

__all__ = ["category_of"]

# Order decides where two classes match: the narrower one stands first.
_WORDS: tuple[tuple[Category, str], ...] = (
    (
        Category.TOBACCO,
        "电子烟|雪茄|烟灰缸|雾化弹|烟弹|烟油|卷烟|香烟|烟草|烟具|烟嘴|烟斗|打火机|雾化器具|e-?cig|vape|tobacco",
    ),
    (Category.WILDLIFE, "野生动物|标本|观赏龟|爬宠|异宠|水族|宠物|象牙|犀角|花鸟|鹦鹉|活体|动物制品|文玩骨"),
    (
        Category.HEALTH_FOOD,
        "保健食品|保健品|营养补充|膳食补充|滋补保健|营养保健|蓝帽|维生素|益生菌|蛋白粉|鱼油|褪黑素|辅酶",
    ),
    (
        Category.DEVICE,
        "医疗器械|器械|血压计|血糖仪|理疗|制氧机|助听器|体温计|医用|轮椅|拐杖|口罩|护具|隐形眼镜|雾化器|康复",
    ),
    (Category.DRUG, "药品|药房|药店|西药|中成药|处方药|OTC|感冒药|中药|滴眼液|胶囊剂|医药"),
    (Category.MOTHER_BABY, "母婴|婴儿|婴幼|辅食|毛绒玩具|孕妇|奶粉|纸尿裤|童装|童车|儿童玩具|玩具|宝宝|奶瓶|产后"),
    (Category.COSMETIC, "化妆品|美妆|护肤|彩妆|面膜|口红|香水|洗护|洗发|精华|面霜|防晒|个护|美容|乳液|cosmetic|beauty"),
    (Category.EDUCATION, "教育|培训|课程|网课|辅导|考研|考证|考试|教材|学习资料|图书|书籍|题库|book"),
    (Category.INVESTMENT, "金融|投资|理财|招商|加盟|创业|代理项目|保险|基金|贷款|股票|区块链"),
    (
        Category.FARM_SUPPLY,
        "农资|化肥|肥料|农药|种子|种苗|苗木|农机|农膜|饲料|园艺|花卉|绿植|盆栽|营养土|花盆|灌溉|果树|farm",
    ),
    (Category.LIQUOR, "酒类|酒水|白酒|特供酒|果酒|红酒|葡萄酒|啤酒|黄酒|洋酒|威士忌|名酒|米酒|wine|liquor"),
    (Category.JEWELLERY, "珠宝|首饰|翡翠|玉器|玉石|黄金|钻石|银饰|项链|手镯|戒指|琥珀|蜜蜡|珍珠|文玩|jewel"),
    (Category.PROPERTY, "房产|楼盘|新房|二手房|公寓|商铺|别墅|住宅|写字楼|房源"),
    (
        Category.DIGITAL,
        "数码|手机|电脑|笔记本电脑|平板|耳机|相机|家用电器|家电|电器|智能|充电|音箱|路由|显示器|键盘|"
        "鼠标|硬盘|U盘|数据线|软件|电子产品|phone|computer|electronic",
    ),
    (
        Category.CLOTHING,
        "服装|服饰|女装|男装|鞋|箱包|内衣|家居服|居家服|连衣裙|半身裙|裙|T恤|卫衣|毛衣|皮带|衬衫|外套|羽绒服|裤|袜|"
        "帽|围巾|包包|运动户外|cloth|shirt|shoe",
    ),
    (
        Category.FOOD,
        "食品|零食|茶叶|茶|水果|生鲜|粮油|特产|饮料|糕点|坚果|蜂蜜|调味|肉类|海鲜|大米|面条|副食|"
        "农产品|果蔬|咖啡|糖果|凤爪|卤味|腊肉|香肠|核桃|枸杞|红枣|"
        "干货|橄榄油|食用油|大闸蟹|牛肉|酱|food|tea|snack",
    ),
    (Category.OTHER, "文具|办公用品|虚拟服务|网络服务|stationery"),
    (
        Category.HOME,
        "家居|家具|家纺|床上用品|厨具|厨房|餐具|灯具|收纳|日用|清洁|家装|建材|毛巾|沙发|窗帘|地毯|"
        "工艺品|百货|home|kitchen|furniture",
    ),
)
_PATTERNS = tuple((category, re.compile(words, re.IGNORECASE)) for category, words in _WORDS)
_SAYS_NOTHING = frozenset(("其他", "其它", "全部", "首页", "商品", "全部商品", "home"))
_SET_APART = frozenset(
    (Category.HEALTH_FOOD, Category.DRUG, Category.DEVICE, Category.TOBACCO, Category.LIQUOR, Category.WILDLIFE)
)
_BY_VALUE = {category.value: category for category in Category}


def category_of(path: str, *, title: str = "") -> Category:
    """The class of a product: the site's own words first (the widest one, unless a narrower names a class that the law
    sets apart), the title only without them.

    >>> [category_of(path).value for path in ("首页 > 食品 > 茶叶", "食品 > 保健食品")]
    ['食品', '保健食品']
    >>> category_of("", title="真丝连衣裙").value
    '服装'
    """
    words = [part for part in re.split(r"[>»›/|\s]+", path) if part and part not in _SAYS_NOTHING]
    found = [category for word in words if (category := _BY_VALUE.get(word) or _first(word)) is not None]
    apart = [category for category in found[1:] if category in _SET_APART]
    if found:
        return apart[-1] if apart and found[0] not in _SET_APART else found[0]
    return _first(title) or Category.OTHER


def _first(text: str) -> Category | None:
    return next((category for category, pattern in _PATTERNS if pattern.search(text)), None)
