"""What stands around a hit: its clause and sentence, and whether it is denied, warned of or quoted."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from leads.normalising import Normalised

__all__ = ["ANSWER_MARK", "Passage"]

# A question and its answer are one sentence: what the customer named is what the merchant says yes or no to.
ANSWER_MARK = r"(?:(?:店主|店家|卖家|商家|客服|掌柜|主播|老板|a)(?:回答|答复|回复|答)?|回答|答复|回复|答)\d{0,2}[::]"
# So are a question and the merchant's own short answer: 执照?没有.
_SELF_ANSWER = (
    r"(?:那个|这个|这东西|本店|我们|小店)?,?(?:没有|没办|没弄|没得|没挂|没申请|没做|没过|木有|暂无|暂时没有|还没|未办|从没|不存在的"
    r"|不挂|没放|不放|不方便|不公示|想看|不搞|不支持|不做|其实(?:是|就|都)|随便(?:标|写|填)|后台点|对不起,没有)"
)
# A class first, so that the search skips to it.
_SENTENCE_SIGN = re.compile(
    rf"[。!;…?\n\r](?:(?<=[。!;…])|(?<=\?)(?![\s—-]*{ANSWER_MARK}|{_SELF_ANSWER})|(?<=[\n\r])(?![\s—-]*{ANSWER_MARK}))"
)
_SENTENCE_END = re.compile(rf"[。!;…]|\.{{3}}|\?(?![\s—-]*{ANSWER_MARK}|{_SELF_ANSWER})|[\n\r](?![\s—-]*{ANSWER_MARK})")
_CLAUSE_SIGN = re.compile(r"[,。!?:;\n\r…]")
_DOTS = "..."
_LONGEST_SENTENCE = 200

# Words in a row of quotes are said together: “最好”“国家级”等用语, 不得使用“保过”、“包过”.
_QUOTES_BEFORE = re.compile(
    r"(?:[“\"「『‘][^”\"」』’“「『‘\n]{1,20}[”\"」』’](?:[、,和与或及]|以及)?){0,12}[“\"「『‘][^”\"」』’\n]{0,20}$"
)
_QUOTES_AFTER = re.compile(
    r"[^“\"「『‘\n]{0,20}?[”\"」』’](?:(?:[、,和与或及]|以及)?[“\"「『‘][^”\"」』’“「『‘\n]{1,20}[”\"」』’]){0,12}"
)
_QUOTE = re.compile(r"[“\"「『‘]")
_ASKED = re.compile(
    rf"[^:]{{0,6}}(?:问|问题|提问|q|(?<!回复)(?<!答复)(?<!致)(?<!给)(?:买家|顾客|客户|网友))\d{{0,2}}[::.、](?!.*(?:{ANSWER_MARK}|(?:答|回复|回答|a)\d{{0,2}}[::.、]))",
    re.DOTALL,
)
_ANSWERED = re.compile(ANSWER_MARK)
_YES = re.compile(
    rf"[^。!;…]{{0,40}}?[?,]?[\s—-]*{ANSWER_MARK}(?:亲亲?|宝子?|宝贝|您好|你好|在的|嗯+|哈|,|~)*(?:有(?=[的货现啊呢哦嘛呀,。!]|一?点|一?些|$)|都?可以(?!的话)|能(?=[的啊哦呢,。!开做发办]|$)"
    r"|是(?:的|啊|呀|滴)|对(?:的|啊|呀)|当然|肯定|没问题|支持|要多少)"
)

# Denial reaches a few characters and not past 的 (没有副作用的最佳选择 does not deny 最佳); warnings reach further.
_DENIED = re.compile(
    r"(?:不能|不得|不可|不会|不是|并非|并不|绝不|从不|决不|绝非|不做|不敢|不存在|不涉及|不承诺|不保证|不宣传|不提供|不代表|不等于|不具有|不具备|不作|不构成"
    r"|不(?:请|聘请|邀请|找|雇|采用|借用|冒用|引用|假借|利用|出现|涉及|夸大)(?!自)|不以(?!及|上|下|内|外)|不一定|未必|不见得|谈不上|算不上|称不上|不敢说|不支持|不允许|不准|不搞|不玩|不接|不参与|没有|拒绝|不要|不售|不卖|不出售|不销售|不售卖|不经营|不供应|不代购|不收购|不回收|不代办|不办理|未|别信|莫信|不用|不说|无法|不应|不宜|避免使用|不含|不设|取消|不建议|不推荐|请不要|请别|千万别|千万不要|切莫|而不是|而非|区别于|有别于|不同于|不等同于?)(?:[^,。的最]|最(?=终)){0,6}$"
    r"|(?:谨防|警惕|切勿|请勿|严禁|禁止|杜绝|抵制|打击|举报|防范|识破|曝光|揭秘|远离|反对|小心|当心|禁用|慎用|取缔|识别(?!不|率|码|器)|辨别(?!不)|甄别|分辨(?!不|率)|揭穿|戳穿|揭露|查处|整治|骗局|谣言)[^,。]{0,10}$"
    r"|(?:不是|并非|绝非|没有|不属于)(?:任何|什么|所谓)[^,。]{0,14}$"
    r"|(?:不搞|不做|不玩|不接|不卖|不售|不收|不经营|不销售|不出售|不承诺|不保证|不得|拒绝|严禁|禁止|杜绝|抵制|谢绝)(?:[^,。、]{1,8}[、和或及/]){1,4}[^,。、]{0,4}$"
    r"|(?:不(?:意图|旨在|用于|适用于|能用于|可用于|宣称|声称|作为)|非用于|非旨在)[^,。]{0,14}$"
    r"|(?:什么是|何为|何谓|为什么|所谓(?:的)?|声称|宣称|标榜|鼓吹|打着|自诩|谎称|冒充|冒用|盗用|网传|凡是称?|凡称|凡标称|以“|以\"|听信|轻信|相信|宣传(?!语|片|册))[^,。]{0,6}$"
    r"|不使用(?:任何|[^,。的最药]{1,6}[、和或及])?$|[不非无未没勿别](?:是|有|能|可|会|做|以|说|再|敢|宜)?$"
)
_EXPOSED = re.compile(
    r"^[?]?[^。!\n]{0,16}?(?:这些?词|这些?话|这类词|这种词|那些词|那套话)[^,。!\n]{0,8}(?:不(?:能|可以?|得|许|准|让|该|应)?(?:写|说|用|提|敢|会|吹|出现|标|打|宣传)|没写|违(?:法|规)|禁用|禁止)|^(?:是|保证|承诺)?\?(?:那是)?(?:不是的|不存在|抱歉|对不起|不可能|没有|别信|假|骗|小心|不[,!。行要]|我们[不没]|本店[不没]|这里[不没]|想多了)|^[^。!?\n]{0,16}(?:不可信|不要信|不要相信|别相信|请勿相信|勿信|不得采信|需谨慎|要谨慎|请谨慎|警惕|请核实|慎重)|^[”\"'’]?(?:[、和与或][^,。!?\n]{0,12})?(?:这类|这种|此类|之类|等|那种|一类)(?:的)?(?:说法|话术|宣传|字样|词|用语|承诺|骗局|套路|口号|噱头|广告|虚假)|^的?(?:东西|商品|产品)?(?:并?不一定|未必|不见得|不等于|不代表|并不)|^[^。!?\n]{0,20}?(?:都是|均是|属于|均属|均为|涉嫌|就是|是|系|属|为)(?:典型的?|一种)?"
    r"(?:虚假|骗|违法|违规|谣言|误区|诈骗|不实|假[的酒货冒药烟茶]|犯罪|不合规|套路|坑|忽悠|陷阱|噱头|幌子|智商税|红线|误导|夸大|不科学|不可取|没有(?:科学)?(?:依据|根据)|禁用语|禁止)"
    r"|^[^,。!?\n]{0,4}吗\?(?:亲,?|您好,?)?(?:不能|不可以|不行|不具备|没有(?:这个|这种|该)|并?不(?:是|会|属于))"
    r"|^[^,。!?\n]{0,4}(?:类|产品|商品|功效)(?:都)?(?:要|须|需|应|得|必须)(?:先)?(?:有|取得|持|凭|具备)[^,。!?\n]{0,10}(?:证|批文|许可|注册|备案)"
    r"|^(?:的)?(?:药品?|产品|商品|东西|货)?(?:,)?(?:都|也|一律|一概|我们|本店|绝)+(?:不(?:卖|售|做|接|进|上架|收|经营|销售)|别买|不要买)"
    r"|^[^。!\n]{0,18}?(?:注意(?:甄别|辨别|识别|防范)|加以甄别|多留心|别上当|勿上当|不要上当|谨防)"
    r"|^[^。!?\n]{0,12}的(?:话|人|店|商家)?,?(?:都|就|均)?(?:要|得|请|务必|需)?(?:当心|小心(?!轻放)|警惕|留神)|^[”\"'’]?的(?:说法|宣传|承诺|字样)[^,。]{0,6}(?:均|都|并)?(?:不属实|不可信|不实|是假|系假)"
    r"|^(?:错在|为何违[法规]|为什么(?:违法|违规|不行|不能)|的(?:法律)?(?:责任|后果|风险提示|危害)|怎么罚|要罚|会被罚)"
)


class Passage:
    """A normalised text and what stands around its places. A sentence of more than 200 characters is cut there.

    Borders are sought once for all places, when first asked.
    """

    __slots__ = ("_clause_signs", "_has_quotes", "_sentence_signs", "has_dots", "normalised", "text")

    def __init__(self, normalised: Normalised) -> None:
        self.normalised = normalised
        self.text = normalised.text
        self._sentence_signs: list[int] | None = None
        self._clause_signs: list[int] | None = None
        self.has_dots = False
        self._has_quotes: bool | None = None

    @property
    def sentence_signs(self) -> list[int]:
        """Where sentences end, from before the text to behind it. Between two of them a sentence may still end at an
        ellipsis of full stops (`has_dots`)."""
        signs = self._sentence_signs
        if signs is None:
            text = self.text
            signs = [-1, *[found.start() for found in _SENTENCE_SIGN.finditer(text)], len(text)]
            self._sentence_signs = signs
            self.has_dots = _DOTS in text
        return signs

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Borders of the sentence around [start, end)."""
        signs = self.sentence_signs
        first, last = _between(signs, start, end, len(self.text))
        if self.has_dots:
            dots = self.text.rfind(_DOTS, first, start)
            first = dots + len(_DOTS) if dots >= 0 else first
            found = _SENTENCE_END.search(self.text, end, last)
            last = found.start() if found else last
        return first, last

    def window(self, start: int, end: int, reach: int) -> tuple[int, int]:
        """The sentence around [start, end), within reach of it."""
        signs = self._sentence_signs
        if signs is None:
            signs = self.sentence_signs
        if self.has_dots:
            first, last = self.sentence(start, end)
        else:
            place = bisect_left(signs, start)
            first, last = signs[place - 1] + 1, signs[place]
            if last < end:
                last = signs[bisect_left(signs, end, place)]
        return (first if first >= start - reach else start - reach), (last if last <= end + reach else end + reach)

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """Borders of the clause around [start, end)."""
        signs = self._clause_signs
        if signs is None:
            signs = [-1, *[found.start() for found in _CLAUSE_SIGN.finditer(self.text)], len(self.text)]
            self._clause_signs = signs
        return _between(signs, start, end, len(self.text))

    def spans_gap(self, start: int, end: int) -> bool:
        """Whether a word gap of the original lies inside."""
        gaps = self.normalised.gaps
        place = bisect_right(gaps, start)
        return place < len(gaps) and gaps[place] < end

    def denied(self, start: int, end: int) -> bool:
        """Whether the words are denied or warned of before, exposed as false after, or asked by a customer and not
        answered with yes.

        Words in quotes are denied with the whole row of quotes they stand in.
        """
        if self._asked(start) and _ANSWERED.search(self.text, start, end) is None:
            return _YES.match(self.text[end : end + 80]) is None
        if self._denied_before(start) or self._exposed_after(end) or self._exposed_after(start):
            return True
        first, last = self._quoted_row(start, end)
        return (first != start and self._denied_before(first)) or (last != end and self._exposed_after(last))

    def _denied_before(self, start: int) -> bool:
        begin = max(self.clause(start, start)[0], start - 18)
        gaps = self.normalised.gaps
        place = bisect_right(gaps, start) - 1
        if place >= 0:
            begin = max(begin, gaps[place])
        return _DENIED.search(self.text[begin:start]) is not None

    def _exposed_after(self, end: int) -> bool:
        return _EXPOSED.match(self.text[end : end + 30]) is not None

    def _asked(self, start: int) -> bool:
        return _ASKED.match(self.text[self.sentence(start, start)[0] : start]) is not None

    def _quoted_row(self, start: int, end: int) -> tuple[int, int]:
        if self._has_quotes is None:
            self._has_quotes = _QUOTE.search(self.text) is not None
        if not self._has_quotes:
            return start, end
        before = _QUOTES_BEFORE.search(self.text[max(0, start - 120) : start])
        after = _QUOTES_AFTER.match(self.text[end : end + 120])
        if before is None or after is None:
            return start, end
        return start - (min(start, 120) - before.start()), end + after.end()


def _between(signs: list[int], start: int, end: int, length: int) -> tuple[int, int]:
    """From past the last sign before to the first after, of signs that begin before the text and end behind it.
    Compared by hand, not by min and max: asked for each hit."""
    first = start - _LONGEST_SENTENCE if start > _LONGEST_SENTENCE else 0
    last = end + _LONGEST_SENTENCE if end + _LONGEST_SENTENCE < length else length
    place = bisect_left(signs, start)
    if place and signs[place - 1] >= first:
        first = signs[place - 1] + 1
    if signs[place] < end:
        place = bisect_left(signs, end, place)
    if signs[place] < last:
        last = signs[place]
    return first, last
