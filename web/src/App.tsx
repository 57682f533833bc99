/** Lets people in, and shows the page of the address. */

import { Suspense, lazy, useEffect } from 'react';
import { Problem } from './api/client';
import { ViewerProvider, useDoor } from './api/viewer';
import { Login } from './pages/login/Login';
import { Overview } from './pages/overview/Overview';
import { Shell } from './ui/Shell';
import { Failure, PageSkeleton } from './ui/states';
import { useParams } from './url/params';
import { Link, usePath } from './url/router';

const Insights = lazy(() => import('./pages/insights/Insights').then((m) => ({ default: m.Insights })));
const Events = lazy(() => import('./pages/events/Events').then((m) => ({ default: m.Events })));
const People = lazy(() => import('./pages/people/People').then((m) => ({ default: m.People })));
const Profile = lazy(() => import('./pages/people/Profile').then((m) => ({ default: m.Profile })));
const Sessions = lazy(() => import('./pages/sessions/Sessions').then((m) => ({ default: m.Sessions })));
const Errors = lazy(() => import('./pages/errors/Errors').then((m) => ({ default: m.Errors })));
const Performance = lazy(() => import('./pages/performance/Performance').then((m) => ({ default: m.Performance })));
const Revenue = lazy(() => import('./pages/revenue/Revenue').then((m) => ({ default: m.Revenue })));
const Live = lazy(() => import('./pages/live/Live').then((m) => ({ default: m.Live })));
const Start = lazy(() => import('./pages/start/Start').then((m) => ({ default: m.Start })));
const Setup = lazy(() => import('./pages/login/Setup').then((m) => ({ default: m.Setup })));
const Settings = lazy(() => import('./pages/settings/Settings').then((m) => ({ default: m.Settings })));
const Flags = lazy(() => import('./pages/flags/Flags').then((m) => ({ default: m.Flags })));
const FlagPage = lazy(() => import('./pages/flags/FlagPage').then((m) => ({ default: m.FlagPage })));
const Jobs = lazy(() => import('./pages/admin/Jobs').then((m) => ({ default: m.Jobs })));
const Privacy = lazy(() => import('./pages/privacy/Privacy').then((m) => ({ default: m.Privacy })));
const Rejected = lazy(() => import('./pages/admin/Rejected').then((m) => ({ default: m.Rejected })));
const Ingestion = lazy(() => import('./pages/admin/Ingestion').then((m) => ({ default: m.Ingestion })));

function NoPage() {
  return (
    <main>
      <h1>There is no such page</h1>
      <Link to="/">Go to the overview</Link>
    </main>
  );
}

function Page({ path }: { path: string }) {
  const [, first = '', rest] = path.split('/');
  if (first === 'people' && rest) return <Profile id={decodeURIComponent(path.slice('/people/'.length))} />;
  if (first === 'settings') return <Settings section={rest ?? 'general'} />;
  if (first === 'flags' && rest) return <FlagPage key={rest} id={decodeURIComponent(rest)} />;
  if (rest !== undefined) return <NoPage />;
  switch (first) {
    case '': return <Overview />;
    case 'insights': return <Insights />;
    case 'events': return <Events />;
    case 'people': return <People />;
    case 'sessions': return <Sessions />;
    case 'errors': return <Errors />;
    case 'performance': return <Performance />;
    case 'revenue': return <Revenue />;
    case 'live': return <Live />;
    case 'start': return <Start />;
    case 'flags': return <Flags />;
    case 'jobs': return <Jobs />;
    case 'privacy': return <Privacy />;
    case 'rejected': return <Rejected />;
    case 'ingestion': return <Ingestion />;
    default: return <NoPage />;
  }
}

export function App() {
  const path = usePath();
  const token = useParams().get('token');
  const door = useDoor();
  useEffect(() => {
    const name = path.split('/')[1] ?? '';
    document.title = name === '' ? 'Overview · TrackFlow' : `${name.charAt(0).toUpperCase()}${name.slice(1)} · TrackFlow`;
  }, [path]);

  if (path === '/setup' && token !== null) return <Suspense fallback={null}><Setup token={token} /></Suspense>;
  if (door.isError) {
    const error = door.error instanceof Problem ? door.error : new Problem(0, 'unknown', String(door.error));
    return <main style={{ maxWidth: 480, margin: '20vh auto', padding: 16 }}><Failure error={error} again={() => void door.refetch()} /></main>;
  }
  if (door.data === undefined) return null;
  if (door.data.viewer === null) return <Login passwords={door.data.passwords} />;
  return (
    <ViewerProvider viewer={door.data.viewer}>
      <Shell path={path}>
        <Suspense fallback={<PageSkeleton />}>
          <Page path={path} />
        </Suspense>
      </Shell>
    </ViewerProvider>
  );
}
