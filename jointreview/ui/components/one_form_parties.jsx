// Invitations of the responsible parties, and the page on which an invited party signs its own part.
import { useState } from "react";
import { newKey, problemsOf, runCommand, say } from "$/public/external/jointreview/ui/components/signature/signature_http.jsx";
import { useUploading } from "$/public/external/jointreview/ui/components/uploader/upload_running.jsx";
import { SignDialog } from "$/public/external/jointreview/ui/components/signature/signature.jsx";
import { answerText, kindly, words } from "./one_form_logic.jsx";

/** Each of the five: invite, copy the link, signed or not. Props: caseId, parties, kinds, disabled, refresh, lang, texts. */
export function Invitations({ caseId, about, parties, disabled, refresh, lang, texts }) {
  const [codes, setCodes] = useState({});
  const [problems, setProblems] = useState({});
  const [copied, setCopied] = useState("");
  const invite = async (kind) => {
    try {
      const answer = await runCommand("InviteParty", { case_id: caseId, party_kind: kind }, { key: newKey() });
      setCodes({ ...codes, [kind]: (answer.value || answer).code });
      setProblems({ ...problems, [kind]: [] });
      refresh();
    } catch (failure) {
      setProblems({ ...problems, [kind]: problemsOf(failure, texts) });
    }
  };
  const copy = async (kind, text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const box = document.getElementById(`invitation-${kind}`);
      box?.select();
      document.execCommand("copy");
    }
    setCopied(kind);
  };
  return (
    <section className="jf-invitations">
      <h3>{say(texts, "invitations")}</h3>
      <p className="jf-help">{say(texts, "invitations_why")}</p>
      {parties.map((p) => {
        const link = codes[p.kind] ? `${location.origin}/apply?invitation=${codes[p.kind]}` : "";
        return (
          <div key={p.kind} className="jr-row" data-testid={`party-${p.kind}`}>
            <div className="jr-row-text">
              <span className="jr-strong">{words(p.label, lang)}</span> {p.name}
              <div className="jr-soft">{p.signed_at ? say(texts, "party_signed", { who: p.signer, when: p.signed_at }) : say(texts, p.joined ? "party_joined" : p.invited ? "party_invited" : "party_not_invited", { who: p.signer })}</div>
              {link ? (
                <div className="jf-code">
                  <span>{say(texts, "invitation_code")} <code id={`code-${p.kind}`}>{codes[p.kind]}</code></span>
                  <input className="jf-input" id={`invitation-${p.kind}`} readOnly value={kindly(texts, about, "invitation_text", { link, code: codes[p.kind] })} aria-label={say(texts, "invitation_link")} onFocus={(event) => event.target.select()} />
                  <button type="button" className="jr-button" id={`copy-${p.kind}`} onClick={() => copy(p.kind, kindly(texts, about, "invitation_text", { link, code: codes[p.kind] }))}>{say(texts, copied === p.kind ? "copied" : "copy")}</button>
                  <span className="jr-soft">{say(texts, "invitation_once")}</span>
                </div>
              ) : null}
              {(problems[p.kind] || []).map((q, n) => <div key={n} className="jf-says" data-level="error" role="alert">{q.text}</div>)}
            </div>
            <span className="jr-chip" data-tone={p.signed_at ? "good" : p.invited ? "accent" : "neutral"}>{say(texts, p.signed_at ? "signed" : p.invited ? "invited" : "not_invited")}</span>
            {disabled || p.signed_at ? null : (
              <button type="button" className="jr-button" id={`invite-${p.kind}`} data-testid={`invite-${p.kind}`} disabled={!p.name} title={p.name ? undefined : say(texts, "party_name_first")} onClick={() => invite(p.kind)}>
                {say(texts, p.invited ? "invite_again" : "invite")}
              </button>
            )}
          </div>
        );
      })}
    </section>
  );
}

/** What an invited party sees: its own rows, its opinion, its signature. */
export function PartyPage({ caseId, data, columns, lang, texts, signTexts, refresh }) {
  const uploading = useUploading();
  const [opinion, setOpinion] = useState(kindly(texts, data.case, "party_opinion_default"));
  return (
    <div className="jf-party">
      {data.party.map((p) => (
        <section key={p.kind} className="jr-card" data-testid={`own-party-${p.kind}`}>
          <div className="jr-card-head"><h2>{words(p.label, lang)}</h2></div>
          {p.rows.map((row, n) => (
            <dl key={n} className="jr-facts">
              {columns.filter((c) => c.key !== "kind").map((c) => <div key={c.key}><dt>{words(c.label, lang)}</dt><dd>{answerText(c, row[c.key], lang, [say(texts, "yes"), say(texts, "no")]) || "—"}</dd></div>)}
            </dl>
          ))}
          {p.signed_at ? (
            <p className="jf-note" data-level="ok">✓ {say(texts, "party_you_signed", { when: p.signed_at })} {p.opinion}</p>
          ) : (
            <>
              <p className="jf-help">{say(texts, "party_check")}</p>
              <label className="jf-label" htmlFor="party-opinion">{say(texts, "party_opinion")}</label>
              <textarea id="party-opinion" data-testid="party-opinion" className="jf-input" rows={3} maxLength={2000} value={opinion} onChange={(event) => setOpinion(event.target.value)} />
              <div className="jr-actions jf-gap-above">
                <SignDialog
                  id="party-sign"
                  command="SignParty"
                  args={{ case_id: caseId, opinion }}
                  label={say(texts, "party_sign")}
                  statement={`${kindly(texts, data.case, "party_statement", { project: data.case.project_name })}\n${opinion}`}
                  disabledReason={data.may.SignParty || (uploading ? say(texts, "finish_uploading", { count: uploading }) : "") || (opinion.trim().length < 2 ? say(texts, "party_opinion_first") : "")}
                  name={data.me.name}
                  texts={signTexts}
                  onDone={refresh}
                />
              </div>
            </>
          )}
        </section>
      ))}
    </div>
  );
}
