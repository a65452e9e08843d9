"""Examples of the families of competition, prices and consumers (C): what each has to hear, and its hardest likenesses.

Written from the articles before the rules were read; `wangjian rules test` runs them with the examples of the rule.
"""

from __future__ import annotations

from collections.abc import Mapping

from leads.authoring import bad, exempt, ok
from records.leads import RuleExample
from records.market import Category, Speaker

__all__ = ["BREACHING", "CLEAN"]

BREACHING: Mapping[str, tuple[RuleExample, ...]] = {
    "C01": (
            bad("本链接销量由旧链接合并而来，原链接卖的是手机壳，现在卖拖把"),
            bad("评论区好评由本店员工代写，图片是我们自己拍的"),
            bad("我们的十万+销量是做出来的，同行都这么干"),
            bad("这条链接的评价是从别家店搬过来的，款式一样"),
    ),
    "C02": (
            bad("承接拼多多改销量、改评价、店铺起评分，24小时出单"),
            bad("淘客拉新补单，放单员一单返5块，垫付本金当天结"),
            bad("补流量补收藏补加购，真人手机端，千次3元"),
            bad("急招打字员刷手，在家手机拍单，一单佣金8-15元，日结"),
    ),
    "C03": (
            bad("写好评送袜子一双，联系客服补发", Category.CLOTHING),
            bad("全五星+3张图+50字，支付宝返现8块"),
            bad("售后卡：满意请打五颗星，扫码领取神秘红包"),
            bad("把差评改一下吧，给您全额退款商品也不用退"),
    ),
    "C04": (
            bad("大白兔奶糖风味 “大白免”奶糖 散称", Category.FOOD),
            bad("彪马兄弟PUMABROS 运动鞋，跳跃豹标志", Category.CLOTHING),
            bad("账号头像用的是苹果logo，昵称Apple官方客服，实际为个人维修点", Category.DIGITAL),
            bad("三只小松鼠坚果大礼包 同款卡通松鼠形象", Category.FOOD),
    ),
    "C05": (
            bad("复刻aj1倒钩，LJR出品，鞋盒鞋撑钢印全对", Category.CLOTHING),
            bad("蒂家笑脸项链，S925原版开模，刻字钢印齐全", Category.JEWELLERY),
            bad("lancome粉水菌菇水，广州货，和专柜一个味，便宜到你不信", Category.COSMETIC),
            bad("超A劳家潜航者，市面最高版本，复刻机芯", Category.CLOTHING),
    ),
    "C06": (
            bad("网传XX牌奶粉添加三聚氰胺，我们家绝对没有，赶紧囤", Category.FOOD),
            bad("别买红杉酒庄的酒，都是酒精勾兑，喝瞎过人", Category.LIQUOR),
            bad("某友商乳胶枕里掺石膏粉，谁买谁后悔，他们老板还进过局子", Category.HOME),
            bad("知情人爆料：大兴饭店的牛肉都是鸭肉染色做的，求扩散", Category.FOOD),
    ),
    "C07": (
            bad("整箱购买即可刮奖，最高奖金66666元", Category.LIQUOR),
            bad("抽奖规则随时调整，已中奖的以最新规则为准"),
            bad("买手机抽奖，一等奖送价值18万元小轿车一辆"),
            bad("周年庆抽奖，奖品待定，开奖时间另行通知，解释权归本店"),
    ),
    "C08": (
            bad("原价只是为了显得划算，实际成交没有过", Category.HOME),
            bad("活动结束后恢复原价999，但其实活动天天有，没恢复过", Category.HOME),
            bad("双十一前一周涨了100，现在立减100，等于没降", Category.HOME),
            bad("吊牌价2980，全年299，从来没人按吊牌买", Category.CLOTHING),
    ),
    "C09": (
            bad("小黄车挂1元只为吸引进店，点开要补199差价", Category.DIGITAL),
            bad("低价SKU是空盒，不要拍，主机在后面", Category.DIGITAL),
            bad("标题写299包邮，付款变399，因为299是定金", Category.DIGITAL),
            bad("列表价59.9，进详情没有这个规格，最便宜的129", Category.DIGITAL),
    ),
    "C10": (
            bad("说是前100名半价，其实一个名额都没放", Category.CLOTHING),
            bad("直播说赠品一共六样，实际只寄一样，别的看运气", Category.CLOTHING),
            bad("全场买三免一，结账发现免的是最便宜的吊牌", Category.CLOTHING),
            bad("写的第二件半价，其实两件先各涨了价", Category.CLOTHING),
    ),
    "C11": (
            bad("住店加收布草清洗费，退房才告知", Category.HOME),
            bad("报价看聊天，链接随便拍不发货", Category.DIGITAL),
            bad("拍一件一块钱，价格找客服改", Category.HOME),
            bad("价格不方便标，私信问", Category.HOME),
    ),
    "C12": (
            bad("凡购买都送礼，具体啥礼到手才知道", Category.FOOD),
            bad("福利多多，赠品随机", Category.FOOD),
            bad("买正装送小样多多，数量品类不定", Category.COSMETIC),
            bad("进店就有精美礼品相送", Category.CLOTHING),
    ),
    "C13": (
            bad("结账页面预先打钩的有贴心保障5元"),
            bad("优惠套装里默认捆着月卡，取消打勾才是单品价"),
            bad("已为您选好保价服务2元，默认开启"),
            bad("外卖默认加一份米饭3元，不要请备注", Category.FOOD),
    ),
    "C14": (
            bad("1元体验会员，30天后恢复198元每季自动收取", Category.DIGITAL),
            bad("网盘会员包年，到期自动续，扣了不退", Category.DIGITAL),
            bad("签约代扣，下期自动划款，页面不提示", Category.DIGITAL),
            bad("开通即默认自动续订，不再短信提醒", Category.DIGITAL),
    ),
    "C15": (
            bad("赠品坏了不管，赠品不享受任何售后"),
            bad("学费缴纳后任何理由不予退还", Category.EDUCATION),
            bad("消费者违约须付50%违约金，商家缺货不赔"),
            bad("自拍下之时起放弃追究商家任何责任的权利"),
    ),
    "C16": (
            bad("手机壳拆封即不可退", Category.DIGITAL),
            bad("本店不做七天无理由", Category.CLOTHING),
            bad("拆吊牌试穿都不给退，不喜欢也不退", Category.CLOTHING),
            bad("直播间下单一律不退", Category.CLOTHING),
    ),
    "C17": (
            bad("评论精选后才展示，批评的不放"),
            bad("我们会把不好的评价沉底，只显示五星的"),
            bad("中差评自动折叠，用户看不到"),
            bad("店铺可以一键屏蔽低分评价"),
    ),
    "C18": (
            bad("限量100台，其实仓库有好几千，饥饿营销嘛", Category.DIGITAL),
            bad("某某刚刚下单的弹幕是假的，程序滚动的", Category.DIGITAL),
            bad("活动倒计时每次刷新都重置", Category.DIGITAL),
            bad("“已有1268人抢购”是系统随机数", Category.DIGITAL),
    ),
    "C19": (
            bad("杀熟？系统确实会给熟客报高价"),
            bad("根据您的浏览记录和机型推送不同价格，无法关闭个性化推荐"),
            bad("同一间房，会员钻石反而显示更贵，算法算的"),
            bad("搜索结果按您的偏好排序，不提供关闭选项", source=Speaker.PLATFORM),
    ),
    "C20": (
            bad("同款商品在本平台售价须为全网最低，不得高于其他渠道", source=Speaker.PLATFORM),
            bad("外卖商户仅在本平台经营可享受8%佣金，在他处上线则提至25%", source=Speaker.PLATFORM),
            bad("商家须签订独家合作协议，否则降低搜索权重", source=Speaker.PLATFORM),
            bad("未按平台要求降价的，系统将自动调低商品售价", source=Speaker.PLATFORM),
    ),
    "C21": (
            bad("押金退还须到总部现场办理并提供原始收据", source=Speaker.PLATFORM),
            bad("用户押金转为购物券，恕不退现"),
            bad("押金不支持在线退，打电话也没人接"),
            bad("退押金收20%手续费"),
    ),
    "C22": (
            bad("下单前要上传身份证正反面和手持照，不然不卖"),
            bad("不同意隐私政策全部条款就不能用本店小程序"),
            bad("进店需先授权手机号、定位、通讯录，否则无法浏览"),
            bad("一次授权，永久有效，撤回无效", source=Speaker.PLATFORM),
    ),
}  # fmt: skip

