"""The national maps: province balance, prices, N-1; they follow the result, the time bar and the one selection."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from app.desktop.charts.look import Look
from app.desktop.charts.national import Nation, Period, mean_of, nation_of
from app.desktop.control.results import ResultControl
from app.desktop.map.national_layers import (
    BALANCE,
    PRICE,
    Shown,
    balance_shown,
    period_words,
    price_shown,
)
from app.desktop.map.regions import RegionLayer, RegionMark
from app.desktop.map.stack import LayerItem
from app.desktop.map.value_marks import Mark, ValueMarks
from app.desktop.texts import TEXTS
from app.desktop.workbench import Workbench
from app.messages import Language
from gis_layers.province import PROVINCES
from planning.tables import load_tables
from planning.words import converted

MAKERS = {BALANCE: balance_shown, PRICE: price_shown}
LANGUAGES: tuple[Language, ...] = ("zh", "en")
CODES = tuple(PROVINCES)
"""All provinces of the country; those the run does not have are grey."""


class NationalControl(QObject):
    """One of the two coloured maps at a time, for both fill the same provinces."""

    def __init__(self, bench: Workbench, results: ResultControl) -> None:
        super().__init__(bench.window)
        self.bench, self.results = bench, results
        self._nation: Nation | None = None
        self._mark, self.values = RegionMark(), ValueMarks()
        self._seen: str | None = None
        self._covered: tuple[str, ...] = ()
        """Layers hidden while a map covers them."""
        self._dressed: tuple[object, ...] = ()
        bench.canvas.add_overlay(self._mark)
        results.shown.connect(self._result)
        results.region_at = self.region_at
        state = bench.state
        state.hour_changed.connect(self._follow)
        state.month_changed.connect(self._follow)
        bench.time_bar.mode_changed.connect(lambda _: self._follow())
        for signal in (state.language_changed, state.units_changed):
            signal.connect(self._reword)
        state.theme_changed.connect(self._follow)
        state.selection_changed.connect(self._selected)
        bench.stack.changed.connect(self._switched)
        self._result()

    # -- commands --------------------------------------------------------------------------------

    def on_show_balance(self) -> None:
        """Provinces by net export; again: away."""
        self._toggle(BALANCE)

    def on_show_prices(self) -> None:
        """Provinces and nodes by marginal price; again: away."""
        self._toggle(PRICE)

    def on_show_n1(self) -> None:
        """Corridors by their loading at the worst single outage; again: as they were before."""
        to = "n1" if self.results.colour_mode != "n1" else "green"
        self.results.set_colour_mode(to)  # type: ignore[arg-type]
        self.bench.stack.set_visible("layer.corridors", True)
        if to == "n1":
            self.bench.results.show_tab("tab.ties")
            self.bench.show_dock("results")

    def _toggle(self, identity: str) -> None:
        bench = self.bench
        if identity not in bench.stack:
            bench.say(bench.text("national.no_hours"))
            return
        bench.stack.set_visible(identity, not bench.stack.item(identity).visible)

    # -- what is shown ---------------------------------------------------------------------------

    @property
    def period(self) -> Period:
        """What the time bar shows: an hour, or a month or all of the year."""
        state = self.bench.state
        if self.bench.time_bar.mode == "hour":
            return Period("hour", state.hour)
        return Period() if state.month is None else Period("month", state.month)

    @property
    def look(self) -> Look:
        state = self.bench.state
        return Look(state.language, state.units, state.dark)

    def visible(self) -> str | None:
        """The coloured map in sight."""
        stack = self.bench.stack
        return next((one for one in MAKERS if one in stack and stack.item(one).visible), None)

    def region_at(self, lon: float, lat: float) -> str | None:
        """The province of the result under a point of a coloured map."""
        if self._nation is None or self.visible() is None:
            return None
        from gis_layers.boundary import locate

        code = str(locate(lon, lat, "province")[0])
        return code if self._nation.province(code) is not None else None

    def _result(self) -> None:
        """Another result: its maps come into the tree, or go with the hours."""
        stack, document = self.bench.stack, self.bench.document
        summary, hours = document.summary, document.hours()
        if summary is None or hours is None:
            self._nation = None
            for identity in MAKERS:
                if identity in stack:
                    stack.remove(identity)
            self.bench.canvas.remove_overlay(self.values)
        else:
            self._nation = nation_of(summary, hours)
            self.bench.canvas.remove_overlay(self.values)
            self.bench.canvas.add_overlay(self.values)  # above the flows, which came anew
            for identity in MAKERS:
                self._put(identity)
        self._dressed = ()
        self._follow()
        self._selected()

    def _put(self, identity: str) -> None:
        summary, stack = self.bench.document.summary, self.bench.stack
        assert summary is not None
        shown = self._shown(identity)
        held = stack.layer(identity) if identity in stack else None
        layer = held if isinstance(held, RegionLayer) else RegionLayer(identity, "province", CODES)
        layer.set_columns({shown.field: shown.values})
        zh, en = TEXTS[identity]
        source_zh, source = TEXTS["national.source"]
        item = LayerItem(
            identity, "group.grid", zh, en, unit=shown.unit, grade=summary.grade, source=source, source_zh=source_zh,
            visible=False, style=shown.style,
        )  # fmt: skip
        if held is None:
            stack.add(item, layer, below="layer.lake")

    def _shown(self, identity: str) -> Shown:
        assert self._nation is not None
        return MAKERS[identity](self._nation, CODES, self.period, self.look)

    def _fill(self, identity: str) -> Shown:
        """A layer shows the period of the time bar."""
        shown, period = self._shown(identity), self.period
        layer = self.bench.stack.layer(identity)
        assert isinstance(layer, RegionLayer)
        layer.set_columns({shown.field: shown.values})
        words = {language: period_words(period, language) for language in LANGUAGES}
        self.bench.stack.show_period(identity, shown.unit, words["en"], words["zh"], shown.style)
        return shown

    def _follow(self) -> None:
        """The map in sight shows the period of the time bar."""
        identity = self.visible()
        look, period = self.look, self.period
        if self._nation is None or identity is None:
            if self.values.visible:
                self.values.visible = False
                self.bench.canvas.overlays_changed()
            return
        key = (identity, period, look, self.bench.state.selected, self._nation)
        if key == self._dressed:
            return
        self._dressed = key
        shown = self._fill(identity)
        self.values.dark = look.dark
        self.values.visible = True
        self.values.set_marks(self._marks(identity, shown, period, look))
        self.bench.canvas.overlays_changed()

    def _marks(self, identity: str, shown: Shown, period: Period, look: Look) -> list[Mark]:
        """The figures on the map: of provinces, and of the prices of all nodes."""
        nation, chosen = self._nation, self.bench.state.selected
        assert nation is not None
        nodes = load_tables().nodes
        if identity == BALANCE:
            marks = []
            for code, value in zip(CODES, shown.values.tolist(), strict=True):
                at = next((n for n in nodes if str(n.adcode) == code), None)
                if at is None or value != value:
                    continue
                digits = 0 if shown.unit == "万千瓦" or abs(value) >= 100 else 1
                words = f"{value:+,.{digits}f}".replace("-", "\N{MINUS SIGN}")
                mark = Mark(at.lon_deg, at.lat_deg, words, "", chosen == ("province", code))
                marks.append((abs(value), mark))
            return [mark for _, mark in sorted(marks, key=lambda pair: (not pair[1].selected, -pair[0]))]
        places = {n.node_id: (n.lon_deg, n.lat_deg, ("province", str(n.adcode))) for n in nodes}
        summary = self.bench.document.summary
        if summary is not None:
            places |= {b.id: (b.lon, b.lat, ("base", b.id)) for b in summary.bases.values()}
        means = mean_of(nation.node_price_cny_per_mwh, period)
        colours = shown.style.colours(
            np.array([converted(float(v), shown.kind, look.units) for v in means]), len(means)
        )
        digits = 3 if look.units == "cn" else 0
        marks = []
        for name, price, colour in zip(nation.node_ids, means.tolist(), colours, strict=True):
            if name in places:
                lon, lat, own = places[name]
                words = f"{converted(price, shown.kind, look.units):,.{digits}f}"
                marks.append((own[0] == "base", Mark(lon, lat, words, colour, chosen == own)))
        return [mark for _, mark in sorted(marks, key=lambda pair: (not pair[1].selected, pair[0]))]

    def _reword(self) -> None:
        """Other words or units: also of the map that is not in sight, for the tree names its classes."""
        if self._nation is None:
            return
        for identity in MAKERS:
            if identity != self.visible():
                self._fill(identity)
        self._follow()

    def _selected(self) -> None:
        chosen = self.bench.state.selected
        code = chosen[1] if chosen is not None and chosen[0] == "province" else ""
        if code != self._mark.code:
            self._mark.set_region("province", code)
            self.bench.canvas.update()
        self._follow()

    def _switched(self, identities: object) -> None:
        """A map that comes into sight is brought up to date, and the other goes."""
        assert isinstance(identities, frozenset)
        stack = self.bench.stack
        if not identities & set(MAKERS):
            return
        seen = [one for one in MAKERS if one in stack and stack.item(one).visible]
        if len(seen) == 2 and self._seen is not None:
            stack.set_visible(self._seen, False)
            return
        now = seen[0] if seen else None
        if now != self._seen:
            self._seen, self._dressed = now, ()
            self._cover(now is not None)
            self._follow()

    def _cover(self, covering: bool) -> None:
        """Rasters of the resource lie under the map: they and their legends go, and come back when it goes."""
        stack = self.bench.stack
        if covering and not self._covered:
            self._covered = tuple(i.id for i in stack.items() if i.visible and i.group == "group.resource")
            for identity in self._covered:
                stack.set_visible(identity, False)
        elif not covering:
            covered, self._covered = self._covered, ()
            for identity in covered:
                if identity in stack:
                    stack.set_visible(identity, True)
