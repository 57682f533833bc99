/** A site at one glance. */

import { Link } from '../../url/router';
import type { WebResult } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { count } from '../../format/number';
import { WEB_METRICS, type WebMetric, webQuestion } from '../../question/web';
import { Failure } from '../../ui/states';
import { Empty } from '../../ui/states';
import { Grid, Panel } from '../../ui/Panel';
import { PageHead } from '../../ui/PageHead';
import { useCompare } from '../../ui/RangePicker';
import { useFilters } from '../../url/filters';
import { useParams } from '../../url/params';
import { useRange } from '../../url/range';
import { Figures } from './Figures';
import { MainChart } from './MainChart';
import { GROUPS, TableGroup } from './TableGroup';

export function useMetric(): WebMetric {
  const named = useParams().get('metric');
  return WEB_METRICS.find((metric) => metric.key === named)?.key ?? 'visitors';
}

export function Overview() {
  const range = useRange();
  const filters = useFilters();
  const compare = useCompare();
  const metric = useMetric();
  const question = webQuestion(range, filters, compare);
  const web = useAnswer<WebResult>(question);
  const result = web.data?.result;
  const nothing = result !== undefined && result.views === 0 && filters.length === 0;

  return (
    <>
      <PageHead title="Overview" note={result && <Link to="/live" className="muted">{count(result.live_visitors)} online now</Link>} compare />
      {web.error ? (
        <Panel><Failure error={web.error} again={() => void web.refetch()} height={320} /></Panel>
      ) : nothing ? (
        <Panel>
          <Empty title="No page views in this range" height={320}>
            Choose other dates, or <Link to="/start">send the first events</Link>.
          </Empty>
        </Panel>
      ) : (
        <>
          <Panel label="Figures">
            <Figures now={result} metric={metric} compare={compare} stale={web.isPlaceholderData} />
            <MainChart metric={metric} range={range} filters={filters} compare={compare} />
          </Panel>
          <Grid>
            {GROUPS.map((group) => <TableGroup key={group.name} group={group} result={result} question={question} stale={web.isPlaceholderData} />)}
          </Grid>
        </>
      )}
    </>
  );
}
