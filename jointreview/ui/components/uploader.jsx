// Sending files: chooser, drag and drop, phone camera; progress and speed of each, two at a time, retry, refusals beside the file.
import { useEffect, useId, useRef, useState } from "react";
import { NoAnswer, ServerRefusal, newKey, problemsOf, runCommand, say } from "./signature_http.jsx";

const AT_ONCE = 2;
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
.jr-up-bad { color: var(--jr-bad); }
.jr-up-bad ul { list-style: disc; padding-left: 20px; }
.jr-up-small { min-height: 36px; padding: 2px 10px; border-radius: 8px; border: 1px solid var(--jr-line); background: var(--jr-card); color: var(--jr-accent); cursor: pointer; }
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

  const show = (entry, change) => {
    Object.assign(entry, change);
    setFiles([...queue.current]);
  };
  const drop = (entry) => {
    queue.current = queue.current.filter((e) => e !== entry);
    setFiles([...queue.current]);
    next();
  };
  const next = () => {
    const busy = queue.current.filter((e) => e.state === "sending" || e.state === "checking").length;
    for (const entry of queue.current.filter((e) => e.state === "waiting").slice(0, AT_ONCE - busy)) send(entry);
  };
  const send = async (entry) => {
    show(entry, { state: "sending", problems: [], sent: 0, started: performance.now(), speed: 0 });
    try {
      entry.upload ??= await put(entry, (sent) => {
        const seconds = (performance.now() - entry.started) / 1000;
        show(entry, { sent, speed: seconds > 0.3 ? sent / seconds : 0 });
      });
      const uploadId = entry.upload.upload_id ?? entry.upload.id;
      show(entry, { state: "checking", sent: entry.file.size });
      const { command: name, args: given, onUploaded: done } = props.current;
      const result = name ? await runCommand(name, { ...given, upload_id: uploadId }, { key: entry.key }) : null;
      show(entry, { state: "done" });
      done?.({ upload_id: uploadId, name: entry.file.name, upload: entry.upload, result });
      drop(entry);
    } catch (failure) {
      if (failure?.name === "AbortError") return;
      const lost = failure instanceof NoAnswer;
      if (!lost) entry.key = newKey();
      // A refusal by the command may concern the file itself: sending it again starts from the beginning.
      if (failure instanceof ServerRefusal) entry.upload = undefined;
      show(entry, { state: lost ? "lost" : "refused", problems: problemsOf(failure, props.current.texts) });
      next();
    }
  };
  useEffect(() => {
    const again = () => {
      for (const entry of queue.current.filter((e) => e.state === "lost")) show(entry, { state: "waiting" });
      next();
    };
    window.addEventListener("online", again);
    // Another step of the form may be shown meanwhile: what is being sent goes on to its end.
    return () => window.removeEventListener("online", again);
  }, []);

  const take = (list) => {
    const chosen = Array.from(list || []).slice(0, multiple ? undefined : 1);
    queue.current = [
      ...queue.current.filter((e) => multiple || (e.state !== "refused" && e.state !== "lost")),
      ...chosen.map((file) => ({ file, key: newKey(), state: "waiting", sent: 0, speed: 0, problems: [] })),
    ];
    setFiles([...queue.current]);
    next();
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
          if (!disabled) take(event.dataTransfer.files);
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
            key={entry.key + entry.file.name}
            entry={entry}
            texts={texts}
            again={() => {
              show(entry, { state: "waiting", problems: [] });
              next();
            }}
            cancel={() => {
              entry.request?.abort();
              drop(entry);
            }}
          />
        ))}
      </div>
    </div>
  );
}

function Sending({ entry, texts, again, cancel }) {
  const { file, state, sent, speed, problems } = entry;
  const stopped = state === "refused" || state === "lost";
  return (
    <div className="jr-up-file" data-state={state}>
      <div className="jr-up-line">
        <span className="jr-up-name">{file.name}</span>
        <span className="jr-up-hint">{stopped ? say(texts, state) : status(entry, texts)}</span>
        {stopped ? <button type="button" className="jr-up-small" onClick={again}>{say(texts, "again")}</button> : null}
        <button type="button" className="jr-up-small" onClick={cancel} aria-label={say(texts, stopped ? "dismiss_name" : "cancel_name", { name: file.name })}>
          {say(texts, stopped ? "dismiss" : "cancel")}
        </button>
      </div>
      {state === "sending" ? <progress max={file.size || 1} value={sent} aria-label={file.name} /> : null}
      {state === "checking" ? <progress aria-label={file.name} /> : null}
      {problems.length ? (
        <div className="jr-up-bad" role="alert">
          <ul>{problems.map((p, n) => <li key={n}>{lineOf(p)}{p.text}</li>)}</ul>
        </div>
      ) : null}
    </div>
  );

  // A problem of a file names its place as `name:line`, `name#entity` or both; people find an entity by its handle.
  function lineOf(problem) {
    const place = problem.where?.startsWith(file.name) ? problem.where.slice(file.name.length) : "";
    const [, line, entity] = /^(?::(\d+))?(?:#(.+))?$/.exec(place) || [];
    return entity ? `“${entity}” ` : line ? `${say(texts, "line", { line })} ` : "";
  }

  function status(e, words) {
    if (e.state === "waiting") return say(words, "waiting");
    if (e.state === "checking") return say(words, "checking");
    if (e.state === "done") return say(words, "done");
    const part = `${size(sent)} / ${size(file.size)}`;
    return speed ? `${part} · ${size(speed)}/s` : part;
  }
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

function put(entry, onProgress) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    entry.request = xhr;
    xhr.open("PUT", `/api/uploads?name=${encodeURIComponent(entry.file.name)}`);
    xhr.setRequestHeader("content-type", "application/octet-stream");
    xhr.upload.onprogress = (event) => onProgress(event.loaded);
    xhr.onerror = () => reject(new NoAnswer("uploads"));
    xhr.onabort = () => reject(new DOMException("aborted", "AbortError"));
    xhr.onload = () => {
      let body = null;
      try {
        body = JSON.parse(xhr.responseText);
      } catch {
        body = null;
      }
      if (xhr.status >= 200 && xhr.status < 300 && body) resolve(body);
      else if (xhr.status >= 502 && xhr.status <= 504) reject(new NoAnswer("uploads"));
      else reject(new ServerRefusal(xhr.status, body));
    };
    xhr.send(entry.file);
  });
}
