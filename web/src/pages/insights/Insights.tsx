/** The builder of insights, and its answer. */

import { Tabs } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Question } from '../../api/question';
import { KINDS, type Insight, type InsightKind, bounds, missing, newPart, readInsight, toInsightQuestion, writeInsight } from '../../question/insight';
import { useInterval } from '../../ui/IntervalSelect';
import { PageHead } from '../../ui/PageHead';
import { Panel } from '../../ui/Panel';
import { PeopleDrawer, type Who } from '../../ui/PeopleDrawer';
import { useCompare } from '../../ui/RangePicker';
import { Empty } from '../../ui/states';
import { useFilters } from '../../url/filters';
import { setParams, useParams } from '../../url/params';
import { useRange } from '../../url/range';
import { Builder } from './Builder';
import { FunnelView } from './FunnelView';
import { LifecycleView } from './LifecycleView';
import { PathsView } from './PathsView';
import { RetentionView } from './RetentionView';
import { StickinessView } from './StickinessView';
import { TrendView } from './TrendView';
import classes from './Insights.module.css';

export interface ViewProps {
  insight: Insight;
  question: Question;
  show: (who: Who) => void;
}

const VIEWS: Record<InsightKind, (props: ViewProps) => React.ReactNode> = {
  trend: TrendView, funnel: FunnelView, retention: RetentionView, paths: PathsView, stickiness: StickinessView, lifecycle: LifecycleView,
};

function fitted(insight: Insight, kind: InsightKind): Insight {
  const [least, most] = bounds(kind);
  const parts = insight.parts.slice(0, most);
  while (parts.length < least) parts.push(newPart());
  return { ...insight, kind, parts, breakdown: kind === 'trend' || kind === 'funnel' ? insight.breakdown : null };
}

export function Insights() {
  const params = useParams();
  const insight = useMemo(() => readInsight(params), [params]);
  const range = useRange();
  const interval = useInterval(range);
  const filters = useFilters();
  const compare = useCompare();
  const [who, setWho] = useState<Who | null>(null);
  const question = useMemo(() => toInsightQuestion(insight, { range, interval, filters, compare }), [insight, range, interval, filters, compare]);
  const lacking = missing(insight);
  const change = (next: Insight) => setParams(writeInsight(next), { replace: true });
  const View = VIEWS[insight.kind];

  return (
    <>
      <PageHead title="Insights" compare={insight.kind === 'trend'} />
      <Tabs value={insight.kind} onChange={(kind) => setParams(writeInsight(fitted(insight, kind as InsightKind)))} mb="md" keepMounted={false}>
        <Tabs.List aria-label="Kind of insight" className={classes.kinds}>
          {KINDS.map(({ kind, label }) => <Tabs.Tab key={kind} value={kind}>{label}</Tabs.Tab>)}
        </Tabs.List>
        {KINDS.map(({ kind }) => (
          <Tabs.Panel key={kind} value={kind} pt="md">
            <div className={classes.split}>
              <Panel label="Question"><Builder insight={insight} change={change} /></Panel>
              <div className={classes.answer}>
                {lacking ? <Panel><Empty title={lacking} height={320} /></Panel> : <View insight={insight} question={question} show={setWho} />}
              </div>
            </div>
          </Tabs.Panel>
        ))}
      </Tabs>
      <PeopleDrawer who={who} close={() => setWho(null)} />
    </>
  );
}
