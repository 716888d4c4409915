// An officer's day on site: the stops in order, what is kept for working without network, and what waits to be sent.
import { useEffect, useMemo, useReducer, useState } from "react";
import { problemsOf, say } from "./signature_http.jsx";
import { STYLE } from "./checklist_style.jsx";
import { Faults } from "./checklist.jsx";
import { Receipts, Refused } from "./checklist_refused.jsx";
import { SiteStore } from "./photo_store.jsx";
import { SignPermit } from "./pocket_permit.jsx";
import { Stop } from "./pocket_stop.jsx";
import { useDay, usePapers } from "./pocket_day.jsx";
import { every } from "./photo_db.jsx";
import { inLanguage, useShell, whoIsHere } from "./site_worker.jsx";

/** Props: texts by language. Everything else comes from the server, or from this device while there is none. */
export function Pocket({ texts: words }) {
  const texts = inLanguage(words);
  const shell = useShell();
  const who = useMemo(whoIsHere, []);
  const { day, at, problems, online, reload, choose, chosen } = useDay(who, texts);
  const papers = usePapers(who, day, chosen, online);
  const stores = useStores(who, day, texts, reload);
  const said = useGateCode(day, stores, texts);
  if (!who) return <p className="jr-site-quiet">{say(texts, "signed_out")}</p>;
  if (!day) return problems.length ? <Faults problems={problems} texts={texts} /> : <p className="jr-busy" role="status">{say(texts, "loading")}</p>;
  const waiting = Object.values(stores).reduce((sum, store) => sum + store.waiting(), 0);
  const left = Object.values(stores).filter((store) => !day.stops.some((s) => String(s.case_id) === String(store.caseId)));
  return (
    <div className="jr-site jr-pocket" data-testid="pocket">
      <style href="jr-site" precedence="default">{STYLE}</style>
      <style href="jr-pocket" precedence="default">{POCKET}</style>
      <div className="jr-site-head">
        <h1>{say(texts, "day_title")}</h1>
        <span className="jr-date">{day.day_text}</span>
      </div>
      <Ready shell={shell} at={at} online={online} papers={papers} waiting={waiting} texts={texts} reload={reload} stores={stores} count={day.stops.length} />
      <Faults problems={problems} texts={texts} />
      {said ? <p className="jr-site-quiet" role="status" data-testid="pocket-code">{said}</p> : null}
      {day.stops.length ? <SignPermit who={who} online={online} texts={texts} /> : <p className="jr-site-card">{say(texts, "day_empty")}</p>}
      <ol className="jr-pocket-stops">
        {day.stops.map((stop, n) => (
          <Stop key={stop.visit_id} n={n + 1} stop={stop} store={stores[stop.case_id]} papers={papers} choose={choose} texts={texts} />
        ))}
      </ol>
      {left.map((store) => <Left key={store.caseId} store={store} texts={texts} />)}
    </div>
  );
}

/** One line that says what works without network, and one action that makes it so. */
function Ready({ shell, at, online, papers, waiting, texts, reload, stores, count }) {
  const ready = shell === "ready" && papers.ready;
  const tone = waiting ? "wait" : ready ? "good" : "quiet";
  const time = new Date(at).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const send = () => Object.values(stores).forEach((store) => store.retry());
  return (
    <section className="jr-site-queue" id="pocket-ready" data-testid="pocket-ready" data-shell={shell} data-ready={ready} data-waiting={waiting} data-tone={tone} role="status">
      <span>
        {shell === "no" ? say(texts, "no_shell") : say(texts, ready ? "ready" : "not_ready", { count })}
        {" "}{say(texts, "drawings_kept", { kept: papers.kept, of: papers.wanted, size: megabytes(papers.bytes), limit: megabytes(papers.limit) })}
        {papers.busy ? ` ${say(texts, "drawings_coming")}` : ""}
        {papers.left_out ? ` ${say(texts, "drawings_left_out", { count: papers.left_out })}` : ""}
        {" "}{say(texts, online ? "read_at" : "read_before", { time })}
      </span>
      {waiting ? <b>{say(texts, "queue_waiting", { count: waiting })}</b> : null}
      {waiting ? <button type="button" className="jr-site-small" id="pocket-send" onClick={send}>{say(texts, "queue_now")}</button> : null}
      <button type="button" className="jr-site-small" id="pocket-make-ready" data-testid="pocket-make-ready" onClick={() => reload().then(papers.fetch)}>{say(texts, "make_ready")}</button>
    </section>
  );
}

