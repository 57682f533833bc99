/** A chart whose library is loaded when the first one is shown. */

import { Skeleton } from '@mantine/core';
import { Suspense, lazy } from 'react';
import type { Drawing } from './drawing';

const Canvas = lazy(() => import('./Canvas').then((m) => ({ default: m.Canvas })));

export function Chart({ drawing, height, label, pick }: { drawing: Drawing; height: number; label: string; pick?: (series: number, index: number) => void }) {
  return (
    <Suspense fallback={<Skeleton height={height} />}>
      <Canvas drawing={drawing} height={height} label={label} pick={pick} />
    </Suspense>
  );
}
