"""Undo and redo: the workspaces a planner went through, each with the name of the edit that made it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from planning.words import Language
from planning.workspace import Workspace


@dataclass(frozen=True, slots=True)
class EditName:
    """What an edit did, for the menu."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class History:
    """Steps and where in them the planner stands. Workspaces share what they have in common."""

    start: Workspace
    steps: tuple[tuple[EditName, Workspace], ...] = ()
    position: int = 0
    """Steps done; 0 at the start."""

    @property
    def current(self) -> Workspace:
        return self.start if self.position == 0 else self.steps[self.position - 1][1]

    @property
    def undo_name(self) -> EditName | None:
        """The edit that undo takes back; None at the start."""
        return self.steps[self.position - 1][0] if self.position else None

    @property
    def redo_name(self) -> EditName | None:
        """The edit that redo makes again; None at the end."""
        return self.steps[self.position][0] if self.position < len(self.steps) else None

    def add(self, name: EditName, workspace: Workspace) -> History:
        """One step more; what had been undone is gone. An edit that changed nothing is no step."""
        if workspace == self.current:
            return self
        steps = (*self.steps[: self.position], (name, workspace))
        return replace(self, steps=steps, position=len(steps))

    def undo(self) -> History:
        """One step back; the same at the start."""
        return replace(self, position=max(self.position - 1, 0))

    def redo(self) -> History:
        """One step forth; the same at the end."""
        return replace(self, position=min(self.position + 1, len(self.steps)))
