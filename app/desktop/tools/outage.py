"""The tool that takes a line out of service: a click tells where."""

from __future__ import annotations

from app.desktop.tools.identify import IdentifyTool


class OutageTool(IdentifyTool):
    """As asking what is there; who listens looks for a line."""

    id = "outage"
