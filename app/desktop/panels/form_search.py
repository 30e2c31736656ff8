"""The inputs of a form that hold the words one looks for. No Qt."""

from __future__ import annotations

from planning.scenario_fields import FormField


def matching(
    fields: tuple[FormField, ...], labels: dict[str, tuple[str, str]], words: str
) -> list[FormField]:
    """Fields whose path or words, Chinese or English, hold every word typed."""
    wanted = words.casefold().split()
    return [
        field
        for field in fields
        if all(
            any(word in place.casefold() for place in (field.path, *labels[field.path])) for word in wanted
        )
    ]
