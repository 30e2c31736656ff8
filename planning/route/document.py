"""A route as plain values: what `energymap route --json` answers, and as GeoJSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gis_layers.files import replacing
from planning.route.ends import End
from planning.route.plan import Route


def route_document(route: Route) -> dict[str, Any]:
    """Every figure of a route; coordinates in degrees (WGS84), money in CNY of `price_year`."""
    return {
        "schema_version": 1,
        "from": _end(route.start),
        "to": _end(route.end),
        "kind": route.kind,
        "kv": route.kv,
        "mw": route.mw,
        "circuits": route.circuits,
        "straight_km": round(route.straight_km, 2),
        "way_km": round(route.way_km, 2),
        "km": round(route.km, 2),
        "detour": round(route.detour, 4),
        "ground_km": {name: round(km, 2) for name, km in route.ground_km.items()},
        "provinces": list(route.provinces),
        "price_year": route.price_year,
        "investment_cny": round(route.investment_cny),
        "investment_low_cny": round(route.investment_cny * (1.0 - route.error_share)),
        "investment_high_cny": round(route.investment_cny * (1.0 + route.error_share)),
        "line_cny": round(route.line_cny),
        "crossings_cny": round(route.crossings_cny),
        "stations_cny": round(route.stations_cny),
        "cny_per_kw": round(route.investment_cny / route.mw / 1e3, 1),
        "tier": route.tier,
        "crossings": [
            {
                "at_km": round(one.at_km, 2), "name_zh": one.name_zh, "name_en": one.name_en,
                "flow_m3_per_s": round(one.flow_m3_per_s, 1), "cost_cny": round(one.cost_cny),
            }
            for one in route.crossings
        ],
        "segments": [
            {
                "from_km": round(one.from_km, 2), "way_km": round(one.way_km, 2), "ground": one.ground,
                "mean_elevation_m": round(one.mean_elevation_m, 1), "desert": one.desert, "ice": one.ice,
                "factor": round(one.factor, 4), "cost_cny": round(one.cost_cny),
            }
            for one in route.segments
        ],
        "route": [
            [round(float(lon), 5), round(float(lat), 5)]
            for lon, lat in zip(route.lon_deg, route.lat_deg, strict=True)
        ],
    }  # fmt: skip


def write_geojson(path: Path, route: Route) -> Path:
    """The way as one line and its ends and crossings as points, whole or not at all (RFC 7946)."""
    document = route_document(route)
    told = {
        name: document[name]
        for name in (
            "kind", "kv", "mw", "circuits", "straight_km", "way_km", "km", "investment_cny", "price_year", "tier",
        )
    }  # fmt: skip
    features = [_feature("LineString", document["route"], {"what": "route", **told})]
    for what, end in (("from", document["from"]), ("to", document["to"])):
        features.append(_feature("Point", [end["lon_deg"], end["lat_deg"]], {"what": what, **end}))
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1)
    with replacing(path) as temporary:
        Path(temporary).write_text(text + "\n", encoding="utf-8")
    return path


def _end(end: End) -> dict[str, Any]:
    return {
        "name_zh": end.name_zh, "name_en": end.name_en, "node": end.node, "lon_deg": end.lon_deg,
        "lat_deg": end.lat_deg, "kind": end.kind,
    }  # fmt: skip


def _feature(kind: str, coordinates: Any, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }
