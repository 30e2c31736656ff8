"""Names of the files `energymap size --out DIR` leaves; light, for who only reads them."""

from __future__ import annotations

DESIGN, HOURS, REFUSED = "design.json", "hours.csv", "infeasible.json"
