"""What changes at every visit is taken out of a text before it is compared; what an officer asks for is not."""

from __future__ import annotations

import pytest

from records.steadying import steady


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("浏览 123 次", "浏览 4567 次"),
        ("人气：12", "人气：99"),
        ("1,024次浏览", "2,048次浏览"),
        ("12人正在浏览", "7人正在浏览"),
        ("关注 1.2万", "关注 1.3万"),
        ("views: 12", "Views: 13".replace("V", "v")),
        ("当前时间 2026-11-21 12:00:03", "当前时间 2026-11-22 09:13:59"),
        ("今天是2026年11月21日 星期六", "今天是2026年11月22日 星期日"),
        ("3分钟前", "17分钟前"),
        ("剩余02天03时04分05秒", "剩余01天23时59分00秒"),
        ("距结束 01:02:03", "距结束 00:59:12"),
        ("Processed in 0.023 second(s), 8 queries", "Processed in 0.131 second(s), 9 queries"),
        ("页面执行时间 0.02 秒", "页面执行时间 0.31 秒"),
        ("  两  个\u3000空格 ", "两 个 空格"),
    ],
)
def test_fleeting_text_is_the_same(one, other):
    assert steady(one) == steady(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("￥99.00", "￥89.00"),
        ("库存 12 件", "库存 11 件"),
        ("已售 1000+", "已售 2000+"),
        ("注册日期 2019年3月2日", "注册日期 2020年3月2日"),
        ("更新时间：2026-11-20", "更新时间：2026-11-21"),
        ("营业时间 09:00-18:00", "营业时间 10:00-18:00"),
        ("限时3小时前100名", "限时5小时前100名"),
        ("收藏立减10元", "收藏立减20元"),
        ("浏览15秒得5元", "浏览15秒得8元"),
        ("2人拼团价99", "2人拼团价89"),
        ("在线支付 99 元", "在线支付 89 元"),
        ("点击购买 ￥99", "点击购买 ￥89"),
        ("净含量 250 克", "净含量 200 克"),
    ],
)
def test_statement_is_not_taken_out(one, other):
    assert steady(one) != steady(other)


@pytest.mark.parametrize("sign", ["1", "浏览", "1天", "9 人", "1:", "距结束1秒", "今天是2026-"])
def test_hostile_text_takes_no_time(sign):
    assert steady(sign * 100_000 + "浏览前")
