"""What kind of file it is, from its first bytes and never from its name alone; what must not be opened.

Nothing that points elsewhere (virtual rasters, service descriptions, pipelines) reaches GDAL: only the kinds
named here do, each with its own driver.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path

from gis_layers.importer.encoding import detect
from gis_layers.importer.report import Kind, unusable

EXPECTED = "a GeoTIFF or other raster, GeoPackage, shapefile, GeoJSON, CSV with coordinates or EPW"
HEAD_BYTES = 65_536
_SHAPEFILE_PARTS = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix")
_RASTER_MAGIC = (
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
    b"EHFA_HEADER_TAG",
    b"\x89HDF\r\n\x1a\n",
    b"CDF\x01",
    b"CDF\x02",
    b"CDF\x05",
    b"\x00\x00\x00\x0cjP  ",
)
_GEOJSON_TYPES = {
    "FeatureCollection",
    "Feature",
    "GeometryCollection",
    *(f"{multi}{kind}" for multi in ("", "Multi") for kind in ("Point", "LineString", "Polygon")),
}


def identify(path: Path) -> tuple[Kind, Path]:
    """Kind of the file, and the file that stands for it (the .shp where a part of a shapefile was given).

    Raises
    ------
    InputError
        Not there, a link, not a plain file, empty, of a kind we do not read, or one that points to others.
    """
    path = _main_part(path)
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            raise unusable(path, "file", f"a link to {path.readlink()}", "the file itself, not a link")
        if not stat.S_ISREG(status.st_mode):
            raise unusable(path, "file", "a folder or device", EXPECTED)
        with path.open("rb") as handle:
            head = handle.read(HEAD_BYTES)
    except OSError as error:
        raise unusable(path, "file", error.strerror or "error", "a file that can be read") from error
    if not head:
        raise unusable(path, "file", "an empty file (0 bytes)", EXPECTED)
    return _kind(path, head), path


def is_zip(path: Path) -> bool:
    """Whether the file is a zip archive (and no Excel or KMZ file in disguise of its name)."""
    try:
        with path.open("rb") as handle:
            return handle.read(4) == b"PK\x03\x04" and path.suffix.lower() == ".zip"
    except OSError:
        return False


def _kind(path: Path, head: bytes) -> Kind:
    if head.startswith(_RASTER_MAGIC) or re.match(rb"\s*ncols\s+\d+\s", head, re.IGNORECASE):
        return "raster"
    if head.startswith(b"SQLite format 3\x00"):
        return "geopackage"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "shapefile"
    if head.startswith(b"PK\x03\x04"):
        what = "an Excel file" if path.suffix.lower() in (".xlsx", ".xlsm") else "a zip archive"
        raise unusable(path, "kind of file", what, "a CSV saved from it, or its files unpacked")
    text = head.lstrip(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        _refuse_xml(path, text)
    if re.match(rb"LOCATION\s*,", text, re.IGNORECASE):
        return "epw"
    if text[:1] in (b"{", b"["):
        return _json_kind(path, text)
    return _text_kind(path, head)


def _refuse_xml(path: Path, text: bytes) -> None:
    for mark in (
        b"VRTDataset",
        b"OGRVRTDataSource",
        b"GDAL_WMS",
        b"WMT_MS",
        b"Capabilities",
        b"GDALTileIndex",
    ):
        if mark in text[:4096]:
            raise unusable(
                path, "kind of file", "a virtual file that points to other files", "the files it points to"
            )
    raise unusable(path, "kind of file", "an XML file", EXPECTED)


def _json_kind(path: Path, text: bytes) -> Kind:
    if b"gdal_streamed_alg" in text:
        raise unusable(path, "kind of file", "a pipeline that points to other files", "its result as a file")
    types = {found.decode("ascii") for found in re.findall(rb'"type"\s*:\s*"(\w+)"', text)}
    if "Topology" in types or not types & _GEOJSON_TYPES:
        raise unusable(path, "kind of file", "JSON, but no GeoJSON", EXPECTED)
    encoding = detect(text)
    if encoding.value not in ("utf-8", "utf-8-sig"):
        raise unusable(path, "encoding", encoding.value, "GeoJSON in UTF-8 (RFC 7946); save it as UTF-8")
    return "geojson"


def _text_kind(path: Path, head: bytes) -> Kind:
    encoding = detect(head)
    control = sum(byte < 9 or 13 < byte < 32 for byte in head)
    wide = encoding.value.startswith("utf-16")
    if encoding.how == "none" or (control and not wide):
        raise unusable(path, "kind of file", f"unknown bytes {head[:8]!r}", EXPECTED)
    text = head.decode(encoding.value, errors="replace")
    if not re.search(r"[,;\t|]", text):
        raise unusable(path, "kind of file", "text without columns", EXPECTED)
    return "table"


def _main_part(path: Path) -> Path:
    """The .shp beside a part of a shapefile; else the path itself."""
    if path.suffix.lower() not in _SHAPEFILE_PARTS:
        return path
    return sibling(path, ".shp") or path


def sibling(path: Path, suffix: str) -> Path | None:
    """The file of the same name with another ending, in whatever case the ending is written."""
    for candidate in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if candidate.is_file():
            return candidate
    return None
