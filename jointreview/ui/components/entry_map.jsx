// The point of entry: tap the map or drag the mark; arrow keys move it. No request to anybody but our server.
import { useEffect, useRef } from "react";
import L from "leaflet";
import "leaflet/dist/leaflet.css";

const HOME = [31.808, 121.657];
const STEP = 0.0001;

export function EntryMap({ url = "", lon = 0, lat = 0, texts = {}, onPick }) {
  const box = useRef(null), live = useRef({});
  live.current.onPick = onPick;

  useEffect(() => {
    const css = getComputedStyle(box.current), accent = css.getPropertyValue("--jr-accent").trim() || "#1f5fbf";
    const at = lon || lat ? [lat, lon] : HOME;
    const map = L.map(box.current, { attributionControl: false, minZoom: 9, maxZoom: 20 }).setView(at, 16);
    const icon = L.divIcon({ className: "jr-entry-pin", html: "<span></span>", iconSize: [32, 40], iconAnchor: [16, 38] });
    const mark = L.marker(at, { icon, draggable: true, keyboard: true, title: texts.pin || "", alt: texts.pin || "" }).addTo(map);
    const say = (p) => live.current.onPick?.(Number(p.lng.toFixed(6)), Number(p.lat.toFixed(6)));
    const move = (p) => { mark.setLatLng(p); say(p); };
    map.on("click", (e) => move(e.latlng.wrap()));
    mark.on("dragend", () => say(mark.getLatLng().wrap()));
    mark.getElement()?.addEventListener("keydown", (e) => {
      const by = { ArrowUp: [STEP, 0], ArrowDown: [-STEP, 0], ArrowLeft: [0, -STEP], ArrowRight: [0, STEP] }[e.key];
      if (!by) return;
      e.preventDefault(); e.stopPropagation();
      const p = mark.getLatLng();
      move(L.latLng(p.lat + by[0], p.lng + by[1]));
    });
    Object.assign(live.current, { map, mark, accent });
    return () => { map.remove(); live.current.map = null; };
  }, []);

  useEffect(() => {
    const { map, mark } = live.current;
    if (!map || !(lon || lat)) return;
    mark.setLatLng([lat, lon]);
    if (!map.getBounds().contains([lat, lon])) map.setView([lat, lon]);
  }, [lon, lat]);

  useEffect(() => {
    if (!url) return undefined;
    const stop = new AbortController();
    let shape = null;
    fetch(url, { credentials: "same-origin", signal: stop.signal })
      .then((answer) => (answer.ok ? answer.json() : null))
      .then((data) => {
        const { map, accent } = live.current;
        if (!data || !map) return;
        shape = L.geoJSON(data, { interactive: false, style: { color: accent, weight: 2, fillOpacity: 0.12 }, pointToLayer: () => L.layerGroup() }).addTo(map);
        if (shape.getBounds().isValid()) map.fitBounds(shape.getBounds().pad(0.4), { maxZoom: 17 });
      })
      .catch(() => {});
    return () => { stop.abort(); shape?.remove(); };
  }, [url]);

  return <div ref={box} className="jr-entry-map" role="application" aria-label={texts.label || ""} />;
}
