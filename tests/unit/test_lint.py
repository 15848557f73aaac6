"""What a template's source is told when it is saved."""

import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.findings import Finding, Severity
from chalicelib.domain.lint import MOST, lint
from chalicelib.domain.messages import Kind
from chalicelib.domain.words import FORBIDDEN_WORDS, MARKETING_WORDS

VERIFICATION, NOTICE, MARKETING = Kind.VERIFICATION, Kind.NOTICE, Kind.MARKETING
ERROR, WARNING = Severity.ERROR, Severity.WARNING

#: What LeanCloud's guides show, each under its heading there, with the variables written in.
RESET = (
    "您请求重设应用“{{name}}”的密码，请输入验证码 {{code}} 验证，验证码仅在 {{ttl}} 分钟内有效。"
)
SIGN_UP = "欢迎使用“{{name}}”服务，您的验证码是 {{code}}，请输入完成验证。"
WELCOME = (
    "欢迎注册{{name}}应用！请使用验证码{{code}}来完成注册。"
    "该验证码将在{{ttl}}分钟后失效，请尽快使用。"
)
OLD_WELCOME = (
    "Hi {{username}},\n欢迎注册{{name}}应用，您可以通过验证码:{{code}}，进行注册。"
    "本条短信将在{{ttl}}分钟后自行销毁。请尽快使用。\n以上。"
)
ENGLISH_WELCOME = (
    "Welcome to {{{name}}}! Your verification code is {{{code}}}. "
    "Please complete signing up in {{{ttl}}} minutes."
)
PARCEL = (
    "您尾号为34323的订单号已经通过宅急送（快递单号12343432）安排递送，"
    "请您开箱验货确认无误后签收，物流查询拨打400-0000-xxx。"
)
JOINED = "感谢您注册 LeanCloud，领先的 BaaS 提供商，为移动开发提供强有力的后端支持。"
ENGLISH_JOINED = "Thanks for joining LeanCloud, the leading backend-as-a-service provider."
ROAMING = (
    "尊敬的用户：欢迎您来到上海，如需帮助请拨打客服热线10010或登录www.10010.com，"
    "优惠订购机票酒店请拨打116114。中国联通"
)
ORDER = (
    "尊敬的的用户，您的订单号：{{order_id}} 正在派送，请保持手机畅通，"
    "我们的快递员随时可能与您联系，感谢您的订阅。 "
)
ENGLISH_ORDER = "Your package for the order {{{order_id}}} will be delivered by the end of today."
RENT = (
    "XX房东您好，租客{{guest_name}}（手机号码：{{guest_phone}}）于{{payment_create_time}}向您支付了"
    "房租。租金为{{rent_price}}元，房屋地址在{{rent_addr}}。请关注微信公众号：XX租房。"
    "XX租房APP下载地址：http://example.com/download.html"
)
SHIPPED = (
    "亲，您的宝贝已上路，快递信息可以通过以下链接查询："
    "http://www.sf-express.com/cn/#search/{{bill_number}} "
)
DRAW = (
    "恭喜您获得关注广州体彩微信送“排列三”的活动彩票，您的号码是第{{phase}}期的：{{num}}。"
    "开奖时间为{{date}}，请关注公众号—开奖信息查询中奖状态。"
)
BOOKS = "春风十里，好书陪你！30万种畅销书5折封顶！http://t.cn/Iekds 回TD退订"
SPRING = (
    "X牌新款春装已经上市，明星夫妻同款你值得拥有！详情请咨询当地X牌门市店，"
    "或者直接登录 www.xxxx.com 查询门市店，或者拨打 010-00000000，凭短信可享 9 折优惠。"
)
CLASSMATES = (
    "还在找寻同桌的 TA 吗？还在烦恼过年回家联系不上老同学吗？"
    "iOS 用户在 App Store 搜索：找同学，下载最新版的找同学，让同学聚会重温往日时光！"
)
WHOLE_LINK = (
    "尊敬的会员您好，您的订单（订单号{{orderId}}）已确认支付。5周年庆新品降价！大牌奢品上演底价争霸，"
    "低至2折！BV低至888元！阿玛尼低至199元！都彭长款钱包仅售499元！杜嘉班纳休闲鞋仅售1399元！"
    "周年庆家居专场千元封顶现已开启！{{download_link}} 客服电话400-881-6609 回复TD退订"
)
LOTTERY = (
    "您好，本条短信来自“XX旅游”~恭喜幸运的您，在本次“北海道机票”抽奖活动中，"
    "获得二等奖——定制星巴克杯! 请您关注我们的微信公众号（XX旅游：xx_app)，"
    "回复“中奖名单”即可查看详细中奖名单及领取须知！后续还会有更多活动惊喜，"
    "期待您的参与~官方网站：xxsite.cn"
)
HOUSING = (
    "业主还在苦苦等待你的反馈，你认领的房源已超过1小时没有填写核实结果，"
    "请尽快登录XX客户端，在“业主--待处理”列表中进行填写。"
)


