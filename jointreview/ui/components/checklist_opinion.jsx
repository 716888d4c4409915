// The conclusion of one assignment: only what is possible, in the officer's words, signed; afterwards a calm summary.
import { useState } from "react";
import { problemsOf, runCommand, say } from "./signature_http.jsx";
import { SignDialog } from "./signature.jsx";
import { Faults } from "./checklist.jsx";
import { Field } from "./checklist_findings.jsx";
import { standing } from "./checklist_lines.jsx";
import { seal } from "./site_keys.jsx";
import { moment } from "./site_jobs.jsx";

const DRAFT = "__opinion";
const PHRASES = 3;

export function Opinion({ assignment, closed, ...shared }) {
  const { texts, state } = shared;
  const job = state.jobs.find((j) => j.place === `${assignment.id}:opinion`);
  if (job) return <Waiting job={job} assignment={assignment} {...shared} />;
  if (assignment.opinion) return <Given assignment={assignment} {...shared} />;
  if (!assignment.round_id || closed || !assignment.asks_opinion) return null;
  return (
    <div className="jr-site-line" data-testid={`opinion-form-${assignment.id}`}>
      <h3>{say(texts, "opinion")}</h3>
      <Form assignment={assignment} {...shared} />
    </div>
  );
}

function Form({ assignment, store, state, page, texts, name, onChanged, who, permit }) {
  const id = `opinion-${assignment.id}`;
  const draft = store.draft(assignment.round_id, DRAFT) || {};
  const set = (fields) => store.edit(assignment, DRAFT, fields);
  const possible = possibleNow(assignment, state);
  const result = possible.includes(draft.f_result) ? draft.f_result : "";
  const repaired = assignment.findings.some((f) => f.status === "verified");
  const phrases = phrasesOf(texts, result);
  const text = draft.f_text ?? "";
  const condition = draft.f_condition ?? assignment.deferral ?? "";
  const until = draft.f_until ?? assignment.latest ?? "";
  const choose = (chosen) => {
    const untouched = !text || Object.values(texts).includes(text);
    set({ f_result: chosen, ...(untouched ? { f_text: phrasesOf(texts, chosen).at(repaired && chosen === "PASS" ? -1 : 0) } : {}) });
  };
  const conditional = result === "PASS_COND";
  const args = {
    case_id: page.case_id,
    assignment_id: assignment.id,
    result,
    text: text.trim(),
    condition: conditional ? condition.trim() : "",
    commitment_until: conditional ? until || null : null,
    document_no: (draft.f_document_no || "").trim(),
  };
  const waiting = store.waiting(assignment.id);
  const sealable = Boolean(permit && page.visit && permit.visits.includes(page.visit.id));
  const offline = Boolean(waiting || state.offline);
  const keep = async (image, code) => {
    const at = new Date().toISOString();
    const words = [args.case_id, args.assignment_id, result, args.text, args.condition, args.commitment_until || "", args.document_no];
    const sealed = await seal(who, code, image, at, words);
    await store.queue("GiveOpinion", { ...args, signature: { image, sealed } }, { place: `${assignment.id}:opinion`, at, sealed: true });
  };
  const unanswered = assignment.again ? 0 : assignment.lines.filter((line) => !standing(store, assignment, line).result).length;
  return (
    <>
      {assignment.results_reason ? <p className="jr-site-quiet">{assignment.results_reason}</p> : null}
      <fieldset className="jr-site-seg jr-site-results" aria-label={say(texts, "opinion_result")}>
        {possible.map((code) => (
          <label key={code}>
            <input type="radio" name={id} id={`${id}-${code}`} data-testid={`${id}-${code}`} checked={result === code} onChange={() => choose(code)} />
            <span data-tone={code === "FAIL" ? "bad" : code === "PASS" ? "good" : "plain"}>{result === code ? "✓ " : ""}{say(texts, `result_${code}`)}</span>
          </label>
        ))}
      </fieldset>
      {result ? (
        <>
          <Field id={`${id}-text`} label={say(texts, "opinion_text")} value={text} limit={3000} area set={(v) => set({ f_text: v })} />
          <div className="jr-site-phrases" role="group" aria-label={say(texts, "phrases")}>
            {phrases.map((phrase) => (
              <button key={phrase} type="button" onClick={() => set({ f_text: phrase })}>{phrase}</button>
            ))}
          </div>
          {conditional ? (
            <>
              <Field id={`${id}-condition`} label={say(texts, "condition")} hint={say(texts, "condition_hint")} value={condition} limit={1000} area set={(v) => set({ f_condition: v })} />
              <Field id={`${id}-until`} label={say(texts, "until")} type="date" value={until} set={(v) => set({ f_until: v })} />
            </>
          ) : null}
          <Field id={`${id}-document_no`} label={say(texts, "document_no")} hint={say(texts, "document_no_hint")} value={draft.f_document_no || ""} limit={100} set={(v) => set({ f_document_no: v })} />
          {unanswered ? <p className="jr-site-soft">{say(texts, "unanswered", { count: unanswered })}</p> : null}
          <SignDialog
            id={`${id}-sign`}
            command="GiveOpinion"
            args={args}
            name={name}
            label={say(texts, "sign_opinion")}
            title={say(texts, "sign_title", { item: assignment.name })}
            statement={say(texts, "statement", { result: say(texts, `result_${result}`), text, count: assignment.read_count })}
            grave={result === "FAIL"}
            texts={texts}
            seal={offline && sealable ? keep : undefined}
            disabledReason={notYet({ text, conditional, condition, until, waiting, offline, sealable, texts, today: page.today })}
            onDone={() => {
              store.dropDraft(assignment, DRAFT);
              if (!offline) onChanged();
            }}
          />
        </>
      ) : null}
    </>
  );
}

