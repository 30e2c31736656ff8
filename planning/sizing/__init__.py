"""Complementary sizing of one base: wind, PV, storage, backup and water behind one channel."""

from planning.sizing.case import BaseCase, load_base_case, with_defaults
from planning.sizing.design import BaseDesign, size_base

__all__ = ["BaseCase", "BaseDesign", "load_base_case", "size_base", "with_defaults"]