def look(source: str, kind: Kind = NOTICE) -> tuple[Finding, ...]:
    return lint(source, kind=kind, signature="天天商城")


def errors(source: str, kind: Kind = NOTICE) -> set[str]:
    return {finding.rule for finding in look(source, kind) if finding.severity is ERROR}


def told(source: str, kind: Kind, rule: str) -> list[tuple[Severity, str]]:
    """What of the source is told by *rule*, and how strongly."""
    return [
        (finding.severity, source[finding.at : finding.at + finding.length])
        for finding in look(source, kind)
        if finding.rule == rule
    ]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        *((source, VERIFICATION) for source in (RESET, SIGN_UP, WELCOME, OLD_WELCOME)),
        (ENGLISH_WELCOME, VERIFICATION),
        *((source, NOTICE) for source in (PARCEL, JOINED, ENGLISH_JOINED, ROAMING, ORDER)),
        *((source, NOTICE) for source in (ENGLISH_ORDER, RENT, SHIPPED, DRAW)),
        *((source, MARKETING) for source in (BOOKS, SPRING, CLASSMATES, LOTTERY)),
    ],
)
def test_what_the_guides_call_right_has_no_errors(source: str, kind: Kind) -> None:
    assert errors(source, kind) == set()


@pytest.mark.parametrize(
    ("source", "kind", "rules"),
    [
        (WHOLE_LINK, NOTICE, {"download-link", "marketing-word"}),
        (WHOLE_LINK, MARKETING, {"download-link"}),
        (LOTTERY, NOTICE, {"marketing-word"}),
        (HOUSING, NOTICE, {"forbidden-word"}),
        (HOUSING, MARKETING, {"forbidden-word"}),
        (HOUSING + "【XX网】", NOTICE, {"forbidden-word", "brackets"}),
        # Marketing is refused under another kind's name.
        (BOOKS, NOTICE, {"marketing-word"}),
        (SPRING, NOTICE, {"marketing-word"}),
        (
            SPRING + "{{code}}",
            VERIFICATION,
            {"marketing-word", "verification-link", "verification-number"},
        ),
        # A code is for verifications alone.
        (RESET, NOTICE, {"code"}),
        (RESET, MARKETING, {"code"}),
        (ORDER, VERIFICATION, {"no-code"}),
        ("【天天商城】" + RESET, VERIFICATION, {"brackets"}),
    ],
)
def test_what_the_guides_call_wrong_has_the_errors_they_name(
    source: str, kind: Kind, rules: set[str]
) -> None:
    assert errors(source, kind) == rules


@pytest.mark.parametrize(
    ("source", "severity", "places"),
    [
        ("全场打折", ERROR, ["打折"]),
        ("商品降价了", ERROR, ["降价"]),
        ("仅售9元，仅售今天", ERROR, ["仅售", "仅售"]),
        ("您已中奖", WARNING, ["中奖"]),
        ("中奖又中奖", WARNING, ["中奖", "中奖"]),
        ("会员优惠", WARNING, ["优惠"]),
        ("中奖者有优惠", ERROR, ["中奖", "优惠"]),
        ("优惠，{{#if a}}降价{{/if}}", ERROR, ["优惠", "降价"]),
        ("打 折，秒\n杀", ERROR, ["打 折", "秒\n杀"]),
        ("打\u3000折", ERROR, ["打\u3000折"]),
        ("打\ufe0f折 ⼤促", ERROR, ["打\ufe0f折", "⼤促"]),
        ("打{{#if a}}{{/if}}折", ERROR, ["打{{#if a}}{{/if}}折"]),
        ("打{{#if a}}8{{/if}}折", ERROR, ["打{{#if a}}8{{/if}}折"]),
        ("{{#if a}}打{{/if}}折", ERROR, ["打{{/if}}折"]),
        ("{{#if a}}打{{/if}}{{#if b}}8{{/if}}{{#unless c}}折{{/unless}}", ERROR)
        + (["打{{/if}}{{#if b}}8{{/if}}{{#unless c}}折"],),
        ("{{#if a}}打{{else}}折{{/if}}", None, []),
        ("{{#if a}}打{{/if}}{{#unless a}}折{{/unless}}", None, []),
        ("打{{x}}折", None, []),
        ("{{中奖}}", None, []),
        ("订单已发货", None, []),
    ],
)
@pytest.mark.parametrize("kind", [NOTICE, VERIFICATION])
def test_a_doubtful_word_alone_is_a_warning_and_two_words_are_errors(
    source: str, severity: Severity, places: list[str], kind: Kind
) -> None:
    assert told(source, kind, "marketing-word") == [(severity, place) for place in places]
    assert told(source, MARKETING, "marketing-word") == []


