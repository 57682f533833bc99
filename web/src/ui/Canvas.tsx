/** Draws with ECharts, of which only what is used is taken. */

import { useComputedColorScheme } from '@mantine/core';
import { BarChart, LineChart, SankeyChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { Drawing, Line } from './drawing';
import { options } from './options';

use([LineChart, BarChart, SankeyChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

interface Props {
  drawing: Drawing;
  height: number;
  label: string;
  pick?: (series: number, index: number) => void;
}

/** The line that passes a bucket nearest to a height. */
function nearest(lines: Line[], index: number, height: number): number {
  const away = (line: Line) => Math.abs((line.values[index] ?? Number.POSITIVE_INFINITY) - height);
  return lines.reduce((best, line, i) => (away(line) < away(lines[best] ?? line) ? i : best), 0);
}

export function Canvas({ drawing, height, label, pick }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const picked = useRef(pick);
  picked.current = pick;
  const drawn = useRef(drawing);
  drawn.current = drawing;
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    if (box.current === null) return;
    const made = init(box.current, undefined, { renderer: 'svg' });
    chart.current = made;
    made.getZr().on('click', ({ offsetX, offsetY }) => {
      const lines = drawn.current.kind === 'flow' ? [] : drawn.current.lines;
      if (lines.length === 0 || !made.containPixel('grid', [offsetX, offsetY])) return;
      const [index = 0, height = 0] = made.convertFromPixel({ gridIndex: 0 }, [offsetX, offsetY]) as number[];
      picked.current?.(nearest(lines, index, height), index);
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(options(drawing, scheme, pick !== undefined), { notMerge: true });
  }, [drawing, scheme, pick]);

  return <div ref={box} role="img" aria-label={label} style={{ height, width: '100%' }} />;
}
