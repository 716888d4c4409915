// The coordinate system somebody declares: found by rule, one of the usual ones, or any by its EPSG code.
import { useState } from "react";
import { say } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";

const SYSTEMS = ["4528", "4549", "4529", "4550", "4490"];

/** Props: id, className (of the fields), value (the code as text, empty for found by rule), onChange, texts. */
export function SystemChoice({ id, className, value, onChange, texts }) {
  const [other, setOther] = useState(Boolean(value) && !SYSTEMS.includes(value));
  const choose = (chosen) => {
    setOther(chosen === "other");
    onChange(chosen === "other" ? "" : chosen);
  };
  return (
    <>
      <label className="jf-inline">
        <span>{say(texts, "parcel_declare")}</span>
        <select className={className} id={id} value={other ? "other" : value} onChange={(event) => choose(event.target.value)}>
          <option value="">{say(texts, "parcel_auto")}</option>
          {SYSTEMS.map((code) => <option key={code} value={code}>{say(texts, `epsg_${code}`)}</option>)}
          <option value="other">{say(texts, "epsg_other")}</option>
        </select>
      </label>
      {other ? (
        <label className="jf-inline">
          <span>{say(texts, "epsg_code")}</span>
          <input className={className} id={`${id}-code`} inputMode="numeric" maxLength={5} placeholder="4526" value={value} onChange={(event) => onChange(event.target.value.replace(/\D/g, ""))} />
        </label>
      ) : null}
    </>
  );
}
