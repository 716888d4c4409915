// Coordinates of maps in China: the shifted GCJ-02 of commercial tiles, and the local grid of surveyors. Degrees in, plain numbers.
const A = 6378137.0, F = 1 / 298.257222101;

// GCJ-02 as published: a shift of some hundred metres computed on the Krasovsky ellipsoid, inside a box around China.
const GA = 6378245.0, GE = 0.00669342162296594323, PI = Math.PI;
const wave = (v) => ((20 * Math.sin(6 * v * PI) + 20 * Math.sin(2 * v * PI)) * 2) / 3;
function shift(lon, lat) {
  const x = lon - 105, y = lat - 35, root = Math.sqrt(Math.abs(x));
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave(x) + ((20 * Math.sin(y * PI) + 40 * Math.sin((y / 3) * PI)) * 2) / 3 + ((160 * Math.sin((y / 12) * PI) + 320 * Math.sin((y * PI) / 30)) * 2) / 3;
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave(x) + ((20 * Math.sin(x * PI) + 40 * Math.sin((x / 3) * PI)) * 2) / 3 + ((150 * Math.sin((x / 12) * PI) + 300 * Math.sin((x / 30) * PI)) * 2) / 3;
  const sin = Math.sin((lat * PI) / 180), magic = 1 - GE * sin * sin, rootMagic = Math.sqrt(magic);
  return [(east * 180) / ((GA / rootMagic) * Math.cos((lat * PI) / 180) * PI), (north * 180) / (((GA * (1 - GE)) / (magic * rootMagic)) * PI)];
}
const shifted = (lon, lat) => lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;

/** WGS 84 (or CGCS2000) to GCJ-02; outside the box nothing is shifted. */
export function toGcj(lon, lat) {
  if (!shifted(lon, lat)) return [lon, lat];
  const [east, north] = shift(lon, lat);
  return [lon + east, lat + north];
}

/** GCJ-02 back to WGS 84, by going there again until nothing moves: exact within a millimetre. */
export function fromGcj(lon, lat) {
  let x = lon, y = lat;
  for (let i = 0; i < 12; i++) {
    const [east, north] = toGcj(x, y), dx = east - lon, dy = north - lat;
    x -= dx; y -= dy;
    if (Math.abs(dx) < 1e-11 && Math.abs(dy) < 1e-11) break;
  }
  return [x, y];
}

/** The local grid: CGCS2000 Gauss-Krueger, 3-degree zone with its number before the easting; metres (Krueger's series to n^4). */
export function localGrid(lon, lat) {
  const zone = Math.floor((lon + 1.5) / 3), meridian = zone * 3;
  const n = F / (2 - F), n2 = n * n, n3 = n2 * n, n4 = n3 * n, radius = (A / (1 + n)) * (1 + n2 / 4 + n4 / 64);
  const alpha = [n / 2 - (2 * n2) / 3 + (5 * n3) / 16 + (41 * n4) / 180, (13 * n2) / 48 - (3 * n3) / 5 + (557 * n4) / 1440, (61 * n3) / 240 - (103 * n4) / 140, (49561 * n4) / 161280];
  const sin = Math.sin((lat * PI) / 180), e = (2 * Math.sqrt(n)) / (1 + n), l = ((lon - meridian) * PI) / 180;
  const t = Math.sinh(Math.atanh(sin) - e * Math.atanh(e * sin));
  const xi = Math.atan2(t, Math.cos(l)), eta = Math.atanh(Math.sin(l) / Math.sqrt(1 + t * t));
  let north = xi, east = eta;
  alpha.forEach((a, i) => { const k = 2 * (i + 1); north += a * Math.sin(k * xi) * Math.cosh(k * eta); east += a * Math.cos(k * xi) * Math.sinh(k * eta); });
  return { zone, meridian, north: radius * north, east: zone * 1e6 + 500000 + radius * east };
}
