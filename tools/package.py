"""Build the deployment package: `make package STAGE=dev`.

Chalice zips whatever lies in the project, and with a wheel missing it ships without it and
says it went well.  So it is given a clean copy, and what it made is looked through.

A name in `.chalice/*.json` such as `${table_prefix}` is a field of Config, filled in from the
stage's own environment: the template cannot name another table than the function asks for.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import asdict
from fnmatch import fnmatch
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from chalicelib.config import Config

ROOT = Path(__file__).parent.parent
DESK = ROOT / "chalicelib" / "local"

#: The stages whose tables may go with their stack; those of any other are kept and protected.
DISPOSABLE = ("dev",)
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
#: What no sandbox reads.
_WASTE = re.compile(r"(^|/)(tests?|__pycache__)/|\.py[cio]$|(^|/)\.")
#: The oldest date a zip can carry: with one date for all, the same sources make the same zip.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Failed(Exception):
    """There is no package; the message says why and is meant to be read."""


def build(stage: str, out: Path) -> None:
    """Leave `deployment.zip` and `sam.json` of *stage* in *out*; raises Failed."""
    config = configuration(stage)
    with TemporaryDirectory() as folder:
        tree, made = Path(folder, "countersign"), Path(folder, "made")
        copy(tree, config)
        chalice(tree, stage, made)
        zipped = Path(folder, "deployment.zip")
        pack(made / "deployment.zip", zipped)
        out.mkdir(parents=True, exist_ok=True)
        shutil.move(zipped, out / "deployment.zip")
        shutil.move(made / "sam.json", out / "sam.json")


def configuration(stage: str) -> Config:
    """What the function of *stage* will read from its environment; raises Failed."""
    try:
        config = Config.read({}, stage=stage)
    except (OSError, ValueError) as fault:
        raise Failed(f".chalice/config.json: {fault}") from fault
    if not config.deployed or config.stage != stage:
        raise Failed(f"STAGE={config.stage} for stage {stage!r} of .chalice/config.json")
    return config


def copy(tree: Path, config: Config) -> None:
    """Make *tree* of what ships, with the names of *config* filled in."""
    shutil.copytree(ROOT / "chalicelib", tree / "chalicelib", ignore=_left_behind)
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, tree)
    (tree / ".chalice").mkdir()
    for source in (ROOT / ".chalice").glob("*.json"):
        text = Template(source.read_text("utf-8")).safe_substitute(asdict(config))
        (tree / ".chalice" / source.name).write_text(text, "utf-8")
    if config.stage in DISPOSABLE:
        _let_go(tree / ".chalice" / "resources.json")


def _left_behind(folder: str, names: list[str]) -> set[str]:
    paths = {name: Path(folder, name) for name in names}
    return {
        name
        for name, path in paths.items()
        if path == DESK or _WASTE.search(f"{name}/" if path.is_dir() else name)
    }


def _let_go(resources: Path) -> None:
    """Let what is kept elsewhere be deleted with its stack."""
    template = json.loads(resources.read_text("utf-8"))
    for resource in template["Resources"].values():
        if resource.get("DeletionPolicy") == "Retain":
            resource.update(DeletionPolicy="Delete", UpdateReplacePolicy="Delete")
            resource["Properties"]["DeletionProtectionEnabled"] = False
    resources.write_text(json.dumps(template, indent=2), "utf-8")


def chalice(tree: Path, stage: str, made: Path) -> None:
    """Run `chalice package` in *tree*, with nothing of the user's AWS but the region."""
    environment = {name: value for name, value in os.environ.items() if name[:4] != "AWS_"} | {
        "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONDONTWRITEBYTECODE": "1",  # it imports the tree before it zips it
    }
    program = [sys.executable, "-c", "import sys; from chalice.cli import main; sys.exit(main())"]
    asked = ["package", "--stage", stage, "--merge-template", ".chalice/resources.json", str(made)]
    ran = subprocess.run(
        [*program, *asked], cwd=tree, env=environment, capture_output=True, text=True
    )
    said = [line.strip() for line in f"{ran.stdout}\n{ran.stderr}".splitlines() if line.strip()]
    if ran.returncode:
        raise Failed(f"chalice package failed, exit {ran.returncode}: {said[-1] if said else ''}")


def pack(made: Path, zipped: Path) -> None:
    """Zip again what is of use, in order and with one date; raises Failed for want of a wheel."""
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(zipped, "w") as target:
        names = sorted(name for name in source.namelist() if not _WASTE.search(name))
        lacking = [one for one in NATIVE if not any(fnmatch(name, one) for name in names)]
        if lacking:
            raise Failed(
                f"the zip has no {', '.join(lacking)}: no wheel of what requirements.txt pins fits "
                "this Python and the runtime Lambda has for it"
            )
        # An index takes no wheel so tagged: it was built here, against what Lambda may not have.
        homemade = [
            name
            for name in names
            if fnmatch(name, "*.dist-info/WHEEL") and b"-linux_" in source.read(name)
        ]
        if homemade:
            raise Failed(f"built against this machine for want of a wheel: {', '.join(homemade)}")
        for name in names:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))


def main() -> None:
    """Build what the command line asks for, and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m tools.package", description=build.__doc__)
    parser.add_argument("--stage", default="dev", help="a stage of .chalice/config.json")
    parser.add_argument("--out", type=Path, help="where to: build/STAGE")
    asked = parser.parse_args()
    out = asked.out or Path("build", asked.stage)
    try:
        build(asked.stage, out)
    except Failed as failed:
        sys.exit(f"no package: {failed}")
    with zipfile.ZipFile(out / "deployment.zip") as made:
        unzipped = sum(entry.file_size for entry in made.infolist())
    zipped = (out / "deployment.zip").stat().st_size
    print(f"{out / 'deployment.zip'}: {zipped / 1e6:.1f} MB, {unzipped / 1e6:.1f} MB unzipped")
    print(f"{out / 'sam.json'}: the template, {(out / 'sam.json').stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
