"""Answers of links by key: from the store or computed, with the time each took and its share of the progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from pydantic import ValidationError

from gis_layers.errors import BalanceError
from gis_layers.progress import Progress, part, silent
from planning.chain.link_documents import LinkUse
from planning.chain.links import LINKS, Link
from planning.chain.steps import Share
from planning.chain.store import Entry, Store

Answer = TypeVar("Answer")


class Answers:
    """What a run has computed and what it took from the store."""

    def __init__(self, store: Store | None, progress: Progress, share: Mapping[str, Share]) -> None:
        self.store, self.progress, self._share = store, progress, share
        self.seconds = dict.fromkeys(
            ("resource", "sizing", "fleet", "dispatch", "power_flow", "cash_flow"), 0.0
        )
        self._computed: dict[Link, list[str]] = {}
        self._reused: dict[Link, list[str]] = {}

    def uses(self) -> tuple[LinkUse, ...]:
        """What was computed and what reused, link by link; links nobody asked are not in it."""
        return tuple(
            LinkUse(
                link=link,
                computed=tuple(self._computed.get(link, ())),
                reused=tuple(self._reused.get(link, ())),
                seconds=round(self.seconds[link] + (self.seconds["fleet"] if link == "dispatch" else 0.0), 3),
            )
            for link in LINKS
            if link in self._computed or link in self._reused
        )

    # -- store and progress ----------------------------------------------------------------------

    def _stored(self, link: Link, key: str) -> bool:
        return self.store is not None and self.store.has(link, key)

    def _look(self, link: Link, key: str, unpack: Callable[[Entry], Answer]) -> Answer | None:
        """What the store holds, or None; an entry that cannot be what it says is refused."""
        entry = self.store.get(link, key) if self.store is not None else None
        if entry is None or self.store is None:
            return None
        try:
            return unpack(entry)
        except (KeyError, TypeError, ValueError, AttributeError, ValidationError, BalanceError) as error:
            self.store.refuse(link, key, f"{type(error).__name__}: {error}"[:200])
            return None

    def _keep(self, link: Link, key: str, entry: Entry) -> None:
        if self.store is not None:
            self.store.put(link, key, entry)

    def _have(
        self,
        link: Link,
        step: str,
        name: str,
        key: str,
        unpack: Callable[[Entry], Answer],
        compute: Callable[[Progress], Entry],
    ) -> Answer:
        progress = self._part(step)
        with self._timed(link):
            found = self._look(link, key, unpack)
            if found is not None:
                self._reused.setdefault(link, []).append(name)
                progress(1.0, f"reused {link}" + (f": {name}" if name not in (link, "nodes") else ""))
                return found
            entry = compute(progress)
            self._keep(link, key, entry)
            self._computed.setdefault(link, []).append(name)
            return unpack(entry)

    @contextmanager
    def _timed(self, link: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[link] += time.perf_counter() - began

    def _part(self, step: str) -> Progress:
        start, end, _ = self._share.get(step, (0.0, 0.0, ()))
        return part(self.progress, start, end) if end > start else silent
