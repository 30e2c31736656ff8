"""From imported areas to the rule that nothing is built inside them."""

from __future__ import annotations

from gis_layers.errors import InputError, Problem
from resources.eligible import Rule, outline_rule
from resources.library import Entry
from resources.sources.areas import open_areas

_TITLES = {
    "protected": ("自然保护地", "protected areas"),
    "red_line": ("生态保护红线", "ecological red lines"),
}


def areas_rule(entry: Entry) -> Rule:
    """The rule of one entry of kind 'areas'; its id is the entry's.

    Raises
    ------
    InputError
        The entry holds something else.
    """
    manifest = entry.manifest
    if manifest.kind != "areas":
        raise InputError(Problem("areas", manifest.id, manifest.kind, "imported areas"))
    what = str(manifest.details.get("what", "protected"))
    title_zh, title_en = _TITLES.get(what, (what, what))
    outlines = open_areas(entry.data).geometry
    return outline_rule(manifest.id, title_zh, title_en, list(outlines), manifest.source)
