// Permission to sign today without network: asked for once with the password, used with a short code.
import { useEffect, useState } from "react";
import { problemsOf, say } from "./signature_http.jsx";
import { Faults } from "./checklist.jsx";
import { Field } from "./checklist_findings.jsx";
import { keptPermit, permitSigning } from "./site_keys.jsx";

const SHORTEST_CODE = 6;

export function SignPermit({ who, online, texts }) {
  const [permit, setPermit] = useState(undefined);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState([]);
  useEffect(() => {
    keptPermit(who).then(setPermit);
  }, [who]);
  if (permit === undefined) return null;
  if (permit) {
    return <p className="jr-site-quiet jr-site-done" data-testid="pocket-permit">{say(texts, "permit_kept", { count: permit.visits.length })}</p>;
  }
  if (!online || !crypto.subtle) return <p className="jr-site-quiet" data-testid="no-permit">{say(texts, crypto.subtle ? "permit_needs_network" : "no_shell")}</p>;
  const ask = async (event) => {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    try {
      setPermit(await permitSigning(who, password, code));
      setPassword("");
      setCode("");
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    } finally {
      setBusy(false);
    }
  };
  return (
    <details className="jr-site-card" data-testid="pocket-permit-ask">
      <summary data-testid="pocket-permit-open">▸ {say(texts, "permit_title")}</summary>
      <p className="jr-site-soft">{say(texts, "permit_why")}</p>
      <Faults problems={problems} texts={texts} />
      <form onSubmit={ask}>
        <Field id="permit-password" label={say(texts, "password")} type="password" value={password} set={setPassword} />
        <Field id="permit-code" label={say(texts, "code_new")} hint={say(texts, "code_new_hint")} type="password" limit={12} value={code} set={setCode} />
        <button type="submit" className="jr-site-big" data-main="true" id="permit-go" disabled={busy || !password || !/^\d{6,12}$/.test(code) || code.length < SHORTEST_CODE}>{say(texts, busy ? "signing" : "permit_title")}</button>
      </form>
    </details>
  );
}
