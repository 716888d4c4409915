// What the workspace map draws: heaps with their lamps, single cases, outlines, the administrator's layers.
import L from "leaflet";
import { LAMPS, LampMark, markStyle } from "$/public/external/jointreview/ui/components/case_map/case_map.jsx";

export const URGENCY = ["red", "yellow", "notice", "green", "paused", "", "done"];
const worst = (lamps) => URGENCY.find((lamp) => lamps[lamp]) ?? "";

// A heap: its number, a ring parted by its lamps, and the sign of its most urgent lamp - never colour alone.
L.Canvas.include({
  _updateHeapMark(mark) {
    if (!this._drawing || mark._empty()) return;
    const c = this._ctx, { x, y } = mark._point, { radius, tone, heap, chosen } = mark.options;
    c.beginPath(); c.arc(x, y, radius, 0, 2 * Math.PI); c.fillStyle = tone.card; c.fill();
    let from = -Math.PI / 2;
    for (const lamp of URGENCY) {
      const part = heap.lamps[lamp];
      if (!part) continue;
      const to = from + (2 * Math.PI * part) / heap.count;
      c.beginPath(); c.arc(x, y, radius - 2, from, to); c.strokeStyle = tone.lamp[lamp] || tone.soft; c.lineWidth = 4; c.lineCap = "butt"; c.stroke();
      from = to;
    }
    c.beginPath(); c.arc(x, y, radius, 0, 2 * Math.PI); c.strokeStyle = chosen ? tone.ink : tone.card; c.lineWidth = chosen ? 3 : 1; c.stroke();
    c.fillStyle = tone.ink; c.font = `600 ${radius > 18 ? 13 : 12}px ${tone.font}`; c.textAlign = "center"; c.textBaseline = "middle";
    c.fillText(heap.count > 9999 ? `${Math.round(heap.count / 1000)}k` : String(heap.count), x, y + 1);
    const lamp = worst(heap.lamps);
    if (LAMPS[lamp]) this._updateLampMark({ _empty: () => false, _point: L.point(x + radius * 0.75, y - radius * 0.75), options: { ...markStyle(lamp, false, tone), radius: 7 } });
  },
  // A case whose clock does not run: a tick once it ended, a dot before it was accepted.
  _updateStillMark(mark) {
    if (!this._drawing || mark._empty()) return;
    const c = this._ctx, { x, y } = mark._point, { radius, tone, lamp, chosen } = mark.options;
    c.beginPath(); c.arc(x, y, radius, 0, 2 * Math.PI); c.fillStyle = tone.card; c.fill(); c.strokeStyle = chosen ? tone.ink : tone.soft; c.lineWidth = chosen ? 3 : 2; c.stroke();
    c.beginPath();
    if (lamp === "done") { c.moveTo(x - 3.5, y); c.lineTo(x - 1, y + 3); c.lineTo(x + 3.5, y - 3); } else c.arc(x, y, 1, 0, 2 * Math.PI);
    c.strokeStyle = tone.soft; c.lineWidth = 2; c.lineCap = "round"; c.stroke();
  },
});
const HeapMark = L.CircleMarker.extend({ _updatePath() { this._renderer._updateHeapMark(this); } });
const StillMark = L.CircleMarker.extend({ _updatePath() { this._renderer._updateStillMark(this); } });
const heapRadius = (count) => Math.min(26, 13 + Math.log10(count) * 5);

const pairs = (flat) => Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i + 1], flat[2 * i]]);
const outlineStyle = (lamp, chosen, tone) => {
  const color = tone.lamp[lamp] || tone.soft;
  return { color, fillColor: color, weight: chosen ? 4 : 1.5, fillOpacity: chosen ? 0.3 : 0.12 };
};
const markOf = (one, chosen, tone) =>
  LAMPS[one.lamp]
    ? new LampMark([one.lat, one.lon], markStyle(one.lamp, chosen, tone))
    : new StillMark([one.lat, one.lon], { radius: chosen ? 10 : 7, tone, lamp: one.lamp, chosen });

