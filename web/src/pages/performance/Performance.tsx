/** How fast pages are for the people who look at them. */

import { Select } from '@mantine/core';
import type { MetricFigures, PerformanceResult } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { count, millis } from '../../format/number';
import { broken } from '../../format/value';
import { filter } from '../../question/filter';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import { PageHead } from '../../ui/PageHead';
import { Panel } from '../../ui/Panel';
import { Await, Empty } from '../../ui/states';
import { Tiles } from '../../ui/Tiles';
import { useFilters } from '../../url/filters';
import { setParams, useParams } from '../../url/params';
import { toQuestion, useRange } from '../../url/range';

/** The limits of good and poor that web.dev names for the 75th percentile. */
const METRICS: Record<string, { label: string; good: number; poor: number }> = {
  lcp: { label: 'Largest contentful paint', good: 2500, poor: 4000 },
  inp: { label: 'Interaction to next paint', good: 200, poor: 500 },
  cls: { label: 'Layout shift', good: 0.1, poor: 0.25 },
  fcp: { label: 'First contentful paint', good: 1800, poor: 3000 },
  ttfb: { label: 'Time to first byte', good: 800, poor: 1800 },
  load: { label: 'Page load', good: 2500, poor: 4000 },
  dom_content_loaded: { label: 'DOM content loaded', good: 1500, poor: 3000 },
};

const PERCENTILES = ['p50', 'p75', 'p90', 'p95', 'p99'] as const;
type Percentile = (typeof PERCENTILES)[number];

function shown(metric: string, value: number | null | undefined): string {
  if (metric !== 'cls') return millis(value);
  return value === null || value === undefined ? '–' : value.toFixed(3);
}

function Grade({ metric, value }: { metric: string; value: number | null }) {
  const limits = METRICS[metric];
  if (!limits || value === null) return <>–</>;
  const [word, color] = value <= limits.good ? ['good', 'var(--good)'] : value <= limits.poor ? ['needs work', 'var(--warn)'] : ['poor', 'var(--bad)'];
  return <span style={{ color }}>{word}</span>;
}

type Page = PerformanceResult['pages'][number];

function figures(page: Page, metric: string): MetricFigures | undefined {
  return page.metrics.find((one) => one.metric === metric);
}

export function Performance() {
  const range = useRange();
  const only = filter(useFilters());
  const params = useParams();
  const at: Percentile = PERCENTILES.find((one) => one === params.get('p')) ?? 'p75';
  const answer = useAnswer<PerformanceResult>({ kind: 'performance', range: toQuestion(range), limit: 100, ...(only && { filter: only }) });
  const result = answer.data?.result;
  const measured = Object.keys(METRICS).filter((name) => result?.metrics.some((one) => one.metric === name && one.count > 0));
  const all: Column<MetricFigures>[] = [
    { label: 'Metric', show: (one) => METRICS[one.metric]?.label ?? one.metric, raw: (one) => one.metric },
    { label: 'Measured', numeric: true, show: (one) => count(one.count), raw: (one) => one.count },
    ...PERCENTILES.map((p): Column<MetricFigures> => ({ label: p, numeric: true, show: (one) => shown(one.metric, one[p]), raw: (one) => one[p] })),
  ];
  const pages: Column<Page>[] = [
    { label: 'Page', wide: true, show: (page) => broken(page), raw: (page) => broken(page) },
    { label: 'Measured', numeric: true, show: (page) => count(page.count), raw: (page) => page.count },
    ...measured.map((name): Column<Page> => ({ label: METRICS[name]?.label ?? name, numeric: true, show: (page) => shown(name, figures(page, name)?.[at]), raw: (page) => figures(page, name)?.[at] })),
  ];
  return (
    <>
      <PageHead title="Performance">
        <Select size="xs" w={140} aria-label="Percentile" allowDeselect={false} value={at} onChange={(next) => setParams({ p: next === 'p75' ? null : next }, { replace: true })}
          data={PERCENTILES.map((p) => ({ value: p, label: `${p.slice(1)}th percentile` }))} />
      </PageHead>
      <Await of={answer} height={480}>
        {({ result: found }) => (measured.length === 0
          ? <Panel><Empty title="No page has been measured in this range" height={320}>Events of the class performance with lcp, inp, cls, fcp, ttfb or loadTime are shown here.</Empty></Panel>
          : (
            <>
              <Panel label="Figures">
                <Tiles tiles={measured.map((name) => {
                  const value = found.metrics.find((one) => one.metric === name)?.[at] ?? null;
                  return { label: METRICS[name]?.label ?? name, value: shown(name, value), note: <Grade metric={name} value={value} /> };
                })} />
              </Panel>
              <Panel flush title="All pages" actions={<CsvButton name="performance" text={() => tableCsv(all, found.metrics)} />}>
                <DataTable caption="Percentiles over all pages" columns={all} rows={found.metrics.filter((one) => one.count > 0)} id={(one) => one.metric} />
              </Panel>
              <Panel flush title={`By page, ${at.slice(1)}th percentile`} actions={<CsvButton name="performance-pages" text={() => tableCsv(pages, found.pages)} />}>
                <DataTable caption="Percentiles by page" columns={pages} rows={found.pages} id={(page) => broken(page)} />
              </Panel>
            </>
          ))}
      </Await>
    </>
  );
}
