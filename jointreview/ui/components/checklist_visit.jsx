// Where and who: the project, the person to call, the officers on the visit and one's own arrival.
import { useState } from "react";
import { say } from "./signature_http.jsx";
import { Faults } from "./checklist.jsx";
import { moment } from "./site_jobs.jsx";
import { tooFar, whereIAm } from "./site_place.jsx";

export function Place({ page, texts, mobile, onReveal }) {
  return (
    <section className="jr-site-card" aria-label={say(texts, "place")}>
      <h1>{page.project}</h1>
      <p className="jr-site-soft">{page.number}</p>
      {page.address ? <p>{page.address}</p> : null}
      {page.meeting_point && page.meeting_point !== page.address ? <p>{say(texts, "meeting_point")}：{page.meeting_point}</p> : null}
      {page.contact ? (
        <div className="jr-site-row" style={{ marginTop: 10 }}>
          <span>{page.contact} <span className="jr-date">{mobile ? "" : page.mobile_masked}</span></span>
          {mobile ? (
            <a className="jr-site-big" data-main="true" id="onsite-call" data-testid="onsite-call" href={`tel:${mobile}`}>{say(texts, "call")} {mobile}</a>
          ) : page.mobile_masked ? (
            <button type="button" className="jr-site-big" id="onsite-reveal" data-testid="onsite-reveal" onClick={() => onReveal?.()}>{say(texts, "reveal")}</button>
          ) : null}
        </div>
      ) : null}
      {mobile ? <p className="jr-site-soft">{say(texts, "reveal_logged")}</p> : null}
    </section>
  );
}

export function Visit({ page, store, state, texts }) {
  const visit = page.visit;
  if (!visit) return <section className="jr-site-card"><p>{say(texts, "no_visit")}</p></section>;
  return (
    <section className="jr-site-card" aria-labelledby="onsite-visit">
      <div className="jr-site-head">
        <h2 id="onsite-visit">{say(texts, "attendance")}</h2>
        <span className="jr-date">{visit.when}</span>
      </div>
      <Faults problems={state.problems.signin} texts={texts} />
      <Arrival page={page} store={store} state={state} texts={texts} />
      <ul className="jr-site-people" data-testid="onsite-people">
        {visit.members.map((member) => (
          <li key={member.unit}>
            <span>{member.unit_name} <span className="jr-site-soft">{member.name}</span></span>
            <span className="jr-site-chip" data-tone={member.tone}>{member.status}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Arrival({ page, store, state, texts }) {
  const [asking, setAsking] = useState(false);
  const [note, setNote] = useState("");
  const [code, setCode] = useState("");
  const [far, setFar] = useState(0);
  const job = state.jobs.find((j) => j.command === "SignIn");
  const kept = state.receipts.find((r) => r.command === "SignIn" && r.visit === page.visit.id);
  const arrive = async (shown = "") => {
    setAsking(true);
    const position = await whereIAm();
    const metres = shown ? 0 : tooFar(page, position);
    setFar(metres);
    if (!metres) {
      setNote(say(texts, position ? "position_taken" : "position_missing"));
      await store.queue("SignIn", { case_id: page.case_id, ...(position || {}), ...(shown ? { code: shown } : {}) }, { place: "signin" });
    }
    setAsking(false);
  };
  if (job) {
    return (
      <div>
        <p role="status" data-testid="onsite-arrival">{say(texts, job.refused ? "sign_in_refused" : "sign_in_queued")} {note}</p>
        {job.refused ? (
          <button type="button" className="jr-site-small" onClick={() => store.dropJob(job)}>{say(texts, "drop")}</button>
        ) : null}
      </div>
    );
  }
  if (kept && page.may_sign_in) return <p className="jr-site-soft" role="status">{say(texts, "arrived", { time: moment(kept.at).slice(-5) })}</p>;
  if (!page.may_sign_in) {
    const why = page.sign_in_reason;
    return why || note ? <p className="jr-site-soft" role="status">{why} {note}</p> : null;
  }
  return (
    <>
      {far ? <p className="jr-site-faults" role="alert" data-testid="onsite-too-far">{say(texts, "too_far", { distance: far, radius: page.radius_m })}</p> : null}
      <button type="button" className="jr-site-big jr-site-wide" data-main="true" id="onsite-sign-in" data-testid="onsite-sign-in" disabled={asking} onClick={() => arrive()}>
        {say(texts, asking ? "position_asking" : "sign_in")}
      </button>
      <p className="jr-site-soft" style={{ marginTop: 6 }}>{say(texts, "position_why")}</p>
      <details open={Boolean(far)}>
        <summary data-testid="onsite-by-code">▸ {say(texts, "by_code")}</summary>
        <div className="jr-site-value">
          <input className="jr-site-input" id="onsite-code" data-testid="onsite-code" aria-label={say(texts, "gate_code")} placeholder="ABCD-2345" autoCapitalize="characters" autoComplete="off" maxLength={12} value={code} onChange={(event) => setCode(event.target.value)} />
          <button type="button" className="jr-site-big" id="onsite-code-go" data-testid="onsite-code-go" disabled={asking || code.replace(/[^A-Za-z0-9]/g, "").length < 8} onClick={() => arrive(code)}>{say(texts, "sign_in_short")}</button>
        </div>
        <p className="jr-site-soft">{say(texts, "by_code_hint")}</p>
      </details>
    </>
  );
}
