"""Write out what pybars would make anew in every process: `make grammars`.

That is its grammars, which it has made whenever it is imported and which take a third of a
second, and the built-in texts.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path

from pybars import _compiler
from pymeta.builder import TreeBuilder, writePython
from pymeta.grammar import OMeta

from chalicelib.domain import wordings
from chalicelib.domain.handlebars import parse

ROOM = Path(__file__).parent.parent / "chalicelib" / "domain" / "precompiled"

#: By the names that pybars gives their classes; "Grammar" is the one it leaves unnamed.
GRAMMARS = {"handlebars": _compiler.handlebars_grammar, "Grammar": _compiler.compile_grammar}

HEAD = '''"""The grammars of pybars3 {pybars}, as PyMeta3 {pymeta} writes them in Python.

Derived from pybars3's _compiler.py, (c) 2015 Will Bond, Mjumbe Wawatu Ukweli, 2012 Canonical
Ltd, and like it under the GNU Lesser General Public License, version 3 only (LGPL-3.0-only).
Made by `make grammars`; not edited by hand.
"""
from pymeta.runtime import OMetaBase as GrammarBase

PYBARS = {pybars!r}

#: SHA-256 of the grammar that each class was made of.
MADE_OF = {made_of!r}


'''


TEXTS = '''"""The built-in texts: their variables, and what pybars3 {pybars} makes of them.

Made by `make grammars`; not edited by hand.
"""

CODE = {code!r}
'''


def written() -> dict[str, str]:
    """The modules by their names, for the pybars that is installed."""
    return {"grammars.py": _grammars(), "texts.py": _texts()}


def _texts() -> str:
    compiler = _compiler.Compiler()
    compiler.whitespace_control = str  # as `rendering` has it
    code = {}
    for source in (source for text in wordings.TEXTS for source in text.values()):
        template = parse(source)
        made = compiler.precompile(template.normal)
        code[source] = template.variables, template.apart, made
    return TEXTS.format(pybars=version("pybars3"), code=code)


def _grammars() -> str:
    made_of = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in GRAMMARS.items()}
    head = HEAD.format(pybars=version("pybars3"), pymeta=version("pymeta3"), made_of=made_of)
    return head + "\n\n\n".join(_python(name, text) for name, text in GRAMMARS.items()) + "\n"


def _python(name: str, text: str) -> str:
    return str(writePython(OMeta.metagrammarClass(text).parseGrammar(name, TreeBuilder)))


if __name__ == "__main__":
    for name, text in written().items():
        (ROOM / name).write_text(text, encoding="utf-8")
