// One question: label above, entry with its unit inside, help, example, where the rule comes from, what is wrong.
import { memo, useEffect, useId, useState } from "react";
import { say } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";
import { entryFault, figure, isEmpty, toDate, toNumber, words } from "./one_form_logic.jsx";

const INPUT_MODE = { number: "decimal", integer: "numeric", mobile: "tel" };

/** Props: field, path, value, onChange(value), onLeave, lang, texts, needed, disabled, problems, prefilled, permit (its number), brings. */
export const Question = memo(function Question(props) {
  const { field, path, value, lang, texts, needed, disabled, problems, prefilled, permit, brings, onChange, onLeave } = props;
  const id = path;
  const [source, setSource] = useState(false);
  const group = field.type === "multi_choice" || field.type === "bool" || (field.type === "choice" && field.options.length <= 4);
  const fault = entryFault(field, value);
  const found = fault ? [{ level: "error", text: say(texts, fault, { text: String(value) }) }, ...problems] : problems;
  const bad = found.some((p) => p.level === "error");
  const described = `${id}-about`;
  const label = words(field.label, lang);
  const wide = field.type === "long_text" || field.type === "multi_choice" || (field.max_length || 0) > 100;
  return (
    <div className="jf-q" data-wide={wide} data-bad={bad} id={`q-${id}`}>
      <div className="jf-label">
        {group ? <span id={`${id}-label`}>{label}</span> : <label htmlFor={id}>{label}</label>}
        {needed ? <span className="jf-need">{say(texts, "needed")}</span> : null}
        {permit ? <span className="jf-pre">{say(texts, "from_permit", { number: permit })}</span> : null}
        {prefilled && !permit && !isEmpty(value) ? <span className="jf-pre">{say(texts, "prefilled")}</span> : null}
        {field.source ? (
          <button type="button" className="jf-info" aria-expanded={source} aria-label={say(texts, "source_of", { field: label })} onClick={() => setSource(!source)}>i</button>
        ) : null}
      </div>
      {source ? <div className="jf-source">{say(texts, "source", { source: words(field.source, lang) })}</div> : null}
      <Entry field={field} id={id} value={value} onChange={onChange} onLeave={onLeave} lang={lang} texts={texts} disabled={disabled || Boolean(field.computed)} bad={bad} described={described} label={label} />
      <div id={described}>
        {found.map((p, n) => <div key={n} className="jf-says" data-level={p.level} role={p.level === "error" ? "alert" : undefined}>{p.text}</div>)}
        {field.help || field.example ? (
          <div className="jf-help">
            {words(field.help, lang)}
            {field.example && !field.options?.length ? <span> {say(texts, "example", { example: field.example })}</span> : null}
          </div>
        ) : null}
      </div>
      {brings?.length ? (
        <div className="jf-brings" role="status" data-testid={`brings-${id}`}>{say(texts, "brings", { who: [...new Set(brings)].join(say(texts, "list_joint")) })}</div>
      ) : null}
    </div>
  );
});

