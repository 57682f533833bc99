/** What follows what. */

import { useMemo } from 'react';
import type { PathsResult } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { count, duration } from '../../format/number';
import { Chart } from '../../ui/Chart';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import type { Drawing } from '../../ui/drawing';
import { Panel } from '../../ui/Panel';
import { Await, Empty } from '../../ui/states';
import type { ViewProps } from './Insights';
import classes from './Insights.module.css';

type Edge = PathsResult['edges'][number];

const key = (place: { depth: number; name: string }) => `${place.depth} ${place.name}`;

function draw(result: PathsResult | undefined): Drawing {
  const nodes = (result?.nodes ?? []).map((node) => ({ name: key(node), depth: node.depth, label: node.name, count: node.count }));
  const links = (result?.edges ?? []).map((edge) => ({
    source: key(edge.from), target: key(edge.to), value: edge.count, note: `${count(edge.count)} times, ${duration(edge.avg_seconds)} on average`,
  }));
  return { kind: 'flow', nodes, links };
}

/** Enough room for the fullest step. */
function heightOf(result: PathsResult): number {
  const at = new Map<number, number>();
  for (const node of result.nodes) at.set(node.depth, (at.get(node.depth) ?? 0) + 1);
  return Math.min(720, Math.max(320, 28 * Math.max(0, ...at.values())));
}

export function PathsView({ insight, question, show }: ViewProps) {
  const answer = useAnswer<PathsResult>(question);
  const drawing = useMemo(() => draw(answer.data?.result), [answer.data]);
  const people = (edge: Edge) => show({ title: `${edge.from.name} → ${edge.to.name}`, question, at: { depth: edge.from.depth, from: edge.from.name, to: edge.to.name } });
  const columns: Column<Edge>[] = [
    { label: 'Step', numeric: true, show: (edge) => edge.from.depth, raw: (edge) => edge.from.depth },
    { label: 'From', wide: true, show: (edge) => edge.from.name, raw: (edge) => edge.from.name },
    { label: 'To', wide: true, show: (edge) => edge.to.name, raw: (edge) => edge.to.name },
    { label: 'Paths', numeric: true, show: (edge) => <button type="button" className={classes.link} onClick={() => people(edge)}>{count(edge.count)}</button>, raw: (edge) => edge.count },
    { label: 'Average time', numeric: true, show: (edge) => duration(edge.avg_seconds), raw: (edge) => edge.avg_seconds },
  ];
  return (
    <Await of={answer} height={520}>
      {({ result }) => (result.edges.length === 0
        ? <Panel><Empty title={insight.start ? `No path goes through ${insight.start}` : 'No paths in this range'} height={360} /></Panel>
        : (
          <>
            <Panel title={`${count(result.paths)} paths`}>
              <div className={classes.flow} tabIndex={0} role="region" aria-label="Paths">
                <div style={{ minWidth: 130 * insight.depth }}><Chart drawing={drawing} height={heightOf(result)} label="Paths from step to step" /></div>
              </div>
            </Panel>
            <Panel title="Steps" flush actions={<CsvButton name="paths" text={() => tableCsv(columns, result.edges)} />}>
              <DataTable caption="Steps of paths" columns={columns} rows={result.edges} id={(edge) => `${key(edge.from)} ${key(edge.to)}`} />
            </Panel>
            {result.dropped_edges > 0 && <p className="muted" style={{ fontSize: 13 }}>{count(result.dropped_edges)} smaller steps are not shown.</p>}
          </>
        ))}
    </Await>
  );
}
