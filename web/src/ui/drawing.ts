/** What is drawn, without the library that draws it. */

export interface Line {
  name: string;
  values: (number | null)[];
  /** Drawn thin and grey: the period before. */
  before?: boolean;
  /** Index of the colour; by default the place in the list. */
  color?: number;
  stack?: string;
}

export type Drawing =
  | {
      kind: 'line' | 'bar';
      labels: string[];
      lines: Line[];
      /** Where the last, unfinished bucket begins. */
      partialFrom?: number;
      format: (value: number | null) => string;
      /** Beside the axis, where that is too long. */
      axis?: (value: number) => string;
      area?: boolean;
    }
  | {
      kind: 'flow';
      nodes: { name: string; depth: number; label: string; count: number }[];
      links: { source: string; target: string; value: number; note: string }[];
    };

export const PALETTE = {
  light: ['#3451d1', '#0b8a6a', '#c26a00', '#9b3fb5', '#c2410c', '#0e7f9b', '#5f7d0f', '#6b7280'],
  dark: ['#93a6ff', '#4fcfa8', '#f0ad4e', '#d68ce8', '#ff9466', '#62c6dd', '#b2d158', '#a3abb8'],
};
