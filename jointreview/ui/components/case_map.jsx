// The map of parcels: plain Leaflet on canvas, its own quiet grid, no request to anybody but our server.
import { useEffect, useRef, useState } from "react";
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { addTiles, crsOf } from "./map_tiles.jsx";

export const LAMPS = { green: "--lamp-green", notice: "--lamp-blue", yellow: "--lamp-yellow", red: "--lamp-red", paused: "--lamp-grey" };
const STEPS = [30, 10, 5, 2, 1, 0.5, 1 / 3, 1 / 6, 1 / 12, 1 / 30, 1 / 60, 1 / 120, 1 / 180, 1 / 360, 1 / 720, 1 / 1800, 1 / 3600, 1 / 7200, 1 / 18000, 1 / 36000];
const MAX_LABELS = 200;
export const HOME = [[31.6, 121.35], [32.05, 121.95]];

export const colours = (el) => {
  const css = getComputedStyle(el);
  const read = (name) => css.getPropertyValue(name).trim();
  return {
    ink: read("--jr-ink"), accent: read("--jr-accent"), soft: read("--jr-soft"), permitted: read("--jr-permitted"), as_built: read("--jr-built"), line: read("--jr-line"), card: read("--jr-card"),
    lamp: Object.fromEntries(Object.entries(LAMPS).map(([name, variable]) => [name, read(variable)])),
  };
};

// The same shapes as the lamps of the pages: circle with tick, clock, triangle, octagon, square with bars.
const outline = (shape, x, y, r) => {
  const corners = shape === "yellow" ? 3 : shape === "red" ? 8 : shape === "paused" ? 4 : 0;
  const turn = shape === "yellow" ? -Math.PI / 2 : Math.PI / (corners || 1);
  const size = shape === "yellow" ? r * 1.3 : shape === "paused" ? r * 1.25 : r;
  return Array.from({ length: corners }, (_, i) => [x + size * Math.cos(turn + (2 * Math.PI * i) / corners), y + size * Math.sin(turn + (2 * Math.PI * i) / corners)]);
};
const SIGN = {
  green: (c, x, y) => { c.moveTo(x - 4, y); c.lineTo(x - 1, y + 3); c.lineTo(x + 4, y - 3); },
  notice: (c, x, y) => { c.moveTo(x, y - 4); c.lineTo(x, y); c.lineTo(x + 3, y + 2); },
  yellow: (c, x, y) => { c.moveTo(x, y - 4); c.lineTo(x, y + 1); c.moveTo(x, y + 4); c.lineTo(x, y + 4.2); },
  red: (c, x, y) => { c.moveTo(x, y - 4); c.lineTo(x, y + 1); c.moveTo(x, y + 4); c.lineTo(x, y + 4.2); },
  paused: (c, x, y) => { c.moveTo(x - 2, y - 3); c.lineTo(x - 2, y + 3); c.moveTo(x + 2, y - 3); c.lineTo(x + 2, y + 3); },
};
L.Canvas.include({
  _updateLampMark(mark) {
    if (!this._drawing || mark._empty()) return;
    const c = this._ctx, { x, y } = mark._point, { shape, radius, fillColor, color, weight } = mark.options;
    const corners = outline(shape, x, y, radius);
    c.beginPath();
    if (corners.length) { corners.forEach((p, i) => c[i ? "lineTo" : "moveTo"](...p)); c.closePath(); } else c.arc(x, y, radius, 0, 2 * Math.PI);
    c.fillStyle = fillColor; c.fill(); c.strokeStyle = color; c.lineWidth = weight; c.stroke();
    c.beginPath(); SIGN[shape]?.(c, x, y); c.strokeStyle = mark.options.sign; c.lineWidth = 2; c.lineCap = "round"; c.stroke();
  },
});
export const LampMark = L.CircleMarker.extend({ _updatePath() { this._renderer._updateLampMark(this); } });

const degrees = (value, east) => {
  const total = Math.round(Math.abs(value) * 36000) / 10, d = Math.floor(total / 3600), m = Math.floor((total % 3600) / 60), s = Math.round((total % 60) * 10) / 10;
  const name = east ? (value < 0 ? "W" : "E") : value < 0 ? "S" : "N";
  return `${d}°${m || s ? String(m).padStart(2, "0") + "′" : ""}${s ? (Number.isInteger(s) ? String(s).padStart(2, "0") : s.toFixed(1)) + "″" : ""}${name}`;
};
const rings = (geometry) =>
  geometry?.type === "Polygon" ? geometry.coordinates : geometry?.type === "MultiPolygon" ? geometry.coordinates.flat() : [];
