"""Words (zh/en) for what is found in data sources and asked about them, for window and command line alike.

Codes come from the formats of `resources/sources`; a test reads them there and holds them against this list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.messages import Language
from app.problem_words import told
from resources.library import Entry, period_of
from resources.sources.contract import Finding, Guess, Question
from resources.sources.importing import Manifest

if TYPE_CHECKING:
    from resources.resource_data import Origin

Words = tuple[str, str]

FINDINGS: dict[str, Words] = {
    # time
    "clock_offset": ("时钟与太阳不符, 按太阳改正", "The clock does not agree with the sun; corrected by the sun"),
    "clock_told_wrong": ("所给时区与太阳矛盾", "The sun contradicts the time zone given"),
    "clock_minutes": ("日照与整点相差不到一小时, 总量不受影响", "The light is off by part of an hour; sums hold"),
    "clock_stamp": ("时标指小时的哪一端由太阳判定", "Which end of the hour the stamps mark was told by the sun"),
    "clock_unchecked": ("没有辐照, 时钟无从核对", "No irradiance to check the clock by"),
    "edge_hours_wrapped": (
        "世界时的一年缺北京时首尾几小时, 取自该年另一端",
        "A year of UTC lacks hours of ours at one end; taken from its other end",
    ),
    "leap_day_shifted": (
        "闰年恰有 8760 步: 少了最后一天, 此后日期全部错位",
        "A leap year of exactly 8,760 steps: its last day is missing or all dates after February are shifted",
    ),
    "duplicate_times": ("时刻重复而数值相同, 留其一", "Times twice with the same values; one is kept"),
    "duplicate_conflict": ("时刻重复而数值不同", "Times twice with different values"),
    "out_of_order": ("行不按时间先后, 重新排序", "Rows are not in order of time; sorted"),
    "no_date": ("有的行没有日期", "Rows without a date"),
    "step": ("时间步长无法使用", "The time step cannot be used"),
    "rows_typical": ("典型年小时数不对", "A typical year with the wrong number of hours"),
    "running_total": ("辐射为自零时起的累计值, 已拆为逐时", "Totals that run through the day; taken apart into hours"),
    "averaged": ("短时段记录已平均为小时", "Records of minutes were averaged to hours"),
    "date_twice": ("日期重复而数值不同", "Dates twice with different values"),
    "date_twice_same": ("日期重复而数值相同, 留其一", "Dates twice with the same value; one is kept"),
    # gaps
    "gap_short": ("短缺口, 以插值补上", "Short gaps; closed by interpolation"),
    "gap_long": ("缺口过长", "Gaps that are too long"),
    "year_left_out": ("不完整的年份不用", "Incomplete years are left out"),
    "fields_absent": ("缺少算光伏或风电所需的量", "Quantities that PV or wind power need are absent"),
    "column_absent": ("有的文件缺这一列", "A column is missing in some of the files"),
    "bad_row": ("有无法读取的行", "Rows that cannot be read"),
    "one_file_only": ("这种格式一次一个文件", "One file at a time of this format"),
    # units and values
    "lines_lacking": ("格网缺行或缺列, 留空", "Rows or columns of the grid are lacking; left empty"),
    "no_polygons": ("没有面状图形", "No polygons"),
    "shapes_missing": ("有的要素没有图形", "Features without a shape"),
    "shapes_invalid": ("有的轮廓自相交, 需修复", "Outlines that cross themselves; mended"),
    "datum_unknown": ("看不出坐标基准, 当作 WGS84", "The datum cannot be told; taken for WGS84"),
    "unit_wrong": ("所述单位与数值不符, 按数值改正", "The declared unit does not fit the values; corrected by their size"),
    "unit_missing": ("没有单位, 按数值判定", "No unit; told by the size of the values"),
    "unit_unknown": ("单位无法识别, 按数值判定", "The unit is not known; told by the size of the values"),
    "unit_guessed": ("没有单位, 按数值推测", "No unit; guessed by the size of the values"),
    "unit_impossible": ("数值在任何已知单位下都不可能", "The values are impossible in every unit known"),
    "beyond_limits": ("数值超出物理界限", "Values beyond their physical limits"),
    "too_bright": ("辐照超过太阳所能给的", "Brighter than the sun allows"),
    "negative_small": ("略小于零, 改为零", "Slightly below zero; set to zero"),
    "negative_large": ("明显小于零", "Far below zero"),
    "constant": ("数值始终不变", "A column that never changes"),
    "cf_above_one": ("容量系数大于一", "Capacity factors above one"),
    "inclined_plane": ("辐照是斜面上的, 不是水平面", "Irradiance of an inclined plane, not a horizontal one"),
    # what was derived
    "wind_lifted": ("风速已换算到 100 米高", "Wind was brought to 100 m"),
    "height_unknown": ("测风高度未说明, 按 10 米", "The height of the wind is not stated; taken as 10 m"),
    "beam_split": ("只有总辐照, 直射与散射为估算", "Global irradiance only; beam and diffuse are estimated"),
    "pressure_of_height": ("没有气压, 按海拔的标准大气", "No pressure; the standard atmosphere at its elevation"),
    "elevation_estimated": ("没有海拔, 取自内置图集", "No elevation; that of the embedded atlas"),
    # places and grids
    "outside_china": ("位置不在中国范围内", "Outside the area of China"),
    "other_place": ("各文件不是同一地点", "The files are not of one place"),
    "other_zone": ("各文件时区不同", "The files are of different time zones"),
    "other_grid": ("各文件网格不同", "The files are on different grids"),
    "cropped": ("裁剪到中国范围", "Cropped to the area of China"),
    "longitudes_360": ("经度 0–360 已换算", "Longitudes of 0 to 360 were turned"),
    "component_alone": ("风的两个分量缺一个", "One of the two wind components is missing"),
    "components_swapped": ("风分量的名称互相矛盾", "The names of the wind components contradict each other"),
    "extra_dimension": ("变量多一个维度", "A variable has a dimension too many"),
    "regions_twice": ("区域名称重复", "A region stands twice"),
    "regions_unknown": ("有的区域不是省份名称", "Some regions are no names of provinces"),
    # rasters
    "crs_missing": ("没有坐标系", "No coordinate system"),
    "crs_unknown": ("坐标系无法识别", "The coordinate system is not known"),
    "crs_contradicted": ("坐标超出所述坐标系", "The coordinates lie outside the system they are said to be in"),
    "swapped": ("经度与纬度似乎写反", "Longitude and latitude look exchanged"),
    "cgcs2000": ("CGCS2000, 与 WGS84 相差不到一米", "CGCS2000, within a metre of WGS84"),
    "beijing54": ("1954 北京坐标系, 换算误差可达百米", "Beijing 1954; the shift is known to about a hundred metres"),
    "xian80": ("1980 西安坐标系, 换算误差可达百米", "Xian 1980; the shift is known to about a hundred metres"),
    "rotated": ("栅格带旋转", "The raster is rotated"),
    "south_up": ("行自南向北, 已翻转", "Rows from south to north; turned over"),
    "bands": ("波段数不对", "The wrong number of bands"),
    "layers_left": ("其他图层需另行导入", "Other layers are left for imports of their own"),
    "height": ("离地高度不合理", "The height above ground cannot be"),
    "empty": ("所需范围内没有数值", "No values in the area needed"),
    "values_beyond": ("有数值超出可能范围, 作为缺值", "Values beyond what is possible; taken as missing"),
    "class_unknown": ("有图例之外的类别, 作为缺值", "Classes that are not in the legend; taken as missing"),
    "nodata_suspected": ("疑似未声明的无数据值, 作为缺值", "A value that seems to mean nothing; taken as missing"),
    "longitudes_rolled": ("经度 0–360 已换算", "Longitudes of 0 to 360 were turned"),
    "cut_to_china": ("裁剪到中国范围", "Cut to the area of China"),
    "tiles_crs": ("各瓦片坐标系不同", "Tiles of different coordinate systems"),
    "tiles_disagree": ("重叠瓦片数值不一致", "Tiles that overlap do not agree"),
    "tiles_missing": ("缺少部分瓦片", "Some tiles are missing"),
    "tiles_resampled": ("瓦片步长或对齐不同, 取最近格", "Tiles of several steps or alignments; nearest cells are taken"),
    # power stations
    "no_coordinates": ("未认出坐标列", "No columns of coordinates recognised"),
    "datum_shifted": ("坐标可能是 GCJ-02 或 BD-09", "Coordinates that may be GCJ-02 or BD-09"),
    "other_countries": ("其他国家的行不用", "Rows of other countries are left out"),
    "fuel_unknown": ("燃料或技术不认识, 归入其他", "Fuels or technologies we do not know; taken as other"),
    "place_exchanged": ("个别电站经纬度写反, 已换回", "Longitude and latitude exchanged in some rows; turned back"),
    "duplicates": ("重复的行", "Rows that repeat another"),
    "capacity_negative": ("装机容量小于零的行不用", "Rows with a capacity below zero are left out"),
    "capacity_beyond": ("装机容量大得不可能的行不用", "Rows with a capacity beyond what is possible are left out"),
    "capacity_missing": ("没有装机容量的行不用", "Rows without a capacity are left out"),
    "place_missing": ("没有位置的行不用", "Rows without a place are left out"),
    # rivers
    "station_twice": ("站点重复", "A station stands twice"),
    "flow_negative": ("流量小于零, 作为缺值", "Flow below zero; taken as missing"),
    "flow_none": ("没有流量", "No flow at all"),
    "flow_spike": ("孤立的极大值, 作为缺值", "A lone spike; taken as missing"),
    "flow_unit": ("流量与流域面积不符, 单位可能有误", "More flow than the catchment can give; another unit?"),
    "flow_far_from_atlas": ("与内置河流相差很大", "Far from the embedded river at this place"),
    "curve_wrong": ("不能作为功率曲线", "This cannot be a power curve"),
}  # fmt: skip

QUESTIONS: dict[str, Words] = {
    "utc_offset_h": ("时标的时区 (比世界时早几小时)", "Time zone of the stamps (hours ahead of UTC)"),
    "stamp": ("时标指时段的哪一端", "Which part of its period a stamp marks"),
    "time_format": ("日期的写法", "How dates are written"),
    "shear_exponent": ("风切变指数", "Wind shear exponent"),
    "partial": ("含长缺口也导入 (仅供对比)", "Import with long gaps (for comparing only)"),
    "technology": ("光伏还是风电", "PV or wind"),
    "lon_deg": ("经度 (度, 东经)", "Longitude (degrees east)"),
    "lat_deg": ("纬度 (度, 北纬)", "Latitude (degrees north)"),
    "elevation_m": ("海拔 (米)", "Elevation (m)"),
    "height_m": ("离地高度 (米)", "Height above ground (m)"),
    "unit": ("数值的单位", "Unit of the values"),
    "variable": ("栅格是什么量", "What the raster shows"),
    "band": ("使用的波段", "Band to use"),
    "layer": ("使用的图层", "Layer to use"),
    "nc_variable": ("文件中的变量", "Variable of the file"),
    "nodata": ("视为无数据的值", "Value that means nothing"),
    "crs": ("坐标系 (EPSG 代码)", "Coordinate system (EPSG code)"),
    "order": ("经纬度次序", "Order of longitude and latitude"),
    "period": ("数据所属时期", "Period of the data"),
    "legend": ("土地覆盖图例", "Legend of the land cover"),
    "flow_nature": ("天然流量还是水库下泄", "The river's own flow or a reservoir's release"),
    "lon": ("哪一列是经度", "Which column is the longitude"),
    "lat": ("哪一列是纬度", "Which column is the latitude"),
    "datum": ("坐标基准", "Datum of the coordinates"),
    "encoding": ("文字编码", "Encoding of texts"),
    "capacity_unit": ("装机容量的单位", "Unit of the capacity"),
    "name_field": ("哪个字段是名称", "Which field is the name"),
    "category_field": ("哪个字段是类别", "Which field is the category"),
    "what": ("这些区域是什么 (可自行填写)", "What these areas are (you may write your own)"),
    "duplicates": ("重复的行怎么办", "What to do with rows that repeat"),
    "licence": ("许可", "Licence"),
    "power_unit": ("功率的单位 (share 为额定功率的比例)", "Unit of power (share: of rated power)"),
    "rated_mw": ("额定功率 (兆瓦)", "Rated power (MW)"),
    "rotor_m": ("风轮直径 (米)", "Rotor diameter (m)"),
    "density_kg_per_m3": ("曲线所对应的空气密度 (千克/立方米)", "Air density of the curve (kg/m3)"),
}  # fmt: skip
PREFIXES: dict[str, Words] = {
    "unit:": ("“{name}”的单位", "Unit of '{name}'"),
    "column:": ("哪一列是{name}", "Which column is {name}"),
    "height_m:": ("“{name}”的离地高度 (米)", "Height above ground of '{name}' (m)"),
    "lon_deg:": ("“{name}”的经度", "Longitude of '{name}'"),
    "lat_deg:": ("“{name}”的纬度", "Latitude of '{name}'"),
    "catchment_km2:": ("“{name}”的流域面积 (km²)", "Catchment of '{name}' (km²)"),
}
"""Of questions that are asked of a column, a station and the like."""

_COLUMNS: dict[str, Words] = {
    "time": ("时间", "the time"),
    "flow": ("流量", "the flow"),
    "station": ("站点", "the station"),
    "name": ("名称", "the name"),
    "unit": ("机组", "the unit of the plant"),
    "capacity": ("装机容量", "the capacity"),
    "fuel": ("燃料", "the fuel"),
    "technology": ("技术", "the technology"),
    "status": ("状态", "the status"),
    "year": ("年份", "the year"),
    "country": ("国家", "the country"),
    "lon": ("经度", "the longitude"),
    "lat": ("纬度", "the latitude"),
    "ghi_w_per_m2": ("总辐照", "global irradiance"),
    "dni_w_per_m2": ("法向直射辐照", "direct normal irradiance"),
    "dhi_w_per_m2": ("散射辐照", "diffuse irradiance"),
    "temperature_c": ("气温", "air temperature"),
    "pressure_pa": ("气压", "air pressure"),
    "wind_speed_ms": ("风速", "wind speed"),
    "wind_speed_second": ("另一高度的风速", "wind speed at another height"),
}
CHOICES: dict[str, Words] = {
    "none": ("没有", "none"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "end": ("末尾", "end"),
    "beginning": ("开头", "beginning"),
    "instant": ("瞬时", "instant"),
    "centre": ("中间", "centre"),
    "atlas": ("取自内置图集", "of the embedded atlas"),
    "pv": ("光伏", "PV"),
    "wind": ("风电", "wind"),
    "natural": ("天然", "natural"),
    # of rasters, areas and stations
    "elevation_m": ("海拔, 米", "elevation, m"),
    "wind_speed_ms": ("平均风速, 米/秒", "mean wind speed, m/s"),
    "weibull_scale_ms": ("韦布尔尺度参数 A, 米/秒", "Weibull scale A, m/s"),
    "weibull_shape": ("韦布尔形状参数 k", "Weibull shape k"),
    "wind_power_density_w_per_m2": ("风功率密度, 瓦/平方米", "wind power density, W/m2"),
    "air_density_kg_per_m3": ("空气密度, 千克/立方米", "air density, kg/m3"),
    "ghi_kwh_per_m2_year": ("水平面总辐射, 年", "global horizontal irradiation, year"),
    "ghi_kwh_per_m2_month": ("水平面总辐射, 逐月", "global horizontal irradiation, months"),
    "dhi_kwh_per_m2_year": ("水平面散射辐射, 年", "diffuse horizontal irradiation, year"),
    "dni_kwh_per_m2_year": ("法向直射辐射, 年", "direct normal irradiation, year"),
    "gti_kwh_per_m2_year": ("最佳倾角总辐射, 年", "irradiation at the best tilt, year"),
    "pvout_kwh_per_kwp_year": ("光伏年发电量, 每千瓦峰值", "PV yield of the year, per kWp"),
    "temperature_c": ("气温, 摄氏度", "air temperature, C"),
    "rain_mm_year": ("降水, 毫米/年", "rain, mm/year"),
    "runoff_mm_year": ("径流深, 毫米/年", "runoff, mm/year"),
    "population_per_km2": ("人口密度, 人/平方公里", "people per km2"),
    "other": ("其他", "something else"),
    "esa_worldcover": ("欧空局 WorldCover", "ESA WorldCover"),
    "copernicus_lc100": ("哥白尼 LC100", "Copernicus LC100"),
    "glc_fcs30": ("全球 30 米 GLC_FCS30", "GLC_FCS30, 30 m"),
    "clcd": ("武汉大学 CLCD", "CLCD of Wuhan University"),
    "keep": ("当作真值", "these are values"),
    "keep_first": ("只留第一行", "keep the first"),
    "keep_all": ("全部保留", "keep all"),
    "protected": ("自然保护地", "protected areas"),
    "red_line": ("生态保护红线", "ecological red lines"),
    "regulated": ("水库下泄", "regulated"),
    "unknown": ("未知", "unknown"),
    "swapped": ("先纬度后经度", "latitude first"),
    "as_named": ("如列名", "as named"),
}
WEIGHTS: dict[str, Words] = {
    "fatal": ("无法使用", "cannot be used"),
    "consent": ("需同意改正", "needs your consent"),
    "note": ("须知", "good to know"),
}
GRADES: dict[str, Words] = {
    "official": ("官方", "official"),
    "measured": ("实测", "measured"),
    "reanalysis": ("再分析", "reanalysis"),
    "reference": ("参考", "reference"),
    "user": ("用户", "user"),
}
KINDS: dict[str, Words] = {
    "hourly-place": ("单点逐时气象", "hourly weather of a place"),
    "hourly-grid": ("网格逐时气象", "hourly weather of a grid"),
    "capacity-factor-year": ("分区逐时容量系数", "hourly capacity factors of regions"),
    "raster": ("栅格", "raster"),
    "stations": ("电站", "power stations"),
    "flow-series": ("流量序列", "series of river flow"),
    "areas": ("禁建区域", "areas not to build on"),
    "power-curve": ("风机功率曲线", "power curve of a turbine"),
}


def pick(words: Words, language: Language) -> str:
    return words[0 if language == "zh" else 1]


def said(table: dict[str, Words], key: str, language: Language) -> str:
    """The words of a key; one this version does not know yet stands for itself."""
    return pick(table[key], language) if key in table else key


def finding_words(finding: Finding, language: Language) -> str:
    """One sentence, then where, what was found and what is expected or was made of it."""
    problem = finding.problem
    sentence = said(FINDINGS, finding.code, language)
    found, expected = (told(phrase, language) for phrase in (problem.found, problem.expected))
    return f"{sentence} [{finding.code}] {problem.field}: {found} → {expected}"


def question_words(question: Question, language: Language) -> str:
    """What is asked."""
    if question.id in QUESTIONS:
        return pick(QUESTIONS[question.id], language)
    for prefix, words in PREFIXES.items():
        if question.id.startswith(prefix):
            name = question.id.removeprefix(prefix)
            if prefix == "column:":
                name = said(_COLUMNS, name, language)
            return pick(words, language).format(name=name)
    return question.id


def choice_words(choice: Guess, language: Language) -> str:
    """An answer as it is typed, and what it means where that is another word."""
    words = said(CHOICES, choice.value, language)
    if not choice.value:
        return "–"
    return choice.value if words == choice.value else f"{choice.value} ({words})"


def known_question(id: str) -> bool:
    """Whether any format asks this."""
    return id in QUESTIONS or any(id.startswith(prefix) for prefix in PREFIXES)


@dataclass(frozen=True, slots=True)
class ProvenanceRow:
    """One source for inspector and report, in the reader's words."""

    id: str
    serves: str
    """Layers it stands in for; '' where that is not known."""
    source: str
    licence: str
    grade: str
    period: str
    corrected: str
    """What was changed with the user's consent, a code's words each; '' for nothing."""
    sha256_short: str


