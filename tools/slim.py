"""What of the zip that Chalice makes the functions need, and in which form.

A function starts the faster the less there is to fetch and unpack, and the fewer sources Python
must compile: of 28 MB some nine are of use.  Whatever is left out here is something that nothing
of ours imports; what is left is proved to answer by the tests of the package.
"""

import gzip
import json
import re
import shutil
import subprocess
import zipfile
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile

#: The services whose models the functions load; the other four hundred are 16 MB.
SERVICES = ("dynamodb", "events", "lambda", "pinpoint-sms-voice-v2", "sns", "sqs", "ssm")

#: What botocore reads of a service to make a client of it; not paginators, waiters and examples.
_MODELS = ("service-2.json*", "endpoint-rule-set-1.json*")

#: What of the runtime's libraries nothing of ours imports, by paths in the zip.
NEEDLESS = (
    "boto3/*",  # clients are botocore's
    "s3transfer/*",
    "cffi/*",  # its compiler; what it compiled needs only _cffi_backend
    "pycparser/*",
    "dateutil/zoneinfo/*.tar.gz",  # zones are tzdata's
    "phonenumbers/carrierdata/*",
    "phonenumbers/geodata/*",
    "PIL/_avif.*",
    "PIL/_imagingcms.*",
    "PIL/_imagingmath.*",
    "PIL/_imagingmorph.*",
    "PIL/_imagingtk.*",
    "PIL/_webp.*",
    "*.dist-info/RECORD",
    "*.h",
    "*.pyi",
)

#: What no sandbox reads, whoever made it.
WASTE = re.compile(r"(^|/)(tests?|__pycache__)/|\.py[cio]$|(^|/)\.")

#: The oldest date a zip can carry: with one date for all, the same sources make the same zip.
_EPOCH = (1980, 1, 1, 0, 0, 0)

#: Where Lambda unpacks the zip: tracebacks name files by it.
_TASK = "/var/task"


def slim(folder: Path) -> None:
    """Take from *folder*, which holds the unpacked zip, what the functions do not need."""
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        name = file.relative_to(folder).as_posix()
        if WASTE.search(name) or any(fnmatch(name, one) for one in NEEDLESS) or _foreign(name):
            file.unlink()
    _lighten(folder / "botocore" / "data")
    for library in set(folder.glob("*.libs/*")) - needed(folder):
        library.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _foreign(name: str) -> bool:
    """Whether *name* is of a service that the functions do not call, or no part of a client."""
    parts = name.split("/")
    if parts[:2] != ["botocore", "data"] or len(parts) == 3:  # such as the partitions
        return False
    return parts[2] not in SERVICES or not any(fnmatch(parts[-1], one) for one in _MODELS)


def _lighten(data: Path) -> None:
    """Leave of botocore's *data* what is read when a client is made: a third of its time.

    Of each service the newest version, without its documentation; of the endpoints its own.
    """
    for service in (one for one in data.iterdir() if one.is_dir()):
        for version in sorted(service.iterdir())[:-1]:
            shutil.rmtree(version)
    prefixes = set()
    for packed in data.rglob("*.json.gz"):
        said = _undocumented(json.loads(gzip.decompress(packed.read_bytes())))
        packed.with_suffix("").write_text(json.dumps(said), "utf-8")
        packed.unlink()
        prefixes.add(said.get("metadata", {}).get("endpointPrefix"))
    endpoints = json.loads((data / "endpoints.json").read_text("utf-8"))
    for partition in endpoints["partitions"]:
        known = partition["services"]
        partition["services"] = {one: known[one] for one in known if one in prefixes}
    (data / "endpoints.json").write_text(json.dumps(endpoints), "utf-8")


def _undocumented(said: Any) -> Any:
    if isinstance(said, list):
        return [_undocumented(one) for one in said]
    if not isinstance(said, dict):
        return said
    # A string, or it is a member that happens to be called so.
    return {
        name: _undocumented(value)
        for name, value in said.items()
        if not (name == "documentation" and isinstance(value, str))
    }


def needed(folder: Path) -> set[Path]:
    """The bundled libraries that Python's own native modules in *folder* load, and theirs."""
    bundled = {path.name: path for path in folder.glob("*.libs/*")}
    found: set[Path] = set()
    open_ones = [path for path in folder.rglob("*.so") if path not in bundled.values()]
    while open_ones:
        loads = {bundled[name] for name in loaded_by(open_ones.pop()) if name in bundled}
        open_ones += loads - found
        found |= loads
    return found


def loaded_by(library: Path) -> list[str]:
    """What the dynamic loader is asked for when *library* is opened."""
    with library.open("rb") as file:
        dynamic = ELFFile(file).get_section_by_name(".dynamic")
        assert isinstance(dynamic, DynamicSection)
        return [str(tag.needed) for tag in dynamic.iter_tags("DT_NEEDED")]  # type: ignore[attr-defined]


def compiled(folder: Path, python: Path) -> None:
    """Put beside each source what *python* compiles it to; the same each time."""
    # Not checked against the source, which cannot change, nor dated.
    form = ["-q", "-f", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", _TASK]
    subprocess.run(
        [python, "-I", "-m", "compileall", *form, str(folder)],
        env={"PYTHONHASHSEED": "0"},
        check=True,
    )


def zipped(folder: Path, target: Path) -> None:
    """Zip *folder* in order and with one date: the same files make the same zip."""
    with zipfile.ZipFile(target, "w") as made:
        names = (path.relative_to(folder).as_posix() for path in folder.rglob("*"))
        for name in sorted(name for name in names if (folder / name).is_file()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, (folder / name).read_bytes(), compresslevel=9)
