// What the server did not take, with a choice for each; and the receipts of what it took.
import { say } from "./signature_http.jsx";
import { described, exported, moment, photosOf } from "./site_jobs.jsx";

/** Everything refused of one case: nothing goes away before the officer has chosen. */
export function Refused({ store, state, page, texts }) {
  const jobs = state.jobs.filter((job) => job.refused);
  if (!jobs.length) return null;
  return (
    <section className="jr-site-card" aria-labelledby={`refused-${store.caseId}`} data-testid="onsite-refused">
      <h2 id={`refused-${store.caseId}`}>{say(texts, "refused_title", { count: jobs.length })}</h2>
      <p className="jr-site-soft">{say(texts, "refused_why")}</p>
      {jobs.map((job) => (
        <One key={job.key} job={job} store={store} state={state} page={page} texts={texts} />
      ))}
    </section>
  );
}

function One({ job, store, state, page, texts }) {
  const name = `refused-${job.command}`;
  const [head, ...lines] = described(job, page, texts);
  const photos = photosOf(job).map((key) => state.photos[key]);
  return (
    <div className="jr-site-finding" data-testid={name}>
      <p><b>{head}</b> <span className="jr-date">{moment(job.at)}</span></p>
      {lines.map((line, n) => <p key={n}>{line}</p>)}
      {(job.why || []).map((text) => <p key={text} role="alert"><b>{say(texts, "job_refused")}</b> {text}</p>)}
      <div className="jr-site-row">
        <button type="button" className="jr-site-big" data-testid={`${name}-again`} onClick={() => store.retry()}>{say(texts, "again")}</button>
        {job.command === "KeepSiteNote" ? null : (
          <button type="button" className="jr-site-big" data-testid={`${name}-note`} onClick={() => store.toNote(job, page)}>{say(texts, "keep_note")}</button>
        )}
        <button type="button" className="jr-site-small" data-testid={`${name}-export`} onClick={() => exported(job, page, texts, photos)}>{say(texts, "export")}</button>
        <button type="button" className="jr-site-small" data-testid={`${name}-drop`} onClick={() => confirm(say(texts, "drop_sure")) && store.dropJob(job)}>{say(texts, "drop_it")}</button>
      </div>
    </div>
  );
}

/** What the server has, item by item: when it was done and when it arrived. */
export function Receipts({ receipts, texts }) {
  if (!receipts?.length) return null;
  return (
    <details className="jr-site-card" data-testid="onsite-receipts">
      <summary>▸ {say(texts, "receipts", { count: receipts.length })}</summary>
      <ul className="jr-site-people">
        {receipts.map((one) => (
          <li key={one.key}>
            <span>{one.said[0]} {one.said.length > 1 ? <span className="jr-site-soft">{say(texts, "receipt_lines", { count: one.said.length - 1 })}</span> : null}</span>
            <span className="jr-site-soft">{say(texts, "receipt_times", { done: moment(one.at), received: moment(one.received) })}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
