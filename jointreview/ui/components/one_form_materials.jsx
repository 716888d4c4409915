// The materials of an application: what is needed and why, who reads it, the files with their versions.
import { useState } from "react";
import { newKey, problemsOf, runCommand, say } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";
import { Uploader, size } from "$/public/external/jointreview/ui/components/uploader/uploader.jsx";
import { Thumb } from "$/public/external/jointreview/ui/components/thumb/thumb.jsx";
import { words } from "./one_form_logic.jsx";

const GROUPS = ["required", "deferrable", "fetched", "shared", "generated", "not_needed"];

/** Props: caseId, materials (of the schema), state (by code), files may change, refresh, lang, texts, uploadTexts. */
export function Materials({ caseId, materials, state, disabled, refresh, lang, texts, uploadTexts }) {
  const [all, setAll] = useState(false);
  const grouped = GROUPS.map((need) => [need, materials.filter((m) => (state[m.code]?.needed || "not_needed") === need)]).filter(([, list]) => list.length);
  const needed = materials.filter((m) => state[m.code]?.needed === "required");
  const there = needed.filter((m) => state[m.code].files.length);
  return (
    <div>
      <p className="jf-sum" role="status">{say(texts, "materials_sum", { there: there.length, needed: needed.length })}</p>
      {grouped.map(([need, list]) => {
        const hidden = need === "not_needed" && !all ? list.filter((m) => !state[m.code]?.files.length) : [];
        return (
          <section key={need} className="jf-materials">
            <h3>{say(texts, `need_${need}`)} <span className="jf-count">{list.length}</span></h3>
            {list.filter((m) => !hidden.includes(m)).map((m) => <Material key={m.code} {...{ caseId, m, disabled, refresh, lang, texts, uploadTexts }} now={state[m.code] || { files: [] }} />)}
            {need === "not_needed" ? <button type="button" className="jf-link" aria-expanded={all} onClick={() => setAll(!all)}>{say(texts, all ? "hide_not_needed" : "show_not_needed", { count: list.length })}</button> : null}
          </section>
        );
      })}
    </div>
  );
}

function Material({ caseId, m, now, disabled, refresh, lang, texts, uploadTexts }) {
  const [no, setNo] = useState("");
  const name = words(m.name, lang);
  const missing = now.needed === "required" && !now.files.length;
  const readers = m.readers.filter((r) => !now.readers || now.readers.includes(r.code));
  const full = now.files.length >= m.max_files;
  const fetched = now.needed === "fetched";
  return (
    <article className="jf-material" id={`material-${m.code}`} tabIndex={-1} data-missing={missing} data-testid={`material-${m.code}`}>
      <div className="jf-material-head">
        <h4><span className="jf-count">{m.number}</span> {name}</h4>
        <span className="jr-chip" data-tone={missing ? "warn" : now.files.length || fetched ? "good" : "neutral"}>
          {say(texts, missing ? "material_missing" : now.files.length ? "material_there" : `chip_${now.needed || "not_needed"}`, { count: now.files.length })}
        </span>
      </div>
      {now.permit?.number ? <Permit permit={now.permit} again={!fetched} texts={texts} /> : null}
      <p className="jf-help">{[fetched ? "" : words(m.hint, lang), words(now.because, lang) ? say(texts, "because", { why: words(now.because, lang) }) : ""].filter(Boolean).join(" · ")}</p>
      {readers.length ? (
        <p className="jf-readers">
          <span className="jf-help">{say(texts, "read_by")}</span>{" "}
          {readers.map((r) => <span key={r.code} className="jr-chip" data-tone={r.needs ? "accent" : "neutral"} title={say(texts, r.needs ? "reader_needs" : "reader_reads")}>{words(r.name, lang)}{r.needs ? " ●" : ""}</span>)}
        </p>
      ) : null}
      {now.files.map((f) => <File key={f.id} {...{ caseId, m, f, disabled, refresh, texts, uploadTexts }} />)}
      {disabled || m.generated || full || (fetched && !now.asked) ? null : (
        <div className="jf-material-add">
          <label className="jf-inline">
            <span>{say(texts, "document_no")}</span>
            <input className="jf-input" id={`material-${m.code}-no`} maxLength={100} value={no} onChange={(event) => setNo(event.target.value)} placeholder={say(texts, "optional")} />
          </label>
          <Uploader
            id={`upload-${m.code}`}
            texts={uploadTexts}
            accept={m.accepts}
            multiple={m.max_files > 1}
            camera={m.accepts.includes("jpg")}
            command="AddMaterial"
            args={{ case_id: caseId, material: m.code, document_no: no }}
            label={say(texts, now.files.length ? "add_more" : "upload")}
            onUploaded={() => { setNo(""); refresh(); }}
          />
        </div>
      )}
    </article>
  );
}

