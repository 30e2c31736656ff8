"""Legends of land-cover products: code of the file -> name (zh, en) -> class of `eligible.COVER_SHARES`.

Sources of the codes: ESA WorldCover 10 m product user manual v2.0; Copernicus Global Land Service LC100 v3 product
user manual (Buchhorn et al. 2020); Zhang et al. (2021, 2024), GLC_FCS30 and GLC_FCS30D; Yang and Huang (2021), CLCD.
The classes on the right are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Legend:
    """One product."""

    id: str
    title_zh: str
    title_en: str
    source: str
    source_zh: str
    licence: str
    period: str
    """Where all editions are of one year, else ''."""
    names: tuple[str, ...]
    """Patterns of file names."""
    classes: Mapping[int, tuple[str, str, str]]
    """code -> (name_zh, name_en, our class)."""
    missing: tuple[int, ...]
    """Codes that mean no value."""


WORLDCOVER = Legend(
    "esa_worldcover", "ESA WorldCover（10 米）", "ESA WorldCover (10 m)",
    "ESA WorldCover project, contains modified Copernicus Sentinel data", "欧空局 WorldCover 项目 (含修改的哥白尼哨兵数据)",
    "CC BY 4.0", "", (r"ESA_WorldCover", r"worldcover"),
    {
        10: ("林地", "tree cover", "tree"),
        20: ("灌木", "shrubland", "shrub"),
        30: ("草地", "grassland", "grass"),
        40: ("耕地", "cropland", "crop"),
        50: ("建成区", "built-up", "built"),
        60: ("裸地与稀疏植被", "bare or sparse vegetation", "bare"),
        70: ("冰雪", "snow and ice", "snow"),
        80: ("永久水体", "permanent water bodies", "water"),
        90: ("草本湿地", "herbaceous wetland", "wetland"),
        95: ("红树林", "mangroves", "wetland"),
        100: ("苔藓与地衣", "moss and lichen", "moss"),
    },
    (0,),
)  # fmt: skip
LC100 = Legend(
    "copernicus_lc100", "哥白尼 LC100（100 米）", "Copernicus LC100 (100 m)",
    "Copernicus Global Land Service, LC100 collection 3 (VITO)", "哥白尼全球陆地服务 LC100 第 3 版 (VITO)",
    "free and open (Copernicus regulation), with attribution", "", (r"LC100.*discrete", r"discrete[-_]classification"),
    {
        20: ("灌木", "shrubs", "shrub"),
        30: ("草本植被", "herbaceous vegetation", "grass"),
        40: ("耕地", "cropland", "crop"),
        50: ("城镇建成区", "urban, built up", "built"),
        60: ("裸地与稀疏植被", "bare, sparse vegetation", "bare"),
        70: ("冰雪", "snow and ice", "snow"),
        80: ("永久水体", "permanent water bodies", "water"),
        90: ("草本湿地", "herbaceous wetland", "wetland"),
        100: ("苔藓与地衣", "moss and lichen", "moss"),
        111: ("郁闭常绿针叶林", "closed forest, evergreen needle leaf", "tree"),
        112: ("郁闭常绿阔叶林", "closed forest, evergreen broad leaf", "tree"),
        113: ("郁闭落叶针叶林", "closed forest, deciduous needle leaf", "tree"),
        114: ("郁闭落叶阔叶林", "closed forest, deciduous broad leaf", "tree"),
        115: ("郁闭混交林", "closed forest, mixed", "tree"),
        116: ("其他郁闭林", "closed forest, other", "tree"),
        121: ("疏常绿针叶林", "open forest, evergreen needle leaf", "tree"),
        122: ("疏常绿阔叶林", "open forest, evergreen broad leaf", "tree"),
        123: ("疏落叶针叶林", "open forest, deciduous needle leaf", "tree"),
        124: ("疏落叶阔叶林", "open forest, deciduous broad leaf", "tree"),
        125: ("疏混交林", "open forest, mixed", "tree"),
        126: ("其他疏林", "open forest, other", "tree"),
        200: ("海洋", "open sea", "sea"),
    },
    (0, 255),
)  # fmt: skip
GLC_FCS30 = Legend(
    "glc_fcs30", "GLC_FCS30（30 米）", "GLC_FCS30 (30 m)",
    "GLC_FCS30, Aerospace Information Research Institute, CAS", "GLC_FCS30 (中国科学院空天信息创新研究院)",
    "CC BY 4.0", "", (r"GLC_?FCS30",),
    {
        10: ("旱地", "rainfed cropland", "crop"),
        11: ("草本覆盖旱地", "herbaceous cover cropland", "crop"),
        12: ("乔灌园地", "tree or shrub cover cropland", "crop"),
        20: ("灌溉耕地", "irrigated cropland", "crop"),
        51: ("疏常绿阔叶林", "open evergreen broadleaved forest", "tree"),
        52: ("郁闭常绿阔叶林", "closed evergreen broadleaved forest", "tree"),
        61: ("疏落叶阔叶林", "open deciduous broadleaved forest", "tree"),
        62: ("郁闭落叶阔叶林", "closed deciduous broadleaved forest", "tree"),
        71: ("疏常绿针叶林", "open evergreen needle-leaved forest", "tree"),
        72: ("郁闭常绿针叶林", "closed evergreen needle-leaved forest", "tree"),
        81: ("疏落叶针叶林", "open deciduous needle-leaved forest", "tree"),
        82: ("郁闭落叶针叶林", "closed deciduous needle-leaved forest", "tree"),
        91: ("疏针阔混交林", "open mixed-leaf forest", "tree"),
        92: ("郁闭针阔混交林", "closed mixed-leaf forest", "tree"),
        120: ("灌木", "shrubland", "shrub"),
        121: ("常绿灌木", "evergreen shrubland", "shrub"),
        122: ("落叶灌木", "deciduous shrubland", "shrub"),
        130: ("草地", "grassland", "grass"),
        140: ("苔藓与地衣", "lichens and mosses", "moss"),
        150: ("稀疏植被", "sparse vegetation", "bare"),
        152: ("稀疏灌木", "sparse shrubland", "bare"),
        153: ("稀疏草本", "sparse herbaceous cover", "bare"),
        180: ("湿地", "wetland", "wetland"),
        181: ("木本沼泽", "swamp", "wetland"),
        182: ("草本沼泽", "marsh", "wetland"),
        183: ("泛滥平地", "flooded flat", "wetland"),
        184: ("盐沼地", "saline", "wetland"),
        185: ("红树林", "mangrove", "wetland"),
        186: ("滨海盐沼", "salt marsh", "wetland"),
        187: ("潮滩", "tidal flat", "wetland"),
        190: ("不透水面", "impervious surfaces", "built"),
        200: ("裸地", "bare areas", "bare"),
        201: ("固结裸地", "consolidated bare areas", "bare"),
        202: ("非固结裸地", "unconsolidated bare areas", "bare"),
        210: ("水体", "water body", "water"),
        220: ("永久冰雪", "permanent ice and snow", "snow"),
    },
    (0, 250),
)  # fmt: skip
CLCD = Legend(
    "clcd", "CLCD 中国年度土地覆盖（30 米）", "CLCD, annual land cover of China (30 m)",
    "China Land Cover Dataset, Yang and Huang, Wuhan University", "中国年度土地覆盖数据集 (武汉大学, 杨杰、黄昕)",
    "CC BY 4.0", "", (r"CLCD",),
    {
        1: ("耕地", "cropland", "crop"),
        2: ("林地", "forest", "tree"),
        3: ("灌木", "shrub", "shrub"),
        4: ("草地", "grassland", "grass"),
        5: ("水体", "water", "water"),
        6: ("冰雪", "snow and ice", "snow"),
        7: ("裸地", "barren", "bare"),
        8: ("不透水面", "impervious", "built"),
        9: ("湿地", "wetland", "wetland"),
    },
    (0,),
)  # fmt: skip
LEGENDS: Mapping[str, Legend] = {legend.id: legend for legend in (WORLDCOVER, LC100, GLC_FCS30, CLCD)}
