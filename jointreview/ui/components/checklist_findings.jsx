// Findings: raising one from a line or freely, taking one back, and looking again at what was put right.
import { useState } from "react";
import { problemsOf, runCommand, say } from "./signature_http.jsx";
import { PhotoPair, PhotoStrip } from "./photo_strip.jsx";
import { Faults } from "./checklist.jsx";
import { Phrases, takePhotos } from "./checklist_lines.jsx";

const FREE = "__other";

/** The form of a finding; with a line its words and rule are there already and its photographs are the line's. */
export function FindingForm({ assignment, line, here, store, state, page, texts, onRaised }) {
  const code = line?.code || FREE;
  const id = `finding-${assignment.id}-${code}`;
  const draft = store.draft(assignment.round_id, code) || {};
  const [lacking, setLacking] = useState([]);
  const place = `${assignment.id}:finding:${code}`;
  const job = state.jobs.find((j) => j.place === place);
  const raised = line && assignment.findings.filter((f) => f.line === code && ["open", "reopened", "rectified"].includes(f.status));
  if (job) return <Queued job={job} store={store} state={state} texts={texts} />;
  if (raised?.length && !draft.more) {
    return (
      <p className="jr-site-finding">
        {say(texts, "raised_as", { number: raised.map((f) => f.number).join(say(texts, "list_joint")) })}
        <button type="button" className="jr-site-small" onClick={() => store.edit(assignment, code, { more: true })}>{say(texts, "raise_more")}</button>
      </p>
    );
  }
  const value = (name, otherwise = "") => draft[`f_${name}`] ?? otherwise;
  const set = (name, text) => store.edit(assignment, code, { [`f_${name}`]: text });
  const text = value("text", line ? say(texts, "not_met", { line: line.text }) : "");
  const rule = value("rule", line?.rule || "");
  const photos = (line ? here.photos : draft.photos) || [];
  const raise = async () => {
    const missing = [];
    if (text.trim().length < 4) missing.push({ text: say(texts, "need_text"), href: `#${id}-text` });
    if (value("criterion").trim().length < 2) missing.push({ text: say(texts, "need_criterion"), href: `#${id}-criterion` });
    if (!photos.length && (!line || line.photo_when_fail)) missing.push({ text: say(texts, "need_photo"), href: "" });
    setLacking(missing);
    if (missing.length) return;
    const args = { case_id: page.case_id, assignment_id: assignment.id, text, rule, criterion: value("criterion"), place: value("place"), line: line ? code : "" };
    const keys = takePhotos({ photos }, store);
    const emptied = { f_text: undefined, f_rule: undefined, f_criterion: undefined, f_place: undefined, more: false };
    await store.queue("RaiseFinding", args, { photos: keys, place });
    store.edit(assignment, code, line ? emptied : { ...emptied, photos: [] });
    onRaised?.();
  };
  return (
    <div className="jr-site-finding" data-testid={id}>
      <h3>{say(texts, "finding_new")}</h3>
      {lacking.length ? (
        <div role="alert" className="jr-site-faults">{lacking.map((l) => <p key={l.text}>{l.href ? <a href={l.href}>{l.text}</a> : l.text}</p>)}</div>
      ) : null}
      <Field id={`${id}-text`} label={say(texts, "finding_text")} value={text} limit={1000} area set={(v) => set("text", v)} />
      <Field id={`${id}-criterion`} label={say(texts, "finding_criterion")} hint={say(texts, "finding_criterion_hint")} value={value("criterion")} limit={500} area set={(v) => set("criterion", v)} />
      <Phrases said={page.phrases?.criterion} texts={texts} onPick={(phrase) => set("criterion", phrase)} />
      <Field id={`${id}-place`} label={say(texts, "finding_place")} hint={say(texts, "finding_place_hint")} value={value("place")} limit={200} set={(v) => set("place", v)} />
      <Field id={`${id}-rule`} label={say(texts, "finding_rule")} value={rule} limit={300} set={(v) => set("rule", v)} />
      {line ? (
        <p className="jr-site-soft">{say(texts, "finding_photos", { count: photos.length })}</p>
      ) : (
        <PhotoStrip
          store={store}
          photos={photos.map((key) => state.photos[key]).filter(Boolean)}
          id={`${id}-photo`}
          texts={texts}
          onAdd={(keys) => store.edit(assignment, code, { photos: [...photos, ...keys] })}
          onDrop={(key) => store.edit(assignment, code, { photos: photos.filter((k) => k !== key) })}
        />
      )}
      <div className="jr-site-row">
        <button type="button" className="jr-site-big" data-grave="true" id={`${id}-raise`} data-testid={`${id}-raise`} onClick={raise}>{say(texts, "raise")}</button>
        {raised?.length || !line ? (
          <button
            type="button"
            className="jr-site-small"
            onClick={() => {
              store.edit(assignment, code, { more: false });
              onRaised?.();
            }}
          >
            {say(texts, "later_not_now")}
          </button>
        ) : null}
      </div>
    </div>
  );
}

