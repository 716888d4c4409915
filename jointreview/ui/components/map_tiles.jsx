// Background tiles on their own datum: on GCJ-02 tiles the map itself is in GCJ-02, so that everything is drawn converted.
import L from "leaflet";
import { fromGcj, toGcj } from "./map_datum.jsx";

const web = L.Projection.SphericalMercator;
const GCJ = L.extend({}, L.CRS.EPSG3857, {
  code: "GCJ-02",
  projection: L.extend({}, web, {
    project: (at) => { const [lng, lat] = toGcj(at.lng, at.lat); return web.project(L.latLng(lat, lng)); },
    unproject: (point) => { const at = web.unproject(point), [lng, lat] = fromGcj(at.lng, at.lat); return L.latLng(lat, lng); },
  }),
});

/** The system a map with these tiles is drawn in: with it the place of every point, pointer included, is converted. */
export const crsOf = (tiles) => (tiles?.datum === "gcj02" ? GCJ : L.CRS.EPSG3857);

/** Lays the tiles under a map made with `crsOf`; answers the layers. */
export const addTiles = (map, tiles) =>
  (tiles?.urls || []).map((url) => L.tileLayer(url, { subdomains: tiles.subdomains || "abc", minNativeZoom: 1, maxNativeZoom: 18, maxZoom: 20 }).addTo(map));