/** The entry itself, also used in the cells of tables. */
export function Entry({ field, id, value, onChange, onLeave, lang, texts, disabled, bad, described, label, cell, extra = {} }) {
  const common = { id, "data-testid": id, disabled, "aria-invalid": bad || undefined, "aria-describedby": described, onBlur: onLeave, ...extra };
  if (cell) common["aria-label"] = label;
  const options = field.options || [];
  if (field.type === "bool" || (field.type === "choice" && options.length <= 4 && !cell)) {
    const choices = field.type === "bool" ? [{ code: true, zh: say(texts, "yes"), en: say(texts, "yes") }, { code: false, zh: say(texts, "no"), en: say(texts, "no") }] : options;
    if (!cell) {
      return (
        <div className="jf-choices" role="radiogroup" aria-labelledby={`${id}-label`} aria-describedby={described} id={id}>
          {choices.map((o) => (
            <label key={String(o.code)} className="jf-choice" data-on={value === o.code}>
              <input
                type="radio"
                name={id}
                data-testid={`${id}:${o.code}`}
                checked={value === o.code}
                disabled={disabled}
                onChange={() => onChange(o.code)}
                onClick={() => value === o.code && onChange(null)}
                onBlur={onLeave}
              />
              {words(o, lang)}
            </label>
          ))}
        </div>
      );
    }
    return (
      <select {...common} className="jf-input" value={value === true ? "1" : value === false ? "0" : ""} onChange={(e) => onChange(e.target.value === "" ? null : e.target.value === "1")}>
        <option value="" />
        <option value="1">{say(texts, "yes")}</option>
        <option value="0">{say(texts, "no")}</option>
      </select>
    );
  }
  if (field.type === "choice") {
    return (
      <select {...common} className="jf-input" value={value ?? ""} onChange={(e) => onChange(e.target.value || null)}>
        <option value="">{cell ? "" : say(texts, "choose")}</option>
        {options.map((o) => <option key={o.code} value={o.code}>{words(o, lang)}</option>)}
      </select>
    );
  }
  if (field.type === "multi_choice") {
    const on = Array.isArray(value) ? value : [];
    return (
      <div className="jf-choices" role="group" aria-labelledby={`${id}-label`} aria-describedby={described} id={id}>
        {options.map((o) => (
          <label key={o.code} className="jf-choice" data-on={on.includes(o.code)}>
            <input
              type="checkbox"
              data-testid={`${id}:${o.code}`}
              checked={on.includes(o.code)}
              disabled={disabled}
              onChange={(e) => onChange(options.map((x) => x.code).filter((c) => (c === o.code ? e.target.checked : on.includes(c))))}
              onBlur={onLeave}
            />
            {words(o, lang)}
          </label>
        ))}
      </div>
    );
  }
  if (field.type === "long_text") {
    return <textarea {...common} className="jf-input" rows={3} maxLength={field.max_length || undefined} value={value ?? ""} onChange={(e) => onChange(e.target.value)} />;
  }
  if (field.type === "date") {
    return <DateEntry common={common} value={value} onChange={onChange} />;
  }
  if (field.type === "number" || field.type === "integer") {
    return <NumberEntry common={common} field={field} value={value} onChange={onChange} onLeave={onLeave} cell={cell} lang={lang} />;
  }
  return (
    <input
      {...common}
      className="jf-input"
      type="text"
      inputMode={INPUT_MODE[field.type]}
      autoComplete="off"
      maxLength={field.max_length || undefined}
      value={value ?? ""}
      onChange={(e) => onChange(e.target.value)}
    />
  );
}

/** A date typed by the browser's own control; what an old entry holds and it cannot show is written as text. */
function DateEntry({ common, value, onChange }) {
  const odd = !isEmpty(value) && !/^\d{4}-\d{2}-\d{2}$/.test(value);
  return (
    <input
      {...common}
      className="jf-input"
      type={odd ? "text" : "date"}
      max="2100-12-31"
      value={value ?? ""}
      onChange={(e) => onChange(toDate(e.target.value) ?? e.target.value)}
    />
  );
}

/** Shows separators while at rest; the text does not change under the cursor, so that a selection stays. */
function NumberEntry({ common, field, value, onChange, onLeave, cell, lang }) {
  const [typing, setTyping] = useState(null);
  useEffect(() => {
    if (typing !== null && (toNumber(typing) ?? typing) !== (value ?? "")) setTyping(null);
  }, [value]);
  const unit = useId();
  return (
    <span className="jf-number" data-unit={Boolean(field.unit) && !cell} style={{ "--unit": `${words(field.unit, lang).length * (lang === "en" ? 0.6 : 1)}em` }}>
      <input
        {...common}
        className="jf-input"
        type="text"
        inputMode={INPUT_MODE[field.type]}
        autoComplete="off"
        aria-describedby={`${common["aria-describedby"] || ""} ${field.unit && !cell ? unit : ""}`.trim() || undefined}
        value={typing ?? figure(field, value)}
        onFocus={(e) => setTyping(e.target.value)}
        onBlur={(e) => {
          setTyping(null);
          onLeave?.(e);
        }}
        onChange={(e) => {
          setTyping(e.target.value);
          onChange(e.target.value.trim() === "" ? null : (toNumber(e.target.value) ?? e.target.value));
        }}
      />
      {field.unit && !cell ? <span className="jf-unit" id={unit}>{words(field.unit, lang)}</span> : null}
    </span>
  );
}
