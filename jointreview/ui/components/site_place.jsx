// Where the officer stands and where the site lies: positions, the distance between, and a small map that needs no tiles.
const POSITION_MS = 12000;
const METRES_A_DEGREE = 111320;
const COARSEST_M = 500;

/** The position at this instant, or null: refused, switched off, or too slow. */
export function whereIAm(patience = POSITION_MS) {
  return new Promise((resolve) => {
    if (!navigator.geolocation) {
      resolve(null);
      return;
    }
    const late = setTimeout(() => resolve(null), patience + 1000);
    const done = (value) => {
      clearTimeout(late);
      resolve(value);
    };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ lon: coords.longitude, lat: coords.latitude, accuracy_m: Math.round(coords.accuracy) }),
      () => done(null),
      { enableHighAccuracy: true, timeout: patience, maximumAge: 30000 },
    );
  });
}

/** The position for a photograph, only where the officer has allowed it before: taking a picture asks for nothing. */
export async function placeOfPhoto() {
  const allowed = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
  return allowed?.state === "granted" ? whereIAm(4000) : null;
}

/** How far beyond the radius a position lies, in metres; 0 where it counts or says nothing. The server decides again. */
export function tooFar(page, position) {
  if (!position || !page.site || position.accuracy_m > COARSEST_M) return 0;
  const distance = distanceTo(page.site, position);
  return distance - position.accuracy_m <= page.radius_m ? 0 : Math.round(distance);
}

function distanceTo(site, { lon, lat }) {
  const flat = plane(lon, lat);
  const rings = polygons(site.geometry).map((rings) => rings[0].map(flat));
  if (rings.some(around)) return 0;
  return Math.min(...rings.flatMap((ring) => ring.slice(1).map((end, n) => toSegment(ring[n], end))));
}

function polygons(geometry) {
  return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
}

/** Degrees to metres east and north of a place; good enough for some kilometres. */
function plane(lon, lat) {
  const narrow = Math.cos((lat * Math.PI) / 180);
  return ([x, y]) => [(x - lon) * METRES_A_DEGREE * narrow, (y - lat) * METRES_A_DEGREE];
}

function around(ring) {
  let inside = false;
  for (let n = 0, before = ring.length - 1; n < ring.length; before = n++) {
    const [[x, y], [u, v]] = [ring[n], ring[before]];
    if (y > 0 !== v > 0 && ((u - x) * -y) / (v - y) + x > 0) inside = !inside;
  }
  return inside;
}

function toSegment([x, y], [u, v]) {
  const [dx, dy] = [u - x, v - y];
  const part = Math.max(0, Math.min(1, -(x * dx + y * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x + part * dx, y + part * dy);
}

/** The parcel to scale, north up, with a bar of metres. */
export function SiteMap({ site, label }) {
  const [west, south, east, north] = site.box;
  const flat = plane(west, (south + north) / 2);
  const [width, up] = flat([east, north]);
  const low = flat([west, south])[1];
  const height = up - low;
  const size = Math.max(width, height, 20) * 1.3;
  const bar = [500, 200, 100, 50, 20, 10, 5].find((m) => m < size / 2.5) || 5;
  const path = polygons(site.geometry)
    .flatMap((rings) => rings)
    .map((ring) => `M${ring.map(flat).map(([x, y]) => `${(x - width / 2).toFixed(1)},${(-(y - low - height / 2)).toFixed(1)}`).join("L")}Z`)
    .join("");
  const half = size / 2;
  return (
    <svg className="jr-pocket-map" viewBox={`${-half} ${-half} ${size} ${size}`} role="img" aria-label={label}>
      <path d={path} fillRule="evenodd" fill="var(--jr-accent-soft, #dbe4ff)" stroke="var(--jr-accent)" strokeWidth={size / 160} />
      <g transform={`translate(${half * 0.82} ${-half * 0.78})`} fill="var(--jr-ink)">
        <path d={`M0,${-size / 22} L${size / 50},${size / 40} L0,${size / 70} L${-size / 50},${size / 40} Z`} />
        <text y={size / 14} textAnchor="middle" fontSize={size / 22}>N</text>
      </g>
      <g stroke="var(--jr-ink)" strokeWidth={size / 220} fill="none">
        <path d={`M${-half * 0.92},${half * 0.84} v${size / 40} h${bar} v${-size / 40}`} />
      </g>
      <text x={-half * 0.92} y={half * 0.8} fontSize={size / 22} fill="var(--jr-ink)">{bar} m</text>
    </svg>
  );
}
