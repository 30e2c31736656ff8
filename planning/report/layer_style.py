"""QGIS styles for the layers of a project file (QML text for the `layer_styles` table)."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

Range = tuple[float, float, str, str]
"""Lower, upper, colour #rrggbb, label."""

NO_VALUE = "#dcdcdc"
GREEN_SHARE: tuple[Range, ...] = (
    (0.0, 0.2, "#c7c7a0", "0 – 20 %"),
    (0.2, 0.4, "#90c987", "20 – 40 %"),
    (0.4, 0.6, "#4dab7a", "40 – 60 %"),
    (0.6, 0.8, "#2a788e", "60 – 80 %"),
    (0.8, 1.0001, "#414487", "80 – 100 %"),
)
GDP_SHARE: tuple[Range, ...] = (
    (-10.0, -0.01, "#5e3c99", "< −1 %"),
    (-0.01, -0.002, "#b2abd2", "−1 – −0.2 %"),
    (-0.002, 0.002, "#f7f7f7", "−0.2 – 0.2 %"),
    (0.002, 0.01, "#fee0b6", "0.2 – 1 %"),
    (0.01, 0.05, "#fdb863", "1 – 5 %"),
    (0.05, 10.0, "#b35806", "> 5 %"),
)


def corridor_style() -> str:
    """Colour by green share, width by capacity."""
    width = "0.2 + &quot;capacity_mw&quot; / 6000.0"
    symbols = [
        f"""<symbol name="{i}" type="line" alpha="0.9" clip_to_extent="1" force_rhr="0">
<layer class="SimpleLine" enabled="1" pass="0" locked="0"><Option type="Map">
{_option("line_color", _rgb(colour))}{_option("line_width", "0.8")}{_option("line_width_unit", "MM")}</Option>
<data_defined_properties><Option type="Map">{_option("name", "")}
<Option name="properties" type="Map"><Option name="outlineWidth" type="Map">
<Option name="active" type="bool" value="true"/><Option name="expression" type="QString" value="{width}"/>
<Option name="type" type="int" value="3"/></Option></Option>{_option("type", "collection")}</Option>
</data_defined_properties></layer></symbol>"""
        for i, colour in enumerate([*(colour for _, _, colour, _ in GREEN_SHARE), NO_VALUE])
    ]
    return _graduated("green_share", GREEN_SHARE, symbols)


def province_style() -> str:
    """Colour by net cash over GDP: receivers violet, senders orange."""
    symbols = [
        f"""<symbol name="{i}" type="fill" alpha="0.85" clip_to_extent="1" force_rhr="0">
<layer class="SimpleFill" enabled="1" pass="0" locked="0"><Option type="Map">
{_option("color", _rgb(colour))}{_option("style", "solid")}{_option("outline_color", "107,116,123,255")}
{_option("outline_width", "0.2")}{_option("outline_width_unit", "MM")}</Option></layer></symbol>"""
        for i, colour in enumerate([*(colour for _, _, colour, _ in GDP_SHARE), NO_VALUE])
    ]
    return _graduated("gdp_share", GDP_SHARE, symbols)


def _graduated(column: str, ranges: tuple[Range, ...], symbols: list[str]) -> str:
    """Rules and not a graduated renderer: that one does not draw what has no value, and China is drawn whole."""
    wanted = [(f'"{column}" >= {low} AND "{column}" < {high}', label) for low, high, _, label in ranges]
    wanted.append((f'"{column}" IS NULL', "–"))
    rows = "".join(
        f'<rule key="{column}-{i}" symbol="{i}" filter={quoteattr(rule)} label={quoteattr(label)}/>\n'
        for i, (rule, label) in enumerate(wanted)
    )
    return (
        '<!DOCTYPE qgis>\n<qgis version="3.22" styleCategories="Symbology">\n'
        '<renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0" forceraster="0">\n'
        f'<rules key="{column}">\n{rows}</rules>\n'
        f"<symbols>\n{chr(10).join(symbols)}\n</symbols>\n</renderer-v2>\n</qgis>\n"
    )


def stroke_style() -> str:
    """The ten-stroke line, dark and plain."""
    return (
        '<!DOCTYPE qgis>\n<qgis version="3.22" styleCategories="Symbology">\n'
        '<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0" forceraster="0">\n'
        '<symbols><symbol name="0" type="line" alpha="1" clip_to_extent="1" force_rhr="0">\n'
        '<layer class="SimpleLine" enabled="1" pass="0" locked="0"><Option type="Map">\n'
        f"{_option('line_color', '48,54,60,255')}{_option('line_width', '0.6')}"
        f"{_option('line_width_unit', 'MM')}</Option></layer></symbol></symbols>\n</renderer-v2>\n</qgis>\n"
    )


def _option(name: str, value: str) -> str:
    return f'<Option name="{name}" type="QString" value="{value}"/>'


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},255"
