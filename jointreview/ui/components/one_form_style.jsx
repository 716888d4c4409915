// The look of the form page, with the colours of the application's own stylesheet.
export const STYLE = `
.jf { max-width: 1240px; }
.jf-head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: flex-start; gap: 8px 24px; margin-bottom: 12px; }
.jf-head h1 { font-size: 1.375rem; font-weight: 650; line-height: 1.35; outline: none; }
.jf-save { display: block; font-size: 0.84375rem; line-height: 1.4; color: var(--jr-soft); padding: 6px 10px; border-radius: 8px; }
.jf-save[data-state="offline"], .jf-save[data-state="partly"] { color: var(--jr-warn); background: var(--jr-warn-soft); }
.jf-save[data-state="conflict"], .jf-save[data-state="refused"] { color: var(--jr-bad); background: var(--jr-bad-soft); }
.jf-body { display: grid; grid-template-columns: 232px minmax(0, 1fr); gap: 20px; align-items: start; }
.jf-rail { position: sticky; top: calc(var(--jr-bar) + 12px); background: var(--jr-card); border: 1px solid var(--jr-line); border-radius: 12px; padding: 8px; }
.jf-rail ol { list-style: none; }
.jf-rail li button { width: 100%; display: grid; grid-template-columns: 20px 1fr auto; gap: 6px; align-items: center; min-height: 38px; padding: 3px 8px; border-radius: 8px; text-align: left; cursor: pointer; color: var(--jr-ink); line-height: 1.35; }
.jf-rail li button:hover { background: var(--jr-ground); }
.jf-rail li button[aria-current] { background: var(--jr-accent-soft); color: var(--jr-accent); font-weight: 600; }
.jf-rail-mark { color: var(--jr-soft); text-align: center; font-weight: 700; }
[data-complete="true"] > .jf-rail-mark { color: var(--jr-good); }
[data-bad="true"] > .jf-rail-mark, [data-bad="true"] > .jf-rail-count { color: var(--jr-bad); }
.jf-rail-count { font-size: 0.78125rem; color: var(--jr-soft); white-space: nowrap; font-weight: 400; }
.jf-rail-toggle { display: none; }
.jf-main { background: var(--jr-card); border: 1px solid var(--jr-line); border-radius: 12px; padding: 20px 24px; min-width: 0; }
.jf-title { margin-bottom: 12px; font-size: 1.1875rem; font-weight: 620; display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; }
.jf-title .jf-count { order: 2; }
.jf-count { font-size: 0.84375rem; font-weight: 400; color: var(--jr-soft); }
.jf-intro { margin: -10px 0 16px; }
.jf-help { color: var(--jr-soft); font-size: 0.84375rem; margin-top: 2px; }
.jf-grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 18px 24px; align-items: start; margin-bottom: 20px; }
.jf-q[data-wide="true"] { grid-column: 1 / -1; }
.jf-label { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; font-weight: 600; margin-bottom: 4px; }
.jf-need { font-size: 0.78125rem; font-weight: 400; color: var(--jr-bad); }
.jf-pre { font-size: 0.78125rem; font-weight: 400; color: var(--jr-good); background: var(--jr-good-soft); border-radius: 6px; padding: 0 6px; }
.jf-info { width: 20px; height: 20px; border-radius: 50%; border: 1px solid var(--jr-soft); color: var(--jr-soft); font: italic 600 12px/1 serif; cursor: pointer; }
.jf-info:hover, .jf-info[aria-expanded="true"] { color: var(--jr-accent); border-color: var(--jr-accent); }
.jf-source { font-size: 0.84375rem; background: var(--jr-accent-soft); border-radius: 6px; padding: 4px 10px; margin-bottom: 4px; }
.jf-input { width: 100%; min-height: 42px; padding: 7px 12px; border: 1px solid color-mix(in srgb, var(--jr-soft) 60%, var(--jr-line)); border-radius: 8px; background: var(--jr-card); color: var(--jr-ink); font: inherit; }
.jf-input:disabled { background: var(--jr-ground); color: var(--jr-soft); }
.jf-input[aria-invalid="true"] { border-color: var(--jr-bad); border-width: 2px; }
select.jf-input { appearance: auto; }
textarea.jf-input { resize: vertical; }
.jf-number { position: relative; display: block; }
.jf-number[data-unit="true"] .jf-input { padding-right: max(64px, calc(var(--unit) + 28px)); text-align: right; }
.jf-unit { position: absolute; right: 12px; top: 0; height: 42px; display: flex; align-items: center; color: var(--jr-soft); pointer-events: none; }
.jf-choices { display: flex; flex-wrap: wrap; gap: 8px; }
.jf-choice { display: inline-flex; align-items: center; gap: 8px; min-height: 42px; padding: 6px 14px; border: 1px solid var(--jr-line); border-radius: 8px; cursor: pointer; }
.jf-choice[data-on="true"] { border-color: var(--jr-accent); background: var(--jr-accent-soft); color: var(--jr-accent); font-weight: 600; }
.jf-choice:focus-within { outline: 3px solid var(--jr-accent); outline-offset: 2px; }
.jf-choice input { width: 17px; height: 17px; accent-color: var(--jr-accent); }
.jf-says { font-size: 0.84375rem; margin-top: 3px; color: var(--jr-soft); }
.jf-says[data-level="error"] { color: var(--jr-bad); }
.jf-says[data-level="error"]::before { content: "✕ "; }
.jf-says[data-level="warning"] { color: var(--jr-warn); }
.jf-says[data-level="warning"]::before { content: "△ "; }
.jf-says[data-level="ok"] { color: var(--jr-good); }
.jf-says[data-level="ok"]::before { content: "✓ "; }
.jf-brings { margin-top: 6px; padding: 4px 12px; border-radius: 8px; background: var(--jr-accent-soft); color: var(--jr-accent); font-weight: 600; font-size: 0.875rem; }
.jf-table { margin-bottom: 24px; outline: none; scroll-margin-top: 80px; }
.jf-table-head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 8px 16px; align-items: center; margin-bottom: 6px; }
.jf h3 { font-size: 1rem; font-weight: 600; }
.jf-table-status { min-height: 22px; font-size: 0.84375rem; color: var(--jr-soft); }
.jf-draw { margin-top: 12px; }
.jf-draw-map { height: 420px; border: 1px solid var(--jr-line); border-radius: 10px; margin: 8px 0; background: var(--jr-ground) !important; z-index: 0; }
.jf-corner b { display: flex; align-items: center; justify-content: center; width: 26px; height: 26px; border-radius: 50%; background: var(--jr-card); color: var(--jr-accent); border: 2px solid var(--jr-accent); font-size: 0.75rem; }
.jf-draw-text span { font-weight: 600; display: block; margin-bottom: 4px; }
.jf-link { color: var(--jr-accent); text-decoration: underline; text-underline-offset: 3px; cursor: pointer; min-height: 32px; }
.jf-scroll { overflow: auto; max-height: 72vh; border: 1px solid var(--jr-line); border-radius: 10px; }
.jf-scroll table { border-collapse: separate; border-spacing: 0; width: 100%; }
.jf-scroll th, .jf-scroll td { border-bottom: 1px solid var(--jr-line); padding: 4px 5px; vertical-align: top; text-align: left; font-size: 0.875rem; }
.jf-scroll thead th { position: sticky; top: 0; z-index: 2; background: var(--jr-ground); font-size: 0.8125rem; font-weight: 600; color: var(--jr-soft); white-space: nowrap; padding: 8px; }
.jf-scroll thead b, .jf-first b { color: var(--jr-bad); font-weight: 400; margin-left: 2px; }
.jf-scroll small { font-weight: 400; color: var(--jr-soft); white-space: nowrap; }
.jf-scroll .jf-first { position: sticky; left: 0; z-index: 1; background: var(--jr-card); font-weight: 600; min-width: 44px; padding-top: 12px; padding-left: 10px; box-shadow: 1px 0 0 var(--jr-line); }
.jf-scroll thead .jf-first { z-index: 3; background: var(--jr-ground); padding-top: 8px; }
[data-compares="true"] .jf-first { min-width: 150px; }
.jf-scroll .jf-input { min-height: 38px; padding: 4px 8px; min-width: 104px; font-size: 0.875rem; }
.jf-scroll td[data-type="number"] .jf-input, .jf-scroll td[data-type="integer"] .jf-input { text-align: right; }
.jf-scroll td[data-type="text"] .jf-input { min-width: 132px; }
.jf-scroll td[data-type="code_credit"] .jf-input { min-width: 190px; }
.jf-scroll td[data-type="date"] .jf-input, .jf-scroll td[data-type="mobile"] .jf-input { min-width: 138px; }
.jf-scroll td[data-type="choice"] .jf-input { min-width: 146px; }
.jf-scroll td[data-type="identity"] .jf-input { min-width: 180px; }
.jf-scroll td[data-need="true"] .jf-input { border-style: dashed; border-color: var(--jr-soft); }
.jf-scroll td[data-asked="false"] { background: repeating-linear-gradient(135deg, transparent 0 6px, var(--jr-ground) 6px 12px); }
.jf-scroll td .jf-says { max-width: 220px; }
.jf-scroll tfoot th, .jf-scroll tfoot td { position: sticky; bottom: 0; background: var(--jr-ground); font-weight: 600; text-align: right; padding: 9px 12px; border-bottom: 0; border-top: 1px solid var(--jr-line); }
.jf-scroll tfoot .jf-first { text-align: left; z-index: 3; background: var(--jr-ground); }
.jf-row-actions { white-space: nowrap; }
.jf-small { min-height: 36px; padding: 2px 10px; border-radius: 8px; border: 1px solid var(--jr-line); background: var(--jr-card); color: var(--jr-accent); cursor: pointer; font-size: 0.84375rem; }
.jf-small + .jf-small { margin-left: 6px; }
.jf-scroll .jf-first { white-space: nowrap; }
.jf-card-name { margin-left: 8px; font-weight: 400; }
[data-compares="true"] .jf-first { white-space: normal; }
.jf-none { padding: 20px; border: 1px dashed var(--jr-line); border-radius: 10px; color: var(--jr-soft); text-align: center; }
.jf-verdict { display: block; padding: 6px 4px; white-space: nowrap; font-size: 0.84375rem; }
.jf-verdict strong { padding: 1px 8px; border-radius: 6px; margin-right: 4px; background: var(--jr-ground); }
.jf-verdict[data-result="within"] strong { color: var(--jr-good); background: var(--jr-good-soft); }
.jf-verdict[data-result="over"] strong, .jf-verdict[data-result="under"] strong { color: var(--jr-bad); background: var(--jr-bad-soft); }
.jf-primary { display: inline-flex; align-items: center; justify-content: center; min-height: 44px; padding: 6px 20px; border-radius: 8px; background: var(--jr-accent); color: var(--jr-card); font-weight: 600; cursor: pointer; text-decoration: none; }
.jf-primary:disabled { opacity: .55; cursor: not-allowed; }
.jf-steps { display: flex; justify-content: space-between; flex-wrap: wrap; gap: 12px; margin-top: 28px; padding-top: 18px; border-top: 1px solid var(--jr-line); }
.jf-note { padding: 10px 14px; border-radius: 8px; background: var(--jr-accent-soft); margin: 10px 0; }
.jf-note[data-level="ok"] { background: var(--jr-good-soft); color: var(--jr-good); }
.jf-note[data-level="warning"] { background: var(--jr-warn-soft); color: var(--jr-warn); }
.jf-note ul { list-style: disc; padding-left: 20px; }
.jf-note a { color: inherit; text-decoration: underline; }
.jf-conflict { border: 2px solid var(--jr-bad); border-radius: 10px; padding: 14px 18px; margin: 12px 0 20px; }
.jf-conflict fieldset { display: grid; grid-template-columns: 1fr 1fr; gap: 10px; margin: 12px 0; }
.jf-conflict legend { font-weight: 600; padding-bottom: 4px; }
.jf-side { display: block; padding: 8px 12px; border: 1px solid var(--jr-line); border-radius: 8px; cursor: pointer; white-space: pre-line; overflow-wrap: anywhere; }
.jf-side[data-on="true"] { border-color: var(--jr-accent); background: var(--jr-accent-soft); }
.jf-side strong { margin: 0 8px; }
.jf-sum { font-weight: 600; margin-bottom: 12px; }
.jf-materials { margin-bottom: 20px; }
.jf-material { border: 1px solid var(--jr-line); border-radius: 10px; padding: 12px 16px; margin: 10px 0; scroll-margin-top: 80px; }
.jf-material[data-missing="true"] { border-left: 4px solid var(--jr-warn); }
.jf-material-head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 12px; }
.jf-material h4 { font-weight: 600; }
.jf-readers { display: flex; flex-wrap: wrap; gap: 4px; align-items: center; margin: 4px 0; }
.jf-readers .jr-chip { font-size: 0.78125rem; padding: 0 8px; }
.jf-material-add { display: grid; gap: 8px 16px; margin-top: 8px; grid-template-columns: minmax(0, 1fr) 250px; align-items: center; }
.jf-material-add .jr-up { order: -1; }
.jf-inline { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; font-size: 0.875rem; }
.jf-inline .jf-input { width: auto; flex: 1 1 160px; max-width: 340px; min-height: 38px; }
.jf-wide { width: 100%; display: grid; gap: 8px; justify-items: start; }
.jf-wide > .jr-up { width: 100%; }
.jf-parcel { outline: none; display: grid; gap: 14px; margin-top: 12px; }
.jf-parcel > .jf-link { justify-self: start; }
.jf-parcel-map { border: 1px solid var(--jr-line); border-radius: 10px; overflow: hidden; min-height: 420px; }
.jf-parcel-upload { display: grid; gap: 10px; }
.jf-invitations .jr-row { align-items: flex-start; }
.jf-code { display: grid; gap: 6px; margin-top: 8px; padding: 10px; border-radius: 8px; background: var(--jr-accent-soft); justify-items: start; }
.jf-code code { font-size: 1.0625rem; font-weight: 700; letter-spacing: 1px; }
.jf-gap-above { margin-top: 12px; }
.jf-finish { display: grid; gap: 18px; outline: none; }
.jf-finish .jr-faults, .jf-finish .jf-note { margin: 0; max-height: 50vh; overflow: auto; }
.jf-declaration { white-space: pre-line; padding: 12px 16px; border-radius: 8px; background: var(--jr-ground); margin: 6px 0 14px; }
.jf-units { list-style: none; display: grid; gap: 6px; margin-top: 6px; }
.jf-gaps { border: 1px solid var(--jr-warn); border-left-width: 5px; border-radius: 10px; background: var(--jr-card); padding: 14px 20px; margin-bottom: 18px; }
.jf-gaps h2 { font-size: 1.0625rem; font-weight: 600; }
.jf-gaps li { padding: 10px 0; border-top: 1px solid var(--jr-line); }
.jf-gaps ol { list-style: decimal; padding-left: 22px; margin-top: 8px; }
.jf-answer { margin-top: 6px; }
.jf-answer .jf-input { max-width: 640px; }
.jf-done { max-width: 720px; margin: 0 auto; padding: 32px; }
.jf-done h1 { font-size: 1.5rem; font-weight: 650; }
.jf-done-mark { width: 56px; height: 56px; border-radius: 50%; display: grid; place-items: center; font-size: 1.75rem; background: var(--jr-good-soft); color: var(--jr-good); margin-bottom: 10px; }
.jf-big { font-size: 1.1875rem; font-weight: 650; }
.jf-next { list-style: decimal; padding-left: 22px; margin: 18px 0; }
.jf-done .jr-facts { margin: 18px 0; }
.jf-dialog { margin: auto; width: min(760px, calc(100vw - 24px)); padding: 20px 24px; border: 1px solid var(--jr-line); border-radius: 14px; background: var(--jr-card); color: var(--jr-ink); line-height: 1.6; font-size: 0.9375rem; }
.jf-dialog::backdrop { background: rgb(10 16 30 / .5); }
.jf-dialog h2 { font-size: 1.125rem; font-weight: 600; }
.jf-dialog textarea { margin-top: 8px; white-space: pre; font-size: 0.875rem; }
@media (max-width: 1000px) {
  .jf-body { grid-template-columns: minmax(0, 1fr); gap: 12px; }
  .jf-rail { z-index: 5; padding: 0; }
  .jf-rail .jf-save { padding: 0 16px 8px; border-radius: 0 0 12px 12px; }
  .jf-rail-toggle { display: flex; justify-content: space-between; width: 100%; min-height: 44px; padding: 0 16px; align-items: center; font-weight: 600; cursor: pointer; }
  .jf-rail[data-open="false"] ol { display: none; }
  .jf-rail ol { padding: 4px 8px 8px; max-height: 60vh; overflow: auto; }
  .jf-rail li button { min-height: 44px; }
}
@media (max-width: 760px) {
  .jf-main { padding: 16px 14px; }
  .jf-grid, .jf-material-add { grid-template-columns: minmax(0, 1fr); }
  .jf-input, .jf-choice, .jf-small { min-height: 44px; }
  .jf-unit { height: 44px; }
  .jf-input { font-size: 1rem; }
  .jf-conflict fieldset { grid-template-columns: 1fr; }
  .jf-scroll { overflow: visible; max-height: none; border: 0; }
  .jf-scroll table, .jf-scroll tbody, .jf-scroll tr, .jf-scroll td, .jf-scroll th, .jf-scroll tfoot { display: block; }
  .jf-scroll thead { display: none; }
  .jf-scroll tr { border: 1px solid var(--jr-line); border-radius: 10px; padding: 10px 12px; margin-bottom: 12px; }
  .jf-scroll th, .jf-scroll td { border: 0; padding: 4px 0; }
  .jf-scroll .jf-first { position: static; box-shadow: none; font-size: 0.96875rem; padding: 0 0 4px; }
  .jf-card-name { font-weight: 600; }
  .jf-number-of { color: var(--jr-soft); }
  .jf-scroll td::before { content: attr(data-label); display: block; font-size: 0.84375rem; color: var(--jr-soft); }
  .jf-scroll td[data-asked="false"] { display: none; }
  .jf-scroll td[data-need="true"]::before { content: attr(data-label) " *"; }
  .jf-scroll .jf-input { font-size: 1rem; min-height: 44px; }
  .jf-scroll td .jf-says { max-width: none; }
  .jf-scroll tfoot td { position: static; text-align: left; padding: 4px 0; background: none; }
  .jf-scroll tfoot td:empty { display: none; }
  .jf-verdict { white-space: normal; }
  .jf-row-actions { display: flex; gap: 8px; margin-top: 6px; }
  .jf-row-actions::before { display: none !important; }
  .jf-steps > * { flex: 1 1 100%; }
}
@media print {
  .jf-rail, .jf-steps, .jf-save, .jf-row-actions, .jr-up { display: none; }
  .jf-body { display: block; }
  .jf-scroll { max-height: none; overflow: visible; }
}
`;
