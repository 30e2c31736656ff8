"""What is kept beside a download: where it came from, and what a part of one is a part of."""

from __future__ import annotations

import contextlib
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, ValidationError

RECORD_SUFFIX = ".download.json"
PART_SUFFIX = ".part"
_SECRET = re.compile(r"token|secret|signature|credential|password|^key$|api_?key|^sig$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to fetch."""

    url: str
    name: str
    """Of the file, in the folder of downloads."""
    sha256: str = ""
    """Where it is known beforehand."""
    estimate_bytes: int | None = None
    """Of services that make an answer when asked and do not say its size; they are not asked for it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a download would cost, to be agreed to."""

    wanted: Wanted
    size_bytes: int | None
    """None where nobody knows."""
    known: Literal["stated", "estimated", "unknown", "here"]
    """'here': a whole one lies in the folder already."""
    part_bytes: int = 0
    """Of an earlier try that may be gone on with."""


class Record(BaseModel):
    """Beside each download: where it came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    """What looks like a key or a token in it is left out."""
    url_sha256: str
    size_bytes: int
    sha256: str
    size_stated: bool
    """The server said the size, and it was right."""
    etag: str = ""
    last_modified: str = ""
    fetched: str
    """UTC."""


class PartState(BaseModel):
    """Beside a part: what it is a part of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url_sha256: str
    validator: str
    """Strong ETag or date, for If-Range; '' where the server gives none: then it cannot be gone on with."""
    total_bytes: int | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is whole, as far as the server tells."""

    path: Path
    record: Record
    from_cache: bool
    resumed_bytes: int
    """Of an earlier try."""


def without_secrets(url: str) -> str:
    """An address without the values of what looks like keys and tokens."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if not any(_SECRET.search(name) for name, _ in query):
        return url
    kept = [(name, "..." if _SECRET.search(name) else value) for name, value in query]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def read_record(path: Path) -> Record | None:
    """The record of a download; None where there is none or it is broken."""
    with contextlib.suppress(OSError, ValidationError):
        return Record.model_validate_json(beside(path, RECORD_SUFFIX).read_bytes())
    return None


def key(url: str) -> str:
    """Of an address, to know it again without keeping it."""
    return hashlib.sha256(url.encode()).hexdigest()


def beside(path: Path, ending: str) -> Path:
    """The file of an ending beside a download."""
    return path.with_name(path.name + ending)


def state_path(path: Path) -> Path:
    """Where it is said what the part is a part of."""
    return beside(path, f"{PART_SUFFIX}.json")


def read_state(path: Path) -> PartState | None:
    """What the part is a part of; None where that is not known."""
    with contextlib.suppress(OSError, ValidationError):
        return PartState.model_validate_json(state_path(path).read_bytes())
    return None


def drop_part(path: Path) -> None:
    """Forget what had come of a download."""
    beside(path, PART_SUFFIX).unlink(missing_ok=True)
    state_path(path).unlink(missing_ok=True)
