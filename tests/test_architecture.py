"""The house rule, walked: imports point inwards, and each outside thing has its place."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = "chalicelib"

#: Which rooms and files of ours a room may import.
ROOMS = {
    "domain": {"domain"},
    "flows": {"flows", "domain"},
    "store": {"store", "domain", "aws"},
    "senders": {"senders", "domain", "flows", "aws", "config"},
    "api": {"api", "domain", "flows", "senders", "store", "wiring", "logs"},
    "local": {"local", "api", "aws", "domain", "flows", "hooks", "logs", "store", "wiring"},
    "aws": set(),
    "config": set(),
    "hooks": {"hooks", "domain", "flows", "aws"},
    "humans": {"domain"},
    "images": set(),
    "logs": set(),
    "wiring": {
        "config",
        "domain",
        "flows",
        "hooks",
        "humans",
        "images",
        "logs",
        "senders",
        "store",
    },
    "operate": {"config", "domain", "flows", "store", "wiring"},
    "": set(),
}

#: Which room may import what lies outside.
OUTSIDE = {
    "boto3": {"aws"},
    "botocore": {"aws", "store", "senders", "hooks", "operate"},
    "urllib3": {"hooks"},
    "pynamodb": {"aws", "store"},
    "chalice": {"api", "local"},
    "PIL": {"images"},
    "pybars": {"domain"},
    "phonenumbers": {"domain"},
    "argon2": {"domain"},
    "bcrypt": {"domain"},
    "zxcvbn": {"domain"},
    "moto": {"local"},
    "tqdm": {"operate"},
}


def modules() -> list[Path]:
    return sorted(path for path in (ROOT / HOUSE).rglob("*.py") if "precompiled" not in path.parts)


def room(path: Path) -> str:
    """The room of a file: its folder, or its own name at the top of the house."""
    parts = path.relative_to(ROOT / HOUSE).parts
    return parts[0] if len(parts) > 1 else parts[0].removesuffix(".py").removeprefix("__init__")


def imports(path: Path) -> Iterator[str]:
    """Absolute names of all that a file imports, wherever in the file."""
    package = [HOUSE, *path.relative_to(ROOT / HOUSE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            stem = [*base, *(node.module.split(".") if node.module else [])]
            yield from (".".join([*stem, name.name]) for name in node.names)


def faults(path: Path) -> Iterator[str]:
    here, name = room(path), path.relative_to(ROOT / HOUSE)
    for imported in imports(path):
        top, _, rest = imported.partition(".")
        if top == HOUSE:
            there = rest.partition(".")[0]
            if there in ROOMS and there not in ROOMS[here] | {here}:
                yield f"{name} reaches for {imported}"
            if here == "senders" and there == "flows" and not rest.startswith("flows.ports"):
                yield f"{name} reaches past the ports for {imported}"
        elif top in OUTSIDE and here not in OUTSIDE[top]:
            yield f"{name} reaches for {imported}"
    if "os.environ" in path.read_text() and here not in {"config", "local"}:
        yield f"{name} reads the environment"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_inwards(path: Path) -> None:
    assert list(faults(path)) == []


def test_every_room_is_on_the_plan() -> None:
    assert {room(path) for path in modules()} == set(ROOMS)


def test_the_desk_is_reached_by_nothing_that_is_deployed() -> None:
    assert "chalicelib.local" not in (ROOT / "app.py").read_text()
    for path in modules():
        if room(path) != "local":
            assert not [name for name in imports(path) if ".local" in name], path


def test_the_rule_notices_a_breach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    breach = ROOT / HOUSE / "flows" / "imagined.py"
    monkeypatch.setattr(
        Path,
        "read_text",
        lambda _: "import boto3, os\nfrom ..store.lines import x\nprint(os.environ)",
    )

    assert list(faults(breach)) == [
        "flows/imagined.py reaches for boto3",
        "flows/imagined.py reaches for chalicelib.store.lines.x",
        "flows/imagined.py reads the environment",
    ]
