// Every page, and what must be on it.
export const OPEN = [
  { name: 'overview', path: '/', has: ['Visitors', 'Bounce rate', 'Search'] },
  { name: 'overview-filtered', path: '/?range=7d&f=country~is~DE&f=device_type~is~mobile&view=table&metric=views', has: ['Country is Germany', 'Page views'] },
  { name: 'overview-empty', path: '/?from=2001-01-01&to=2001-01-02', has: ['No page views in this range'] },
  { name: 'trend', path: '/insights?s=view_item&s=purchase%7Cunique_persons', has: ['view_item', 'Total'] },
  { name: 'trend-breakdown', path: '/insights?s=page_view%7Cunique_persons&breakdown=country&draw=bars&range=7d', has: ['United States', 'Total'] },
  { name: 'funnel', path: '/insights?kind=funnel&s=view_item&s=add_to_cart&s=checkout_started&s=purchase&breakdown=device_type', has: ['went all the way', 'From previous'] },
  { name: 'retention', path: '/insights?kind=retention&s=&s=&range=14d', has: ['Day 1', 'Average'] },
  { name: 'paths', path: '/insights?kind=paths&by=page_path&range=7d', has: ['paths', 'Average time'] },
  { name: 'stickiness', path: '/insights?kind=stickiness&s=page_view&range=14d', has: ['Share'] },
  { name: 'lifecycle', path: '/insights?kind=lifecycle&range=14d', has: ['Resurrecting', 'Dormant'] },
  { name: 'events', path: '/events?range=7d', has: ['page_view', 'Properties'] },
  { name: 'people', path: '/people', has: ['Last seen', 'First seen'] },
  { name: 'sessions', path: '/sessions', has: ['Median duration', 'Entry page'] },
  { name: 'errors', path: '/errors', has: ['Kinds of errors', 'Persons that met one'] },
  { name: 'performance', path: '/performance', has: ['Largest contentful paint', 'By page', '/product/oak-chair'] },
  { name: 'revenue-empty', path: '/revenue?from=2001-01-01&to=2001-01-02', has: ['No revenue in this range'] },
  { name: 'live', path: '/live', has: ['Online in the last 5 minutes'] },
  { name: 'start', path: '/start', has: ['See it arrive', 'tf_w_YOUR_WRITE_KEY'] },
  { name: 'nowhere', path: '/nowhere', has: ['There is no such page'] },
];

/** Pages behind routes that are answered from fixtures. */
export const ADMIN = [
  { name: 'revenue', path: '/revenue', has: ['Average order', 'By currency'] },
  { name: 'settings', path: '/settings', has: ['Time zone', 'A week begins on'] },
  { name: 'keys', path: '/settings/keys', has: ['Web shop', 'expired'] },
  { name: 'users', path: '/settings/users', has: ['grace@example.com'] },
  { name: 'audit', path: '/settings/audit', has: ['settings.changed'] },
  { name: 'password', path: '/settings/password', has: ['New password'] },
  { name: 'rejected', path: '/rejected', has: ['event_type is required'] },
  { name: 'ingestion', path: '/ingestion', has: ['The books balance'] },
  { name: 'setup', path: '/setup?token=good', has: ['Set up TrackFlow'] },
];
