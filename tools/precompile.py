"""Write pybars' grammars out as the Python that PyMeta makes of them: `make grammars`.

pybars has them made whenever it is imported, which takes a third of a second.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path

from pybars import _compiler
from pymeta.builder import TreeBuilder, writePython
from pymeta.grammar import OMeta

MODULE = Path(__file__).parent.parent / "chalicelib" / "domain" / "precompiled" / "grammars.py"

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


def written() -> str:
    """The module, for the pybars that is installed."""
    made_of = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in GRAMMARS.items()}
    head = HEAD.format(pybars=version("pybars3"), pymeta=version("pymeta3"), made_of=made_of)
    return head + "\n\n\n".join(_python(name, text) for name, text in GRAMMARS.items()) + "\n"


def _python(name: str, text: str) -> str:
    return str(writePython(OMeta.metagrammarClass(text).parseGrammar(name, TreeBuilder)))


if __name__ == "__main__":
    MODULE.write_text(written(), encoding="utf-8")
