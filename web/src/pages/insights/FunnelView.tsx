/** How many come how far. */

import type { FunnelResult, FunnelStep } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { count, duration, percent } from '../../format/number';
import { brokenBy } from '../../format/value';
import { type Insight, partLabel } from '../../question/insight';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import { Panel } from '../../ui/Panel';
import { Await, Empty } from '../../ui/states';
import type { ViewProps } from './Insights';
import classes from './Insights.module.css';

interface Row extends FunnelStep {
  step: number;
}

function rowsOf(result: FunnelResult, insight: Insight): Row[] {
  return result.steps.map((step, i) => ({ ...step, name: insight.parts[i] ? partLabel(insight.parts[i]) : step.name, step: i + 1 }));
}

const COLUMNS: Column<Row>[] = [
  { label: 'Step', wide: true, show: (row) => `${row.step}. ${row.name}`, raw: (row) => row.name },
  { label: 'Persons', numeric: true, show: (row) => count(row.count), raw: (row) => row.count },
  { label: 'From previous', numeric: true, show: (row) => percent(row.from_previous), raw: (row) => row.from_previous },
  { label: 'From first', numeric: true, show: (row) => percent(row.from_first), raw: (row) => row.from_first },
  { label: 'Median time', numeric: true, show: (row) => duration(row.median_seconds), raw: (row) => row.median_seconds },
  { label: 'Average time', numeric: true, show: (row) => duration(row.avg_seconds), raw: (row) => row.avg_seconds },
];

function Steps({ rows, question, show }: { rows: Row[] } & Pick<ViewProps, 'question' | 'show'>) {
  return (
    <div>
      {rows.map((row, i) => {
        const before = rows[i - 1];
        const lost = before ? before.count - row.count : 0;
        return (
          <div key={row.step} className={classes.step}>
            <span className="cut" title={row.name}>{row.step}. {row.name}</span>
            <div className={classes.track}><div className={classes.fill} style={{ width: `${(row.from_first ?? 0) * 100}%` }} /></div>
            <span className={classes.stepFigures}>
              <span>
                <button type="button" className={classes.link} onClick={() => show({ title: `Reached ${row.name}`, question, at: { step: row.step } })}>{count(row.count)}</button>
                <b style={{ marginLeft: 8, fontWeight: 600 }}>{percent(row.from_first)}</b>
              </span>
              {before && (
                <span className="muted">
                  <button type="button" className={classes.link} onClick={() => show({ title: `Dropped after ${before.name}`, question, at: { step: before.step, dropped: true } })}>{count(lost)} dropped</button>
                  {' · '}{duration(row.median_seconds)}
                </span>
              )}
            </span>
          </div>
        );
      })}
    </div>
  );
}

interface Group {
  name: string;
  value: NonNullable<FunnelResult['breakdown']>[number]['value'];
  steps: FunnelStep[];
}

function Groups({ groups, question, show }: { groups: Group[] } & Pick<ViewProps, 'question' | 'show'>) {
  const steps = groups[0]?.steps ?? [];
  const columns: Column<Group>[] = [
    { label: 'Value', wide: true, show: (group) => group.name, raw: (group) => group.name },
    ...steps.map((_, i): Column<Group> => ({
      label: `Step ${i + 1}`,
      numeric: true,
      show: (group) => (
        <button type="button" className={classes.link} onClick={() => show({ title: `${group.name}, step ${i + 1}`, question, at: { step: i + 1, breakdown: group.value } })}>
          {count(group.steps[i]?.count)}
        </button>
      ),
      raw: (group) => group.steps[i]?.count,
    })),
    { label: 'Conversion', numeric: true, show: (group) => percent(group.steps[group.steps.length - 1]?.from_first), raw: (group) => group.steps[group.steps.length - 1]?.from_first },
  ];
  return (
    <Panel title="By value" flush actions={<CsvButton name="funnel-values" text={() => tableCsv(columns, groups)} />}>
      <DataTable caption="Funnel by value" columns={columns} rows={groups} id={(group) => group.name} />
    </Panel>
  );
}

export function FunnelView({ insight, question, show }: ViewProps) {
  const answer = useAnswer<FunnelResult>(question);
  return (
    <Await of={answer} height={400}>
      {({ result }) => {
        const rows = rowsOf(result, insight);
        const last = rows[rows.length - 1];
        if ((rows[0]?.count ?? 0) === 0) return <Panel><Empty title="Nobody began this funnel in this range" height={360} /></Panel>;
        return (
          <>
            <Panel title={<div><span className={classes.big}>{percent(last?.from_first)}</span> <span className="muted">went all the way, {duration(result.time_to_convert?.median_seconds)} at the median</span></div>}>
              <Steps rows={rows} question={question} show={show} />
            </Panel>
            <Panel title="Steps" flush actions={<CsvButton name="funnel" text={() => tableCsv(COLUMNS, rows)} />}>
              <DataTable caption="Funnel steps" columns={COLUMNS} rows={rows} id={(row) => String(row.step)} />
            </Panel>
            {result.breakdown && <Groups groups={result.breakdown.map((group) => ({ ...group, name: group.value.map((one) => brokenBy(insight.breakdown, one)).join(', ') }))} question={question} show={show} />}
          </>
        );
      }}
    </Await>
  );
}
