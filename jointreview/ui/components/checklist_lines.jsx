// The lines of a checklist: an answer with one tap, value, note and photographs; a failure unfolds a finding.
import { useState } from "react";
import { say } from "./signature_http.jsx";
import { PhotoStrip } from "./photo_strip.jsx";
import { FindingForm } from "./checklist_findings.jsx";

const ANSWERS = [
  ["ok", "good"],
  ["not_ok", "bad"],
  ["not_applicable", "plain"],
  ["later", "plain"],
];

/** What stands on a line: this device's draft while the server has nothing newer from somebody else. */
export function standing(store, assignment, line) {
  const draft = store.draft(assignment.round_id, line.code);
  const answer = line.answer;
  if (draft && (draft.dirty || !answer || answer.mine)) return { ...answer, ...draft, photos: draft.photos || answer?.photos || [] };
  return answer || { photos: [] };
}

export function Lines({ assignment, ...shared }) {
  const { store, texts } = shared;
  if (!assignment.lines.length) return <p className="jr-site-soft">{say(texts, "no_lines")}</p>;
  const done = assignment.lines.filter((line) => standing(store, assignment, line).result).length;
  return (
    <div>
      <div className="jr-site-head">
        <h3>{say(texts, "checklist")}</h3>
        <span className="jr-site-soft jr-date" data-testid={`onsite-progress-${assignment.id}`}>{say(texts, "answered", { done, of: assignment.lines.length })}</span>
      </div>
      {assignment.lines.map((line, n) => (
        <Line key={line.code} assignment={assignment} line={line} n={n + 1} {...shared} />
      ))}
    </div>
  );
}

function Line({ assignment, line, n, ...shared }) {
  const { store, state, texts, page } = shared;
  const id = `line-${assignment.id}-${line.code}`;
  const here = standing(store, assignment, line);
  const [noting, setNoting] = useState(false);
  const set = (fields, photos = takePhotos(here, store)) => {
    const base = { result: here.result, value: here.value || "", note: here.note || "", photos };
    store.edit(assignment, line.code, { ...base, ...fields }, true);
  };
  const problems = state.problems[`${assignment.id}:${line.code}`];
  return (
    <div className="jr-site-line" id={id}>
      <p>{n}. {line.text}</p>
      {line.rule ? <p className="jr-site-soft">{line.rule}</p> : null}
      <fieldset className="jr-site-seg" aria-label={line.text}>
        {ANSWERS.map(([result, tone]) => (
          <label key={result}>
            <input
              type="radio"
              name={id}
              data-testid={`${id}-${result}`}
              checked={here.result === result}
              onChange={() => set({ result })}
            />
            <span data-tone={tone}>{here.result === result ? "✓ " : ""}{say(texts, result)}</span>
          </label>
        ))}
      </fieldset>
      {problems?.map((p) => <p key={p.text} className="jr-site-faults" role="alert">{p.text}</p>)}
      {line.asks_value && here.result && here.result !== "not_applicable" ? (
        <label className="jr-site-field">
          <b>{say(texts, "value")}</b>
          <span className="jr-site-value">
            <input
              className="jr-site-input"
              id={`${id}-value`}
              data-testid={`${id}-value`}
              inputMode={line.unit ? "decimal" : "text"}
              maxLength={60}
              value={here.value || ""}
              onChange={(event) => set({ value: event.target.value })}
            />
            {line.unit ? <span>{line.unit}</span> : null}
          </span>
        </label>
      ) : null}
      {here.result ? (
        <>
          {noting || here.note ? (
            <label className="jr-site-field">
              <b>{say(texts, "note")}</b>
              <textarea className="jr-site-input" id={`${id}-note`} data-testid={`${id}-note`} maxLength={500} value={here.note || ""} onChange={(event) => set({ note: event.target.value })} />
              <Phrases said={page.phrases?.[here.result]} texts={texts} onPick={(phrase) => set({ note: here.note ? `${here.note}；${phrase}` : phrase })} />
            </label>
          ) : null}
          <div className="jr-site-row">
            <PhotoStrip
              store={store}
              photos={shownPhotos(here, state)}
              id={`${id}-photo`}
              texts={texts}
              onAdd={(keys) => set({}, [...takePhotos(here, store), ...keys])}
              onDrop={(key) => set({}, takePhotos(here, store).filter((k) => k !== key))}
            />
            {noting || here.note ? null : (
              <button type="button" className="jr-site-small" id={`${id}-add-note`} onClick={() => setNoting(true)}>{say(texts, "add_note")}</button>
            )}
          </div>
        </>
      ) : null}
      {here.result === "not_ok" ? <FindingForm assignment={assignment} line={line} here={here} {...shared} /> : null}
    </div>
  );
}

/** Quick phrases of the catalogue: one tap instead of typing. */
export function Phrases({ said, texts, onPick }) {
  if (!said?.length) return null;
  return (
    <span className="jr-site-phrases" role="group" aria-label={say(texts, "phrases")}>
      {said.map((phrase) => (
        <button key={phrase} type="button" onClick={() => onPick(phrase)}>{phrase}</button>
      ))}
    </span>
  );
}

/** Keys of the photographs of a line; what only the server has is taken over into the store. */
export function takePhotos(here, store) {
  return (here.photos || []).map((p) => (typeof p === "string" ? p : store.adopt([p])[0]));
}

function shownPhotos(here, state) {
  return (here.photos || []).map((p) => (typeof p === "string" ? state.photos[p] : p)).filter(Boolean);
}
