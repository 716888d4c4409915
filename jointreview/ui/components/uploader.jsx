// Sending files: chooser, drag and drop, phone camera; progress, speed and time left; two at a time; goes on after a break.
import { useEffect, useId, useRef, useState } from "react";
import { NoAnswer, ServerRefusal, newKey, problemsOf, runCommand, say } from "./signature_http.jsx";
import { dropUpload, noteUpload } from "./upload_running.jsx";
import { askedFile, begun, forget, keep, keptFile } from "./upload_db.jsx";
import { OtherFile, Unreadable, cancelled, send as sendFile, stateOf } from "./upload_send.jsx";

const AT_ONCE = 2;
const AGAIN_MS = 10000;
const SPEED_OVER_MS = 8000;
const BUSY = ["reading", "sending", "checking"];
// Kinds whose files end otherwise than the kind is called.
const ENDINGS = { shp: ["zip"], jpg: ["jpg", "jpeg"], geojson: ["geojson", "json"] };
const STYLE = `
.jr-up-drop { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding: 10px 12px; border: 1.5px dashed var(--jr-line); border-radius: 10px; }
.jr-up-drop[data-over="true"] { border-color: var(--jr-accent); background: var(--jr-accent-soft); }
.jr-up-pick { position: relative; overflow: hidden; }
.jr-up-pick:focus-within { outline: 3px solid var(--jr-accent); outline-offset: 2px; }
.jr-up-pick input { position: absolute; inset: 0; opacity: 0; cursor: pointer; font-size: 0; }
.jr-up-hint { color: var(--jr-soft); font-size: 0.84375rem; }
.jr-up-pick.jr-up-camera { display: none; }
@media (pointer: coarse) { .jr-up-pick.jr-up-camera { display: inline-flex; } .jr-up-pick { min-height: 44px; } .jr-up-mouse { display: none; } }
.jr-up-list { margin-top: 6px; }
.jr-up-file { padding: 8px 0; border-bottom: 1px solid var(--jr-line); }
.jr-up-file:last-child { border-bottom: 0; }
.jr-up-line { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; }
.jr-up-name { flex: 1; min-width: 160px; overflow-wrap: anywhere; }
.jr-up-file progress { width: 100%; height: 6px; accent-color: var(--jr-accent); display: block; margin-top: 4px; }
.jr-up-file progress[value] { appearance: none; border: 0; border-radius: 3px; overflow: hidden; background: var(--jr-line); }
.jr-up-file progress[value]::-webkit-progress-bar { background: var(--jr-line); }
.jr-up-file progress[value]::-webkit-progress-value { background: var(--jr-accent); }
.jr-up-file progress[value]::-moz-progress-bar { background: var(--jr-accent); }
.jr-up-bad { color: var(--jr-bad); }
.jr-up-bad ul { list-style: disc; padding-left: 20px; }
.jr-up-small { display: inline-flex; align-items: center; min-height: 36px; padding: 2px 10px; border-radius: 8px; border: 1px solid var(--jr-line); background: var(--jr-card); color: var(--jr-accent); cursor: pointer; }
@media (pointer: coarse) { .jr-up-small { min-height: 44px; } }
`;

/**
 * Props: accept (extensions without dot), multiple, camera, label, hint, disabled, texts, id,
 * command and args (run for each file with args.upload_id), onUploaded({upload_id, name, upload, result}).
 * Without a command the answer of the upload itself is handed on.
 */