def test_a_team_has_words_of_its_own() -> None:
    def rules(source: str) -> list[tuple[str, Severity]]:
        findings = lint(
            source,
            kind=NOTICE,
            signature="店",
            marketing_words=["Ｓale", "免费?", "免 费", "free gift", ""],
            forbidden_words=["股票"],
        )
        return [(finding.rule, finding.severity) for finding in findings]

    assert rules("打折 房源") == []
    assert rules("big SALE 股票") == [("marketing-word", ERROR), ("forbidden-word", ERROR)]
    assert rules("免费") == [("marketing-word", ERROR)]
    assert rules("ｓａｌｅ, free gift") == [("marketing-word", ERROR)] * 2
    assert rules("s ale, freegift") == []


@pytest.mark.parametrize("words", [MARKETING_WORDS, FORBIDDEN_WORDS])
def test_the_words_can_be_said_in_a_setting(words: tuple[str, ...]) -> None:
    assert len(set(words)) == len(words)
    assert not [word for word in words if "," in word or "，" in word or word != word.strip()]


@pytest.mark.parametrize(
    ("source", "rule", "place"),
    [
        ("请看 {{link}}", "link", "{{link}}"),
        ("请看 {{{detail_url}}}", "link", "{{{detail_url}}}"),
        ("请看 {{detailURL}}", "link", "{{detailURL}}"),
        ("请看 {{shortlink}}", "link", "{{shortlink}}"),
        ("请看 {{href}}", "link", "{{href}}"),
        ("请看 {{链接}}", "link", "{{链接}}"),
        ("请看 {{商品网址}}", "link", "{{商品网址}}"),
        ("请看 http://{{x}}", "link", "{{x}}"),
        ("请看 https://{{x}}/a", "link", "{{x}}"),
        ("请看 http://{{shop}}.example.com/a", "link", "{{shop}}"),
        ("请看 http://www.example.{{x}}", "link", "{{x}}"),
        ("请看 {{shop}}.example.com", "link", "{{shop}}"),
        ("请看 www.{{x}}", "link", "{{x}}"),
        ("请看 t.cn{{x}}", "link", "{{x}}"),
        ("点击链接：{{x}}", "link", "{{x}}"),
        ("Link: {{x}}", "link", "{{x}}"),
        ("请看 {{#if link}}{{link}}{{/if}}", "link", "{{link}}"),
        ("下载地址：{{x}}", "download-link", "{{x}}"),
        ("下载：http://{{x}}", "download-link", "{{x}}"),
        ("请看 {{download_link}}", "download-link", "{{download_link}}"),
        ("Download {{url}} now", "download-link", "{{url}}"),
        ("请看 {{下载链接}}", "download-link", "{{下载链接}}"),
        ("请看 http://例子.{{x}}/", "link", "{{x}}"),
        ("请看 http://a.cn@{{x}}", "link", "{{x}}"),
        ("请看 http:{{x}}", "link", "{{x}}"),
        ("请看 ｈｔｔｐ：／／{{x}}", "link", "{{x}}"),
        ("请看 ht{{#if a}}tps://{{/if}}{{b}}", "link", "{{b}}"),
        ("请看 http:{{#if a}}//{{/if}}{{b}}", "link", "{{b}}"),
        ("请看 {{a}}://www.example.com", "link", "{{a}}"),
        ("请看 {{a}}//www.example.com", "link", "{{a}}"),
        ("请看 h{{a}}s://www.example.com", "link", "{{a}}"),
        ("请看 {{x}}.ru", "link", "{{x}}"),
        ("请看 {{x}}.example/a", "link", "{{x}}"),
        ("请看 {{ｌｉｎｋ}}", "link", "{{ｌｉｎｋ}}"),
        ("链 接：{{x}}", "link", "{{x}}"),
        ("链接：{{#if a}}http://t.cn/{{/if}}{{x}}", "link", "{{x}}"),
        ("下载App：{{x}}", "download-link", "{{x}}"),
        ("下 载{{#if a}}最新{{/if}}客户端： {{x}}", "download-link", "{{x}}"),
        ("下载APP请点 {{x}} 安装", "download-link", "{{x}}"),
        ("下载APP，请点击{{x}}", "download-link", "{{x}}"),
        ("点击{{x}}下载", "download-link", "{{x}}"),
        ("Download our new app at {{x}}", "download-link", "{{x}}"),
        ("Get the app: {{x}}", "download-link", "{{x}}"),
        ("请看 http://t.cn/{{link}}", "", ""),
        ("请看 t.cn/{{id}}?from={{download_url}}", "", ""),
        ("请看 http://www.example.com?id={{x}}", "", ""),
        ("请看 http://www.example.com，{{x}}", "", ""),
        ("请看 www.example.com {{x}}", "", ""),
        ("链接有效期：{{x}}", "", ""),
        ("{{linked_account}} {{curling}} {{security}}", "", ""),
        ("Hi {{name}}. Please wait", "", ""),
        ("价格{{x}}.5元，{{a}}.{{b}}元，{{y}}.{{m}}.{{d}}", "", ""),
        ("{{h}}:{{m}}，{{a}}/{{b}}，{{x}}km/h", "", ""),
        ("{{name}}https://example.com/a", "", ""),
        ("详见http://t.cn查看{{x}}，http://t.cn/a，{{x}}", "", ""),
        ("您下载的文件{{x}}已备好，共下载{{n}}次，下载时间：{{t}}，下载密码：{{p}}", "", ""),
        ("请到{{store}}下载，地点：{{x}}，下载学习要点：{{y}}", "", ""),
        ("Your download at {{time}} failed. Get your order at {{shop}}", "", ""),
    ],
)
def test_a_variable_is_no_link_and_no_host(source: str, rule: str, place: str) -> None:
    found = [
        (finding.rule, source[finding.at : finding.at + finding.length])
        for finding in look(source)
        if finding.severity is ERROR
    ]

    assert found == ([(rule, place)] if rule else [])


