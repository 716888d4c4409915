// The one form: a rail of sections, one section at a time, everything saved as it is entered.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { say } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";
import { Conflict, Done, Rail, SectionStep } from "./one_form_parts.jsx";
import { Finish, Gaps } from "./one_form_finish.jsx";
import { PartyPage } from "./one_form_parties.jsx";
import { completeness, holds, pathsOf, words } from "./one_form_logic.jsx";
import { useApplication } from "./one_form_store.jsx";
import { STYLE } from "./one_form_style.jsx";

const MATERIALS = "S12";
const MISSING = ["form.required", "form.row_missing", "form.too_few_rows"];

/** Props: caseId, tick (changes when the case changed), lang, texts, signTexts, uploadTexts, mapTexts. */
export function OneForm(props) {
  return props.caseId ? <Form key={props.caseId} {...props} /> : null;
}

function Form({ caseId, tick, lang, texts, signTexts, uploadTexts, mapTexts }) {
  const { data, failure, refresh, store } = useApplication(caseId, texts);
  useEffect(() => {
    if (tick) store.refreshSoon?.();
  }, [tick]);
  const all = { caseId, data, refresh, store, lang, texts, signTexts, uploadTexts, mapTexts };
  return (
    <div className="jf" id="one-form" data-testid="one-form" data-ready={Boolean(data)}>
      <style href="jr-one-form" precedence="default">{STYLE}</style>
      {failure ? <div className="jr-faults" role="alert">{failure.map((p, n) => <div key={n}>{p.href ? <a href={p.href}>{p.text}</a> : p.text}</div>)}</div> : null}
      {!data ? failure ? null : <div className="jr-busy" role="status">{say(texts, "loading")}</div> : data.mode === "party" ? <Party {...all} /> : <Whole {...all} />}
    </div>
  );
}

function Party(all) {
  const { data, lang, texts } = all;
  const columns = data.schema.sections[0].tables.find((t) => t.key === "parties").columns;
  return (
    <>
      <header className="jf-head"><h1>{data.case.project_name}</h1><p className="jr-lead">{say(texts, "party_lead", { number: data.case.number })}</p></header>
      <PartyPage {...all} columns={columns} lang={lang} />
    </>
  );
}

/** Where a path of the form stands: the step that shows it. */
export const stepOf = (where) => (where.startsWith("material:") ? MATERIALS : where.startsWith("parcel") ? "parcel" : where === "plans" ? "plans" : where.split(".")[0].split("[")[0]);