export function Uploader({ accept = [], multiple = true, camera = false, label, hint, disabled, texts, id = "upload", command, args, onUploaded }) {
  const [files, setFiles] = useState([]);
  const [over, setOver] = useState(false);
  const queue = useRef([]);
  const props = useRef({});
  props.current = { command, args, onUploaded, texts };
  const hintId = useId();
  const place = `${typeof location === "undefined" ? "" : location.pathname}|${id}`;

  const show = (entry, change) => {
    Object.assign(entry, change);
    noteUpload(entry);
    setFiles([...queue.current]);
  };
  const drop = (entry) => {
    dropUpload(entry);
    queue.current = queue.current.filter((e) => e !== entry);
    setFiles([...queue.current]);
    next();
  };
  const next = () => {
    const busy = queue.current.filter((e) => BUSY.includes(e.state)).length;
    for (const entry of queue.current.filter((e) => e.state === "waiting").slice(0, Math.max(0, AT_ONCE - busy))) send(entry);
  };
  const send = async (entry) => {
    entry.stop = new AbortController();
    show(entry, { state: "sending", problems: [], sent: 0, marks: [], speed: 0 });
    try {
      entry.upload ??= await sendFile(entry, {
        reading: () => show(entry, { state: "reading" }),
        progress: (sent) => show(entry, { state: "sending", ...measured(entry, sent) }),
        waiting: (paused) => show(entry, { state: "checking", sent: entry.size, paused }),
        begun: () => {
          if (!entry.recalled) entry.args = props.current.args;
          return keep(entry, place);
        },
      });
      show(entry, { state: "checking", sent: entry.size, paused: false, finishing: true });
      const uploadId = entry.upload.upload_id ?? entry.upload.id;
      const { command: name, args: given, onUploaded: done } = props.current;
      const result = name ? await runCommand(name, { ...given, ...(entry.recalled ? entry.args : {}), upload_id: uploadId }, { key: entry.key }) : null;
      if (entry.session) forget(entry.session);
      show(entry, { state: "done" });
      done?.({ upload_id: uploadId, name: entry.name, upload: entry.upload, result });
      drop(entry);
    } catch (failure) {
      if (failure?.name === "AbortError") return;
      const lost = failure instanceof NoAnswer;
      const refused = failure instanceof ServerRefusal && failure.status !== 401;
      if (refused) {
        entry.key = newKey();
        // A refusal by the command may concern the file itself: sending it again starts from the beginning.
        if (entry.session) forget(entry.session);
        entry.upload = entry.session = undefined;
      }
      const other = failure instanceof OtherFile || failure instanceof Unreadable;
      if (failure instanceof OtherFile) entry.file = null;
      const problems = other ? [{ text: say(texts, failure instanceof OtherFile ? "other_size" : "unreadable", { name: entry.name }), where: "" }] : problemsOf(failure, props.current.texts);
      show(entry, { state: lost ? "lost" : entry.session && other ? "stopped" : "refused", problems });
      next();
    }
  };
  useEffect(() => {
    const again = () => {
      for (const entry of queue.current.filter((e) => e.state === "lost")) show(entry, { state: "waiting" });
      next();
    };
    window.addEventListener("online", again);
    const timer = setInterval(again, AGAIN_MS);
    // Another step of the form may be shown meanwhile: what is being sent goes on to its end.
    return () => {
      window.removeEventListener("online", again);
      clearInterval(timer);
    };
  }, []);
  useEffect(() => {
    recall(place).then((entries) => {
      const here = new Set(queue.current.map((e) => e.session));
      queue.current = [...queue.current, ...entries.filter((e) => !here.has(e.session))];
      queue.current.forEach(noteUpload);
      setFiles([...queue.current]);
      next();
    });
  }, [place]);

  const take = (list, handles = []) => {
    const chosen = Array.from(list || []).slice(0, multiple ? undefined : 1);
    queue.current = [
      ...queue.current.filter((e) => multiple || (e.state !== "refused" && e.state !== "lost")),
      ...chosen.map((file, n) => ({ file, name: file.name, size: file.size, key: newKey(), handle: handles[n], state: "waiting", sent: 0, speed: 0, problems: [] })),
    ];
    queue.current.forEach(noteUpload);
    setFiles([...queue.current]);
    next();
  };
  const dropped = async (transfer) => {
    const list = Array.from(transfer.files);
    const items = Array.from(transfer.items || []).filter((item) => item.kind === "file");
    // Only while the event lasts the browser gives handles, with which a closed tab can read the file again.
    const asked = items.map((item) => item.getAsFileSystemHandle?.().catch(() => null));
    take(list, await Promise.all(asked));
  };
  const goOn = async (entry, file) => {
    const found = file || (entry.handle ? await askedFile(entry.handle) : null);
    if (found && found.size === entry.size) return show(entry, { file: found, state: "waiting", problems: [] }), next();
    const problem = found ? say(texts, "other_size", { name: entry.name }) : say(texts, "unreadable");
    return show(entry, { handle: null, problems: [{ text: problem, where: "" }] });
  };
  const picked = (event) => {
    take(event.target.files);
    event.target.value = "";
  };

  return (
    <div className="jr-up">
      <style href="jr-up" precedence="default">{STYLE}</style>
      <div
        className="jr-up-drop"
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          if (!disabled) setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          if (!disabled) dropped(event.dataTransfer);
        }}
      >
        <label className="jr-button jr-up-pick">
          {label || say(texts, "choose")}
          <input
            type="file"
            id={id}
            data-testid={id}
            accept={accept.length ? accept.flatMap((e) => ENDINGS[e] || [e]).map((e) => `.${e}`).join(",") : undefined}
            multiple={multiple}
            disabled={disabled}
            aria-describedby={hintId}
            onChange={picked}
          />
        </label>
        {camera ? (
          <label className="jr-button jr-up-pick jr-up-camera">
            {say(texts, "camera")}
            <input type="file" id={`${id}-camera`} accept="image/*" capture="environment" disabled={disabled} onChange={picked} />
          </label>
        ) : null}
        <span className="jr-up-hint" id={hintId}>
          <span className="jr-up-mouse">{say(texts, "drop_here")} </span>
          {hint || (accept.length ? say(texts, "kinds", { kinds: accept.join(say(texts, "list_joint")).toUpperCase() }) : "")}
        </span>
      </div>
      <div className="jr-up-list" aria-live="polite">
        {files.map((entry) => (
          <Sending
            key={entry.key + entry.name}
            entry={entry}
            texts={texts}
            goOn={(file) => goOn(entry, file)}
            again={() => {
              show(entry, { state: "waiting", problems: [] });
              next();
            }}
            cancel={() => {
              entry.stop?.abort();
              if (entry.session) {
                forget(entry.session);
                cancelled(entry.session);
              }
              drop(entry);
            }}
          />
        ))}
      </div>
    </div>
  );
}

