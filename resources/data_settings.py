"""Where imported data and downloads lie, and through which proxy the network is reached: option, environment, file.

One small file a user, shared by window and command line. It never holds a password: a proxy that needs one is
named in the environment.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from gis_layers.errors import InputError, Problem
from gis_layers.files import replacing, writable_folder

LIBRARY_VARIABLE = "ENERGYMAP_LIBRARY"
PROXY_VARIABLE = "ENERGYMAP_PROXY"
FOLDER_VARIABLE = "ENERGYMAP_SETTINGS"
"""Of the environment: folders of imported data and of the settings, and the proxy; each before the file."""
FILE = "data_settings.json"
NO_PROXY = "none"
"""As a proxy: none, not even the system's."""


class DataSettings(BaseModel):
    """What the user has set; '' is unset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    library: str = ""
    proxy: str = ""


def user_folder() -> Path:
    """The program's own folder among this user's data; not made here."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "energymap"


def settings_path() -> Path:
    """The file of the settings; it need not be there."""
    named = os.environ.get(FOLDER_VARIABLE)
    return (Path(named) if named else user_folder()) / FILE


def read_settings() -> DataSettings:
    """What is set; without a file, nothing.

    Raises
    ------
    InputError
        The file cannot be read or is no settings.
    """
    path = settings_path()
    try:
        return DataSettings.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return DataSettings()
    except (OSError, ValidationError) as error:
        found = type(error).__name__
        raise InputError(
            Problem(str(path), "file", found, "library and proxy as texts, or no file")
        ) from error


def write_settings(settings: DataSettings) -> Path:
    """Keep settings.

    Raises
    ------
    InputError
        The proxy cannot be one or carries a password; the file cannot be written.
    """
    checked_proxy(settings.proxy, "proxy", keeping=True)
    path = settings_path()
    writable_folder(path.parent)
    with replacing(path) as temporary:
        temporary.write_text(settings.model_dump_json(indent=2), encoding="utf-8")
    return path


def library_folder() -> Path:
    """Where this user's imported data lies, window and command line alike; not made here."""
    named = os.environ.get(LIBRARY_VARIABLE) or read_settings().library
    return Path(named).expanduser() if named else user_folder() / "library"


def proxy_to_use(option: str = "") -> str:
    """The proxy as the option, the environment or the settings name it; '' leaves it to the system.

    Raises
    ------
    InputError
        It cannot be one.
    """
    if option:
        return checked_proxy(option, "--proxy")
    if named := os.environ.get(PROXY_VARIABLE, ""):
        return checked_proxy(named, PROXY_VARIABLE)
    return checked_proxy(read_settings().proxy, "proxy")


def checked_proxy(text: str, where: str, *, keeping: bool = False) -> str:
    """The address of a proxy, '' or 'none'; with `keeping` one without a password.

    Raises
    ------
    InputError
        Another kind of address; the message never repeats a password.
    """
    if text in ("", NO_PROXY):
        return text
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        found = text.rpartition("@")[2][:80]
        raise InputError(Problem("argument", where, found, "http://host:port, https://host:port or none"))
    if keeping and (parts.username or parts.password):
        expected = f"an address without a password; one that needs it goes into {PROXY_VARIABLE}"
        raise InputError(Problem("argument", where, f"a name or password for {host}", expected))
    return text
