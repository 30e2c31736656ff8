"""Rules of what may not be built on: a named set, as a planner writes it in TOML, checked and kept.

Nothing is opened here but the set itself; `rule_data` finds the data of each rule, `exclusion` applies them.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing, writable_folder
from gis_layers.provenance import Tier
from planning.siting.eligibility import TECHNOLOGIES, Technology
from planning.table_rows import DATA, problems_of
from resources.data_settings import settings_path
from resources.eligible import COVER_SHARES
from resources.sources.land_cover_legends import LEGENDS

Nodata = Literal["exclude", "allow", "error"]
"""What becomes of land for which a rule's data have no value: taken, left, or a refusal."""
OutlineKind = Literal[
    "protected", "red_line", "farmland", "urban_boundary", "water", "glacier", "settlement", "road", "railway",
    "airport", "areas",
]  # fmt: skip
COVER_CLASSES: Final = tuple(COVER_SHARES["wind"])
FOLDER: Final = DATA / "siting_rules"
SUFFIX: Final = ".toml"
MOST_BUFFER_M: Final = 50_000.0
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")

KIND_TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "slope": ("坡度", "slope"),
    "elevation": ("海拔", "elevation"),
    "land_cover": ("土地覆盖", "land cover"),
    "land_use": ("土地可用比例", "usable share of the land"),
    "raster": ("栅格图层", "raster layer"),
    "protected": ("自然保护地", "protected areas"),
    "red_line": ("生态保护红线", "ecological red lines"),
    "farmland": ("永久基本农田", "permanent basic farmland"),
    "urban_boundary": ("城镇开发边界", "urban development boundary"),
    "water": ("水域", "water"),
    "glacier": ("冰川与永久积雪", "glaciers and permanent snow"),
    "settlement": ("居民点", "settlements"),
    "road": ("公路", "roads"),
    "railway": ("铁路", "railways"),
    "airport": ("机场", "airports"),
    "areas": ("其他区域", "other areas"),
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _Rule(_Frozen):
    """What every rule says."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    title_zh: Annotated[str, Field(max_length=80)] = ""
    title_en: Annotated[str, Field(max_length=80)] = ""
    """Where empty, those of the kind."""
    technologies: Annotated[tuple[Technology, ...], Field(min_length=1)] = TECHNOLOGIES
    buffer_m: Annotated[float, Field(ge=0, le=MOST_BUFFER_M)] = 0.0
    """Land within this distance of what the rule takes is taken too."""
    nodata: Nodata = "exclude"
    source: Annotated[str, Field(min_length=1, max_length=300)]
    """Of the threshold and the buffer."""
    tier: Tier = "estimated"
    file: Annotated[str, Field(max_length=1000)] = ""
    """Raster or vector file of the user's; empty: the data library, then the embedded atlas."""
    layer: Annotated[str, Field(max_length=200)] = ""
    """Of a vector file with several."""
    band: Annotated[int, Field(ge=1, le=1000)] = 1

    @model_validator(mode="after")
    def _no_technology_twice(self) -> Self:
        if len(set(self.technologies)) != len(self.technologies):
            raise ValueError("each technology once")
        return self

    @property
    def titles(self) -> tuple[str, str]:
        """(zh, en)"""
        zh, en = KIND_TITLES[self.kind]  # type: ignore[attr-defined]
        return self.title_zh or zh, self.title_en or en


class SlopeRule(_Rule):
    """Land steeper than a limit."""

    kind: Literal["slope"]
    max_percent: Annotated[float, Field(gt=0, le=500)] | None = None
    max_deg: Annotated[float, Field(gt=0, lt=79)] | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.max_percent is None) == (self.max_deg is None):
            raise ValueError("either max_percent or max_deg")
        return self

    @property
    def limit_percent(self) -> float:
        """The limit as rise over run. [%]"""
        import math

        if self.max_percent is not None:
            return self.max_percent
        assert self.max_deg is not None
        return 100.0 * math.tan(math.radians(self.max_deg))


class ElevationRule(_Rule):
    """Land above a height."""

    kind: Literal["elevation"]
    max_m: Annotated[float, Field(ge=-500, le=9000)]


