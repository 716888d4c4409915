// Permitted against built: both plans with their outlines and buildings, and the table for each building.
import { useCallback, useEffect, useState } from "react";
import { newKey, problemsOf, request, runCommand, say } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";
import { Uploader } from "$/public/external/jointreview/ui/components/uploader/uploader.jsx";
import { SystemChoice } from "$/public/external/jointreview/ui/components/parcel/parcel.jsx";
import { CaseMap } from "$/public/external/jointreview/ui/components/case_map/case_map.jsx";
import { STYLE } from "./plans_style.jsx";

const KINDS = ["dxf", "zip", "geojson", "kml", "kmz", "xlsx", "csv", "txt"];
const STATED = [["height_m", "height_m"], ["floors", "floors_count"], ["floor_area_m2", "floor_area_m2"]];

/** Props: caseId, tick (changes when the case changed), withMap, onChanged, texts, uploadTexts, mapTexts. */
export function Plans({ caseId, tick, withMap, onChanged, texts, uploadTexts, mapTexts }) {
  const [data, setData] = useState(null);
  const [problems, setProblems] = useState([]);
  const load = useCallback(async () => {
    try {
      setData(await request("GET", `/api/cases/${caseId}/plans`));
      setProblems([]);
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    }
  }, [caseId]);
  useEffect(() => { if (caseId) load(); }, [caseId, tick, load]);
  const changed = useCallback(async () => { await load(); onChanged?.(); }, [load, onChanged]);
  if (!caseId) return null;
  return (
    <div className="jp" id="plans" data-testid="plans" data-ready={Boolean(data)}>
      <style href="jr-plans" precedence="default">{STYLE}</style>
      {problems.map((p, n) => <div key={n} className="jp-bad" role="alert">{p.text}</div>)}
      {!data ? problems.length ? null : <div className="jr-busy" role="status">{say(texts, "loading")}</div> : (
        <>
          {withMap && data.roles.some((r) => r.plan) ? <div className="jp-map"><CaseMap url={data.map_url} labels height="420px" texts={mapTexts} /></div> : null}
          {data.comparison.compared ? <Comparison found={data.comparison} texts={texts} /> : null}
          <div className="jp-plans">
            {data.roles.map((role) => <PlanCard key={role.role} {...{ caseId, role, texts, uploadTexts, changed }} buildings={data.buildings} />)}
          </div>
          {data.comparison.compared ? null : <Comparison found={data.comparison} texts={texts} />}
        </>
      )}
    </div>
  );
}

function PlanCard({ caseId, role, buildings, changed, texts, uploadTexts }) {
  const { plan } = role;
  const [again, setAgain] = useState(false);
  return (
    <section className="jp-plan" data-role={role.role} data-testid={`plan-${role.role}`}>
      <div className="jp-head">
        <h3>{role.title}</h3>
        {plan ? <span className="jr-chip" data-tone={plan.confirmed ? "good" : "warn"}>{say(texts, plan.confirmed ? "confirmed" : "not_confirmed")}</span> : null}
      </div>
      {plan ? (
        <>
          <dl className="jp-facts">
            <Fact name={say(texts, "file")}>{plan.file}</Fact>
            <Fact name={say(texts, "system")}>{plan.crs_name || plan.crs} <span className="jr-soft">{plan.found_by}</span></Fact>
            {plan.from_case ? <Fact name="">{say(texts, "from_case", { number: plan.from_case })}</Fact> : null}
            <Fact name={say(texts, plan.confirmed ? "confirmed" : "read_by")}>{plan.confirmed || plan.read}</Fact>
          </dl>
          {plan.notes.length ? <div className="jp-note"><strong>{say(texts, "notes")}</strong><ul>{plan.notes.map((n, at) => <li key={at}>{n.entity ? `“${n.entity}” ` : n.line ? `${say(texts, "line", { line: n.line })} ` : ""}{n.text}</li>)}</ul></div> : null}
          <Outlines key={`${plan.id}-${plan.confirmed}`} {...{ caseId, role, plan, buildings, changed, texts }} />
        </>
      ) : <p className="jr-soft">{say(texts, `none_why_${role.role}`)}</p>}
      {!role.read ? null : plan && !again ? (
        <button type="button" className="jp-link" data-testid={`plan-again-${role.role}`} onClick={() => setAgain(true)}>{say(texts, "upload_again")}</button>
      ) : (
        <Sender {...{ caseId, role, texts, uploadTexts }} changed={async () => { setAgain(false); await changed(); }} />
      )}
    </section>
  );
}