function notYet({ text, conditional, condition, until, waiting, offline, sealable, texts, today }) {
  if (text.trim().length < 2) return say(texts, "need_opinion_text");
  if (conditional && (!condition.trim() || !until)) return say(texts, "need_condition");
  if (conditional && until <= today) return say(texts, "need_later_date");
  if (sealable) return "";
  if (waiting) return say(texts, "send_first", { count: waiting });
  if (offline) return say(texts, "no_permit");
  return "";
}

/** The conclusions that can be given, what waits on this phone included: a finding raised leaves only a failure. */
function possibleNow(assignment, state) {
  const mine = state.jobs.filter((job) => job.args.assignment_id === assignment.id && !job.refused);
  const raised = mine.some((job) => job.command === "RaiseFinding" || (job.command === "VerifyFinding" && !job.args.verified));
  const settled = mine.filter((job) => job.command === "VerifyFinding" && job.args.verified).length;
  const open = assignment.findings.filter((f) => ["open", "reopened"].includes(f.status)).length;
  const unsettled = assignment.findings.filter((f) => f.status === "rectified").length - settled;
  if (raised || open) return ["FAIL"];
  return settled && unsettled <= 0 ? assignment.results_clear : assignment.results;
}

/** Signed on this device and on its way. */
function Waiting({ job, texts }) {
  return (
    <div className="jr-site-quiet jr-site-done" data-result={job.args.result} data-testid={`opinion-waits-${job.args.assignment_id}`}>
      <p><b>{say(texts, `result_${job.args.result}`)}</b></p>
      <p>{job.args.text}</p>
      <img src={job.args.signature.image} alt={say(texts, "signature")} style={{ maxHeight: 60, background: "#fff", borderRadius: 8 }} />
      <p className="jr-site-soft" role="status">{say(texts, job.refused ? "job_refused" : "signed_at", { time: moment(job.at) })} {(job.why || []).join(" ")}</p>
    </div>
  );
}

function phrasesOf(texts, result) {
  return Array.from({ length: PHRASES }, (_, n) => texts[`phrase_${result}_${n + 1}`]).filter(Boolean);
}

function Given({ assignment, page, texts, onChanged }) {
  const { opinion } = assignment;
  return (
    <div className="jr-site-quiet jr-site-done" data-result={opinion.result} data-testid={`opinion-given-${assignment.id}`}>
      <p><b>{opinion.result_text}</b></p>
      <p>{opinion.text}</p>
      {opinion.condition ? <p>{say(texts, "condition")}：{opinion.condition}{opinion.until ? `（${opinion.until}）` : ""}</p> : null}
      {opinion.document_no ? <p>{say(texts, "document_no")}：{opinion.document_no}</p> : null}
      <p className="jr-site-soft">{say(texts, "signed_by", { name: opinion.name, when: opinion.when })}{opinion.captured ? ` · ${opinion.captured}` : ""}</p>
      {assignment.may_reopen ? <Reopen assignment={assignment} page={page} texts={texts} onChanged={onChanged} /> : null}
    </div>
  );
}

function Reopen({ assignment, page, texts, onChanged }) {
  const [reason, setReason] = useState("");
  const [problems, setProblems] = useState([]);
  const id = `reopen-${assignment.id}`;
  const reopen = async () => {
    try {
      await runCommand("ReopenAssignment", { case_id: page.case_id, assignment_id: assignment.id, reason });
      onChanged();
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    }
  };
  return (
    <details>
      <summary data-testid={id}>▸ {say(texts, "reopen")}</summary>
      <p className="jr-site-soft">{say(texts, "reopen_why")}</p>
      <Faults problems={problems} texts={texts} />
      <Field id={`${id}-reason`} label={say(texts, "reopen_reason")} value={reason} limit={500} area set={setReason} />
      <button type="button" className="jr-site-big" id={`${id}-confirm`} data-testid={`${id}-confirm`} disabled={reason.trim().length < 4} onClick={reopen}>{say(texts, "reopen")}</button>
    </details>
  );
}
