// Problems marked on a page: the frames over it, drawing a new one, what is missing there, and the list beside it.
import { useEffect, useRef, useState } from "react";
import { newKey, problemsOf, runCommand, say } from "./signature_http.jsx";

const LEAST = 0.01;
const clamp = (value) => Math.max(0, Math.min(1, value));
const framed = ([x, y], [u, v]) => [Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)];
const placed = ([left, top, right, bottom]) => ({ left: `${left * 100}%`, top: `${top * 100}%`, width: `${(right - left) * 100}%`, height: `${(bottom - top) * 100}%` });

/** The frames of a page, and a new one while somebody draws. Props: marks, chosen, choose, drawing, rect, onDrawn, texts. */
export function MarksLayer({ marks, chosen, choose, drawing, rect, onDrawn, texts }) {
  const [from, setFrom] = useState(null);
  const [to, setTo] = useState(null);
  const layer = useRef(null);
  const shown = marks.some((m) => m.id === chosen);
  useEffect(() => { if (shown) layer.current?.querySelector("[data-chosen='true']")?.scrollIntoView({ block: "center", inline: "center" }); }, [chosen, shown]);
  const at = (event) => {
    const box = layer.current.getBoundingClientRect();
    return [clamp((event.clientX - box.left) / box.width), clamp((event.clientY - box.top) / box.height)];
  };
  const begin = (event) => {
    if (event.button) return;
    event.preventDefault();
    layer.current.setPointerCapture(event.pointerId);
    setFrom(at(event));
    setTo(at(event));
  };
  const end = () => {
    if (from && to) {
      const drawn = framed(from, to);
      if (drawn[2] - drawn[0] >= LEAST && drawn[3] - drawn[1] >= LEAST) onDrawn(drawn);
    }
    setFrom(null);
    setTo(null);
  };
  const fresh = from && to ? framed(from, to) : rect;
  const pointer = drawing ? { onPointerDown: begin, onPointerMove: (event) => from && setTo(at(event)), onPointerUp: end, onPointerCancel: () => { setFrom(null); setTo(null); } } : {};
  return (
    <div className="jv-marks" ref={layer} data-drawing={Boolean(drawing)} data-testid="viewer-marks" {...pointer}>
      {marks.map((m) => (
        <button key={m.id} type="button" className="jv-mark" style={placed(m.rect)} data-tone={m.tone} data-chosen={m.id === chosen} data-testid={`mark-${m.id}`} aria-label={`${say(texts, "mark_number", { number: m.number })}: ${m.wanted}`} onClick={() => choose(m.id)}>
          <span aria-hidden="true">{m.number}</span>
        </button>
      ))}
      {fresh ? <div className="jv-mark jv-mark-new" style={placed(fresh)} data-testid="mark-new" /> : null}
    </div>
  );
}

