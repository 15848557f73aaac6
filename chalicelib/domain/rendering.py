"""This is where a text is made of a template and its values, by pybars."""

import hashlib
import importlib
import math
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from types import ModuleType
from typing import Any, NamedTuple

from .errors import RenderFailed
from .precompiled import texts

Scalar = str | int | float | bool

#: No text that is longer is made, whatever the values; a message is shorter still.
LONGEST = 2000

#: How many templates stay compiled.
_KEPT = 512

#: pybars has one compiler for all threads, which mixes up what they compile at once.
_compiling = threading.Lock()


def variables(source: str) -> tuple[str, ...]:
    """The names that *source* asks for, in order of appearance; raises RenderFailed."""
    return _read(source).variables


def render(source: str, values: Mapping[str, Scalar]) -> str:
    """The text of the template *source* with its *values*, nothing escaped.

    Raises RenderFailed: for a template that is Misspelt, a variable that is printed and not
    given, a value that is no scalar, and a text that is too long.
    """
    ready = _read(source)
    try:
        text = str(ready.run(_Scene(ready, values)))
        text.encode()
    except RenderFailed:
        raise
    except UnicodeEncodeError:
        raise RenderFailed("a value holds half a character") from None
    except Exception as fault:
        raise RenderFailed("the template fails with these values") from fault
    if len(text) > LONGEST:
        raise _too_long()
    return text


class _Scene:
    """All that pybars sees of the values: `v0`, `v1` … and `t0`, `t1` …, whatever they are called.

    It holds none of what it shows, so that no text leaves a cycle to the garbage collector.
    """

    __slots__ = ("_left", "_ready", "_values")

    def __init__(self, ready: "_Ready", values: Mapping[str, Scalar]) -> None:
        self._ready = ready
        self._values = values
        self._left = LONGEST

    def __getitem__(self, name: str) -> "_Shown":
        place = int(name[1:])
        if name[0] == "t":
            return _Shown(self, "", self._ready.apart[place])
        variable = self._ready.variables[place]
        return _Shown(self, variable, self._values.get(variable))

    def spend(self, text: str) -> str:
        """*text*, as long as there is room for it."""
        self._left -= len(text)
        if self._left < 0:
            raise _too_long()
        return text


class _Shown:
    """A value that can be printed and asked whether it is true, and nothing else.

    Within a `with` pybars looks for names here, and would go on to attributes: so they are
    the scene's here, too.
    """

    __slots__ = ("_name", "_scene", "_value")

    def __init__(self, scene: _Scene, name: str, value: Scalar | None) -> None:
        if not isinstance(value, Scalar | None):
            raise RenderFailed(f"{name} is neither text nor a number")
        self._scene = scene
        self._name = name
        self._value = value

    def __getitem__(self, name: str) -> "_Shown":
        return self._scene[name]

    def __bool__(self) -> bool:
        return bool(self._value)

    def __str__(self) -> str:
        if self._value is None:
            raise RenderFailed(f"missing variable: {self._name}")
        return self._scene.spend(printed(self._value))


def printed(value: Scalar) -> str:
    """*value* as JavaScript prints it, but for whole numbers, which keep all their digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        raise RenderFailed(f"{value} is not a number")
    if value == 0:
        return "0"
    if 1e-6 <= abs(value) < 1e21:
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    return repr(value).replace("e-0", "e-")


def _too_long() -> RenderFailed:
    return RenderFailed(f"the text is longer than {LONGEST} characters")


class _Ready(NamedTuple):
    """A template that is compiled: its *variables*, and the letters it has *apart*."""

    variables: tuple[str, ...]
    apart: tuple[str, ...]
    run: Callable[["_Scene"], object]


def _read(source: str) -> _Ready:
    try:
        return _compiled(source)
    except ValueError as fault:
        from .handlebars import Misspelt

        if not isinstance(fault, Misspelt):
            raise
        raise RenderFailed(f"{fault.text} (at character {fault.at + 1})") from fault


@lru_cache(_KEPT)
def _compiled(source: str) -> _Ready:
    known = texts.CODE.get(source)
    if known is None:
        from .handlebars import parse  # of which the built-in texts have no need

        template = parse(source)
        with _compiling:
            code = _compiler(_pybars()).precompile(template.normal)
        known = template.variables, template.apart, code
    else:
        with _compiling:
            _pybars()
    variables, apart, code = known
    namespace: dict[str, Any] = {}
    # Instead of pybars' compile(), which leaves a module behind for every template.
    exec(compile(code, "<template>", "exec"), namespace)  # noqa: S102  # of our names and reprs
    return _Ready(variables, apart, namespace["render"])


@cache
def _compiler(pybars: ModuleType) -> Any:
    """pybars' compiler, with the blanks left as they are written; asked for under the lock."""
    compiler = pybars.Compiler()
    compiler.whitespace_control = str  # which gives a text back as it is
    return compiler


def _pybars() -> ModuleType:
    """Import pybars, with its grammars read from where they are compiled ahead of time.

    It has them made when it is imported, which takes 0.33 s: more than all the rest of a cold
    start.  Whoever imported it before us has paid for that.
    """
    if "pybars" in sys.modules:
        return importlib.import_module("pybars")
    grammar = ModuleType("pymeta.grammar")
    grammar.OMeta = type("OMeta", (), {"makeGrammar": _Grammar})  # type: ignore[attr-defined]
    displaced = sys.modules.get("pymeta.grammar")
    sys.modules["pymeta.grammar"] = grammar
    try:
        return importlib.import_module("pybars")
    finally:
        if displaced is None:
            del sys.modules["pymeta.grammar"]
        else:
            sys.modules["pymeta.grammar"] = displaced


@dataclass(eq=False)
class _Grammar:
    """Stands for what `OMeta.makeGrammar` makes, which is not read before something is compiled.

    Raises ImportError then, if it is not of the grammar that was compiled ahead.
    """

    text: str
    globals: dict[str, object]
    name: str = "Grammar"

    def __call__(self, source: object) -> object:
        return self._made(source)

    @cached_property
    def _made(self) -> Callable[[object], object]:
        grammars = importlib.import_module("chalicelib.domain.precompiled.grammars")
        if grammars.MADE_OF.get(self.name) != hashlib.sha256(self.text.encode()).hexdigest():
            raise ImportError(f"this is not pybars3 {grammars.PYBARS}: run `make grammars`")
        made: type = getattr(grammars, self.name)
        return type(self.name, (made,), {"globals": self.globals})
