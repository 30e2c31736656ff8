"""One module a technology: what a planner writes, its columns and rows, its hours, its cost and land."""
