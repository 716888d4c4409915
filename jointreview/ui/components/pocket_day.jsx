// Reading the day and its drawings, and keeping both on this device.
import { useCallback, useEffect, useRef, useState } from "react";
import { NoAnswer, ServerRefusal, problemsOf, request } from "./signature_http.jsx";
import { all, forgetOthers, get, put, remove } from "./photo_db.jsx";

/** The day as kept, then as the server says it; `online` tells which of the two is shown. */
export function useDay(who, texts) {
  const [state, setState] = useState({ day: null, at: "", problems: [], online: false, chosen: {} });
  const reload = useCallback(async () => {
    const kept = await get("days", who).catch(() => undefined);
    if (kept) setState((s) => (s.day ? s : { ...s, day: kept.day, at: kept.at, chosen: kept.chosen || {} }));
    try {
      const day = await request("GET", "/api/onsite/day");
      if (day.account !== who) {
        location.reload(); // somebody else has signed in since
        return;
      }
      const row = { key: who, day, at: new Date().toISOString(), chosen: kept?.chosen || {} };
      await put("days", row);
      for (const stop of day.stops) await put("pages", { key: `${who}:${stop.case_id}:`, page: stop.page });
      await forgetOthers(who);
      setState({ day, at: row.at, problems: [], online: true, chosen: row.chosen });
    } catch (failure) {
      const known = failure instanceof NoAnswer || failure instanceof ServerRefusal;
      if (!known) console.error(failure);
      setState((s) => ({ ...s, online: false, problems: failure instanceof NoAnswer && s.day ? [] : problemsOf(failure, texts) }));
    }
  }, [who]);
  useEffect(() => {
    if (!who) return undefined;
    reload();
    addEventListener("online", reload);
    return () => removeEventListener("online", reload);
  }, [who]);
  const choose = useCallback(
    async (paper, along) => {
      const row = await get("days", who);
      if (!row) return;
      row.chosen = { ...row.chosen, [paper.id]: along };
      await put("days", row);
      setState((s) => ({ ...s, chosen: row.chosen }));
    },
    [who],
  );
  return { ...state, reload, choose };
}

/** The drawings kept here: those marked, in the order of the stops, as far as the limit goes. */
export function usePapers(who, day, chosen, online) {
  const [kept, setKept] = useState({});
  const [busy, setBusy] = useState(false);
  const [barred, setBarred] = useState({});
  const running = useRef(false);
  const list = (day?.stops || []).flatMap((stop) => stop.papers);
  const marked = list.filter((paper) => chosen[paper.id] ?? paper.along);
  const limit = day?.limit_bytes || 0;
  const wanted = within(marked, limit);
  const fetchAll = useCallback(async () => {
    if (running.current || !who || !day) return;
    running.current = true;
    setBusy(true);
    try {
      const rows = Object.fromEntries((await all("papers", `${who}:`)).map((row) => [row.key, row]));
      for (const key of Object.keys(rows)) {
        if (!wanted.some((paper) => keyOf(who, paper) === key)) {
          await remove("papers", key);
          delete rows[key];
        }
      }
      for (const paper of wanted) {
        const key = keyOf(who, paper);
        if (rows[key] || !online) continue;
        const answer = await fetch(paper.url, { credentials: "same-origin" }).catch(() => null);
        if (answer && !answer.ok) setBarred((before) => ({ ...before, [key]: true })); // withdrawn, or in quarantine
        if (!answer?.ok) continue;
        rows[key] = { key, blob: await answer.blob(), size: paper.size };
        await put("papers", rows[key]);
        setKept({ ...rows });
      }
      setKept({ ...rows });
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, [who, day, online, wanted.map((p) => p.id).join()]);
  useEffect(() => {
    fetchAll();
  }, [fetchAll]);
  const offered = wanted.filter((paper) => !barred[keyOf(who, paper)]);
  const here = wanted.filter((paper) => kept[keyOf(who, paper)]);
  return {
    has: (paper) => kept[keyOf(who, paper)]?.blob,
    along: (paper) => Boolean(chosen[paper.id] ?? paper.along),
    left_out: marked.length - wanted.length,
    kept: here.length,
    wanted: offered.length,
    bytes: here.reduce((sum, paper) => sum + paper.size, 0),
    limit,
    busy,
    ready: here.length >= offered.length,
    fetch: fetchAll,
  };
}

function keyOf(who, paper) {
  return `${who}:${paper.id}:${paper.digest.slice(0, 12)}`;
}

function within(papers, limit) {
  let sum = 0;
  return papers.filter((paper) => {
    if (sum + paper.size > limit) return false;
    sum += paper.size;
    return true;
  });
}