CLEAN: Mapping[str, tuple[RuleExample, ...]] = {
    "C01": (
            exempt("怀疑评论都是刷的，实物很一般", source=Speaker.REVIEW),
            ok("旧店搬家，评价由平台官方迁移工具合并，商品相同"),
            ok("用AI生成的商品海报仅供装饰参考，以实物为准"),
    ),
    "C02": (
            exempt("反诈提醒：刷单返利都是诈骗，先垫付必被骗"),
            exempt("抖店代运营，负责商品上架与客服，不刷单"),
            ok("淘宝客推广佣金20%，通过阿里妈妈结算"),
    ),
    "C03": (
            exempt("本店不以返现换取好评，如客服索要请举报"),
            exempt("严禁商家以返现、红包、赠品诱导好评", source=Speaker.PLATFORM),
            ok("售后卡：如有问题请联系客服，电话400-000-0000"),
    ),
    "C04": (
            exempt("打假课堂：大白免、康帅傅如何识别", Category.FOOD),
            ok("戴森吹风机收纳架，通用款，不含机器", Category.DIGITAL),
            ok("苹果授权经销商，授权编号可在官网查询", Category.DIGITAL),
    ),
    "C05": (
            ok("1:18仿真车模，合金", Category.CLOTHING),
            ok("收藏级复刻青花瓷碗，景德镇手工仿古工艺品", Category.CLOTHING),
            ok("原创设计链条包，自有品牌，无任何logo", Category.CLOTHING),
    ),
    "C06": (
            ok("我们和隔壁店是同一老板，货一样", Category.FOOD),
            ok("本店郑重道歉，此前发布的关于同行的不实言论已删除", Category.FOOD),
            ok("声明：近期有人冒用我店名义行骗，请认准本店", Category.FOOD),
    ),
    "C07": (
            ok("特等奖：价值49999元旅游卡一份，规则见活动页，公证处监督"),
            ok("员工年会抽奖，特等奖旅游基金"),
            ok("年会抽奖箱，亚克力透明，大号"),
    ),
    "C08": (
            ok("划线价为品牌厂商建议零售价，未必成交，仅供参考", Category.HOME),
            ok("本店从不先涨后降，支持价保30天", Category.HOME),
            ok("清仓特价，原价150元，现90元", Category.HOME),
    ),
    "C09": (
            ok("券后价99元，需领取20元优惠券", Category.DIGITAL),
            ok("首页价为起售价，具体以所选规格为准", Category.DIGITAL),
            ok("会员价89元，非会员109元，详情页均已标注", Category.DIGITAL),
    ),
    "C10": (
            ok("买贵退差：30天内降价可申请价保", Category.CLOTHING),
            ok("优惠券有效期7天，不可叠加，详见券面", Category.CLOTHING),
            ok("包邮（新疆西藏除外，运费15元）", Category.CLOTHING),
    ),
    "C11": (
            exempt("问价格客服半天不回", Category.HOME, source=Speaker.REVIEW),
            ok("安装费50元，页面已列明，偏远地区另加20元", Category.HOME),
            ok("二手个人闲置，价格可小刀，标价1200元", Category.HOME),
    ),
    "C12": (
            ok("大礼包含坚果6袋、果干2袋、饼干1盒", Category.FOOD),
            ok("下单送开果器1个", Category.FOOD),
            ok("中秋豪礼礼盒 8饼8味", Category.FOOD),
    ),
    "C13": (
            ok("默认发圆通快递"),
            ok("碎屏险可选，需要的请自行勾选"),
            ok("平台要求：不得默认勾选搭售商品"),
    ),
    "C14": (
            exempt("连续包月15元，到期前5日短信提醒，可随时取消，路径：我的-自动续费", Category.DIGITAL),
            exempt("年卡一次性购买，到期不自动续费", Category.DIGITAL),
            ok("定期购：每月送奶一次，可随时取消", Category.DIGITAL),
    ),
    "C15": (
            exempt("平台规则：商家不得设置概不退换等条款"),
            exempt("客服说概不退换，太霸道", source=Speaker.REVIEW),
            exempt("最终解释权条款属于违法，我们不使用"),
    ),
    "C16": (
            exempt("鲜活海鲜不支持七天无理由退货", Category.FOOD),
            exempt("软件激活码下载后不支持无理由退货", Category.DIGITAL),
            exempt("内衣拆封后不支持七天无理由退货，下单页已提示确认", Category.CLOTHING),
    ),
    "C17": (
            ok("差评我们会逐条回复并改进"),
            ok("屏蔽垃圾短信手机软件"),
            ok("平台将删除含有辱骂、广告的违法评价"),
    ),
    "C18": (
            ok("活动倒计时结束后恢复原价，以服务器时间为准", Category.DIGITAL),
            ok("最后一天，明日恢复199元", Category.DIGITAL),
            ok("现货当天发，缺货会提前联系您", Category.DIGITAL),
    ),
    "C19": (
            ok("价格随房态实时变化，所有用户看到的一致"),
            ok("可在设置中关闭个性化推荐"),
            ok("会员等级价：普通99，银卡95，金卡90"),
    ),
    "C20": (
            exempt("禁止要求商家二选一，欢迎举报", source=Speaker.PLATFORM),
            ok("严禁商家引导站外交易", source=Speaker.PLATFORM),
            ok("独家代理授权，本品牌线上独家经销商"),
    ),
    "C21": (
            ok("租赁物品损坏将按价目表从押金中扣除"),
            ok("定金与押金的区别科普"),
            ok("押金条收据本，二联"),
    ),
    "C22": (
            ok("指纹锁录入教程"),
            ok("收货需要姓名电话地址用于配送"),
            ok("跨境商品按海关要求需提供身份证号"),
    ),
}  # fmt: skip
