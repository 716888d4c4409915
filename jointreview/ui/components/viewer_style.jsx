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
.jv-tool:hover:not(:disabled) { background: var(--jr-accent-soft); }
.jv-tool:disabled { opacity: 0.4; cursor: default; }
.jv-tool[aria-pressed="true"] { background: var(--jr-accent); color: #fff; border-color: var(--jr-accent); }
.jv-fit { font-size: 0.875rem; min-width: 62px; }
.jv-text-tool { font-size: 0.9375rem; }
.jv-number { width: 56px; text-align: center; min-height: 44px; padding: 0 4px; border: 1px solid var(--jr-line); border-radius: 8px; background: var(--jr-ground); color: var(--jr-ink); font: inherit; }
.jv-body { display: grid; gap: 14px; grid-template-columns: minmax(0, 1fr); align-items: start; }
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
@media (max-width: 720px) { .jv-keys { display: none; } .jv-tools { gap: 6px; padding: 6px; justify-content: space-between; } .jv-tool { min-width: 40px; padding: 0 6px; } .jv-pages, .jv-zoom { gap: 3px; } .jv-number { width: 44px; } .jv-pane { max-height: none; min-height: 50vh; } .jv-tools { top: 0; } }
@media print { .jv-tools, .jv-keys, .jv-acts { display: none; } .jv-pane { overflow: visible; max-height: none; border: 0; } }
`;
