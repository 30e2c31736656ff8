from __future__ import annotations

from pathlib import Path

import numpy as np
import pvlib
import pytest

from gis_layers.errors import InputError
from resources.pv_equipment import (
    curve_through,
    equipped,
    inverters,
    modules,
    read_cec_inverters,
    read_cec_modules,
)
from resources.solar import PvSystem, pv_capacity_factor
from resources.weather import generate
from tests.resources.hourly_places import place_climate

LIBRARIES = Path(pvlib.__file__).parent / "data"
CEC_MODULES = LIBRARIES / "sam-library-cec-modules-2019-03-05.csv"
CEC_INVERTERS = LIBRARIES / "sam-library-cec-inverters-2019-03-05.csv"


def test_the_typical_sets_say_that_they_are_estimates_and_are_physical() -> None:
    assert set(modules()) == {"mono_perc", "topcon", "hjt", "cdte"}
    assert set(inverters()) == {"central", "string"}
    for item in (*modules().values(), *inverters().values()):
        assert item.tier == "estimated"
        assert item.source
    for module in modules().values():
        assert -0.005 < module.gamma_pdc_per_k < -0.002
        assert 0.15 < module.efficiency < 0.26
    load = np.linspace(0.02, 1.0, 50)
    for inverter in inverters().values():
        assert (inverter.efficiency(load) < 0.995).all()
        assert inverter.curve[0] < 0  # it feeds itself first


def test_a_curve_goes_through_its_three_efficiencies() -> None:
    c0, c1, c2 = curve_through((0.1, 0.5, 1.0), (0.95, 0.985, 0.98))
    for load, efficiency in ((0.1, 0.95), (0.5, 0.985), (1.0, 0.98)):
        dc = load / efficiency
        assert c0 + c1 * dc + c2 * dc * dc == pytest.approx(load)
    string = inverters()["string"]
    np.testing.assert_allclose(string.efficiency(np.array([0.1, 0.5, 1.0])), [0.972, 0.988, 0.983])


def test_better_modules_yield_more_in_the_heat() -> None:
    weather = generate(place_climate("Guangzhou", "Golmud"), seed=1)
    bare = {
        name: pv_capacity_factor(
            weather, equipped(PvSystem(dc_ac_ratio=0.8), module).model_copy(update={"bifaciality": 0.0})
        ).sum(axis=1, dtype=float)
        for name, module in modules().items()
    }
    assert (bare["hjt"] > bare["topcon"]).all()
    assert (bare["topcon"] > bare["mono_perc"]).all()
    gain = bare["hjt"] / bare["mono_perc"]
    assert gain[0] > gain[1]  # more where modules are hot


def test_equipping_keeps_the_rest_of_the_plant_and_checks_the_result() -> None:
    plant = equipped(PvSystem(mounting="single_axis", gcr=0.33), modules()["topcon"], inverters()["central"])
    assert plant.mounting == "single_axis"
    assert plant.gcr == 0.33
    assert plant.bifaciality == 0.8
    assert plant.inverter_curve == inverters()["central"].curve


def test_an_inverter_of_the_cec_library_is_sandias_model_at_rated_voltage() -> None:
    ours = read_cec_inverters(CEC_INVERTERS)
    theirs = pvlib.pvsystem.retrieve_sam(path=str(CEC_INVERTERS))
    assert len(ours) > 3000
    for name, column in list(zip(ours, theirs.columns, strict=True))[::200]:
        row = theirs[column]
        c0, c1, c2 = ours[name].curve
        dc_w = np.linspace(0.05, 1.0, 12) * row.Pdco
        p = dc_w / row.Paco
        wanted = pvlib.inverter.sandia(row.Vdco, dc_w, row)
        np.testing.assert_allclose((c0 + c1 * p + c2 * p * p) * row.Paco, wanted, rtol=1e-9, err_msg=name)


def test_modules_of_the_cec_library_are_read_as_pvlib_reads_them() -> None:
    ours = read_cec_modules(CEC_MODULES)
    theirs = pvlib.pvsystem.retrieve_sam(path=str(CEC_MODULES))
    assert len(ours) == theirs.shape[1]
    first = next(iter(ours.values()))
    row = theirs.iloc[:, 0]
    assert first.gamma_pdc_per_k == pytest.approx(row.gamma_r / 100)
    assert first.efficiency == pytest.approx(row.STC / 1000 / row.A_c)
    assert first.yearly_loss_share is None  # the library does not say; nothing is invented


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "Name,Technology,STC,A_c,gamma_r\nu\nc\n"])
def test_a_file_that_is_no_library_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=r"x\.csv"):
        read_cec_modules(path)
    with pytest.raises(InputError):
        read_cec_inverters(tmp_path / "none.csv")


def test_all_modules_that_cannot_be_are_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "library.csv"
    path.write_text(
        "Name,Technology,STC,A_c,gamma_r\n,,W,m2,%/C\n,,,,\n"
        "good,Mono,400,2,-0.35\nhot,Mono,400,2,0.35\nhuge,Mono,4000,2,-0.35\ntorn,Mono,400,2,n/a\n"
    )
    with pytest.raises(InputError) as caught:
        read_cec_modules(path)
    assert [p.where.split()[-1] for p in caught.value.problems] == ["hot", "huge", "torn"]