function Whole(all) {
  const { caseId, data, refresh, store, lang, texts, signTexts } = all;
  const { values } = store;
  const steps = useMemo(() => stepsOf(data.schema, data.case.kind, texts, lang), [data.schema, data.case.kind, texts, lang]);
  const [step, setStep] = useState(() => (steps.some((s) => s.code === location.hash.slice(1)) ? location.hash.slice(1) : steps[0].code));
  const [strict, setStrict] = useState(false);
  const [done, setDone] = useState(null);
  const target = useRef("");
  const head = useRef(null);

  const show = useCallback(async (code, where) => {
    target.current = where || "";
    store.saveAll().then(() => code === "finish" && refresh());
    if (code === "finish") setStrict(true);
    setStep(code);
    history.replaceState(history.state, "", `#${code}`);
    if (!where) {
      window.scrollTo({ top: 0 });
      head.current?.focus({ preventScroll: true });
    }
  }, [store, refresh]);
  const go = useCallback((where) => show(steps.some((s) => s.code === stepOf(where)) ? stepOf(where) : steps[0].code, where), [show, steps]);
  useEffect(() => {
    if (!target.current) return;
    focusOn(target.current);
    target.current = "";
  });

  // After acceptance only what was asked for may change, and only that is looked at again.
  const asked = (where) => !data.asked_sections || !where.startsWith("S") || data.asked_sections.includes(stepOf(where));
  const problems = useProblems(data, store, strict).filter((p) => asked(p.path));
  const left = useMemo(() => remaining(data, texts, lang).filter((p) => asked(p.where)), [data, texts, lang]);
  const brings = useMemo(() => bringing(data.schema.items, values, lang), [data.schema, values, lang]);
  const status = Object.fromEntries(steps.map((s) => [s.code, statusOf(s, data, store, problems, left)]));
  const here = steps.findIndex((s) => s.code === step);
  const section = data.schema.sections.find((s) => s.code === step);
  const sectionLocked = Boolean(data.locked) || Boolean(data.asked_sections && section?.code !== MATERIALS && !data.asked_sections.includes(step));

  if (done) return <Done {...{ data, done, caseId, texts }} />;
  return (
    <>
      <header className="jf-head">
        <div>
          <h1 tabIndex={-1} ref={head}>{data.case.project_name}</h1>
          <p className="jr-lead"><span className="jr-chip" id="stage-name">{words(data.case.stage_name, lang)}</span> {say(texts, "head", { number: data.case.number, code: data.case.project_code })}{data.case.walk_in ? ` · ${say(texts, "walk_in_for", { name: data.case.walk_in })}` : ""}</p>
        </div>
      </header>
      {data.locked ? <p className="jf-note" data-level="info">{data.locked} <a className="jr-link" href={`/cases/${caseId}`}>{say(texts, "to_case")}</a></p> : null}
      {data.gaps.length ? <Gaps {...{ data, go, refresh, lang, texts }} /> : null}
      <div className="jf-body">
        <Rail {...{ steps, step, status, show, store, texts }} />
        <div className="jf-main" data-testid={`step-${step}`}>
          <h2 className="jf-title"><span className="jf-count">{say(texts, "step_of", { n: here + 1, of: steps.length })}</span> {steps[here].title}</h2>
          {section?.intro ? <p className="jf-help jf-intro">{words(section.intro, lang)}</p> : null}
          {section && sectionLocked && !data.locked ? <p className="jf-note" data-level="info">{say(texts, "not_asked")}</p> : null}
          {store.conflicts[step] ? <Conflict {...{ store, section, lang, texts }} saved={store.conflicts[step].theirs} /> : null}
          {step === "finish" ? (
            <Finish
              {...{ caseId, data, go, lang, texts, signTexts }}
              problems={left.filter((p) => p.level === "error")}
              warnings={left.filter((p) => p.level === "warning")}
              unsaved={store.overall !== "clean"}
              onDone={(answer) => { setDone(answer.value || answer); refresh(); window.scrollTo({ top: 0 }); }}
            />
          ) : (
            <SectionStep {...all} {...{ step, section, problems, brings, go }} disabled={sectionLocked} />
          )}
          <nav className="jf-steps" aria-label={say(texts, "steps")}>
            {here > 0 ? <button type="button" className="jr-button" id="step-back" data-testid="step-back" onClick={() => show(steps[here - 1].code)}>← {steps[here - 1].title}</button> : <span />}
            {here < steps.length - 1 ? <button type="button" className="jf-primary" id="step-next" data-testid="step-next" onClick={() => show(steps[here + 1].code)}>{steps[here + 1].title} →</button> : null}
          </nav>
        </div>
      </div>
    </>
  );
}

function stepsOf(schema, kind, texts, lang) {
  const steps = schema.sections.map((s) => ({ code: s.code, title: words(s.title, lang), section: s.code === MATERIALS ? null : s }));
  const after = steps.findIndex((s) => s.code === "S2") + 1;
  steps.splice(after, 0, { code: "parcel", title: say(texts, "step_parcel") });
  const buildings = steps.findIndex((s) => s.code === "S4") + 1;
  if (kind === "acceptance" && buildings) steps.splice(buildings, 0, { code: "plans", title: say(texts, "step_plans") });
  return [...steps, { code: "finish", title: say(texts, "step_finish") }];
}

/** What to say beside the fields: what the server refused, its checks, and missing answers once the end was seen. */
function useProblems(data, store, strict) {
  const refused = Object.values(store.faults).flat().map((f) => ({ path: f.where || "", level: "error", text: f.text }));
  const checks = data.checks.map((c) => ({ ...c, missing: MISSING.includes(c.key) })).filter((c) => (strict || !c.missing) && ![...store.edited].some((e) => c.path === e || c.path.startsWith(`${e}[`) || c.path.startsWith(`${e}.`)));
  return [...refused, ...checks.filter((c) => !refused.some((r) => r.path === c.path))];
}

