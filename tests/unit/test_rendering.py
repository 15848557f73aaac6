"""A text, made of a template and its values."""

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.domain.errors import RenderFailed
from chalicelib.domain.handlebars import Block, Node, Text, Value, parse
from chalicelib.domain.rendering import LONGEST, Scalar, render
from tests.unit.test_handlebars import PIECES

CODE = "246810"
SCENE = {"code": CODE, "a": "x", "v": "{0.context}{0.__class__.__init__.__globals__}"}

#: What has gone wrong in pybars, the template or the value that did it, and what is left of it:
#: a text, or the fault.
FINDINGS: list[tuple[str, str, dict[str, Scalar], str]] = [
    ("B1", "{{[x') or __import__('os').popen('id').read() or (']}}", SCENE, "!brackets"),
    ("B2", "{{a.[x') or 1 or (']}}", SCENE, "!brackets"),
    ("B2", "{{#if [x')]}}y{{/if}}", SCENE, "!brackets"),
    ("B3", "{{v.__class__.__mro__}}", SCENE, "!no parts"),
    ("B3", "{{v.format}}", SCENE, "!no parts"),
    ("B3", "{{v}}", SCENE, SCENE["v"]),
    ("B3", "{{#with v}}{{format}}{{/with}}", SCENE, "!missing variable: format"),
    ("B4", "{{this}}", SCENE, "!within with"),
    ("B4", "{{.}}", SCENE, "!no parts"),
    ("B4", "{{@root}}", SCENE, "!@root means nothing"),
    ("B4", "{{../this}}", SCENE, "!no parts"),
    ("B4", "{{#each this}}{{.}}{{/each}}", SCENE, "!about this"),
    ("B4", "{{lookup this code}}", SCENE, "!no helper lookup"),
    ("B5", "{{fromkeys}}", SCENE, "!missing variable: fromkeys"),
    ("B6", "{{items}}", SCENE, "!missing variable: items"),
    ("B6", "{{pop}}", {"pop": "1"}, "1"),
    ("B6", "{{#if clear}}x{{/if}}{{code}}", SCENE, CODE),
    ("B6", "{{log}}", SCENE, "!called log"),
    ("B7", "{{#each a}}{{#each ../}}x{{/each}}{{/each}}", SCENE, "!no parts"),
    ("B8", "\n" + "{{!a}} " * 24 + "x", SCENE, "!comment"),
    ("B8", "\n" + "{{a}}        " * 24, SCENE, "\n" + "x        " * 24),
    ("B9", "{{a}}" * 100, {"a": "x" * 1_000_000}, "!longer than 2000"),
    ("B9", "{{#each a}}{{#each a}}{{this}}{{/each}}{{/each}}!", {"a": "x" * 100}, "!"),
    ("B10", "{{#if a}}" * 80 + "{{/if}}" * 80, SCENE, "!at most 5 deep"),
    ("B11", "hello {{v", SCENE, "!not closed"),
    ("B11", "{{#if a}}x", SCENE, "!{{/if}} is missing"),
    ("B11", "{{!-- {{v}} --}}", SCENE, "!comment"),
    ("B12", "{{> foo\\ }}", SCENE, "!no partials"),
    ("B12", "{{v class=1}}", SCENE, "!name=value"),
    ("B12", "{{" + "1" * 1900 + "}}", SCENE, "!is no name"),
    ("B12", "{{a\ud800}}", SCENE, "!cannot be sent"),
    ("B12", "{{a}}", {"a": 10**5000}, "!fails with these values"),
    ("B13", "{{a}}", {"a": "O'Brien & Co <b>"}, "O'Brien & Co <b>"),
    ("B14", "{{a}}", {"a": ["x"]}, "!neither text nor a number"),  # type: ignore[dict-item]
    ("B14", "{{a}}", {"a": {"b": 1}}, "!neither text nor a number"),  # type: ignore[dict-item]
    ("B14", "{{a}}", {"a": None}, "!missing variable: a"),  # type: ignore[dict-item]
    ("B17", "{{a}}{{code}}", {"a": "{{code}}", "code": "1"}, "{{code}}1"),
    ("B17", "{{a}}", {"a": "\x00\u202e【x】\n"}, "\x00\u202e【x】\n"),
    ("B17", "{{a}}", {"a": "\ud800"}, "!half a character"),
]

