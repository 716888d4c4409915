// Two versions of a document beside each other: the same page, the same zoom, scrolled together.
import { useCallback, useEffect, useRef, useState } from "react";
import { problemsOf, request, say } from "./signature_http.jsx";
import { MarksLayer } from "./viewer_marks.jsx";
import { PagePane } from "./viewer_page.jsx";

const ASK_AGAIN_MS = 3000;

/** Props: caseId, data (the version that is open), other (the one beside it), page, zoom, turn, differs, marks, chosen, choose, texts. */
export function Compare({ caseId, data, other, page, zoom, turn, differs, marks, chosen, choose, texts }) {
  const [beside, setBeside] = useState(null);
  const [problems, setProblems] = useState([]);
  const place = useRef(null);
  const load = useCallback(async () => {
    try {
      setBeside(await request("GET", `/api/cases/${caseId}/files/${other}`));
      setProblems([]);
    } catch (failure) {
      setProblems(problemsOf(failure, texts));
    }
  }, [caseId, other]);
  useEffect(() => { setBeside(null); load(); }, [load]);
  useEffect(() => {
    if (beside?.state !== "preparing") return undefined;
    const timer = setInterval(load, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [beside?.state, load]);
  useEffect(() => {
    const scrolled = (event) => {
      const from = event.target;
      if (!from.classList?.contains("jv-pane")) return;
      place.current.querySelectorAll(".jv-pane").forEach((to) => {
        if (to === from) return;
        if (Math.abs(to.scrollTop - from.scrollTop) > 1) to.scrollTop = from.scrollTop;
        if (Math.abs(to.scrollLeft - from.scrollLeft) > 1) to.scrollLeft = from.scrollLeft;
      });
    };
    const watched = place.current;
    watched.addEventListener("scroll", scrolled, true);
    return () => watched.removeEventListener("scroll", scrolled, true);
  }, []);
  const older = (beside?.marks || []).map((m, n) => ({ ...m, number: n + 1 }));
  const both = beside?.state === "ready" && page <= beside.pages && !beside.vector && !data.vector;
  const difference = differs && both ? (width) => `/api/cases/${caseId}/files/${data.what}/difference/${page}?with=${other}&width=${width}` : undefined;
  return (
    <div className="jv-two" ref={place} data-testid="viewer-compare">
      <figure>
        <figcaption>{beside ? say(texts, "version", { version: beside.version }) : ""} {beside ? <span className="jr-soft">{beside.added}</span> : null}</figcaption>
        {problems.map((p, n) => <p key={n} className="jv-says" role="alert">{p.text}</p>)}
        {!beside ? <p className="jr-soft" role="status">{say(texts, "loading")}</p> : beside.state === "preparing" ? <p className="jv-says" role="status">{say(texts, "preparing")}</p>
          : beside.state !== "ready" ? <p className="jv-says">{beside.reason}</p>
            : page > beside.pages ? <p className="jv-says">{say(texts, "page_missing", { page })}</p>
              : (
                <PagePane {...{ caseId, page, zoom, turn, texts }} what={other} data={beside} still>
                  <MarksLayer marks={older.filter((m) => m.page === page)} {...{ chosen, choose, texts }} />
                </PagePane>
              )}
      </figure>
      <figure>
        <figcaption>{say(texts, data.current ? "version_now" : "version", { version: data.version })} <span className="jr-soft">{data.added}</span>{differs ? <span className="jr-soft"> · {say(texts, both ? "differs_red" : "differs_not")}</span> : null}</figcaption>
        <PagePane {...{ caseId, data, page, zoom, turn, texts }} what={data.what} address={difference} still>
          <MarksLayer {...{ marks, chosen, choose, texts }} />
        </PagePane>
      </figure>
    </div>
  );
}

/** The choice of the version beside this one, and whether differences are drawn. */
export function CompareTools({ data, other, setOther, differs, setDiffers, texts }) {
  const others = data.versions.filter((v) => v.what !== data.what && v.shows);
  if (!others.length) return null;
  return (
    <div className="jv-zoom">
      <label>
        <span className="jr-visually-hidden">{say(texts, "compare")}</span>
        <select className="jv-select" value={other} onChange={(event) => setOther(event.target.value)} data-testid="viewer-beside">
          <option value="">{say(texts, "compare")}</option>
          {others.map((v) => <option key={v.what} value={v.what}>{say(texts, "compare_with", { version: v.version })}</option>)}
        </select>
      </label>
      {other ? <button type="button" className="jv-tool jv-text-tool" aria-pressed={differs} onClick={() => setDiffers(!differs)} data-testid="viewer-differs">{say(texts, "differs")}</button> : null}
    </div>
  );
}
