"""What the commands of the window do: one controller an area, each with handlers `on_<command>`."""
