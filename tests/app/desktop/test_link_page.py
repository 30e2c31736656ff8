"""The page of one link's answer: its tables in both languages and units, what was reused, and what it is not."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QTabWidget
from pytestqt.qtbot import QtBot

from app.desktop.panels.link_result import LinkPage, uses_words
from app.desktop.panels.table import ValueTable
from planning.chain.link_documents import (
    AnswerSource,
    BaseSize,
    DispatchBalance,
    LinkAnswer,
    LinkUse,
    PlaceResource,
    ProvinceBalance,
)
from planning.chain.links import LINKS, Link
from planning.words import QUANTITIES, unit
from tests.planning.summary_factory import make_summary

HEAD = {
    "scenario": "x", "scenario_name_zh": "情景甲", "scenario_name_en": "scenario one", "year": 2030,
    "price_year": 2024, "grade": "reference", "notes": ("resource_reference_grade",),
    "sources": (
        AnswerSource(what_zh="用电量", what_en="load", source_zh="一般常识", source_en="general knowledge",
                     date_zh="2030 年", date_en="2030", tier="estimated"),
    ),
}  # fmt: skip
USES = (
    LinkUse(link="resource", computed=(), reused=("nodes", "a", "b"), seconds=0.1),
    LinkUse(link="sizing", computed=("a",), reused=("b",), seconds=4.25),
    LinkUse(link="dispatch", computed=("dispatch",), reused=(), seconds=16.0),
)


def answer_of(link: Link) -> LinkAnswer:
    """A made-up answer in the shape of the real one."""
    summary = make_summary()
    places = tuple(
        PlaceResource(id=i, kind=kind, name_zh=zh, name_en=en, wind_full_load_hours=2500.0,
                      pv_full_load_hours=1600.0, wind_pv_correlation=-0.21,
                      wind_potential_mw=120_000.0 if kind == "node" else None,
                      pv_potential_mw=340_000.0 if kind == "node" else None,
                      rain_mm=310.0 if kind == "node" else None)
        for i, kind, zh, en in (("630000", "node", "青海", "Qinghai"), ("kubuqi", "base", "库布齐", "Kubuqi"))
    )  # fmt: skip
    size = BaseSize(
        id="kubuqi", name_zh="库布齐", name_en="Kubuqi", channel_mw=8000.0,
        capacity_mw={"wind": 4000.0, "pv": 8000.0, "coal": 4000.0, "battery": 1000.0}, storage_mwh=4000.0,
        delivered_mwh=4.0e7, unmet_mwh=0.0, channel_full_load_hours=5000.0, renewable_share=0.55,
        curtailment_rate=0.08, lcoe_cny_per_mwh=301.0, investment_cny=6.2e10, land_km2=700.0, co2_t=1.4e7,
        solver="interior point", gap=1e-9, max_balance_residual_mw=1e-6,
    )  # fmt: skip
    rows = tuple(
        ProvinceBalance(
            adcode=p.adcode, name_zh=p.name_zh, name_en=p.name_en,
            generation_mwh=p.generation_mwh_by_technology, residual_mwh=0.0,
            **{k: getattr(p, k) for k in (
                "load_mwh", "import_mwh", "export_mwh", "green_import_mwh", "green_export_mwh",
                "storage_loss_mwh", "internal_loss_mwh", "unserved_mwh", "curtailment_rate")},
        )
        for p in summary.provinces.values()
    )  # fmt: skip
    found = {
        "resource": places,
        "sizing": (size,),
        "dispatch": DispatchBalance(national=summary.national, provinces=rows, max_residual_mw=1e-9),
        "power_flow": summary.power_flow,
    }[link]
    names = {k: (c.name_zh, c.name_en) for k, c in summary.corridors.items()}
    return LinkAnswer(link=link, uses=USES, line_names=names, **{link: found}, **HEAD)  # type: ignore[arg-type]


@pytest.fixture
def page(qtbot: QtBot) -> LinkPage:
    made = LinkPage()
    qtbot.addWidget(made)
    made.resize(1100, 320)
    return made


def shown(page: LinkPage) -> dict[str, ValueTable]:
    tabs = page.findChild(QTabWidget)
    assert tabs is not None
    return {
        tabs.tabText(i): tabs.widget(i)  # type: ignore[misc]
        for i in range(tabs.count())
        if tabs.isTabVisible(i)
    }


COUNTED = sorted({unit(kind, "cn", "en") for kind in QUANTITIES}, key=len, reverse=True)
"""Units of Chinese planning keep their characters in English."""


@pytest.mark.parametrize("link", LINKS[:-1])
def test_every_link_has_tables_and_sources_in_both_languages_and_units(page: LinkPage, link: Link) -> None:
    page.show_answer(answer_of(link))
    seen = {}
    for language in ("zh", "en"):
        page.set_language(language)
        for units in ("cn", "si"):
            page.set_units(units)
            tables = shown(page)
            assert len(tables) >= 2
            seen[language, units] = {
                name: (table._content.headers, [[c.shown for c in row] for row in table._content.rows])
                for name, table in tables.items()
            }
            assert all(rows for _, rows in seen[language, units].values())
    for name in seen["en", "cn"]:
        heads = name + " ".join(seen["en", "cn"][name][0])
        for counted in COUNTED:
            heads = heads.replace(counted, "")
        assert not re.search(r"[\u4e00-\u9fff]", heads)
    assert not set(seen["zh", "cn"]) & set(seen["en", "cn"])
    if link != "power_flow":  # its losses are the only energies
        assert seen["zh", "cn"] != seen["zh", "si"]


def test_the_page_says_what_it_is_not_and_of_what_grade(page: LinkPage) -> None:
    page.show_answer(answer_of("dispatch"))
    assert "不替换" in page._notice.text()
    assert "参考级" in page._notice.text()
    assert "情景甲" in page._title.text()
    page.set_language("en")
    assert "does not replace the result of the whole chain" in page._notice.text()
    assert "scenario one" in page._title.text()


def test_what_was_reused_and_what_computed_is_told(page: LinkPage) -> None:
    words = uses_words(USES, "en")
    assert words == (
        "reused: resource and profiles    computed: sizing of bases 1 of 2 (4.2 s), national dispatch (16.0 s)"
    )
    assert uses_words(USES, "zh").startswith("沿用：资源与出力曲线")
    page.show_answer(answer_of("dispatch"))
    assert page._uses.text() == uses_words(USES, "zh")


def test_units_of_figures_are_those_of_the_header(page: LinkPage) -> None:
    page.show_answer(answer_of("sizing"))
    page.set_units("cn")
    table = shown(page)["基地"]
    channel = next(i for i, h in enumerate(table._content.headers) if h.startswith("通道容量"))
    assert table._content.headers[channel].endswith("万千瓦")
    assert table._content.rows[0][channel].shown == "800"
    page.set_units("si")
    assert table._content.headers[channel].endswith("GW")
    assert table._content.rows[0][channel].shown == "8.00"


def test_a_picked_row_selects_the_thing_in_the_window(page: LinkPage) -> None:
    picked = []
    page.picked.connect(lambda kind, identity: picked.append((kind, identity)))
    page.show_answer(answer_of("sizing"))
    shown(page)["基地"].selectRow(0)
    page.show_answer(answer_of("dispatch"))
    shown(page)["省份"].selectRow(0)
    assert picked == [("base", "kubuqi"), ("province", next(iter(make_summary().provinces)))]


def test_another_answer_of_the_same_link_keeps_the_tab(page: LinkPage) -> None:
    page.show_answer(answer_of("dispatch"))
    tabs = page.findChild(QTabWidget)
    assert tabs is not None
    tabs.setCurrentIndex(1)
    page.show_answer(answer_of("dispatch"))
    assert tabs.currentIndex() == 1
    page.show_answer(answer_of("power_flow"))
    # Chosen hours, the ties over the year, outages, losses, the sources.
    assert tabs.count() == 5


def test_an_empty_page_says_how_to_fill_it(page: LinkPage) -> None:
    page.set_language("en")
    assert "No link has been run alone" in page._notice.text()
    assert shown(page) == {}
