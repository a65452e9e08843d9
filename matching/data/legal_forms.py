"""组织形式 and 分支 words that end a registered name, grouped into families that people use for one another."""

from __future__ import annotations

__all__ = ["BRANCH_ENDINGS", "FORMS", "NICKNAME_SUFFIXES", "STALL_FORMS"]

FORMS = {
    "company": (
        "股份有限责任公司 股份有限公司 有限责任公司 有限公司 责任公司 股份公司 集团股份有限公司 集团有限责任公司 集团有限公司 "
        "控股集团有限公司 控股有限公司 集团公司 集团总公司 总公司 分公司 股份合作公司 合作公司 公司 集团 有限责任 有限 "
        "责任有限公司 股份制公司"
    ),
    "cooperative": (
        "农民专业合作社联合社 专业合作社联合社 农民专业合作社 专业合作社 合作社联合社 供销合作社 合作社 联合社 农业合作社 "
        "农村信用合作联社 信用合作联社 合作联社 联社"
    ),
    "partnership": "有限合伙企业 普通合伙企业 特殊普通合伙 普通合伙 有限合伙 合伙企业 个人独资企业 独资企业 个人独资",
    "works": "分厂 总厂 厂",
    "stall": "",
    "body": "律师事务所 会计师事务所 税务师事务所 事务所 研究总院 研究院 研究所 设计研究院 设计院 研究中心 中心 学校 医院 协会 基金会 委员会 工作室 俱乐部 出版社 杂志社 培训学校 合作医疗站 农场 林场 牧场 渔场 代表处 办事处",
}  # fmt: skip
"""Families of forms: within one, a difference says little; between two, it speaks against."""

STALL_FORMS = (
    "经营部 商行 商店 综合商店 门市部 综合门市部 门市 经销部 经销处 经销点 经营店 销售部 销售点 批发部 服务部 供应站 供应点 服务站 维修部 维修站 加工部 加工厂 加工店 "
    "便利店 小卖部 代销店 代销点 双代店 双代点 专卖店 专营店 连锁店 直销店 零售店 批发店 分销店 网店 个体店 商贸行 贸易行 经营处 工作坊 作坊 采购站 收购点 收购站 仓库 "
    "储备库 直属库 工程队 车队 施工队 大厦 大楼 总汇 大世界 广场 园区 度假区 开发区 基地 总站 供销社 分销社 俱乐部 服务中心 综合部 第一门市部 第二门市部 "
    "馆 坊 铺 行 庄 店 部 站 场 社 所 屋 院 轩 阁 局 队 点 处 库 栈 园 城 室 厅"
)  # fmt: skip
"""Endings of 个体工商户 and small shops; the trade word before them (水果, 服装) stays in 行业."""

BRANCH_ENDINGS = (
    "分公司 支公司 营业部 支行 分行 分理处 储蓄所 支局 邮政所 邮电所 分店 分厂 办事处 代表处 分部 服务处 加油站 信用社 分社 门店 "
    "分校 分院 分所 经营部 项目部 工程处 直销部 销售处 分场 分中心 营业厅 营业所 收购站 供应站 连锁店 专卖店 旗舰店 门市部 "
    "服务部 经销部 商店 站 厂 店 部 处 所 局"
)  # fmt: skip
"""What a branch named after its parent ends in (…有限公司无锡五爱路店)."""

NICKNAME_SUFFIXES = (
    "海外官方旗舰店 官方旗舰店 海外旗舰店 自营旗舰店 品牌旗舰店 官方授权店 品牌授权店 授权专卖店 官方专卖店 官方直营店 官方企业店 "
    "旗舰店 专营店 专卖店 官方店 直营店 企业店 自营店 自营 授权店 品牌店 工厂店 厂家店 厂家直销店 直销店 折扣店 淘宝店 天猫店 网店 "
    "微店 小店 店铺 优选店 严选店 精品店 线上店 网上商城 官方商城 商城 官网 官方 直播间 的小店 的店 总店 号店"
)  # fmt: skip
"""What platforms and sellers add to a name on a storefront."""