/** The list of the marks of this document. */
export function MarksList({ marks, elsewhere, caseId, chosen, choose, texts }) {
  const place = useRef(null);
  useEffect(() => { place.current?.querySelector("[data-chosen='true']")?.scrollIntoView({ block: "nearest" }); }, [chosen]);
  if (!marks.length && !elsewhere.length) return null;
  return (
    <section className="jv-list" ref={place} aria-label={say(texts, "marks", { count: marks.length })}>
      {marks.length ? <h2>{say(texts, "marks", { count: marks.length })}</h2> : null}
      <ol>
        {marks.map((m) => (
          <li key={m.id} data-chosen={m.id === chosen} data-testid={`marked-${m.id}`}>
            <button type="button" className="jv-link" onClick={() => choose(m.id)}>{m.number} · {say(texts, "mark_place", { page: m.page })}</button>
            <div className="jr-chips"><span className="jr-chip">{m.unit}</span><span className="jr-chip" data-tone={m.tone}>{m.status}</span></div>
            <p>{m.wanted}</p>
            <p className="jr-soft">{say(texts, "rule_is", { rule: m.rule })}</p>
            {m.answer ? <p className="jr-soft">{say(texts, "answer", { answer: m.answer })}</p> : null}
          </li>
        ))}
      </ol>
      {elsewhere.length ? (
        <>
          <h3>{say(texts, "marks_elsewhere")}</h3>
          <ul>
            {elsewhere.map((m) => (
              <li key={m.id}>
                <a className="jr-link" href={`/cases/${caseId}/view/${m.what}?page=${m.page}&gap=${m.id}`}>{say(texts, "version", { version: m.version })} · {say(texts, "mark_place", { page: m.page })}</a>
                <p>{m.wanted}</p>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}

/** What is missing in the new frame. Props: caseId, data, page, rect, onDone, onCancel, texts. */
export function MarkForm({ caseId, data, page, rect, onDone, onCancel, texts }) {
  const [ask, setAsk] = useState(0);
  const [rule, setRule] = useState("");
  const [wanted, setWanted] = useState("");
  const [checked, setChecked] = useState(false);
  const [problems, setProblems] = useState([]);
  const [key] = useState(newKey);
  const head = useRef(null);
  useEffect(() => { head.current?.focus(); }, []);
  const chosen = data.asks[ask] || data.asks[0];
  const listed = chosen.command === "ReturnCase";
  const faults = { rule: rule.trim() ? "" : say(texts, "need_rule"), wanted: wanted.trim().length >= 4 ? "" : say(texts, "need_wanted") };
  const send = async (event) => {
    event.preventDefault();
    setChecked(true);
    if (faults.rule || faults.wanted) return;
    const mark = { material_id: Number(data.what.slice(1)), digest: data.digest, page, rect };
    if (listed) {
      onDone({ listed: keptInList(caseId, { subject: data.subject, page: "", rule, wanted, mark }) });
      return;
    }
    try {
      const [kind, subject] = data.subject.split(":");
      const answer = await runCommand(chosen.command, { case_id: Number(caseId), assignment_id: chosen.assignment, kind, subject, page: "", rule, wanted, mark }, { key });
      onDone({ gap: answer?.value?.gap_id ?? answer?.gap_id });
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    }
  };
  return (
    <form className="jv-form" onSubmit={send} data-testid="mark-form">
      <h2 tabIndex={-1} ref={head}>{say(texts, "mark_place", { page })}</h2>
      {data.asks.length > 1 ? (
        <label><span>{say(texts, "mark_for")}</span>
          <select value={ask} onChange={(event) => setAsk(Number(event.target.value))}>{data.asks.map((a, n) => <option key={a.assignment} value={n}>{a.item}</option>)}</select>
        </label>
      ) : <p className="jr-soft">{chosen.item}</p>}
      <label><span>{say(texts, "mark_rule")}</span><input value={rule} maxLength={300} onChange={(event) => setRule(event.target.value)} data-testid="mark-rule" /></label>
      {checked && faults.rule ? <span className="jv-fault" role="alert">{faults.rule}</span> : null}
      <label><span>{say(texts, "mark_wanted")}</span><textarea rows={4} value={wanted} maxLength={1000} onChange={(event) => setWanted(event.target.value)} data-testid="mark-wanted" /></label>
      {checked && faults.wanted ? <span className="jv-fault" role="alert">{faults.wanted}</span> : null}
      <span className="jr-gap-phrases">{(data.phrases || []).map((phrase) => <button type="button" key={phrase} className="jr-gap-phrase" onClick={() => setWanted(`${wanted}${phrase}`)}>{phrase}</button>)}</span>
      {problems.map((p, n) => <span key={n} className="jv-fault" role="alert">{p.text}</span>)}
      <div className="jr-actions">
        <button type="submit" className="jr-button jr-main-button" data-testid="mark-save">{say(texts, listed ? "mark_add" : "mark_save")}</button>
        <button type="button" className="jr-button" onClick={onCancel}>{say(texts, "mark_cancel")}</button>
      </div>
    </form>
  );
}

/** Add to the list of the pre-check that this browser keeps (see the gap editor); answers how many are on it. */
function keptInList(caseId, row) {
  const name = `jr-precheck-${caseId}`;
  let rows = [];
  try { rows = JSON.parse(localStorage.getItem(name)) || []; } catch { rows = []; }
  rows = [...rows.filter((r) => r.subject || r.rule || r.wanted), row];
  try { localStorage.setItem(name, JSON.stringify(rows)); } catch { /* storage is full or switched off */ }
  return rows.length;
}
