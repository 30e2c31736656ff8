"""Light on the rear of PV modules by the infinite-shed model: view factors as tables, hours as sums and products.

Mikofski et al. (2019, doi:10.1109/PVSC40753.2019.8980572) as in pvlib.bifacial.infinite_sheds with the
Hay-Davies sky: rows without end on level ground, seen far from the edges. View factors depend on the tilt
alone and are tabulated once by pvlib. Two of its hourly geometry terms are quotients of what is known anyway:
with i the cosine of incidence on the front and z that of the zenith, a row's shadow covers GCR |i| / z of the
pitch, and the rear's beam is DNI min(-i, z / GCR).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Hourly = NDArray[np.float32]

_STEPS: Final = 1024
"""Of the tangent of half the tilt, which resolves 0 to 90 degrees evenly (0.06 to 0.11 degrees)."""


@dataclass(frozen=True, slots=True)
class RearTable:
    """What the rear of a row sees, by tilt."""

    sky: Hourly
    """(step,) view factor from the rear to the sky, mean over the row. [-]"""
    ground: Hourly
    """(step,) view factor from the rear to the ground between the rows. [-]"""
    ground_sky: Hourly
    """(step,) view factor from that ground to the sky. [-]"""
    gcr: float
    kept: float
    """Power from light on the rear over that from light on the front, mounting's shade taken off. [-]"""

    def irradiance(
        self,
        *,
        incidence: Hourly,
        cos_zenith: Hourly,
        cos_tilt: Hourly,
        sin_tilt: Hourly,
        ghi: Hourly,
        isotropic: Hourly,
        beam_normal: Hourly,
        albedo: float,
    ) -> Hourly:
        """(place, hour) light on the rear. [W/m2]

        Parameters
        ----------
        incidence, cos_zenith : (place, hour)
            Cosine of incidence on the front and of the zenith angle, the latter above 0. [-]
        cos_tilt, sin_tilt : (place, hour) or (place, 1)
        ghi, isotropic, beam_normal : (place, hour)
            GHI, diffuse light without the circumsolar part, beam with it (normal). [W/m2]
        """
        half = sin_tilt / (1 + cos_tilt)
        step = (half * np.float32(_STEPS) + np.float32(0.5)).astype(np.intp)
        sky = self.sky.take(step, mode="clip")
        ground = self.ground.take(step, mode="clip")
        ground_sky = self.ground_sky.take(step, mode="clip")

        lit = np.abs(incidence)
        lit /= cos_zenith
        lit *= np.float32(-self.gcr)
        lit += 1
        np.maximum(lit, np.float32(0.0), out=lit)
        lit *= ghi - isotropic
        lit += ground_sky * isotropic
        lit *= ground * np.float32(albedo)
        lit += sky * isotropic
        beam = np.minimum(-incidence, cos_zenith * np.float32(1 / self.gcr))
        np.maximum(beam, np.float32(0.0), out=beam)
        beam *= beam_normal
        lit += beam
        return np.asarray(lit)


@functools.lru_cache(maxsize=16)
def rear_table(gcr: float, height_over_pitch: float, kept: float) -> RearTable:
    """View factors of rows of ground coverage `gcr` whose centres are `height_over_pitch` pitches up."""
    tilt = np.degrees(2 * np.arctan(np.arange(_STEPS + 1) / _STEPS))
    rear = 180.0 - tilt
    # Rows to look past, so that the sky is followed down to 5 degrees, as pvlib's own chain does.
    rows = int(np.ceil(height_over_pitch / np.tan(np.radians(5.0))))
    import pvlib

    utils = pvlib.bifacial.utils
    table = RearTable(
        sky=np.asarray(utils.vf_row_sky_2d_integ(rear, gcr, x0=0.0, x1=1.0), dtype=np.float32),
        ground=np.asarray(
            utils.vf_row_ground_2d_integ(rear, gcr, x0=0.0, x1=1.0, g0=0.0, g1=1.0), dtype=np.float32
        ),
        ground_sky=np.asarray(
            utils.vf_ground_sky_2d_integ(rear, gcr, height_over_pitch, 1.0, max_rows=rows), dtype=np.float32
        ),
        gcr=gcr,
        kept=kept,
    )
    for array in (table.sky, table.ground, table.ground_sky):
        array.setflags(write=False)
    return table
