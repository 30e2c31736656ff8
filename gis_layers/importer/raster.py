"""What a raster is: place, size, bands, unit, nodata, statistics; read thinned, never whole when large.

A raster without overviews that is larger than `WHOLE_BYTES` is sampled block by block, so that a file of many
gigabytes costs tens of megabytes of reading and no more of memory.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gis_layers.crs import WGS84
from gis_layers.importer.place import bounds_in_degrees, canonical, judge_crs, likely_crs
from gis_layers.importer.report import (
    BandReport,
    Bounds,
    Finding,
    Guess,
    LayerReport,
    Preview,
    Question,
    unusable,
)

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

Array = NDArray[np.float64]
Masked = np.ma.MaskedArray[Any, Any]

_DRIVERS = (
    (b"II", "GTiff"),
    (b"MM", "GTiff"),
    (b"EHFA", "HFA"),
    (b"\x89HDF", "netCDF"),
    (b"CDF", "netCDF"),
    (b"\x00\x00\x00\x0cjP", "JP2OpenJPEG"),
)
"""First bytes and the one GDAL driver that may open them; what begins otherwise is an ASCII grid."""
WHOLE_BYTES = 64 * 2**20
"""Up to here a raster without overviews is read row by row in full."""
SAMPLE_BYTES = 32 * 2**20
BLOCK_BYTES = 256 * 2**20
"""A raster stored in larger blocks than this cannot be read by windows."""
PICTURE_PIXELS = 256
MOST_BANDS = 24
MOST_SUBDATASETS = 20
UNIT_TAGS = ("UNIT", "UNITS", "unit", "units", "Unit", "Units")
COMMON_UNITS = ("m", "m/s", "kWh/m2", "W/m2", "kWh/kWp", "°C", "mm", "%", "1")
_FILL_VALUES = (
    -9999.0,
    -99999.0,
    -999.0,
    -9.0e33,
    -3.4028234663852886e38,
    3.4028234663852886e38,
    1.0e20,
    9.969209968386869e36,
    -32768.0,
    -32767.0,
    65535.0,
    -2147483648.0,
    -128.0,
    255.0,
)


def inspect_raster(path: Path) -> tuple[LayerReport, ...]:
    """Report of a raster; a file with several datasets gives one layer each.

    Raises
    ------
    InputError
        GDAL cannot open it, it is cut off, or it is stored in one piece too large to read by windows.
    """
    from rasterio.errors import RasterioError

    try:
        driver = driver_of(path)
        with _open(str(path), driver) as source:
            names = [str(name) for name in source.subdatasets][:MOST_SUBDATASETS]
            if not names:
                return (_layer(path, path.stem, source),)
        layers = []
        for name in names:
            with _open(name, driver) as source:
                layers.append(_layer(path, name.rsplit(":", 1)[-1], source))
        return tuple(layers)
    except RasterioError as error:
        raise unusable(
            path, "raster", _reason(error), "a complete raster that GDAL reads; copy or export it again"
        ) from error


def open_name(path: Path, layer: LayerReport) -> str:
    """What rasterio opens: the file, or the dataset within a netCDF file."""
    return str(path) if layer.name == path.stem else f'NETCDF:"{path}":{layer.name}'


def driver_of(path: Path) -> str:
    """The one GDAL driver that may open a file of these first bytes: none that points to other files."""
    with path.open("rb") as handle:
        head = handle.read(16)
    return next((driver for magic, driver in _DRIVERS if head.startswith(magic)), "AAIGrid")


def _open(name: str, driver: str) -> DatasetReader:
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        source: DatasetReader = rasterio.open(name, driver=driver)
    return source


def _layer(path: Path, name: str, source: DatasetReader) -> LayerReport:
    if source.count == 0:
        raise unusable(path, "raster", "no bands", "a raster with at least one band")
    _check_blocks(path, source)
    findings: list[Finding] = []
    questions: list[Question] = []
    placed = not source.transform.is_identity
    bounds: Bounds | None = tuple(source.bounds) if placed else None
    declared = canonical(source.crs.to_wkt()) if source.crs else None
    if placed:
        findings, questions = judge_crs(declared, bounds)
        if source.transform.b != 0.0 or source.transform.d != 0.0:
            findings.append(Finding("rotated"))
    else:
        raise unusable(path, "transform", "none", "a raster that says where on the Earth it lies")

    shown = range(1, min(source.count, MOST_BANDS) + 1)
    if source.count > MOST_BANDS:
        findings.append(Finding("bands_more", {"count": source.count, "shown": MOST_BANDS}, warning=False))
    bands, picture = [], None
    for index in shown:
        raw = _thinned(source, index, len(shown))
        band = _band(source, index, raw)
        bands.append(band)
        if picture is None:
            picture = _values(raw, band)
    _read_last_block(source)
    crs = Guess(declared, 1.0, "declared") if declared else None
    asks_crs = any(question.id == "crs" for question in questions)
    shown_crs = declared if declared and not asks_crs else _first(likely_crs(bounds) if bounds else ())
    degrees = bounds_in_degrees(shown_crs, bounds)
    findings += _nodata_findings(bands)
    return LayerReport(
        name=name,
        geometry="raster",
        crs=crs,
        crs_name=source.crs.to_string() if source.crs else "",
        bounds=bounds,
        bounds_wgs84=degrees,
        width=source.width,
        height=source.height,
        bands=tuple(bands),
        findings=tuple(findings),
        questions=(*questions, *_questions(bands)),
        preview=_preview(picture, source, shown_crs, degrees)
        if shown_crs and degrees and picture is not None
        else None,
    )


def _check_blocks(path: Path, source: DatasetReader) -> None:
    height, width = source.block_shapes[0]
    size = height * width * np.dtype(source.dtypes[0]).itemsize
    if size > BLOCK_BYTES:
        found = f"one block of {size / 2**30:.1f} GB ({width} x {height} pixels)"
        raise unusable(
            path, "blocks", found, "a raster stored in tiles or strips (a cloud-optimised GeoTIFF)"
        )


def _thinned(source: DatasetReader, index: int, bands: int) -> Masked:
    """(row, col) raw values over the whole raster, at most `PICTURE_PIXELS` a side."""
    step = max(1, math.ceil(max(source.width, source.height) / PICTURE_PIXELS))
    shape = (max(1, source.height // step), max(1, source.width // step))
    size = source.width * source.height * np.dtype(source.dtypes[index - 1]).itemsize
    if source.overviews(index) or size * bands <= WHOLE_BYTES:
        whole: Masked = source.read(index, out_shape=shape, masked=True)
        return whole
    return _sampled(source, index, SAMPLE_BYTES // bands)


def _sampled(source: DatasetReader, index: int, budget_bytes: int) -> Masked:
    """The same from evenly chosen blocks only, each standing for its neighbourhood."""
    from rasterio.windows import Window

    height, width = source.block_shapes[index - 1]
    down, across = math.ceil(source.height / height), math.ceil(source.width / width)
    size = height * width * np.dtype(source.dtypes[index - 1]).itemsize
    most = max(1, budget_bytes // size)
    side = max(1, math.isqrt(most))
    across_taken = min(across, side)
    down_taken = min(down, max(1, most // across_taken), PICTURE_PIXELS)
    inner_rows = max(1, min(height, PICTURE_PIXELS // 2 // down_taken))
    inner_cols = max(1, min(width, PICTURE_PIXELS // across_taken))
    shape = (down_taken * inner_rows, across_taken * inner_cols)
    values, mask = np.zeros(shape, dtype=source.dtypes[index - 1]), np.ones(shape, dtype=bool)
    for at_row, block_row in enumerate(_evenly(down, down_taken)):
        for at_col, block_col in enumerate(_evenly(across, across_taken)):
            window = Window(
                block_col * width,
                block_row * height,
                min(width, source.width - block_col * width),
                min(height, source.height - block_row * height),
            )
            block = source.read(index, window=window, masked=True)
            picked = block[np.ix_(_evenly(block.shape[0], inner_rows), _evenly(block.shape[1], inner_cols))]
            here = np.s_[
                at_row * inner_rows : (at_row + 1) * inner_rows,
                at_col * inner_cols : (at_col + 1) * inner_cols,
            ]
            values[here], mask[here] = picked.data, np.ma.getmaskarray(picked)
    return Masked(values, mask=mask)


def _evenly(count: int, taken: int) -> NDArray[np.intp]:
    """`taken` indices spread over `count`, each in the middle of its part."""
    return ((np.arange(taken) + 0.5) * count / taken).astype(np.intp)


def _read_last_block(source: DatasetReader) -> None:
    """Fails where the file was cut off: the last block is the last to be written."""
    from rasterio.windows import Window

    source.read(1, window=Window(source.width - 1, source.height - 1, 1, 1))


def _band(source: DatasetReader, index: int, raw: Masked) -> BandReport:
    tags = {**source.tags(), **source.tags(index)}
    unit = source.units[index - 1] or next((tags[tag] for tag in UNIT_TAGS if tags.get(tag)), None)
    nodata = source.nodatavals[index - 1]
    band = BandReport(
        index=index,
        dtype=source.dtypes[index - 1],
        name=source.descriptions[index - 1] or tags.get("long_name", "") or "",
        unit=unit,
        nodata=None if nodata is None else float(nodata),
        scale=float(source.scales[index - 1]),
        offset=float(source.offsets[index - 1]),
        low=None,
        high=None,
        mean=None,
        missing_share=0.0,
    )
    suspect, share = suspected_fill(raw)
    values = _values(raw, replace(band, suspected_nodata=suspect))
    there = values[~np.isnan(values)]
    missing = float(np.mean(np.isnan(_values(raw, band))))
    statistics = (float(there.min()), float(there.max()), float(there.mean())) if there.size else (None,) * 3
    low, high, mean = statistics
    return replace(
        band,
        low=low,
        high=high,
        mean=mean,
        missing_share=missing,
        suspected_nodata=suspect,
        suspected_share=share,
    )


def _values(raw: Masked, band: BandReport) -> Array:
    """Values with scale and offset, NaN where declared or suspected nodata stands."""
    data = np.asarray(raw.data, dtype=np.float64)
    missing = np.ma.getmaskarray(raw) | ~np.isfinite(data)
    if band.suspected_nodata is not None:
        missing = missing | (data == band.suspected_nodata)
    return np.asarray(np.where(missing, np.nan, data * band.scale + band.offset))


def suspected_fill(raw: Masked) -> tuple[float | None, float]:
    """An undeclared fill value and its share: a usual one, at an end of the range, far from the rest."""
    there = np.asarray(raw.compressed(), dtype=np.float64)
    there = there[np.isfinite(there)]
    if there.size < 2:
        return None, 0.0
    for value in (float(there.min()), float(there.max())):
        if not any(math.isclose(value, fill, rel_tol=1e-6) for fill in _FILL_VALUES):
            continue
        rest = there[there != value]
        share = 1.0 - rest.size / there.size
        if not rest.size or share < 0.001:
            continue
        gap = float(np.min(np.abs(rest - value)))
        if gap > 0.05 * max(float(rest.max() - rest.min()), 1e-12) and gap >= 2.0:
            return value, share
    return None, 0.0


def _nodata_findings(bands: list[BandReport]) -> list[Finding]:
    findings = []
    for band in bands:
        if band.suspected_nodata is not None:
            percent = round(100.0 * band.suspected_share, 1)
            findings.append(
                Finding(
                    "nodata_suspected",
                    {"band": band.index, "value": f"{band.suspected_nodata:g}", "percent": percent},
                )
            )
        if band.low is None:
            findings.append(Finding("band_empty", {"band": band.index}))
    return findings


def _questions(bands: list[BandReport]) -> list[Question]:
    questions = []
    if len(bands) > 1:
        choices = tuple(Guess(str(band.index), 0.5, band.name or "order") for band in bands)
        questions.append(Question("band", choices))
    if any(band.unit is None for band in bands):
        units = tuple(Guess(unit, 0.0, "usual") for unit in COMMON_UNITS)
        questions.append(Question("unit", units, free=True, required=True))
    suspects = {
        band.suspected_nodata: band.suspected_share for band in bands if band.suspected_nodata is not None
    }
    if suspects:
        choices = tuple(Guess(f"{value:.17g}", 0.8, "values") for value in suspects)
        questions.append(Question("nodata", (*choices, Guess("", 0.2, "declared"))))
    return questions


def _preview(picture: Array, source: DatasetReader, crs_text: str, degrees: Bounds) -> Preview:
    """The thinned values on a grid of degrees, nearest neighbours."""
    import pyproj

    west, south, east, north = degrees
    cols = min(PICTURE_PIXELS, 2 * picture.shape[1])
    rows = int(np.clip(round(cols * (north - south) / max(east - west, 1e-9)), 1, 2 * PICTURE_PIXELS))
    lon = west + (np.arange(cols) + 0.5) * (east - west) / cols
    lat = north - (np.arange(rows) + 0.5) * (north - south) / rows
    transformer = pyproj.Transformer.from_crs(WGS84, crs_text, always_xy=True)
    x, y = transformer.transform(*np.meshgrid(lon, lat))
    t = source.transform
    size = t.a * t.e - t.b * t.d
    col = ((x - t.c) * t.e - (y - t.f) * t.b) / size / source.width * picture.shape[1]
    row = ((y - t.f) * t.a - (x - t.c) * t.d) / size / source.height * picture.shape[0]
    inside = (col >= 0) & (col < picture.shape[1]) & (row >= 0) & (row < picture.shape[0])
    values = np.full((rows, cols), np.nan, dtype=np.float32)
    values[inside] = picture[row[inside].astype(np.intp), col[inside].astype(np.intp)]
    values.flags.writeable = False
    return Preview(values=values, bounds=degrees)


def _first(guesses: tuple[Guess, ...]) -> str | None:
    return guesses[0].value if guesses else None


def _reason(error: Exception) -> str:
    """GDAL's own words, the first line of the deepest cause."""
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    return str(cause).strip().splitlines()[0][:200] if str(cause).strip() else type(cause).__name__
