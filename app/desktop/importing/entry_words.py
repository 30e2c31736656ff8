"""The lines of the import dialog's list. No Qt."""

from __future__ import annotations

from app.desktop.importing.entries import Entry
from app.desktop.texts import text
from app.messages import Language


def name_words(entry: Entry, language: Language) -> str:
    """The file, with how many more or with the layer of it."""
    if entry.more:
        return text("import.and_more", language, name=entry.path.name, count=len(entry.more))
    if entry.layer is None or entry.layer.name == entry.path.stem:
        return entry.path.name
    return f"{entry.path.name} · {entry.layer.name}"


def state_words(entry: Entry, language: Language) -> str:
    """How far it is, and what it waits for."""

    def say(key: str, **values: object) -> str:
        return text(f"import.{key}", language, **values)

    unread = entry.layer is None and entry.source is None
    if entry.order is not None:
        if entry.progress is None:
            return say("queued")
        return say("under_way", percent=f"{100 * entry.progress[0]:.0f}")
    if entry.busy:
        return say("reading" if unread else "working", name=entry.path.name)
    if entry.done:
        return "✓ " + say("done_library" if entry.purpose == "library" else "done")
    if entry.error is not None or entry.said:
        return "✕ " + say("unusable" if unread else "not_done")
    if entry.checking:
        return say("checking")
    if entry.open_questions:
        return "? " + say("open_questions", count=entry.open_questions)
    if entry.purpose == "library" and entry.refused is not None:
        return "✕ " + say("answers_unfit")
    if entry.fatal:
        return "✕ " + say("unusable")
    return "• " + say(f"ready.{entry.purpose}")
