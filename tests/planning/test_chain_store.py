"""The store of links' answers: what is broken, foreign or half-written is never believed, and never stops a run."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import EnergyMapError, InputError
from planning.chain import packing
from planning.chain.profile_values import BaseProfiles
from planning.chain.run import Chain
from planning.chain.store import Entry, Store
from planning.scenario import Scenario, load_scenario

KEY, OTHER = "ab" * 32, "cd" * 32
ENTRY = Entry({"name": "库布齐", "x": 0.1 + 0.2}, {"a": np.linspace(0.0, 1.0, 999) / 3.0, "b": np.arange(6)})


class Notes(list[EnergyMapError]):
    def __call__(self, error: EnergyMapError) -> None:
        self.append(error)

    @property
    def codes(self) -> list[str]:
        return [e.code for e in self]


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def store(tmp_path: Path, notes: Notes) -> Store:
    return Store(tmp_path / "环节 links", note=notes)


def files_of(store: Store) -> list[str]:
    return sorted(p.name for p in store.folder.iterdir())


def test_an_entry_comes_back_bit_for_bit_and_read_only(store: Store, notes: Notes) -> None:
    assert store.get("sizing", KEY) is None
    assert store.put("sizing", KEY, ENTRY)
    found = store.get("sizing", KEY)
    assert found is not None
    assert found.values == ENTRY.values
    for name, values in ENTRY.arrays.items():
        assert found.arrays[name].dtype == values.dtype
        assert found.arrays[name].tobytes() == values.tobytes()
        assert not found.arrays[name].flags.writeable
    assert notes == []


@pytest.mark.parametrize("at", [0.0, 0.3, 0.6, 0.9])
def test_an_entry_cut_short_anywhere_is_taken_away_with_a_note(store: Store, notes: Notes, at: float) -> None:
    store.put("sizing", KEY, ENTRY)
    path = store.path("sizing", KEY)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * at)])
    assert store.get("sizing", KEY) is None
    assert notes.codes == ["store_entry"]
    assert files_of(store) == []


def test_a_flipped_bit_is_found(store: Store, notes: Notes) -> None:
    store.put("sizing", KEY, ENTRY)
    path = store.path("sizing", KEY)
    with zipfile.ZipFile(path) as archive:
        item = archive.getinfo("a.npy")
    data = bytearray(path.read_bytes())
    data[item.header_offset + 200 + item.compress_size // 2] ^= 1
    path.write_bytes(bytes(data))
    assert store.get("sizing", KEY) is None
    assert notes.codes == ["store_entry"]


def test_an_entry_of_another_key_or_link_or_program_is_not_believed(store: Store, notes: Notes) -> None:
    store.put("sizing", KEY, ENTRY)
    os.replace(store.path("sizing", KEY), store.path("sizing", OTHER))
    assert store.get("sizing", OTHER) is None
    store.put("sizing", KEY, ENTRY)
    os.replace(store.path("sizing", KEY), store.path("dispatch", KEY))
    assert store.get("dispatch", KEY) is None
    with zipfile.ZipFile(store.path("sizing", KEY), "w") as archive:
        archive.writestr("head.json", "{}")
    assert store.get("sizing", KEY) is None
    store.path("sizing", KEY).write_text("no zip", encoding="utf-8")
    assert store.get("sizing", KEY) is None
    assert notes.codes == ["store_entry"] * 4


def test_objects_in_an_entry_are_never_woken(store: Store, notes: Notes, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "woken",)

    store.put("sizing", KEY, Entry({}, {"a": np.arange(3)}))
    path = store.path("sizing", KEY)
    with zipfile.ZipFile(path) as archive:
        head = archive.read("head.json")
    np.save(tmp_path / "trap.npy", np.array([Trap()], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("head.json", head)
        archive.write(tmp_path / "trap.npy", "a.npy")
    assert store.get("sizing", KEY) is None
    assert notes.codes == ["store_entry"]
    assert not (tmp_path / "woken").exists()


def test_an_entry_that_would_fill_the_memory_is_not_unpacked(
    store: Store, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("sizing", KEY, Entry({}, {"zeros": np.zeros(100_000)}))
    assert store.path("sizing", KEY).stat().st_size < 5000
    monkeypatch.setattr("planning.chain.store.MOST_BYTES", 500_000)
    assert store.get("sizing", KEY) is None
    assert notes.codes == ["store_entry"]


def test_the_entries_longest_not_used_go_first_when_there_is_no_room(store: Store) -> None:
    entry = Entry({}, {"a": np.random.default_rng(1).random(10_000)})
    for number in range(3):
        store.put("sizing", f"{number}" * 64, entry)
        old = time.time() - 1000 + number
        os.utime(store.path("sizing", f"{number}" * 64), (old, old))
    assert store.get("sizing", "0" * 64) is not None  # used now: no longer the oldest
    size = store.path("sizing", "0" * 64).stat().st_size
    store.limit_bytes = 3 * size + 10
    store.put("sizing", "3" * 64, entry)
    assert [store.has("sizing", f"{n}" * 64) for n in range(4)] == [True, False, True, True]


def test_an_entry_larger_than_the_limit_is_kept_alone(store: Store) -> None:
    store.limit_bytes = 100
    store.put("sizing", KEY, ENTRY)
    store.put("sizing", OTHER, ENTRY)
    assert files_of(store) == [store.path("sizing", OTHER).name]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_full_or_closed_disk_costs_the_entry_and_not_the_run(
    store: Store, notes: Notes, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: object) -> None:
        path.write_bytes(b"half")
        raise OSError(number, os.strerror(number), str(path))

    store.put("sizing", OTHER, ENTRY)
    monkeypatch.setattr("planning.chain.store._write", full)
    assert not store.put("sizing", KEY, ENTRY)
    assert notes.codes == ["store_unwritten"]
    assert files_of(store) == [store.path("sizing", OTHER).name]


def test_a_file_in_the_place_of_the_folder_is_noted(tmp_path: Path, notes: Notes) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    store = Store(tmp_path / "file", note=notes)
    assert store.get("sizing", KEY) is None
    assert not store.put("sizing", KEY, ENTRY)
    assert notes.codes == ["store_unwritten"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_worker_killed_while_it_writes_leaves_nothing_that_is_read(store: Store) -> None:
    script = (
        "import sys, numpy as np\nfrom pathlib import Path\nfrom planning.chain import store as s\n"
        "def slow(path, *rest):\n"
        "    path.write_bytes(b'PK half'); print('writing', flush=True)\n"
        "    import time; time.sleep(60)\n"
        "s._write = slow\n"
        f"s.Store(Path(sys.argv[1])).put('sizing', {KEY!r}, s.Entry({{}}, {{'a': np.arange(3)}}))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(store.folder)], stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "writing\n"
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=30)
    left = files_of(store)
    assert len(left) == 1
    assert left[0].startswith(".")
    assert not store.has("sizing", KEY)
    assert store.get("sizing", KEY) is None
    store.put("sizing", KEY, ENTRY)
    assert len(files_of(store)) == 2  # it may be another program's, still at work
    long_ago = time.time() - 3600
    os.utime(store.folder / left[0], (long_ago, long_ago))
    store.put("sizing", OTHER, ENTRY)
    assert files_of(store) == sorted(store.path("sizing", k).name for k in (KEY, OTHER))


# -- with the chain ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def one_base() -> Scenario:
    """The base without coal or river: the quickest to size."""
    whole = load_scenario("2030-1200GW")
    return whole.model_copy(update={"bases": tuple(b for b in whole.bases if b.id == "zhangbei")})


def test_a_stored_base_is_the_computed_one_bit_for_bit(one_base: Scenario, store: Store) -> None:
    first = Chain(one_base, store=store, until="sizing")
    again = Chain(one_base, store=store, until="sizing")
    a, b = first.design("zhangbei"), again.design("zhangbei")
    assert [u.reused for u in first.uses()] == [(), ()]
    assert [(u.link, u.computed, u.reused) for u in again.uses()] == [("sizing", (), ("zhangbei",))]
    assert a.case == b.case
    assert a.hourly_mw.keys() == b.hourly_mw.keys()
    for name in a.hourly_mw:
        assert a.hourly_mw[name].tobytes() == b.hourly_mw[name].tobytes()
    for name in ("capacity_mw", "storage_mwh", "duals_cny", "gap", "annual_cost_cny", "seconds"):
        assert getattr(a, name) == getattr(b, name)


def test_a_base_alone_and_among_others_has_the_same_profile() -> None:
    """Profiles are computed together for those a store lacks: which ones must not matter."""
    from planning.chain.profiles import base_profiles

    scenario = load_scenario("2030-1200GW")
    some = base_profiles(scenario.bases[2:6], scenario.seed)
    alone = base_profiles(scenario.bases[4:5], scenario.seed)[scenario.bases[4].id]
    assert some[scenario.bases[4].id].wind.tobytes() == alone.wind.tobytes()
    assert some[scenario.bases[4].id].pv.tobytes() == alone.pv.tobytes()


def test_a_whole_entry_of_the_wrong_shape_is_computed_again(
    one_base: Scenario, store: Store, notes: Notes
) -> None:
    chain = Chain(one_base, store=store, until="resource")
    good = chain.profile("zhangbei")
    key = chain.keys.profiles["zhangbei"]
    for broken in (
        Entry({}, {"wind": np.zeros(5), "pv": np.zeros(5)}),
        Entry({}, {"wind": good.wind}),
        Entry({"more": 1}, {"wind": good.wind, "pv": good.pv}),
    ):
        store.put("resource", key, broken)
        again = Chain(one_base, store=store, until="resource").profile("zhangbei")
        assert again.wind.tobytes() == good.wind.tobytes()
    assert notes.codes == ["store_entry"] * 3


def test_packing_keeps_the_order_in_which_memory_is_added_up() -> None:
    """What comes from the store lies in memory as what was computed does: sums agree to the last bit."""
    profile = BaseProfiles(np.ones((8760, 2)).T[0], np.ones(17520)[::2])
    assert not profile.wind.flags.c_contiguous
    again = packing.unpack_profile(packing.pack_profile(profile))
    assert again.wind.flags.c_contiguous
    assert again.pv.flags.c_contiguous


def test_a_refusal_names_file_and_reason_in_both_languages(store: Store) -> None:
    from app.messages import WORDS, say

    for code, params in (
        ("store_entry", {"file": "a.link", "why": "bad zip"}),
        ("store_unwritten", {"path": "/x", "why": "disk_full"}),
    ):
        assert code in WORDS
        said = {language: say(EnergyMapError(code, **params), language) for language in ("zh", "en")}
        assert all(value in words for words in said.values() for value in params.values())
        assert said["zh"] != said["en"]


def test_an_unknown_base_is_bad_input(store: Store) -> None:
    from planning.base_run import size_scenario_base

    with pytest.raises(InputError, match="zhangbei"):
        size_scenario_base(load_scenario("2030-1200GW"), "nowhere", store=store)