def test_a_link_may_be_variable_from_its_scheme_on() -> None:
    assert told("请看 {{a}}://{{b}}/", NOTICE, "link") == [(ERROR, "{{a}}"), (ERROR, "{{b}}")]


@pytest.mark.parametrize(
    ("source", "rule", "places"),
    [
        ("{{code}} http://a.cn/b", "verification-link", ["http://a.cn/b"]),
        ("{{code}} www.a.cn，a.com", "verification-link", ["www.a.cn", "a.com"]),
        ("{{code}} 见 a.cn/{{x}}", "verification-link", ["a.cn/{{x}}"]),
        ("{{code}} bit.ly/abc", "verification-link", ["bit.ly/abc"]),
        ("{{code}} 请看evil.ru/x，查看", "verification-link", ["evil.ru/x"]),
        ("{{code}} a.b.ru 见b.dev/x查看", "verification-link", ["a.b.ru", "b.dev/x"]),
        ("{{code}} 1.2.3.4/x", "verification-link", ["1.2.3.4/x"]),
        ("{{code}} 例子.中国/x", "verification-link", ["例子.中国/x"]),
        ("{{code}} 例子.我爱你", "verification-link", ["例子.我爱你"]),
        ("{{code}} 例子.随便/x", "verification-link", ["例子.随便/x"]),
        ("{{code}} http://例子.中国", "verification-link", ["http://例子.中国"]),
        ("{{code}} ｈｔｔｐ://a.ru", "verification-link", ["ｈｔｔｐ://a.ru"]),
        ("{{code}} weixin://dl/a", "verification-link", ["weixin://dl/a"]),
        ("{{code}} evil．ru evil․ru", "verification-link", ["evil．ru", "evil․ru"]),
        ("{{code}} ev\u200dil.\ufe0fru", "verification-link", ["ev\u200dil.\ufe0fru"]),
        ("{{code}} evil{{#if a}}.{{/if}}ru", "verification-link", ["evil{{#if a}}.{{/if}}ru"]),
        ("{{code}} evil.{{#if a}}ru{{/if}}{{#if b}}xx{{/if}}", "verification-link")
        + (["evil.{{#if a}}ru{{/if}}{{#if b}}xx"],),
        ("{{code}} 拨打400-881-6609", "verification-number", ["400-881-6609"]),
        ("{{code}} +8618612345678", "verification-number", ["+8618612345678"]),
        ("{{code}} 热线10010", "verification-number", ["10010"]),
        ("{{code}}或123 456", "verification-number", ["123 456"]),
        ("{{code}} ４００–８８１–６６０９", "verification-number", ["４００–８８１–６６０９"]),
        ("{{code}} 400-{{#if a}}820{{/if}}-8820", "verification-number")
        + (["400-{{#if a}}820{{/if}}-8820"],),
        ("{{code}} http://a.cn/123456", "verification-number", []),
        ("{{code}} {{ttl}}分钟，2026年，No. 1234", "verification-number", []),
        ("{{code}} App Store, v1.2, a@b", "verification-link", []),
    ],
)
def test_a_verification_carries_no_link_and_no_number(
    source: str, rule: str, places: list[str]
) -> None:
    assert told(source, VERIFICATION, rule) == [(ERROR, place) for place in places]
    assert told(source, NOTICE, rule) == []