class LandCoverRule(_Rule):
    """Classes of a land-cover map."""

    kind: Literal["land_cover"]
    classes: Annotated[tuple[str, ...], Field(min_length=1)]
    """Of `COVER_CLASSES`; the legends of the products map their codes to these."""
    taken_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    legend: str = ""
    """Of `file`: the product."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        if unknown := [name for name in self.classes if name not in COVER_CLASSES]:
            raise ValueError(f"{', '.join(unknown)}: no such class; there are {', '.join(COVER_CLASSES)}")
        if self.buffer_m > 0 and self.taken_share < 1:
            raise ValueError("a buffer around classes that are taken in part has no meaning")
        _check_legend(self.file, self.legend)
        return self


class LandUseRule(_Rule):
    """The share of each class that is left for the technology, other uses of the same land considered."""

    kind: Literal["land_use"]
    usable: Mapping[Technology, Mapping[str, Annotated[float, Field(ge=0, le=1)]]] = Field(
        default_factory=dict
    )
    """technology -> class -> share; classes that are not named keep `eligible.COVER_SHARES` (CSP: those of PV)."""
    legend: str = ""

    @model_validator(mode="after")
    def _known(self) -> Self:
        for shares in self.usable.values():
            if unknown := [name for name in shares if name not in COVER_CLASSES]:
                raise ValueError(f"{', '.join(unknown)}: no such class; there are {', '.join(COVER_CLASSES)}")
        if self.buffer_m > 0:
            raise ValueError("a buffer around land taken in part has no meaning")
        _check_legend(self.file, self.legend)
        return self

    def usable_share(self, technology: Technology, name: str) -> float:
        """Share of a class that stays."""
        default = COVER_SHARES["wind" if technology == "wind" else "pv"][name]
        return float(self.usable.get(technology, {}).get(name, default))


class OutlineRule(_Rule):
    """Outlines or lines nothing is built in or near: of a file, the data library, the land cover or the atlas."""

    kind: OutlineKind
    nodata: Nodata = "allow"
    """Only land cover in the place of outlines can lack values."""


class RasterRule(_Rule):
    """Cells of any raster whose values lie in a range (or outside it)."""

    kind: Literal["raster"]
    file: Annotated[str, Field(min_length=1, max_length=1000)]
    low: float | None = None
    high: float | None = None
    """Both ends belong to the range; None: no end."""
    takes: Literal["inside", "outside"] = "inside"
    resampling: Literal["nearest", "bilinear"] = "nearest"

    @model_validator(mode="after")
    def _a_range(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError("low, high or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low is above high")
        return self


Rule = Annotated[
    SlopeRule | ElevationRule | LandCoverRule | LandUseRule | OutlineRule | RasterRule,
    Field(discriminator="kind"),
]


def _check_legend(file: str, legend: str) -> None:
    if (file or legend) and legend not in LEGENDS:
        raise ValueError(f"legend of the land-cover file: one of {', '.join(LEGENDS)}")


class RuleSet(_Frozen):
    """Rules in the order in which the account lists them."""

    schema_version: Literal[1] = 1
    name: Annotated[str, Field(pattern=r"^[\w\-]{1,60}$")]
    title_zh: Annotated[str, Field(max_length=120)] = ""
    title_en: Annotated[str, Field(max_length=120)] = ""
    note_zh: Annotated[str, Field(max_length=1000)] = ""
    note_en: Annotated[str, Field(max_length=1000)] = ""
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _ids_once(self) -> Self:
        ids = [rule.id for rule in self.rules]
        if twice := sorted({id for id in ids if ids.count(id) > 1}):
            raise ValueError(f"each id once; {', '.join(twice)} comes again")
        return self

    @property
    def technologies(self) -> tuple[Technology, ...]:
        """Those any rule is about, in the house's order."""
        named = {technology for rule in self.rules for technology in rule.technologies}
        return tuple(technology for technology in TECHNOLOGIES if technology in named)

    @property
    def largest_buffer_m(self) -> float:
        return max(rule.buffer_m for rule in self.rules)


# -- named sets ---------------------------------------------------------------------------------------------


