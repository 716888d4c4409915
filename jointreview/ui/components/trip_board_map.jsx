// The way of a trip on the map: the depot, the stops by number, their parcels, and lines that show the order.
import { useEffect, useRef } from "react";
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { HOME, colours, drawGrid } from "$/public/external/jointreview/ui/components/case_map/case_map.jsx";
import { addTiles, crsOf } from "$/public/external/jointreview/ui/components/case_map/map_tiles.jsx";

const pin = (text, kind) => L.divIcon({ className: "jr-tb-pin", html: `<span data-kind="${kind}">${text}</span>`, iconSize: [26, 26], iconAnchor: [13, 13] });

/** Props: trip (as /api/trips/{id}/opened has it), tiles, say. */
export function TripMap({ trip, tiles, say }) {
  const box = useRef(null), overlay = useRef(null), live = useRef({});
  useEffect(() => {
    const made = L.map(box.current, { preferCanvas: true, attributionControl: false, zoomControl: false, minZoom: 3, maxZoom: 19, zoomSnap: 0.25, crs: crsOf(tiles), scrollWheelZoom: false });
    made.createPane("jr-grid").style.zIndex = 210;
    made.fitBounds(HOME, { animate: false });
    L.control.scale({ imperial: false }).addTo(made);
    const grid = L.layerGroup().addTo(made), tiled = addTiles(made, tiles).length > 0;
    const refresh = () => { overlay.current?.replaceChildren(); if (!tiled && overlay.current) drawGrid(made, grid, overlay.current, colours(box.current)); };
    made.on("moveend resize", refresh);
    made.on("zoomstart", () => overlay.current?.replaceChildren());
    const recoloured = new MutationObserver(() => { refresh(); live.current.draw?.(); });
    recoloured.observe(document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme", "style"] });
    const resized = new ResizeObserver(() => { if (!box.current?.clientWidth) return; made.invalidateSize({ animate: false, pan: false }); live.current.fit?.(); });
    resized.observe(box.current);
    Object.assign(live.current, { map: made, ways: L.featureGroup().addTo(made) });
    refresh();
    return () => { recoloured.disconnect(); resized.disconnect(); live.current = {}; made.remove(); };
  }, []);
  useEffect(() => {
    const { map, ways } = live.current;
    if (!map) return;
    const draw = () => {
      const tone = colours(box.current), depot = [trip.depot.lat, trip.depot.lon];
      ways.clearLayers();
      const placed = trip.places.filter((place) => place.lat !== null);
      for (const place of placed) if (place.parcel) L.geoJSON(place.parcel, { interactive: false, style: { color: tone.permitted || tone.accent, weight: 1.5, fillOpacity: 0.12 } }).addTo(ways);
      L.polyline([depot, ...placed.map((place) => [place.lat, place.lon]), depot], { color: tone.accent, weight: 3, dashArray: "7 6", interactive: false }).addTo(ways);
      L.marker(depot, { icon: pin("⌂", "depot"), title: trip.depot.name, keyboard: false }).addTo(ways);
      placed.forEach((place) => {
        const at = trip.places.indexOf(place), stop = trip.stops[at];
        L.marker([place.lat, place.lon], { icon: pin(String(at + 1), "stop"), title: `${stop?.arrive || ""} ${stop?.project || ""}`, keyboard: false }).addTo(ways);
      });
    };
    live.current.draw = draw;
    live.current.fit = () => { if (ways.getLayers().length) map.fitBounds(ways.getBounds(), { padding: [28, 28], maxZoom: 15, animate: false }); };
    draw();
    live.current.fit();
  }, [trip]);
  const credit = tiles?.attribution || "";
  return (
    <div className="jr-map jr-tb-map" data-testid="trip-map" data-stops={trip.places.length}>
      <div ref={box} className="jr-map-canvas" tabIndex={0} role="application" aria-label={say("map_label")} />
      <div ref={overlay} className="jr-map-labels" aria-hidden="true" />
      <div className="jr-map-controls jr-no-print">
        <button type="button" onClick={() => live.current.map?.zoomIn(1)} aria-label={say("zoom_in")} title={say("zoom_in")}>+</button>
        <button type="button" onClick={() => live.current.map?.zoomOut(1)} aria-label={say("zoom_out")} title={say("zoom_out")}>−</button>
        <button type="button" onClick={() => live.current.fit?.()} aria-label={say("fit")} title={say("fit")}>⤢</button>
      </div>
      {credit ? <div className="jr-map-credit">{credit}</div> : null}
    </div>
  );
}
