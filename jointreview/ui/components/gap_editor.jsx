// Writing down what is missing: a list of gaps, kept in this browser until the server has taken it.
import { useEffect, useId, useState } from "react";
import { NoAnswer, newKey, runCommand, say } from "./signature_http.jsx";

const EMPTY = { subject: "", page: "", rule: "", wanted: "" };
const read = (name) => { try { return JSON.parse(localStorage.getItem(name)) || null; } catch { return null; } };
const keep = (name, value) => { try { if (value) localStorage.setItem(name, JSON.stringify(value)); else localStorage.removeItem(name); } catch { /* storage is full or switched off */ } };
const faultsOf = (row, texts) => ({
  subject: row.subject ? "" : texts.need_subject,
  rule: row.rule.trim() ? "" : texts.need_rule,
  wanted: row.wanted.trim().length >= 4 ? "" : texts.need_wanted,
});
const sent = (row) => {
  const [kind, ...subject] = row.subject.split(":");
  return { kind, subject: subject.join(":"), page: row.page, rule: row.rule, wanted: row.wanted, ...(row.mark ? { mark: row.mark } : {}) };
};

function Row({ row, number, caseId, groups, phrases, texts, checked, onChange, onRemove, id }) {
  const base = useId(), faults = checked ? faultsOf(row, texts) : {};
  const set = (name) => (event) => onChange({ ...row, [name]: event.target.value, ...(name === "subject" ? { mark: undefined } : {}) });
  const field = (name, input, hint) => (
    <div className={`jr-gap-field jr-gap-${name}`}>
      <label htmlFor={`${base}-${name}`}>{texts[name]}</label>
      {input({ id: `${base}-${name}`, value: row[name], onChange: set(name), "aria-invalid": Boolean(faults[name]), "aria-describedby": faults[name] ? `${base}-${name}-fault` : undefined, "data-testid": `${id}-${number}-${name}` })}
      {faults[name] && <span className="jr-gap-fault" id={`${base}-${name}-fault`}>{faults[name]}</span>}
      {hint}
    </div>
  );
  return (
    <fieldset className="jr-gap">
      <legend>{say(texts, "number", { number })}</legend>
      {field("subject", (props) => (
        <select {...props}>
          <option value="">{texts.choose}</option>
          {groups.map((group) => (
            <optgroup key={group.title} label={group.title}>
              {group.options.map((o) => <option key={o.value} value={o.value}>{o.label}</option>)}
            </optgroup>
          ))}
        </select>
      ))}
      {field("page", (props) => <input {...props} maxLength={40} placeholder={texts.page_example} />)}
      {row.mark ? (
        <p className="jr-gap-field jr-gap-mark">
          <a className="jr-link" href={`/cases/${caseId}/view/m${row.mark.material_id}?page=${row.mark.page}`} data-testid={`${id}-${number}-mark`}>{say(texts, "marked", { page: row.mark.page })}</a>{" "}
          <button type="button" className="jr-gap-phrase" onClick={() => onChange({ ...row, mark: undefined })}>{texts.mark_off}</button>
        </p>
      ) : null}
      {field("rule", (props) => <input {...props} maxLength={300} placeholder={texts.rule_example} />)}
      {field("wanted", (props) => <textarea {...props} rows={2} maxLength={1000} placeholder={texts.wanted_example} />,
        <span className="jr-gap-phrases">
          {phrases.map((phrase) => (
            <button type="button" key={phrase} className="jr-gap-phrase" onClick={() => onChange({ ...row, wanted: row.wanted ? `${row.wanted}${phrase}` : phrase })}>{phrase}</button>
          ))}
        </span>)}
      {onRemove && <button type="button" className="jr-button jr-gap-remove" onClick={onRemove} data-testid={`${id}-${number}-remove`}>{texts.remove}</button>}
    </fieldset>
  );
}

export function GapEditor({ id = "gaps", command, args = {}, version, many = true, groups = [], phrases = [], draft = "", texts = {}, onDone }) {
  const [rows, setRows] = useState([EMPTY]), [checked, setChecked] = useState(false), [problems, setProblems] = useState([]);
  const [busy, setBusy] = useState(false), [sure, setSure] = useState(false), [key, setKey] = useState(newKey);
  useEffect(() => { const kept = read(draft); setRows(kept?.length ? kept : [EMPTY]); }, [draft]);
  const change = (next) => { setRows(next); setSure(false); setKey(newKey()); keep(draft, next.some((r) => r.subject || r.rule || r.wanted) ? next : null); };
  const faulty = rows.some((row) => Object.values(faultsOf(row, texts)).some(Boolean));
  const send = async () => {
    setChecked(true);
    if (faulty) return;
    if (many && !sure) { setSure(true); return; }
    setBusy(true); setProblems([]);
    try {
      const body = many ? { ...args, gaps: rows.map(sent) } : { ...args, ...sent(rows[0]) };
      const answer = await runCommand(command, body, { key, version: version || undefined });
      keep(draft, null); setRows([EMPTY]); setChecked(false); setSure(false); setKey(newKey());
      onDone?.(answer || {});
    } catch (error) {
      setProblems(error instanceof NoAnswer ? [{ text: texts.no_answer }] : error.problems?.length ? error.problems : [{ text: String(error.message) }]);
      setSure(false);
    } finally { setBusy(false); }
  };
  return (
    <div className="jr-gaps" id={id}>
      {rows.map((row, i) => (
        <Row key={i} id={id} caseId={args.case_id} number={i + 1} row={row} groups={groups} phrases={phrases} texts={texts} checked={checked}
          onChange={(next) => change(rows.map((r, j) => (j === i ? next : r)))}
          onRemove={rows.length > 1 ? () => change(rows.filter((_, j) => j !== i)) : null} />
      ))}
      {problems.length > 0 && <div className="jr-faults" role="alert"><ul>{problems.map((p, i) => <li key={i}>{p.text}</li>)}</ul></div>}
      {checked && faulty && <p className="jr-gap-fault" role="alert">{texts.incomplete}</p>}
      {sure && <p className="jr-gap-sure" role="status">{say(texts, "sure", { count: rows.length })}</p>}
      <div className="jr-actions">
        {many && <button type="button" className="jr-button" onClick={() => change([...rows, { ...EMPTY, rule: rows[rows.length - 1].rule }])} data-testid={`${id}-add`}>{texts.add}</button>}
        <button type="button" className="jr-button jr-main-button" disabled={busy} onClick={send} data-testid={`${id}-send`}>
          {busy ? texts.sending : many ? (sure ? texts.send_sure : texts.send) : texts.save}
        </button>
        {sure && <button type="button" className="jr-button" onClick={() => setSure(false)}>{texts.again}</button>}
        {rows.some((r) => r.wanted || r.rule) && <span className="jr-soft">{texts.kept}</span>}
      </div>
    </div>
  );
}
