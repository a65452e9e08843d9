"""Classes of words that the families of several rules share.

A family is a grammar of slots (who or what, what is done to it, what follows), each a class of words, in one clause or
sentence; the gaps between slots are `leads.authoring`'s.
"""

from __future__ import annotations

__all__ = [
    "BUYERS",
    "COUNTED",
    "FABRICATED",
    "HIDDEN",
    "MISSING",
    "OF_OTHERS",
    "PRICE",
    "REPORTED",
    "REVIEWED",
    "TOLD",
]

REVIEWED = r"好评|评价|评论|买家秀|晒图|晒单|追评"
"""What customers are supposed to have written."""
COUNTED = r"销量|月销|成交(?:记录|量|额)?|订单(?:量)?|出单|单量|人气|在线人数|观看人数|直播间人数|弹幕|关注(?:度|数)|点赞|收藏数|加购|播放量|阅读量|粉丝(?:数|量)?"
"""What customers are supposed to have done."""
BUYERS = r"客人|买家(?!秀|号)|顾客|用户|客户|消费者|真实|网友|大家|亲们|专家|记者|孩子|学员|业主"
"""Who may write and buy."""
FABRICATED = r"刷|编|造|堆|冲|灌|凑|虚(?:构|报|增|假)|p|假|伪造|包装"
"""How figures and reviews are made up."""
PRICE = r"价格|价钱|报价|售价|价位|房价|单价|底价|实价|批发价|收费(?:标准)?|价目(?:表)?|价"
"""What has to be marked."""
HIDDEN = r"不(?:方便|便|能|想|愿意?|予|对外|在(?:网|线)上|往?外)?(?:公开|公示|展示|公布|出示|透露|挂(?:出来|网上|上)?|亮(?:照|证|出)?|晒|上传|贴(?:出来)?|放(?:网上|出来|上来)|给看|外传|示人|对外|告知?诉?)|没(?:有)?(?:挂|亮|放|贴|上传|公示|公开|展示|写(?:上)?|晒)|未(?:挂|亮|上传|公示|公开|展示|公布)|保密|恕不(?:公开|展示|提供|奉告)|懒得(?:上传|挂|放|弄|更新|换)|空着|不挂"
"""How something that has to be shown is kept back."""
MISSING = r"没(?:有)?(?:办|领|拿|取得|申请|备案|注册|登记)?|无|未(?:办(?:理)?|取得|经|获得?|申请|领|通过|备案|注册|登记)?|不带|缺|欠"
"""Before the name of a paper: there is none."""
REPORTED = r"通报|通告|公告(?<!店铺公告)(?<!本店公告)(?<!小店公告)(?<!商城公告)(?<!抽奖公告)(?<!活动公告)(?<!店主公告)(?<!商家公告)(?<!门店公告)(?<!老板公告)(?<!直播间公告)(?<!会员公告)(?<!最新公告)(?<!重要公告)|判决|裁定|监管局|药监|法院|抽检结果|辟谣|谣言|报道|科普|如何(?:识别|鉴别|辨别|投诉)|谨防|警惕|举报|反诈|严禁|禁止|不得|打击|查处|抵制假|拒绝|《"
"""Words of those who speak about a breach and do not commit it."""
TOLD = r"谨防|警惕|防范|当心|小心|请勿|切勿|勿(?:买|信|轻信)|别(?:买|信|上当)|不得|严禁|禁止|杜绝|应当|违法(?!所得)|违规|犯法|犯罪|处罚|罚款|责令|没收|追究|判刑|法律(?:责任|后果)|如何|怎么(?:识别|办理?|查|看|投诉|举报|辨|处理)|认准|科普|普法|解读|辟谣|谣言|《|拒绝(?!公示|展示|公开|提供|出示|上传|注销)|抵制|打击|查处|取缔|举报(?:电话|热线|方式|入口|有奖|投诉)|欢迎举报|投诉|维权|反诈|骗局|骗子|曝光|(?:从|绝|坚决|一律|一概|概|本店|我们)不(?:卖|售|做|收|进|销售|出售|经营|碰|接|用|搞|参与)|不(?:卖|售|销售|出售|代购|经营)(?!后|额|完)"
"""Words of those who warn, teach, quote the law or say that they do not do it. Narrower than `REPORTED`: who fears to
be reported, or tells that a thing was recalled, may well commit the breach."""
OF_OTHERS = rf"{REPORTED}|违法|违规|违反|不参与|骗局|诈骗|绝不|从不|从未(?=刷|有过|参与)|决不|绝无|杜绝|抵制|反对|(?<![不没无发行再未做给])提醒(?:大家|各位|广大|您|消费者)?[,:]|处罚|罚款|被罚|监管(?:部门|要求|总局)|消协|消保委|消费者协会|法规|法律|条例|管理办法|应当|承诺(?:不|绝)|不搞|(?:我们|本店|小店|平台|商家)(?:承诺)?不(?:会|搞|做|玩|设|收取任何)|规则要求|普法|教训|维权|投诉(?:热线|渠道)"
"""Words of those who warn, report, quote a rule or say that they do not do it: kept out of trade's wordings."""
