"""This is where a template's source is judged as it is saved: what bars it, and what it costs.

| rule                | of which kind  | what is found                                           |
|---------------------|----------------|---------------------------------------------------------|
| handlebars' own     | any            | the source is misspelt; then only brackets are told too |
| brackets            | any            | 【 or 】: the service puts the signature in front         |
| link, download-link | any            | a variable that is a link, or a link's host             |
| forbidden-word      | any            | a word that carriers refuse in any text                 |
| marketing-word      | not marketing  | a word of marketing                                     |
| no-code             | verification   | a way through that prints no `{{code}}`                 |
| verification-link   | verification   | a link, or what a phone may take for one                |
| verification-number | verification   | five digits or more: a phone number, a written code     |
| code                | others         | the variable `code`, which only verifications have      |
| length              | any            | even the shortest way through is too long to be sent    |
| adjacent            | any; a warning | two variables with nothing between, not even a blank    |
| each                | any; a warning | an `each`: values are no lists, so it shows nothing     |
| segments            | any; a warning | more than one message to bill                           |
| encoding            | any; a warning | one character makes the text UCS-2                      |

The others are errors, but for one case.  A listed marketing word is an error; one listed with a
question mark also stands in honest notices, and is an error only beside another word of the list,
else a warning.  So `中奖?` lets a notice tell of a draw, while `抽奖`, or 中奖 and 优惠, bar it.

Neighbours are no error, since first and family names meet like that; but who reads the text, or
matches it against its template as carriers do, cannot tell where one value ends.

Rules and words are those of LeanCloud's SMS guide, whose examples are this file's tests; what they
are looked for in is what a reader sees, on any way through (links.py).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count as numbers
from itertools import pairwise

from .codes import DIGITS
from .findings import Finding, Severity
from .handlebars import Block, Misspelt, Node, Template, Text, Value, parse
from .links import Reading, blanked, finds, readings, unwritten, written
from .messages import Kind
from .segments import LONGEST, count, strangers
from .tags import prints, said, walk
from .words import FORBIDDEN_WORDS, MARKETING_WORDS

#: The most findings that are told of one template.
MOST = 50

_NUMBER = re.compile(r"\+?\d(?:[ \-‐-―−]?\d){4,}")
#: With the upright ones, which compatibility has as the same.
_BRACKETS = re.compile(r"[【︻][^【】︻︼]*[】︼]|[【】︻︼]")

#: Rules whose findings are one where they overlap.
_ONE = {"forbidden-word", "marketing-word", "verification-link", "verification-number"}


def lint(
    source: str,
    *,
    kind: Kind,
    signature: str,
    ending: str = "",
    marketing_words: Sequence[str] = MARKETING_WORDS,
    forbidden_words: Sequence[str] = FORBIDDEN_WORDS,
) -> tuple[Finding, ...]:
    """What there is to say about *source* as a template of this *kind*, by its places.

    *signature* is the text that will stand in 【】 in front, *ending* what marketing ends with.
    Words given replace the default.
    """
    found = list(_brackets(source))
    try:
        template = parse(source)
    except Misspelt as fault:
        text = f"{fault.text[:1].upper()}{fault.text[1:]}."
        found.append(_error(fault.rule, (fault.at, fault.at + fault.length), text))
    else:
        ways = readings(template.nodes)
        tights = [way.tight() for way in ways]
        found += _links(ways)
        found += _forbidden(tights, forbidden_words)
        if kind is not Kind.MARKETING:
            found += _marketing(tights, marketing_words, kind)
        found += _verification(ways) if kind is Kind.VERIFICATION else ()
        found += _codes(source, template, kind)
        found += _shapes(template.nodes)
        found += _segments(source, template, signature, ending)
        found += _encoding(template)
    return _told(found)


def _brackets(source: str) -> Iterator[Finding]:
    for match in _BRACKETS.finditer(source):
        text = "The signature in 【】 is put in front by the service: leave it out."
        yield _error("brackets", match.span(), text)


def _links(ways: Sequence[Reading]) -> Iterator[Finding]:
    for value, download in unwritten(ways).items():
        rule, said = "link", "stands for a link: write its host out and let variables follow it"
        if download:
            rule, said = "download-link", "stands for a download link, which must be written out"
        yield _error(rule, _span(value), f"The variable {value.name} {said}.")


def _forbidden(tights: Sequence[Reading], words: Sequence[str]) -> Iterator[Finding]:
    for word in words:
        for span in finds(word, tights, most=MOST):
            yield _error("forbidden-word", span, f"Carriers refuse {word} in every text.")


def _marketing(tights: Sequence[Reading], words: Sequence[str], kind: Kind) -> Iterator[Finding]:
    doubtful = {word.rstrip("?？"): word.endswith(("?", "？")) for word in words}
    found = {word: spans for word in doubtful if (spans := finds(word, tights, most=MOST))}
    for word, spans in found.items():
        for span in spans:
            if len(found) > 1 or not doubtful[word]:
                text = f"{word} is marketing: save this as marketing, or say it otherwise."
                yield _error("marketing-word", span, text)
            else:
                text = f"{word} is a word of marketing: carriers may refuse it in a {kind}."
                yield _warning("marketing-word", span, text)


def _verification(ways: Sequence[Reading]) -> Iterator[Finding]:
    for way in ways:
        links = list(written(way.text))
        for span in links:
            text = "A verification carries no link, nor what looks like one."
            yield _error("verification-link", way.span(*span), text)
        for match in _NUMBER.finditer(blanked(way.text, links)):
            text = "A verification carries no phone number, and no code but {{code}}."
            yield _error("verification-number", way.span(*match.span()), text)


def _codes(source: str, template: Template, kind: Kind) -> Iterator[Finding]:
    if kind is not Kind.VERIFICATION:
        for node in walk(template.nodes):
            if not isinstance(node, Text) and node.name == "code":
                text = f"The variable code is for verifications: a {kind} text has none."
                yield _error("code", _span(node), text)
    elif not prints("code", template.nodes):
        text = "A verification prints its code, whichever branch is taken: write {{code}} there."
        yield _error("no-code", (0, len(source)), text)


def _shapes(nodes: Sequence[Node]) -> Iterator[Finding]:
    for first, second in pairwise(nodes):
        if isinstance(first, Value) and isinstance(second, Value):
            text = f"Nobody can tell where {first.name} ends and {second.name} begins."
            yield _warning("adjacent", (first.at, second.at + second.length), text)
    for node in nodes:
        if isinstance(node, Block):
            if node.helper == "each":
                text = f"An each shows nothing, since {node.name} is no list: write {{{{#if}}}}."
                yield _warning("each", _span(node), text)
            yield from _shapes(node.body)
            yield from _shapes(node.otherwise)


def _segments(source: str, template: Template, signature: str, ending: str) -> Iterator[Finding]:
    """Counted as carriers do, with signature and ending, six digits of code and two of ttl.

    Of a block the longer branch counts, once.  Other variables count nothing, for nobody knows
    how long they are: so it is a least number.
    """
    values = {"code": "0" * DIGITS, "ttl": "00", "sign": signature}
    longest = said(template.nodes, values, lambda ways: max(ways, key=lambda way: count(way).units))
    ending = f" {ending}" if ending and not source.rstrip().endswith(ending) else ""
    counted = count(f"【{signature}】{longest}{ending}")
    if counted.count > 1:
        text = (
            f"With its signature this is at least {counted.count} messages to bill: "
            f"{counted.units} characters, where one message holds {counted.encoding.alone}."
        )
        yield _warning("segments", (0, len(source)), text)
    shortest = said(template.nodes, values | {"ttl": "0"}, lambda ways: min(ways, key=len))
    if (least := len(f"【{signature}】{shortest}{ending}")) > LONGEST:
        text = f"With its signature this is {least} characters or more: {LONGEST} can be sent."
        yield _error("length", (0, len(source)), text)


def _encoding(template: Template) -> Iterator[Finding]:
    foreign = {character for _, character in strangers(template.text)}
    if len(foreign) != 1 or not re.search("[A-Za-z]", template.text):
        return
    for node in walk(template.nodes):
        for at, mark in enumerate(node.text if isinstance(node, Text) else "", node.at):
            if mark in foreign:
                text = (
                    f"But for {mark} (U+{ord(mark):04X}) the text would be of the GSM alphabet, "
                    "of which 160 characters are one message and not 70: wherever a supplier "
                    "takes it without the brackets of its signature, which are not."
                )
                yield _warning("encoding", (at, at + 1), text)


def _told(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """*found* by their places: what overlaps as one, and of too many the errors first."""
    told: list[Finding] = []
    for one in sorted(set(found), key=lambda one: (one.rule, one.at, -one.length, one.text)):
        last = told[-1] if told and one.rule in _ONE else None
        if last and last.rule == one.rule and (overlap := last.at + last.length - one.at) > 0:
            worse = one if last.severity is Severity.WARNING else last
            told[-1] = replace(worse, at=last.at, length=last.length + max(0, one.length - overlap))
        else:
            told.append(one)
    # Of too many, one of each text before the next of any.
    times: defaultdict[str, Iterator[int]] = defaultdict(numbers)
    told.sort(key=lambda one: (one.severity is Severity.WARNING, next(times[one.text])))
    return tuple(sorted(told[:MOST], key=lambda one: (one.at, one.length, one.rule)))


def _span(node: Value | Block) -> tuple[int, int]:
    return node.at, node.at + node.length


def _error(rule: str, span: tuple[int, int], text: str) -> Finding:
    return Finding(rule, Severity.ERROR, span[0], span[1] - span[0], text)


def _warning(rule: str, span: tuple[int, int], text: str) -> Finding:
    return replace(_error(rule, span, text), severity=Severity.WARNING)
