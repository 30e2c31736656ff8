"""The network of chosen hours written for other tools (MATPOWER, pandapower, PyPSA, tables) and read back."""
