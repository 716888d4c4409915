// The workspace map: cases as heaps, marks and outlines on Leaflet's canvas; list, panel, lasso, measure and layers beside it.
import { useEffect, useMemo, useRef, useState } from "react";
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { HOME, colours, drawGrid } from "$/public/external/jointreview/ui/components/case_map/case_map.jsx";
import { localGrid } from "$/public/external/jointreview/ui/components/case_map/map_datum.jsx";
import { addTiles, crsOf } from "$/public/external/jointreview/ui/components/case_map/map_tiles.jsx";
import { boxText, gaveUp, keepView, read, useCalm, useList, viewOfAddress } from "./map_space_data.jsx";
import { drawLayer, drawView, lookOf, restyle, summary } from "./map_space_draw.jsx";
import { CaseBrief, CaseList, Chosen, Lamp, Layers } from "./map_space_side.jsx";
import { Lasso, Measure } from "./map_space_tools.jsx";

const AROUND = 0.35, DEEPEST = 18;
const LEGEND = ["red", "yellow", "notice", "green", "paused", "", "done"];

/**
 * Props: loaded (the rest is known), query (filters as an address), narrowed, tick, tiles, texts, canTrip, who, today, boardUrl.
 * The map reads by itself and does not wait for the page's state: until that is there, the address says what is asked.
 * It begins anew on tiles of another datum.
 */
export function MapSpace({ query, tick, ...props }) {
  const asked = props.loaded ? query : window.location.search.slice(1), first = useRef(null);
  if (props.loaded && first.current === null) first.current = tick;
  return <Space key={props.tiles?.datum || ""} {...props} query={asked} tick={first.current === null ? 0 : tick - first.current} />;
}

