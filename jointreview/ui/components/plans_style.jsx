// The look of permitted against built; two colours that are no lamp's, and a dash for who sees no colours.
export const STYLE = `
.jp { --jp-permitted: var(--jr-permitted); --jp-built: var(--jr-built); min-width: 0; margin-top: 12px; }
.jp h3 { font-size: 1rem; font-weight: 620; }
.jp-plans { margin-top: 16px; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px; margin-bottom: 20px; }
.jp-plan { border: 1px solid var(--jr-line); border-top: 4px solid var(--jp-permitted); border-radius: 10px; padding: 14px 16px; min-width: 0; background: var(--jr-card); }
.jp-plan[data-role="permitted"] { border-top-style: dashed; }
.jp-plan[data-role="as_built"] { border-top-color: var(--jp-built); }
.jp-head { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: center; margin-bottom: 8px; }
.jp-facts { font-size: 0.875rem; margin-bottom: 10px; }
.jp-facts div { display: flex; flex-wrap: wrap; gap: 0 8px; padding: 2px 0; }
.jp-facts dt { color: var(--jr-soft); min-width: 92px; }
.jp-facts dd { flex: 1; min-width: 160px; overflow-wrap: anywhere; }
.jp-note { font-size: 0.875rem; background: var(--jr-warn-soft); color: var(--jr-warn); border-radius: 8px; padding: 6px 12px; margin-bottom: 10px; }
.jp-note ul { list-style: disc; padding-left: 18px; }
.jp-bad { font-size: 0.875rem; background: var(--jr-bad-soft); color: var(--jr-bad); border-radius: 8px; padding: 6px 12px; margin: 8px 0; overflow-wrap: anywhere; }
.jp-outlines { list-style: none; margin: 0 0 10px; padding: 0; }
.jp-outlines li { display: grid; grid-template-columns: minmax(90px, 1fr) minmax(150px, 1.3fr); gap: 4px 12px; align-items: center; padding: 8px 0; border-bottom: 1px solid var(--jr-line); }
.jp-outlines li:last-child { border-bottom: 0; }
.jp-outlines small { color: var(--jr-soft); display: block; }
.jp-stated { grid-column: 1 / -1; display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px; }
.jp-stated label span { display: block; font-size: 0.78125rem; color: var(--jr-soft); }
.jp-input { width: 100%; min-height: 40px; padding: 5px 10px; border: 1px solid color-mix(in srgb, var(--jr-soft) 60%, var(--jr-line)); border-radius: 8px; background: var(--jr-card); color: var(--jr-ink); font: inherit; }
select.jp-input { appearance: auto; }
.jp-choose { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 10px; margin: 10px 0; align-items: end; }
.jp-choose > label > span { display: block; font-weight: 600; font-size: 0.875rem; margin-bottom: 3px; }
.jp-result { margin-bottom: 8px; display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; }
.jp-building { border: 1px solid var(--jr-line); border-radius: 10px; margin-bottom: 10px; background: var(--jr-card); }
.jp-building > summary { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; padding: 10px 14px; cursor: pointer; min-height: 44px; }
.jp-building > summary strong { flex: 1; min-width: 120px; }
.jp-scroll { overflow-x: auto; padding: 0 14px 10px; }
.jp-scroll table { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
.jp-scroll th, .jp-scroll td { text-align: right; padding: 6px 8px; border-top: 1px solid var(--jr-line); white-space: nowrap; font-variant-numeric: tabular-nums; }
.jp-scroll th:nth-child(2), .jp-scroll td:nth-child(2) { text-align: left; }
.jp-scroll th:first-child { text-align: left; font-weight: 500; white-space: normal; min-width: 104px; }
.jp-scroll thead th { color: var(--jr-soft); font-size: 0.8125rem; font-weight: 600; border-top: 0; }
.jp-scroll td.jp-why { text-align: left; white-space: normal; color: var(--jr-warn); }
.jp-scroll tr[data-standing="beyond"] td.jp-why { color: var(--jr-bad); }
.jp-scroll tbody tr[data-head] th { font-weight: 600; color: var(--jr-soft); padding-top: 12px; }
.jp-map { margin-bottom: 16px; }
.jp-link { color: var(--jr-accent); text-decoration: underline; text-underline-offset: 3px; cursor: pointer; min-height: 32px; }
@media (max-width: 560px) { .jp-stated { grid-template-columns: 1fr; } .jp-plan { padding: 12px; } .jp-outlines li { grid-template-columns: 1fr; } }
@media (pointer: coarse) { .jp-input { min-height: 44px; } }
`;