@pytest.mark.parametrize(
    ("source", "kind", "rule", "places"),
    [
        ("您好", VERIFICATION, "no-code", ["您好"]),
        ("{{#if code}}您好{{/if}}", VERIFICATION, "no-code", ["{{#if code}}您好{{/if}}"]),
        ("{{#if code}}{{code}}{{/if}}", VERIFICATION, "no-code", []),
        ("{{#if code}}{{/if}}{{code}}", VERIFICATION, "no-code", []),
        ("{{#unless code}}{{else}}{{code}}{{/unless}}", VERIFICATION, "no-code", []),
        ("{{#if a}}{{code}}{{else}}x{{code}}{{/if}}", VERIFICATION, "no-code", []),
        ("{{#with a}}{{code}}{{else}}{{code}}{{/with}}", VERIFICATION, "no-code", []),
        ("{{#each a}}{{else}}{{code}}{{/each}}", VERIFICATION, "no-code", []),
        ("{{code}}{{#if code}}!{{/if}}", NOTICE, "code", ["{{code}}", "{{#if code}}!{{/if}}"]),
        ("{{name}} {{ttl}} {{sign}} {{template}}", MARKETING, "code", []),
        ("{{barcode}}", MARKETING, "code", []),
    ],
)
def test_a_code_belongs_into_verifications(
    source: str, kind: Kind, rule: str, places: list[str]
) -> None:
    assert told(source, kind, rule) == [(ERROR, place) for place in places]


@pytest.mark.parametrize(
    "source",
    [
        "{{#if a}}{{code}}{{/if}}",
        "登录{{#if op}}验证码{{code}}{{/if}}，{{ttl}}分钟",
        "{{#if code}}成功{{else}}{{code}}{{/if}}",
        "{{#unless code}}{{code}}{{/unless}}",
        "{{#if a}}{{code}}{{else}}{{#if b}}{{code}}{{/if}}{{/if}}",
        "{{#with a}}{{code}}{{/with}}",
        "{{#each code}}{{code}}{{/each}}",
        "{{#each a}}{{code}}{{else}}x{{/each}}",
    ],
)
def test_every_way_through_a_verification_prints_its_code(source: str) -> None:
    assert told(source, VERIFICATION, "no-code") == [(ERROR, source)]


@pytest.mark.parametrize(
    "source",
    [
        *("{{code}}，营业时间10:30-18:00，客服 Tel 1010", "{{code}}, v1.2.3, No.5, e.g. 3.5元"),
        "验证码{{code}}.请在{{ttl}}分钟内输入.谢谢",
        "天天商城.您的验证码是{{code}}",
        "Your code is {{code}}. Do not share it... Please",
        "稍候…Your code, XX Co.,Ltd. in the U.S. is {{code}}",
        "“天天”.Your code is {{code}}。Valid {{ttl}} min",
        "👨‍👩‍👧 ❤️ 您好，{{#if op}}{{op}}的{{/if}}验证码：{{code}}",
    ],
)
def test_an_honest_verification_is_not_barred(source: str) -> None:
    assert errors(source, VERIFICATION) == set()


