"""Ours beside peers, on the same inputs, in one run."""
