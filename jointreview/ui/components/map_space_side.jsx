// Beside the map: the list that reaches every case, one case in short, the cases chosen for a trip, the layers.
import { useEffect, useRef, useState } from "react";
import { area } from "./map_space_tools.jsx";

// The lamps' shapes as small drawings: circle with tick, clock, triangle, octagon, square; a plain ring where no clock runs.
const SHAPES = {
  green: <><circle cx="8" cy="8" r="6.5" /><path d="M5 8l2 2.2L11 6" /></>,
  notice: <><circle cx="8" cy="8" r="6.5" /><path d="M8 4.5V8l2.3 1.6" /></>,
  yellow: <><path d="M8 1.8L14.6 13.6H1.4z" /><path d="M8 6v3.6M8 11.6v.1" /></>,
  red: <><path d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z" /><path d="M8 4.6v4M8 11v.1" /></>,
  paused: <><rect x="2" y="2" width="12" height="12" rx="1.5" /><path d="M6.3 5.5v5M9.7 5.5v5" /></>,
  done: <><circle cx="8" cy="8" r="6.5" /><path d="M5 8l2 2.2L11 6" /></>,
  "": <circle cx="8" cy="8" r="6.5" strokeDasharray="2 2.4" />,
};
const COLOURS = { green: "--lamp-green", notice: "--lamp-blue", yellow: "--lamp-yellow", red: "--lamp-red", paused: "--lamp-grey" };
export function Lamp({ lamp, word }) {
  return (
    <span className="jr-lamp" style={{ color: `var(${COLOURS[lamp] || "--jr-soft"})` }}>
      <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">{SHAPES[lamp] || SHAPES[""]}</svg>
      <span>{word}</span>
    </span>
  );
}

/** The cases in view, a page at a time; a row's name opens the case beside the map. */
export function CaseList({ list, chosen, picked, canPick, say, onOpen, onPick, onPage, onFit, emptyWhy }) {
  return (
    <section className="jr-mapspace-list" aria-label={say("list")} data-testid="map-list" data-total={list ? list.total : ""}>
      <div className="jr-mapspace-head">
        <h2>{say("list")} <span className="jr-soft" aria-live="polite">{list ? list.total.toLocaleString("en-US") : ""}</span></h2>
        <span className="jr-soft jr-mapspace-keys">{say("list_hint")}</span>
      </div>
      {list ? null : <p className="jr-soft" role="status">{say("loading")}</p>}
      {list && !list.total ? (
        <div className="jr-mapspace-none" role="status"><p>{emptyWhy}</p>{onFit ? <button type="button" className="jr-button" onClick={onFit}>{say("fit")}</button> : null}</div>
      ) : null}
      <ul>
        {(list?.rows || []).map((row) => (
          <li key={row.id} data-chosen={row.id === chosen} data-lamp={row.lamp} data-testid="map-row">
            <button type="button" className="jr-mapspace-row" id={`map-row-${row.id}`} aria-pressed={row.id === chosen} onClick={() => onOpen(row)}>
              <span className="jr-strong">{row.name}</span>
              <span className="jr-soft">{row.number} · {row.stage} · {row.state}</span>
              <span className="jr-mapspace-row-lamp"><Lamp lamp={row.lamp} word={row.lamp_name} />{row.due ? <span className="jr-soft">{say("due")} {row.due}</span> : null}</span>
            </button>
            {canPick ? (
              <button type="button" className="jr-mapspace-pick" aria-pressed={picked.has(row.id)} title={say(picked.has(row.id) ? "lasso_remove" : "lasso_add")} aria-label={`${say(picked.has(row.id) ? "lasso_remove" : "lasso_add")} ${row.number}`} onClick={() => onPick(row)}>{picked.has(row.id) ? "✓" : "+"}</button>
            ) : null}
          </li>
        ))}
      </ul>
      {list && list.pages > 1 ? (
        <div className="jr-paging">
          <button type="button" className="jr-button" disabled={list.page <= 1} onClick={() => onPage(list.page - 1)}>{say("list_less")}</button>
          <span className="jr-soft">{say("list_page", { page: list.page, pages: list.pages })}</span>
          <button type="button" className="jr-button" disabled={list.page >= list.pages} onClick={() => onPage(list.page + 1)} data-testid="map-next">{say("list_more")}</button>
        </div>
      ) : null}
    </section>
  );
}

