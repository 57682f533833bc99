/** Who comes back, as a matrix of cohorts and periods. */

import type { RetentionResult } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { csv } from '../../format/csv';
import { count, percent } from '../../format/number';
import { bucket } from '../../format/time';
import { CsvButton } from '../../ui/DataTable';
import { Panel } from '../../ui/Panel';
import { Await, Empty } from '../../ui/states';
import type { ViewProps } from './Insights';
import classes from './Insights.module.css';

/** The whole scale is used: the largest share that came back is dark, whatever it is. */
function shade(rate: number | null, period: number, most: number): { background: string; color?: string } {
  const part = period === 0 ? 100 : Math.round(Math.min(1, (rate ?? 0) / most) * 62);
  return { background: `color-mix(in srgb, var(--heat) ${part}%, var(--hover))`, color: part > 62 ? 'var(--heat-ink)' : undefined };
}

function text(result: RetentionResult, periods: number): string {
  const head = ['cohort', 'size', ...Array.from({ length: periods + 1 }, (_, i) => `period ${i}`)];
  return csv(head, result.cohorts.map((cohort) => [cohort.start, cohort.size, ...Array.from({ length: periods + 1 }, (_, i) => cohort.values[i]?.count)]));
}

export function RetentionView({ insight, question, show }: ViewProps) {
  const answer = useAnswer<RetentionResult>(question);
  const unit = insight.period.charAt(0).toUpperCase() + insight.period.slice(1);
  return (
    <Await of={answer} height={480}>
      {({ result }) => {
        const periods = Math.max(0, ...result.cohorts.map((cohort) => cohort.values.length - 1));
        const cohorts = result.cohorts.filter((cohort) => cohort.size > 0);
        if (cohorts.length === 0) return <Panel><Empty title="Nobody began in this range" height={360} /></Panel>;
        const most = Math.max(0.01, ...cohorts.flatMap((cohort) => cohort.values.filter((value) => value.period > 0).map((value) => value.rate ?? 0)));
        const averages = new Map(result.average.map((one) => [one.period, one.rate]));
        return (
          <Panel title="Retention" flush actions={<CsvButton name="retention" text={() => text(result, periods)} />}>
            <div className={classes.heatBox} tabIndex={0} role="region" aria-label="Retention by cohort">
              <table className={classes.heat}>
                <thead>
                  <tr>
                    <th scope="col">Began</th>
                    <th scope="col" className="num">Persons</th>
                    {Array.from({ length: periods + 1 }, (_, i) => <th key={i} scope="col" style={{ textAlign: 'center' }}>{unit} {i}</th>)}
                  </tr>
                </thead>
                <tbody>
                  <tr>
                    <th scope="row">Average</th>
                    <td />
                    {Array.from({ length: periods + 1 }, (_, i) => <td key={i} style={shade(averages.get(i) ?? null, i, most)}><span className={classes.cell} style={{ cursor: 'default', fontWeight: 600 }}>{percent(averages.get(i))}</span></td>)}
                  </tr>
                  {cohorts.map((cohort) => (
                    <tr key={cohort.start}>
                      <th scope="row">{bucket(cohort.start, insight.period)}</th>
                      <td className="num" style={{ paddingRight: 8 }}>{count(cohort.size)}</td>
                      {cohort.values.map((value) => (
                        <td key={value.period} style={shade(value.rate, value.period, most)}>
                          <button type="button" className={classes.cell} data-partial={value.partial || undefined} title={`${count(value.count)} persons${value.partial ? ', not over' : ''}`}
                            onClick={() => show({ title: `${bucket(cohort.start, insight.period)}, ${insight.period} ${value.period}`, question, at: { cohort: cohort.start, period: value.period } })}>
                            {percent(value.rate, 0)}
                          </button>
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Panel>
        );
      }}
    </Await>
  );
}
