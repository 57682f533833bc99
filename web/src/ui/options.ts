/** From a drawing to options of ECharts. */

import type { EChartsCoreOption } from 'echarts/core';
import { type Drawing, PALETTE } from './drawing';

type Scheme = 'light' | 'dark';

const INK = {
  light: { ink: '#191d23', muted: '#59626e', line: '#e4e7eb', panel: '#ffffff', before: '#a3abb8' },
  dark: { ink: '#e7e9ec', muted: '#9ba4b0', line: '#282d34', panel: '#1e2227', before: '#5b6470' },
};

/** By its name, as room for labels is measured before they are drawn. */
const font = () => getComputedStyle(document.body).fontFamily;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function tooltip(scheme: Scheme) {
  const { ink, line, panel } = INK[scheme];
  return {
    backgroundColor: panel,
    borderColor: line,
    borderWidth: 1,
    padding: [8, 10],
    textStyle: { color: ink, fontSize: 12, fontFamily: 'inherit' },
    extraCssText: 'box-shadow: 0 4px 16px rgba(0,0,0,.12); border-radius: 6px; max-width: 360px',
    confine: true,
    transitionDuration: 0,
  };
}

function row(color: string, name: string, value: string): string {
  const dot = `<span style="display:inline-block;width:8px;height:8px;border-radius:4px;background:${color};margin-right:6px"></span>`;
  return `<div style="display:flex;justify-content:space-between;gap:16px"><span>${dot}${escaped(name)}</span><b style="font-variant-numeric:tabular-nums;font-weight:600">${escaped(value)}</b></div>`;
}

type Plot = Extract<Drawing, { kind: 'line' | 'bar' }>;

interface Series {
  color: string;
  [option: string]: unknown;
}

function plotted(drawing: Plot, scheme: Scheme, clickable: boolean): Series[] {
  const { before } = INK[scheme];
  const dashedFrom = drawing.partialFrom ?? drawing.labels.length;
  return drawing.lines.map((line, index) => {
    const color = line.before ? before : (PALETTE[scheme][(line.color ?? index) % PALETTE[scheme].length] as string);
    const base = { name: line.name, color, cursor: clickable ? 'pointer' : 'default', emphasis: { disabled: true }, stack: line.stack };
    if (drawing.kind === 'bar') return { ...base, type: 'bar', data: line.values, barMaxWidth: 36, barCategoryGap: '28%', itemStyle: { borderRadius: line.stack ? 0 : [3, 3, 0, 0] } };
    const common = { ...base, type: 'line', showSymbol: drawing.labels.length === 1, symbol: 'circle', symbolSize: 7 };
    const width = line.before ? 1.5 : 2;
    const whole = line.values.map((value, i) => (i < dashedFrom || line.before ? value : null));
    const area = drawing.area && !line.before ? { areaStyle: { color, opacity: 0.08 } } : {};
    return { ...common, ...area, data: whole, lineStyle: { width, color, type: line.before ? [4, 4] : 'solid' } };
  });
}

/** The unfinished bucket is drawn dashed, as a line of its own from the one before. */
function unfinished(drawing: Plot, scheme: Scheme) {
  const from = drawing.partialFrom;
  if (drawing.kind !== 'line' || from === undefined || from < 1) return [];
  return drawing.lines.flatMap((line, index) => {
    if (line.before) return [];
    const color = PALETTE[scheme][(line.color ?? index) % PALETTE[scheme].length] as string;
    const data = line.values.map((value, i) => (i >= from - 1 ? value : null));
    return [{ name: line.name, type: 'line', data, color, showSymbol: false, symbol: 'circle', silent: true, emphasis: { disabled: true }, lineStyle: { width: 2, color, type: [3, 4] } }];
  });
}

interface Pointed {
  dataIndex: number;
}

function plot(drawing: Plot, scheme: Scheme, clickable: boolean): EChartsCoreOption {
  const { muted, line: rule, ink } = INK[scheme];
  const colors = plotted(drawing, scheme, clickable).map((series) => series.color);
  const about = (points: Pointed[]) => {
    const at = points[0]?.dataIndex ?? 0;
    const rows = drawing.lines.map((line, i) => row(colors[i] ?? ink, line.name, drawing.format(line.values[at] ?? null)));
    const partial = drawing.partialFrom !== undefined && at >= drawing.partialFrom ? ' (not over)' : '';
    return `<div style="color:${muted};margin-bottom:4px">${escaped((drawing.labels[at] ?? '') + partial)}</div>${rows.slice(0, 12).join('')}`;
  };
  return {
    animation: false,
    textStyle: { fontFamily: font() },
    aria: { enabled: true },
    grid: { left: 4, right: 12, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: { ...tooltip(scheme), trigger: 'axis', axisPointer: { type: drawing.kind === 'bar' ? 'shadow' : 'line', lineStyle: { color: muted, type: 'solid', width: 1, opacity: 0.5 }, shadowStyle: { opacity: 0.06, color: ink } }, formatter: about },
    xAxis: {
      type: 'category', data: drawing.labels, boundaryGap: drawing.kind === 'bar',
      axisLine: { lineStyle: { color: rule } }, axisTick: { show: false },
      axisLabel: { color: muted, fontSize: 12, hideOverlap: true, margin: 10 },
    },
    yAxis: {
      type: 'value', splitNumber: 4, minInterval: 0,
      splitLine: { lineStyle: { color: rule } },
      axisLabel: { color: muted, fontSize: 12, formatter: (value: number) => (drawing.axis ?? drawing.format)(value) },
    },
    series: [...plotted(drawing, scheme, clickable), ...unfinished(drawing, scheme)],
  };
}

type Flow = Extract<Drawing, { kind: 'flow' }>;

function flow(drawing: Flow, scheme: Scheme): EChartsCoreOption {
  const { ink } = INK[scheme];
  const labels = new Map(drawing.nodes.map((node) => [node.name, node.label]));
  const about = ({ data, dataType }: { data: Flow['nodes'][number] & Flow['links'][number]; dataType?: string }) =>
    dataType === 'edge'
      ? `${escaped(labels.get(data.source) ?? '')} → ${escaped(labels.get(data.target) ?? '')}<br>${escaped(data.note)}`
      : `${escaped(data.label)}: ${data.count.toLocaleString('en-US')}`;
  return {
    animation: false,
    textStyle: { fontFamily: font() },
    aria: { enabled: true },
    tooltip: { ...tooltip(scheme), trigger: 'item', formatter: about },
    series: [{
      type: 'sankey', left: 8, right: 120, top: 8, bottom: 8, nodeWidth: 10, nodeGap: 10, draggable: false, layoutIterations: 32,
      nodes: drawing.nodes.map((node) => ({ ...node, depth: node.depth - 1 })),
      links: drawing.links,
      emphasis: { focus: 'adjacency' },
      itemStyle: { color: PALETTE[scheme][0], borderWidth: 0 },
      lineStyle: { color: PALETTE[scheme][0], opacity: scheme === 'dark' ? 0.22 : 0.14, curveness: 0.5 },
      label: { color: ink, fontSize: 12, formatter: ({ data }: { data: Flow['nodes'][number] }) => data.label, width: 110, overflow: 'truncate' },
    }],
  };
}

export function options(drawing: Drawing, scheme: Scheme, clickable: boolean): EChartsCoreOption {
  return drawing.kind === 'flow' ? flow(drawing, scheme) : plot(drawing, scheme, clickable);
}