@pytest.mark.parametrize(
    "source",
    [
        "报告 a.pdf、readme.txt 已生成，版本 v1.2.3，见 bit.ly/abc 或 1.2.3.4/x，400-881-6609。",
        "您的{{order}}已发货{{#if time}}，预计 {{time}} 送达{{/if}}。Tel: {{phone}}，No.{{no}}",
        "尊敬的{{name}}：{{date}} 10:30 起停水，{{ttl}}分钟后恢复。",
    ],
)
def test_an_honest_notice_is_not_barred(source: str) -> None:
    assert errors(source, NOTICE) == set()


@pytest.mark.parametrize(
    ("source", "barred"),
    [
        ("好" * 394, False),
        ("好" * 395, True),
        ("好" * 390 + "{{x}}{{sign}}", False),
        ("好" * 391 + "{{x}}{{sign}}", True),
        ("好" * 394 + "{{#if a}}好{{/if}}{{#each a}}好{{/each}}", False),
        ("好" * 390 + "{{#if a}}好好好好好{{else}}好好好好好好{{/if}}", True),
    ],
)
def test_what_can_never_be_sent_is_an_error(source: str, barred: bool) -> None:
    """The signature and its brackets are six of the four hundred."""
    assert told(source, NOTICE, "length") == [(ERROR, source)] * barred


def test_an_each_shows_nothing_and_is_a_warning() -> None:
    source = "您好{{#each a}}{{this}}{{/each}}"

    assert told(source, NOTICE, "each") == [(WARNING, "{{#each a}}{{this}}{{/each}}")]
    assert errors(source) == set()


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("{{a}}{{b}}", ["{{a}}{{b}}"]),
        ("{{a}}{{b}}{{c}}", ["{{a}}{{b}}", "{{b}}{{c}}"]),
        ("{{#if x}}{{a}}{{{b}}}{{/if}}", ["{{a}}{{{b}}}"]),
        ("{{a}} {{b}}", []),
        ("{{a}}，{{b}}", []),
        ("{{#if x}}{{a}}{{else}}{{b}}{{/if}}", []),
    ],
)
def test_variables_without_anything_between_are_a_warning(source: str, places: list[str]) -> None:
    assert told(source, NOTICE, "adjacent") == [(WARNING, place) for place in places]


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        ("好" * 64, 1),
        ("好" * 65, 2),
        ("好" * 58 + "{{code}}", 1),
        ("好" * 59 + "{{code}}", 2),
        ("好" * 62 + "{{ttl}}{{x}}{{name}}", 1),
        ("好" * 60 + "{{sign}}", 1),
        ("好" * 61 + "{{sign}}", 2),
        ("好" * 60 + "{{#if a}}短{{else}}长长长长长{{/if}}", 2),
        ("好" * 60 + "{{#if a}}短{{/if}}", 1),
        ("a" * 160, 3),
    ],
)
def test_more_than_one_message_is_told_with_its_signature(source: str, messages: int) -> None:
    found = [finding for finding in look(source, VERIFICATION) if finding.rule == "segments"]

    assert [finding.severity for finding in found] == [WARNING] * (messages > 1)
    assert all(f"at least {messages} messages" in finding.text for finding in found)
    assert all((finding.at, finding.length) == (0, len(source)) for finding in found)


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("Don’t wait, {{name}}", ["’"]),
        ("Don’t, won’t", ["’", "’"]),
        ("Ready：{{x}}", ["："]),
        ("{{变量}} ready…", ["…"]),
        ("{{#if a}}Don’t{{/if}} wait", ["’"]),
        ("Don't wait", []),
        ("“Ready”", []),
        ("好", []),
        (ENGLISH_WELCOME, []),
    ],
)
def test_one_character_that_makes_a_text_dear_is_told(source: str, places: list[str]) -> None:
    assert told(source, NOTICE, "encoding") == [(WARNING, place) for place in places]


