// How the viewer looks.
export const STYLE = `
.jv { display: grid; gap: 12px; min-width: 0; }
.jv-head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: flex-start; gap: 8px 20px; }
.jv-title { display: grid; gap: 2px; min-width: 0; }
.jv-title h1 { font-size: 1.25rem; font-weight: 640; line-height: 1.35; overflow-wrap: anywhere; }
.jv-title > * { overflow-wrap: anywhere; }
.jv-acts { align-items: center; margin: 0; }
.jv-says { padding: 8px 12px; border-radius: 8px; background: var(--jr-warn-soft); color: var(--jr-ink); width: 100%; }
.jv-tools { position: sticky; top: var(--jr-bar); z-index: 5; display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: center; padding: 6px 8px; border: 1px solid var(--jr-line); border-radius: 10px; background: var(--jr-card); }
.jv-pages, .jv-zoom { display: flex; gap: 6px; align-items: center; }
.jv-tool { min-width: 44px; min-height: 44px; padding: 0 10px; border: 1px solid var(--jr-line); border-radius: 8px; font-size: 1.125rem; cursor: pointer; color: var(--jr-ink); background: transparent; }
.jv-tool:hover:not(:disabled):not([aria-pressed="true"]) { background: var(--jr-accent-soft); }
.jv-tool:disabled { opacity: 0.4; cursor: default; }
.jv-tool[aria-pressed="true"] { background: var(--jr-accent); color: #fff; border-color: var(--jr-accent); }
.jv-fit { font-size: 0.875rem; min-width: 62px; }
.jv-text-tool { font-size: 0.9375rem; }
.jv-number { width: 56px; text-align: center; min-height: 44px; padding: 0 4px; border: 1px solid var(--jr-line); border-radius: 8px; background: var(--jr-ground); color: var(--jr-ink); font: inherit; }
.jv-body { display: grid; gap: 14px; grid-template-columns: minmax(0, 1fr); align-items: start; }
.jv-body[data-side="true"] { grid-template-columns: minmax(0, 1fr) 320px; }
.jv-two { display: grid; gap: 12px; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); align-items: start; }
.jv-two figure { display: grid; gap: 6px; min-width: 0; margin: 0; }
.jv-two figcaption { font-weight: 620; }
.jv-two figcaption span { font-weight: 400; }
.jv-select { min-height: 44px; max-width: 100%; padding: 0 8px; border: 1px solid var(--jr-line); border-radius: 8px; background: var(--jr-card); color: var(--jr-ink); font: inherit; }
@media (max-width: 720px) { .jv-two { grid-template-columns: minmax(0, 1fr); } .jv-two .jv-pane { max-height: 48vh; min-height: 30vh; } }
.jv-side { display: grid; gap: 12px; position: sticky; top: calc(var(--jr-bar) + 76px); max-height: calc(100vh - 160px); overflow: auto; align-content: start; }
.jv-marks { position: absolute; inset: 0; pointer-events: none; }
.jv-marks[data-drawing="true"] { pointer-events: auto; cursor: crosshair; touch-action: none; }
.jv-mark { position: absolute; padding: 0; border: 2.5px solid #c2410c; background: rgba(251, 146, 60, 0.14); cursor: pointer; pointer-events: auto; border-radius: 2px; }
.jv-mark[data-tone="good"] { border-color: #15803d; background: rgba(34, 197, 94, 0.12); }
.jv-mark[data-chosen="true"] { outline: 3px solid #1d4ed8; outline-offset: 2px; background: rgba(59, 130, 246, 0.16); }
.jv-mark span { position: absolute; left: -2px; top: -22px; min-width: 22px; padding: 0 5px; border-radius: 4px; background: #c2410c; color: #fff; font-size: 13px; line-height: 20px; font-weight: 650; }
.jv-mark-new { border-style: dashed; pointer-events: none; }
.jv-marks[data-drawing="true"] .jv-mark { pointer-events: none; }
.jv-list, .jv-form { display: grid; gap: 8px; padding: 14px; border: 1px solid var(--jr-line); border-radius: 10px; background: var(--jr-card); }
.jv-list h2, .jv-form h2 { font-size: 1rem; font-weight: 640; }
.jv-list h3 { font-size: 0.9375rem; font-weight: 620; }
.jv-list ol, .jv-list ul { list-style: none; display: grid; gap: 8px; }
.jv-list li { padding: 8px 10px; border-left: 3px solid var(--jr-line); display: grid; gap: 4px; }
.jv-list li[data-chosen="true"] { border-left-color: var(--jr-accent); background: var(--jr-accent-soft); border-radius: 0 8px 8px 0; }
.jv-link { color: var(--jr-accent); text-align: left; cursor: pointer; text-decoration: underline; min-height: 32px; }
.jv-form label { display: grid; gap: 4px; font-weight: 600; }
.jv-form input, .jv-form textarea, .jv-form select { width: 100%; min-height: 44px; padding: 8px 10px; border: 1px solid var(--jr-soft); border-radius: 8px; background: var(--jr-card); color: var(--jr-ink); font: inherit; font-weight: 400; }
.jv-fault { color: var(--jr-bad); font-size: 0.9375rem; }
.jv-pane { overflow: auto; max-height: calc(100vh - 180px); min-height: 300px; border: 1px solid var(--jr-line); border-radius: 10px; background: var(--jr-ground); touch-action: pan-x pan-y pinch-zoom; overscroll-behavior: contain; }
.jv-pane[data-busy="true"] .jv-sheet img { opacity: 0.55; }
.jv-sheet { position: relative; margin: 0 auto; background: #fff; line-height: 0; }
.jv-sheet img { width: 100%; height: auto; display: block; user-select: none; -webkit-user-drag: none; }
.jv-blank { aspect-ratio: 210 / 297; background: #fff; }
.jv-standing { display: grid; gap: 8px; justify-items: start; padding: 24px; border: 1px solid var(--jr-line); border-radius: 10px; background: var(--jr-card); }
.jv-bar { display: block; width: 220px; height: 6px; border-radius: 3px; background: linear-gradient(90deg, var(--jr-line) 25%, var(--jr-accent) 50%, var(--jr-line) 75%); background-size: 200% 100%; animation: jv-run 1.4s linear infinite; }
@keyframes jv-run { from { background-position: 200% 0; } to { background-position: -200% 0; } }
@media (prefers-reduced-motion: reduce) { .jv-bar { animation: none; } }
.jv-keys { margin: 0; }
@media (max-width: 900px) { .jv-body[data-side="true"] { grid-template-columns: minmax(0, 1fr); } .jv-side { position: static; max-height: none; } }
@media (max-width: 720px) { .jv-keys { display: none; } .jv-tools { gap: 6px; padding: 6px; justify-content: space-between; } .jv-tool { min-width: 40px; padding: 0 6px; } .jv-pages, .jv-zoom { gap: 3px; } .jv-number { width: 44px; } .jv-pane { max-height: none; min-height: 50vh; } .jv-tools { top: 0; } }
@media print { .jv-tools, .jv-keys, .jv-acts { display: none; } .jv-pane { overflow: visible; max-height: none; border: 0; } }
`;
