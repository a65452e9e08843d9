"""Examples of the families of goods (G): what each has to hear, and its hardest likenesses.

Written from the articles before the rules were read; `wangjian rules test` runs them with the examples of the rule.
"""

from __future__ import annotations

from collections.abc import Mapping

from leads.authoring import bad, exempt, ok
from records.leads import RuleExample
from records.market import Category

__all__ = ["BREACHING", "CLEAN"]

BREACHING: Mapping[str, tuple[RuleExample, ...]] = {
    "G01": (
            bad("虎骨酒，八十年代老酒", Category.LIQUOR),
            bad("雪豹标本，整只剥制，客厅摆件"),
            bad("麝香，林麝原粉，一克起", Category.JEWELLERY),
            bad("豹猫皮褥子一张，毛色好，八百"),
    ),
    "G02": (
            bad("弹弓打鸟专用8mm钢珠配套"),
            bad("热成像猎杀仪夜间打猎套装 猎犬定位"),
            bad("电子捕鸟器 鹌鹑叫声 遥控诱鸟机"),
            bad("捕兽夹 大号 野猪夹子 一踩就中"),
    ),
    "G03": (
            bad("阿托品原料药 毒性中药 生川乌 生草乌 ", Category.DRUG),
            bad("泰勒宁 氨酚羟考酮 止痛", Category.DRUG),
            bad("肉毒素100单位 粉剂 韩国 白毒 绿毒", Category.DRUG),
            bad("狂犬疫苗 一针 自己打 冷链寄", Category.DRUG),
    ),
    "G04": (
            bad("头孢拉定 阿奇霉素 不用填问诊 直接拍", Category.DRUG),
            bad("二甲双胍缓释片 国药准字 25元 三盒包邮，私人转", Category.DRUG),
            bad("抗生素随便买，阿奇一盒18", Category.DRUG),
            bad("肺癌靶向药病友余药转让，未拆封", Category.DRUG),
    ),
    "G05": (
            bad("祖传接骨膏，自己熬的，没批号，专治骨折", Category.DRUG),
            bad("印度版伟哥 双效片 100mg", Category.DRUG),
            bad("泰国卧佛牌青草药膏 治皮炎", Category.DRUG),
            bad("越南白虎活络膏 藏药秘方丸 无准字", Category.DRUG),
    ),
    "G06": (
            bad("换弹小烟 三颗弹 荔枝味 学生都在抽", Category.TOBACCO),
            bad("通配烟蛋 悦刻 柚子 喜雾", Category.TOBACCO),
            bad("外烟批发 七星 黑魔鬼 茶烟替代", Category.TOBACCO),
            bad("手工卷烟 云南烟丝 500克", Category.TOBACCO),
    ),
    "G07": (
            bad("手铐 警用制式"),
            bad("催泪喷射器 防狼喷雾 辣椒水警用"),
            bad("弩 大黑鹰 全套箭"),
            bad("快排 PCP 高压气瓶 狙击套件"),
    ),
    "G08": (
            bad("眼镜摄像头 别人看不出来在拍", Category.DIGITAL),
            bad("伪装成打火机的高清录像 神不知鬼不觉", Category.DIGITAL),
            bad("反侦测隐蔽摄像 U盘形", Category.DIGITAL),
            bad("GPS强磁定位器 车底一吸 查老婆行踪 录音", Category.DIGITAL),
    ),
    "G09": (
            bad("学信网可查学历 三个月拿证"),
            bad("社保卡身份证 照片传来就做"),
            bad("租借银行账户过账，按流水提成"),
            bad("查开房 查户籍 查手机定位"),
    ),
    "G10": (
            bad("长江刀鱼 野生 清明前", Category.FOOD),
            bad("正宗江鲜 渔民夜捕 野生鳜鱼", Category.FOOD),
            bad("长江野生甲鱼 黄颡鱼 河虾", Category.FOOD),
            bad("扬中河豚 长江野生", Category.FOOD),
    ),
    "G11": (
            bad("染色馒头 柠檬黄加足", Category.FOOD),
            bad("酵素梅 喝了就拉 一周瘦八斤", Category.FOOD),
            bad("织纹螺 麦螺 鲜活", Category.FOOD),
            bad("蓝环章鱼 海鲜现货", Category.FOOD),
    ),
    "G12": (
            bad("保质期已过但密封没坏，猪油饼干清库存", Category.FOOD),
            bad("生产日期打磨过，重新喷码", Category.FOOD),
            bad("无生产日期 无保质期 散称辣条", Category.FOOD),
            bad("过期奶粉 低价处理 喂猫喂狗人也能吃", Category.FOOD),
    ),
    "G13": (
            bad("办证太麻烦，我们做酱鸭的都没证", Category.FOOD),
            bad("阿姨手工包的水饺 冷冻寄 没有食品许可证", Category.FOOD),
            bad("手工月饼 无SC 家里烤", Category.FOOD),
            bad("无食品经营许可 也能放心吃 十年老味道", Category.FOOD),
    ),
    "G14": (
            bad("不用喂奶了，这款跟亲妈的奶一模一样", Category.MOTHER_BABY),
            bad("断母乳首选，营养超过妈妈的奶", Category.MOTHER_BABY),
            bad("比母乳还好的配方", Category.MOTHER_BABY),
            bad("婴儿奶粉一段 没有注册号 海淘罐", Category.MOTHER_BABY),
    ),
    "G15": (
            bad("黑脸变白脸，七天白两度，小厂货没备案", Category.COSMETIC),
            bad("粤G妆网备字2020123456 美白祛斑霜", Category.COSMETIC),
            bad("祛斑霜 没有特证 三天淡斑", Category.COSMETIC),
            bad("增发密发 半年长满头，准字在办", Category.COSMETIC),
    ),
    "G16": (
            bad("干细胞面膜 细胞再生", Category.COSMETIC),
            bad("消炎祛痘膏 杀菌", Category.COSMETIC),
            bad("激光术后修护药妆 院线专供", Category.COSMETIC),
            bad("械字号同厂 医美级面膜", Category.COSMETIC),
    ),
    "G17": (
            bad("助听器 没备案 三无 便宜", Category.DEVICE),
            bad("制氧机 翻新 无证", Category.DEVICE),
            bad("熔脂仪 家用射频 未取得注册证", Category.DEVICE),
            bad("矫正牙套 自己咬模 正畸 无医疗资质", Category.DEVICE),
    ),
    "G18": (
            bad("玩具车 儿童 无3c", Category.DIGITAL),
            bad("电水壶 没做强制认证", Category.DIGITAL),
            bad("充电宝20000毫安 未认证 上飞机别带", Category.DIGITAL),
            bad("电热毯 没认证 便宜暖和", Category.DIGITAL),
    ),
    "G19": (
            bad("能效标签 一级能效贴纸 自己贴"),
            bad("CMA报告 改数据 加V"),
            bad("ISO9001证书 包过 不审核 直接出"),
            bad("质检报告代做 三天出 不用送样"),
    ),
    "G20": (
            bad("厂家不让写，无标无日期"),
            bad("中性包装 无任何标识 批发"),
            bad("玩具 散货 无牌 无警示说明", Category.MOTHER_BABY),
            bad("没有合格证 没有说明书 工厂流出"),
    ),
    "G21": (
            bad("质量抽查没过的电动车 便宜卖"),
            bad("热水器 直排式（已淘汰） 便宜", Category.HOME),
            bad("抽检不合格退回的火腿肠 半价", Category.FOOD),
            bad("国家明令淘汰的白炽灯 100瓦 现货"),
    ),
    "G22": (
            bad("杀虫脒 老牌 库存", Category.FARM_SUPPLY),
            bad("甲胺磷 乳油", Category.FARM_SUPPLY),
            bad("甲拌磷 3911 拌种", Category.FARM_SUPPLY),
            bad("蔬菜大棚用甲基异柳磷灌根", Category.FARM_SUPPLY),
    ),
    "G23": (
            bad("马铃薯种薯 无检疫 便宜", Category.FARM_SUPPLY),
            bad("玉米种子 白皮袋 无标签", Category.FARM_SUPPLY),
            bad("棉花种子 没有检疫证 散卖", Category.FARM_SUPPLY),
            bad("转基因玉米种 抗虫 无安全证书", Category.FARM_SUPPLY),
    ),
    "G24": (
            bad("兄弟姐妹一起拉，金字塔制度，早进早赚"),
            bad("加入会员998，推荐一人返300，下级再推你还拿100"),
            bad("门槛费2980 裂变三三复制 出局再排"),
            bad("每推荐一个会员奖200，伞下业绩3%"),
    ),
}  # fmt: skip

