"""Where a base can be built: what of an area is eligible and why the rest is not, and the sites on what is left."""
