"""Unpacks a zip of map files into a folder of ours, after looking whether it is safe to."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

from gis_layers.files import replacing, writable_folder
from gis_layers.importer.report import unusable

MOST_FILES = 500
MOST_BYTES = 4 * 2**30
MOST_RATIO = 200
"""Times the packed size; real rasters and tables pack to about a fiftieth at best."""
_SMALL_BYTES = 50 * 2**20
_CHUNK = 2**20
_MAIN = {".shp", ".tif", ".tiff", ".gpkg", ".geojson", ".json", ".csv", ".txt", ".epw", ".img", ".asc", ".nc"}
_PARTS = {".shx", ".dbf", ".prj", ".cpg", ".tfw", ".ovr", ".aux", ".xml"}


def unpack(archive: Path, folder: Path) -> tuple[Path, ...]:
    """Unpack the map files of a zip into `folder` (made if need be) and return those to import.

    Every name is checked before anything is written: no path out of the folder, no link, not too many, not
    too large once unpacked. What is written is counted too, as the sizes in an archive can lie.

    Raises
    ------
    InputError
        The archive is broken, locked, unsafe or holds no map files; or the folder cannot be written.
    """
    try:
        with zipfile.ZipFile(archive) as bundle:
            members = _checked(archive, bundle)
            writable_folder(folder)
            left = MOST_BYTES
            written = []
            for member, name in members:
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                left -= _write(archive, bundle, member, target, left)
                written.append(target)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise unusable(archive, "zip", str(error) or "broken", "a complete zip archive") from error
    return tuple(path for path in written if path.suffix.lower() in _MAIN)


def _checked(archive: Path, bundle: zipfile.ZipFile) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """The members to unpack, with the names they get."""
    everything = [member for member in bundle.infolist() if not member.is_dir()]
    if len(everything) > MOST_FILES:
        raise unusable(archive, "zip", f"{len(everything)} files", f"at most {MOST_FILES} files")
    size = sum(member.file_size for member in everything)
    packed = max(1, sum(member.compress_size for member in everything))
    if size > MOST_BYTES or (size > _SMALL_BYTES and size > MOST_RATIO * packed):
        found = f"{size / 2**30:.1f} GB once unpacked, {size / packed:.0f} times its size"
        raise unusable(archive, "zip", found, "at most 4 GB and 200 times the packed size")
    members = []
    for member in everything:
        text = _name(member)
        name = PurePosixPath(text.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or PureWindowsPath(text).drive:
            raise unusable(archive, "zip", f"the name {text}", "names that stay inside the folder")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise unusable(archive, "zip", f"a link {text}", "plain files")
        if member.flag_bits & 0x1:
            raise unusable(archive, "zip", "a password", "an archive without one")
        if name.suffix.lower() in _MAIN | _PARTS and "__MACOSX" not in name.parts:
            members.append((member, name))
    if not any(name.suffix.lower() in _MAIN for _, name in members):
        names = ", ".join(_name(member) for member in everything[:3]) or "nothing"
        raise unusable(archive, "zip", names, "a GeoTIFF, GeoPackage, shapefile, GeoJSON, CSV or EPW inside")
    return members


def _name(member: zipfile.ZipInfo) -> str:
    """The name as it was meant: archives made in China carry GBK that zip takes for code page 437."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _write(archive: Path, bundle: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, most: int) -> int:
    count = 0
    with replacing(target) as temporary, bundle.open(member) as packed, temporary.open("wb") as out:
        while chunk := packed.read(_CHUNK):
            count += len(chunk)
            if count > min(most, member.file_size):
                raise unusable(archive, "zip", "more data than it says", "an archive that keeps its word")
            out.write(chunk)
    return count
