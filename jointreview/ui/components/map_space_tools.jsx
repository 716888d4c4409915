// Tools over the map: drawing around cases, and measuring lines and areas on the ellipsoid.
import { useEffect, useRef, useState } from "react";
import L from "leaflet";

const MOST_CORNERS = 400, STEP = 4;
const number = (value, digits) => value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
export const metres = (value) => (value >= 10000 ? `${number(value / 1000, 3)} km` : `${number(value, 2)} m`);
export const area = (value) => (value >= 100000 ? `${number(value / 10000, 4)} ha` : `${number(value, 2)} m²`);

/** Pointer, finger or pen draws a ring; `onRing` gets its corners as [lon, lat], `onLeave` hears of Escape. */
export function Lasso({ map, tone, onRing, onLeave }) {
  const hooks = useRef({});
  hooks.current = { onRing, onLeave };
  useEffect(() => {
    const box = map.getContainer();
    let line = null, corners = null, last = null;
    const at = (event) => map.mouseEventToContainerPoint(event);
    const begin = (event) => {
      if (event.button > 0 || !event.isPrimary) return;
      event.preventDefault(); event.stopPropagation();
      box.setPointerCapture(event.pointerId);
      last = at(event); corners = [map.containerPointToLatLng(last)];
      line = L.polygon(corners, { color: tone.accent, weight: 2, dashArray: "6 4", fillOpacity: 0.1, interactive: false }).addTo(map);
    };
    const draw = (event) => {
      if (!corners) return;
      const here = at(event);
      if (last.distanceTo(here) < STEP || corners.length >= MOST_CORNERS) return;
      last = here; corners.push(map.containerPointToLatLng(here)); line.setLatLngs(corners);
    };
    const end = () => {
      if (!corners) return;
      const ring = corners.map((p) => [Number(p.lng.toFixed(6)), Number(p.lat.toFixed(6))]);
      line.remove(); corners = null; line = null;
      if (ring.length >= 3) hooks.current.onRing(ring);
    };
    const give = (event) => { if (event.key === "Escape") { line?.remove(); corners = null; hooks.current.onLeave(); } };
    map.dragging.disable(); map.touchZoom.disable(); map.boxZoom.disable();
    box.classList.add("jr-crosshair");
    const on = [["pointerdown", begin], ["pointermove", draw], ["pointerup", end], ["pointercancel", end]];
    for (const [name, hear] of on) box.addEventListener(name, hear, { capture: true });
    window.addEventListener("keydown", give);
    return () => {
      for (const [name, hear] of on) box.removeEventListener(name, hear, { capture: true });
      window.removeEventListener("keydown", give);
      line?.remove(); box.classList.remove("jr-crosshair");
      if (map._loaded) { map.dragging.enable(); map.touchZoom.enable(); map.boxZoom.enable(); }
    };
  }, [map, tone]);
  return null;
}

/** Click or Enter adds points; the server tells length and area on the ellipsoid of CGCS2000. */
export function Measure({ map, tone, say, onLeave }) {
  const [points, setPoints] = useState([]), [found, setFound] = useState(null);
  const leave = useRef(onLeave);
  leave.current = onLeave;
  useEffect(() => {
    const box = map.getContainer();
    const add = (latlng) => { const at = latlng.wrap(); setPoints((old) => [...old, [Number(at.lng.toFixed(7)), Number(at.lat.toFixed(7))]]); };
    const clicked = (event) => add(event.latlng);
    const pressed = (event) => {
      if (event.key === "Escape") leave.current();
      if (document.activeElement !== box) return;
      if (event.key === "Enter") { event.preventDefault(); add(map.getCenter()); }
      if (event.key === "Backspace") { event.preventDefault(); setPoints((old) => old.slice(0, -1)); }
    };
    box.classList.add("jr-crosshair");
    map.doubleClickZoom.disable();
    map.on("click", clicked);
    window.addEventListener("keydown", pressed);
    box.focus({ preventScroll: true });
    return () => { map.off("click", clicked); window.removeEventListener("keydown", pressed); box.classList.remove("jr-crosshair"); if (map._loaded) map.doubleClickZoom.enable(); };
  }, [map]);
  useEffect(() => {
    const drawn = L.layerGroup().addTo(map), places = points.map(([lon, lat]) => [lat, lon]);
    const style = { color: tone.accent, weight: 2, interactive: false };
    if (points.length > 2) L.polygon(places, { ...style, dashArray: "4 4", fillOpacity: 0.08 }).addTo(drawn);
    if (points.length > 1) L.polyline(places, style).addTo(drawn);
    for (const place of places) L.circleMarker(place, { ...style, radius: 4, fillColor: tone.card, fillOpacity: 1 }).addTo(drawn);
    return () => { drawn.remove(); };
  }, [map, tone, points]);
  useEffect(() => {
    setFound(null);
    if (points.length < 2) return undefined;
    const stop = new AbortController();
    fetch(`/api/map/measure?line=${points.flat().join(",")}`, { signal: stop.signal, credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : null)).then(setFound).catch(() => {});
    return () => stop.abort();
  }, [points]);
  return (
    <div className="jr-mapspace-tool" role="region" aria-label={say("measure")} data-testid="measure">
      <p className="jr-soft jr-no-print">{say("measure_hint")}</p>
      {found ? (
        <dl aria-live="polite">
          <div><dt>{say("measure_length")}</dt><dd data-testid="measure-length">{metres(found.length_m)}</dd></div>
          {found.area_m2 !== null ? (
            <>
              <div><dt>{say("measure_area")}</dt><dd data-testid="measure-area">{area(found.area_m2)}</dd></div>
              <div><dt>{say("measure_around")}</dt><dd>{metres(found.around_m)}</dd></div>
            </>
          ) : points.length > 2 ? <div><dt>{say("measure_area")}</dt><dd>{say("measure_crossed")}</dd></div> : null}
        </dl>
      ) : null}
      {found ? <p className="jr-soft">{say("measure_on")}</p> : null}
      <div className="jr-actions jr-no-print">
        <button type="button" className="jr-button" disabled={!points.length} onClick={() => setPoints(points.slice(0, -1))}>{say("measure_undo")}</button>
        <button type="button" className="jr-button" onClick={onLeave} data-testid="measure-end">{say("measure_end")}</button>
      </div>
    </div>
  );
}
