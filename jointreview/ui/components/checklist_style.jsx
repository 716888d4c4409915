// The look of the page on site: big targets, few lines, strong contrast.
export const STYLE = `
.jr-site { max-width: 760px; margin: 0 auto; font-size: 1rem; }
.jr-site h1 { font-size: 1.3125rem; line-height: 1.35; font-weight: 650; }
.jr-site h2 { font-size: 1.125rem; font-weight: 650; }
.jr-site h3 { font-size: 1rem; font-weight: 600; }
.jr-site-queue { position: sticky; top: var(--jr-bar); z-index: 10; display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; min-height: 44px; padding: 6px 14px; margin: -8px 0 14px;
  border: 1px solid var(--jr-line); border-radius: 10px; background: var(--jr-card); color: var(--jr-soft); font-size: 0.90625rem; }
.jr-site-queue[data-tone="wait"] { background: var(--jr-warn-soft); color: var(--jr-warn); border-color: transparent; }
.jr-site-queue[data-tone="good"] { background: var(--jr-good-soft); color: var(--jr-good); border-color: transparent; }
.jr-site-queue span { flex: 1; }
.jr-site-card { background: var(--jr-card); border: 1px solid var(--jr-line); border-radius: 12px; padding: 16px; margin-bottom: 14px; }
.jr-site-head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 4px 12px; margin-bottom: 8px; }
.jr-site-big { display: inline-flex; align-items: center; justify-content: center; gap: 8px; min-height: 48px; padding: 8px 18px; border-radius: 10px; font-weight: 600; cursor: pointer;
  border: 1.5px solid var(--jr-accent); background: var(--jr-card); color: var(--jr-accent); text-decoration: none; }
.jr-site-big[data-main="true"] { background: var(--jr-accent); color: var(--jr-card); }
.jr-site-big[data-grave="true"] { border-color: var(--jr-bad); color: var(--jr-bad); }
.jr-site-big:disabled { opacity: .55; cursor: not-allowed; }
.jr-site-row { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; }
.jr-site-wide { width: 100%; }
.jr-site-small { min-height: 44px; padding: 6px 10px; color: var(--jr-accent); background: none; cursor: pointer; text-decoration: underline; text-underline-offset: 3px; }
.jr-site-people { list-style: none; margin-top: 10px; }
.jr-site-people li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 2px 12px; padding: 8px 0; border-top: 1px solid var(--jr-line); }
.jr-site-soft { color: var(--jr-soft); font-size: 0.90625rem; }
.jr-site-line { padding: 14px 0; border-top: 1px solid var(--jr-line); scroll-margin-top: 130px; }
.jr-site-line > p:first-child { font-weight: 600; }
.jr-site-seg { display: grid; grid-template-columns: repeat(4, 1fr); gap: 6px; margin: 10px 0; border: 0; padding: 0; min-width: 0; }
.jr-site-seg label { position: relative; }
.jr-site-seg input { position: absolute; inset: 0; opacity: 0; cursor: pointer; width: 100%; height: 100%; }
.jr-site-seg span { display: flex; align-items: center; justify-content: center; gap: 4px; min-height: 48px; padding: 4px 2px; border: 1.5px solid var(--jr-line); border-radius: 10px; font-weight: 600; text-align: center; line-height: 1.25; }
.jr-site-seg input:focus-visible + span { outline: 3px solid var(--jr-accent); outline-offset: 2px; }
.jr-site-seg input:checked + span { border-color: var(--jr-ink); background: var(--jr-ink); color: var(--jr-card); }
.jr-site-seg input:checked + span[data-tone="good"] { border-color: var(--jr-good); background: var(--jr-good); }
.jr-site-seg input:checked + span[data-tone="bad"] { border-color: var(--jr-bad); background: var(--jr-bad); }
.jr-site-seg input:disabled + span { opacity: .55; }
.jr-site-field { display: block; margin: 10px 0; }
.jr-site-field > b { display: block; font-weight: 600; font-size: 0.90625rem; margin-bottom: 2px; }
.jr-site-input { width: 100%; min-height: 48px; padding: 9px 12px; border: 1.5px solid var(--jr-soft); border-radius: 10px; background: var(--jr-card); color: var(--jr-ink); font: inherit; }
textarea.jr-site-input { min-height: 76px; resize: vertical; }
.jr-site-value { display: flex; align-items: center; gap: 8px; }
.jr-site-value input { flex: 1; min-width: 0; }
.jr-site-photos { display: flex; flex-wrap: wrap; gap: 8px; align-items: stretch; margin: 8px 0; }
.jr-site-photo { position: relative; width: 84px; height: 84px; border-radius: 10px; overflow: hidden; border: 1px solid var(--jr-line); background: var(--jr-ground); }
.jr-site-photo img { width: 100%; height: 100%; object-fit: cover; display: block; }
.jr-site-photo button { position: absolute; right: 0; top: 0; width: 44px; height: 44px; display: flex; justify-content: flex-end; padding: 4px; background: none; cursor: pointer; }
.jr-site-photo button i { display: grid; place-items: center; width: 26px; height: 26px; border-radius: 50%; background: #fff; color: #111; border: 1px solid #555; font-style: normal; font-weight: 700; line-height: 1; }
.jr-site-camera { position: relative; overflow: hidden; display: inline-flex; flex-direction: column; align-items: center; justify-content: center; gap: 2px; min-width: 84px; min-height: 48px; padding: 6px 12px; border-radius: 10px;
  border: 1.5px dashed var(--jr-accent); color: var(--jr-accent); font-size: 0.90625rem; font-weight: 600; cursor: pointer; }
.jr-site-camera input { position: absolute; inset: 0; opacity: 0; cursor: pointer; font-size: 0; }
.jr-site-camera:focus-within { outline: 3px solid var(--jr-accent); outline-offset: 2px; }
.jr-site-finding { margin: 8px 0 2px; padding: 12px 14px; border-radius: 10px; border: 1.5px solid var(--jr-bad); border-left-width: 6px; background: var(--jr-bad-soft); }
.jr-site-quiet { padding: 12px 14px; border-radius: 10px; background: var(--jr-ground); margin: 8px 0; white-space: pre-line; overflow-wrap: anywhere; }
.jr-site-done { border-left: 6px solid var(--jr-good); }
.jr-site-done[data-result="FAIL"] { border-left-color: var(--jr-bad); }
.jr-site-pair { display: grid; grid-template-columns: 1fr 1fr; gap: 10px; margin: 10px 0; }
.jr-site-pair figcaption { font-weight: 600; font-size: 0.90625rem; margin-bottom: 4px; }
.jr-site-pair img { width: 100%; aspect-ratio: 4 / 3; object-fit: cover; border-radius: 10px; border: 1px solid var(--jr-line); margin-bottom: 6px; }
.jr-site-phrases { display: flex; flex-wrap: wrap; gap: 8px; margin: 6px 0; }
.jr-site-phrases button { min-height: 44px; padding: 6px 14px; border-radius: 22px; border: 1px solid var(--jr-line); background: var(--jr-ground); color: var(--jr-ink); text-align: left; cursor: pointer; font-size: 0.90625rem; }
.jr-site-results { grid-template-columns: 1fr; gap: 8px; border: 0; padding: 0; margin: 10px 0; min-width: 0; }
.jr-site-results span { justify-content: flex-start; padding: 8px 14px; text-align: left; }
.jr-site-chip { display: inline-block; padding: 1px 10px; border-radius: 999px; font-size: 0.875rem; background: var(--jr-ground); color: var(--jr-soft); border: 1px solid var(--jr-line); white-space: nowrap; }
.jr-site-chip[data-tone="bad"] { background: var(--jr-bad-soft); color: var(--jr-bad); border-color: transparent; }
.jr-site-chip[data-tone="good"] { background: var(--jr-good-soft); color: var(--jr-good); border-color: transparent; }
.jr-site-chip[data-tone="warn"] { background: var(--jr-warn-soft); color: var(--jr-warn); border-color: transparent; }
.jr-site summary { min-height: 44px; display: flex; align-items: center; cursor: pointer; color: var(--jr-accent); font-weight: 600; }
.jr-site-faults { border: 1.5px solid var(--jr-bad); border-left-width: 6px; border-radius: 10px; padding: 10px 14px; margin: 10px 0; background: var(--jr-bad-soft); }
.jr-site-faults a { color: var(--jr-bad); text-decoration: underline; }
@media (min-width: 600px) { .jr-site-results { grid-template-columns: 1fr 1fr; } }
@media (pointer: coarse) { .jr-site .jr-sign-go { min-height: 52px; width: 100%; font-size: 1.0625rem; } }
`;
