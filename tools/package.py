"""Build the deployment package: `make package STAGE=dev`.

Chalice zips whatever lies in the project, and with a wheel missing it ships without it and
says it went well.  So it is given a clean copy, and what it made is looked through.

A name in `.chalice/*.json` such as `${table_prefix}` is a field of Config, filled in from the
stage's own environment: the template cannot name another table than the function asks for.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import Any

from chalicelib.config import Config
from tools import interpreter, slim
from tools.account import Failed

ROOT = Path(__file__).parent.parent
DESK = ROOT / "chalicelib" / "local"

#: The stages whose tables may go with their stack; those of any other are kept and protected.
DISPOSABLE = ("dev",)
#: The processors a function can run on.
ARCHITECTURES = ("arm64", "x86_64")
#: What Chalice leaves out or builds against this machine when no wheel fits: Pillow's, with which
#: captchas are drawn, and what hashes passwords.
NATIVE = (
    "PIL/_imaging.*.so",
    "PIL/_imagingft.*.so",
    "pillow.libs/libjpeg*",
    "_argon2_cffi_bindings/_ffi.*.so",
    "_cffi_backend.*.so",
    "bcrypt/_bcrypt.*.so",
)


def build(stage: str, out: Path, architecture: str = "") -> None:
    """Leave `deployment.zip` and `template.json` of *stage* in *out*; raises Failed.

    They are for the processor that `.chalice/config.json` says, unless *architecture* does, and
    for the Python that is found here.
    """
    config = configuration(stage)
    try:
        python = interpreter.ready()
    except interpreter.NoInterpreter as fault:
        raise Failed(str(fault)) from fault
    with TemporaryDirectory() as folder:
        tree, made, unpacked = (Path(folder, name) for name in ("countersign", "made", "unpacked"))
        copy(tree, config, architecture)
        chalice(tree, stage, made, python)
        with zipfile.ZipFile(made / "deployment.zip") as chalices:
            chalices.extractall(unpacked)
        check(unpacked)
        slim.slim(unpacked)
        slim.compiled(unpacked, python)
        out.mkdir(parents=True, exist_ok=True)
        fresh = out / f".{os.getpid()}.zip"  # somebody may be uploading the one before
        slim.zipped(unpacked, fresh)
        fresh.replace(out / "deployment.zip")
        shutil.move(made / "sam.json", out / "template.json")


def configuration(stage: str) -> Config:
    """What the function of *stage* will read from its environment; raises Failed."""
    try:
        config = Config.read({}, stage=stage)
    except (OSError, ValueError) as fault:
        raise Failed(f".chalice/config.json: {fault}") from fault
    if not config.deployed or config.stage != stage:
        raise Failed(f"STAGE={config.stage} for stage {stage!r} of .chalice/config.json")
    return config


def copy(tree: Path, config: Config, architecture: str = "") -> None:
    """Make *tree* of what ships, with the names of *config* filled in."""
    shutil.copytree(ROOT / "chalicelib", tree / "chalicelib", ignore=_left_behind)
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, tree)
    (tree / ".chalice").mkdir()
    for source in (ROOT / ".chalice").glob("*.json"):
        text = Template(source.read_text("utf-8")).safe_substitute(asdict(config))
        (tree / ".chalice" / source.name).write_text(text, "utf-8")
    if architecture:
        _edit(tree / ".chalice" / "config.json", lambda said: _run_on(said, architecture))
    if config.stage in DISPOSABLE:
        _edit(tree / ".chalice" / "resources.json", _let_go)


def _left_behind(folder: str, names: list[str]) -> set[str]:
    paths = {name: Path(folder, name) for name in names}
    return {
        name
        for name, path in paths.items()
        if path == DESK or slim.WASTE.search(f"{name}/" if path.is_dir() else name)
    }


def _edit(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    said = json.loads(file.read_text("utf-8"))
    change(said)
    file.write_text(json.dumps(said, indent=2), "utf-8")


def _run_on(config: dict[str, Any], architecture: str) -> None:
    """Let every function of *config* run on *architecture*, whatever its stage says."""
    config["lambda_architecture"] = architecture
    for stage in config["stages"].values():
        stage.pop("lambda_architecture", None)


def _let_go(template: dict[str, Any]) -> None:
    """Let what is kept elsewhere be deleted with its stack."""
    for resource in template["Resources"].values():
        if resource.get("DeletionPolicy") == "Retain":
            resource.update(DeletionPolicy="Delete", UpdateReplacePolicy="Delete")
            resource["Properties"]["DeletionProtectionEnabled"] = False


def chalice(tree: Path, stage: str, made: Path, python: Path) -> None:
    """Run `chalice package` in *tree*, with nothing of the user's AWS but the region."""
    environment = {name: value for name, value in os.environ.items() if name[:4] != "AWS_"} | {
        "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONDONTWRITEBYTECODE": "1",  # it imports the tree before it zips it
    }
    program: list[str | Path] = [
        python,
        "-c",
        "import sys; from chalice.cli import main; sys.exit(main())",
    ]
    asked: list[str | Path] = [
        "package",
        "--stage",
        stage,
        "--merge-template",
        ".chalice/resources.json",
        made,
    ]
    ran = subprocess.run(
        [*program, *asked], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    said = [line.strip() for line in f"{ran.stdout}\n{ran.stderr}".splitlines() if line.strip()]
    if ran.returncode:
        raise Failed(f"chalice package failed, exit {ran.returncode}: {said[-1] if said else ''}")


def check(unpacked: Path) -> None:
    """Raise Failed for want of a wheel in what Chalice made."""
    lacking = [one for one in NATIVE if not any(unpacked.glob(one))]
    if lacking:
        raise Failed(
            f"the zip has no {', '.join(lacking)}: no wheel of what requirements.txt pins fits "
            "this Python and the runtime Lambda has for it"
        )
    # An index takes no wheel so tagged: it was built here, against what Lambda may not have.
    homemade = [
        wheel.parent.name
        for wheel in unpacked.glob("*.dist-info/WHEEL")
        if b"-linux_" in wheel.read_bytes()
    ]
    if homemade:
        raise Failed(f"built against this machine for want of a wheel: {', '.join(homemade)}")


def main() -> None:
    """Build what the command line asks for, and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m tools.package", description=build.__doc__)
    parser.add_argument("--stage", default="dev", help="a stage of .chalice/config.json")
    parser.add_argument("--out", type=Path, help="where to: build/STAGE")
    parser.add_argument("--architecture", default="", choices=("", *ARCHITECTURES))
    asked = parser.parse_args()
    out = asked.out or Path("build", asked.stage)
    try:
        build(asked.stage, out, asked.architecture)
    except Failed as failed:
        sys.exit(f"no package: {failed}")
    print(said(out))


def said(out: Path) -> str:
    """How large the package in *out* is, in a line for each of its files."""
    zipped, template = out / "deployment.zip", out / "template.json"
    with zipfile.ZipFile(zipped) as made:
        unzipped = sum(entry.file_size for entry in made.infolist())
    runtime = json.loads(template.read_text("utf-8"))["Resources"]["APIHandler"]["Properties"]
    return (
        f"{zipped}: {zipped.stat().st_size / 1e6:.1f} MB, {unzipped / 1e6:.1f} MB unzipped, for "
        f"{runtime['Runtime']} on {runtime['Architectures'][0]}\n"
        f"{template}: the template, {template.stat().st_size / 1e3:.0f} kB"
    )


if __name__ == "__main__":
    main()
