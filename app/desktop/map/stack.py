"""The one ordered list of map layers: what is shown, in which order and how. Views are told differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from PySide6.QtCore import QObject, Signal

from app.desktop.map.layers import MapLayer
from app.desktop.map.style import Legend, Style, VectorStyle, bands_of, legend
from app.desktop.texts import text
from app.messages import Language
from gis_layers.errors import InputError
from gis_layers.provenance import Grade
from planning.table_rows import problems_of

Box = tuple[float, float, float, float]
"""(west, south, east, north) in degrees."""


USER_GROUP = "layers.group.user"
"""What the user brought."""
GROUPS = (USER_GROUP, "group.resource", "group.grid", "group.terrain", "group.base")
"""The order of groups in the tree."""


@dataclass(frozen=True, slots=True)
class LayerItem:
    """All the window knows of one layer besides its picture."""

    id: str
    group: str
    """Key of the group's name in `texts`."""
    title_zh: str
    title_en: str
    short_zh: str = ""
    short_en: str = ""
    """A planner's word for it, for the tree; "" where the title is short enough."""
    unit: str = ""
    grade: Grade | None = None
    source: str = ""
    period: str = ""
    source_zh: str = ""
    period_zh: str = ""
    """"" where the English one serves both: a file name, a year."""
    visible: bool = False
    opacity: float = 1.0
    style: Style | None = None
    unit_of_month: str = ""
    """Monthly layers: the unit while one month is shown; `unit` is the year's."""
    removable: bool = False
    """A layer the user brought."""
    stands_in: bool = False
    """The embedded atlas's, while the active scenario takes other data in its place."""
    listed: bool = True
    """False: painted, but not offered in the tree (land, neighbours, the ten-stroke line)."""
    box_deg: Box | None = None

    def source_in(self, language: Language) -> str:
        """Where it is from, in the reader's language."""
        return (self.source_zh if language == "zh" else "") or self.source

    def period_in(self, language: Language) -> str:
        """The time it stands for, in the reader's language."""
        return (self.period_zh if language == "zh" else "") or self.period


@dataclass(frozen=True, slots=True)
class DisplayEntry:
    """One line of the tree, in the reader's language."""

    id: str
    group: str
    title: str
    short: str
    """For the tree; the title stands in hint and legend."""
    remark: str
    """What a reader must know before the values; "" where there is nothing."""
    hint: str
    grade: str
    """The grade's name; "" where a layer carries none."""
    badge: str
    """The grade in a word."""
    visible: bool
    opacity: float
    legend: Legend | None
    removable: bool
    has_style: bool
    has_box: bool


def printed_unit(unit: str) -> str:
    """A unit as it is set in print."""
    for plain, printed in (("m2", "m²"), ("m3", "m³"), ("deg C", "°C")):
        unit = unit.replace(plain, printed)
    return unit


def resolve(
    items: Sequence[LayerItem], language: Language, month: int | None = None
) -> tuple[DisplayEntry, ...]:
    """What the tree shows of a stack (given bottom first): groups in their usual order (`GROUPS`, others
    first), in each the topmost layer first.

    `month` (1-12, None for the year) picks the unit.
    """
    zh = language == "zh"
    shown = [item for item in reversed(items) if item.listed]
    others = dict.fromkeys(item.group for item in shown if item.group not in GROUPS)
    groups = [*others, *GROUPS]
    entries = []
    for item in sorted(shown, key=lambda item: groups.index(item.group)):
        title = item.title_zh if zh else item.title_en
        remark = text("layers.stands_in", language) if item.stands_in else ""
        unit = printed_unit(item.unit_of_month if month is not None and item.unit_of_month else item.unit)
        grade = text(f"grade.{item.grade}", language) if item.grade else ""
        lines = [
            (text("layers.unit", language), unit),
            (text("source", language), item.source_in(language)),
            (text("period", language), item.period_in(language)),
            (text("grade", language), grade),
        ]
        entries.append(
            DisplayEntry(
                id=item.id,
                group=item.group,
                title=title,
                short="\n".join(p for p in ((item.short_zh if zh else item.short_en) or title, remark) if p),
                remark=remark,
                hint="\n".join(
                    [
                        title,
                        *([remark] if remark else ()),
                        *(f"{name}: {value}" for name, value in lines if value),
                    ]
                ),
                grade=grade,
                badge=text(f"layers.badge.{item.grade}", language) if item.grade else "",
                visible=item.visible,
                opacity=item.opacity,
                legend=legend(item.style, unit, grade, zh) if item.style is not None else None,
                removable=item.removable,
                has_style=item.style is not None,
                has_box=item.box_deg is not None,
            )
        )
    return tuple(entries)