const label = (overlay, text, kind, left, top) => {
  const span = document.createElement("span");
  span.className = `jr-map-label jr-map-${kind}`; span.textContent = text; span.style.left = `${left}px`; span.style.top = `${top}px`;
  overlay.append(span);
};

export function drawGrid(map, grid, overlay, tone) {
  grid.clearLayers();
  const b = map.getBounds(), size = map.getSize(), span = b.getEast() - b.getWest();
  if (!size.x || !size.y) return;
  const step = STEPS.find((s) => span / s >= size.x / 190) || STEPS[STEPS.length - 1];
  const style = { color: tone.line, weight: 1, interactive: false, pane: "jr-grid" };
  const south = b.getSouth() - step, north = b.getNorth() + step, west = b.getWest() - step, east = b.getEast() + step;
  for (let i = Math.ceil(west / step); i <= east / step; i++) {
    L.polyline([[south, i * step], [north, i * step]], style).addTo(grid);
    const x = map.latLngToContainerPoint([b.getNorth(), i * step]).x;
    if (x > 90 && x < size.x - 70) label(overlay, degrees(i * step, true), "east", x, 0);
  }
  for (let i = Math.ceil(south / step); i <= north / step; i++) {
    L.polyline([[i * step, west], [i * step, east]], style).addTo(grid);
    const y = map.latLngToContainerPoint([i * step, b.getWest()]).y;
    if (y > 30 && y < size.y - 50) label(overlay, degrees(i * step, false), "north", size.x, y);
  }
}

function drawVertices(map, features, overlay) {
  const taken = [];
  let number = 0;
  for (const feature of features) {
    const names = feature.properties?.points;
    for (const ring of rings(feature.geometry)) {
      for (const [lon, lat] of ring.slice(0, -1)) {
        number += 1;
        const p = map.latLngToContainerPoint([lat, lon]);
        if (taken.some((q) => Math.abs(q.x - p.x) < 30 && Math.abs(q.y - p.y) < 18)) continue;
        taken.push(p);
        label(overlay, names?.[number - 1] || `J${number}`, "vertex", p.x, p.y);
      }
    }
  }
}

// Permitted against built: colours that are no lamp's, and a dash for who sees no colours.
const PLANS = { permitted: "6 5", as_built: null };
const planned = (kind, chosen, tone) => ({ color: tone[kind], fillColor: tone[kind], weight: chosen ? 4 : 2, dashArray: PLANS[kind], fillOpacity: kind === "as_built" ? 0.18 : 0.06 });
// Layers of constraints: a colour for each theme that reads on both grounds, dashed so that it is never a parcel.
const THEMES = {
  red_line: "#d0342c", yellow_line: "#b7860b", blue_line: "#2f6fde", green_line: "#2e8b57", purple_line: "#8b5cf6", ecological: "#0f8f7f", farmland: "#9a7b1c",
  civil_defence: "#c2337f", heritage: "#b4531f", pipeline: "#5b7083", flood: "#0a8fd0", airport: "#7a7f89", boundary: "#7a7f89", other: "#7a7f89",
};
const isConstraint = (feature) => feature.properties?.kind === "constraint";
const styleOf = (feature, chosen, tone) => {
  if (feature.properties?.kind in PLANS) return planned(feature.properties.kind, chosen, tone);
  const p = feature.properties || {}, theme = isConstraint(feature) && (THEMES[p.theme] || THEMES.other);
  if (theme) return { color: theme, fillColor: theme, weight: 2, dashArray: "6 4", fillOpacity: 0.12 };
  const parcel = !p.kind || p.kind === "parcel" || p.kind === "case", lamp = tone.lamp[p.lamp];
  const color = lamp || (parcel ? tone.accent : tone.soft);
  return { color, fillColor: color, weight: chosen ? 4 : parcel ? 2 : 1.2, fillOpacity: chosen ? 0.35 : parcel ? 0.15 : 0.25 };
};
export const markStyle = (lamp, chosen, tone) => ({ shape: lamp, radius: chosen ? 12 : 9, fillColor: tone.lamp[lamp], color: chosen ? tone.ink : tone.card, weight: chosen ? 3 : 1.5, sign: tone.card });
// Room for a mark at the edge, but no more than a narrow map can spare.
const margin = (side) => Math.max(24, Math.min(48, side * 0.08));
const nameOf = (feature) => String(feature.properties?.name || feature.properties?.number || feature.id || "");
const idOf = (feature) => String(feature.id ?? feature.properties?.id ?? "");

/** The map begins anew when its tiles stand on another datum, by which everything on it is drawn. */
export function CaseMap(props) {
  return <OneMap key={props.tiles?.datum || ""} {...props} />;
}

