/** Chart or table. */

import { SegmentedControl } from '@mantine/core';
import { setParams, useParams } from '../url/params';

export function ViewToggle() {
  const view = useParams().get('view') === 'table' ? 'table' : 'chart';
  return (
    <SegmentedControl size="xs" aria-label="Show as" value={view} data={[{ value: 'chart', label: 'Chart' }, { value: 'table', label: 'Table' }]}
      onChange={(next) => setParams({ view: next === 'table' ? 'table' : null }, { replace: true })} />
  );
}
