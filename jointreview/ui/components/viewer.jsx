// The viewer of a document: what it is, the way through its pages, and the page itself.
import { useCallback, useEffect, useState } from "react";
import { problemsOf, request, say } from "./signature_http.jsx";
import { Compare, CompareTools } from "./viewer_compare.jsx";
import { MarkForm, MarksLayer, MarksList } from "./viewer_marks.jsx";
import { PagePane } from "./viewer_page.jsx";
import { STYLE } from "./viewer_style.jsx";

const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6];
const ASK_AGAIN_MS = 4000;
const asked = (name) => new URLSearchParams(window.location.search).get(name);
const inField = (target) => target?.closest?.("input, textarea, select, [contenteditable]");

/** Props: caseId, what, tick, texts. */
export function Viewer({ caseId, what, tick, texts = {} }) {
  const [data, setData] = useState(null);
  const [problems, setProblems] = useState([]);
  const [page, setPage] = useState(() => Math.max(1, Number(asked("page")) || 1));
  const [zoom, setZoom] = useState(1);
  const [chosen, setChosen] = useState(() => Number(asked("gap")) || 0);
  const [drawing, setDrawing] = useState(false);
  const [rect, setRect] = useState(null);
  const [done, setDone] = useState(null);
  const [other, setOther] = useState(() => asked("with") || "");
  const [differs, setDiffers] = useState(false);

  const load = useCallback(async () => {
    try {
      setData(await request("GET", `/api/cases/${caseId}/files/${what}`));
      setProblems([]);
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    }
  }, [caseId, what]);
  useEffect(() => { if (caseId && what) load(); }, [caseId, what, tick, load]);
  useEffect(() => {
    setPage(Math.max(1, Number(asked("page")) || 1));
    setChosen(Number(asked("gap")) || 0);
    setOther(asked("with") || "");
    setZoom(1); setDrawing(false); setRect(null); setDone(null); setDiffers(false);
  }, [what]);
  const compare = (with_) => {
    setOther(with_); setDiffers(false); setDrawing(false); setRect(null);
    const address = new URLSearchParams(window.location.search);
    if (with_) address.set("with", with_); else address.delete("with");
    history.replaceState(history.state, "", `?${address}`);
  };
  // The hub tells when the pages are ready; a lost connection must not leave anybody waiting.
  useEffect(() => {
    if (data?.state !== "preparing") return undefined;
    const timer = setInterval(load, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [data?.state, load]);

  const pages = data?.pages || 0;
  const here = pages ? Math.min(page, pages) : page;
  const turn = useCallback((to) => {
    const next = Math.max(1, Math.min(pages || 1, to));
    setPage(next);
    setRect(null);
    const address = new URLSearchParams(window.location.search);
    address.set("page", next);
    history.replaceState(history.state, "", `?${address}`);
  }, [pages]);
  const zoomBy = useCallback((step) => setZoom((now) => {
    const at = ZOOMS.findIndex((z) => z >= now);
    return ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, at + step))];
  }), []);
  useEffect(() => {
    if (data?.state !== "ready") return undefined;
    const keys = {
      ArrowLeft: () => turn(here - 1), PageUp: () => turn(here - 1), ArrowRight: () => turn(here + 1), PageDown: () => turn(here + 1),
      Home: () => turn(1), End: () => turn(pages), "+": () => zoomBy(1), "=": () => zoomBy(1), "-": () => zoomBy(-1), 0: () => setZoom(1),
    };
    const pressed = (event) => {
      const act = keys[event.key];
      if (!act || inField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [data?.state, here, pages, turn, zoomBy]);

  if (!caseId) return null;
  const marks = (data?.marks || []).map((m, n) => ({ ...m, number: n + 1 }));
  const choose = (id) => { setChosen(id); const found = marks.find((m) => m.id === id); if (found && found.page !== here) turn(found.page); };
  const beside = data?.versions?.some((v) => v.what === other && v.what !== what && v.shows) ? other : "";
  const mayMark = data?.asks?.length > 0;
  const side = beside ? false : marks.length || data?.marks_elsewhere?.length || rect || done || drawing;
  return (
    <div className="jv" data-testid="viewer" data-state={data?.state || ""}>
      <style href="jr-viewer" precedence="default">{STYLE}</style>
      {problems.map((p, n) => <div key={n} className="jv-says" role="alert">{p.text}</div>)}
      {data ? (
        <>
          <Head {...{ caseId, data, texts }} />
          {data.state === "ready" ? (
            <>
              <Tools {...{ page: here, pages, turn, zoom, zoomBy, setZoom, texts }}>
                <CompareTools {...{ data, other: beside, setOther: compare, differs, setDiffers, texts }} />
                {mayMark && !beside ? (
                  <button type="button" className="jv-tool jv-text-tool" aria-pressed={drawing} onClick={() => { setDrawing(!drawing); setRect(null); setDone(null); }} data-testid="viewer-mark">
                    {say(texts, drawing ? "mark_stop" : "mark")}
                  </button>
                ) : null}
              </Tools>
              <div className="jv-body" data-side={Boolean(side)}>
                {beside ? <Compare {...{ caseId, data, other: beside, page: here, zoom, turn, differs, chosen, choose, texts }} marks={marks.filter((m) => m.page === here)} /> : (
                  <PagePane {...{ caseId, what, data, page: here, zoom, turn, texts }} still={drawing}>
                    <MarksLayer {...{ marks: marks.filter((m) => m.page === here), chosen, choose, drawing, rect, texts }} onDrawn={(drawn) => { setRect(drawn); setDone(null); }} />
                  </PagePane>
                )}
                {side ? (
                  <aside className="jv-side">
                    {drawing && !rect && !done ? (
                      <div className="jv-says" role="status">
                        {say(texts, "mark_hint")}{" "}
                        <button type="button" className="jv-link" onClick={() => setRect([0, 0, 1, 1])} data-testid="mark-whole">{say(texts, "mark_whole")}</button>
                      </div>
                    ) : null}
                    {rect ? <MarkForm key={here} {...{ caseId, data, page: here, rect, texts }} onCancel={() => setRect(null)} onDone={(what_) => { setRect(null); setDrawing(false); setDone(what_); if (what_.gap) setChosen(what_.gap); load(); }} /> : null}
                    {done ? (
                      <p className="jv-says" role="status" data-testid="mark-done">
                        {done.listed ? <>{say(texts, "mark_listed", { count: done.listed })} <a className="jr-link" href={`/cases/${caseId}?panel=review`}>{say(texts, "mark_to_list")}</a></> : say(texts, "mark_saved")}
                      </p>
                    ) : null}
                    <MarksList {...{ marks, elsewhere: data.marks_elsewhere, caseId, chosen, choose, texts }} />
                  </aside>
                ) : null}
              </div>
              {data.of > pages ? <p className="jv-says">{say(texts, "more_pages", { of: data.of, pages })}</p> : null}
              {data.read_by?.length ? <p className="jr-soft" data-testid="viewer-read-by">{say(texts, "read_by", { units: data.read_by.join("、") })}</p> : null}
              <p className="jr-soft jv-keys">{say(texts, "keys")}</p>
            </>
          ) : <Standing {...{ data, texts }} />}
        </>
      ) : problems.length ? <a className="jr-link" href={`/cases/${caseId}`}>{say(texts, "back")}</a> : <p role="status" className="jr-soft">{say(texts, "loading")}</p>}
    </div>
  );
}

function Head({ caseId, data, texts }) {
  const choose = (event) => { window.location.assign(`/cases/${caseId}/view/${event.target.value}`); };
  return (
    <header className="jv-head">
      <div className="jv-title">
        <a className="jr-link" href={`/cases/${caseId}?panel=${data.back}`} id="viewer-back">← {data.case.number}</a>
        <h1>{data.title || data.name}</h1>
        {data.title ? <span className="jr-soft">{data.name}</span> : null}
      </div>
      <div className="jr-actions jv-acts">
        {data.scan ? <span className="jr-chip" data-tone="warn">{data.scan}</span> : null}
        {data.versions.length > 1 ? (
          <label className="jv-field">
            <span className="jr-visually-hidden">{say(texts, "version_field")}</span>
            <select className="jv-select" id="viewer-version" value={data.what} onChange={choose}>
              {data.versions.map((v) => <option key={v.what} value={v.what}>{say(texts, v.current ? "version_now" : "version", { version: v.version })} · {v.added}</option>)}
            </select>
          </label>
        ) : data.version ? <span className="jr-chip">{say(texts, "version", { version: data.version })}</span> : null}
        <a className="jr-button" href={data.download} download data-testid="viewer-download">{say(texts, "download")}</a>
      </div>
      {data.version && !data.current ? <p className="jv-says">{say(texts, "old_version")}</p> : null}
    </header>
  );
}

function Tools({ page, pages, turn, zoom, zoomBy, setZoom, texts, children }) {
  const [typed, setTyped] = useState(String(page));
  useEffect(() => setTyped(String(page)), [page]);
  const go = (event) => { event.preventDefault(); turn(Math.round(Number(typed)) || page); setTyped(String(page)); };
  return (
    <div className="jv-tools" role="toolbar" aria-label={say(texts, "title")}>
      <form className="jv-pages" onSubmit={go}>
        <button type="button" className="jv-tool" disabled={page <= 1} onClick={() => turn(page - 1)} aria-label={say(texts, "previous")} data-testid="viewer-previous">‹</button>
        <label>
          <span className="jr-visually-hidden">{say(texts, "page_field")}</span>
          <input className="jv-number" inputMode="numeric" value={typed} onChange={(event) => setTyped(event.target.value)} onBlur={go} data-testid="viewer-page" />
        </label>
        <span className="jr-soft" data-testid="viewer-count">/ {pages}</span>
        <button type="button" className="jv-tool" disabled={page >= pages} onClick={() => turn(page + 1)} aria-label={say(texts, "next")} data-testid="viewer-next">›</button>
      </form>
      <div className="jv-zoom">
        <button type="button" className="jv-tool" disabled={zoom <= ZOOMS[0]} onClick={() => zoomBy(-1)} aria-label={say(texts, "zoom_out")}>−</button>
        <button type="button" className="jv-tool jv-fit" onClick={() => setZoom(1)} aria-label={say(texts, "zoom_fit")} data-testid="viewer-zoom">{Math.round(zoom * 100)}%</button>
        <button type="button" className="jv-tool" disabled={zoom >= ZOOMS[ZOOMS.length - 1]} onClick={() => zoomBy(1)} aria-label={say(texts, "zoom_in")} data-testid="viewer-larger">+</button>
      </div>
      {children}
    </div>
  );
}

/** Not there yet, or not to be shown: why, and the way out. */
function Standing({ data, texts }) {
  const waits = data.state === "preparing";
  return (
    <div className="jv-standing" role="status" data-testid="viewer-standing">
      <strong>{say(texts, waits ? "preparing" : "not_shown")}</strong>
      <p>{waits ? say(texts, "preparing_why") : data.reason}</p>
      {waits ? <span className="jv-bar" aria-hidden="true" /> : (
        <>
          <p className="jr-soft">{say(texts, "try_download")}</p>
          <a className="jr-button jr-main-button" href={data.download} download>{say(texts, "download")}</a>
        </>
      )}
    </div>
  );
}
