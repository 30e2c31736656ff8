"""The national optimum: capacities and corridors chosen together at least yearly cost (docs/expansion.md)."""
