// One page of a document as a picture: fetched in a size that fits the screen, kept until the next one is there.
import { useEffect, useRef, useState } from "react";
import { say } from "./signature_http.jsx";

const AGAIN_MS = 1500;
const WIDTHS = [1000, 1600, 2400];
const SWIPE_PX = 70;
const widthFor = (pixels) => WIDTHS.find((w) => w >= pixels) || WIDTHS[WIDTHS.length - 1];

/** The address of a page in a width. */
export const pageAddress = (caseId, what, page, width) => `/api/cases/${caseId}/files/${what}/pages/${page}?width=${width}`;

/** The picture at `address` as an object address; `fault` says why there is none. Waits while it is being made. */
export function usePicture(address) {
  const [shown, setShown] = useState({ url: "", of: "" });
  const [fault, setFault] = useState("");
  useEffect(() => {
    if (!address) return undefined;
    const ending = new AbortController();
    let timer = 0;
    const read = async () => {
      try {
        const answer = await fetch(address, { credentials: "same-origin", signal: ending.signal });
        if (answer.ok) {
          const url = URL.createObjectURL(await answer.blob());
          setShown({ url, of: address });
          setFault("");
          return;
        }
        const said = await answer.json().catch(() => ({}));
        const problem = said.problems?.[0];
        if (["preview.preparing", "preview.busy"].includes(problem?.key)) timer = setTimeout(read, AGAIN_MS);
        else setFault(problem?.text || `HTTP ${answer.status}`);
      } catch (failure) {
        if (failure.name !== "AbortError") timer = setTimeout(read, AGAIN_MS * 2);
      }
    };
    setFault("");
    read();
    return () => { ending.abort(); clearTimeout(timer); };
  }, [address]);
  useEffect(() => () => { if (shown.url) URL.revokeObjectURL(shown.url); }, [shown.url]);
  return { url: shown.url, fault, busy: shown.of !== address && !fault };
}

/** Props: caseId, what, data, page, zoom, turn, texts, address (another picture of the page), children (over it). */
export function PagePane({ caseId, what, data, page, zoom, turn, texts, address, children, still = false, scrolled }) {
  const box = useRef(null);
  const [base, setBase] = useState(0);
  useEffect(() => {
    const measure = () => setBase(Math.max(200, Math.min(1100, (box.current?.clientWidth || 800) - 2)));
    measure();
    const seen = new ResizeObserver(measure);
    if (box.current) seen.observe(box.current);
    return () => seen.disconnect();
  }, []);
  const wide = Math.round(base * zoom);
  const asked = data.vector ? 1000 : widthFor(wide * Math.min(2, window.devicePixelRatio || 1));
  const here = base ? (address ? address(asked) : pageAddress(caseId, what, page, asked)) : "";
  const { url, fault, busy } = usePicture(here);
  useEffect(() => {
    if (!url || still || page >= data.pages) return;
    fetch(pageAddress(caseId, what, page + 1, asked), { credentials: "same-origin", priority: "low" }).catch(() => {});
  }, [url]);
  useEffect(() => { if (box.current) box.current.scrollTop = 0; }, [page]);
  const swipe = useSwipe((by) => turn(page + by), zoom <= 1 && !still);
  return (
    <div className="jv-pane" ref={box} tabIndex={0} data-zoomed={zoom > 1} data-busy={busy} onScroll={scrolled} {...swipe} data-testid="viewer-pane">
      {fault ? <p className="jv-says" role="alert" data-testid="viewer-fault">{fault}</p> : null}
      <div className="jv-sheet" style={{ width: wide || "100%" }} data-ready={Boolean(url) && !busy}>
        {url && !fault ? <img src={url} alt={say(texts, "picture_of", { name: data.name, page })} draggable={false} data-testid="viewer-picture" /> : <div className="jv-blank" aria-hidden="true" />}
        {url && !fault ? children : null}
      </div>
    </div>
  );
}

/** A finger drawn across the page turns it; two fingers zoom, which the browser does. */
function useSwipe(turned, on) {
  const from = useRef(null);
  if (!on) return {};
  return {
    onTouchStart: (event) => { from.current = event.touches.length === 1 ? [event.touches[0].clientX, event.touches[0].clientY] : null; },
    onTouchEnd: (event) => {
      const start = from.current, end = event.changedTouches[0];
      from.current = null;
      if (!start || (window.visualViewport?.scale || 1) > 1.05) return;
      const x = end.clientX - start[0], y = end.clientY - start[1];
      if (Math.abs(x) > SWIPE_PX && Math.abs(x) > 2 * Math.abs(y)) turned(x < 0 ? 1 : -1);
    },
  };
}
