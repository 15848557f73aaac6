"""This is where a template's source is judged as it is saved: what bars it, and what it costs.

| rule                | of which kind  | what is found                                           |
|---------------------|----------------|---------------------------------------------------------|
| handlebars' own     | any            | the source is misspelt; then only brackets are told too |
| brackets            | any            | 【 or 】: the service puts the signature in front         |
| link, download-link | any            | a variable that is a link, or a link's host             |
| forbidden-word      | any            | a word that carriers refuse in any text                 |
| marketing-word      | not marketing  | a word of marketing                                     |
| no-code             | verification   | no `{{code}}` is printed                                |
| verification-link   | verification   | a link                                                  |
| verification-number | verification   | five digits or more: a phone number, a written code     |
| code                | others         | the variable `code`, which only verifications have      |
| adjacent            | any; a warning | two variables with nothing between, not even a blank    |
| segments            | any; a warning | more than one message to bill                           |
| encoding            | any; a warning | one character makes the text UCS-2                      |

The others are errors, but for one case.  A listed marketing word is an error; one listed with a
question mark also stands in honest notices, and is an error only beside another word of the list,
else a warning.  So `中奖?` lets a notice tell of a draw, while `抽奖`, or 中奖 and 优惠, bar it.

Neighbours are no error, since first and family names meet like that; but who reads the text, or
matches it against its template as carriers do, cannot tell where one value ends.

Rules and words are those of LeanCloud's SMS guide, whose examples are this file's tests.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from .codes import DIGITS
from .handlebars import Block, Misspelt, Node, Template, Text, Value, parse
from .messages import Kind
from .segments import count, strangers

#: The first five are LeanCloud's, as are 抽奖 and what its examples of marketing say.
MARKETING_WORDS = (
    *("打折", "降价", "仅售", "中奖?", "优惠?", "抽奖", "促销", "秒杀", "抢购", "大促"),
    *("折扣?", "特价?", "低至?", "返现?", "封顶?", "畅销?", "新款?", "新品?"),
)

#: The first two are LeanCloud's.
FORBIDDEN_WORDS = ("房源", "借贷", "放贷", "网贷", "套现", "赌博")

#: What stands for a character of a variable and of a block's tags; no source can hold either.
_VALUE, _TAG = "\x01", "\x02"

_ENDINGS = "com|cn|net|org|io|app|me|cc|top|xyz|co|info|vip|club|shop|site|link|tv|hk|tw|jp|kr|uk"
_URL = re.compile(
    rf"(?:https?://|(?<![\w.@\x01\x02-])(?=www\.|(?:[\w\x01\x02-]+\.)+(?:{_ENDINGS})\b))"
    r"(?P<host>[\w.:@\x01\x02-]*)(?:[/?#][\w.~:/?#@!$&'()*+,;=%\x01\x02-]*)?",
    re.ASCII | re.IGNORECASE,
)
#: A name that means a link, and words before a variable that announce one.
_LINK = re.compile(r"(?:link|ur[il]|href)s?(?![a-z])|链接|网址|短链|下载地址", re.IGNORECASE)
_CUE = re.compile(
    r"(?:(?:链接|网址|短链|下载|\b(?:link|url|download))(?:地址|如下|查询|查看|为|是)?\s*[:：]"
    r"|(?:链接|下载)地址)\s*$",
    re.IGNORECASE,
)
_DOWNLOAD = re.compile(r"下载|download", re.IGNORECASE)
#: How far before a link a word still speaks of it.
_NEAR = 12

_NUMBER = re.compile(r"\+?\d(?:[ -]?\d){4,}")
_BRACKETS = re.compile(r"【[^【】]*】|[【】]")


class Severity(StrEnum):
    """Whether a template can be approved all the same."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: by which *rule*, said to a person in *text*, and where.

    It lies at *at* in the source and is *length* long, both in characters; what is true of the
    whole text has all of it.
    """

    rule: str
    severity: Severity
    at: int
    length: int
    text: str


def lint(
    source: str,
    *,
    kind: Kind,
    signature: str,
    marketing_words: Sequence[str] = MARKETING_WORDS,
    forbidden_words: Sequence[str] = FORBIDDEN_WORDS,
) -> tuple[Finding, ...]:
    """All there is to say about *source* as a template of this *kind*, by its places.

    *signature* is the text that will stand in 【】 in front.  Words given replace the default.
    """
    found = list(_brackets(source))
    try:
        template = parse(source)
    except Misspelt as fault:
        said = f"{fault.text[:1].upper()}{fault.text[1:]}."
        found.append(Finding(fault.rule, Severity.ERROR, fault.at, fault.length, said))
    else:
        plain = _plain(source, template)
        found += _links(plain, template)
        found += _forbidden(plain, forbidden_words)
        if kind is not Kind.MARKETING:
            found += _marketing(plain, marketing_words, kind)
        found += _verification(plain) if kind is Kind.VERIFICATION else ()
        found += _codes(source, template, kind)
        found += _neighbours(template.nodes)
        found += _segments(source, template, signature)
        found += _encoding(plain, template)
    return tuple(sorted(found, key=lambda finding: (finding.at, finding.length, finding.rule)))


def _brackets(source: str) -> Iterator[Finding]:
    for match in _BRACKETS.finditer(source):
        text = "The signature in 【】 is put in front by the service: leave it out."
        yield _error("brackets", match, text)


def _links(plain: str, template: Template) -> Iterator[Finding]:
    urls = list(_URL.finditer(plain))
    for value in _walk(template.nodes):
        if not isinstance(value, Value):
            continue
        before = plain[: value.at]
        url = next((url for url in urls if url.start() <= value.at < url.end()), None)
        if url and value.at >= url.end("host"):
            continue  # a host is written out, and that is what a reader goes by
        if not (url or _LINK.search(value.name) or _CUE.search(before)):
            continue
        near = plain[: url.start() if url else value.at][-_NEAR:]
        rule, said = "link", "stands for a link: write its host out and let variables follow it"
        if _DOWNLOAD.search(value.name) or _DOWNLOAD.search(near):
            rule, said = "download-link", "stands for a download link, which must be written out"
        yield _error(rule, value, f"The variable {value.name} {said}.")


def _forbidden(plain: str, words: Sequence[str]) -> Iterator[Finding]:
    for word in words:
        for match in _finds(word, plain):
            yield _error("forbidden-word", match, f"Carriers refuse {word} in every text.")


def _marketing(plain: str, words: Sequence[str], kind: Kind) -> Iterator[Finding]:
    doubtful = {word.rstrip("?？"): word.endswith(("?", "？")) for word in words}
    found = {word: tuple(_finds(word, plain)) for word in doubtful}
    several = sum(map(bool, found.values())) > 1
    for word, matches in found.items():
        for match in matches:
            if several or not doubtful[word]:
                text = f"{match[0]} is marketing: save this as marketing, or say it otherwise."
                yield _error("marketing-word", match, text)
            else:
                text = f"{match[0]} is a word of marketing: carriers may refuse it in a {kind}."
                yield _warning("marketing-word", match, text)


def _verification(plain: str) -> Iterator[Finding]:
    for match in _URL.finditer(plain):
        yield _error("verification-link", match, "A verification carries no link.")
    for match in _NUMBER.finditer(_URL.sub(lambda url: _TAG * len(url[0]), plain)):
        text = "A verification carries no phone number, and no code but {{code}}."
        yield _error("verification-number", match, text)


def _codes(source: str, template: Template, kind: Kind) -> Iterator[Finding]:
    named = [node for node in _walk(template.nodes) if not isinstance(node, Text)]
    codes = [node for node in named if node.name == "code"]
    if kind is not Kind.VERIFICATION:
        for node in codes:
            yield _error(
                "code", node, f"The variable code is for verifications: a {kind} text has none."
            )
    elif not any(isinstance(node, Value) for node in codes):
        text = "A verification prints its code: write {{code}} where it is to stand."
        yield Finding("no-code", Severity.ERROR, 0, len(source), text)


def _neighbours(nodes: Sequence[Node]) -> Iterator[Finding]:
    for first, second in pairwise(nodes):
        if isinstance(first, Value) and isinstance(second, Value):
            text = f"Nobody can tell where {first.name} ends and {second.name} begins."
            length = first.length + second.length
            yield Finding("adjacent", Severity.WARNING, first.at, length, text)
    for node in nodes:
        if isinstance(node, Block):
            yield from _neighbours(node.body)
            yield from _neighbours(node.otherwise)


def _segments(source: str, template: Template, signature: str) -> Iterator[Finding]:
    """Counted as carriers do, with the signature, a code of six digits and a ttl of two.

    Of a block the longer branch counts, once.  Other variables count nothing, for nobody knows
    how long they are: so it is a least number.
    """
    values = {"code": "0" * DIGITS, "ttl": "00", "sign": signature}

    def said(nodes: Sequence[Node]) -> str:
        texts = []
        for node in nodes:
            if isinstance(node, Block):
                branches = said(node.body), said(node.otherwise)
                texts.append(max(branches, key=lambda text: count(text).units))
            else:
                texts.append(node.text if isinstance(node, Text) else values.get(node.name, ""))
        return "".join(texts)

    counted = count(f"【{signature}】{said(template.nodes)}")
    if counted.count > 1:
        text = (
            f"With its signature this is at least {counted.count} messages to bill: "
            f"{counted.units} characters, where one message holds {counted.encoding.alone}."
        )
        yield Finding("segments", Severity.WARNING, 0, len(source), text)


def _encoding(plain: str, template: Template) -> Iterator[Finding]:
    foreign = {character for _, character in strangers(template.text)}
    if len(foreign) != 1 or not re.search("[A-Za-z]", template.text):
        return
    for match in re.finditer(re.escape(foreign.pop()), plain):
        text = (
            f"Only {match[0]} (U+{ord(match[0]):04X}) keeps this text from the GSM alphabet, "
            "in which a message holds 160 characters and not 70."
        )
        yield _warning("encoding", match, text)


def _plain(source: str, template: Template) -> str:
    """The source with its literal text in place, and marks for all that is none."""
    plain = [_TAG] * len(source)
    for node in _walk(template.nodes):
        if isinstance(node, Text):
            plain[node.at : node.at + len(node.text)] = node.text
        elif isinstance(node, Value):
            plain[node.at : node.at + node.length] = _VALUE * node.length
    return "".join(plain)


def _walk(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        if isinstance(node, Block):
            yield from _walk(node.body)
            yield from _walk(node.otherwise)


def _finds(word: str, plain: str) -> Iterator[re.Match[str]]:
    return re.finditer(re.escape(word), plain, re.IGNORECASE) if word else iter(())


def _error(rule: str, place: re.Match[str] | Value | Block, text: str) -> Finding:
    if isinstance(place, re.Match):
        return Finding(rule, Severity.ERROR, place.start(), len(place[0]), text)
    return Finding(rule, Severity.ERROR, place.at, place.length, text)


def _warning(rule: str, match: re.Match[str], text: str) -> Finding:
    return Finding(rule, Severity.WARNING, match.start(), len(match[0]), text)