/** A file is sent, its layers and attributes are offered, and then it is read. */
function Sender({ caseId, role, changed, texts, uploadTexts }) {
  const [sent, setSent] = useState(null);
  const [system, setSystem] = useState("");
  const [layer, setLayer] = useState("");
  const [field, setField] = useState("");
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState([]);
  const look = async ({ upload_id, name }) => {
    setProblems([]);
    try {
      const offer = await request("GET", `/api/cases/${caseId}/plans/contents?upload_id=${upload_id}`);
      setLayer(""); setField("");
      setSent({ upload_id, name, offer });
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    }
  };
  const read = async () => {
    setBusy(true);
    setProblems([]);
    try {
      const args = { case_id: caseId, upload_id: sent.upload_id, layer, name_field: field, ...(system ? { declared_epsg: Number(system) } : {}) };
      await runCommand(role.read, args, { key: newKey() });
      setSent(null);
      await changed();
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    } finally {
      setBusy(false);
    }
  };
  const id = role.role;
  return (
    <div>
      {sent ? (
        <>
          <p className="jr-soft" data-testid={`plan-sent-${id}`}>{say(texts, "chosen", { name: sent.name })}</p>
          <div className="jp-choose">
            {sent.offer.layers.length ? (
              <label><span>{say(texts, "layer")}</span>
                <select className="jp-input" id={`plan-layer-${id}`} value={layer} onChange={(e) => setLayer(e.target.value)}>
                  <option value="">{say(texts, "layer_auto")}{sent.offer.layer ? `: ${sent.offer.layer}` : ""}</option>
                  {sent.offer.layers.map((l) => <option key={l.name} value={l.name}>{say(texts, "layer_option", l)}</option>)}
                </select>
              </label>
            ) : null}
            {sent.offer.fields.length ? (
              <label><span>{say(texts, "field")}</span>
                <select className="jp-input" id={`plan-field-${id}`} value={field} onChange={(e) => setField(e.target.value)}>
                  <option value="">{say(texts, "field_auto")}{sent.offer.field ? `: ${sent.offer.field}` : ""}</option>
                  {sent.offer.fields.map((f) => <option key={f.name} value={f.name}>{say(texts, "field_option", f)}</option>)}
                </select>
              </label>
            ) : null}
            <SystemChoice id={`plan-system-${id}`} className="jp-input" value={system} onChange={setSystem} texts={texts} />
          </div>
          <div className="jr-actions">
            <button type="button" className="jr-button jr-main-button" data-testid={`plan-read-${id}`} disabled={busy} onClick={read}>{say(texts, busy ? "reading" : "read")}</button>
            <button type="button" className="jp-link" onClick={() => setSent(null)}>{say(texts, "upload_again")}</button>
          </div>
        </>
      ) : (
        <Uploader id={`plan-file-${id}`} texts={uploadTexts} accept={KINDS} multiple={false} label={say(texts, "upload")} hint={say(texts, "kinds")} onUploaded={look} />
      )}
      {problems.map((p, n) => <div key={n} className="jp-bad" role="alert" data-testid={`plan-fault-${id}`}>{p.text}</div>)}
    </div>
  );
}

/** Each outline with the building it is; what was proposed can be put right, then it is confirmed. */
function Outlines({ caseId, role, plan, buildings, changed, texts }) {
  const [matches, setMatches] = useState(() => Object.fromEntries(plan.outlines.map((o) => [o.position, buildings.some((b) => b.serial === o.serial) ? o.serial : ""])));
  const [stated, setStated] = useState({});
  const [open, setOpen] = useState(!plan.confirmed);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState([]);
  const editing = Boolean(role.confirm) && open;
  const confirm = async () => {
    setBusy(true);
    try {
      const values = Object.fromEntries(Object.entries(stated).map(([at, row]) => [at, numbersOf(row)]).filter(([, row]) => Object.keys(row).length));
      const args = { case_id: caseId, plan_id: plan.id, matches, ...(role.role === "permitted" && Object.keys(values).length ? { values } : {}) };
      await runCommand(role.confirm, args, { key: newKey() });
      setProblems([]);
      await changed();
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    } finally {
      setBusy(false);
    }
  };
  const matched = Object.values(matches).filter(Boolean).length;
  return (
    <div>
      <p className="jr-soft">{say(texts, "match_count", { matched, count: plan.outlines.length })}</p>
      {editing && !buildings.length ? <p className="jp-note">{say(texts, "no_buildings")}</p> : null}
      <ul className="jp-outlines">
        {plan.outlines.map((o) => (
          <li key={o.position}>
            <span><strong>{o.name || `${o.position + 1}`}</strong><small>{o.area}{[o.height_m && `H ${o.height_m} m`, o.floors && `${o.floors}F`].filter(Boolean).map((t) => ` · ${t}`)}</small></span>
            {editing ? (
              <label>
                <span className="jr-visually-hidden">{say(texts, "building")}: {o.name || o.position + 1}</span>
                <select className="jp-input" data-testid={`match-${role.role}-${o.position}`} value={matches[o.position]} onChange={(e) => setMatches({ ...matches, [o.position]: e.target.value })}>
                  <option value="">{say(texts, "building_none")}</option>
                  {buildings.map((b) => <option key={b.serial} value={b.serial}>{b.name || b.serial}</option>)}
                </select>
                {o.matched_by && matches[o.position] === o.serial ? <small>{o.matched_by}</small> : null}
              </label>
            ) : <span>{nameOf(buildings, o.serial) || say(texts, "building_none")}{o.matched_by ? <small>{o.matched_by}</small> : null}</span>}
            {editing && role.role === "permitted" && matches[o.position] ? (
              <div className="jp-stated" role="group" aria-label={say(texts, "stated")}>
                {STATED.map(([key, label]) => (
                  <label key={key}><span>{say(texts, label)}</span>
                    <input className="jp-input" inputMode="decimal" data-testid={`stated-${o.position}-${key}`} value={stated[o.position]?.[key] ?? o[key] ?? ""} onChange={(e) => setStated({ ...stated, [o.position]: { ...stated[o.position], [key]: e.target.value } })} />
                  </label>
                ))}
              </div>
            ) : null}
          </li>
        ))}
      </ul>
      {problems.map((p, n) => <div key={n} className="jp-bad" role="alert">{p.text}</div>)}
      {editing ? (
        <div className="jr-actions">
          <button type="button" className="jr-button jr-main-button" data-testid={`plan-confirm-${role.role}`} disabled={busy} onClick={confirm}>{say(texts, "confirm")}</button>
          <span className="jr-soft">{say(texts, "confirm_why")}</span>
        </div>
      ) : role.confirm ? <button type="button" className="jp-link" data-testid={`plan-edit-${role.role}`} onClick={() => setOpen(true)}>{say(texts, "edit")}</button> : null}
    </div>
  );
}