/** The permit that stands for a material; one that ended is shown with why it does not. */
function Permit({ permit, again, texts }) {
  return (
    <div className="jr-file" data-testid="permit">
      <div className="jr-file-text">
        <span className="jr-strong">{permit.number}</span>
        <span className="jr-soft">{[permit.issuer, permit.issued, permit.valid].join(" · ")}</span>
        {again ? <span className="jf-says" data-level="warning">{say(texts, "permit_again")}</span> : null}
      </div>
      {again ? <span className="jr-chip" data-tone={permit.tone}>{permit.status}</span> : null}
      {permit.href ? <a className="jr-link" href={permit.href} target="_blank" rel="noreferrer">{say(texts, "permit_verify")}</a> : null}
    </div>
  );
}

function File({ caseId, m, f, disabled, refresh, texts, uploadTexts }) {
  const [doing, setDoing] = useState("");
  const [reason, setReason] = useState("");
  const [problems, setProblems] = useState([]);
  const remove = async () => {
    try {
      await runCommand("RemoveMaterial", { case_id: caseId, material_id: f.id, reason }, { key: newKey() });
      setDoing("");
      refresh();
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    }
  };
  const details = [
    size(f.size),
    f.pages ? say(texts, "pages", { pages: f.pages }) : "",
    say(texts, "version", { version: f.version }),
    f.document_no ? say(texts, "document_no_is", { no: f.document_no }) : "",
    f.added_at,
    f.added_by,
  ].filter(Boolean);
  return (
    <div className="jr-file" data-testid={`file-${f.id}`}>
      <Thumb url={f.thumb} href={f.view} />
      <div className="jr-file-text">
        {f.view ? <a className="jr-file-name" href={f.view} target="_blank" rel="noreferrer">{f.name}</a> : <a className="jr-file-name" href={f.url} target="_blank" rel="noreferrer">{f.name}</a>}
        <span className="jr-soft">{details.join(" · ")}</span>
        {f.earlier.map((e) => <span key={e.id} className="jr-soft">{say(texts, "earlier", { version: e.version })} <a className="jr-link" href={e.view || e.url} target="_blank" rel="noreferrer">{e.name}</a> {e.added_at}</span>)}
      </div>
      {f.scan && f.scan !== "clean" ? <span className="jr-chip" data-tone={f.scan === "infected" ? "bad" : "warn"} title={say(texts, `scan_${f.scan}_hint`)}>{say(texts, `scan_${f.scan}`)}</span> : null}
      {f.scan === "infected" ? <div className="jf-wide"><div className="jf-says" data-level="error" data-testid={`infected-${f.id}`}>{say(texts, "infected_file", { name: f.name })}</div></div> : null}
      {disabled ? null : (
        <div className="jr-actions">
          <button type="button" className="jf-small" id={`replace-${f.id}`} aria-expanded={doing === "replace"} onClick={() => setDoing(doing === "replace" ? "" : "replace")}>{say(texts, "replace")}</button>
          <button type="button" className="jf-small" id={`remove-${f.id}`} aria-expanded={doing === "remove"} onClick={() => setDoing(doing === "remove" ? "" : "remove")}>{say(texts, "remove")}</button>
        </div>
      )}
      {doing === "replace" ? (
        <div className="jf-wide">
          <Uploader
            id={`replace-file-${f.id}`}
            texts={uploadTexts}
            accept={m.accepts}
            multiple={false}
            camera={m.accepts.includes("jpg")}
            command="AddMaterial"
            args={{ case_id: caseId, material: m.code, slot: f.slot, document_no: f.document_no }}
            label={say(texts, "replace_with")}
            onUploaded={() => { setDoing(""); refresh(); }}
          />
        </div>
      ) : null}
      {doing === "remove" ? (
        <div className="jf-wide">
          <label className="jf-inline">
            <span>{say(texts, "remove_reason")}</span>
            <input className="jf-input" id={`remove-reason-${f.id}`} maxLength={300} value={reason} onChange={(event) => setReason(event.target.value)} />
          </label>
          {problems.map((p, n) => <div key={n} className="jf-says" data-level="error" role="alert">{p.text}</div>)}
          <button type="button" className="jr-button" id={`remove-confirm-${f.id}`} disabled={reason.trim().length < 2} onClick={remove}>{say(texts, "remove_confirm")}</button>
        </div>
      ) : null}
    </div>
  );
}
