/** A row of figures with their names. */

import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Tiles.module.css';

export interface Tile {
  label: string;
  value: ReactNode | undefined;
  note?: ReactNode;
}

export function Tiles({ tiles }: { tiles: Tile[] }) {
  return (
    <dl className={classes.tiles}>
      {tiles.map((tile) => (
        <div key={tile.label}>
          <dt>{tile.label}</dt>
          <dd className={classes.value}>{tile.value === undefined ? <Skeleton height={24} width={72} /> : tile.value}</dd>
          {tile.note !== undefined && <dd className={classes.note}>{tile.note}</dd>}
        </div>
      ))}
    </dl>
  );
}