const nameOf = (buildings, serial) => { const found = buildings.find((b) => b.serial === serial); return found ? found.name || found.serial : ""; };
const numbersOf = (row) => Object.fromEntries(Object.entries(row).filter(([, v]) => String(v).trim() !== "").map(([k, v]) => [k, Number(v)]));

function Comparison({ found, texts }) {
  return (
    <section aria-label={say(texts, "result")} data-testid="comparison" data-standing={found.standing}>
      <div className="jp-result">
        <h3>{say(texts, "result")}</h3>
        <span className="jr-chip" data-tone={found.tone}>{found.verdict}</span>
        <span className="jr-soft">{found.reason || found.plane}</span>
      </div>
      {found.rows.map((b, n) => (
        <details key={`${b.serial}-${n}`} className="jp-building" data-testid={`compared-${b.serial || n}`} open={b.standing === "beyond"}>
          <summary><strong>{b.name}</strong>{b.in_form ? null : <span className="jr-soft">{say(texts, "not_in_form")}</span>}<span className="jr-chip" data-tone={b.tone}>{b.verdict}</span></summary>
          <Measures texts={texts} measures={b.measures} sides={b.sides} />
        </details>
      ))}
      {found.spacings.length ? (
        <details className="jp-building" open={found.spacings.some((s) => s.standing === "beyond")} data-testid="spacings">
          <summary><strong>{say(texts, "spacings")}</strong></summary>
          <Measures texts={texts} measures={found.spacings} sides={[]} />
        </details>
      ) : null}
    </section>
  );
}

function Measures({ measures, sides, texts }) {
  const row = (m, n) => (
    <tr key={n} data-standing={m.standing} data-what={m.what}>
      <th scope="row">{m.label}</th>
      <td><span className="jr-chip" data-tone={m.tone}>{m.verdict}</span></td>
      {m.reason && !m.built ? <td className="jp-why" colSpan={4}>{m.permitted ? `${say(texts, "permitted")} ${m.permitted} · ` : ""}{m.reason}</td> : m.reason ? <><td>{m.permitted}</td><td>{m.built}</td><td className="jp-why" colSpan={2}>{m.reason}</td></> : <><td>{m.permitted || "–"}</td><td>{m.built}</td><td>{m.diff || "–"}</td><td>{m.tolerance || "–"}</td></>}
    </tr>
  );
  return (
    <div className="jp-scroll" tabIndex={0}>
      <table>
        <thead><tr>{["what", "verdict", "permitted", "built", "diff", "tolerance"].map((h) => <th key={h} scope="col">{say(texts, h)}</th>)}</tr></thead>
        <tbody>
          {measures.map(row)}
          {sides.length ? <tr data-head="true"><th scope="rowgroup" colSpan={6}>{say(texts, "sides")}</th></tr> : null}
          {sides.map((m, n) => row(m, `side-${n}`))}
        </tbody>
      </table>
    </div>
  );
}

function Fact({ name, children }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}
