"""pvlib's ModelChain of the models our PV chain uses, under the name tests and benchmarks know it by."""

from __future__ import annotations

from resources.validation_chains import pvlib_hours as chain_hours

__all__ = ["chain_hours"]