class _LayerView(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    visible: bool
    opacity: float = Field(ge=0.0, le=1.0)
    style: Style | None = Field(default=None, discriminator="kind")


class _StackView(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=1, le=1)
    order: tuple[str, ...]
    """Bottom first."""
    layers: dict[str, _LayerView]


class LayerStack(QObject):
    """Holds items and their pictures, bottom first. Every change goes through its methods."""

    changed = Signal(object)
    """frozenset of the ids whose visibility, opacity, style or words changed."""
    order_changed = Signal()
    """A layer came, went or moved."""
    repaint = Signal()
    """A picture got new content (tiles read, features loaded)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: dict[str, LayerItem] = {}
        self._pictures: dict[str, MapLayer] = {}
        self._first_styles: dict[str, Style | None] = {}

    # -- reading ---------------------------------------------------------------------------------

    def items(self) -> tuple[LayerItem, ...]:
        """Bottom first."""
        return tuple(self._items.values())

    def item(self, identity: str) -> LayerItem:
        return self._items[identity]

    def __contains__(self, identity: object) -> bool:
        return identity in self._items

    def layer(self, identity: str) -> MapLayer:
        return self._pictures[identity]

    def layers(self) -> list[MapLayer]:
        """What the canvas paints, bottom first."""
        return [self._pictures[identity] for identity in self._items]

    def first_style(self, identity: str) -> Style | None:
        """The style the layer came with, for "reset"."""
        return self._first_styles[identity]

    # -- changing --------------------------------------------------------------------------------

    def add(self, item: LayerItem, picture: MapLayer, below: str | None = None) -> None:
        """Put a layer on top, or just below another; its picture takes over visibility, opacity and style.

        A layer of the same id is replaced where it stands, and keeps what the user had set.
        """
        old = self._items.get(item.id)
        if old is not None:
            item = replace(item, visible=old.visible, opacity=old.opacity, style=old.style or item.style)
            self._close(item.id)
        else:
            self._first_styles[item.id] = item.style
        self._items[item.id] = item
        self._pictures[item.id] = picture
        self._hand_over(item)
        if hasattr(picture, "updated"):
            picture.updated.connect(self.repaint)
        if hasattr(picture, "restyled"):
            picture.restyled.connect(partial(self._restyled, item.id))
        if hasattr(picture, "loaded"):
            picture.loaded.connect(partial(self._loaded, item.id))
        if old is None and below is not None and below in self._items:
            order = [identity for identity in self._items if identity != item.id]
            order.insert(order.index(below), item.id)
            self._reorder(order)
        self.order_changed.emit()

    def remove(self, identity: str) -> None:
        self._close(identity)
        del self._items[identity], self._pictures[identity], self._first_styles[identity]
        self.order_changed.emit()

    def move(self, identity: str, position: int) -> None:
        """Put a layer at a position, 0 the bottom; beyond the ends means the ends."""
        order = [key for key in self._items if key != identity]
        order.insert(min(max(position, 0), len(order)), identity)
        if order != list(self._items):
            self._reorder(order)
            self.order_changed.emit()

    def move_above(self, identity: str, other: str) -> None:
        """Put a layer just above another."""
        order = [key for key in self._items if key != identity]
        self.move(identity, order.index(other) + 1)

    def move_below(self, identity: str, other: str) -> None:
        """Put a layer just below another."""
        order = [key for key in self._items if key != identity]
        self.move(identity, order.index(other))

    def set_visible(self, identity: str, visible: bool) -> None:
        self._replace(replace(self._items[identity], visible=visible))

    def stand_in(self, identities: Set[str]) -> None:
        """Mark the embedded layers in whose place the active scenario takes other data; all others are not."""
        for identity, item in tuple(self._items.items()):
            self._replace(replace(item, stands_in=identity in identities))

    def set_opacity(self, identity: str, opacity: float) -> None:
        self._replace(replace(self._items[identity], opacity=min(max(opacity, 0.0), 1.0)))

    def set_style(self, identity: str, style: Style) -> None:
        self._replace(replace(self._items[identity], style=style))
        # Another band may be measured in something else.
        unit = getattr(self._pictures[identity], "unit", None)
        if unit is not None:
            self._replace(replace(self._items[identity], unit=unit))

    def show_period(self, identity: str, unit: str, period: str, period_zh: str, style: Style) -> None:
        """The layer shows another time, in the unit of its figures: its words and style change, its place does not."""
        self._first_styles[identity] = style
        item = self._items[identity]
        self._items[identity] = replace(item, unit=unit, period=period, period_zh=period_zh, style=style)
        self._hand_over(self._items[identity])
        self.changed.emit(frozenset((identity,)))

    def show_content(self, identity: str, first_style: Style, style: Style) -> None:
        """The layer shows other values (another month): `first_style` is what "reset" now goes back to."""
        self._first_styles[identity] = first_style
        self._items[identity] = replace(self._items[identity], style=style)
        self._hand_over(self._items[identity])
        self.changed.emit(frozenset((identity,)))

    def close(self) -> None:
        """Let go of every file; the window calls this when it closes."""
        for identity in self._items:
            self._close(identity)

    # -- settings of the view --------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Order, visibility, opacity and style as plain data, the shape of `planning.workspace.LayersView`."""
        return {
            "version": 1,
            "order": list(self._items),
            "layers": {
                item.id: {
                    "visible": item.visible,
                    "opacity": item.opacity,
                    "style": item.style.model_dump(mode="json") if item.style is not None else None,
                }
                for item in self._items.values()
            },
        }

    def from_dict(self, settings: Mapping[str, Any], where: str = "view") -> tuple[str, ...]:
        """Take over settings; returns the ids of layers they name that are not here.

        Layers the settings do not name keep their place above the one they stood on.

        Raises
        ------
        InputError
            The settings are not ours; nothing is changed then. Every problem is named.
        """
        try:
            view = _StackView.model_validate(dict(settings))
        except ValidationError as error:
            raise InputError(problems_of(error, where)) from error
        changed = set()
        for identity, wanted in view.layers.items():
            item = self._items.get(identity)
            if item is None:
                continue
            style = wanted.style if type(wanted.style) is type(item.style) else item.style
            new = replace(item, visible=wanted.visible, opacity=wanted.opacity, style=style)
            if new != item:
                self._items[identity] = new
                self._hand_over(new)
                changed.add(identity)
        named = [identity for identity in dict.fromkeys(view.order) if identity in self._items]
        order = _merged(list(self._items), named)
        moved = order != list(self._items)
        if moved:
            self._reorder(order)
        if changed:
            self.changed.emit(frozenset(changed))
        if moved:
            self.order_changed.emit()
        return tuple(identity for identity in view.layers if identity not in self._items)

    # -- inside ----------------------------------------------------------------------------------

    def _restyled(self, identity: str, style: Style) -> None:
        """A layer found in the data what its style left to them; a style that came meanwhile stays."""
        if identity not in self._items:
            return
        first, held = self._first_styles[identity], self._items[identity].style
        # What the user chose meanwhile (a palette) stays, and "reset" does not go back to it.
        self._first_styles[identity] = _answered(first, style)
        new = _answered(held, style)
        if new is held or new is None:
            self._hand_over(self._items[identity])
        else:
            self.set_style(identity, new)

    def _loaded(self, identity: str) -> None:
        """A layer read in the background knows now where it lies."""
        if identity in self._items:
            box = getattr(self._pictures[identity], "box_deg", None)
            self._replace(replace(self._items[identity], box_deg=box))

    def _replace(self, item: LayerItem) -> None:
        if item != self._items[item.id]:
            self._items[item.id] = item
            self._hand_over(item)
            self.changed.emit(frozenset((item.id,)))

    def _hand_over(self, item: LayerItem) -> None:
        picture = self._pictures[item.id]
        picture.visible, picture.opacity = item.visible, item.opacity
        if item.style is not None and hasattr(picture, "set_style"):
            picture.set_style(item.style)

    def _reorder(self, order: Iterable[str]) -> None:
        self._items = {identity: self._items[identity] for identity in order}

    def _close(self, identity: str) -> None:
        picture = self._pictures[identity]
        if hasattr(picture, "close"):
            picture.close()


_FOUND = ("low", "high", "smooth", "stretch", "present", "from_data")
"""Fields of a style that may be left to the data."""


def _answered(asking: Style | None, found: Style) -> Style | None:
    """A style with what was found in the data, where it left that open and draws the same bands."""
    if isinstance(found, VectorStyle) or isinstance(asking, VectorStyle) or asking is None:
        return asking
    if type(asking) is not type(found) or not asking.from_data or bands_of(asking) != bands_of(found):
        return asking
    return asking.model_copy(update={n: getattr(found, n) for n in _FOUND if n in type(found).model_fields})


def _merged(present: list[str], wanted: list[str]) -> list[str]:
    """`wanted` order, the rest of `present` put back above the neighbour each stood on."""
    order = list(wanted)
    known = set(wanted)
    for index, identity in enumerate(present):
        if identity not in known:
            at = order.index(present[index - 1]) + 1 if index else 0
            order.insert(at, identity)
            known.add(identity)
    return order
