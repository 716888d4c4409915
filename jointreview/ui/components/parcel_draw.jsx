// Drawing a parcel: corners set on the map or written as coordinates; sent as the file that it is, and read like any other.
import { useEffect, useRef, useState } from "react";
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { addTiles, crsOf } from "$/public/external/jointreview/ui/components/case_map/map_tiles.jsx";
import { ServerRefusal, newKey, problemsOf, runCommand, say } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";

const HOME = [31.82, 121.65];
const NAME = "drawn-on-map.geojson";
const written = (points) => points.map(([lon, lat]) => `${lon.toFixed(8)}, ${lat.toFixed(8)}`).join("\n");

/** The corners in a text, one "longitude, latitude" a line; null when a line is something else. */
export function cornersOf(text) {
  const found = [];
  for (const line of text.split("\n").map((l) => l.trim()).filter(Boolean)) {
    const numbers = line.split(/[\s,，;；]+/).filter(Boolean).map(Number);
    if (numbers.length !== 2 || numbers.some((n) => !Number.isFinite(n)) || Math.abs(numbers[0]) > 180 || Math.abs(numbers[1]) > 90) return null;
    found.push(numbers);
  }
  return found;
}

/** Props: caseId, tiles, done(), leave(), texts. */
export function DrawParcel({ caseId, tiles, done, leave, texts }) {
  const box = useRef(null), live = useRef({});
  const [points, setPoints] = useState([]);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState([]);
  live.current.points = points;
  const put = (next) => { setPoints(next); setText(written(next)); };
  live.current.put = put;

  useEffect(() => {
    const map = L.map(box.current, { attributionControl: false, minZoom: 3, maxZoom: 20, crs: crsOf(tiles) }).setView(HOME, 12);
    const group = L.layerGroup().addTo(map);
    Object.assign(live.current, { map, group });
    addTiles(map, tiles);
    L.control.scale({ imperial: false }).addTo(map);
    map.on("click", (e) => { const at = e.latlng.wrap(); live.current.put([...live.current.points, [at.lng, at.lat]]); });
    return () => { live.current.map = null; map.remove(); };
  }, []);
  useEffect(() => {
    const { map, group } = live.current;
    if (!map) return;
    group.clearLayers();
    const corners = points.map(([lon, lat]) => [lat, lon]);
    const colour = getComputedStyle(box.current).getPropertyValue("--jr-accent").trim() || "#2b4bb8";
    if (corners.length > 1) L.polygon(corners, { color: colour, weight: 2, fillOpacity: 0.15, interactive: false }).addTo(group);
    corners.forEach((at, n) => {
      const mark = L.marker(at, { draggable: true, keyboard: false, icon: L.divIcon({ className: "jf-corner", html: `<b>${n + 1}</b>`, iconSize: [26, 26] }) }).addTo(group);
      mark.on("dragend", () => { const to = mark.getLatLng().wrap(); live.current.put(live.current.points.map((p, i) => (i === n ? [to.lng, to.lat] : p))); });
    });
  }, [points]);

  const typed = (value) => {
    setText(value);
    const found = cornersOf(value);
    if (!found) return;
    setPoints(found);
    if (found.length > 2) live.current.map?.fitBounds(found.map(([lon, lat]) => [lat, lon]), { maxZoom: 18, padding: [30, 30] });
  };
  const wrong = cornersOf(text) === null;
  const send = async () => {
    setBusy(true);
    setProblems([]);
    try {
      const ring = [...points, points[0]].map(([lon, lat]) => [Number(lon.toFixed(9)), Number(lat.toFixed(9))]);
      const feature = { type: "Feature", properties: { name: say(texts, "draw_name") }, geometry: { type: "Polygon", coordinates: [ring] } };
      const crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::4490" } };
      const answer = await fetch(`/api/uploads?name=${NAME}`, { method: "PUT", credentials: "same-origin", headers: { "content-type": "application/octet-stream" }, body: JSON.stringify({ type: "FeatureCollection", crs, features: [feature] }) });
      const upload = await answer.json().catch(() => null);
      if (!answer.ok || !upload) throw new ServerRefusal(answer.status, upload);
      await runCommand("ReadParcel", { case_id: caseId, upload_id: upload.upload_id ?? upload.id }, { key: newKey() });
      done();
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="jf-draw" data-testid="parcel-drawing">
      <p className="jf-help">{say(texts, "draw_how")}</p>
      <div ref={box} className="jf-draw-map" role="application" aria-label={say(texts, "draw_begin")} tabIndex={0} />
      <label className="jf-draw-text">
        <span>{say(texts, "draw_points")}</span>
        <textarea className="jf-input" id="draw-points" rows={5} value={text} aria-invalid={wrong} placeholder={"121.640501, 31.835200\n121.643037, 31.835227"} onChange={(event) => typed(event.target.value)} />
      </label>
      {wrong ? <div className="jf-says" data-level="error" role="alert">{say(texts, "draw_wrong")}</div> : null}
      {problems.map((p, n) => <div key={n} className="jf-says" data-level="error" role="alert">{p.text}</div>)}
      <div className="jr-actions">
        <button type="button" className="jf-primary" id="draw-done" disabled={busy || wrong || points.length < 3} onClick={send}>{say(texts, "draw_done")}</button>
        <button type="button" className="jr-button" id="draw-undo" disabled={!points.length} onClick={() => put(points.slice(0, -1))}>{say(texts, "draw_undo")}</button>
        <button type="button" className="jf-link" onClick={leave}>{say(texts, "draw_leave")}</button>
        <span className="jr-soft" role="status">{say(texts, "draw_count", { count: points.length })}</span>
      </div>
    </div>
  );
}