/** One case in short with the way into it. */
export function CaseBrief({ id, tick, say, picked, canPick, onPick, onClose, onLocate }) {
  const [found, setFound] = useState(null), [fault, setFault] = useState(false), head = useRef(null);
  useEffect(() => {
    const stop = new AbortController();
    fetch(`/api/map/cases/${id}`, { signal: stop.signal, credentials: "same-origin" })
      .then((answer) => { if (!answer.ok) throw new Error(answer.status); return answer.json(); })
      .then((answer) => { setFound(answer); setFault(false); })
      .catch((error) => { if (error.name !== "AbortError") { setFound(null); setFault(true); } });
    return () => stop.abort();
  }, [id, tick]);
  useEffect(() => { head.current?.focus({ preventScroll: true }); }, [id]);
  const facts = found && [
    ["turn", `${found.turn} · ${say("since", { day: found.since })}`], ["due", found.due ? `${found.due} · ${found.days}` : found.days], ["visit", found.visit],
    ["stage", found.stage], ["organisation", found.organisation], ["address", [found.town, found.address].filter(Boolean).join(" · ")],
    ["area", found.area_m2 === null ? "" : area(found.area_m2)], ["crs", found.crs],
  ].filter(([, value]) => value);
  return (
    <section className="jr-mapspace-brief" aria-labelledby="map-brief-name" data-testid="map-brief" onKeyDown={(e) => { if (e.key === "Escape") onClose(); }}>
      <div className="jr-mapspace-head">
        <h2 id="map-brief-name" tabIndex={-1} ref={head}>{fault ? say("fault") : found?.name || "…"}</h2>
        <button type="button" className="jr-plain-button jr-icon-button" onClick={onClose} aria-label={say("close")} title={say("close")} data-testid="map-brief-close">✕</button>
      </div>
      {found ? (
        <>
          <p className="jr-soft">{found.number} · {found.state}</p>
          <p><Lamp lamp={found.lamp} word={found.lamp_name} /></p>
          <div className="jr-actions jr-no-print">
            <a className="jr-button jr-primary" href={found.href} data-testid="map-open">{say("open")}</a>
            {found.box ? <button type="button" className="jr-button" onClick={() => onLocate(found.box)}>{say("locate")}</button> : null}
            {canPick ? <button type="button" className="jr-button" aria-pressed={picked.has(found.id)} onClick={() => onPick(found)}>{say(picked.has(found.id) ? "lasso_remove" : "lasso_add")}</button> : null}
          </div>
          <dl className="jr-mapspace-facts">{facts.map(([name, value]) => <div key={name}><dt>{say(name)}</dt><dd>{value}</dd></div>)}</dl>
          {found.departments.length ? (
            <>
              <h3>{say("departments")}</h3>
              <ul className="jr-mapspace-units">{found.departments.map((d) => <li key={d.name}><span>{d.name}</span><Lamp lamp={d.lamp} word={d.said} /></li>)}</ul>
            </>
          ) : null}
        </>
      ) : null}
    </section>
  );
}

/** The cases drawn around, each with its way to the side panel. */
export function Chosen({ picked, say, onRemove, onClear, onOpen }) {
  const cases = [...picked.values()];
  return (
    <section className="jr-mapspace-chosen" aria-label={say("lasso")} data-testid="map-chosen">
      <div className="jr-mapspace-head"><h2 aria-live="polite">{say("lasso_done", { n: cases.length })}</h2></div>
      <div className="jr-actions">
        <a className="jr-button jr-primary" href={`/trips?cases=${cases.map((one) => one.id).join(",")}`} data-testid="map-trip">{say("lasso_trip")}</a>
        <button type="button" className="jr-button" onClick={onClear} data-testid="map-clear-chosen">{say("lasso_clear")}</button>
      </div>
      <ul>
        {cases.map((one) => (
          <li key={one.id}>
            <button type="button" className="jr-mapspace-name" onClick={() => onOpen(one)}>{one.name} <span className="jr-soft">{one.number}</span></button>
            <button type="button" className="jr-mapspace-pick" aria-label={`${say("lasso_remove")} ${one.number}`} title={say("lasso_remove")} onClick={() => onRemove(one)}>✕</button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The administrator's layers with their dates; `shown` maps an id to how it stands: loading, partly, fault or "". */
export function Layers({ layers, shown, looks, say, outlines, onOutlines, onToggle, onClose }) {
  return (
    <section className="jr-mapspace-layers" role="region" aria-label={say("layers")} data-testid="map-layers" onKeyDown={(e) => { if (e.key === "Escape") onClose(); }}>
      <div className="jr-mapspace-head"><h2>{say("layers")}</h2><button type="button" className="jr-plain-button jr-icon-button" onClick={onClose} aria-label={say("close")}>✕</button></div>
      <label className="jr-mapspace-layer"><input type="checkbox" checked={outlines} onChange={(e) => onOutlines(e.target.checked)} /><span>{say("layer_parcels")}</span></label>
      {layers?.length === 0 ? <p className="jr-soft">{say("layers_none")}</p> : null}
      {(layers || []).map((layer) => (
        <label key={layer.id} className="jr-mapspace-layer">
          <input type="checkbox" checked={shown.has(layer.id)} onChange={(e) => onToggle(layer, e.target.checked)} />
          <svg width="26" height="14" aria-hidden="true"><rect x="1.5" y="1.5" width="23" height="11" fill={looks(layer).color} fillOpacity="0.15" stroke={looks(layer).color} strokeWidth="1.6" strokeDasharray={looks(layer).dash} /></svg>
          <span>
            {layer.name}
            <span className="jr-soft">{[layer.dated ? say("layer_dated", { day: layer.dated }) : "", layer.source, layer.restricted ? say("layer_restricted") : ""].filter(Boolean).join(" · ")}</span>
            {["partly", "fault", "loading"].includes(shown.get(layer.id)) ? <span className="jr-soft" role="status">{say({ partly: "layers_partly", fault: "layers_fault", loading: "loading" }[shown.get(layer.id)])}</span> : null}
          </span>
        </label>
      ))}
    </section>
  );
}
