"""Words beside an amount and what they make of it; None: the amount is money, but no price of the product."""

from __future__ import annotations

from records.market import PriceRole

__all__ = ["CURRENCY_WORDS", "GENERIC_WORDS", "ROLE_WORDS"]


def _words(role: PriceRole | None, *lines: str) -> dict[str, PriceRole | None]:
    return dict.fromkeys(" ".join(lines).split(), role)


ROLE_WORDS: dict[str, PriceRole | None] = {
    **_words(
        PriceRole.STRUCK,
        "原价 划线价 市场价 吊牌价 门市价 专柜价 参考价 指导价 日常价 平时价 挂牌价 建议零售价",
        "建议售价 日常售价 平日价 非活动价 官方价 标价 定价",
        "原售价 厂商指导价 门店价 市场参考价 正价 was rrp original",
    ),
    **_words(PriceRole.COUPON, "券后价 券后 领券后 用券后 领券价 到手价 到手 用券价 优惠券后 拍下立减后"),
    **_words(PriceRole.MEMBER, "会员价 会员 vip价 vip plus价 plus 粉丝价 黑卡价 付费会员价 会员专享价 学生价"),
    **_words(PriceRole.DEPOSIT, "定金 订金 预付款 预付 预售定金"),
    **_words(PriceRole.FROM, "低至 起步价 起价 起售价 最低 最低价 起拍价 from"),
    **_words(
        PriceRole.NOW,
        "现价 售价 促销价 秒杀价 活动价 价格 团购价 拼团价 一口价 优惠价 特价 抢购价 折后价 折后 折扣价",
        "限时价 单价 总价 零售价 批发价 现在 只要 仅需 仅售 仅要 价 惊爆价 预售价 拼单价 直播价 报价 商城价",
        "本店价 销售价 团长价 补贴价 price now",
        "百亿补贴 百亿补贴价 国补价 专享 专享价 限时优惠 会员日 会员日价",
    ),
    **_words(
        None,
        "满 减 立减 直减 省 立省 返 返现 送 赠 抵 抵扣 运费 邮费 快递费 配送费 优惠 红包 补贴 直降 降 降价",
        "差价 赔 赔付 罚款 奖 奖金 注册资本 注册资金 销售额 月供 每期 首期 分期 服务费 手续费 提现 余额",
        "保证金 安装费 代金券 优惠券 现金券 津贴 补 成交额 年薪 月薪 年入 月入 利润 投资 本金 起送 包邮",
        "尾款 退 退款 补偿 收入 工资 赚 save off",
        "押金 首付 面额 券面额 每月仅需 每月 月付 每月仅 每期仅需 每期仅 打包费 包装费 人均消费 人均 最高补贴 营业额",
        "券 领取 价值 奖励 运费险 退货险 日均 每天 每日 合计 小计 总计",
        "共计 总额 质保金 违约金 学金 罚金 税金 起送价 快递 ems 顺丰 配送 物流 服务价",
    ),
}

GENERIC_WORDS = frozenset(("价", "价格", "合计", "专享", "专享价", "仅需", "只要", "仅要", "现在", "price"))
"""Words that say only that an amount is a price; a narrower word right before them says which."""

CURRENCY_WORDS = {
    "HK$": "HKD", "HKD": "HKD", "港币": "HKD", "港元": "HKD",
    "NT$": "TWD", "TWD": "TWD", "新台币": "TWD", "台币": "TWD",
    "A$": "AUD", "US$": "USD", "USD": "USD", "美元": "USD", "美金": "USD",
    "€": "EUR", "EUR": "EUR", "欧元": "EUR", "£": "GBP", "GBP": "GBP", "英镑": "GBP",
    "JPY": "JPY", "日元": "JPY", "$": "USD",
}  # fmt: skip
"""Marks of money that is not the renminbi to its code. Standard: ISO 4217."""
