// Parts of the form page: the rail, what is saved, a conflict with somebody else, one section, the page after handing in.
import { useState } from "react";
import { say } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";
import { Plans } from "$/public/external/jointreview/ui/components/plans/plans.jsx";
import { ParcelStep } from "$/public/external/jointreview/ui/components/parcel/parcel.jsx";
import { Question } from "./one_form_fields.jsx";
import { Invitations } from "./one_form_parties.jsx";
import { Materials } from "./one_form_materials.jsx";
import { Table } from "./one_form_table.jsx";
import { answerText, holds, kindly, required, visible, words } from "./one_form_logic.jsx";

/** All steps with how far each is; on a phone a button opens the list. */
export function Rail({ steps, step, status, show, store, texts }) {
  const [open, setOpen] = useState(false);
  const here = steps.find((s) => s.code === step);
  return (
    <nav className="jf-rail" aria-label={say(texts, "sections")} data-open={open}>
      <button type="button" className="jf-rail-toggle" id="rail-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span>{steps.indexOf(here) + 1}/{steps.length} {here.title}</span><span aria-hidden="true">{open ? "▴" : "▾"}</span>
      </button>
      <SaveState store={store} texts={texts} />
      <ol>
        {steps.map((s) => {
          const { done, total, bad, touched, finish } = status[s.code];
          const complete = !finish && !bad && done >= total && (total > 0 || touched);
          const words_ = bad ? say(texts, "rail_errors", { count: bad }) : finish ? (total ? say(texts, "rail_left", { count: total }) : say(texts, "rail_ready")) : total ? `${done}/${total}` : say(texts, "rail_optional");
          return (
            <li key={s.code}>
              <button type="button" id={`step-${s.code}`} data-testid={`rail-${s.code}`} aria-current={s.code === step ? "step" : undefined} data-bad={bad > 0} data-complete={complete} onClick={() => { setOpen(false); show(s.code); }}>
                <span className="jf-rail-mark" aria-hidden="true">{bad ? "!" : complete ? "✓" : "○"}</span>
                <span className="jf-rail-title">{s.title}</span>
                <span className="jf-rail-count">{words_}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

/** "Saved 10:42", or why not. */
function SaveState({ store, texts }) {
  const state = store.overall;
  const at = store.savedAt ? new Date(store.savedAt).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" }) : "";
  const text = state === "clean" ? (at ? say(texts, "saved_at", { at }) : say(texts, "save_auto")) : say(texts, `save_${state}`);
  return <span className="jf-save" role="status" id="save-state" data-testid="save-state" data-state={state}>{text}</span>;
}

/** Somebody else saved the section: both answers side by side, a choice for each, nothing overwritten. */
export function Conflict({ store, section, saved, lang, texts }) {
  const { differences } = store.conflicts[section.code];
  const [choices, setChoices] = useState(() => Object.fromEntries(differences.map((d) => [d.key, d.onlyTheirs ? "theirs" : d.onlyMine ? "mine" : ""])));
  const open = differences.filter((d) => !choices[d.key]).length;
  const when = saved.saved_at ? new Date(saved.saved_at).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai" }) : "";
  const field = (key) => (section.fields || []).find((f) => f.key === key) || (section.tables || []).find((t) => t.key === key);
  const text = (key, value) => {
    const f = field(key);
    if (!f?.columns) return answerText(f || {}, value, lang, [say(texts, "yes"), say(texts, "no")]) || say(texts, "empty");
    return (value || []).map((row, n) => `${n + 1}. ${f.columns.map((c) => answerText(c, row[c.key], lang)).filter(Boolean).join(" · ")}`).join("\n") || say(texts, "empty");
  };
  return (
    <section className="jf-conflict" role="alert" id="conflict" data-testid="conflict">
      <h3>{say(texts, "conflict", { who: saved.saved_by || "?", when })}</h3>
      <p>{say(texts, "conflict_how")}</p>
      {differences.map((d) => (
        <fieldset key={d.key}>
          <legend>{words(field(d.key)?.label, lang) || d.key}</legend>
          {["mine", "theirs"].map((side) => (
            <label key={side} className="jf-side" data-on={choices[d.key] === side}>
              <input type="radio" name={`conflict-${d.key}`} id={`conflict-${d.key}-${side}`} checked={choices[d.key] === side} onChange={() => setChoices({ ...choices, [d.key]: side })} />
              <strong>{say(texts, side)}</strong>
              <span>{text(d.key, d[side])}</span>
            </label>
          ))}
        </fieldset>
      ))}
      <button type="button" className="jf-primary" id="conflict-take" data-testid="conflict-take" disabled={open > 0} onClick={() => store.resolve(section.code, saved, choices)}>{say(texts, open ? "conflict_open" : "conflict_take", { count: open })}</button>
    </section>
  );
}

/** One step between start and end: questions and tables, the parcel, or the materials. */
export function SectionStep(all) {
  const { caseId, data, store, refresh, lang, texts, uploadTexts, mapTexts, step, section, problems, brings, go, disabled } = all;
  if (step === "parcel") {
    return <ParcelStep {...{ caseId, refresh, texts, uploadTexts, mapTexts }} tiles={data.tiles} parcel={data.parcel} landArea={store.values.S2?.land_area} disabled={Boolean(data.may.ReadParcel)} />;
  }
  if (step === "plans") {
    return <><p className="jf-help jf-intro">{say(texts, "plans_help")}</p><Plans {...{ caseId, texts, uploadTexts, mapTexts }} tick={data.sections.S4?.version || 0} withMap onChanged={refresh} /></>;
  }
  if (step === "S12") {
    return <Materials {...{ caseId, refresh, lang, texts, uploadTexts }} materials={data.schema.materials} state={data.materials} disabled={Boolean(data.may.AddMaterial)} />;
  }
  const { values } = store;
  const mine = values[section.code] || {};
  const leave = () => store.isDirty(section.code) && store.save(section.code);
  const here = problems.filter((p) => p.path === section.code || p.path.startsWith(`${section.code}.`));
  const errors = here.filter((p) => p.level === "error");
  const asked = (section.fields || []).filter((f) => visible(f, values));
  return (
    <>
      {errors.length ? (
        <div className="jr-faults" id="section-problems" data-testid="section-problems">
          <strong>{say(texts, "section_problems", { count: errors.length })}</strong>
          <ul>{errors.slice(0, 12).map((p, n) => <li key={n}><a href={`#${p.path}`} onClick={(event) => { event.preventDefault(); go(p.path); }}>{labelOf(section, p.path, lang)}{p.text}</a></li>)}</ul>
        </div>
      ) : null}
      {asked.length ? (
        <div className="jf-grid">
          {asked.map((field) => {
            const path = `${section.code}.${field.key}`;
            return (
              <Question
                key={path}
                {...{ field, path, lang, texts }}
                disabled={disabled || Boolean(data.fetched?.[path])}
                permit={data.fetched?.[path]?.number}
                value={data.fetched?.[path]?.value ?? (field.computed ? data.derived.computed[path] : mine[field.key])}
                needed={required(field, values)}
                problems={here.filter((p) => p.path === path)}
                prefilled={store.prefilled[section.code]?.includes(field.key)}
                brings={brings[path]}
                onChange={(value) => store.set(section.code, field.key, value)}
                onLeave={leave}
              />
            );
          })}
        </div>
      ) : null}
      {(section.tables || []).filter((table) => holds(table.visible_when, values)).map((table) => (
        <div key={table.key}>
          <Table
            {...{ table, lang, texts, disabled, values }}
            code={section.code}
            rows={mine[table.key]}
            problems={here}
            verdicts={section.code === "S5" ? data.derived.verdicts : null}
            drawn={section.code === "S5" ? data.drawn : undefined}
            onChange={(rows) => store.set(section.code, table.key, rows)}
            onLeave={leave}
          />
          {brings[`${section.code}.${table.key}`] ? <div className="jf-brings" role="status">{say(texts, "brings", { who: [...new Set(brings[`${section.code}.${table.key}`])].join(say(texts, "list_joint")) })}</div> : null}
        </div>
      ))}
      {section.code === "S3" ? <Invitations {...{ caseId, refresh, lang, texts }} about={data.case} parties={data.parties} disabled={Boolean(data.may.InviteParty)} /> : null}
    </>
  );
}

function labelOf(section, path, lang) {
  const key = path.split(".")[1]?.split("[")[0];
  const found = (section.fields || []).find((f) => f.key === key) || (section.tables || []).find((t) => t.key === key);
  const column = found?.columns?.find((c) => path.endsWith(`.${c.key}`));
  const name = [words(found?.label, lang), column ? words(column.label, lang) : ""].filter(Boolean).join(" · ");
  return name ? `${name}：` : "";
}

/** After handing in: what happens next, the number and the look-up code. */
export function Done({ data, done, caseId, texts }) {
  const supplement = data.case.state === "reviewing" || data.case.state === "supplementing";
  return (
    <section className="jr-card jf-done" id="submitted" data-testid="submitted" role="status">
      <div className="jf-done-mark" aria-hidden="true">✓</div>
      <h1>{say(texts, supplement ? "done_supplement" : "done")}</h1>
      <p className="jr-lead">{data.case.project_name}</p>
      <dl className="jr-facts">
        <div><dt>{say(texts, "done_number")}</dt><dd className="jf-big" id="done-number">{data.case.number}</dd></div>
        <div><dt>{say(texts, "done_code")}</dt><dd className="jf-big" id="done-code">{data.case.lookup_code}</dd></div>
        {done.receipt_day ? <div><dt>{say(texts, "done_receipt")}</dt><dd className="jf-big">{done.receipt_day}</dd></div> : null}
      </dl>
      {supplement ? <p>{say(texts, "done_supplement_next")}</p> : <ol className="jf-next">{[1, 2, 3, 4].map((n) => <li key={n}>{kindly(texts, data.case, `done_next_${n}`)}</li>)}</ol>}
      <p className="jr-soft">{say(texts, "done_keep")}</p>
      <div className="jr-actions"><a className="jf-primary" href={`/cases/${caseId}`} id="done-to-case">{say(texts, "to_case")}</a><a className="jr-button" href="/">{say(texts, "to_work")}</a></div>
    </section>
  );
}
