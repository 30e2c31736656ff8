"""Tools of the map: measure, draw, select, pin. Geometry and state apart from painting."""
