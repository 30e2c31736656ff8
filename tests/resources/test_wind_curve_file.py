"""A power curve typed by a maker or a planner: what is read, what is moved, what is refused and where."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources.wind_curve_file import read_curve_file

GOOD = "wind_speed_ms,power_kw\n0,0\n3,20\n6,600\n9,2000\n11,3000\n20,3000\n25,3000\n26,0\n"


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "mill.csv"
    path.write_text(text, encoding=encoding)
    return path


def problems(folder: Path, text: str, **more: object) -> list[str]:
    with pytest.raises(InputError) as error:
        read_curve_file(write(folder, text), **more)  # type: ignore[arg-type]
    return [str(p) for p in error.value.problems]


def test_a_curve_in_kilowatts_is_read_per_unit_of_rated_power(tmp_path: Path) -> None:
    read = read_curve_file(write(tmp_path, GOOD), rotor_m=120)
    assert read.rated_mw == 3.0
    assert (read.cut_in_ms, read.rated_ms, read.cut_out_ms) == (3.0, 11.0, 25.0)
    assert np.interp(7.5, *read.curve.arrays) == pytest.approx(1300 / 3000)
    # 600 kW at 6 m/s: 0.5 x 1.225 x pi/4 x 120^2 x 216 W = 1,496 kW in the wind.
    assert read.best_power_coefficient == pytest.approx(2000 / (1496.3 * 1.5**3), abs=0.01)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GOOD.replace("wind_speed_ms,power_kw", "风速(m/s),功率(kW)"), "gb18030"),
        (GOOD.replace("wind_speed_ms,power_kw", "风速（m/s）,功率（kW）"), "utf-8-sig"),
        (GOOD.replace(",", ";"), "utf-8"),
        ("maker: Mill Works\nmodel,3.0-120\n" + GOOD, "utf-8"),
        (GOOD.replace("power_kw", "Power [kW]").replace("wind_speed_ms", "Wind speed"), "utf-8"),
    ],
    ids=["GB 18030", "full-width brackets", "semicolons", "lines above", "brackets"],
)
def test_headers_and_encodings_of_makers_are_understood(tmp_path: Path, text: str, encoding: str) -> None:
    assert read_curve_file(write(tmp_path, text, encoding)).rated_mw == pytest.approx(3.0)


def test_megawatts_and_shares_give_the_same_curve(tmp_path: Path) -> None:
    rows = [line.split(",") for line in GOOD.splitlines()[1:]]
    wanted = read_curve_file(write(tmp_path, GOOD)).curve
    for header, scale in (("v (m/s),power_MW", 1e-3), ("v (m/s),power_share", 1 / 3000)):
        text = header + "\n" + "\n".join(f"{v},{float(p) * scale}" for v, p in rows)
        got = read_curve_file(write(tmp_path, text), rated_mw=3.0).curve
        assert got.power_share == pytest.approx(wanted.power_share)


def test_columns_may_stand_in_any_order_and_among_others(tmp_path: Path) -> None:
    rows = [line.split(",") for line in GOOD.splitlines()[1:]]
    text = "ct,power_kw,noise,speed\n" + "\n".join(f"0.8,{p},100,{v}" for v, p in rows)
    assert read_curve_file(write(tmp_path, text)).cut_out_ms == 25.0


def test_a_curve_for_thin_air_is_moved_to_standard_density(tmp_path: Path) -> None:
    read = read_curve_file(write(tmp_path, GOOD), density_kg_per_m3=1.0)
    assert read.rated_ms == pytest.approx(11 * (1 / 1.225) ** (1 / 3))


def test_all_wrong_rows_are_named_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD.replace("6,600", "6,six").replace("9,2000", ",2000"))
    assert ["row 4" in found[0], "row 5" in found[1], len(found)] == [True, True, 2]


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        (GOOD.replace("9,2000", "5,2000"), {}, "row 5: speed: found 5, expected more than 6"),
        (GOOD.replace("9,2000", "9,200"), {}, "row 5: power: found 6.7% of rated, expected not below 20.0%"),
        (GOOD.replace("3,20\n", "3,-200\n"), {}, "row 3: power: found -6.7% of rated"),
        (GOOD, {"rated_mw": 2.0}, "row 6: power: found 150.0% of rated"),
        (GOOD, {"rated_mw": 3000.0}, "highest power is 0.10% of rated"),
        (GOOD.replace("power_kw", "power"), {}, "expected a unit"),
        (GOOD.replace("wind_speed_ms", "speed km/h"), {}, "expected speed in m/s"),
        (GOOD, {"rotor_m": 50}, "Betz"),
        ("a,b\n1,2\n", {}, "names speed and power"),
        ("speed_ms,power_kw\n3,0\n12,3000\n", {}, "at least 5 points"),
        (GOOD.replace("power_kw", "power_share"), {}, "shares of it"),
    ],
)
def test_what_cannot_be_a_power_curve_is_refused_with_its_row(
    tmp_path: Path, text: str, more: dict[str, float], says: str
) -> None:
    assert any(says in one for one in problems(tmp_path, text, **more))


def test_a_picture_is_not_a_curve(tmp_path: Path) -> None:
    path = tmp_path / "mill.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 30)
    with pytest.raises(InputError):
        read_curve_file(path)


def test_standby_power_and_small_dips_are_tolerated(tmp_path: Path) -> None:
    text = GOOD.replace("0,0\n3,20", "0,-10\n3,20").replace("20,3000", "20,2980")
    assert min(read_curve_file(write(tmp_path, text)).curve.power_share) == 0.0


def test_a_file_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a readable CSV"):
        read_curve_file(tmp_path / "none.csv")