export function Field({ id, label, hint, value, limit, area, set, type = "text" }) {
  const Input = area ? "textarea" : "input";
  return (
    <label className="jr-site-field">
      <b>{label}</b>
      {hint ? <span className="jr-site-soft">{hint}</span> : null}
      <Input className="jr-site-input" id={id} data-testid={id} type={area ? undefined : type} maxLength={limit} value={value} onChange={(event) => set(event.target.value)} />
    </label>
  );
}

function Queued({ job, store, state, texts }) {
  return (
    <div className="jr-site-finding">
      <p role="status">{say(texts, job.refused ? "job_refused" : "job_queued")} {job.args.text || ""}</p>
      <Faults problems={state.problems[job.place]} texts={texts} />
      {job.refused ? (
        <div className="jr-site-row">
          <button type="button" className="jr-site-big" onClick={() => store.retry()}>{say(texts, "again")}</button>
          <button type="button" className="jr-site-small" onClick={() => store.restore(job)}>{say(texts, "edit_again")}</button>
        </div>
      ) : null}
    </div>
  );
}

/** With `verify` the findings to look at again; without, those raised and a form for one that fits no line. */
export function Findings({ assignment, verify, ...shared }) {
  const { texts } = shared;
  const [adding, setAdding] = useState(false);
  const again = assignment.findings.filter((f) => f.may_verify);
  const others = assignment.findings.filter((f) => !f.may_verify);
  if (verify) {
    return again.length ? (
      <div>
        <h3>{say(texts, "verify_title", { count: again.length })}</h3>
        {again.map((finding) => <Again key={finding.id} finding={finding} assignment={assignment} {...shared} />)}
      </div>
    ) : null;
  }
  const { store, state } = shared;
  const free = adding || state.jobs.some((j) => j.place === `${assignment.id}:finding:${FREE}`) || store.draft(assignment.round_id, FREE)?.f_text;
  if (!others.length && !assignment.may_raise) return null;
  return (
    <div className="jr-site-line">
      <h3>{say(texts, "findings", { count: others.filter((f) => f.status !== "withdrawn").length })}</h3>
      {others.length ? null : <p className="jr-site-soft">{say(texts, "no_findings")}</p>}
      {others.map((finding) => <Raised key={finding.id} finding={finding} assignment={assignment} {...shared} />)}
      {assignment.may_raise && free ? <FindingForm assignment={assignment} {...shared} onRaised={() => setAdding(false)} /> : null}
      {assignment.may_raise && !free ? (
        <button type="button" className="jr-site-big" id={`finding-add-${assignment.id}`} data-testid={`finding-add-${assignment.id}`} onClick={() => setAdding(true)}>{say(texts, "finding_other")}</button>
      ) : null}
    </div>
  );
}

function Facts({ finding, texts }) {
  return (
    <>
      <p><b>{say(texts, "finding_n", { number: finding.number })}</b> {finding.text} <span className="jr-site-chip" data-tone={finding.tone}>{finding.status_text}</span> {finding.captured ? <span className="jr-site-soft">{finding.captured}</span> : null}</p>
      <p className="jr-site-soft">{say(texts, "finding_criterion")}：{finding.criterion}</p>
      {finding.place ? <p className="jr-site-soft">{say(texts, "finding_place")}：{finding.place}</p> : null}
      {finding.rule ? <p className="jr-site-soft">{say(texts, "finding_rule")}：{finding.rule}</p> : null}
    </>
  );
}

