// What the workspace map reads from the server, and the view it keeps in the address.
import { useEffect, useRef, useState } from "react";

export const boxText = (b) => [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((v) => v.toFixed(6)).join(",");

/** An answer of our own server; raises with its words (`problems`) when it refuses. */
export async function read(path, signal) {
  const answer = await fetch(path, { credentials: "same-origin", signal });
  if (answer.ok) return answer.json();
  const said = await answer.json().catch(() => ({}));
  throw Object.assign(new Error(String(answer.status)), { status: answer.status, words: (said.problems || []).map((p) => p.text).join(" ") });
}
export const gaveUp = (error) => error.name === "AbortError";

/** `#12.5/31.82/121.65/17`: zoom, latitude, longitude and, with a case open beside the map, its id. */
export function viewOfAddress() {
  const [zoom, lat, lon, id] = window.location.hash.slice(1).split("/").map(Number);
  const sound = [zoom, lat, lon].every(Number.isFinite) && zoom >= 3 && zoom <= 20 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && window.location.hash.length > 4;
  return sound ? { zoom, lat, lon, id: Number.isInteger(id) && id > 0 ? id : 0 } : null;
}
export function keepView(map, id) {
  const at = map.getCenter().wrap();
  const hash = `#${map.getZoom().toFixed(2)}/${at.lat.toFixed(5)}/${at.lng.toFixed(5)}${id ? `/${id}` : ""}`;
  if (hash !== window.location.hash) window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search + hash);
}

/** The list beside the map: read again, a moment after the view, the filters or any case changed. */
export function useList(box, query, tick, page) {
  const [list, setList] = useState(null), [fault, setFault] = useState(false), begun = useRef(false);
  useEffect(() => {
    if (!box || query === null) return undefined;
    const stop = new AbortController();
    const soon = setTimeout(() => {
      read(`/api/map/cases?bbox=${box}&page=${page}&${query}`, stop.signal)
        .then((found) => { setList(found); setFault(false); })
        .catch((error) => { if (!gaveUp(error)) setFault(true); });
    }, begun.current ? 120 : 0);
    begun.current = true;
    return () => { clearTimeout(soon); stop.abort(); };
  }, [box, query, tick, page]);
  return [list, fault];
}

const CALM = 4000;
/** A value that changes at most every few seconds: while cases change one after the other, what is being read is read to its end. */
export function useCalm(value) {
  const [calm, setCalm] = useState(value), last = useRef(0);
  useEffect(() => {
    const soon = setTimeout(() => { last.current = Date.now(); setCalm(value); }, Math.max(0, last.current + CALM - Date.now()));
    return () => clearTimeout(soon);
  }, [value]);
  return calm;
}
