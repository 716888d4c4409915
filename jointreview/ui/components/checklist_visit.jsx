// Where and who: the project, the person to call, the officers on the visit and one's own arrival.
import { useState } from "react";
import { say } from "./signature_http.jsx";
import { Faults } from "./checklist.jsx";

const POSITION_MS = 12000;

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
  const job = state.jobs.find((j) => j.command === "SignIn");
  const arrive = async () => {
    setAsking(true);
    const position = await whereIAm();
    setNote(say(texts, position ? "position_taken" : "position_missing"));
    await store.queue("SignIn", { case_id: page.case_id, ...(position || {}) }, { place: "signin" });
    setAsking(false);
  };
  if (job) {
    return (
      <div>
        <p role="status">{say(texts, job.refused ? "sign_in_refused" : "sign_in_queued")} {note}</p>
        {job.refused ? (
          <button type="button" className="jr-site-small" onClick={() => store.dropJob(job)}>{say(texts, "drop")}</button>
        ) : null}
      </div>
    );
  }
  if (!page.may_sign_in) {
    const why = page.sign_in_reason;
    return why || note ? <p className="jr-site-soft" role="status">{why} {note}</p> : null;
  }
  return (
    <>
      <button type="button" className="jr-site-big jr-site-wide" data-main="true" id="onsite-sign-in" data-testid="onsite-sign-in" disabled={asking} onClick={arrive}>
        {say(texts, asking ? "position_asking" : "sign_in")}
      </button>
      <p className="jr-site-soft" style={{ marginTop: 6 }}>{say(texts, "position_why")}</p>
    </>
  );
}

/** The position at this instant, or null: refused, switched off, or too slow. */
function whereIAm() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) {
      resolve(null);
      return;
    }
    const late = setTimeout(() => resolve(null), POSITION_MS + 1000);
    const done = (value) => {
      clearTimeout(late);
      resolve(value);
    };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ lon: coords.longitude, lat: coords.latitude, accuracy_m: Math.round(coords.accuracy) }),
      () => done(null),
      { enableHighAccuracy: true, timeout: POSITION_MS, maximumAge: 30000 },
    );
  });
}
