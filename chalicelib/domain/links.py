"""This is where a template is read as its reader sees it, and links are found in what is seen.

A tag is not seen, a blank hardly, a wide letter is a letter, and a branch is there or is not.  So
a template is not one text but several `Reading`s, one for each way through it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .tags import Block, Node, Text, Value, walk

#: Up to so many conditions all ways are read, and beyond them every way through any two blocks:
#: a word that is cut into more pieces, each on another condition, is not worth 2**n readings.
_ALL = 4

#: What stands for a printed variable; no source can hold it.
_VALUE = "\x01"
#: What is kept as it is written, since its compatible form would not end a link.
_KEPT = frozenset("，；！？（）")
#: The most letters that are read for one: an Arabic ligature is a sentence of eighteen.
_WIDEST = 4
#: What a word or an emoji may hold that is not seen.
_JOINERS = frozenset("\u200c\u200d\ufe0f")

#: Han and kana: they have no capitals, and are written without blanks.
_HAN = "\u3040-\u9fff"
_GAP = re.compile(r"(?<!\s)\s+(?=[^\x00-\x7f\s])|(?<=[^\x00-\x7f\s])\s+")

_ENDINGS = (
    "com|cn|net|org|io|app|me|cc|top|xyz|co|info|vip|club|shop|site|link|tv|hk|tw|jp|kr|uk"
    "|ru|ly|ltd|store|online"
)
_TAIL = r"(?:[/?#][\w.~:/?#@!$&'()*+,;=%\x01-]*)?"
_URL = re.compile(
    r"(?:https?://|(?:[a-z]{0,5}\x01(?!https?:)[a-z]{0,5}:|\x01)//|https?:/?(?=\x01)"
    rf"|(?<![\w.@\x01-])(?=www\.|(?:[\w\x01-]+\.)+(?:(?:{_ENDINGS})\b|[a-z]{{2,}}/)))"
    rf"(?P<host>(?<=//)[{_HAN}][{_HAN}\w.:@\x01-]*|[\w.:@\x01-]*){_TAIL}",
    re.ASCII,
)
#: Endings in Han (IANA's list of top level domains): other Han after a dot begins a sentence.
_HAN_ENDINGS = (
    "中国|中國|公司|网络|網絡|网址|网站|网店|中文网|在线|商城|商店|商标|集团|企业|机构|组织机构|信息"
    "|公益|慈善|政务|政府|移动|联通|手机|微博|谷歌|亚马逊|购物|娱乐|游戏|时尚|健康|餐厅|食品|珠宝|书籍"
    "|新闻|招聘|世界|我爱你|八卦|点看|大拿|佛山|广东|香港|澳門|澳门|台灣|台湾|新加坡|家電|通販|みんな|コム"
)
#: What only looks like a link counts as one, too, where none may be: any letters after a dot that
#: ends no sentence, four numbers with dots, and any scheme.
_LOOSE = re.compile(
    r"(?:[a-z]{1,12}://|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)"
    rf"|(?:(?<![a-z\d_.\x01-])[a-z\d_\x01-]+(?:\.[a-z\d_\x01-]+)*|[{_HAN}]{{1,9}}"
    r"|[^\s.,;:!?()\[\]\"'“”‘’《》。、，；！？（）])"
    rf"\.(?:[^\W\d_{_HAN}]{{2}}|(?:{_HAN_ENDINGS})(?!\w)|[{_HAN}]{{2,5}}/))"
    rf"(?a:[\w.:@\x01-]*{_TAIL})"
)

#: A name that means a link, and words before a variable that announce one.
_LINK = re.compile(r"(?:link|ur[il]|href)s?(?![a-z])|链接|网址|短链|下载地址")
_CUE = re.compile(
    r"(?:(?:链接|网址|短链|下载|\b(?:link|url|download))(?:地址|如下|查询|查看|为|是)?\s*:"
    r"|(?:链接|下载)地址)\s*$"
)
_DOWNLOAD = re.compile(r"下载|download")
#: The same of a download, and the words between which a variable can be nothing else.
_PRESS = r"(?:请点|点击|点开|戳|访问)"
_DOWNLOAD_CUE = re.compile(
    r"(?:下载\s*(?:最新版?|新版|官方|手机|我们的)?\s*(?:app|客户端|软件|应用|程序|安装包)\s*:"
    rf"|下载[^。!?！？\n]{{0,16}}(?:{_PRESS}|复制)(?:这里|此处|以下)?\s*:?"
    r"|\b(?:download|install|get)\s+(?:\w+\s+){0,3}app\s*(?::|\b(?:here|from|at|via)\b\s*:?)"
    r"|\bdownload\s+(?:it\s+(?:here|from|at|via)|here)\s*:?)\s*$"
)
_PRESSED = re.compile(rf"{_PRESS}\s*$")
_TO_GET = re.compile(r"\s*(?:即可|立即|直接|免费|来|以)?(?:下载|安装)")
#: How far before a link a word still speaks of it, and how far a cue goes.
_NEAR, _FAR = 12, 40


@dataclass(frozen=True, slots=True)
class Reading:
    """One way through a template, in small letters, each variable a mark.

    *spans* say of each character from where to where it stands in the source; *values* are the
    variables by their places in *text*.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    values: tuple[tuple[int, Value], ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """From where to where text[start:end] stands in the source, with all between."""
        return self.spans[start][0], self.spans[end - 1][1]

    def tight(self) -> "Reading":
        """The reading without its blanks, but for those between Latin letters; no variables."""
        spans: list[tuple[int, int]] = []
        end = 0
        for gap in _GAP.finditer(self.text):
            spans += self.spans[end : gap.start()]
            end = gap.end()
        return Reading(tight(self.text), (*spans, *self.spans[end:]))


def readings(nodes: Sequence[Node]) -> tuple[Reading, ...]:
    """The ways through *nodes*, whichever variables are given."""
    names = tuple(dict.fromkeys(node.name for node in walk(nodes) if isinstance(node, Block)))
    return tuple(dict.fromkeys(_reading(nodes, true) for true in _choices(names)))


def fold(text: str) -> str:
    """*text* as compatibility has it, in small letters, without what is not seen."""
    return "".join(map(_folded, text))


def tight(text: str) -> str:
    """*text* without the blanks beside what is not Latin."""
    return _GAP.sub("", text)


def finds(word: str, tights: Sequence[Reading], *, most: int) -> set[tuple[int, int]]:
    """From where to where *word* stands in the source, in each reading the first *most* times."""
    sought, spans = tight(fold(word)), set()
    for way in tights if sought else ():
        at = way.text.find(sought)
        for _ in range(most):
            if at < 0:
                break
            spans.add(way.span(at, at + len(sought)))
            at = way.text.find(sought, at + len(sought))
    return spans


def unwritten(ways: Sequence[Reading]) -> Mapping[Value, bool]:
    """The variables that stand for a link or for its host, and whether it is a download's."""
    found: dict[Value, bool] = {}
    for way in ways:
        for value, download in _unwritten(way):
            found[value] = found.get(value, False) or download
    return found


def written(text: str) -> Iterator[tuple[int, int]]:
    """From where to where *text* has a link, or what a phone may take for one."""
    links = [match.span() for match in _URL.finditer(text)]
    yield from links
    yield from (match.span() for match in _LOOSE.finditer(blanked(text, links)))


def blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """*text* with marks for what stands there, which are part of nothing."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = "\n" * (end - start)
    return "".join(letters)


def _unwritten(reading: Reading) -> Iterator[tuple[Value, bool]]:
    text, urls = reading.text, list(_URL.finditer(reading.text))
    for place, value in reading.values:
        url = next((url for url in urls if url.start() <= place < url.end()), None)
        if url and place >= url.end("host"):
            continue  # a host is written out, and that is what a reader goes by
        before, after = tight(text[max(0, place - _FAR) : place]), text[place + 1 :][:_NEAR]
        download = _DOWNLOAD_CUE.search(before) or (
            _PRESSED.search(before) and _TO_GET.match(tight(after))
        )
        name = fold(value.name)
        if url or download or _LINK.search(name) or _CUE.search(before):
            start = url.start() if url else place
            near = tight(text[max(0, start - _NEAR) : start])
            yield value, bool(download or _DOWNLOAD.search(name) or _DOWNLOAD.search(near))


@lru_cache(4096)
def _folded(letter: str) -> str:
    if letter in _JOINERS:
        return ""
    folded = unicodedata.normalize("NFKC", letter).lower()
    return letter if letter in _KEPT or len(folded) > _WIDEST else folded


def _choices(names: Sequence[str]) -> Iterator[frozenset[str]]:
    """Which of *names* are true, in each way."""
    many = len(names)
    numbers = range(many)
    masks: Sequence[int] = range(2**many) if many <= _ALL else ()
    if many > _ALL:
        whole = 2**many - 1
        bits = [sum(1 << n for n in numbers if n >> bit & 1) for bit in range(many.bit_length())]
        masks = [0, whole, *bits, *(whole - bit for bit in bits)]
    for mask in masks:
        yield frozenset(names[number] for number in numbers if mask >> number & 1)


def _reading(nodes: Sequence[Node], true: frozenset[str]) -> Reading:
    letters: list[str] = []
    spans: list[tuple[int, int]] = []
    values: list[tuple[int, Value]] = []

    def read(nodes: Sequence[Node]) -> None:
        for node in nodes:
            if isinstance(node, Text):
                for at, letter in enumerate(node.text, node.at):
                    for seen in _folded(letter):
                        letters.append(seen)
                        spans.append((at, at + 1))
            elif isinstance(node, Value):
                values.append((len(letters), node))
                letters.append(_VALUE)
                spans.append((node.at, node.at + node.length))
            else:
                read(
                    node.body
                    if (node.name in true) != (node.helper == "unless")
                    else node.otherwise
                )

    read(nodes)
    return Reading("".join(letters), tuple(spans), tuple(values))