/** Everything that still stands in the way, in the order of the form, each with its place in words. */
function remaining(data, texts, lang) {
  const checks = data.checks.filter((c) => c.level === "error" || c.level === "warning").map((c) => ({ where: c.path, level: c.level, text: c.text, place: placeOf(data.schema, c.path, texts, lang) }));
  const materials = data.schema.materials
    .filter((m) => data.materials[m.code]?.needed === "required" && !data.materials[m.code].files.length)
    .map((m) => ({ where: `material:${m.code}`, level: "error", text: words(m.name, lang), place: say(texts, "missing_material") }));
  const infected = data.schema.materials.flatMap((m) => (data.materials[m.code]?.files || []).filter((f) => f.scan === "infected").map((f) => ({ where: `material:${m.code}`, level: "error", text: say(texts, "infected_file", { name: f.name }), place: say(texts, "missing_clean") })));
  const parcel = data.parcel?.confirmed_at ? [] : [{ where: "parcel", level: "error", text: say(texts, data.parcel ? "missing_confirm" : "missing_parcel"), place: say(texts, "step_parcel") }];
  return [...checks, ...parcel, ...materials, ...infected];
}

function placeOf(schema, path, texts, lang) {
  const [, code, key, row, column] = path.match(/^(S\d+)(?:\.(\w+))?(?:\[(\d+)\])?(?:\.(\w+))?/) || [];
  const section = schema.sections.find((s) => s.code === code);
  if (!section) return "";
  const table = (section.tables || []).find((t) => t.key === key);
  const field = (section.fields || []).find((f) => f.key === key) || table;
  const parts = [words(section.title, lang)];
  if (field && words(field.label, lang) !== parts[0]) parts.push(words(field.label, lang));
  if (row !== undefined) parts.push(words(table?.fixed_rows?.[Number(row)], lang) || say(texts, "row_n", { n: Number(row) + 1 }));
  const found = column && table?.columns.find((c) => c.key === column);
  if (found) parts.push(words(found.label, lang));
  return parts.join(" · ");
}

/** For each answer the names of the units it brings in, by the same conditions as the server's. */
function bringing(items, values, lang) {
  const found = {};
  for (const item of items) {
    if (item.when === "always" || !holds(item.when, values)) continue;
    for (const path of deciding(item.when, values)) (found[path] ||= []).push(words(item.unit_name, lang));
  }
  return found;
}

/** The answers by which a condition holds now: of alternatives only those that do. */
function deciding(condition, values) {
  if (condition.any) return condition.any.filter((part) => holds(part, values)).flatMap((part) => deciding(part, values));
  if (condition.all) return condition.all.flatMap((part) => deciding(part, values));
  return pathsOf(condition);
}

function statusOf(step, data, store, problems, left) {
  const bad = problems.filter((p) => p.level === "error" && !p.missing && stepOf(p.path) === step.code).length;
  if (step.section) {
    const { done, total } = completeness(step.section, store.values);
    return { done, total, bad, touched: done > 0 || (data.sections[step.code]?.version || 0) > 0 };
  }
  if (step.code === "parcel") return { done: data.parcel?.confirmed_at ? 1 : 0, total: 1, bad, touched: Boolean(data.parcel) };
  if (step.code === "plans") return { done: 0, total: 0, bad, touched: Object.keys(data.drawn || {}).length > 0 };
  if (step.code === MATERIALS) {
    const needed = Object.values(data.materials).filter((m) => m.needed === "required");
    return { done: needed.filter((m) => m.files.length).length, total: needed.length, bad, touched: true };
  }
  return { done: 0, total: left.filter((p) => p.level === "error").length, bad: 0, finish: true };
}

function focusOn(where) {
  const clean = where.replace("material:", "material-");
  const element = document.getElementById(clean) || document.getElementById(`q-${clean}`) || document.getElementById(clean.split("[")[0]);
  if (!element) return;
  element.scrollIntoView({ block: "center" });
  const inner = element.matches("input,select,textarea,button,[tabindex]") ? element : element.querySelector("input,select,textarea");
  inner?.focus({ preventScroll: true });
}
