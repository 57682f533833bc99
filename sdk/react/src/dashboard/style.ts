// Looks. Everything is below `.tfd`, so a page is not touched; `--tfd-` variables and `--tfd-font` may
// be set from outside. Sizes follow the width of the dashboard itself, not of the window.

const LIGHT = `
  --tfd-ground: #f8f9fa; --tfd-panel: #fff; --tfd-hover: #f2f4f7; --tfd-line: #e4e7eb;
  --tfd-ink: #191d23; --tfd-muted: #59626e; --tfd-accent: #3451d1; --tfd-bar: #e6ebfb;
  --tfd-good: #10734a; --tfd-bad: #bf2626; --tfd-bone: #eceef1;
  --tfd-s1: #e6ebfb; --tfd-s2: #c3cdf7; --tfd-s3: #5a70dc; --tfd-s4: #3451d1; --tfd-on: #fff;
  color-scheme: light;`;

const DARK = `
  --tfd-ground: #101215; --tfd-panel: #16191d; --tfd-hover: #1e2227; --tfd-line: #282d34;
  --tfd-ink: #e7e9ec; --tfd-muted: #9ba4b0; --tfd-accent: #93a6ff; --tfd-bar: #222a4a;
  --tfd-good: #4ec68d; --tfd-bad: #ff8585; --tfd-bone: #22262c;
  --tfd-s1: #1e2440; --tfd-s2: #2b3768; --tfd-s3: #3f54b8; --tfd-s4: #4a63dc; --tfd-on: #fff;
  color-scheme: dark;`;