function Space({ query, narrowed, tick: changes, tiles, texts, canTrip, who, today, boardUrl }) {
  const tick = useCalm(changes);
  const box = useRef(null), overlay = useRef(null), readout = useRef(null), live = useRef({ picked: new Map(), chosen: 0, outlines: true });
  const [map, setMap] = useState(null), [tone, setTone] = useState(null), [data, setData] = useState(null), [fault, setFault] = useState(""), [again, setAgain] = useState(0);
  const [bounds, setBounds] = useState(""), [page, setPage] = useState(1), [chosen, setChosen] = useState(0), [picked, setPicked] = useState(new Map()), [here, setHere] = useState(null);
  const [tool, setTool] = useState(""), [panel, setPanel] = useState(false), [outlines, setOutlines] = useState(true), [side, setSide] = useState("map"), [around, setAround] = useState(null);
  const say = useMemo(() => (name, params = {}) => Object.entries(params).reduce((text, [key, value]) => text.replace(`{${key}}`, value), texts[name] || name), [texts]);
  Object.assign(live.current, { query, chosen, picked, outlines, say, tool });

  // one map for the life of the page
  useEffect(() => {
    const view = viewOfAddress(), first = colours(box.current);
    const made = L.map(box.current, { preferCanvas: true, renderer: L.canvas({ padding: 0.4, tolerance: 4 }), attributionControl: false, zoomControl: false, minZoom: 3, maxZoom: 20, zoomSnap: 0.25, crs: crsOf(tiles) });
    made.createPane("jr-grid").style.zIndex = 210;
    made.createPane("jr-layers").style.zIndex = 350;
    if (view) { made.setView([view.lat, view.lon], view.zoom, { animate: false }); if (view.id) setChosen(view.id); } else made.fitBounds(HOME, { animate: false });
    L.control.scale({ imperial: false, maxWidth: box.current.clientWidth < 480 ? 80 : 140 }).addTo(made);
    const grid = L.layerGroup().addTo(made), font = getComputedStyle(box.current).fontFamily;
    Object.assign(live.current, { map: made, grid, opened: Boolean(view) });
    const coloured = () => setTone({ ...colours(box.current), font });
    const refresh = () => { if (!overlay.current) return; overlay.current.replaceChildren(); if (!live.current.tiled) drawGrid(made, grid, overlay.current, colours(box.current)); else grid.clearLayers(); };
    const moved = () => { if (!box.current?.clientWidth) return; refresh(); setBounds(boxText(made.getBounds())); setPage(1); keepView(made, live.current.chosen); };
    const tell = (latlng, word) => {
      if (!readout.current) return;
      const at = latlng.wrap(), local = localGrid(at.lng, at.lat), speak = live.current.say;
      readout.current.textContent = `${speak(word)} ${at.lng.toFixed(6)}°, ${at.lat.toFixed(6)}° · X ${local.north.toFixed(2)} Y ${local.east.toFixed(2)} · ${speak("local_grid", { zone: local.zone, meridian: local.meridian })}`;
    };
    made.on("moveend resize", moved);
    made.on("mousemove", (e) => tell(e.latlng, "pointer"));
    made.on("mouseout moveend", () => tell(made.getCenter(), "centre"));
    made.on("zoomstart", () => overlay.current?.replaceChildren());
    // hidden (on a phone the list takes its place) a map has no size and no extent: it keeps what it showed
    const resized = new ResizeObserver(() => { if (box.current?.clientWidth) made.invalidateSize({ animate: false, pan: false }); });
    resized.observe(box.current);
    const recoloured = new MutationObserver(() => { coloured(); refresh(); });
    recoloured.observe(document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme", "style"] });
    const printing = () => made.invalidateSize({ animate: false, pan: false });
    window.addEventListener("beforeprint", printing);
    live.current.refresh = refresh;
    setTone({ ...first, font }); setMap(made); moved(); tell(made.getCenter(), "centre");
    return () => { resized.disconnect(); recoloured.disconnect(); window.removeEventListener("beforeprint", printing); live.current.map = null; made.remove(); };
  }, []);

  useEffect(() => {
    if (!map) return undefined;
    live.current.tiled = Boolean(tiles?.urls?.length);
    const layers = addTiles(map, tiles);
    live.current.refresh();
    return () => layers.forEach((layer) => layer.remove());
  }, [map, (tiles?.urls || []).join(" ")]);

  // everything the filters show, and once, or after a search, the view that holds it
  const fit = useRef(() => {});
  fit.current = (frame = around) => {
    const shown = frame?.box;
    if (map && shown) map.fitBounds([[shown[1], shown[0]], [shown[3], shown[2]]], { padding: [48, 48], maxZoom: 17, animate: false });
    else map?.fitBounds(HOME, { animate: false });
  };
  useEffect(() => {
    if (!map) return undefined;
    const stop = new AbortController();
    read(`/api/map/extent?${query}`, stop.signal)
      .then((found) => {
        setAround(found);
        const changed = live.current.framed !== undefined && live.current.framed !== query;
        if (!live.current.opened || (changed && found.box)) fit.current(found);
        live.current.opened = true; live.current.framed = query;
      })
      .catch((error) => { if (!gaveUp(error)) setFault(say("fault")); });
    return () => stop.abort();
  }, [map, query, tick, again]);

  // the view's cases; a move within what was read near by asks for nothing. The first view is the one that holds them all.
  const framed = Boolean(around) || Boolean(live.current.opened);
  useEffect(() => {
    if (!map || !bounds || !framed) return undefined;
    const zoom = map.getZoom(), known = live.current.loaded, sees = map.getBounds();
    const key = `${query}|${tick}|${again}`;
    if (known && known.key === key && known.zoom === zoom && known.box.contains(sees)) return undefined;
    const stop = new AbortController(), wide = sees.pad(AROUND);
    const soon = setTimeout(() => {
      read(`/api/map/view?bbox=${boxText(wide)}&zoom=${zoom.toFixed(2)}&${query}`, stop.signal)
        .then((found) => { live.current.loaded = { key, zoom, box: wide }; setData(found); setFault(""); })
        .catch((error) => { if (!gaveUp(error)) setFault(error.words || say("fault")); });
    }, known ? 60 : 0);
    return () => { clearTimeout(soon); stop.abort(); };
  }, [map, bounds, framed, query, tick, again]);

  const open = useRef(() => {});
  open.current = (layer) => {
    if (live.current.tool) return;
    const { one, id, heap } = layer.jr || {};
    if (one || id) { setHere(null); setChosen(one ? one.id : id); return; }
    const frame = L.latLngBounds([[heap.box[1], heap.box[0]], [heap.box[3], heap.box[2]]]);
    const deep = Math.min(map.getBoundsZoom(frame.pad(0.1)), DEEPEST);
    if (heap.cases.length && (deep <= map.getZoom() + 0.25 || frame.getNorthEast().distanceTo(frame.getSouthWest()) < 15)) { setHere(heap); setChosen(0); setSide("list"); }
    else map.setView(frame.getCenter(), Math.max(deep, Math.min(map.getZoom() + 1.5, DEEPEST)), { animate: false });
  };

  useEffect(() => {
    if (!map || !tone || !data) return undefined;
    const begun = performance.now();
    const drawn = drawView(data, { tone, chosen: live.current.chosen, picked: live.current.picked, outlines });
    drawn.group.bindTooltip((layer) => summary(layer, live.current.say), { sticky: true, className: "jr-map-tip" });
    drawn.group.on("click", (e) => { L.DomEvent.stopPropagation(e); open.current(e.layer); });
    drawn.group.addTo(map);
    Object.assign(live.current, { known: drawn.known });
    box.current.dataset.drawn = String(Math.round(performance.now() - begun));
    box.current.dataset.shown = String(data.total);
    return () => { drawn.group.remove(); };
  }, [map, tone, data, outlines]);

  const before = useRef([]);
  useEffect(() => {
    if (!map || !tone) return;
    const now = [chosen, ...picked.keys()];
    restyle(live.current.known || new Map(), new Set([...before.current, ...now]), { tone, chosen, picked });
    before.current = now;
    keepView(map, chosen);
  }, [chosen, picked, data]);

  const [list, listFault] = useList(framed ? bounds : "", query, `${tick}|${again}`, page);
  const pick = (one) => setPicked((old) => { const next = new Map(old); if (!next.delete(one.id)) next.set(one.id, one); return next; });
  const close = () => { const id = chosen; setChosen(0); setTimeout(() => (document.getElementById(`map-row-${id}`) || box.current)?.focus(), 0); };
  const locate = (b) => { map.fitBounds([[b[1], b[0]], [b[3], b[2]]], { padding: [80, 80], maxZoom: 17, animate: false }); setSide("map"); };
  const ringed = (ring) => {
    setTool("");
    read(`/api/map/within?ring=${ring.flat().join(",")}&${query}`)
      .then((found) => { setFault(found.cases.length ? "" : say("lasso_none")); if (found.cases.length) { setChosen(0); setPicked((old) => new Map([...old, ...found.cases.map((one) => [one.id, one])])); } })
      .catch((error) => setFault(error.words || say("fault")));
  };
  const why = !around?.total ? say(narrowed ? "none_here" : "none") : !around.box ? say("none") : say("none_view");
  const shownList = here ? { total: here.count, page: 1, pages: 1, rows: here.cases.map((one) => ({ ...one, stage: "" })) } : list;

  return (
    <div className="jr-mapspace" data-side={side} data-testid="map-space" data-state={fault ? "fault" : data ? "ready" : "loading"} data-total={around ? around.total : ""}>
      <div className="jr-mapspace-print">
        <strong>{say("title")}</strong> {say("print_made", { day: today, who })} · {say("print_scale")}
      </div>
      <div className="jr-board-sides jr-mapspace-sides jr-no-print">
        {["map", "list"].map((name) => <button key={name} type="button" id={`map-side-${name}`} className="jr-button jr-choice" aria-pressed={side === name} onClick={() => setSide(name)}>{say(`side_${name}`)}</button>)}
      </div>
      <div className="jr-mapspace-map jr-map">
        <div ref={box} className="jr-map-canvas" tabIndex={0} role="application" aria-label={say("label")} data-testid="map-canvas" />
        <div ref={overlay} className="jr-map-labels" aria-hidden="true" />
        <div className="jr-map-controls jr-no-print">
          <button type="button" onClick={() => map?.zoomIn(1)} aria-label={say("zoom_in")} title={say("zoom_in")} data-testid="map-zoom-in">+</button>
          <button type="button" onClick={() => map?.zoomOut(1)} aria-label={say("zoom_out")} title={say("zoom_out")} data-testid="map-zoom-out">−</button>
          <button type="button" onClick={() => fit.current()} aria-label={say("fit")} title={say("fit")} data-testid="map-fit">⤢</button>
        </div>
        <div className="jr-mapspace-tools jr-no-print" role="toolbar" aria-label={say("tools")}>
          {canTrip ? <button type="button" className="jr-button" aria-pressed={tool === "lasso"} onClick={() => setTool(tool === "lasso" ? "" : "lasso")} data-testid="map-lasso">{say("lasso")}</button> : null}
          <button type="button" className="jr-button" aria-pressed={tool === "measure"} onClick={() => setTool(tool === "measure" ? "" : "measure")} data-testid="map-measure">{say("measure")}</button>
          <button type="button" className="jr-button" aria-pressed={panel} onClick={() => setPanel(!panel)} data-testid="map-layers-open">{say("layers")}</button>
          <button type="button" className="jr-button jr-mapspace-printer" onClick={() => window.print()} data-testid="map-print">{say("print")}</button>
        </div>
        {map && tone && tool === "lasso" ? <><Lasso map={map} tone={tone} onRing={ringed} onLeave={() => setTool("")} /><p className="jr-mapspace-hint" role="status">{say("lasso_hint")}</p></> : null}
        {map && tone && tool === "measure" ? <Measure map={map} tone={tone} say={say} onLeave={() => setTool("")} /> : null}
        {map ? <LayerPanel map={map} bounds={bounds} open={panel} say={say} gcj={tiles?.datum === "gcj02"} outlines={outlines} onOutlines={setOutlines} onClose={() => setPanel(false)} /> : null}
        {!data && !fault ? <div className="jr-map-note" role="status">{say("loading")}</div> : null}
        {data && around && !around.box && !fault ? <div className="jr-map-note" role="status">{why}</div> : null}
        {fault || listFault ? <div className="jr-map-note" role="alert">{fault || say("fault")} <button type="button" className="jr-button" onClick={() => { setFault(""); setAgain(again + 1); }}>{say("retry")}</button></div> : null}
        {tiles?.attribution || tiles?.datum === "gcj02" ? <div className="jr-map-credit">{[tiles.attribution, tiles.datum === "gcj02" ? say("gcj02") : ""].filter(Boolean).join(" · ")}</div> : null}
        <div ref={readout} className="jr-map-readout" aria-hidden="true" data-testid="map-readout" />
      </div>
      <div className="jr-mapspace-legend" aria-label={say("legend")}>
        {LEGEND.map((lamp) => <Lamp key={lamp} lamp={lamp} word={say(`lamp_${lamp || "none"}`)} />)}
        {around?.unplaced ? <a className="jr-link" href={boardUrl || undefined}>{say(boardUrl ? "unplaced" : "unplaced_own", { n: around.unplaced })}</a> : null}
      </div>
      <aside className="jr-mapspace-side jr-no-print">
        {picked.size ? <Chosen picked={picked} say={say} onRemove={pick} onClear={() => setPicked(new Map())} onOpen={(one) => setChosen(one.id)} /> : null}
        {chosen ? <CaseBrief id={chosen} tick={tick} say={say} picked={picked} canPick={canTrip} onPick={pick} onClose={close} onLocate={locate} /> : (
          <>
            {here ? <div className="jr-mapspace-head"><strong>{say("here", { n: here.count })}</strong><button type="button" className="jr-plain-button jr-icon-button" aria-label={say("close")} onClick={() => setHere(null)}>✕</button></div> : null}
            <CaseList list={shownList} chosen={chosen} picked={picked} canPick={canTrip} say={say} onOpen={(row) => setChosen(row.id)} onPick={pick} onPage={setPage} onFit={around?.box ? () => fit.current() : null} emptyWhy={why} />
          </>
        )}
      </aside>
    </div>
  );
}

// The administrator's layers: their list is read when the panel first opens, their features for each view.
function LayerPanel({ map, bounds, open, say, gcj, outlines, onOutlines, onClose }) {
  const [layers, setLayers] = useState(null), [shown, setShown] = useState(new Map()), drawn = useRef(new Map());
  const looks = (layer) => lookOf((layers || []).indexOf(layer));
  const stand = (id, how) => setShown((old) => (old.has(id) ? new Map(old).set(id, how) : old));
  useEffect(() => {
    if (!open || layers) return;
    // pictures of another datum than the map's would lie beside the truth
    read("/api/layers").then((found) => setLayers(found.layers.filter((layer) => layer.kind !== "tiles" || !gcj))).catch(() => setLayers([]));
  }, [open]);
  useEffect(() => () => drawn.current.forEach((layer) => layer.remove()), []);
  const wanted = [...shown.keys()].join(",");
  useEffect(() => {
    const stop = new AbortController();
    for (const [id, layer] of drawn.current) if (!shown.has(id)) { layer.remove(); drawn.current.delete(id); }
    for (const layer of (layers || []).filter((one) => shown.has(one.id))) {
      if (layer.kind === "tiles") {
        if (!drawn.current.has(layer.id)) drawn.current.set(layer.id, L.tileLayer(layer.tiles.url, { opacity: 0.7, maxNativeZoom: layer.tiles.max_zoom || 18, maxZoom: 20 }).addTo(map));
        stand(layer.id, "");
        continue;
      }
      read(`/api/layers/${layer.id}/features?bbox=${bounds}`, stop.signal)
        .then((found) => {
          drawn.current.get(layer.id)?.remove();
          drawn.current.set(layer.id, drawLayer(found, looks(layer)).addTo(map));
          stand(layer.id, found.complete === false ? "partly" : "");
        })
        .catch((error) => { if (!gaveUp(error)) stand(layer.id, "fault"); });
    }
    return () => stop.abort();
  }, [bounds, wanted, layers]);
  const toggle = (layer, on) => setShown((old) => { const next = new Map(old); if (on) next.set(layer.id, "loading"); else next.delete(layer.id); return next; });
  return open ? <Layers layers={layers} shown={shown} looks={looks} say={say} outlines={outlines} onOutlines={onOutlines} onToggle={toggle} onClose={onClose} /> : null;
}
