"""The way and the cost of a line that does not exist yet, between two places in China."""
