// Signing: a button that opens a dialog with the statement, a drawn signature and the password, and runs a command.
import { useEffect, useId, useRef, useState } from "react";
import SignaturePad from "signature_pad";
import { NoAnswer, newKey, problemsOf, runCommand, say } from "./signature_http.jsx";

const INK = "#14213d";
const WIDEST = 800;

const STYLE = `
.jr-sign-dialog { margin: auto; width: min(620px, calc(100vw - 24px)); max-height: calc(100dvh - 24px); overflow: auto; padding: 22px 24px;
  border: 1px solid var(--jr-line); border-radius: 14px; background: var(--jr-card); color: var(--jr-ink); line-height: 1.6; font-size: 0.9375rem; }
.jr-sign-dialog::backdrop { background: rgb(10 16 30 / .5); }
.jr-sign-dialog h2 { font-size: 1.125rem; font-weight: 600; margin-bottom: 8px; }
.jr-sign-statement { white-space: pre-line; padding: 12px 14px; border-radius: 8px; background: var(--jr-ground); margin-bottom: 14px; max-height: 32dvh; overflow: auto; }
.jr-sign-head { display: flex; justify-content: space-between; align-items: center; gap: 12px; flex-wrap: wrap; font-weight: 600; }
.jr-sign-pad { position: relative; height: 180px; margin: 6px 0 14px; border: 1.5px dashed var(--jr-soft); border-radius: 10px; background: #fff; overflow: hidden; }
.jr-sign-pad canvas { position: absolute; inset: 0; width: 100%; height: 100%; touch-action: none; cursor: crosshair; }
.jr-sign-pad span { position: absolute; inset: 0; display: grid; place-items: center; color: #5c6578; pointer-events: none; }
.jr-sign-pad i { position: absolute; left: 8%; right: 8%; bottom: 38px; border-bottom: 1px solid #c4cad8; pointer-events: none; }
.jr-sign-label { display: block; font-weight: 600; margin-bottom: 4px; }
.jr-sign-input { width: 100%; min-height: 44px; padding: 8px 12px; border: 1px solid var(--jr-soft); border-radius: 8px; background: var(--jr-card); color: var(--jr-ink); font: inherit; }
.jr-sign-actions { display: flex; justify-content: flex-end; flex-wrap: wrap; gap: 10px; margin-top: 18px; }
.jr-sign-go { display: inline-flex; align-items: center; justify-content: center; gap: 8px; min-height: 44px; padding: 6px 20px; border-radius: 8px; border: 1px solid var(--jr-accent);
  background: var(--jr-accent); color: var(--jr-card); font-weight: 600; cursor: pointer; }
.jr-sign-go[data-grave="true"] { background: var(--jr-bad); border-color: var(--jr-bad); }
.jr-sign-go:disabled { opacity: .55; cursor: not-allowed; }
.jr-sign-quiet { min-height: 44px; padding: 4px 12px; color: var(--jr-accent); cursor: pointer; text-decoration: underline; text-underline-offset: 3px; background: none; }
.jr-sign-why { display: block; margin-top: 4px; color: var(--jr-soft); font-size: 0.84375rem; }
`;

/**
 * Props: command, args, statement, label, title, disabledReason, grave, name, version, texts, id, onDone(result).
 * With `seal(image, code)` nothing is sent: it keeps the signature on this device, and a code stands for the password.
 */
export function SignDialog(props) {
  const { label, title, disabledReason, grave, texts, id = "sign" } = props;
  const [open, setOpen] = useState(false);
  const why = useId();
  return (
    <span className="jr-sign">
      <style href="jr-sign" precedence="default">{STYLE}</style>
      <button
        type="button"
        id={id}
        data-testid={id}
        data-grave={Boolean(grave)}
        className="jr-sign-go"
        disabled={Boolean(disabledReason)}
        aria-describedby={disabledReason ? why : undefined}
        onClick={() => setOpen(true)}
      >
        {label}
      </button>
      {disabledReason ? <span id={why} className="jr-sign-why">{disabledReason}</span> : null}
      {open ? <Dialog {...props} id={id} title={title || label} texts={texts} close={() => setOpen(false)} /> : null}
    </span>
  );
}

