"""This is where the parts of a template are: the nodes it is made of, and one tag as it is read."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

BLOCKS = ("if", "unless", "each", "with")

#: The longest name, in characters.
LONGEST_NAME = 40

#: What Handlebars takes for a word of its own, or pybars for a helper.
_RESERVED = frozenset({*BLOCKS, "else", "log", "lookup", "blockHelperMissing", "helperMissing"})
_CONSTANT = re.compile(r"true|false|null|undefined|-?\d+")

#: What a tag may not begin with: each with its rule and what to say of it.
_SIGILS = {
    "!": ("comment", "a comment is not taken"),
    ">": ("partial", "there are no partials: a template stands alone"),
    "*": ("partial", "there are no decorators"),
    "~": ("whitespace", "~ is not taken: blanks stay as they are written"),
}

#: What no tag may hold; the first that is found is told.
_MARKS = (
    ("~", *_SIGILS["~"]),
    ("()", "expression", "there are no expressions in brackets: write a name"),
    ("=", "hash", "no tag takes name=value: write a name alone"),
    ("\"'`", "literal", "what is quoted belongs outside the tag: write a name"),
    ("[]", "path", "a name stands without brackets"),
    ("./", "path", "values have no parts, so no name has a dot or a slash"),
    ("|", "argument", "no block names values of its own"),
    ("\u200c\u200d\ufe0f", "name", "a name holds no character that is not seen"),
)


class Misspelt(ValueError):
    """A template that is not taken: by which *rule*, said to a person in *text*, and where.

    The fault lies at *at* in the source and is *length* long, both in characters.
    """

    def __init__(self, rule: str, text: str, *, at: int, length: int) -> None:
        super().__init__(text)
        self.rule = rule
        self.text = text
        self.at = at
        self.length = length


@dataclass(frozen=True, slots=True)
class Text:
    """Letters that stand for themselves."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A tag that prints a variable, `this` or `@index`, with nothing escaped."""

    at: int
    length: int
    name: str


@dataclass(frozen=True, slots=True)
class Block:
    """`{{#helper name}} body {{else}} otherwise {{/helper}}`, from first brace to last."""

    at: int
    length: int
    helper: str
    name: str
    body: tuple["Node", ...]
    otherwise: tuple["Node", ...]

    @property
    def branches(self) -> tuple[tuple["Node", ...], ...]:
        """What of it can be shown: values are no lists, and who asks for a code has one."""
        if self.helper == "each":
            return (self.otherwise,)
        if self.name == "code":
            return (self.otherwise if self.helper == "unless" else self.body,)
        return self.body, self.otherwise


Node = Text | Value | Block


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag, in three pieces; *inner* is what its braces hold."""

    at: int
    opening: str
    inner: str
    closing: str

    @property
    def length(self) -> int:
        """All its characters, braces included."""
        return len(self.opening) + len(self.inner) + len(self.closing)

    def fault(self, rule: str, text: str) -> Misspelt:
        """What to raise of it."""
        return Misspelt(rule, text, at=self.at, length=self.length)

    def words(self) -> tuple[str, list[str]]:
        """The sigil and the words after it; three braces are the sigil & in other letters."""
        inner = self.inner.strip()
        if len(self.opening) > 3:
            raise self.fault("raw", "a tag begins with two braces or three")
        if inner[:1] in _SIGILS:
            raise self.fault(*_SIGILS[inner[:1]])
        if not self.closing:
            raise self.fault("unclosed", "a tag is not closed: }} is missing")
        if len(self.closing) != len(self.opening):
            many = f"{len(self.opening)} braces and ends with {len(self.closing)}"
            raise self.fault("unclosed", f"a tag begins with {many}")
        sigil = self.inner[:1] if self.inner[:1] in ("#", "/", "^", "&") else ""
        if sigil and len(self.opening) == 3:
            raise self.fault("name", f"{sigil} has no place in three braces")
        inner = self.inner.removeprefix(sigil)
        sigil = sigil if len(self.opening) == 2 else "&"
        for marks, rule, text in _MARKS:
            if any(mark in inner for mark in marks):
                raise self.fault(rule, text)
        return sigil, inner.split()

    def name(self, words: list[str], *, of: str) -> str:
        """The one name that the tag is about."""
        if not words:
            raise self.fault("argument", f"{of} lacks the name of a variable")
        if len(words) > 1 and of == "a tag":
            raise self.fault("helper", f"there is no helper {cut(words[0])}: a tag holds one name")
        if len(words) > 1:
            raise self.fault("argument", f"{of} takes one name")
        name = words[0]
        if name.startswith("@"):
            raise self.fault(
                "data", f"{cut(name)} means nothing here: only @index does, in an each"
            )
        if _CONSTANT.fullmatch(name):
            raise self.fault("literal", f"{cut(name)} is no name: write it outside the tag")
        if name in _RESERVED:
            raise self.fault("name", f"no variable may be called {name}: it is Handlebars' own")
        if not name.isidentifier():
            raise self.fault("name", "a name is made of letters, digits and _, a letter first")
        if name.startswith("_") or "__" in name:
            raise self.fault("name", "a name does not begin with _, nor hold two in a row")
        if len(name) > LONGEST_NAME:
            raise self.fault("name", f"a name has at most {LONGEST_NAME} characters")
        return name


def cut(word: str) -> str:
    """As much of *word* as a sentence can hold."""
    return word if len(word) <= 20 else f"{word[:19]}…"


def walk(nodes: Sequence[Node]) -> Iterator[Node]:
    """All of *nodes*, and what is within them."""
    for node in nodes:
        yield node
        if isinstance(node, Block):
            yield from walk(node.body)
            yield from walk(node.otherwise)


def prints(name: str, nodes: Sequence[Node]) -> bool:
    """Whether *nodes* print that variable, whichever branches are taken."""
    return any(
        all(prints(name, branch) for branch in node.branches)
        if isinstance(node, Block)
        else isinstance(node, Value) and node.name == name
        for node in nodes
    )


def said(
    nodes: Sequence[Node], values: Mapping[str, str], choose: Callable[[Iterable[str]], str]
) -> str:
    """The text of *nodes* with *values*, of each block with the branch that is chosen."""
    return "".join(
        choose(said(branch, values, choose) for branch in node.branches)
        if isinstance(node, Block)
        else (node.text if isinstance(node, Text) else values.get(node.name, ""))
        for node in nodes
    )
