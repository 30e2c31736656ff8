"""How much wind, sun and water there is at a place, hour by hour."""