function Dialog({ command, args, statement, title, label, grave, name, version, texts, id, onDone, close, seal }) {
  const box = useRef(null);
  const pad = useRef(null);
  const attempt = useRef(null);
  const [password, setPassword] = useState("");
  const [drawn, setDrawn] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState([]);
  const heading = useId();

  useEffect(() => {
    const dialog = box.current;
    if (!dialog.open) dialog.showModal();
    return () => dialog.open && dialog.close();
  }, []);

  const changed = () => {
    attempt.current = null;
  };

  const confirm = async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const missing = [];
    if (!drawn) missing.push({ text: say(texts, "draw_first"), where: "" });
    if (!password) missing.push({ text: say(texts, seal ? "code_first" : "password_first"), where: `${id}-password` });
    setProblems(missing);
    if (missing.length || busy) return;
    setBusy(true);
    // Without an answer the very same request is sent again: the server runs it once.
    attempt.current ??= { key: newKey(), image: pictureOf(pad.current) };
    const { key, image } = attempt.current;
    try {
      if (seal) {
        await seal(image, password);
        close();
        onDone?.({});
        return;
      }
      const result = await runCommand(command, { ...args, signature: { image, password } }, { key, version });
      close();
      onDone?.(result ?? {});
    } catch (failure) {
      if (!(failure instanceof NoAnswer)) attempt.current = null;
      setProblems(failure.left === undefined ? problemsOf(failure, texts) : [{ text: say(texts, failure.left ? "code_wrong" : "code_gone", { left: failure.left }), where: "" }]);
      box.current?.scrollTo({ top: 0, behavior: "smooth" });
    } finally {
      setBusy(false);
    }
  };

  return (
    <dialog
      ref={box}
      className="jr-sign-dialog"
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        if (!busy) close();
      }}
    >
      <form onSubmit={confirm} noValidate>
        <h2 id={heading}>{title}</h2>
        {problems.length ? <Problems problems={problems} texts={texts} id={`${id}-problems`} /> : null}
        {statement ? <div className="jr-sign-statement" tabIndex={0}>{statement}</div> : null}
        <Pad pad={pad} id={id} name={name} texts={texts} drawn={drawn} setDrawn={setDrawn} changed={changed} />
        <label className="jr-sign-label" htmlFor={`${id}-password`}>{say(texts, seal ? "code" : "password")}</label>
        <input
          id={`${id}-password`}
          data-testid={`${id}-password`}
          className="jr-sign-input"
          type="password"
          inputMode={seal ? "numeric" : undefined}
          autoComplete={seal ? "off" : "current-password"}
          value={password}
          onChange={(event) => {
            changed();
            setPassword(event.target.value);
          }}
        />
        <span className="jr-sign-why">{say(texts, seal ? "code_why" : "password_why")}</span>
        <div className="jr-sign-actions">
          <button type="button" className="jr-button" id={`${id}-cancel`} disabled={busy} onClick={close}>
            {say(texts, "cancel")}
          </button>
          <button type="submit" className="jr-sign-go" id={`${id}-confirm`} data-testid={`${id}-confirm`} data-grave={Boolean(grave)} disabled={busy}>
            {busy ? say(texts, "signing") : label}
          </button>
        </div>
      </form>
    </dialog>
  );
}

export function Problems({ problems, texts, id }) {
  return (
    <div className="jr-faults" role="alert" id={id} data-testid={id}>
      <strong>{say(texts, "problems")}</strong>
      <ul>
        {problems.map((p, n) => (
          <li key={n}>{p.href ? <a href={p.href} target="_blank" rel="noreferrer">{p.text}</a> : p.text}</li>
        ))}
      </ul>
    </div>
  );
}

function Pad({ pad, id, name, texts, drawn, setDrawn, changed }) {
  const canvas = useRef(null);
  useEffect(() => {
    const element = canvas.current;
    const instance = new SignaturePad(element, { penColor: INK, minWidth: 0.9, maxWidth: 2.8 });
    pad.current = instance;
    instance.addEventListener("endStroke", () => {
      changed();
      setDrawn(true);
    });
    // The bitmap follows the screen's density; what was drawn is drawn again at the new size.
    const fit = () => {
      const { width, height } = element.getBoundingClientRect();
      if (!width) return;
      const ratio = Math.max(window.devicePixelRatio || 1, 1);
      const strokes = instance.toData();
      element.width = Math.round(width * ratio);
      element.height = Math.round(height * ratio);
      element.getContext("2d").scale(ratio, ratio);
      instance.clear();
      if (strokes.length) instance.fromData(strokes);
      else setDrawn(false);
    };
    const watch = new ResizeObserver(fit);
    watch.observe(element);
    return () => {
      watch.disconnect();
      instance.off();
    };
  }, []);
  const clear = () => {
    changed();
    pad.current.clear();
    setDrawn(false);
  };
  const write = () => {
    clear();
    writeName(canvas.current, name);
    setDrawn(true);
  };
  return (
    <>
      <div className="jr-sign-head">
        <span>{say(texts, "signature")}</span>
        <span>
          {name ? <button type="button" className="jr-sign-quiet" id={`${id}-name`} onClick={write}>{say(texts, "write_name")}</button> : null}
          <button type="button" className="jr-sign-quiet" id={`${id}-clear`} data-testid={`${id}-clear`} onClick={clear}>{say(texts, "clear")}</button>
        </span>
      </div>
      <div className="jr-sign-pad">
        <i />
        <canvas ref={canvas} id={`${id}-canvas`} data-testid={`${id}-canvas`} role="img" aria-label={say(texts, drawn ? "canvas_drawn" : "canvas_empty")} />
        {drawn ? null : <span>{say(texts, "draw_here")}</span>}
      </div>
    </>
  );
}

function writeName(element, name) {
  const { width, height } = element.getBoundingClientRect();
  const context = element.getContext("2d");
  context.fillStyle = INK;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const size = Math.min(height * 0.5, (width * 0.85) / Math.max(name.length, 2));
  context.font = `${size}px KaiTi, STKaiti, serif`;
  context.fillText(name, width / 2, height / 2);
}

/** The picture as PNG on a transparent ground, at most 800 pixels wide. */
function pictureOf(instance) {
  const from = instance.canvas;
  const scale = Math.min(1, WIDEST / from.width);
  const to = document.createElement("canvas");
  to.width = Math.round(from.width * scale);
  to.height = Math.round(from.height * scale);
  to.getContext("2d").drawImage(from, 0, 0, to.width, to.height);
  return to.toDataURL("image/png");
}