export function megabytes(bytes) {
  return (bytes / 1048576).toLocaleString("en", { maximumFractionDigits: bytes < 10485760 ? 1 : 0 });
}

/** Something of an earlier day that is still on this device. */
function Left({ store, texts }) {
  const state = store.now();
  return (
    <div data-testid={`pocket-left-${store.caseId}`}>
      <h2><a href={`/cases/${store.caseId}/onsite`}>{store.page?.project || store.caseId}</a></h2>
      <p className="jr-site-soft">{say(texts, "queue_waiting", { count: store.waiting() })}</p>
      <Refused store={store} state={state} page={store.page} texts={texts} />
      <Receipts receipts={state.receipts} texts={texts} />
    </div>
  );
}

/** A store for each stop and for each case of which something waits here: this page sends for all of them. */
function useStores(who, day, texts, onSent) {
  const [stores, setStores] = useState({});
  const [, again] = useReducer((n) => n + 1, 0);
  useEffect(() => {
    if (!who || !day) return undefined;
    const made = {};
    let over = false;
    (async () => {
      const rows = [...(await every("jobs")), ...(await every("drafts")).filter((d) => d.dirty)];
      const waiting = rows.map((row) => row.key.split(":")).filter(([owner]) => owner === who).map(([, caseId]) => caseId);
      for (const caseId of new Set([...day.stops.map((s) => String(s.case_id)), ...waiting])) {
        if (over) return;
        const store = new SiteStore(who, caseId, texts, onSent);
        store.page = day.stops.find((s) => String(s.case_id) === caseId)?.page || (await store.keptPage());
        store.watch(again);
        await store.open();
        if (over) store.close();
        else made[caseId] = store;
      }
      if (!over) setStores(made);
    })();
    return () => {
      over = true;
      Object.values(made).forEach((store) => store.close());
    };
  }, [who, day?.day, day?.stops.map((s) => s.case_id).join()]);
  return stores;
}

/** The code of a gate that was scanned with the camera of the phone and led here. */
function useGateCode(day, stores, texts) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    const asked = new URLSearchParams(location.search);
    const store = stores[asked.get("case")];
    if (!day || !Object.keys(stores).length || !asked.get("code")) return;
    history.replaceState(null, "", "/onsite");
    const page = day.stops.find((s) => String(s.case_id) === asked.get("case"))?.page;
    if (!store || !page) setSaid(say(texts, "code_elsewhere"));
    else if (!page.may_sign_in) setSaid(page.sign_in_reason);
    else {
      store.queue("SignIn", { case_id: page.case_id, code: asked.get("code") }, { place: "signin" });
      setSaid(say(texts, "code_taken", { project: page.project }));
    }
  }, [day, stores]);
  return said;
}

const POCKET = `
.jr-pocket-stops { list-style: none; padding: 0; margin: 0; }
.jr-pocket-stop > summary { display: block; }
.jr-pocket-map { width: 100%; max-height: 260px; border: 1px solid var(--jr-line); border-radius: 10px; background: var(--jr-ground); margin: 8px 0; }
.jr-pocket-figures { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.jr-pocket-figures td { padding: 6px 4px; border-top: 1px solid var(--jr-line); }
.jr-pocket-figures td:last-child { text-align: right; white-space: nowrap; }
.jr-pocket-papers { list-style: none; padding: 0; margin: 0; }
.jr-pocket-papers li { display: flex; gap: 8px; align-items: center; min-height: 48px; border-top: 1px solid var(--jr-line); overflow-wrap: anywhere; }
.jr-pocket-papers label { display: flex; flex: 1; gap: 10px; align-items: center; min-height: 44px; min-width: 0; }
.jr-pocket-papers input { width: 22px; height: 22px; flex: none; }
.jr-pocket-number { display: inline-grid; place-items: center; width: 30px; height: 30px; border-radius: 50%; background: var(--jr-accent); color: var(--jr-card); font-weight: 700; margin-right: 8px; }
.jr-pocket .jr-site-queue { flex-direction: column; align-items: stretch; position: static; margin-top: 0; }
.jr-pocket .jr-site-queue button { align-self: flex-start; }
`;
