"""The program: command line and desktop window."""
