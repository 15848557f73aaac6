"""What of Handlebars a template may say."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.domain.handlebars import (
    Block,
    Misspelt,
    Node,
    Text,
    Value,
    parse,
)

#: What is refused, by the rule that is told.  Much of it has run programs, hung, leaked or
#: failed in Handlebars' engines.
REFUSED = """
path        {{[x]}}
path        {{a.[x]}}
path        {{#if [x]}}y{{/if}}
path        {{name.__class__.__mro__}}
path        {{v.format}}
path        {{a.b}}
path        {{.}}
path        {{../this}}
path        {{this.a}}
path        {{@root.code}}
path        {{#each l}}{{#each ../}}x{{/each}}{{/each}}
expression  {{[x') or __import__('os').popen('id').read() or (']}}
expression  {{(a)}}
expression  {{#if (lookup a b)}}x{{/if}}
this        {{this}}
this        {{#if a}}{{this}}{{/if}}
this        {{#each this}}x{{/each}}
this        {{#with a}}{{else}}{{this}}{{/with}}
this        {{#with a}}{{#if this}}{{/if}}{{/with}}
data        {{@root}}
data        {{@index}}
data        {{#each a}}{{@first}}{{/each}}
data        {{#with a}}{{@index}}{{/with}}
helper      {{lookup this code}}
helper      {{log a}}
helper      {{v ²}}
helper      {{#list a}}{{/list}}
helper      {{#a}}x{{/a}}
helper      {{^a}}x{{/a}}
helper      {{ #if a}}{{/if}}
helper      {{#>layout}}{{/layout}}
name        {{if}}
name        {{log}}
name        {{blockHelperMissing}}
name        {{helperMissing}}
name        {{#if if}}{{/if}}
name        {{{else}}}
name        {{_a}}
name        {{a__b}}
name        {{__class__}}
name        {{a-b}}
name        {{a$}}
name        {{1a}}
name        {{²}}
name        {{a\\}}
name        {{{#if a}}}
name        {{{&a}}}
literal     {{"a"}}
literal     {{1}}
literal     {{true}}
literal     {{lookup this 'code'}}
literal     {{#if false}}{{/if}}
hash        {{v class=1}}
hash        {{#if v a=1 a=2}}{{/if}}
argument    {{}}
argument    {{{ }}}
argument    {{&}}
argument    {{#if}}x{{/if}}
argument    {{#if a b}}x{{/if}}
argument    {{#each a as |b|}}{{/each}}
partial     {{> p}}
partial     {{> foo\\ }}
partial     {{*d}}
comment     {{! a}}
comment     {{!-- {{v}} --}}
whitespace  {{~a}}
whitespace  {{a~}}
whitespace  {{~#if a}}{{/if}}
raw         {{{{a}}}}
raw         {{{{raw}}}} {{a}} {{{{/raw}}}}
escape      \\{{a}}
escape      a\\\\{{a}}
unclosed    hello {{v
unclosed    {{a}
unclosed    {{{a}}
unclosed    {{a}}}
unclosed    {{a {{b}}
unclosed    {{#if a}}x
closing     {{/if}}
closing     {{#if a}}{{/each}}
closing     {{#if a}}{{#with b}}{{/if}}{{/with}}
stray       a }} b
stray       {a{b}}
else        {{else}}
else        {{^}}
else        {{#if a}}{{else}}{{else}}{{/if}}
else        {{#if a}}{{else if b}}{{/if}}
"""
CASES = [
    *(tuple(line.split(maxsplit=1)) for line in REFUSED.strip().splitlines()),
    ("depth", "{{#if a}}" * 6 + "{{/if}}" * 6),
    ("depth", "{{#with a}}" * 80 + "{{/with}}" * 80),
    ("length", "x" * 2001),
    ("length", "{{a}}" * 101),
    ("length", "{{#if a}}{{else}}{{/if}}" * 34),
    ("comment", "\n" + "{{!a}} " * 24 + "x"),
    ("literal", "{{" + "1" * 1900 + "}}"),
    ("helper", "{{" + "a " * 900 + "}}"),
    ("helper", "{{#" + "a" * 900 + "}}"),
    ("name", "{{" + "a" * 41 + "}}"),
    ("character", "{{a\x00}}"),
    ("character", "a\tb"),
    ("character", "\ud800"),
    ("character", "\x85"),
    ("character", "打\u200b折"),
    ("character", "\u202e"),
    ("character", "{{a\u200b}}"),
    ("name", "{{code\ufe0f}}"),
    ("name", "{{a\u200d}}"),
]

#: What may be written, with its variables, its letters and what pybars is given.
TAKEN = [
    ("", (), "", ""),
    ("您好", (), "您好", "您好"),
    ("{{a}}{{{ b }}}{{& a}}", ("a", "b"), "", "{{{v0}}}{{{v1}}}{{{v0}}}"),
    ("{{验证码}}，{{nullable}}", ("验证码", "nullable"), "，", "{{{v0}}}，{{{v1}}}"),
    ("{{if_}}{{items}}", ("if_", "items"), "", "{{{v0}}}{{{v1}}}"),
    (
        "{{#if b}}{{a}}{{ else }}x{{/if}}",
        ("b", "a"),
        "x",
        "{{#if v0}}{{{v1}}}{{else}}x{{/if}}",
    ),
    ("{{# unless a }}x{{^}}y{{/unless}}", ("a",), "xy", "{{#if v0}}y{{else}}x{{/if}}"),
    (
        "{{#with a}}{{this}}{{b}}{{else}}n{{/with}}",
        ("a", "b"),
        "n",
        "{{#if v0}}{{#with v0}}{{{this}}}{{{v1}}}{{/with}}{{else}}n{{/if}}",
    ),
    (
        "{{#each a}}{{@index}}{{this}}{{/each}}",
        ("a",),
        "",
        "{{#each v0}}{{{@index}}}{{{this}}}{{/each}}",
    ),
    ("a{ {{a}} }b", ("a",), "a{  }b", "{{{t0}}}{{{v0}}}{{{t1}}}"),
    ("a\r\nb\n{{a}}", ("a",), "a\r\nb\n", "{{{t0}}}{{{v0}}}"),
    ("\\n \\ 'q' \"d\" {{a}}", ("a",), "\\n \\ 'q' \"d\" ", "\\n \\ 'q' \"d\" {{{v0}}}"),
]


@pytest.mark.parametrize(("rule", "source"), CASES)
def test_what_is_not_listed_is_refused_by_a_rule(rule: str, source: str) -> None:
    with pytest.raises(Misspelt) as refused:
        parse(source)

    assert refused.value.rule == rule, refused.value.text
    assert 10 < len(refused.value.text) < 80
    assert 0 <= refused.value.at < len(source)
    assert 0 < refused.value.length <= len(source) - refused.value.at


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("您好 {{a.b}}，", "{{a.b}}"),
        ("{{a}} {{{b}} c", "{{{b}}"),
        ("x {{#if a}} {{b}}", "{{#if a}}"),
        ("{{#if a}}x{{/each}}", "{{/each}}"),
        ("😀 a }} b", "}}"),
        ("a \\{{b}}", "\\"),
        ("a\tb", "\t"),
        ("{{a}}" * 400 + "zz", "zz"),
        ("{{a}}" * 100 + "x{{b}}{{c}}", "{{b}}"),
        ("a\u2028b", "\u2028"),
    ],
)
def test_a_fault_is_told_with_its_place(source: str, place: str) -> None:
    with pytest.raises(Misspelt) as refused:
        parse(source)

    at, length = refused.value.at, refused.value.length
    assert source[at : at + length] == place


@pytest.mark.parametrize(("source", "variables", "text", "normal"), TAKEN)
def test_what_is_listed_is_taken(
    source: str, variables: tuple[str, ...], text: str, normal: str
) -> None:
    template = parse(source)

    assert template.variables == variables
    assert template.text == text
    assert template.normal == normal


def test_every_node_knows_its_place() -> None:
    source = "您好{{#if a}}x{{{b}}}{{else}}{{#with c}}{{this}}{{/with}}{{/if}}！"

    assert parse(source).nodes == (
        Text(0, "您好"),
        Block(
            2,
            60,
            "if",
            "a",
            (Text(11, "x"), Value(12, 7, "b")),
            (Block(27, 28, "with", "c", (Value(38, 8, "this"),), ()),),
        ),
        Text(62, "！"),
    )


def test_five_blocks_may_stand_in_each_other() -> None:
    assert parse("{{#if a}}" * 5 + "{{/if}}" * 5 + "{{#if a}}{{/if}}").variables == ("a",)


def test_a_hundred_tags_may_stand_in_a_template() -> None:
    assert parse("{{#if a}}{{b}}{{/if}}" * 33 + "{{c}}").variables == ("a", "b", "c")


#: Of what is not seen: the joiners, and what makes a sign an emoji; newlines are seen well.
WELCOME = {"\n", "\r", "\u200c", "\u200d", "\ufe0f"}
#: Unicode's other default-ignorable code points, and blanks that are none by category.
DISGUISED = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180f\u2065\u2800\u3164\ufe00\ufe0e\uffa0\ufff0\U000e0100"
)


def test_no_letter_is_hidden() -> None:
    """Every control, format, separator of lines and half a character, in all of Unicode."""
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    unseen = [mark for mark in map(chr, range(0x110000)) if unicodedata.category(mark) in hidden]
    for mark in [*unseen, *DISGUISED]:
        if mark not in WELCOME:
            with pytest.raises(Misspelt) as refused:
                parse(f"您{mark}好")
            assert refused.value.at == 1
            assert f"U+{ord(mark):04X}" in refused.value.text


@pytest.mark.parametrize(
    "source",
    ["👨‍👩‍👧 ❤️ 1️⃣", "नमस्ते", "Tiếng Việt", "می\u200cخواهم", "שלום", "a\u3000b\xa0c\r\n", "𠮷"],
)
def test_what_any_script_needs_may_be_written(source: str) -> None:
    assert parse(source).text == source


#: What pybars may be given: letters but for braces, and tags with our names alone.
_NORMAL = re.compile(
    r"([^{}\r]|\{\{\{([vt]\d+|this|@index)\}\}\}"
    r"|\{\{(#(if|with|each) v\d+|else|/(if|with|each))\}\})*"
)
#: Halves and wholes of templates, to be thrown together.
PIECES = [
    *(source for _, source in CASES if len(source) < 60),
    *(source for source, *_ in TAKEN),
    *["{", "}", "{{", "}}", "{{{", "}}}", "{{#if a}}", "{{/if}}", "{{else}}", "{{#with b}}"],
    *["{{/with}}", "{{this}}", "{{a}}", " ", "\n", "x", "\\", "验证码", "😀", "'", '"'],
]


def tiles(nodes: tuple[Node, ...], source: str) -> bool:
    """Whether the nodes stand in the source one after the other, without holes."""
    end = nodes[0].at if nodes else 0
    for node in nodes:
        length = len(node.text) if isinstance(node, Text) else node.length
        if node.at != end or (isinstance(node, Text) and not source.startswith(node.text, end)):
            return False
        if isinstance(node, Block) and not (
            tiles(node.body, source) and tiles(node.otherwise, source)
        ):
            return False
        end += length
    return True


@settings(max_examples=1000, deadline=None)
@given(some.lists(some.sampled_from(PIECES), max_size=12).map("".join) | some.text())
def test_whatever_is_written_is_taken_whole_or_refused(source: str) -> None:
    try:
        template = parse(source)
    except Misspelt as fault:
        at, end = fault.at, fault.at + fault.length
    else:
        at, end = 0, 1
        assert tiles(template.nodes, source)
        assert _NORMAL.fullmatch(template.normal)
    assert source == "" or 0 <= at < end <= len(source)
