/** The icons of the navigation, 16 px, drawn with one stroke. */

const PATHS = {
  overview: 'M2 13.5h12M4 11V7M8 11V3M12 11V5.5',
  insights: 'M2 12l4-4.5 3 2.5 5-6.5M10.5 3.5H14V7',
  events: 'M3 4h10M3 8h10M3 12h6',
  people: 'M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5c.5-2.5 2.5-3.5 5-3.5s4.5 1 5 3.5',
  sessions: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.5V8l2.5 1.5',
  errors: 'M8 2.5l6 11H2zM8 6.5v3M8 11.5v.1',
  performance: 'M2.5 11.5a5.5 5.5 0 1 1 11 0M8 11.5l2.5-4',
  revenue: 'M8 2v12M11 4.5C10.5 3.5 9.5 3.2 8 3.2c-1.8 0-3 .8-3 2.2 0 3.4 6.2 1.6 6.2 5 0 1.5-1.3 2.4-3.2 2.4-1.7 0-2.9-.6-3.3-1.8',
  live: 'M8 9.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM4.5 11.5a5 5 0 0 1 0-7M11.5 4.5a5 5 0 0 1 0 7',
  rejected: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM3.8 3.8l8.4 8.4',
  ingestion: 'M8 2v7M5 6.5L8 9.5l3-3M2.5 11v2.5h11V11',
  flags: 'M3.5 14V2.5M3.5 3h8.5l-2 3 2 3H3.5',
  experiments: 'M6 2.5h4M7 2.5v4L3 13.5h10L9 6.5v-4M5 10.5h6',
  jobs: 'M13.5 8a5.5 5.5 0 1 1-1.6-3.9M13.5 2v3h-3',
  privacy: 'M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4z',
  dashboards: 'M2.5 2.5h4.5v6H2.5zM9 2.5h4.5v3.5H9zM9 8.5h4.5v5H9zM2.5 11h4.5v2.5H2.5z',
  cohorts: 'M6 8a3 3 0 1 0 0-.1M10.5 11a3.5 3.5 0 1 0 0-7',
  goals: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 8v.1',
  settings: 'M2 5h7M12 5h2M10.5 6.5v-3M2 11h2M7 11h7M5.5 12.5v-3',
  start: 'M5.5 5L2.5 8l3 3M10.5 5l3 3-3 3',
  light: 'M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM8 2v1M8 13v1M2 8h1M13 8h1M3.8 3.8l.7.7M11.5 11.5l.7.7M3.8 12.2l.7-.7M11.5 4.5l.7-.7',
  dark: 'M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  close: 'M4 4l8 8M12 4l-8 8',
  calendar: 'M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5V5M10.5 2.5V5',
  plus: 'M8 3v10M3 8h10',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  download: 'M8 2.5v8M5 7.5l3 3 3-3M3 13.5h10',
  out: 'M9.5 3h-6v10h6M7 8h7M11.5 5.5L14 8l-2.5 2.5',
  down: 'M4 6.5l4 4 4-4',
};

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
