/** The big numbers; each is a button that puts it into the chart. */

import { Skeleton, UnstyledButton } from '@mantine/core';
import type { WebFigures } from '../../api/answer';
import { count, duration, percent, short } from '../../format/number';
import { WEB_METRICS, type WebMetric } from '../../question/web';
import { Change } from '../../ui/Change';
import { setParams } from '../../url/params';
import classes from './Figures.module.css';

export function webFormat(metric: WebMetric): (value: number | null) => string {
  if (metric === 'bounce_rate') return (value) => percent(value, 0);
  return metric === 'avg_seconds' ? duration : short;
}

interface Props {
  now: (WebFigures & { previous?: WebFigures }) | undefined;
  metric: WebMetric;
  compare: boolean;
  stale: boolean;
}

export function Figures({ now, metric, compare, stale }: Props) {
  return (
    <div className={classes.figures} data-stale={stale || undefined} role="group" aria-label="Figure in the chart">
      {WEB_METRICS.map(({ key, label }) => (
        <UnstyledButton key={key} className={classes.figure} aria-pressed={key === metric} onClick={() => setParams({ metric: key === 'visitors' ? null : key }, { replace: true })}>
          <span className={classes.label}>{label}</span>
          <span className={classes.value} title={key === 'avg_seconds' || key === 'bounce_rate' ? undefined : count(now?.[key])}>
            {now ? (key === 'bounce_rate' ? percent(now[key]) : webFormat(key)(now[key])) : <Skeleton height={28} width={72} />}
          </span>
          <span className={classes.change}>
            {compare && now && <Change now={now[key]} before={now.previous?.[key]} inverse={key === 'bounce_rate'} />}
          </span>
        </UnstyledButton>
      ))}
    </div>
  );
}
