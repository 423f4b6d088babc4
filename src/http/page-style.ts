/** The one style sheet, served as /page.css: the content security policy allows no style in the markup. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --back: #f7f7f5; --card: #ffffff; --text: #1d1f23; --quiet: #5c616b; --line: #dcdfe3; --link: #1552b0;
  --good: #17663a; --warn: #8a5200; --bad: #b3261e; --calm: #4a5568; --plan: #5b3f9b;
  --good-back: #e5f3ea; --warn-back: #fdf0d9; --bad-back: #fce8e6; --calm-back: #eceef1; --plan-back: #efeaf9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14161a; --card: #1c1f25; --text: #e7e9ec; --quiet: #a3a9b4; --line: #343942; --link: #8db8ff;
    --good: #7fd3a0; --warn: #f0bf6c; --bad: #ff9d94; --calm: #b9c0cc; --plan: #c4b0f5;
    --good-back: #17301f; --warn-back: #382a10; --bad-back: #3d1d1a; --calm-back: #282c34; --plan-back: #2a2240;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
a { color: var(--link); }
a:focus-visible, input:focus-visible, select:focus-visible, button:focus-visible, .scroll:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
header, main, footer { max-width: 84rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; padding-top: 1rem; color: var(--quiet); font-size: .9rem; }
header .mark { font-weight: 650; font-size: 1rem; color: var(--text); text-decoration: none; }
header .end { margin-left: auto; }
footer { color: var(--quiet); font-size: .85rem; padding-top: 1.5rem; padding-bottom: 2.5rem; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 1.25rem 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; }
p { margin: .4rem 0; max-width: 62rem; }
.quiet, .age { color: var(--quiet); }
.age { white-space: nowrap; font-size: .9em; }
.banner { border: 1px solid var(--bad); border-left-width: 6px; background: var(--bad-back); border-radius: 6px; padding: .75rem 1rem; margin: 1rem 0; }
.banner strong { color: var(--bad); }
.verdict { font-size: 1.1rem; margin: .6rem 0 1rem; }
.state, .proof { white-space: nowrap; font-weight: 600; border-radius: 999px; padding: .1rem .6rem; }
.proof { font-weight: 500; }
.healthy, .proven, .up { color: var(--good); background: var(--good-back); }
.degraded, .warn { color: var(--warn); background: var(--warn-back); }
.misconfigured, .refused, .unreachable, .failed, .down { color: var(--bad); background: var(--bad-back); }
.unknown, .not_proven, .unproven { color: var(--calm); background: var(--calm-back); }
.maintenance { color: var(--plan); background: var(--plan-back); }
.counts, .layers, .pages { list-style: none; display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; margin: 1rem 0; }
.counts a { display: block; white-space: nowrap; text-decoration: none; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .35rem .6rem; }
.counts .state { padding: .1rem .45rem; font-size: .93em; }
.counts a[aria-current] { border-color: var(--link); box-shadow: inset 0 0 0 1px var(--link); }
.counts b { font-size: 1.15rem; margin-right: .35rem; }
.layers { gap: .5rem .6rem; }
.layers li { display: flex; align-items: center; gap: .6rem; }
.layers li > span { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .4rem .7rem; }
.layers li:not(:last-child)::after { content: "→"; color: var(--quiet); }
.layers b { margin-right: .4rem; font-weight: 600; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .5rem 1.1rem; }
dl.facts { display: grid; grid-template-columns: minmax(7rem, 11rem) 1fr; gap: .45rem 1rem; margin: .6rem 0; }
dl.facts dt { color: var(--quiet); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .5rem .8rem; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--quiet); font-weight: 550; font-size: .88rem; white-space: nowrap; }
tbody th { font-weight: 600; }
.whole, td.short, th.short { white-space: nowrap; }
td.text, th.text { min-width: 6rem; }
td.wide, th.wide { min-width: 14rem; overflow-wrap: anywhere; }
td.name, th.name { min-width: 11rem; overflow-wrap: anywhere; }
th.wide { font-weight: 400; }
.fleet th.name { min-width: 13rem; }
.fleet .said, th .age { font-weight: 400; }
.fleet .age { display: block; }
code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
.line { display: block; }
pre.letter { white-space: pre-wrap; overflow-wrap: anywhere; font: .92em/1.5 ui-monospace, monospace; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1.1rem; margin: .6rem 0; max-width: 62rem; user-select: all; }
.note { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--link); border-radius: 6px; padding: .5rem .8rem; }
form { display: flex; align-items: baseline; gap: .5rem; flex-wrap: wrap; margin: 1rem 0; }
input, select, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .35rem .7rem; }
input[type=search] { min-width: 16rem; flex: 0 1 24rem; }
form label { max-width: 100%; }
select { max-width: min(18rem, 100%); min-width: 0; }
.counts.findings a { white-space: normal; }
.said { display: block; color: var(--quiet); font-size: .9em; }
@media (max-width: 46rem) {
  .stack thead { position: absolute; left: -999rem; }
  .stack, .stack tbody, .stack tr, .stack th, .stack td { display: block; }
  .stack tr { border-top: 1px solid var(--line); padding: .6rem 0; }
  .stack tbody tr:first-child { border-top: 0; }
  .stack tbody th, .stack tbody td { border: 0; padding: .15rem .8rem; min-width: 0; white-space: normal; overflow-wrap: anywhere; }
  .stack [data-label]::before { content: attr(data-label) ": "; color: var(--quiet); font-weight: 400; }
  .fleet .age { display: inline; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: .6rem; }
}
@media (prefers-reduced-motion: no-preference) { a { transition: color .1s; } }
svg.day { width: 100%; height: 2.2rem; display: block; }
svg.day rect { fill: var(--calm); }
svg.day .healthy { fill: var(--good); }
svg.day .degraded { fill: var(--warn); }
svg.day .misconfigured, svg.day .refused, svg.day .unreachable { fill: var(--bad); }
svg.day .nobody { fill: var(--line); }
ol.chain { margin: .4rem 0 0; padding-left: 1.4rem; max-width: 40rem; overflow-wrap: anywhere; }
svg.life { width: 100%; height: .45rem; display: block; margin: .2rem 0 .6rem; }
svg.life rect { fill: var(--good); }
svg.life.late rect { fill: var(--warn); }
svg.life.bad rect { fill: var(--bad); }
svg.life rect.all { fill: var(--line); }
.picture { padding: .8rem; margin: .6rem 0; }
.picture svg { width: 100%; min-width: 44rem; max-width: 70rem; display: block; font: 13px ui-monospace, monospace; }
.picture text { fill: var(--text); }
.picture .box { stroke: var(--line); fill: var(--back); }
.picture .box.up, .picture .box.proven { stroke: var(--good); }
.picture .box.down, .picture .box.failed { stroke: var(--bad); stroke-width: 2; }
.picture path { fill: none; stroke: var(--calm); stroke-dasharray: 2 3; }
.picture path.up { stroke: var(--good); stroke-dasharray: none; }
.picture path.down { stroke: var(--bad); stroke-dasharray: 6 4; }
.picture text.mark.proven { fill: var(--good); background: none; }
.picture text.mark.failed { fill: var(--bad); font-weight: 700; }
.picture text.mark.not_proven { fill: var(--calm); }
@media print { header .end, .pages, form { display: none; } }
`;