CLEAN: Mapping[str, tuple[RuleExample, ...]] = {
    "G01": (
            exempt("仿象牙树脂摆件", Category.JEWELLERY),
            ok("虎头鞋", Category.MOTHER_BABY),
            ok("巴西红耳龟 宠物小乌龟 人工养殖"),
    ),
    "G02": (
            exempt("禁止使用捕鸟网、电猫、兽夹，违者举报"),
            ok("果园防鸟网，不用于捕鸟"),
            ok("抄网 钓鱼用 折叠"),
    ),
    "G03": (
            ok("毒性药品管理标签贴纸", Category.DRUG),
            ok("新冠疫苗接种纪念徽章", Category.DRUG),
            ok("食用奶油发泡机，配件不含气弹", Category.DRUG),
    ),
    "G04": (
            exempt("过期药品回收点请到药店", Category.DRUG),
            ok("薄荷膏", Category.COSMETIC),
            ok("本药店经营许可证：京CB0100001，OTC感冒灵颗粒", Category.DRUG),
    ),
    "G05": (
            exempt("《印度药神》影评", Category.DRUG),
            ok("我们不代购境外药品", Category.DRUG),
            ok("海外代购保健品鱼油", Category.DRUG),
    ),
    "G06": (
            exempt("烟斗 石楠木 手工（不含烟丝）", Category.TOBACCO),
            ok("烟雾报警器", Category.TOBACCO),
            ok("香烟造型巧克力棒 ", Category.TOBACCO),
    ),
    "G07": (
            exempt("严禁销售管制刀具、弩、仿真枪"),
            exempt("甩棍舞台道具泡沫"),
            ok("《枪炮与玫瑰》专辑"),
    ),
    "G08": (
            ok("打击偷拍，宾馆客房检查服务", Category.DIGITAL),
            ok("录音笔 会议专用 学生", Category.DIGITAL),
            ok("反偷拍探测器 酒店防偷窥", Category.DIGITAL),
    ),
    "G09": (
            ok("办卡礼：某银行信用卡申请入口 银行官方"),
            ok("公司刻章需凭营业执照备案"),
            ok("反诈宣传：不要出租出借银行卡、电话卡"),
    ),
    "G10": (
            exempt("长江禁渔，拒绝食用野生江鲜", Category.FOOD),
            ok("海捕刀鱼（带鱼）", Category.FOOD),
            ok("长江牌挂面", Category.FOOD),
    ),
    "G11": (
            ok("蘑菇干 香菇", Category.FOOD),
            ok("鸭蛋 红心 自然散养", Category.FOOD),
            ok("减肥需迈开腿，黑咖啡冲调饮品", Category.FOOD),
    ),
    "G12": (
            ok("进口食品 附中文标签", Category.FOOD),
            ok("请在保质期内食用", Category.FOOD),
            ok("过期换新：如收到临期不足一月可退", Category.FOOD),
    ),
    "G13": (
            ok("手工蛋糕模具", Category.FOOD),
            ok("食品经营许可证JY11108071215650", Category.FOOD),
            ok("手工饺子 食品小作坊登记证号：川食坊登字2023001", Category.FOOD),
    ),
    "G14": (
            ok("仿真母乳奶嘴", Category.MOTHER_BABY),
            ok("母乳是婴儿最理想的食品，在无法母乳喂养时使用", Category.MOTHER_BABY),
            ok("特医食品 国食注字TY20190001", Category.MOTHER_BABY),
    ),
    "G15": (
            ok("防晒伞", Category.COSMETIC),
            ok("汽车防晒膜", Category.COSMETIC),
            ok("遮瑕膏 ", Category.COSMETIC),
    ),
    "G16": (
            exempt("药妆是违法概念，我们不使用", Category.COSMETIC),
            ok("温和配方，经过敏测试", Category.COSMETIC),
            ok("过敏体质请先测试", Category.COSMETIC),
    ),
    "G17": (
            ok("电子血压计 粤械注准20182070001", Category.DEVICE),
            ok("口罩 日常防护 非医用", Category.DEVICE),
            ok("普通按摩仪 非医疗器械", Category.DEVICE),
    ),
    "G18": (
            ok("毛绒玩具 3C已认证", Category.DIGITAL),
            ok("3C数码配件专营", Category.DIGITAL),
            ok("儿童座椅坐垫", Category.DIGITAL),
    ),
    "G19": (
            exempt("谨防假冒有机标志"),
            ok("能效一级空调，能效备案号可查"),
            ok("认证咨询：ISO9001体系辅导，需现场审核"),
    ),
    "G20": (
            exempt("拒绝三无产品"),
            ok("散装螺丝 执行标准GB/T 5782"),
            ok("厂名：义乌某某厂 厂址：义乌市 合格证随箱"),
    ),
    "G21": (
            ok("库存处理 过季服装"),
            ok("白炽灯造型LED灯"),
            ok("召回公告：如您购买了以下批次请联系退款"),
    ),
    "G22": (
            ok("禁用农药名录宣传册", Category.FARM_SUPPLY),
            ok("农药喷雾器", Category.FARM_SUPPLY),
            ok("吡虫啉 PD20150001", Category.FARM_SUPPLY),
    ),
    "G23": (
            exempt("拒绝白皮袋种子", Category.FARM_SUPPLY),
            ok("分装种子 备案", Category.FARM_SUPPLY),
            ok("种子发芽盘", Category.FARM_SUPPLY),
    ),
    "G24": (
            ok("会员费198元/年，享95折"),
            ok("打击传销，谨防拉人头"),
            ok("推荐新客户立减50"),
    ),
}  # fmt: skip
