"""Where is what: coordinate systems, boundaries, rasters, and what every floor shares."""
