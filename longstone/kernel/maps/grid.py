"""Where on the British National Grid is a latitude and longitude?

Formulae and constants: Ordnance Survey, *A guide to coordinate systems in Great Britain*, annexes A to C. On the Airy ellipsoid the
projection is exact to a millimetre; from WGS84 a shift of seven parameters is made first, which is right to about five metres: enough for
the borders of areas, and for nothing that is measured.
"""

from __future__ import annotations

from math import atan2, cos, hypot, radians, sin, sqrt, tan

AIRY = (6377563.396, 6356256.909)  # half axes in metres
GRS80 = (6378137.000, 6356752.3141)
SCALE, LAT0, LON0, EAST0, NORTH0 = 0.9996012717, radians(49), radians(-2), 400_000.0, -100_000.0
SHIFT = (-446.448, 125.157, -542.060)  # metres
TURN = tuple(radians(seconds / 3600) for seconds in (-0.1502, -0.2470, -0.8421))
STRETCH = 20.4894e-6
ROUNDS = 12

Point = tuple[float, float]


def from_wgs84(latitude: float, longitude: float) -> Point:
    """Give easting and northing, in metres, of degrees as satellites give them; right to about five metres."""
    return _project(*_shifted(radians(latitude), radians(longitude)))


def from_airy(latitude: float, longitude: float) -> Point:
    """Give easting and northing, in metres, of degrees on the grid's own ellipsoid; right to a millimetre."""
    return _project(radians(latitude), radians(longitude))


def _shifted(lat: float, lon: float) -> Point:
    """Carry a latitude and longitude from the satellites' ellipsoid to the grid's."""
    a, b = GRS80
    e2 = 1 - b * b / (a * a)
    nu = a / sqrt(1 - e2 * sin(lat) ** 2)
    x, y, z = nu * cos(lat) * cos(lon), nu * cos(lat) * sin(lon), nu * (1 - e2) * sin(lat)
    (tx, ty, tz), (rx, ry, rz), s = SHIFT, TURN, 1 + STRETCH
    return _geographic(tx + s * x - rz * y + ry * z, ty + rz * x + s * y - rx * z, tz - ry * x + rx * y + s * z)


def _geographic(x: float, y: float, z: float) -> Point:
    a, b = AIRY
    e2 = 1 - b * b / (a * a)
    p = hypot(x, y)
    lat = atan2(z, p * (1 - e2))
    for _ in range(ROUNDS):  # each round is a hundred times nearer
        nu = a / sqrt(1 - e2 * sin(lat) ** 2)
        lat = atan2(z + e2 * nu * sin(lat), p)
    return lat, atan2(y, x)


def _project(lat: float, lon: float) -> Point:
    """Project by transverse Mercator, in the letters of the guide."""
    a, b = AIRY
    e2, s, c, t2 = 1 - b * b / (a * a), sin(lat), cos(lat), tan(lat) ** 2
    nu = a * SCALE / sqrt(1 - e2 * s * s)
    rho = a * SCALE * (1 - e2) / (1 - e2 * s * s) ** 1.5
    eta2, d = nu / rho - 1, lon - LON0
    i, ii, iii = _arc(lat) + NORTH0, nu / 2 * s * c, nu / 24 * s * c**3 * (5 - t2 + 9 * eta2)
    iiia = nu / 720 * s * c**5 * (61 - 58 * t2 + t2 * t2)
    iv, v = nu * c, nu / 6 * c**3 * (nu / rho - t2)
    vi = nu / 120 * c**5 * (5 - 18 * t2 + t2 * t2 + 14 * eta2 - 58 * t2 * eta2)
    return EAST0 + iv * d + v * d**3 + vi * d**5, i + ii * d**2 + iii * d**4 + iiia * d**6


def _arc(lat: float) -> float:
    """Give the length of the meridian from the grid's true origin."""
    a, b = AIRY
    n, less, more = (a - b) / (a + b), lat - LAT0, lat + LAT0
    return b * SCALE * (
        (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * less
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * sin(less) * cos(more)
        + (15 / 8 * n**2 + 15 / 8 * n**3) * sin(2 * less) * cos(2 * more)
        - 35 / 24 * n**3 * sin(3 * less) * cos(3 * more)
    )  # fmt: skip
