/** Money, by currency: amounts of different currencies are never added. */

import { SegmentedControl } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import type { RevenueFigures, RevenueResult } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { count, money, short } from '../../format/number';
import { filter } from '../../question/filter';
import { type Column, CsvButton, DataTable, tableCsv } from '../../ui/DataTable';
import { useInterval } from '../../ui/IntervalSelect';
import { PageHead } from '../../ui/PageHead';
import { Panel } from '../../ui/Panel';
import { PeopleDrawer, type Who } from '../../ui/PeopleDrawer';
import { Await, Empty } from '../../ui/states';
import { TimeChart } from '../../ui/TimeChart';
import { Tiles } from '../../ui/Tiles';
import { useFilters } from '../../url/filters';
import { setParams, useParams } from '../../url/params';
import { toQuestion, useRange } from '../../url/range';
import link from '../insights/Insights.module.css';

const name = (one: RevenueFigures) => one.currency ?? 'No currency';

export function Revenue() {
  const range = useRange();
  const interval = useInterval(range);
  const only = filter(useFilters());
  const asked = useParams().get('currency');
  const [who, setWho] = useState<Who | null>(null);
  const question = { kind: 'revenue', range: toQuestion(range), interval, ...(only && { filter: only }) };
  const answer = useAnswer<RevenueResult>(question);
  const currencies = answer.data?.result.currencies ?? [];
  const one = currencies.find((each) => name(each) === asked) ?? currencies[0];
  const points = useMemo(() => one?.data ?? [], [one]);
  const currency = one?.currency ?? null;
  const format = useCallback((value: number | null) => money(value, currency), [currency]);
  const columns: Column<RevenueFigures>[] = [
    { label: 'Currency', show: name, raw: name },
    { label: 'Revenue', numeric: true, show: (each) => money(each.sum, each.currency), raw: (each) => each.sum },
    { label: 'Orders', numeric: true, show: (each) => count(each.orders), raw: (each) => each.orders },
    {
      label: 'Persons',
      numeric: true,
      show: (each) => <button type="button" className={link.link} onClick={() => setWho({ title: `Paid in ${name(each)}`, question, at: each.currency === null ? { no_currency: true } : { currency: each.currency } })}>{count(each.persons)}</button>,
      raw: (each) => each.persons,
    },
    { label: 'Average order', numeric: true, show: (each) => money(each.average_order, each.currency), raw: (each) => each.average_order },
    { label: 'Per person', numeric: true, show: (each) => money(each.per_person, each.currency), raw: (each) => each.per_person },
  ];
  return (
    <>
      <PageHead title="Revenue">
        {currencies.length > 1 && one && (
          <SegmentedControl size="xs" aria-label="Currency" value={name(one)} data={currencies.slice(0, 6).map(name)} onChange={(next) => setParams({ currency: next }, { replace: true })} />
        )}
      </PageHead>
      <Await of={answer} height={480}>
        {() => (one === undefined
          ? <Panel><Empty title="No revenue in this range" height={320}>Purchases that carry an amount are shown here.</Empty></Panel>
          : (
            <>
              <Panel label="Figures">
                <Tiles tiles={[
                  { label: `Revenue in ${name(one)}`, value: money(one.sum, one.currency) },
                  { label: 'Orders', value: count(one.orders) },
                  { label: 'Average order', value: money(one.average_order, one.currency) },
                  { label: 'Per person', value: money(one.per_person, one.currency) },
                ]} />
              </Panel>
              <TimeChart title={`Revenue in ${name(one)}`} name="revenue-over-time" points={points} interval={interval} range={range} format={format} axis={short} bars />
              <Panel flush title="By currency" actions={<CsvButton name="revenue" text={() => tableCsv(columns, currencies)} />}>
                <DataTable caption="Revenue by currency" columns={columns} rows={currencies} id={name} />
              </Panel>
            </>
          ))}
      </Await>
      <PeopleDrawer who={who} close={() => setWho(null)} />
    </>
  );
}
