// The first page of a file in small; a plain sheet until it is there, and where there is none.
import { useEffect, useState } from "react";

const AGAIN_MS = [1500, 4000, 9000, 20000];

/** Props: url (answers 202 without a picture while it is being made), href (where a click leads). */
export function Thumb({ url = "", href = "" }) {
  const [tries, setTries] = useState(0);
  const [shown, setShown] = useState("");
  useEffect(() => {
    if (!url) return undefined;
    let timer = 0;
    const ending = new AbortController();
    fetch(url, { credentials: "same-origin", signal: ending.signal, priority: "low" })
      .then(async (answer) => {
        if (answer.status === 200) setShown(URL.createObjectURL(await answer.blob()));
        else if (answer.status === 202 && tries < AGAIN_MS.length) timer = setTimeout(() => setTries(tries + 1), AGAIN_MS[tries]);
      })
      .catch(() => {});
    return () => { ending.abort(); clearTimeout(timer); };
  }, [url, tries]);
  useEffect(() => () => { if (shown) URL.revokeObjectURL(shown); }, [shown]);
  const sheet = <span className="jr-page-thumb" aria-hidden="true" data-testid="thumb" data-shown={Boolean(shown)}>{shown ? <img src={shown} alt="" /> : null}</span>;
  return href ? <a href={href} tabIndex={-1} aria-hidden="true">{sheet}</a> : sheet;
}
