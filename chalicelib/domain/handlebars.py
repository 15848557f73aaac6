"""This is where a template is read: as much of Handlebars as a message needs, and no more.

Handlebars' engines have run programs, hung and leaked on what a template said.  So what may be
said is listed here, all else is Misspelt, and no letter of a name ever reaches an engine: it is
handed `v0`, `v1` … in the order of `Template.variables`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from .tags import BLOCKS, Block, Misspelt, Node, Tag, Text, Value, cut

__all__ = ["Block", "Misspelt", "Node", "Template", "Text", "Value", "parse"]

#: The longest source, in characters; the most tags, of which pybars compiles a thousand in a
#: second; and how many blocks may stand within each other.
LONGEST, MOST, DEEPEST = 2000, 100, 5

#: Names that are no variable's.
_INNER = frozenset({"this", "@index"})

_TAG = re.compile(r"(\{{2,})([^{}]*)(\}*)")

#: Controls but newlines, halves of characters (lone surrogates), Unicode's formats, separators of
#: lines and default-ignorable code points, and the blank Braille pattern.  What joins the parts of
#: an emoji or of a word (U+200C, U+200D), and makes a sign an emoji (U+FE0F), is welcome.
_UNFIT = re.compile(
    r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891"
    r"\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800"
    r"\u3164\ud800-\udfff\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd"
    r"\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: What pybars takes for its own at the edge of a text, or drops there.
_APART = re.compile(r"[{}\r]")


@dataclass(frozen=True, slots=True)
class Template:
    """A source that is taken.

    *variables* are in order of appearance; *text* is all literal text, of both branches of
    every block.  *normal* is what pybars is to compile: there `v0` is the first variable, and
    `t0` the first of *apart*, literal text that pybars would not take letter for letter.
    """

    nodes: tuple[Node, ...]
    variables: tuple[str, ...]
    text: str
    normal: str
    apart: tuple[str, ...]


def parse(source: str) -> Template:
    """The template that *source* spells; raises Misspelt at the first thing that is not listed.

    A name means the same variable wherever it stands, within `with` and `each` too.
    """
    if len(source) > LONGEST:
        text = f"a template has at most {LONGEST} characters"
        raise Misspelt("length", text, at=LONGEST, length=len(source) - LONGEST)
    if unfit := _UNFIT.search(source):
        text = f"U+{ord(unfit[0]):04X} cannot be sent: it is a control, a half, or not seen"
        raise Misspelt("character", text, at=unfit.start(), length=1)
    reading, end = _Reading(), 0
    for number, found in enumerate(_TAG.finditer(source), 1):
        tag = Tag(found.start(), *found.groups())
        if number > MOST:
            raise tag.fault("length", f"a template has at most {MOST} tags")
        reading.letters(source[end : found.start()], at=end, tag=True)
        reading.tag(tag)
        end = found.end()
    reading.letters(source[end:], at=end)
    nodes, writing = reading.finish(), _Writing()
    normal = writing.all(nodes)
    return Template(
        nodes, tuple(writing.names), "".join(writing.texts), normal, tuple(writing.apart)
    )


@dataclass(slots=True)
class _Open:
    """A block that is still being read; *tag* is its opening one."""

    tag: Tag
    helper: str
    name: str
    body: list[Node] = field(default_factory=list)
    otherwise: list[Node] | None = None


class _Reading:
    """What has been read so far: the nodes of each block that is open, the text's own first."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._open: list[_Open] = []

    def letters(self, text: str, *, at: int, tag: bool = False) -> None:
        """Letters, and whether a tag follows."""
        if (stray := text.find("}}")) >= 0:
            # Harmless, but what is left of a mistyped tag would be read by every customer.
            raise Misspelt("stray", "}} closes nothing", at=at + stray, length=2)
        if tag and text.endswith("\\"):
            rule, said = "escape", "a backslash does not make a tag into text"
            raise Misspelt(rule, said, at=at + len(text) - 1, length=1)
        if text:
            self._place().append(Text(at, text))

    def tag(self, tag: Tag) -> None:
        """A tag, which opens, turns or closes a block, or prints."""
        sigil, words = tag.words()
        if sigil == "#":
            self._begin(tag, words)
        elif sigil == "/":
            self._end(tag, words)
        elif (sigil, words) in (("^", []), ("", ["else"])):
            self._turn(tag)
        elif sigil == "^":
            raise tag.fault("helper", "^ begins no block: write {{#unless}}")
        elif (sigil, words[:1]) == ("", ["else"]):
            raise tag.fault("else", "an else stands alone: begin another block after it")
        else:
            self._print(tag, words)

    def finish(self) -> tuple[Node, ...]:
        """All nodes; raises Misspelt if a block is open."""
        if self._open:
            last = self._open[-1]
            raise last.tag.fault("unclosed", f"{{{{/{last.helper}}}}} is missing")
        return tuple(self._nodes)

    def _place(self) -> list[Node]:
        if not self._open:
            return self._nodes
        last = self._open[-1]
        return last.body if last.otherwise is None else last.otherwise

    def _begin(self, tag: Tag, words: list[str]) -> None:
        helper = words[0] if words else "without a name"
        if helper not in BLOCKS:
            raise tag.fault("helper", f"there is no block {cut(helper)}: only {', '.join(BLOCKS)}")
        name = tag.name(words[1:], of=f"{{{{#{helper}}}}}")
        if name == "this":
            raise tag.fault("this", "no block asks about this: write a name")
        if len(self._open) == DEEPEST:
            raise tag.fault("depth", f"blocks stand in each other at most {DEEPEST} deep")
        self._open.append(_Open(tag, helper, name))

    def _turn(self, tag: Tag) -> None:
        if not self._open or self._open[-1].otherwise is not None:
            raise tag.fault("else", "an else belongs into a block, once")
        self._open[-1].otherwise = []

    def _end(self, tag: Tag, words: list[str]) -> None:
        if not self._open:
            raise tag.fault("closing", "a block is closed that was not opened")
        if words != [self._open[-1].helper]:
            raise tag.fault("closing", f"{{{{/{self._open[-1].helper}}}}} was to come first")
        last = self._open.pop()
        at, end = last.tag.at, tag.at + tag.length
        body, otherwise = tuple(last.body), tuple(last.otherwise or ())
        self._place().append(Block(at, end - at, last.helper, last.name, body, otherwise))

    def _print(self, tag: Tag, words: list[str]) -> None:
        within = {block.helper for block in self._open if block.otherwise is None}
        indexed = words == ["@index"] and "each" in within
        name = "@index" if indexed else tag.name(words, of="a tag")
        if name == "this" and within.isdisjoint({"each", "with"}):
            raise tag.fault("this", "this means something only within with and each")
        self._place().append(Value(tag.at, tag.length, name))