export const STYLE = `
.tfd {${LIGHT} }
.tfd[data-scheme=dark] {${DARK} }
@media (prefers-color-scheme: dark) { .tfd[data-scheme=auto] {${DARK} } }
.tfd { container-type: inline-size; background: var(--tfd-ground); color: var(--tfd-ink);
  font: 14px/20px var(--tfd-font, Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif);
  -webkit-font-smoothing: antialiased; text-align: start; }
.tfd *, .tfd *::before { box-sizing: border-box; }
.tfd h2, .tfd h3, .tfd p, .tfd ul, .tfd ol, .tfd fieldset { margin: 0; padding: 0; border: 0; }
.tfd ul, .tfd ol { list-style: none; }
.tfd button { font: inherit; color: inherit; background: none; border: 0; padding: 0; margin: 0;
  text-align: inherit; cursor: pointer; }
.tfd :focus-visible { outline: 2px solid var(--tfd-accent); outline-offset: 1px; border-radius: 4px; }
.tfd-page { display: flex; flex-direction: column; gap: 16px; max-width: 1240px; margin: 0 auto;
  padding: 24px; }
.tfd-page[data-stale=true] > :not(.tfd-head) { opacity: .6; transition: opacity .2s .15s; }
.tfd-head { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; }
.tfd-head h2 { font-size: 20px; line-height: 28px; font-weight: 600; margin-inline-end: auto; }
.tfd-ranges { display: flex; border: 1px solid var(--tfd-line) !important; border-radius: 6px;
  background: var(--tfd-panel); min-width: 0; }
.tfd-ranges label { position: relative; cursor: pointer; flex: 1; }
.tfd-ranges input { position: absolute; inset: 0; opacity: 0; margin: 0; cursor: pointer; }
.tfd-ranges span { display: block; padding: 5px 12px; font-size: 13px; text-align: center;
  color: var(--tfd-muted); white-space: nowrap; border-radius: 5px; }
.tfd-ranges label:hover span { color: var(--tfd-ink); }
.tfd-ranges input:checked + span { background: var(--tfd-bar); color: var(--tfd-ink);
  font-weight: 500; }
.tfd-ranges input:focus-visible + span { outline: 2px solid var(--tfd-accent); }
.tfd button.tfd-chip { display: flex; gap: 8px; max-width: 220px; padding: 4px 10px;
  border-radius: 6px; background: var(--tfd-bar); font-size: 13px; }
.tfd-tiles { display: grid; grid-template-columns: repeat(6, 1fr); overflow: hidden;
  background: var(--tfd-line); gap: 1px; border: 1px solid var(--tfd-line); border-radius: 8px; }
.tfd-tiles > li > * { display: flex; flex-direction: column; width: 100%; height: 100%;
  padding: 14px 16px 12px; background: var(--tfd-panel); }
.tfd .tfd-tiles > li > button { padding: 14px 16px 12px; background: var(--tfd-panel);
  border-radius: 0; }
.tfd .tfd-tiles > li > button:hover { background: var(--tfd-hover); }
.tfd .tfd-tiles > li > button:focus-visible { outline-offset: -3px; }
.tfd .tfd-tiles > li > button[aria-pressed=true] { box-shadow: inset 0 -2px var(--tfd-accent); }
.tfd-tiles button[aria-pressed=true] .tfd-label { color: var(--tfd-ink); }
.tfd-label { font-size: 13px; color: var(--tfd-muted); white-space: nowrap; }
.tfd-value { font-size: 22px; line-height: 30px; font-weight: 600; white-space: nowrap;
  font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
.tfd-value small { margin-inline-start: 6px; font-size: 12px; font-weight: 400;
  letter-spacing: 0; color: var(--tfd-muted); }
.tfd-value .tfd-bone { height: 18px; margin: 6px 0; width: 70%; }
.tfd-change { font-size: 12px; line-height: 16px; color: var(--tfd-muted); }
.tfd-change[data-sense=up] { color: var(--tfd-good); }
.tfd-change[data-sense=down] { color: var(--tfd-bad); }
.tfd-panel { min-width: 0; padding: 14px 16px 16px; background: var(--tfd-panel);
  border: 1px solid var(--tfd-line); border-radius: 8px; }
.tfd-title { display: flex; justify-content: space-between; gap: 16px; margin-bottom: 10px; }
.tfd-title h3 { font-size: 14px; line-height: 20px; font-weight: 600; white-space: nowrap; }
.tfd-title > :last-child:not(h3) { font-size: 13px; }
.tfd button.tfd-link { color: var(--tfd-muted); }
.tfd button.tfd-link:hover { color: var(--tfd-ink); text-decoration: underline; }
.tfd-row { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }
.tfd-three { grid-template-columns: 1fr 1fr 1fr; }
.tfd-muted { color: var(--tfd-muted); font-weight: 400; }
.tfd-small { font-size: 12px; line-height: 16px; }
.tfd .tfd-num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.tfd-cut { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tfd-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
.tfd-table { width: 100%; border-collapse: collapse; table-layout: fixed; }
.tfd-table th, .tfd-table td { padding: 6px 0 6px 12px; font-weight: 400; text-align: start; }
.tfd-table :is(th, td):first-child { padding-inline-start: 0; }
.tfd-table thead th { padding-top: 0; font-size: 12px; line-height: 16px; color: var(--tfd-muted);
  white-space: nowrap; }
.tfd-bars thead th:not(:first-child) { width: 84px; }
.tfd-bars tbody th { position: relative; height: 32px; padding: 2px 0; }
.tfd-bars .tfd-bar { position: absolute; inset: 2px auto 2px 0; min-width: 2px; border-radius: 4px;
  background: var(--tfd-bar); }
.tfd-bars .tfd-name { position: relative; display: block; padding: 0 8px; }
.tfd-bars .tfd-name button:hover { text-decoration: underline; }
.tfd-bars .tfd-name button { overflow: hidden; text-overflow: ellipsis; max-width: 100%;
  vertical-align: bottom; }
.tfd-chart { position: relative; height: 220px; overflow: hidden; }
.tfd-chart svg { display: block; touch-action: pan-y; }
.tfd-rule { stroke: var(--tfd-line); shape-rendering: crispEdges; }
.tfd-cross { stroke: var(--tfd-muted); stroke-dasharray: 2 3; }
.tfd-tick { fill: var(--tfd-muted); font-size: 12px; font-variant-numeric: tabular-nums; }
.tfd-line { fill: none; stroke: var(--tfd-accent); stroke-width: 2; stroke-linejoin: round;
  stroke-linecap: round; }
.tfd-open { stroke-dasharray: 2 5; }
.tfd-dot { fill: var(--tfd-accent); stroke: var(--tfd-panel); stroke-width: 2; }
.tfd-tip { position: absolute; top: 8px; display: flex; flex-direction: column; padding: 6px 10px;
  transform: translateX(-50%); pointer-events: none; font-size: 13px; line-height: 18px;
  background: var(--tfd-panel); border: 1px solid var(--tfd-line); border-radius: 6px;
  box-shadow: 0 4px 12px rgb(0 0 0 / .12); white-space: nowrap; }
.tfd-tip b { font-weight: 600; font-variant-numeric: tabular-nums; }
.tfd-scroll { overflow: auto; max-height: 340px; }
.tfd-funnel { display: flex; flex-direction: column; gap: 16px; }
.tfd-step { display: flex; justify-content: space-between; gap: 12px; margin-bottom: 4px; }
.tfd-track { height: 10px; margin-bottom: 4px; border-radius: 5px; background: var(--tfd-hover);
  overflow: hidden; }
.tfd-track span { display: block; height: 100%; min-width: 2px; border-radius: 5px;
  background: var(--tfd-accent); }
.tfd-heat { min-width: 420px; }
.tfd-heat th, .tfd-heat td { padding: 1px 0 1px 2px; }
.tfd-heat thead th { padding-bottom: 6px; padding-inline-end: 8px; }
.tfd-heat thead th:first-child { width: 72px; }
.tfd-heat td.tfd-muted { padding-inline-end: 8px; }
.tfd-cell { display: block; padding: 4px 8px; border-radius: 3px; }
.tfd-cell[data-shade="1"] { background: var(--tfd-s1); }
.tfd-cell[data-shade="2"] { background: var(--tfd-s2); }
.tfd-cell[data-shade="3"] { background: var(--tfd-s3); color: var(--tfd-on); }
.tfd-cell[data-shade="4"] { background: var(--tfd-s4); color: var(--tfd-on); }
.tfd-cell[data-partial=true] { font-style: italic; }
.tfd-events tbody tr { border-top: 1px solid var(--tfd-line); }
.tfd-events .tfd-cut { display: block; }
.tfd-events thead th:last-child { width: 116px; }
.tfd-events thead th.tfd-wide { width: 46%; }
.tfd-loading { display: flex; flex-direction: column; gap: 16px; padding: 6px 0; }
.tfd-bone { display: block; height: 12px; border-radius: 4px; background: var(--tfd-bone);
  animation: tfd-pulse 1.6s ease-in-out infinite; }
@keyframes tfd-pulse { 50% { opacity: .5; } }
.tfd-empty { display: grid; place-items: center; min-height: 96px; height: 100%; text-align: center;
  color: var(--tfd-muted); }
.tfd-panel > .tfd-empty { height: calc(100% - 30px); }
.tfd-message { display: flex; flex-direction: column; align-items: center; gap: 4px;
  padding: 16px; text-align: center; overflow-wrap: anywhere; }
.tfd-large { padding: 72px 16px; background: var(--tfd-panel); border: 1px solid var(--tfd-line);
  border-radius: 8px; }
.tfd button.tfd-button { margin-top: 8px; padding: 5px 14px; border: 1px solid var(--tfd-line);
  border-radius: 6px; background: var(--tfd-panel); }
.tfd button.tfd-button:hover { background: var(--tfd-hover); }
@container (max-width: 900px) {
  .tfd-tiles { grid-template-columns: repeat(3, 1fr); }
  .tfd-three { grid-template-columns: 1fr; }
}
@container (max-width: 700px) {
  .tfd-row { grid-template-columns: 1fr; }
  .tfd-events .tfd-wide { display: none; }
}
@container (max-width: 560px) {
  .tfd-page { padding: 16px 12px; gap: 12px; }
  .tfd-tiles { grid-template-columns: repeat(2, 1fr); }
  .tfd-ranges { width: 100%; }
  .tfd-ranges span { padding: 6px 4px; }
  .tfd-bars thead th:not(:first-child) { width: 68px; }
}
@media (prefers-reduced-motion: reduce) {
  .tfd * { animation: none !important; transition: none !important; }
}
`.replace(/\n\s*/g, "\n");
