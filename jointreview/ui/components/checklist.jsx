// The officer's page on site: place, attendance, checklist, findings and opinion of each own assignment.
import { useCallback, useEffect, useRef, useState } from "react";
import { say } from "./signature_http.jsx";
import { useSiteStore } from "./photo_store.jsx";
import { STYLE } from "./checklist_style.jsx";
import { Place, Visit } from "./checklist_visit.jsx";
import { Lines } from "./checklist_lines.jsx";
import { Findings } from "./checklist_findings.jsx";
import { Opinion } from "./checklist_opinion.jsx";
import { Receipts, Refused } from "./checklist_refused.jsx";
import { forgetOthers } from "./photo_db.jsx";
import { keptPermit } from "./site_keys.jsx";
import { inLanguage, useShell, whoIsHere } from "./site_worker.jsx";

/**
 * Props: data (the page as the server read it), account, caseId, name, mobile (once shown), texts by language,
 * onChanged(), onReveal().
 */
export function OnSite({ data, account, caseId, name, mobile, texts: words, onChanged, onReveal }) {
  const texts = inLanguage(words);
  const shell = useShell();
  const changed = useRef(onChanged);
  changed.current = onChanged;
  const sent = useCallback(() => changed.current?.(), []);
  const [who, which] = usePlace(account, caseId);
  const [store, state] = useSiteStore(who, which, texts, sent);
  const page = usePage(store, data, which);
  useEffect(() => {
    if (store && data?.version) store.retry();
  }, [store, data?.version, state?.ready]);
  const arriving = useArriving(state, page);
  const permit = usePermit(who, state?.jobs.length);
  if (!page || !state?.ready) return <p className="jr-busy" role="status">{say(texts, "loading")}</p>;
  const shared = { store, state, page, texts: { ...texts, ...page.texts }, name, onChanged: sent, arriving, who, permit };
  return (
    <div className="jr-site" data-testid="onsite">
      <style href="jr-site" precedence="default">{STYLE}</style>
      <a className="jr-site-small" id="onsite-day" href="/onsite">← {say(texts, "day_title")}</a>
      <Queue {...shared} shell={shell} />
      <Faults problems={state.problems[""]} texts={texts} />
      <Refused {...shared} />
      <Place {...shared} mobile={mobile} onReveal={onReveal} />
      <Visit {...shared} />
      {page.assignments.map((assignment) => (
        <Assignment key={assignment.id} assignment={assignment} {...shared} />
      ))}
      <Receipts receipts={state.receipts} texts={texts} />
    </div>
  );
}

/** Signing in is on its way, or has arrived and the page does not know yet: the checklist must not vanish between. */
function useArriving(state, page) {
  const seen = useRef(null);
  const came = (one) => one.command === "SignIn" && one.visit === page?.visit?.id;
  const waiting = Boolean(state?.jobs.some((job) => job.command === "SignIn") || state?.receipts.some(came));
  if (waiting) seen.current = page;
  return waiting || (page !== null && seen.current === page);
}

/** The permission to sign without network that lies on this device, looked for again when something was queued. */
function usePermit(who, jobs) {
  const [permit, setPermit] = useState(null);
  useEffect(() => {
    if (who) keptPermit(who).then(setPermit);
  }, [who, jobs]);
  return permit;
}

/** Whose page of which case: as the server says, and until it answers as the cookie and the address say. */
function usePlace(account, caseId) {
  return account ? [account, caseId] : [whoIsHere(), location.pathname.split("/")[2] || ""];
}

/** What the server read, or what this device kept of it, while nothing has come. */
function usePage(store, data, caseId) {
  const [kept, setKept] = useState(null);
  const fresh = data?.case_id && String(data.case_id) === String(caseId) ? data : null;
  useEffect(() => {
    if (!store) return;
    if (fresh) {
      store.keepPage(fresh);
      forgetOthers(store.prefix.split(":")[0]).catch(() => {});
      store.tidy(fresh.assignments.map((a) => a.round_id));
    } else store.keptPage().then((page) => setKept(page || null));
  }, [store, fresh]);
  return fresh || kept;
}

function Queue({ store, state, texts, shell }) {
  const waiting = store.waiting();
  const tone = waiting ? "wait" : state.syncedAt ? "good" : "quiet";
  let text = say(texts, "queue_idle");
  if (waiting && state.sending) text = say(texts, "queue_sending", { count: waiting });
  else if (waiting) text = say(texts, "queue_waiting", { count: waiting });
  else if (state.syncedAt) text = say(texts, "queue_synced", { time: state.syncedAt });
  return (
    <div className="jr-site-queue" role="status" id="onsite-queue" data-testid="onsite-queue" data-waiting={waiting} data-tone={tone} data-shell={shell}>
      <span>{text}{waiting && state.offline ? ` ${say(texts, "queue_offline")}` : ""}</span>
      {shell === "no" ? <span className="jr-site-soft">{say(texts, "no_shell")}</span> : null}
      {waiting && !state.sending ? (
        <button type="button" className="jr-site-small" id="onsite-send" onClick={() => store.retry()}>{say(texts, "queue_now")}</button>
      ) : null}
    </div>
  );
}

export function Faults({ problems, texts }) {
  if (!problems?.length) return null;
  return (
    <div className="jr-site-faults" role="alert">
      <strong>{say(texts, "not_taken")}</strong>
      {problems.map((p, n) => (
        <p key={n}>{p.href ? <a href={p.href} target="_blank" rel="noreferrer">{p.text}</a> : p.text}</p>
      ))}
    </div>
  );
}

function Assignment({ assignment, ...shared }) {
  const { state, texts, arriving } = shared;
  const signed = state.jobs.some((job) => job.place === `${assignment.id}:opinion`);
  const closed = signed ? say(texts, "signed_waits") : assignment.closed_reason && !(assignment.waits_for_arrival && arriving) ? assignment.closed_reason : "";
  const faults = Object.entries(state.problems)
    .filter(([place]) => place === `${assignment.id}:`)
    .flatMap(([, found]) => found);
  return (
    <section className="jr-site-card" aria-labelledby={`onsite-item-${assignment.id}`} data-testid={`onsite-assignment-${assignment.id}`}>
      <div className="jr-site-head">
        <h2 id={`onsite-item-${assignment.id}`}>{assignment.name}</h2>
        <span className="jr-site-soft">{assignment.round_text}</span>
      </div>
      {assignment.due_text ? <p className="jr-site-soft">{assignment.due_text}</p> : null}
      <Faults problems={faults} texts={texts} />
      {closed && !assignment.opinion ? <p className="jr-site-quiet">{closed}</p> : null}
      <Findings assignment={assignment} {...shared} verify />
      {assignment.round_id && !closed ? <Checklist assignment={assignment} {...shared} /> : null}
      <Findings assignment={closed ? { ...assignment, may_raise: false } : assignment} {...shared} />
      <Opinion assignment={assignment} {...shared} closed={closed} />
      {assignment.decide_href ? <a className="jr-site-big" data-testid={`onsite-decide-${assignment.id}`} href={assignment.decide_href}>{say(texts, "to_decision")}</a> : null}
    </section>
  );
}

/** In a re-inspection the findings come first; the checklist is there when it is wanted. */
function Checklist({ assignment, ...shared }) {
  if (!assignment.again) return <Lines assignment={assignment} {...shared} />;
  return (
    <details>
      <summary data-testid={`checklist-again-${assignment.id}`}>▸ {say(shared.texts, "checklist_again")}</summary>
      <Lines assignment={assignment} {...shared} />
    </details>
  );
}
