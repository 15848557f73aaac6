"""This is where rows go that could not be brought along: to be mended, and imported again."""

import json
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from ..flows.arrivals import Row


def private(path: Path, *, errors: str) -> TextIO:
    """A file for text that nobody else may read; what was in it is gone."""
    made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return open(made, "w", encoding="utf-8", errors=errors, newline="")


class Kept:
    """The rows left out, as JSON Lines: beside their file, or all of them in the *chosen* one.

    What a run before has left there may have been mended by now: it is put aside, with a `~`.
    """

    def __init__(self, chosen: str = "") -> None:
        self._chosen = chosen
        self._files: dict[str, TextIO] = {}
        self._open = ExitStack()

    def close(self) -> None:
        self._open.close()

    @property
    def names(self) -> list[str]:
        """The files there are by now."""
        return list(self._files)

    def name(self, file: str) -> str:
        """Where rows of *file* go."""
        return self._chosen or f"{file}.bad.jsonl"

    def __call__(self, row: Row, reason: str) -> None:
        """Keep *row* as it was written, byte for byte if it is JSON."""
        name = self.name(row.file)
        if name not in self._files:
            self._files[name] = self._open.enter_context(_fresh(Path(name)))
        said = {"file": row.file, "line": row.line, "reason": reason}
        self._files[name].write(f'{json.dumps(said)[:-1]}, "row": {row.raw}}}\n')


def _fresh(path: Path) -> TextIO:
    if path.is_file():
        path.replace(f"{path}~")
    return private(path, errors="surrogateescape")
