"""pybars, with its grammars compiled ahead of time, in one process for all threads."""

import linecache
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from chalicelib.domain import rendering
from chalicelib.domain.rendering import render

ROOT = Path(__file__).parents[2]
THREADS = 32


def run(script: str) -> None:
    """Run *script* in a process of its own, which has imported nothing yet."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_what_is_compiled_ahead_is_what_pymeta_makes_of_pybars() -> None:
    run(
        "from tools.precompile import ROOM, written\n"
        "for name, text in written().items():\n"
        "    assert (ROOM / name).read_text('utf-8') == text, 'run `make grammars`'"
    )


def test_rendering_makes_no_grammar() -> None:
    """It costs a third of a second of every cold start."""
    run(
        "import sys\n"
        "from chalicelib.domain.rendering import render\n"
        "assert 'pybars' not in sys.modules\n"
        "from chalicelib.domain.wordings import BUILTIN\n"
        "values = dict(name='', op='', code='1', ttl='')\n"
        "assert '1' in render(BUILTIN['zh'], values)\n"
        "assert 'chalicelib.domain.precompiled.grammars' not in sys.modules\n"
        "assert render('{{#if a}}{{a}}{{/if}}', {'a': 1}) == '1'\n"
        "made = {'pymeta.grammar', 'pymeta.builder', 'pymeta.boot', 'pymeta_grammar__handlebars'}\n"
        "assert not made & set(sys.modules)"
    )


@pytest.mark.parametrize("ours_first", [True, False])
def test_pybars_as_it_comes_works_beside_it(ours_first: bool) -> None:
    """Whoever imports it first; with all of its grammar."""
    ours = "assert render('{{#with a}}{{this}}{{/with}}', {'a': '<'}) == '<'\n"
    theirs = (
        "import pybars, pymeta.grammar\n"
        "made = pybars.Compiler().compile('{{! c }}{{a}}{{b.[0]}}{{> p xy=\"y\"}}')\n"
        "partial = pybars.Compiler().compile('{{xy}}')\n"
        "assert made({'a': '<', 'b': ['c']}, partials={'p': partial}) == '&lt;cy'\n"
        "letter = pymeta.grammar.OMeta.makeGrammar('a ::= <anything>', {})\n"
        "assert letter('x').apply('a')[0] == 'x'\n"
    )
    begin = "from chalicelib.domain.rendering import render\n"

    run(begin + (ours + theirs + ours if ours_first else theirs + ours + theirs))


def test_another_pybars_is_refused_every_time() -> None:
    run(
        "from chalicelib.domain import rendering\n"
        "from chalicelib.domain.precompiled import grammars\n"
        "grammars.MADE_OF['Grammar'] = 'of another'\n"
        "for _ in range(2):\n"
        "    try:\n"
        "        rendering.render('x', {})\n"
        "    except ImportError as refused:\n"
        "        assert 'not pybars3 0.9.7' in str(refused), refused\n"
        "    else:\n"
        "        raise AssertionError('rendered')"
    )


def test_32_threads_compile_and_render_without_mixing() -> None:
    """pybars' compiler is one object for all threads, and has mixed up their texts."""
    rendering._compiled.cache_clear()
    start = Barrier(THREADS)

    def work(thread: int) -> list[str]:
        start.wait(timeout=60)
        return [
            text
            for turn in range(12)
            if (
                text := render(
                    f"{{{{#if a}}}}{thread}{{{{/if}}}}:{{{{b}}}}{turn}", {"a": 1, "b": "-"}
                )
            )
            != f"{thread}:-{turn}"
        ]

    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            mixed = [text for texts in pool.map(work, range(THREADS)) for text in texts]
    finally:
        sys.setswitchinterval(switching)

    assert mixed == []


def test_many_templates_leave_nothing_behind() -> None:
    render("{{a}}", {"a": 1})
    modules, lines = set(sys.modules), set(linecache.cache)

    for number in range(600):
        render(f"{number}{{{{a}}}}", {"a": 1})

    assert set(sys.modules) == modules
    assert set(linecache.cache) == lines
    assert rendering._compiled.cache_info().currsize == 512
