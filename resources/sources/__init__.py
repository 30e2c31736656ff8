"""Readers for measured or reanalysis inputs, one module per file kind."""
