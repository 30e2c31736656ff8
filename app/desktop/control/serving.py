"""The resource data of the active scenario as the window shows it: opened in a thread, the atlas until then."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.desktop.background import Background
from app.desktop.document import Document
from app.desktop.texts import text
from app.messages import Language
from gis_layers.errors import EnergyMapError
from resources.choice import ResourceChoice
from resources.resource_data import EMBEDDED, ResourceData, open_resource

YIELDS = frozenset({"pv_yield", "wind_cf", "wind_cf_area_mean", "complementarity"})
"""Layers the atlas made of its own hours."""
OF_WATER = frozenset({"runoff", "rain_monthly"})
"""Layers no yield is made of."""


class ServingData(QObject):
    """Follows the active scenario's choice."""

    changed = Signal()
    """Other data serves now."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.data: ResourceData = EMBEDDED
        self.failed: EnergyMapError | None = None
        """Why the scenario's own data does not serve; the atlas does then."""
        self.background = Background(self)  # not the document's: a large raster must not hold up saving
        self._document = document
        self._choice = ResourceChoice()
        document.workspace_changed.connect(self.follow)
        document.opened.connect(self.follow)
        self.follow()

    @property
    def opening(self) -> bool:
        """The data is still being read."""
        return not self._choice.empty and self.data is EMBEDDED and self.failed is None

    def words(self, language: Language) -> str:
        """Why the atlas is shown and not what the scenario names; empty where what it names is shown."""
        if self.failed is not None:
            return text("resource.not_at_hand", language, count=len(self._choice.refs))
        return text("resource.opening", language) if self.opening else ""

    def replaced(self) -> frozenset[str]:
        """Layers of the map that show the atlas where the active scenario has other data.

        Yields are made of the atlas's climate, so they are not the scenario's either once its hours, or what hours
        are made of, are its own. While the data is being opened it is not known yet what its rasters are.
        """
        choice = self._choice
        own = set(self.data.layers)
        found = own | ({"desert_class"} if choice.land_cover is not None else set())
        made = own - OF_WATER if self.data is not EMBEDDED else choice.rasters
        if choice.weather or made:
            found |= YIELDS
        return frozenset(found)

    def follow(self) -> None:
        """Open what the active scenario names, where that is other data than before."""
        choice = self._document.scenario.resource
        if choice == self._choice:
            return
        self._choice, self.data, self.failed = choice, EMBEDDED, None
        if choice.empty:
            self.changed.emit()
            return

        def done(data: ResourceData) -> None:
            if choice == self._choice:
                self.data = data
                self.changed.emit()

        def failed(error: EnergyMapError) -> None:
            if choice == self._choice:
                self.failed = error
                self.changed.emit()

        self.background.run(lambda: open_resource(choice), done, failed)
        self.changed.emit()
