"""Builds the embedded atlas from data inside ordinary packages (`./run atlas`)."""