def provenance_rows(
    sources: Iterable[Entry | Origin],
    language: Language,
    library: Mapping[str, Manifest] | None = None,
) -> tuple[ProvenanceRow, ...]:
    """Where data come from: of entries of a library, or of what served a run.

    Parameters
    ----------
    library
        By id, to say of origins what was corrected and their hash.
    """
    rows = []
    for one in sources:
        if isinstance(one, Entry):
            manifest: Manifest | None = one.manifest
            id, serves, period = one.manifest.id, "", period_of(one.manifest)
            source, licence, grade = one.manifest.source, one.manifest.licence, one.manifest.grade
        else:
            manifest = (library or {}).get(one.id)
            id, serves, period = one.id, ", ".join(one.serves), one.period
            source, licence, grade = one.source, one.licence, one.grade
        if period in ("typical", "typical year"):
            period = pick(("典型年", "typical year"), language)
        rows.append(
            ProvenanceRow(
                id=id,
                serves=serves,
                source=source,
                licence=licence,
                grade=said(GRADES, grade, language),
                period=period,
                corrected="" if manifest is None else corrected_words(manifest, language),
                sha256_short="" if manifest is None else manifest.data_sha256[:12],
            )
        )
    return tuple(rows)


def corrected_words(manifest: Manifest, language: Language) -> str:
    """What was changed with the user's consent, each kind once."""
    codes = dict.fromkeys(one.code for one in manifest.corrections if one.weight == "consent")
    return ("; " if language == "en" else "；").join(said(FINDINGS, code, language) for code in codes)