function OneMap({ url, data, selected = "", height = "480px", labels = false, tiles, texts = {}, empty = "", onSelect, onReady }) {
  const box = useRef(null), overlay = useRef(null), readout = useRef(null), live = useRef({});
  const [features, setFeatures] = useState(null), [fault, setFault] = useState(false), [again, setAgain] = useState(0);
  const words = texts;
  live.current = { ...live.current, onSelect, onReady, selected: String(selected ?? ""), features: features || [], labels, words };

  // everything that follows the map's movement
  const refresh = useRef(() => {
    const { map, grid, tone, features: shown, labels: lettered } = live.current;
    if (!map || !overlay.current) return;
    overlay.current.replaceChildren();
    if (live.current.tiled) grid.clearLayers(); else drawGrid(map, grid, overlay.current, tone);
    const points = shown.reduce((n, f) => n + rings(f.geometry).reduce((m, r) => m + r.length - 1, 0), 0);
    if (lettered && points <= MAX_LABELS) drawVertices(map, shown.filter((f) => !f.properties?.kind || f.properties.kind === "parcel"), overlay.current);
  });
  const restyle = useRef(() => {
    const { layers, tone, selected: chosen } = live.current;
    for (const [id, entry] of layers || []) {
      entry.shape?.setStyle(styleOf(entry.feature, id === chosen, tone));
      entry.mark?.setStyle(markStyle(entry.feature.properties.lamp, id === chosen, tone));
      entry.mark?.setRadius(id === chosen ? 12 : 9);
      if (id === chosen) { entry.shape?.bringToFront(); entry.mark?.bringToFront(); }
    }
  });
  const fit = useRef(() => {
    const { map, group } = live.current, bounds = live.current.ground?.isValid() ? live.current.ground : group?.getBounds();
    const size = map?.getSize();
    if (!size?.x || !size.y) return;
    if (bounds?.isValid()) map.fitBounds(bounds, { padding: [margin(size.x), margin(size.y)], maxZoom: 18, animate: false }); else map.fitBounds(HOME, { animate: false });
    live.current.fitted = true;
  });

  useEffect(() => {
    const map = L.map(box.current, { preferCanvas: true, attributionControl: false, zoomControl: false, minZoom: 3, maxZoom: 20, zoomSnap: 0.25, crs: crsOf(tiles) });
    Object.assign(live.current, { map, tone: colours(box.current), grid: L.layerGroup().addTo(map), fitted: false });
    map.createPane("jr-grid").style.zIndex = 210;
    map.setView([31.82, 121.65], 11);
    L.control.scale({ imperial: false, maxWidth: box.current.clientWidth < 480 ? 80 : 140 }).addTo(map);
    map.on("moveend zoomend resize", () => refresh.current());
    map.on("move", () => overlay.current && !map._animatingZoom && refresh.current());
    map.on("zoomstart", () => overlay.current?.replaceChildren());
    const say = (at, word) => { if (readout.current) readout.current.textContent = `${word} ${at.lng.toFixed(6)}, ${at.lat.toFixed(6)} · CGCS2000`; };
    map.on("mousemove", (e) => say(e.latlng.wrap(), live.current.words.pointer || ""));
    map.on("mouseout moveend", () => say(map.getCenter().wrap(), live.current.words.centre || ""));
    say(map.getCenter(), live.current.words.centre || "");
    const resized = new ResizeObserver(() => { if (!box.current?.clientWidth) return; map.invalidateSize({ animate: false, pan: false }); if (!live.current.fitted) fit.current(); refresh.current(); });
    resized.observe(box.current);
    const recoloured = new MutationObserver(() => { live.current.tone = colours(box.current); restyle.current(); refresh.current(); });
    recoloured.observe(document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme", "style"] });
    refresh.current();
    return () => { resized.disconnect(); recoloured.disconnect(); live.current.map = null; map.remove(); };
  }, []);

  useEffect(() => {
    const stop = new AbortController();
    setFault(false);
    if (data?.type) setFeatures(data.features || [data]);
    else if (url) {
      fetch(url, { credentials: "same-origin", signal: stop.signal })
        .then((answer) => { if (!answer.ok) throw new Error(answer.status); return answer.json(); })
        .then((found) => setFeatures(found.features || []))
        .catch((error) => { if (error.name !== "AbortError") setFault(true); });
    } else setFeatures([]);
    return () => stop.abort();
  }, [url, data, again]);

  useEffect(() => {
    const { map, tone } = live.current;
    if (!map || !features) return undefined;
    const group = L.featureGroup(), layers = new Map(), ground = L.latLngBounds([]);
    for (const feature of features) {
      if (!feature.geometry) continue;
      const id = idOf(feature), lamp = feature.properties?.lamp, chosen = id === live.current.selected;
      const entry = { feature };
      const bind = (layer) => {
        layer.on("click", () => live.current.onSelect?.(id));
        const tip = document.createElement("span");
        tip.textContent = nameOf(feature);
        if (tip.textContent) layer.bindTooltip(tip, { sticky: true, className: "jr-map-tip" });
        group.addLayer(layer);
      };
      if (feature.geometry.type !== "Point") { entry.shape = L.geoJSON(feature, { style: styleOf(feature, chosen, tone) }); bind(entry.shape); }
      const at = feature.geometry.type === "Point" ? L.latLng(feature.geometry.coordinates[1], feature.geometry.coordinates[0]) : entry.shape.getBounds().getCenter();
      if (LAMPS[lamp]) { entry.mark = new LampMark(at, markStyle(lamp, chosen, tone)); bind(entry.mark); }
      else if (feature.geometry.type === "Point") { entry.shape = L.circleMarker(at, { ...styleOf(feature, chosen, tone), radius: 6 }); bind(entry.shape); }
      layers.set(id || `#${layers.size}`, entry);
      if (!isConstraint(feature)) ground.extend(entry.shape?.getBounds?.() || L.latLngBounds([at]));
    }
    group.addTo(map);
    Object.assign(live.current, { group, layers, ground });
    fit.current(); refresh.current(); live.current.onReady?.(features.length);
    return () => { group.remove(); live.current.layers = null; };
  }, [features]);

  useEffect(() => {
    restyle.current();
    const { map, layers } = live.current, entry = layers?.get(String(selected ?? ""));
    const bounds = entry && (entry.shape?.getBounds?.() || L.latLngBounds([entry.mark.getLatLng()]));
    if (map && bounds?.isValid() && !map.getBounds().intersects(bounds)) map.panTo(bounds.getCenter());
  }, [selected]);
  useEffect(() => { refresh.current(); }, [labels, words.centre]);

  const tilesUrl = (tiles?.urls || []).join(" "), credit = tiles?.attribution || "";
  useEffect(() => {
    const { map } = live.current;
    if (!map) return undefined;
    live.current.tiled = Boolean(tilesUrl);
    const layers = addTiles(map, tiles);
    refresh.current();
    return () => layers.forEach((layer) => layer.remove());
  }, [tilesUrl]);

  const choices = (features || []).filter((f) => idOf(f) && nameOf(f) && !isConstraint(f));
  const zoom = (by) => live.current.map?.zoomIn(by);
  return (
    <div className="jr-map" style={{ height }} data-testid="case-map" data-features={features ? features.length : ""} data-state={fault ? "fault" : features ? "ready" : "loading"}>
      <div ref={box} className="jr-map-canvas" tabIndex={0} role="application" aria-label={words.label} />
      <div ref={overlay} className="jr-map-labels" aria-hidden="true" />
      <div className="jr-map-controls jr-no-print">
        <button type="button" onClick={() => zoom(1)} aria-label={words.zoom_in} title={words.zoom_in} data-testid="map-zoom-in">+</button>
        <button type="button" onClick={() => zoom(-1)} aria-label={words.zoom_out} title={words.zoom_out} data-testid="map-zoom-out">−</button>
        <button type="button" onClick={() => fit.current()} aria-label={words.fit} title={words.fit} data-testid="map-fit">⤢</button>
      </div>
      {onSelect && choices.length > 1 && choices.length <= 500 && (
        <select className="jr-map-pick" aria-label={words.choose} value={live.current.selected} onChange={(e) => onSelect(e.target.value)}>
          <option value="">{words.choose}</option>
          {choices.map((f) => <option key={idOf(f)} value={idOf(f)}>{nameOf(f)}</option>)}
        </select>
      )}
      {!features && !fault && (url || data) && <div className="jr-map-note" role="status">{words.loading}</div>}
      {features?.length === 0 && !fault && <div className="jr-map-note" role="status">{empty || words.empty}</div>}
      {fault && (
        <div className="jr-map-note" role="alert">{words.fault} <button type="button" className="jr-button" onClick={() => setAgain(again + 1)}>{words.retry}</button></div>
      )}
      {(features || []).some((f) => f.properties?.kind in PLANS) && (
        <ul className="jr-map-legend" data-testid="map-legend">
          {["parcel", ...Object.keys(PLANS)].filter((kind) => features.some((f) => (f.properties?.kind || "parcel") === kind && !LAMPS[f.properties?.lamp])).map((kind) => <li key={kind} data-kind={kind}><i aria-hidden="true" />{words[`legend_${kind}`]}</li>)}
        </ul>
      )}
      {credit && <div className="jr-map-credit">{credit}</div>}
      <div ref={readout} className="jr-map-readout" aria-hidden="true" />
    </div>
  );
}
