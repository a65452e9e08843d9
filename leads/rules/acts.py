"""Rules that try a page in the browser: pop-ups (A18), options ticked beforehand (C13), countdowns (C18).

What is looked for stands in `leads/acting.py`, what is done in `crawlers/acts/`.
"""

from __future__ import annotations

from datetime import date

from leads.acting import CACHED, FREE_OPTION, NECESSARY
from leads.authoring import law
from leads.over_time.scarcity import RESTOCKED
from leads.rules import act_examples as met
from leads.rules import over_time_examples as past
from leads.signals import LeadRule
from records.leads import Exemption, Severity, Verdict

__all__ = ["RULES"]

_BUREAU_RULES = "网络交易监督管理办法（总局令第37号）"

A18 = LeadRule(
    rule_id="A18",
    version="1",
    title="弹出广告不能一键关闭",
    domain="广告与宣传",
    severity=Severity.MEDIUM,
    basis=(
        law("互联网广告管理办法（总局令第72号）", "第十条第一款", "以弹出等形式发布互联网广告，广告主、广告发布者应当显著标明关闭标志，确保一键关闭，不得有下列情形：（一）没有关闭标志或者计时结束才能关闭广告；（二）关闭标志虚假、不可清晰辨识或者难以定位等，为关闭广告设置障碍；（三）关闭广告须经两次以上点击；（四）在浏览同一页面、同一文档过程中，关闭后继续弹出广告，影响用户正常使用网络；（五）其他影响一键关闭的行为。", since=date(2023, 5, 1), verified=True),
        law("中华人民共和国广告法", "第四十四条第二款", "利用互联网发布、发送广告，不得影响用户正常使用网络。在互联网页面以弹出等形式发布的广告，应当显著标明关闭标志，确保一键关闭。", since=date(2015, 9, 1), verified=False),
    ),
    penalty=(
        law("中华人民共和国广告法", "第六十二条第二款", "违反本法第四十四条第二款规定，利用互联网发布广告，未显著标明关闭标志，确保一键关闭的，由市场监督管理部门责令改正，对广告主处五千元以上三万元以下的罚款。", since=date(2018, 10, 26), verified=True),
    ),
    exemptions=(
        Exemption(exemption_id=NECESSARY, title="隐私、年龄、风险等必要告知，不是广告", proof="弹窗全文与其依据"),
    ),
    proof_needed="弹出前后与每次点击的截图或者录屏；弹窗内容是否广告；广告主与发布者",
    breaching=met.A18_BAD,
    clean=met.A18_OK,
)  # fmt: skip

C13 = LeadRule(
    rule_id="C13",
    version="1",
    title="将搭售商品、服务作为默认同意的选项",
    domain="竞争、价格与消费者",
    severity=Severity.HIGH,
    basis=(
        law("中华人民共和国电子商务法", "第十九条", "电子商务经营者搭售商品或者服务，应当以显著方式提请消费者注意，不得将搭售商品或者服务作为默认同意的选项。", since=date(2019, 1, 1), verified=True),
        law(_BUREAU_RULES, "第十七条", "（摘要）以直接捆绑或者提供多种可选项方式向消费者搭售商品或者服务的，应当以显著方式提醒消费者注意；不得将搭售商品或者服务的任何选项设定为消费者默认同意，不得将消费者以往交易中选择的选项在后续独立交易中设定为消费者默认选择。", since=date(2021, 5, 1), verified=False),
    ),
    penalty=(
        law("中华人民共和国电子商务法", "第七十七条", "（摘要）违反本法第十九条规定搭售商品、服务的，由市场监督管理部门责令限期改正，没收违法所得，可以并处五万元以上二十万元以下的罚款；情节严重的，并处二十万元以上五十万元以下的罚款。", since=date(2019, 1, 1), verified=True),
    ),
    exemptions=(
        Exemption(exemption_id=FREE_OPTION, title="运费险等由经营者承担费用的免费赠送", proof="不向消费者收费的结算记录"),
    ),
    proof_needed="进入页面即已勾选的截图或者录屏；结算明细；平台后台默认值设置",
    breaching=met.C13_BAD,
    clean=met.C13_OK,
)  # fmt: skip

C18 = LeadRule(
    rule_id="C18",
    version="1",
    title="谎称现货、虚构限时限量（倒计时重置、“仅剩 N 件”不变）",
    domain="竞争、价格与消费者",
    severity=Severity.MEDIUM,
    basis=(
        law(_BUREAU_RULES, "第十四条第二款第三项", "（摘要）不得采用谎称现货、虚构预订、虚假抢购等方式进行虚假营销。", since=date(2021, 5, 1), verified=False),
    ),
    penalty=(
        law("中华人民共和国反不正当竞争法（2025年修订）", "第二十五条第一款", "（摘要）对其商品作虚假或者引人误解的商业宣传的，由监督检查部门责令停止违法行为，处一百万元以下的罚款；情节严重的，处一百万元以上二百万元以下的罚款，可以并处吊销营业执照。", since=date(2025, 10, 15), verified=True),
    ),
    exemptions=(
        Exemption(exemption_id=CACHED, title="应答来自服务端或者内容分发网络的缓存", proof="缓存配置与活动起止时间"),
        Exemption(exemption_id=RESTOCKED, title="其间补货", proof="入库与库存记录"),
    ),
    proof_needed="两次以上由不同访客打开的录屏与时间；活动起止时间设置；库存与销售记录",
    breaching=(*met.C18_BAD, *(one for one in past.C18_PAST if one.verdict is Verdict.SUSPECTED)),
    clean=(*met.C18_OK, *(one for one in past.C18_PAST if one.verdict is not Verdict.SUSPECTED)),
)  # fmt: skip

RULES = (A18, C13, C18)
