// The parcel of land: a file is read, shown on the map with what was found, and the applicant confirms its place.
import { useState } from "react";
import { newKey, problemsOf, runCommand, say } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";
import { Uploader } from "$/public/external/jointreview/ui/components/uploader/uploader.jsx";
import { CaseMap } from "$/public/external/jointreview/ui/components/case_map/case_map.jsx";
import { DrawParcel } from "./parcel_draw.jsx";
import { SystemChoice } from "./parcel_system.jsx";

export { SystemChoice };

const KINDS = ["txt", "zip", "dxf", "kml", "kmz", "xlsx", "csv", "geojson"];
const area = (value) => Number(value).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Props: caseId, tiles, parcel (or null), landArea (m², as entered in the form), disabled, refresh, texts, uploadTexts, mapTexts. */
export function ParcelStep({ caseId, tiles, parcel, landArea, disabled, refresh, texts, uploadTexts, mapTexts }) {
  const [system, setSystem] = useState("");
  const [layer, setLayer] = useState("");
  const [again, setAgain] = useState(false);
  const [drawing, setDrawing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState([]);
  const confirm = async () => {
    setBusy(true);
    try {
      await runCommand("ConfirmParcel", { case_id: caseId, parcel_id: parcel.id }, { key: newKey() });
      setProblems([]);
      await refresh();
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="jf-parcel" id="parcel" tabIndex={-1}>
      {parcel ? (
        <>
          <div className="jf-parcel-map"><CaseMap url={parcel.url} labels height="420px" texts={mapTexts} /></div>
          <dl className="jr-facts jf-parcel-facts">
            <Fact name={say(texts, "parcel_file")}>{parcel.file}</Fact>
            <Fact name={say(texts, "parcel_system")}>{parcel.crs_name || parcel.crs}<br /><span className="jr-soft">{parcel.found_by}</span></Fact>
            <Fact name={say(texts, "parcel_plane")}>{area(parcel.area_plane_m2)} m²</Fact>
            <Fact name={say(texts, "parcel_geodesic")}>{area(parcel.area_geodesic_m2)} m²</Fact>
            {typeof landArea === "number" ? <Fact name={say(texts, "parcel_form_area")}>{area(landArea)} m²<br /><span className="jr-soft">{say(texts, "parcel_diff", { diff: `${parcel.area_plane_m2 >= landArea ? "+" : ""}${area(parcel.area_plane_m2 - landArea)}` })}</span></Fact> : null}
            {parcel.parts.length > 1 ? <Fact name={say(texts, "parcel_parts")}>{parcel.parts.map((p) => p.name || p.number).filter(Boolean).join(say(texts, "list_joint")) || parcel.parts.length}</Fact> : null}
          </dl>
          {parcel.notes.length ? (
            <div className="jf-note" data-level="warning">
              <strong>{say(texts, "parcel_notes")}</strong>
              <ul>{parcel.notes.map((n, at) => <li key={at}>{n.entity ? `“${n.entity}” ` : n.line ? `${say(texts, "line", { line: n.line })} ` : ""}{n.text}</li>)}</ul>
            </div>
          ) : null}
          {problems.map((p, n) => <div key={n} className="jf-says" data-level="error" role="alert">{p.text}</div>)}
          {parcel.confirmed_at ? (
            <p className="jf-note" data-level="ok" data-testid="parcel-confirmed">✓ {say(texts, "parcel_confirmed", { when: parcel.confirmed_at })}</p>
          ) : disabled ? null : (
            <div className="jr-actions">
              <button type="button" className="jf-primary" id="parcel-confirm" data-testid="parcel-confirm" disabled={busy} onClick={confirm}>{say(texts, "parcel_confirm")}</button>
              <span className="jr-soft">{say(texts, "parcel_confirm_why")}</span>
            </div>
          )}
        </>
      ) : (
        <p className="jf-help">{say(texts, "parcel_how")}</p>
      )}
      {disabled ? null : parcel && !again ? (
        <button type="button" className="jf-link" id="parcel-again" onClick={() => setAgain(true)}>{say(texts, "parcel_again")}</button>
      ) : (
        <div className="jf-parcel-upload">
          <Uploader
            id="parcel-file"
            texts={uploadTexts}
            accept={KINDS}
            multiple={false}
            command="ReadParcel"
            args={{ case_id: caseId, ...(system ? { declared_epsg: Number(system) } : {}), ...(layer.trim() ? { layer: layer.trim() } : {}) }}
            label={say(texts, "parcel_upload")}
            hint={say(texts, "parcel_kinds")}
            onUploaded={() => { setAgain(false); setProblems([]); refresh(); }}
          />
          <SystemChoice id="parcel-system" className="jf-input" value={system} onChange={setSystem} texts={texts} />
          <label className="jf-inline">
            <span>{say(texts, "parcel_layer")}</span>
            <input className="jf-input" id="parcel-layer" value={layer} maxLength={255} placeholder={say(texts, "parcel_auto")} onChange={(event) => setLayer(event.target.value)} />
          </label>
          <p className="jf-help">{say(texts, "parcel_layer_why")}</p>
          {drawing ? (
            <DrawParcel {...{ caseId, tiles, texts }} leave={() => setDrawing(false)} done={() => { setDrawing(false); setAgain(false); setProblems([]); refresh(); }} />
          ) : (
            <button type="button" className="jf-link" id="parcel-draw" onClick={() => setDrawing(true)}>{say(texts, "draw_begin")}</button>
          )}
        </div>
      )}
    </div>
  );
}

function Fact({ name, children }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}