function Sending({ entry, texts, again, cancel, goOn }) {
  const { name, state, sent, speed, problems } = entry;
  const stopped = state === "refused" || state === "lost" || state === "stopped";
  return (
    <div className="jr-up-file" data-state={state}>
      <div className="jr-up-line">
        <span className="jr-up-name">{name}</span>
        <span className="jr-up-hint">{stopped && state !== "stopped" ? say(texts, state) : status(entry, texts)}</span>
        {state === "stopped" ? <GoOn entry={entry} texts={texts} goOn={goOn} /> : stopped ? <button type="button" className="jr-up-small" onClick={again}>{say(texts, "again")}</button> : null}
        <button type="button" className="jr-up-small" onClick={cancel} aria-label={say(texts, stopped ? "dismiss_name" : "cancel_name", { name })}>
          {say(texts, stopped ? "dismiss" : "cancel")}
        </button>
      </div>
      {state === "sending" || state === "stopped" ? <progress max={entry.size || 1} value={sent} aria-label={name} /> : null}
      {state === "checking" || state === "reading" ? <progress aria-label={name} /> : null}
      {problems.length ? (
        <div className="jr-up-bad" role="alert">
          <ul>{problems.map((p, n) => <li key={n}>{lineOf(p)}{p.text}</li>)}</ul>
        </div>
      ) : null}
    </div>
  );

  // A problem of a file names its place as `name:line`, `name#entity` or both; people find an entity by its handle.
  function lineOf(problem) {
    const place = problem.where?.startsWith(name) ? problem.where.slice(name.length) : "";
    const [, line, entity] = /^(?::(\d+))?(?:#(.+))?$/.exec(place) || [];
    return entity ? `“${entity}” ` : line ? `${say(texts, "line", { line })} ` : "";
  }

  function status(e, words) {
    if (e.state === "waiting" || e.state === "reading" || e.state === "done") return say(words, e.state);
    if (e.state === "stopped") return say(words, "stopped", { percent: Math.floor((100 * sent) / (e.size || 1)) });
    if (e.state === "checking") return say(words, e.finishing || !e.session ? "checking" : e.paused ? "server_waits" : "server_checks");
    const parts = [`${size(sent)} / ${size(e.size)}`];
    if (speed) parts.push(`${size(speed)}/s`, left((e.size - sent) / speed, words));
    return parts.filter(Boolean).join(" · ");
  }
}

/** What continues an upload whose tab was closed: a permission, or the same file chosen again. */
function GoOn({ entry, texts, goOn }) {
  if (entry.handle) return <button type="button" className="jr-up-small" onClick={() => goOn(null)}>{say(texts, "go_on")}</button>;
  return (
    <label className="jr-up-small jr-up-pick">
      {say(texts, "pick_same")}
      <input
        type="file"
        data-testid={`same-${entry.name}`}
        onChange={(event) => {
          if (event.target.files[0]) goOn(event.target.files[0]);
          event.target.value = "";
        }}
      />
    </label>
  );
}

/** The uploads begun at this place before the tab was closed, as far as the server still has them. */
async function recall(place) {
  const entries = [];
  for (const row of await begun(place)) {
    const state = await stateOf(row).catch(() => undefined);
    // Another person's on this device, or one that expired.
    if (state === null || state === undefined) continue;
    const file = state.state === "receiving" ? await keptFile(row) : null;
    const there = state.received.length * state.part_bytes;
    entries.push({
      ...row,
      recalled: true,
      file,
      sent: Math.min(row.size, there),
      speed: 0,
      problems: [],
      state: state.state !== "receiving" || file ? "waiting" : "stopped",
    });
  }
  return entries;
}

/** Bytes sent and bytes per second over the last seconds: what a person sees as the present speed. */
function measured(entry, sent) {
  const now = performance.now();
  const marks = [...(entry.marks || []).filter((mark) => now - mark.at < SPEED_OVER_MS), { at: now, sent }];
  const seconds = (now - marks[0].at) / 1000;
  const speed = seconds > 0.5 ? Math.max(0, (sent - marks[0].sent) / seconds) : entry.speed;
  return { sent, speed, marks };
}

/** How long it will take, in words. */
function left(seconds, words) {
  if (!Number.isFinite(seconds) || seconds < 1) return "";
  if (seconds < 60) return say(words, "left_seconds", { n: Math.ceil(seconds / 5) * 5 });
  if (seconds < 3600) return say(words, "left_minutes", { n: Math.ceil(seconds / 60) });
  return say(words, "left_hours", { n: Math.ceil(seconds / 3600) });
}

/** A number of bytes as people read it. */
export function size(bytes) {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const units = ["kB", "MB", "GB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