function Raised({ finding, assignment, page, texts, onChanged }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [problems, setProblems] = useState([]);
  const id = `withdraw-${finding.id}`;
  const withdraw = async () => {
    try {
      await runCommand("WithdrawFinding", { case_id: page.case_id, assignment_id: assignment.id, finding_id: finding.id, reason });
      setOpen(false);
      onChanged();
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    }
  };
  return (
    <div className="jr-site-quiet" data-testid={`finding-${finding.number}`}>
      <Facts finding={finding} texts={texts} />
      {finding.photos.length ? <PhotoStrip photos={finding.photos} texts={texts} disabled /> : null}
      {finding.may_withdraw && !open ? (
        <button type="button" className="jr-site-small" id={id} data-testid={id} onClick={() => setOpen(true)}>{say(texts, "withdraw")}</button>
      ) : null}
      {open ? (
        <div>
          <Faults problems={problems} texts={texts} />
          <Field id={`${id}-reason`} label={say(texts, "withdraw_reason")} value={reason} limit={300} set={setReason} />
          <div className="jr-site-row">
            <button type="button" className="jr-site-big" data-grave="true" id={`${id}-confirm`} data-testid={`${id}-confirm`} disabled={reason.trim().length < 2} onClick={withdraw}>{say(texts, "withdraw")}</button>
            <button type="button" className="jr-site-small" onClick={() => setOpen(false)}>{say(texts, "cancel")}</button>
          </div>
        </div>
      ) : null}
    </div>
  );
}

function Again({ finding, assignment, store, state, page, texts }) {
  const [failing, setFailing] = useState(false);
  const code = `__verify${finding.id}`;
  const reason = store.draft(assignment.round_id, code)?.f_reason || "";
  const place = `${assignment.id}:verify:${finding.id}`;
  const job = state.jobs.find((j) => j.place === place);
  const id = `verify-${finding.id}`;
  const judge = (verified) =>
    store.queue(
      "VerifyFinding",
      { case_id: page.case_id, assignment_id: assignment.id, finding_id: finding.id, verified, note: verified ? "" : reason },
      { place },
    );
  return (
    <div className="jr-site-quiet" data-testid={`again-${finding.number}`}>
      <Facts finding={finding} texts={texts} />
      <PhotoPair before={finding.photos} after={finding.answer_photos} texts={texts} />
      {finding.answer ? <p>{say(texts, "answer")}：{finding.answer}</p> : null}
      {job ? (
        <>
          <p role="status"><b>{say(texts, job.args.verified ? "verified" : "not_verified")}</b> {say(texts, job.refused ? "job_refused" : "job_queued")}</p>
          <Faults problems={state.problems[place]} texts={texts} />
          {job.refused ? <button type="button" className="jr-site-big" onClick={() => store.dropJob(job)}>{say(texts, "edit_again")}</button> : null}
        </>
      ) : (
        <>
          {failing ? (
            <Field id={`${id}-reason`} label={say(texts, "not_verified_reason")} value={reason} limit={500} area set={(v) => store.edit(assignment, code, { f_reason: v })} />
          ) : null}
          <div className="jr-site-row">
            {failing ? null : (
              <button type="button" className="jr-site-big" data-main="true" id={`${id}-yes`} data-testid={`${id}-yes`} onClick={() => judge(true)}>{say(texts, "verified")}</button>
            )}
            <button
              type="button"
              className="jr-site-big"
              data-grave="true"
              id={`${id}-no`}
              data-testid={`${id}-no`}
              disabled={failing && reason.trim().length < 2}
              onClick={() => (failing ? judge(false) : setFailing(true))}
            >
              {say(texts, "not_verified")}
            </button>
            {failing ? <button type="button" className="jr-site-small" onClick={() => setFailing(false)}>{say(texts, "cancel")}</button> : null}
          </div>
        </>
      )}
    </div>
  );
}
