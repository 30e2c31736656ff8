"""One scenario over many years of weather and water, with and without lines, beside its variants."""
