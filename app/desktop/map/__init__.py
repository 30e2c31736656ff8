"""The map: viewport and projection without Qt, layers, and the canvas that paints them."""
