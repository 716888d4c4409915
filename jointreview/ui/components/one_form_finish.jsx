// The end of the form: what is still missing, the declaration and the signature; the gaps told by the window or departments.
import { useState } from "react";
import { newKey, problemsOf, runCommand, say } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";
import { SignDialog } from "$/public/external/jointreview/ui/components/signature/signature.jsx";
import { useUploading } from "$/public/external/jointreview/ui/components/uploader/upload_running.jsx";
import { kindly, words } from "./one_form_logic.jsx";

/** Props: data, problems ([{where, text, place}]), go(where), unsaved, onDone, lang, texts, signTexts. */
export function Finish({ caseId, data, problems, warnings, go, unsaved, onDone, lang, texts, signTexts }) {
  const supplement = data.case.state === "supplementing";
  const units = [...new Map(data.items.filter((i) => i.applies).map((i) => [i.unit, i])).values()];
  const left = problems.length;
  const uploading = useUploading();
  const blocked = uploading ? say(texts, "finish_uploading", { count: uploading }) : unsaved ? say(texts, "finish_unsaved") : left ? say(texts, "finish_left", { count: left }) : data.may.SubmitCase;
  return (
    <div className="jf-finish" id="finish" tabIndex={-1}>
      {left ? (
        <div className="jr-faults" id="finish-problems" data-testid="finish-problems">
          <strong>{say(texts, "finish_problems", { count: left })}</strong>
          <Jumps list={problems} go={go} />
        </div>
      ) : (
        <p className="jf-note" data-level="ok" data-testid="finish-complete">✓ {say(texts, "finish_complete")}</p>
      )}
      {warnings.length ? (
        <div className="jf-note" data-level="warning">
          <strong>{say(texts, "finish_warnings")}</strong>
          <Jumps list={warnings} go={go} />
        </div>
      ) : null}
      <section>
        <h3>{kindly(texts, data.case, "finish_units", { count: units.length })}</h3>
        <ul className="jf-units">
          {units.map((i) => <li key={i.unit}><span className="jr-chip" data-tone="accent">{words(i.unit_name, lang)}</span> <span className="jr-soft">{data.items.filter((j) => j.applies && j.unit === i.unit).map((j) => words(j.name, lang)).join(say(texts, "list_joint"))}</span></li>)}
        </ul>
      </section>
      {data.unsigned.length && !supplement ? <p className="jf-note" data-level="info">{say(texts, "finish_unsigned", { who: data.unsigned.map((p) => words(p, lang)).join(say(texts, "list_joint")) })}</p> : null}
      {supplement ? (
        <SupplementButton {...{ caseId, data, uploading, texts, onDone }} />
      ) : (
        <section>
          <h3>{say(texts, "declaration_title")}</h3>
          <p className="jf-declaration">{kindly(texts, data.case, "declaration")}</p>
          <SignDialog
            id="submit"
            command="SubmitCase"
            args={{ case_id: caseId }}
            label={say(texts, data.case.state === "returned" ? "submit_again" : "submit")}
            statement={kindly(texts, data.case, "declaration")}
            disabledReason={blocked || ""}
            name={data.me.name}
            texts={signTexts}
            onDone={onDone}
          />
        </section>
      )}
    </div>
  );
}

function Jumps({ list, go }) {
  return (
    <ul>
      {list.map((p, n) => (
        <li key={n}><a href={`#${p.where}`} data-where={p.where} onClick={(event) => { event.preventDefault(); go(p.where); }}>{p.place ? `${p.place}：` : ""}{p.text}</a></li>
      ))}
    </ul>
  );
}

function SupplementButton({ caseId, data, uploading, texts, onDone }) {
  const blocked = uploading ? say(texts, "finish_uploading", { count: uploading }) : data.may.SubmitSupplement;
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState([]);
  const submit = async () => {
    setBusy(true);
    try {
      onDone(await runCommand("SubmitSupplement", { case_id: caseId }, { key: newKey() }));
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section>
      <h3>{say(texts, "supplement_title")}</h3>
      <p>{say(texts, "supplement_text")}</p>
      {(data.shifts || []).length > 0 && (
        <ol className="jr-preview" id="supplement-preview">{data.shifts.map((line, n) => <li key={n}>{line}</li>)}</ol>
      )}
      {problems.map((p, n) => <div key={n} className="jf-says" data-level="error" role="alert">{p.text}</div>)}
      <button type="button" className="jf-primary" id="submit-supplement" data-testid="submit-supplement" disabled={busy || Boolean(blocked)} onClick={submit}>{say(texts, "supplement_submit")}</button>
      {blocked ? <span className="jr-sign-why" role="status">{blocked}</span> : null}
    </section>
  );
}

/** What was told to be missing, each with the way to it and a box for the answer. */
export function Gaps({ data, go, refresh, lang, texts }) {
  const open = data.gaps.filter((g) => g.status === "told").length;
  return (
    <section className="jf-gaps" id="gaps" aria-label={say(texts, "gaps")}>
      <h2>{say(texts, data.case.state === "supplementing" ? "gaps_supplement" : "gaps_returned", { count: data.gaps.length })}</h2>
      <p className="jf-help">{say(texts, open ? "gaps_open" : "gaps_done", { count: open })}</p>
      <ol>{data.gaps.map((g) => <GapRow key={`${g.id}-${g.status}`} {...{ g, go, refresh, lang, texts }} caseId={data.case.id} mayAnswer={!data.may.AnswerGap} />)}</ol>
    </section>
  );
}

function GapRow({ g, caseId, mayAnswer, go, refresh, lang, texts }) {
  const [answer, setAnswer] = useState(g.answer || "");
  const [problems, setProblems] = useState([]);
  const send = async () => {
    try {
      await runCommand("AnswerGap", { case_id: caseId, gap_id: g.id, answer }, { key: newKey() });
      setProblems([]);
      refresh();
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    }
  };
  return (
    <li data-testid={`gap-${g.id}`} data-status={g.status}>
      <div>
        <a href={`#${g.where}`} className="jr-link" id={`gap-go-${g.id}`} onClick={(event) => { event.preventDefault(); go(g.where); }}>{words(g.subject, lang)}</a>
        {g.mark ? <><span className="jr-soft"> {say(texts, "gap_mark", g.mark)}</span> <a href={g.mark.view} className="jr-link" id={`gap-see-${g.id}`} target="_blank" rel="noreferrer">{say(texts, "gap_see")}</a></> : null}
        {g.page ? <span className="jr-soft"> {say(texts, "gap_page", { page: g.page })}</span> : null}{" "}
        <span className="jr-chip">{words(g.by, lang)}</span>{" "}
        <span className="jr-chip" data-tone={g.status === "told" ? "warn" : "good"}>{say(texts, g.status === "told" ? "gap_open" : "gap_answered")}</span>
      </div>
      <div>{g.wanted}</div>
      <div className="jr-soft">{say(texts, "source", { source: g.rule })}</div>
      {mayAnswer ? (
        <div className="jf-inline jf-answer">
          <input className="jf-input" id={`gap-answer-${g.id}`} aria-label={say(texts, "gap_answer")} placeholder={say(texts, "gap_answer_hint")} maxLength={1000} value={answer} onChange={(event) => setAnswer(event.target.value)} />
          <button type="button" className="jr-button" id={`gap-send-${g.id}`} disabled={!answer.trim() || answer === g.answer} onClick={send}>{say(texts, "gap_send")}</button>
        </div>
      ) : null}
      {problems.map((p, n) => <div key={n} className="jf-says" data-level="error" role="alert">{p.text}</div>)}
    </li>
  );
}
