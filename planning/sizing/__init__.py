"""Complementary sizing of one base: wind, sun, water, storage, backup and hydrogen behind one channel."""

from planning.sizing.case import BaseCase
from planning.sizing.case_file import load_base_case
from planning.sizing.defaults import with_defaults
from planning.sizing.design import BaseDesign, size_base
from planning.sizing.resource import BaseResource

__all__ = ["BaseCase", "BaseDesign", "BaseResource", "load_base_case", "size_base", "with_defaults"]
