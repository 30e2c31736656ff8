"""Library folder and proxy: option, environment, file, in this order; no password is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_layers.errors import InputError
from resources.data_settings import (
    DataSettings,
    checked_proxy,
    library_folder,
    proxy_to_use,
    read_settings,
    write_settings,
)


@pytest.fixture
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ENERGYMAP_SETTINGS", str(tmp_path / "settings"))
    for name in ("ENERGYMAP_LIBRARY", "ENERGYMAP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_option_comes_before_the_environment_and_that_before_the_file(
    own_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (read_settings(), proxy_to_use()) == (DataSettings(), "")
    write_settings(DataSettings(library=str(own_settings / "lib"), proxy="http://file:1"))
    assert (proxy_to_use(), library_folder()) == ("http://file:1", own_settings / "lib")
    monkeypatch.setenv("ENERGYMAP_PROXY", "http://environment:2")
    monkeypatch.setenv("ENERGYMAP_LIBRARY", str(own_settings / "other"))
    assert (proxy_to_use(), library_folder()) == ("http://environment:2", own_settings / "other")
    assert proxy_to_use("none") == "none"


def test_a_password_is_never_kept_nor_repeated(own_settings: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_settings(DataSettings(proxy="http://me:hush@proxy:8080"))
    assert "hush" not in str(caught.value)
    assert not list(own_settings.rglob("*.json"))
    assert checked_proxy("http://me:hush@proxy:8080", "--proxy")  # for one run it may be used
    for odd in ("socks5://a:1", "proxy:8080", "http://", "http://a:port"):
        with pytest.raises(InputError):
            checked_proxy(odd, "--proxy")


def test_a_broken_settings_file_is_named(own_settings: Path) -> None:
    path = write_settings(DataSettings())
    path.write_text('{"library": 3}')
    with pytest.raises(InputError, match=r"data_settings\.json"):
        read_settings()