def user_folder() -> Path:
    """Where this user's own sets lie; not made here."""
    return settings_path().parent / "siting_rules"


def rule_set_names(folder: Path | None = None) -> tuple[str, ...]:
    """Sets that can be named: the built-in ones, then the user's."""
    own = folder or user_folder()
    built_in = sorted(path.stem for path in FOLDER.glob(f"*{SUFFIX}"))
    users = sorted(path.stem for path in own.glob(f"*{SUFFIX}")) if own.is_dir() else []
    return (*built_in, *(name for name in users if name not in built_in))


def load_rules(name: str | Path = "desert_base", folder: Path | None = None) -> RuleSet:
    """A set by its name (built in, or of the user's folder) or of a TOML file.

    Files that rules name relative to the set's own are found from there.

    Raises
    ------
    InputError
        No such set, no valid TOML, or whatever is wrong with any rule, all at once.
    """
    path = _path_of(name, folder)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InputError(Problem(str(path), "file", found, "a set of rules (TOML)")) from error
    return parse_rules(text, path.name, path.parent)


def parse_rules(text: str, where: str, base: Path | None = None) -> RuleSet:
    """A set from TOML text; InputError with every problem of every rule."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem(where, "TOML", str(error)[:160], "valid TOML")) from error
    try:
        rules = RuleSet.model_validate(data)
    except ValidationError as error:
        raise InputError(problems_of(error, where)) from error
    if base is None:
        return rules
    found = tuple(
        rule.model_copy(update={"file": str(base / rule.file)}) if rule.file else rule for rule in rules.rules
    )
    return rules.model_copy(update={"rules": found})


def save_rules(rules: RuleSet, folder: Path | None = None) -> Path:
    """Keep a set under its name among the user's.

    Raises
    ------
    InputError
        The name is a built-in set's, or the folder cannot be written.
    """
    if (FOLDER / f"{rules.name}{SUFFIX}").is_file():
        raise InputError(Problem("rules", "name", rules.name, "a name that no built-in set has"))
    path = writable_folder(folder or user_folder()) / f"{rules.name}{SUFFIX}"
    with replacing(path) as temporary:
        temporary.write_text(rules_toml(rules), encoding="utf-8")
    return path


def drop_rules(name: str, folder: Path | None = None) -> None:
    """Remove one of the user's sets; InputError where there is none of that name."""
    path = (folder or user_folder()) / f"{Path(name).name}{SUFFIX}"
    if not path.is_file():
        held = ", ".join(p.stem for p in sorted(path.parent.glob(f"*{SUFFIX}"))) or "none"
        raise InputError(Problem("rules", "name", name, f"a set of yours ({held})"))
    path.unlink()


def rules_toml(rules: RuleSet) -> str:
    """The set as TOML, defaults left out; `parse_rules` reads it back unchanged."""
    plain = rules.model_dump(mode="json", exclude_defaults=True)
    plain = {"schema_version": rules.schema_version, **plain}
    return "\n".join(_lines(plain)) + "\n"


def _path_of(name: str | Path, folder: Path | None) -> Path:
    if isinstance(name, Path) or str(name).lower().endswith(SUFFIX):
        return Path(name)
    for place in (FOLDER, folder or user_folder()):
        path = place / f"{Path(name).name}{SUFFIX}"
        if path.is_file():
            return path
    names = ", ".join(rule_set_names(folder))
    raise InputError(Problem("rules", "name", str(name), f"one of {names}, or a TOML file"))


def _lines(plain: Mapping[str, Any]) -> Iterator[str]:
    for key, value in plain.items():
        if key != "rules":
            yield f"{key} = {_value(value)}"
    for rule in plain["rules"]:
        yield ""
        yield "[[rules]]"
        for key, value in rule.items():
            yield f"{key} = {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{k if _BARE.fullmatch(k) else _value(k)} = {_value(v)}" for k, v in value.items())
        return "{ " + inner + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    # JSON's numbers, booleans and escapes are TOML's too, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("\x7f", "\\u007f")


OUTLINE_KINDS: Final[tuple[OutlineKind, ...]] = get_args(OutlineKind)
