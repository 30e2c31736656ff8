"""Bringing the user's own files in: the dialog, its words, its preview, and what may be dropped."""
