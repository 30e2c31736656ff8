"""Which share of a run's progress each step fills: by what it costs, and whether the store has its answer."""

from __future__ import annotations

from planning.chain.links import LINKS, Keys, Link
from planning.chain.store import Store
from planning.scenario import Scenario

COST_S = {
    "nodes": 5.0,
    "profiles": 1.0,
    "design": 4.0,
    "dispatch": 16.0,
    "data": 8.0,
    "power_flow": 4.5,
    "rest": 1.0,
}
"""About how long a part takes, for progress alone (2 cores of 2025)."""
READ_S = 0.3

Share = tuple[float, float, tuple[str, ...]]
"""Start, end, and of the profiles: the bases whose profile no store holds."""


def layout(
    scenario: Scenario, keys: Keys, store: Store | None, until: Link, base: str | None
) -> dict[str, Share]:
    """The steps of a run in the order in which they are taken.

    Parameters
    ----------
    until
        The link wanted.
    base
        Of the sizing: only this base is wanted.
    """

    def here(link: Link, key: str) -> bool:
        return store is not None and store.has(link, key)

    def cost(link: Link, key: str, step: str, read_s: float = READ_S) -> float:
        return read_s if here(link, key) else COST_S[step]

    ids = [spec.id for spec in scenario.bases if base is None or spec.id == base]
    rank = LINKS.index(until)
    # A stored power flow asks for nothing behind it.
    case = rank >= 2 and not (until == "power_flow" and here("power_flow", keys.power_flow))
    sizes = ids if until == "sizing" or case else []
    new = [b for b in sizes if not here("sizing", keys.designs[b])]
    profiles = ids if until == "resource" or case else new
    unknown = tuple(b for b in profiles if not here("resource", keys.profiles[b]))
    nodes = (until == "resource" or case) and not here("resource", keys.nodes)
    opens = not scenario.resource.empty and (bool(unknown) or nodes)
    steps: list[tuple[str, float, tuple[str, ...]]] = [
        *([("data", COST_S["data"], ())] if opens else ()),
        ("profiles", COST_S["profiles"] if unknown else READ_S * bool(profiles), unknown),
        *((f"design {b}", cost("sizing", keys.designs[b], "design", 0.05), ()) for b in sizes),
    ]
    if until == "resource" or case:
        steps.append(("nodes", cost("resource", keys.nodes, "nodes"), ()))
    if case:
        steps.append(("dispatch", cost("dispatch", keys.dispatch, "dispatch", 2 * READ_S), ()))
    if rank >= 3:
        steps.append(("power_flow", cost("power_flow", keys.power_flow, "power_flow"), ()))
    steps.append(("rest", COST_S["rest"], ()))
    total, at, share = sum(s for _, s, _ in steps), 0.0, {}
    for name, seconds, what in steps:
        share[name] = (at / total, (at + seconds) / total, what)
        at += seconds
    return share