class _Writing:
    """A template as pybars is to have it, and what is gathered from it on the way."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.texts: list[str] = []
        self.apart: list[str] = []

    def all(self, nodes: Iterable[Node]) -> str:
        """*nodes*, one after the other."""
        return "".join(map(self._one, nodes))

    def _one(self, node: Node) -> str:
        if isinstance(node, Text):
            return self._letters(node.text)
        if isinstance(node, Value):
            return f"{{{{{{{self._name(node.name)}}}}}}}"
        name, body, otherwise = self._name(node.name), self.all(node.body), self.all(node.otherwise)
        if node.helper == "unless":  # whose else pybars forgets
            return _block("if", name, otherwise, body)
        if node.helper == "with":  # which has no else in pybars
            return _block("if", name, _block("with", name, body, ""), otherwise)
        return _block(node.helper, name, body, otherwise)

    def _name(self, name: str) -> str:
        return name if name in _INNER else self.names.setdefault(name, f"v{len(self.names)}")

    def _letters(self, text: str) -> str:
        self.texts.append(text)
        if not _APART.search(text):
            return text
        self.apart.append(text)
        return f"{{{{{{t{len(self.apart) - 1}}}}}}}"


def _block(helper: str, name: str, body: str, otherwise: str) -> str:
    turn = otherwise and f"{{{{else}}}}{otherwise}"
    return f"{{{{#{helper} {name}}}}}{body}{turn}{{{{/{helper}}}}}"