def test_the_character_is_named() -> None:
    (finding,) = look("Don’t wait")

    assert "’ (U+2019)" in finding.text


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("{{#foo a}}x{{/foo}}", "{{#foo a}}"),
        ("打折{{> p}}", "{{> p}}"),
        ("{{#if a}}x", "{{#if a}}"),
        ("{{code", "{{code"),
    ],
)
def test_what_is_misspelt_is_an_error_and_told_alone(source: str, place: str) -> None:
    (finding,) = look(source)

    assert finding.severity is ERROR
    assert source[finding.at : finding.at + finding.length] == place
    assert finding.text[0].isupper() or not finding.text[0].isalpha()
    assert finding.text.endswith(".")


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("【天天】您好", ["【天天】"]),
        ("您好【", ["【"]),
        ("】{{a", ["】"]),
        ("【{{sign}}】您好【】", ["【{{sign}}】", "【】"]),
        ("︻天天︼", ["︻天天︼"]),
        ("【天天︼您好︻", ["【天天︼", "︻"]),
        ("[天天]", []),
    ],
)
def test_a_signature_in_the_source_is_an_error(source: str, places: list[str]) -> None:
    assert told(source, NOTICE, "brackets") == [(ERROR, place) for place in places]


def test_overlapping_words_are_told_once() -> None:
    findings = lint(
        "全场打折扣，打折",
        kind=NOTICE,
        signature="店",
        marketing_words=["折扣?", "打折", "打折扣?"],
    )

    assert [(finding.at, finding.length) for finding in findings] == [(2, 3), (6, 2)]
    assert {finding.severity for finding in findings} == {ERROR}


def test_of_too_many_findings_the_errors_are_told_first_and_every_text_once() -> None:
    found = look("{{a}}{{b}}" * 40 + "，房源 " * 60 + "打折 " * 60 + "{{#each x}}{{/each}}")
    texts = [finding.text for finding in found]

    assert len(found) == MOST
    assert {finding.severity for finding in found} == {ERROR}
    assert {finding.rule for finding in found} == {"forbidden-word", "marketing-word", "length"}
    assert sorted(texts.count(text) for text in set(texts)) == [1, 24, 25]


@given(
    st.lists(
        st.sampled_from(
            [*"好 .’【】:/\n", "http://", "{{link}}", "{{a}}", "{{#if a}}x{{else}}{{b}}{{/if}}"]
            + [
                "打折",
                "下载",
                "www.",
                "a.cn",
                "12345",
                "{{code}}",
                "中奖",
                "{{this}}",
                "ﬁ",
                "\u200d",
            ]
            + [
                "打",
                "折",
                " ",
                "{{#if b}}",
                "{{#unless a}}{{/unless}}",
                "{{/if}}",
                "．ru",
                "点击",
                "房源",
            ]
            + ["{{#each e}}z{{else}}1{{/each}}", "{{#with c}}.{{/with}}", "{{#if d}}/{{/if}}"]
        ),
        max_size=30,
    ).map("".join),
    st.sampled_from(Kind),
)
def test_whatever_is_written_findings_lie_within_it_in_order(source: str, kind: Kind) -> None:
    findings = look(source, kind)

    assert list(findings) == sorted(findings, key=lambda finding: finding.at)
    assert len(set(findings)) == len(findings) <= MOST
    for finding in findings:
        assert 0 <= finding.at <= finding.at + finding.length <= len(source)
        assert finding.text.endswith(".")


#: Conditions enough for as many readings as there can be.
FORKS = "".join("{{#if " + name + "}}x{{else}}y{{/if}}" for name in "abcd")
#: Two hundred words, each of which stands anywhere in a text of two letters.
WORDS = ["".join(word) for many in range(1, 8) for word in product("一二", repeat=many)][:200]


@pytest.mark.parametrize("before", ["", FORKS, "{{#if v}}{{/if}}" * 20])
@pytest.mark.parametrize(
    "piece",
    [
        "{{a}}链接 ",
        "链接",
        "a.",
        "a-",
        "www.",
        "1 ",
        "1.2.3.",
        "【",
        "x.a ",
        "http:",
        "中.",
        "a@",
        "a.cn/?",
    ]
    + [
        "打 ",
        " ",
        "一二",
        "一一二一二二 ",
        ".",
        "ﷺ",
        "下载请点 ",
        "\u200d",
        "a{{a}}//",
        "下载{{a}}",
    ],
)
def test_no_source_takes_long(piece: str, before: str) -> None:
    source = (before + piece * min(2000, 90 if "{" in piece else 2000))[:1990]
    begun = time.process_time()

    lint(source, kind=VERIFICATION, signature="店", marketing_words=WORDS, forbidden_words=WORDS)

    assert time.process_time() - begun < 2
