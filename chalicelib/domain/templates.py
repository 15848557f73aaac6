"""This is where a text is made of a template and its variables, by pybars."""

import importlib
import sys
import threading
from functools import cache
from types import ModuleType

_importing = threading.Lock()


def render(edition: str, **variables: str) -> str:
    """The built-in template *edition* with its variables in their places, nothing escaped."""
    return str(_compiled(edition).render(dict(variables)))


@cache
def _compiled(edition: str) -> ModuleType:
    with _importing:
        if "pybars" not in sys.modules:
            _import_runtime()
        return importlib.import_module(f"chalicelib.domain.precompiled.{edition}")


def _import_runtime() -> None:
    """Import what renders, without what compiles.

    On import pybars builds its grammar, which takes 0.33 s: more than all the rest of a cold
    start.  What is compiled ahead of time needs none of it.
    """
    grammar = ModuleType("pymeta.grammar")
    grammar.OMeta = type("OMeta", (), {"makeGrammar": staticmethod(_no_grammar)})  # type: ignore[attr-defined]
    displaced = sys.modules.get("pymeta.grammar")
    sys.modules["pymeta.grammar"] = grammar
    try:
        importlib.import_module("pybars")
    finally:
        if displaced is None:
            del sys.modules["pymeta.grammar"]
        else:
            sys.modules["pymeta.grammar"] = displaced


def _no_grammar(*_: object, **__: object) -> None:
    """Stands for a grammar nobody will ask."""
