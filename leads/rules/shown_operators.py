"""Examples of the families of operators (N): what each has to hear, and its hardest likenesses.

Written from the articles before the rules were read; `wangjian rules test` runs them with the examples of the rule.
"""

from __future__ import annotations

from collections.abc import Mapping

from leads.authoring import bad, exempt, ok
from records.leads import RuleExample
from records.market import Category, Speaker

__all__ = ["BREACHING", "CLEAN"]

BREACHING: Mapping[str, tuple[RuleExample, ...]] = {
    "N01": (
            bad("主页没放营业执照，老顾客都知道"),
            bad("执照涉及隐私，恕不展示"),
            bad("执照信息不放网上，怕被盗用"),
            bad("证照不方便挂出来"),
    ),
    "N02": (
            bad("出租营业执照 开店用"),
            bad("执照是网上买的，一年500"),
            bad("亮照的那家公司已经注销了，照常营业"),
            bad("执照被吊销了但店还开着"),
    ),
    "N03": (
            bad("不用执照也能开，月入十万单"),
            bad("我们没注册公司，月销五千件"),
            bad("黑作坊没手续，产量大"),
            bad("执照办不下来，先做着，每天三百单"),
    ),
    "N04": (
            bad("自然人小店无需登记，上月成交额48万"),
            bad("个人零星小额，全年流水三百万"),
            bad("依法免登记（年交易额不足10万），累计已售8万件"),
            bad("本店声明零星小额交易活动，实际每月走货二十万元"),
    ),
    "N05": (
            bad("证件拍照不清楚就不上传了，许可号没有写", Category.FOOD),
            bad("药品经营许可证不便公开", Category.DRUG),
            bad("酒类许可没有放网上", Category.FOOD),
            bad("许可证不在网上公示，要看私聊", Category.FOOD),
    ),
    "N06": (
            bad("许可证号是借隔壁厂的", Category.FOOD),
            bad("食品生产许可证 SC12345678901234", Category.FOOD),
            bad("SC证号是编的，反正没人查", Category.FOOD),
            bad("用的是老板以前工厂的SC号", Category.FOOD),
    ),
    "N07": (
            bad("今晚12点关店，以后不做了，充值卡作废"),
            bad("这周做完就停业走人，预存的钱不退"),
            bad("本店明天关闭，不再营业，售后找不到人"),
            bad("本店于今日停止经营"),
    ),
    "N08": (
            bad("公司搬走一年多了，网上地址没改"),
            bad("公司改名后首页还挂老名字的照"),
            bad("公示信息是三年前的，懒得更新"),
            bad("经营地址写的旧仓库，已经不在那"),
    ),
    "N09": (
            bad("部分入驻商家的商品以平台自营名义展示", source=Speaker.PLATFORM),
            bad("商家商品也打自营标签", source=Speaker.PLATFORM),
            bad("第三方店铺可申请使用“自营”字样", source=Speaker.PLATFORM),
            bad("自营与第三方不作区分，统一显示", source=Speaker.PLATFORM),
    ),
    "N10": (
            bad("购买置顶服务，用户看不出是广告", source=Speaker.PLATFORM),
            bad("付费商品按自然搜索结果样式呈现", source=Speaker.PLATFORM),
            bad("前十位均为付费展示，页面未注明", source=Speaker.PLATFORM),
            bad("推广位不显示广告字样，转化更高", source=Speaker.PLATFORM),
    ),
    "N11": (
            bad("修改后的规则追溯适用于以前订单", source=Speaker.PLATFORM),
            bad("规则变更以实际执行为准，不再通知商家", source=Speaker.PLATFORM),
            bad("新规则今日生效，不另行公示", source=Speaker.PLATFORM),
            bad("交易规则不对外公开，以客服解释为准", source=Speaker.PLATFORM),
    ),
    "N12": (
            bad("注销要寄身份证原件到公司"),
            bad("账号一经注册不得注销"),
            bad("注销须消费满三次才受理"),
            bad("想注销账户请先邀请三位好友"),
    ),
    "N13": (
            bad("经营地址不便透露"),
            bad("地址保密，不对外公开"),
            bad("没有客服电话，不留联系方式"),
            bad("电话不接，地址没有，只卖不售后"),
    ),
}  # fmt: skip

CLEAN: Mapping[str, tuple[RuleExample, ...]] = {
    "N01": (
            ok("驾驶执照保护套"),
            ok("执照已公示，点击查看"),
            ok("平台要求商家公示营业执照"),
    ),
    "N02": (
            exempt("谨防冒用他人营业执照"),
            ok("代办营业执照"),
            ok("公司更名，执照已更新"),
    ),
    "N03": (
            exempt("无照经营查处取缔办法"),
            ok("自产农副产品依法免登记"),
            ok("代办执照"),
    ),
    "N04": (
            ok("本店年交易额不超过10万元，依法免登记"),
            ok("个人手工，每月卖十来件"),
            ok("免登记规定解读"),
    ),
    "N05": (
            ok("代办许可证", Category.FOOD),
            ok("食品经营许可证见首页", Category.FOOD),
            ok("许可证展示架", Category.FOOD),
    ),
    "N06": (
            ok("许可证到期前已换证", Category.FOOD),
            ok("许可证已续期", Category.FOOD),
            ok("QS是旧版标志，2018年10月后不得使用", Category.FOOD),
    ),
    "N07": (
            ok("提前三十日公示：本店12月31日终止经营"),
            ok("今晚打烊时间22点"),
            ok("店铺搬家到新址，照常营业"),
    ),
    "N08": (
            ok("公司新名称已公示"),
            ok("更新日志"),
            ok("收货地址变更请联系客服"),
    ),
    "N09": (
            ok("自营商品标注“自营”标识"),
            ok("全部为平台自营"),
            ok("严禁商家冒用自营标识", source=Speaker.PLATFORM),
    ),
    "N10": (
            ok("广告位招租"),
            ok("竞价排名商品均显著标明广告", source=Speaker.PLATFORM),
            ok("搜索排序说明：综合销量、评价"),
    ),
    "N11": (
            ok("游戏规则说明书"),
            ok("规则修订提前七日公示"),
            ok("新协议于公示30日后生效，不同意可退出", source=Speaker.PLATFORM),
    ),
    "N12": (
            ok("注销登记公告"),
            ok("公司注销代办"),
            ok("在设置-账号注销中可免费注销"),
    ),
    "N13": (
            ok("隐私面单，保护您的电话"),
            ok("客服电话：400-000-0000 地址：北京市"),
            ok("请填写收货地址和电话"),
    ),
}  # fmt: skip
