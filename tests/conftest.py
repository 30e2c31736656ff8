"""What every test has: folders of its own in place of the user's."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def no_test_touches_the_users_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Library, settings and downloads of the person who runs the tests stay as they are."""
    folder = tmp_path_factory.mktemp("user")
    own = {
        "ENERGYMAP_LIBRARY": str(folder / "library"),
        "ENERGYMAP_SETTINGS": str(folder / "settings.json"),
        "XDG_DATA_HOME": str(folder / "data"),
    }
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value
