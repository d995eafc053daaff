/** The report must be readable on any screen and on paper, with nothing loaded from anywhere. */
export const reportStyle = `
:root { color-scheme: light; --ink: #1a1d21; --soft: #5b6470; --line: #d5d9de; --good: #1d6b3c; --bad: #b3261e; --open: #8a5a00; }
* { box-sizing: border-box; }
body { font: 14px/1.5 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", system-ui, sans-serif; color: var(--ink); margin: 0 auto; max-width: 62rem; padding: 2rem 1.5rem; }
h1 { font-size: 1.7rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .25rem; }
.en { color: var(--soft); } h1 .en, h2 .en { font-weight: 400; font-size: .8em; }
p { margin: .25rem 0 .75rem; }
.verdict { border: 2px solid; border-radius: 6px; padding: .75rem 1rem; margin: 1rem 0; font-size: 1.25rem; font-weight: 600; }
.passed { color: var(--good); } .failed { color: var(--bad); } .by-hand, .not-checked { color: var(--open); }
table { border-collapse: collapse; width: 100%; } thead { display: table-header-group; }
th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; } td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.verdict-cell { white-space: nowrap; font-weight: 600; } td.id { font-family: ui-monospace, monospace; font-size: .92em; }
.facts td:first-child { width: 14rem; color: var(--soft); } code { font-size: .85em; overflow-wrap: anywhere; }
.sign td { height: 3.2rem; }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt; } tr { break-inside: avoid; } h2 { break-after: avoid; } @page { size: A4; margin: 15mm; } }
`;
