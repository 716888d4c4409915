// One stop of the day: where and when, what is known of the case, and the way to its checklist.
import { say } from "./signature_http.jsx";
import { megabytes } from "./pocket.jsx";
import { Receipts, Refused } from "./checklist_refused.jsx";
import { SiteMap } from "./site_place.jsx";

export function Stop({ n, stop, store, papers, choose, texts }) {
  const { page } = stop;
  const state = store?.now();
  const waiting = store?.waiting() || 0;
  return (
    <li className="jr-site-card" data-testid={`pocket-stop-${stop.case_id}`} data-waiting={waiting}>
      <div className="jr-site-head">
        <h2><span className="jr-pocket-number" aria-hidden="true">{n}</span>{page.project}</h2>
        <span className="jr-date">{stop.window || stop.when}</span>
      </div>
      <p>{page.address || page.meeting_point}</p>
      <p className="jr-site-soft">{page.number}{page.contact ? ` · ${page.contact} ${page.mobile_masked}` : ""}</p>
      <p className="jr-site-row" style={{ margin: "8px 0" }}>
        {page.assignments.map((a) => <span key={a.id} className="jr-site-chip" data-tone={a.opinion ? "good" : ""}>{a.name}{a.opinion ? ` · ${a.opinion.result_text}` : ""}</span>)}
        {stop.open_findings ? <span className="jr-site-chip" data-tone="bad">{say(texts, "findings_open", { count: stop.open_findings })}</span> : null}
        {waiting ? <span className="jr-site-chip" data-tone="warn">{say(texts, "queue_waiting", { count: waiting })}</span> : null}
      </p>
      {state ? <Refused store={store} state={state} page={page} texts={texts} /> : null}
      <a className="jr-site-big jr-site-wide" data-main="true" data-testid={`pocket-open-${stop.case_id}`} href={`/cases/${stop.case_id}/onsite`}>{say(texts, "open_stop")}</a>
      <details data-testid={`pocket-summary-${stop.case_id}`}>
        <summary>▸ {say(texts, "summary")}</summary>
        {page.site ? <SiteMap site={page.site} label={say(texts, "map_of", { project: page.project })} /> : null}
        {page.site ? <p className="jr-site-soft">{say(texts, "site_area", { area: page.site.area_m2.toLocaleString("en", { maximumFractionDigits: 2 }) })}</p> : null}
        <Figures figures={stop.figures} texts={texts} />
        <OpenFindings page={page} texts={texts} />
        <Papers stop={stop} papers={papers} choose={choose} texts={texts} />
      </details>
      <Receipts receipts={state?.receipts} texts={texts} />
    </li>
  );
}

function Figures({ figures, texts }) {
  if (!figures.length) return null;
  return (
    <>
      <h3>{say(texts, "figures")}</h3>
      <table className="jr-pocket-figures">
        <tbody>
          {figures.map((one) => <tr key={one.name}><td>{one.name}</td><td>{one.value} {one.unit}</td></tr>)}
        </tbody>
      </table>
    </>
  );
}

function OpenFindings({ page, texts }) {
  const open = page.assignments.flatMap((a) => a.findings).filter((f) => ["open", "reopened", "rectified"].includes(f.status));
  if (!open.length) return null;
  return (
    <>
      <h3>{say(texts, "findings", { count: open.length })}</h3>
      {open.map((f) => <p key={f.id} className="jr-site-quiet"><b>{say(texts, "finding_n", { number: f.number })}</b> {f.text} <span className="jr-site-chip" data-tone={f.tone}>{f.status_text}</span></p>)}
    </>
  );
}

/** Which drawings come along; each opens from this device once it is here. */
function Papers({ stop, papers, choose, texts }) {
  if (!stop.papers.length) return null;
  const open = (paper) => (event) => {
    const blob = papers.has(paper);
    if (!blob) return;
    event.preventDefault();
    window.open(URL.createObjectURL(blob), "_blank");
  };
  return (
    <>
      <h3>{say(texts, "drawings")}</h3>
      <p className="jr-site-soft">{say(texts, "drawings_hint", { limit: megabytes(papers.limit) })}</p>
      <ul className="jr-pocket-papers">
        {stop.papers.map((paper) => (
          <li key={paper.id}>
            <label>
              <input type="checkbox" data-testid={`along-${paper.id}`} checked={papers.along(paper)} onChange={(event) => choose(paper, event.target.checked)} />
              <span>{paper.material} <span className="jr-site-soft">{paper.name} · {megabytes(paper.size)} MB{papers.has(paper) ? ` · ${say(texts, "on_device")}` : ""}</span></span>
            </label>
            <a className="jr-site-small" data-testid={`paper-${paper.id}`} data-here={Boolean(papers.has(paper))} href={paper.url} target="_blank" rel="noreferrer" onClick={open(paper)}>{say(texts, "open_it")}</a>
          </li>
        ))}
      </ul>
    </>
  );
}