#: As Handlebars.js has it, for values that are scalars.
MEANINGS: list[tuple[str, dict[str, Scalar], str]] = [
    ("{{a}}{{{a}}}{{&a}}", {"a": "<"}, "<<<"),
    ("{{a}}", {"a": True}, "true"),
    ("{{a}}", {"a": False}, "false"),
    ("{{a}}", {"a": 0}, "0"),
    ("{{a}}", {"a": ""}, ""),
    ("{{a}}", {"a": 5.0}, "5"),
    ("{{a}}", {"a": -0.0}, "0"),
    ("{{a}}", {"a": 0.1}, "0.1"),
    ("{{a}}", {"a": 1e16}, "10000000000000000"),
    ("{{a}}", {"a": 1.2345678901234567e20}, "123456789012345670000"),
    ("{{a}}", {"a": 1e21}, "1e+21"),
    ("{{a}}", {"a": 0.00001}, "0.00001"),
    ("{{a}}", {"a": 1.5e-7}, "1.5e-7"),
    ("{{a}}", {"a": 12345678901234567890}, "12345678901234567890"),
    *(("{{#if a}}y{{else}}n{{/if}}", {"a": no}, "n") for no in (0, "", False, 0.0)),
    *(("{{#if a}}y{{else}}n{{/if}}", {"a": yes}, "y") for yes in (1, "0", True, " ", -0.5)),
    ("{{#if a}}y{{else}}n{{/if}}{{#unless a}}n{{/unless}}", {}, "nn"),
    ("{{#unless a}}y{{else}}n{{/unless}}", {"a": "x"}, "n"),
    ("{{#each a}}{{@index}}{{this}}{{else}}n{{/each}}", {"a": "xyz"}, "n"),
    ("{{#with a}}{{this}}-{{b}}{{#if c}}{{c}}{{/if}}{{/with}}", {"a": 5.0, "b": "B"}, "5-B"),
    ("{{#with a}}{{this}}{{else}}n{{/with}}", {"a": ""}, "n"),
    ("{{#with a}}{{this}}{{else}}n{{/with}}", {}, "n"),
    ("{{#with a}}{{#with b}}{{this}}{{/with}}{{this}}{{/with}}", {"a": "1", "b": "2"}, "21"),
    ("{{验证码}}/{{nullable}}/{{v0}}", {"验证码": "1", "nullable": "2", "v0": "3"}, "1/2/3"),
    ("\n{{#if a}}\n x\n{{/if}}\n\n", {"a": "1"}, "\n\n x\n\n\n"),
    ("\r\n{{a}} \r\n\r{ {{a}} } {\n}", {"a": "1"}, "\r\n1 \r\n\r{ 1 } {\n}"),
    ("'\"\\\\n {0} %s \u200d \U0001f600", {}, "'\"\\\\n {0} %s \u200d \U0001f600"),
]


@pytest.mark.parametrize(("finding", "source", "values", "outcome"), FINDINGS)
def test_what_went_wrong_in_pybars_does_not(
    finding: str, source: str, values: dict[str, Scalar], outcome: str
) -> None:
    if len(outcome) > 1 and outcome.startswith("!"):
        with pytest.raises(RenderFailed) as refused:
            render(source, values)
        assert outcome[1:] in refused.value.text, finding
        assert CODE not in refused.value.text
    else:
        assert render(source, values) == outcome, finding


@pytest.mark.parametrize(("source", "values", "text"), MEANINGS)
def test_a_template_means_what_it_means_elsewhere(
    source: str, values: dict[str, Scalar], text: str
) -> None:
    assert render(source, values) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_not_printed(value: float) -> None:
    with pytest.raises(RenderFailed, match="not a number"):
        render("{{a}}", {"a": value})


