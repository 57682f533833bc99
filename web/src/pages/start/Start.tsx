/** How to send events, and the first of them as they arrive. */

import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EventsResult, TrackedEvent } from '../../api/answer';
import { useAnswer } from '../../api/ask';
import { ago } from '../../format/time';
import { Code } from '../../ui/Code';
import { EventDrawer } from '../../ui/EventDrawer';
import { EventTable } from '../../ui/EventTable';
import { PageHead } from '../../ui/PageHead';
import { Panel } from '../../ui/Panel';
import { Empty } from '../../ui/states';
import { setParams, useParams } from '../../url/params';
import { Link } from '../../url/router';

const KEY = 'tf_w_YOUR_WRITE_KEY';

interface Snippet {
  name: string;
  label: string;
  text: (origin: string) => string;
}

const SNIPPETS: Snippet[] = [
  {
    name: 'page', label: 'Web page',
    text: (origin) => `<script>
  fetch('${origin}/apiv1/events', {
    method: 'POST',
    keepalive: true,
    headers: { 'Content-Type': 'application/json', 'X-API-Key': '${KEY}' },
    body: JSON.stringify({
      event_type: 'page_view',
      properties: { page: location.href, referrer: document.referrer },
    }),
  });
</script>`,
  },
  {
    name: 'shell', label: 'Command line',
    text: (origin) => `curl ${origin}/apiv1/events \\
  -H 'Content-Type: application/json' -H 'X-API-Key: ${KEY}' \\
  -d '{"event_type":"signup","user_id":"ada","properties":{"plan":"pro"}}'`,
  },
  {
    name: 'node', label: 'Node',
    text: (origin) => `await fetch('${origin}/apiv1/events', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'X-API-Key': '${KEY}' },
  body: JSON.stringify({ event_type: 'signup', user_id: 'ada', properties: { plan: 'pro' } }),
});`,
  },
  {
    name: 'python', label: 'Python',
    text: (origin) => `import json, urllib.request

event = {"event_type": "signup", "user_id": "ada", "properties": {"plan": "pro"}}
urllib.request.urlopen(urllib.request.Request(
    "${origin}/apiv1/events",
    data=json.dumps(event).encode(),
    headers={"Content-Type": "application/json", "X-API-Key": "${KEY}"},
))`,
  },
];

const TRACKER: Snippet['text'] = (origin) => `<script defer src="${origin}/trackflow.js" data-key="${KEY}"></script>`;

/** Whether the server hands out the tracker itself. */
function useTracker(): boolean {
  const found = useQuery({
    queryKey: ['tracker'],
    queryFn: async ({ signal }) => {
      const answer = await fetch('/trackflow.js', { method: 'HEAD', signal });
      return answer.ok && (answer.headers.get('content-type') ?? '').includes('javascript');
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return found.data ?? false;
}

export function Start() {
  const tracker = useTracker();
  const asked = useParams().get('with');
  const shown = SNIPPETS.find((one) => one.name === asked)?.name ?? 'page';
  const [open, setOpen] = useState<TrackedEvent | null>(null);
  const answer = useAnswer<EventsResult>({ kind: 'events', range: { last: '24h' }, limit: 5 }, { every: 2000 });
  const events = answer.data?.result.events ?? [];
  const last = events[0];
  return (
    <>
      <PageHead title="Send events" range={null} filters={false} />
      <Panel title="1. Send one">
        <Tabs value={shown} onChange={(next) => setParams({ with: next === 'page' ? null : next }, { replace: true })}>
          <Tabs.List mb={12} aria-label="Send it with">
            {SNIPPETS.map((one) => <Tabs.Tab key={one.name} value={one.name}>{one.label}</Tabs.Tab>)}
          </Tabs.List>
          {SNIPPETS.map((one) => (
            <Tabs.Panel key={one.name} value={one.name}><Code text={(one.name === 'page' && tracker ? TRACKER : one.text)(location.origin)} label={`Example for ${one.label}`} /></Tabs.Panel>
          ))}
        </Tabs>
        <p className="muted" style={{ margin: '12px 0 0', fontSize: 13 }}>
          Only <code>event_type</code> is required. Put your write key in place of <code>{KEY}</code>; everything else is in the <a href="/docs">API documentation</a>.
        </p>
      </Panel>
      <Panel flush title="2. See it arrive" actions={<span className="muted" style={{ fontSize: 13, paddingRight: 8 }} role="status">{last ? `last event ${ago(last.received_at ?? last.timestamp, answer.dataUpdatedAt)}` : 'waiting for the first event'}</span>}>
        <div style={{ minHeight: 220 }}>
          {events.length === 0 ? <Empty title="Waiting for an event" height={220}>It is shown here within two seconds.</Empty> : <EventTable events={events} open={setOpen} />}
        </div>
      </Panel>
      {last && <p style={{ fontSize: 13 }}><Link to="/">Go to the overview</Link></p>}
      <EventDrawer event={open} close={() => setOpen(null)} />
    </>
  );
}
