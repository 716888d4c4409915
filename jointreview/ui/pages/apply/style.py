"""The look of the page on which an application begins."""

STYLE = """
.apply { max-width: 880px; }
.apply-two {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 16px 24px; align-items: start;
}
.apply-label { display: block; font-weight: 600; margin-bottom: 4px; }
.apply-input {
  width: 100%; min-height: 44px; padding: 8px 12px; font: inherit; border-radius: 8px;
  color: var(--jr-ink); background: var(--jr-card);
  border: 1px solid color-mix(in srgb, var(--jr-soft) 60%, var(--jr-line));
}
.apply-organisations { display: grid; gap: 8px; margin: 12px 0; }
.apply-organisation {
  justify-content: flex-start; flex-wrap: wrap; gap: 2px 14px; text-align: left; min-height: 48px;
}
.apply-stages {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 10px; margin: 12px 0;
}
.apply-stage {
  flex-direction: column; align-items: flex-start; justify-content: flex-start; gap: 4px; text-align: left;
  height: 100%; padding: 12px 14px; white-space: normal;
}
.apply-carried:not(:empty) { margin: 0 0 8px; font-weight: 600; color: var(--jr-good); }
.apply-register, .apply-form, .apply-invitation { display: grid; gap: 16px; margin-top: 8px; }
.apply-invitation { grid-template-columns: minmax(0, 1fr) auto; align-items: end; }
.apply-link {
  color: var(--jr-accent); text-decoration: underline; text-underline-offset: 3px; cursor: pointer; min-height: 40px;
}
.apply-primary {
  min-height: 46px; padding: 6px 26px; border-radius: 8px; background: var(--jr-accent); color: var(--jr-card);
  font-weight: 600; cursor: pointer;
}
.apply-check { display: flex; gap: 10px; align-items: center; min-height: 44px; cursor: pointer; }
.apply-check input { width: 18px; height: 18px; accent-color: var(--jr-accent); }
.apply-says:not(:empty) { margin-top: 4px; font-weight: 600; }
.apply-says[data-kind="own"], .apply-says[data-kind="new"] { color: var(--jr-good); }
.apply-says[data-kind="invalid"], .apply-says[data-kind="other"] { color: var(--jr-bad); }
@media (max-width: 560px) {
  .apply-invitation { grid-template-columns: 1fr; }
  .apply-primary { width: 100%; }
}
"""