/** Draws one answer of the server; answers the group and what stands in it by the id of a case. */
export function drawView(data, { tone, chosen, picked, outlines }) {
  const group = L.featureGroup(), known = new Map(), shapes = L.layerGroup();
  const all = [...data.cases, ...data.heaps.flatMap((heap) => heap.cases)];
  for (const one of all) known.set(one.id, { one });
  const isChosen = (id) => id === chosen || picked.has(id);
  if (outlines) {
    for (const [id, rings] of Object.entries(data.outlines)) {
      const entry = known.get(Number(id)) || { one: null }, lamp = entry.one?.lamp ?? "";
      entry.shape = L.polygon(rings.map(pairs), outlineStyle(lamp, isChosen(Number(id)), tone));
      entry.shape.jr = { one: entry.one, id: Number(id) };
      shapes.addLayer(entry.shape);
      known.set(Number(id), entry);
      group.addLayer(entry.shape);
    }
  }
  for (const one of data.cases) {
    const entry = known.get(one.id);
    entry.mark = markOf(one, isChosen(one.id), tone);
    entry.mark.jr = { one, id: one.id };
    group.addLayer(entry.mark);
  }
  for (const heap of data.heaps) {
    const mine = heap.cases.some((one) => isChosen(one.id));
    const mark = new HeapMark([heap.lat, heap.lon], { radius: heapRadius(heap.count), tone, heap, chosen: mine });
    mark.jr = { heap };
    for (const one of heap.cases) known.get(one.id).heap = mark;
    group.addLayer(mark);
  }
  return { group, known };
}

/** Shows which cases are chosen without drawing anything else anew. */
export function restyle(known, ids, { tone, chosen, picked }) {
  for (const id of ids) {
    const entry = known.get(id), is = id === chosen || picked.has(id);
    if (!entry) continue;
    entry.shape?.setStyle(outlineStyle(entry.one?.lamp ?? "", is, tone));
    if (entry.mark instanceof LampMark) { entry.mark.setStyle(markStyle(entry.one.lamp, is, tone)); entry.mark.setRadius(is ? 12 : 9); }
    else entry.mark?.setStyle({ chosen: is });
    entry.heap?.setStyle({ chosen: entry.heap.jr.heap.cases.some((one) => one.id === chosen || picked.has(one.id)) });
    if (is) { entry.shape?.bringToFront(); entry.mark?.bringToFront(); entry.heap?.bringToFront(); }
  }
}

/** The hover summary of a mark, outline or heap, in words. */
export function summary(layer, say) {
  const tip = document.createElement("div"), line = (text, strong) => {
    const el = document.createElement(strong ? "strong" : "div"); el.textContent = text; tip.append(el);
  };
  const { one, heap } = layer.jr || {};
  if (one) {
    line(one.name, true); line(`${one.number} · ${one.state}`);
    line(one.due ? `${one.lamp_name} · ${say("due")} ${one.due}` : one.lamp_name);
  } else if (heap) {
    line(say("heap", { n: heap.count }), true);
    for (const lamp of URGENCY) if (heap.lamps[lamp]) line(`${say(`lamp_${lamp || "none"}`)} ${heap.lamps[lamp]}`);
  }
  return tip;
}

// Colours and strokes of the administrator's layers; none is a lamp's.
const LOOKS = [["#7c3aed", ""], ["#0f766e", "6 4"], ["#9d174d", "2 4"], ["#4d5b14", "8 3 2 3"], ["#1e3a5f", "4 4"], ["#6b4423", "1 4"]];
export const lookOf = (n) => ({ color: LOOKS[n % LOOKS.length][0], dash: LOOKS[n % LOOKS.length][1] });

/** The features of one layer as they come from its address. */
export function drawLayer(data, look) {
  return L.geoJSON(data, {
    pane: "jr-layers",
    style: { color: look.color, weight: 1.6, dashArray: look.dash, fillColor: look.color, fillOpacity: 0.12 },
    pointToLayer: (_, at) => L.circleMarker(at, { pane: "jr-layers", radius: 5, color: look.color, weight: 1.6, fillOpacity: 0.3 }),
    onEachFeature: (feature, layer) => {
      const name = feature.properties?.name;
      if (!name) return;
      const tip = document.createElement("span"); tip.textContent = name;
      layer.bindTooltip(tip, { sticky: true, className: "jr-map-tip" });
    },
  });
}
