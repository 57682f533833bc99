/** How long a bucket of a chart is. */

import { Select } from '@mantine/core';
import type { Interval } from '../api/question';
import { setParams, useParams } from '../url/params';
import { type Range, intervalFor, lengthInDays } from '../url/range';

const ALL: { value: Interval; label: string; upTo: number }[] = [
  { value: 'hour', label: 'By hour', upTo: 31 },
  { value: 'day', label: 'By day', upTo: 1100 },
  { value: 'week', label: 'By week', upTo: 3660 },
  { value: 'month', label: 'By month', upTo: 3660 },
];

export function useInterval(range: Range): Interval {
  const asked = ALL.find((one) => one.value === useParams().get('interval'));
  return asked && lengthInDays(range) <= asked.upTo ? asked.value : intervalFor(range);
}

export function IntervalSelect({ range }: { range: Range }) {
  const value = useInterval(range);
  const data = ALL.filter((one) => lengthInDays(range) <= one.upTo);
  return (
    <Select size="xs" w={104} aria-label="Bucket" allowDeselect={false} data={data} value={value}
      onChange={(next) => setParams({ interval: next === intervalFor(range) ? null : next })} />
  );
}
