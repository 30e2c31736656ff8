"""Pages of the AC power flow by place: picking a row shows the place on the map and goes to its hour."""

from __future__ import annotations

from app.desktop.panels import flow_tables
from app.desktop.panels.flow_place_tables import failure_table, failures_of, voltage_table
from app.desktop.panels.results_pages import ResultPage


class PowerFlowPage(ResultPage):
    """The AC power flows of chosen hours; picking one moves the whole window to its hour, and to where it failed."""

    def __init__(self, name: str) -> None:
        super().__init__(name, flow_tables.power_flow_table)
        assert self.table is not None
        self.table.picked.connect(self._hour)

    def _hour(self, identity: str) -> None:
        if not identity:
            return
        self.hour_changed.emit(int(identity))
        if self._filled is not None:
            summary = self._filled.summary
            if identity in failures_of(summary.power_flow.year, summary):
                self.place_picked.emit("failure", identity)


class FailurePage(PowerFlowPage):
    """Hours without an AC solution: why, and where."""

    def __init__(self, name: str) -> None:
        ResultPage.__init__(self, name, failure_table)
        assert self.table is not None
        self.table.picked.connect(self._hour)


class VoltagePage(ResultPage):
    """Voltages of the nodes over the year."""

    def __init__(self, name: str) -> None:
        super().__init__(name, voltage_table)
        assert self.table is not None
        self.table.picked.connect(lambda node: self.place_picked.emit("voltage", node) if node else None)
