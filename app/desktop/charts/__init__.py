"""Charts of results (pyqtgraph)."""