def test_a_text_that_is_too_long_is_never_made() -> None:
    source, large = "{{a}}" * 99 + "{{b}}" + "x" * 1400, "x" * 1_000_000
    assert render(source, {"a": "x" * 5, "b": "x" * 105}) == "x" * LONGEST

    tracemalloc.start()
    for values in ({"a": large, "b": ""}, {"a": "", "b": large}, {"a": "x" * 50, "b": ""}):
        with pytest.raises(RenderFailed, match="longer"):
            render(source, values)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 100_000


def printed(value: Scalar) -> str:
    """As JavaScript prints it, for the numbers of this test."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else f"{value}"


def told(nodes: tuple[Node, ...], values: dict[str, Scalar], this: Scalar = "") -> Iterator[str]:
    """What Handlebars says of *nodes*; raises KeyError for what is printed and not given."""
    for node in nodes:
        if isinstance(node, Text):
            yield node.text
        elif isinstance(node, Value):
            yield printed(this if node.name == "this" else values[node.name])
        else:
            value = values.get(node.name, "")
            holds = {"unless": not value, "each": False}.get(node.helper, bool(value))
            inner = value if node.helper == "with" and holds else this
            yield from told(node.body if holds else node.otherwise, values, inner)


def spelt(nodes: tuple[Node, ...]) -> Iterator[str]:
    """The source of *nodes*; a value's length says how it is written."""
    for node in nodes:
        if isinstance(node, Text):
            yield node.text
        elif isinstance(node, Value):
            yield ("{{ %s }}", "{{{%s}}}", "{{&%s}}")[node.length] % node.name
        else:
            yield f"{{{{#{node.helper} {node.name}}}}}{''.join(spelt(node.body))}"
            if node.otherwise:
                yield f"{{{{else}}}}{''.join(spelt(node.otherwise))}"
            yield f"{{{{/{node.helper}}}}}"


NAMES = ["a", "b", "code", "items", "验证码", "trueName"]
TEXTS = ["【天天】", " {x} ", "\n", "\r\n", "'\"", "\\n ", "😀", " } ", "{0!r} ", "%s", "else"]
LEAVES = some.builds(Text, some.just(0), some.sampled_from(TEXTS)) | some.builds(
    Value, some.just(0), some.integers(0, 2), some.sampled_from(NAMES)
)


def branches(node: some.SearchStrategy[Node]) -> some.SearchStrategy[Node]:
    many = some.lists(node, max_size=2).map(tuple)
    inner = some.builds(Value, some.just(0), some.integers(0, 2), some.just("this"))
    plain, deep = some.sampled_from(["if", "unless"]), some.sampled_from(["with", "each"])
    within = some.lists(node | inner, max_size=2).map(tuple)
    nothing, name = some.just(0), some.sampled_from(NAMES)
    return some.builds(Block, nothing, nothing, plain, name, many, many) | some.builds(
        Block, nothing, nothing, deep, name, within, many
    )


TREES = some.lists(some.recursive(LEAVES, branches, max_leaves=4), max_size=4).map(tuple)
VALUES = some.dictionaries(
    some.sampled_from(NAMES),
    some.text(some.characters(exclude_categories=["Cs"]), max_size=9)
    | some.sampled_from(["", "{{code}}", "{0.__class__}", "</b>"])
    | some.booleans()
    | some.integers()
    | some.sampled_from([0.0, 5.0, 0.5, -1.25]),
)


@settings(max_examples=300, deadline=None)
@given(TREES, VALUES)
def test_random_templates_say_what_handlebars_says(
    nodes: tuple[Node, ...], values: dict[str, Scalar]
) -> None:
    try:
        text = "".join(told(nodes, values))
    except KeyError as missing:
        with pytest.raises(RenderFailed, match=f"missing variable: {missing.args[0]}"):
            render("".join(spelt(nodes)), values)
    else:
        assert render("".join(spelt(nodes)), values) == text


@settings(max_examples=1000, deadline=None)
@given(some.lists(some.sampled_from(PIECES), max_size=8).map("".join) | some.text(), VALUES)
def test_whatever_is_written_a_text_holds_its_letters_and_values_alone(
    source: str, values: dict[str, Scalar]
) -> None:
    try:
        text = render(source, values)
    except RenderFailed:
        text = ""
    else:
        assert text == "".join(told(parse(source).nodes, values))
    assert len(text) <= LONGEST
