"""`energymap scenarios`: the built-in scenarios."""

from __future__ import annotations

import argparse

from app.commands.base import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--show", metavar="ID", help="print the text of one scenario (TOML)")


def _run(options: argparse.Namespace, context: Context) -> None:
    from planning.scenario import list_scenarios, load_scenario, scenario_text

    if options.show:
        text = scenario_text(options.show)
        context.answer({"id": options.show, "toml": text}, text)
        return
    scenarios = [load_scenario(name) for name in list_scenarios()]
    document = {
        "scenarios": [
            {"id": s.id, "name_zh": s.name_zh, "name_en": s.name_en, "year": s.year} for s in scenarios
        ]
    }
    text = "\n".join(f"{s.id:<16}{s.year}  {context.pick(s.name_zh, s.name_en)}" for s in scenarios)
    context.answer(document, text)


COMMAND = Command("scenarios", "内置情景 · the built-in scenarios", _arguments, _run)
