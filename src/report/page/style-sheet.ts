import { CHART_INK, CHART_LINE, CHART_TONES } from './charts.ts'

/** PURE. The report's look: light, dark and paper, from 320 px up. */
const DARK_CHARTS = [...CHART_TONES, CHART_INK, CHART_LINE]
  .map(
    ({ light, dark }) => `.chart [fill="${light}"]{fill:${dark}}.chart [stroke="${light}"]{stroke:${dark}}`,
  )
  .join('\n')

const TONES = CHART_TONES.map((_, at) => `.tone-${at}{background:var(--t${at})}`).join('')
const vars = (shade: 'light' | 'dark') => CHART_TONES.map((tone, at) => `--t${at}:${tone[shade]}`).join(';')

export const STYLE_SHEET = `
:root{color-scheme:light dark;--page:#f5f6f4;--card:#fff;--ink:#17212b;--soft:#515d69;--line:#dfe4e6;--accent:#0f5c4e;
--on:#fff;
--warn:#8a4b08;--warn-bg:#fdf3e4;--bad:#a02020;--idle:#b3bcc4;${vars('light')}}
@media screen and (prefers-color-scheme:dark){:root{--page:#0e1318;--card:#161d24;--ink:#e9eef2;--soft:#a6b3bf;
--line:#2c3742;--accent:#6fd8c0;--on:#08211c;
--warn:#f4c07e;--warn-bg:#2c2113;--bad:#ff9c94;--idle:#56626e;${vars('dark')}}
${DARK_CHARTS}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
a{color:var(--accent)}:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
header,main,footer{max-width:1160px;margin:0 auto;padding:0 clamp(16px,4vw,40px)}
header{padding-top:clamp(28px,5vw,56px)}
.brand{display:flex;align-items:center;gap:.6rem;font-weight:600;color:var(--soft);margin:0;font-size:.95rem}
.brand::before{content:"";width:.8rem;height:.8rem;border-radius:50% 50% 50% 0;background:var(--accent)}
h1{font-size:clamp(1.75rem,1.2rem + 2.6vw,2.9rem);line-height:1.12;letter-spacing:-.022em;margin:.6rem 0 .5rem;
text-wrap:balance}
.range{margin:0;color:var(--soft);font-size:1.05rem;max-width:80ch}
.banner{margin:1.4rem 0 0;padding:.75rem 1rem;border-radius:10px;background:var(--warn-bg);color:var(--warn);
font-weight:600}
.banner.bad{color:var(--bad)}
.tiles{list-style:none;margin:1.6rem 0 0;padding:0;display:grid;
grid-template-columns:repeat(auto-fit,minmax(min(210px,100%),1fr));gap:14px}
.tile{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.05rem 1.15rem;display:flex;
flex-direction:column}
.tile-label{color:var(--soft);font-size:.9rem}.tile-value{font-size:2.05rem;line-height:1.2;font-weight:650;
letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.tile-note{color:var(--soft);font-size:.88rem}.good .tile-value{color:var(--accent)}
.warn .tile-value{color:var(--warn)}.bad .tile-value{color:var(--bad)}
nav{margin:1.6rem 0 0}nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.45rem;margin:0;padding:0;font-size:.9rem}
nav a{display:inline-block;padding:.2rem .8rem;border:1px solid var(--line);border-radius:99px;background:var(--card);
text-decoration:none}nav a:hover{border-color:var(--accent)}
main{display:grid;gap:18px;padding-top:1.6rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:16px;padding:clamp(18px,3vw,30px);min-width:0}
h2{font-size:1.3rem;letter-spacing:-.01em;margin:0;line-height:1.25}h3{font-size:1rem;margin:1.4rem 0 .2rem}
.lead{margin:.3rem 0 1.1rem;color:var(--soft);max-width:80ch;text-wrap:pretty}
.meter{display:flex;height:16px;gap:2px;border-radius:8px;overflow:hidden;margin:0 0 1.1rem}.meter span{min-width:3px}
.bg-0{background:var(--t0)}.bg-1{background:var(--t1)}.bg-2{background:var(--t2)}.bg-3{background:var(--t3)}
.bg-4{background:var(--t4)}.bg-5{background:var(--t5)}.bg-idle{background:var(--idle)}
.dot{display:inline-block;width:.65rem;height:.65rem;border-radius:3px;margin-right:.55rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.95rem}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{text-align:left;padding:.5rem 1rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}
thead th{color:var(--soft);font-size:.85rem;font-weight:600;white-space:nowrap}tbody th{font-weight:550}
tr:last-child>*{border-bottom:0}.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
.why{color:var(--soft)}.id{font-variant-numeric:tabular-nums;white-space:nowrap}
.cands{margin:0;padding:0;list-style:none}
.chart{margin:0 0 1rem}.chart svg{display:block;width:100%;height:auto;font-family:inherit}.chart .narrow{display:none}
.half .chart svg{max-width:620px}.heat rect{fill:var(--t1)}
.heat text{fill:var(--ink);font-size:12px;font-variant-numeric:tabular-nums}.heat .axis{fill:var(--soft)}
.heat .l0{fill-opacity:.07}.heat .l1{fill-opacity:.2}.heat .l2{fill-opacity:.38}.heat .l3{fill-opacity:.56}
.heat .l4{fill-opacity:.76}.heat .l5{fill-opacity:1}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:0 0 .5rem;padding:0;font-size:.9rem;
color:var(--soft)}
.swatch{display:inline-block;width:.75rem;height:.75rem;border-radius:3px;margin-right:.45rem;vertical-align:-1px}
${TONES}
details{margin-top:.9rem}summary{cursor:pointer;color:var(--accent);font-weight:550;padding:.2rem 0}
details>div{margin-top:.5rem}
.list{margin:0;padding-left:1.15rem}.list li{margin:.35rem 0}
.paths{margin:0;display:grid;grid-template-columns:auto 1fr;gap:.35rem 1rem}.paths dt{color:var(--soft)}
.paths dd{margin:0;overflow-wrap:anywhere}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
footer{color:var(--soft);font-size:.9rem;padding-top:1.6rem;padding-bottom:3rem}
@media screen and (prefers-color-scheme:dark){.heat .l1{fill-opacity:.14}.heat .l2{fill-opacity:.23}
.heat .l3{fill-opacity:.32}.heat .l4{fill-opacity:.42}.heat .l5{fill-opacity:.54}}
@media (min-width:620px){.tiles.six{grid-template-columns:repeat(3,1fr)}}
@media (min-width:980px){main{grid-template-columns:repeat(2,minmax(0,1fr))}.card{grid-column:span 2}
.half{grid-column:span 1}}
@media (max-width:619px){.chart .wide{display:none}.chart .narrow{display:block}
.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:10px}.tile{padding:.85rem .9rem}.tile-value{font-size:1.55rem}
.lines,.lines tbody,.cards,.cards tbody{display:block}
.lines thead,.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.lines tr{display:grid;grid-template-columns:1fr auto auto;column-gap:1rem;padding:.6rem 0;
border-bottom:1px solid var(--line)}.lines tr>*,.cards tr>*{border:0;padding:0}
.lines .text{grid-column:1/-1;font-size:.9rem}.lines .num{min-width:3.4rem}
.cards tr{display:block;padding:.75rem 0;border-bottom:1px solid var(--line)}
.cards th{display:block;padding-bottom:.2rem}
.cards td{display:grid;grid-template-columns:7.2rem 1fr;gap:.75rem;text-align:left;white-space:normal}
.cards td::before{content:attr(data-title);color:var(--soft);font-size:.88rem}
.figures,.figures tbody{display:block}.figures thead{position:absolute;width:1px;height:1px;overflow:hidden;
clip-path:inset(50%)}.figures tr{display:grid;grid-template-columns:repeat(3,1fr);gap:.3rem .75rem;padding:.75rem 0;
border-bottom:1px solid var(--line)}.figures tr>*{border:0;padding:0}
.figures th{grid-column:1/-1}.figures td{display:flex;flex-direction:column;text-align:left}
.figures td::before{content:attr(data-title);color:var(--soft);font-size:.85rem}.figures tr:last-child{border-bottom:0}
.cards td:has(>span:empty){display:none}.cards tr:last-child,.lines tr:last-child{border-bottom:0}}
@media print{:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--accent:#0f5c4e;--warn:#6b3a06;
--warn-bg:#fff;--bad:#8a1a1a;--idle:#b3bcc4;${vars('light')}}
body{font-size:10.5pt}table{font-size:9pt}th,td{padding-right:.6rem}.figures{font-size:8pt}
.figures th,.figures td{padding-right:.4rem}.figures thead th{white-space:normal;font-size:8pt}nav,.skip{display:none}
header,main,footer{max-width:none;padding-left:0;padding-right:0}main{display:block}
.card{border:0;border-top:1px solid #999;border-radius:0;padding:12pt 0;break-inside:auto}
.tiles{grid-template-columns:repeat(4,1fr)}.tiles.six{grid-template-columns:repeat(3,1fr)}
.tile{padding:8pt;break-inside:avoid}.tile-value{font-size:16pt}
h2,.lead,.legend{break-after:avoid}tr,.chart{break-inside:avoid}.scroll{overflow:visible}
thead{display:table-header-group}
.meter,.swatch,.dot{print-color-adjust:exact;-webkit-print-color-adjust:exact}summary{list-style:none;color:#000}
@page{margin:16mm 14mm}}
`
