"""What of the zip that Chalice makes the functions need, and in which form.

A function starts the faster the less there is to fetch and unpack, and the fewer sources Python
must compile: of 28 MB some nine are of use.  Whatever is left out here is something that nothing
of ours imports; what is left is proved to answer by the tests of the package.
"""

import re
import subprocess
import zipfile
from fnmatch import fnmatch
from pathlib import Path

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile

from . import models

#: Amazon's own authorities, by what botocore's bundle calls them.
AUTHORITIES = (
    *(f"Amazon Root CA {n}" for n in (1, 2, 3, 4)),
    "Starfield Services Root Certificate Authority - G2",
)

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
        if WASTE.search(name) or any(fnmatch(name, one) for one in NEEDLESS):
            file.unlink()
    models.lighten(folder / "botocore" / "data")
    bundle = (folder / "botocore" / "cacert.pem").read_text("utf-8")
    (folder / "amazon.pem").write_text(authorities(bundle), "utf-8")
    for library in set(folder.glob("*.libs/*")) - needed(folder):
        library.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def authorities(bundle: str) -> str:
    """Of *bundle*, botocore's, the certificates of Amazon's own authorities."""
    found = [_certificate(bundle, label) for label in AUTHORITIES]
    return "\n".join(found)


def _certificate(bundle: str, label: str) -> str:
    _, named, after = bundle.partition(f'# Label: "{label}"\n')
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----\n"
    if not named:
        raise LookupError(f"botocore's bundle has no {label}")
    return after[after.index(begin) : after.index(end) + len(end)]


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
