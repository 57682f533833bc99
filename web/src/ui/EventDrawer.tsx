/** Everything that is known of one event. */

import { Button, Drawer } from '@mantine/core';
import type { TrackedEvent } from '../api/answer';
import { useZone } from '../api/viewer';
import { minute } from '../format/time';
import { value } from '../format/value';
import { navigate } from '../url/router';
import { type Condition, writeCondition } from '../url/filters';
import { Facts } from './Facts';

const HIDDEN = new Set(['properties', 'event_id', 'event_type', 'timestamp', 'tenant_id', 'flags', 'distinct_id']);

function sameKind(event: TrackedEvent): void {
  navigate(`/events?event=${encodeURIComponent(event.event_type)}`);
}

function sameSession(id: string): void {
  const condition: Condition = { subject: { of: 'field', name: 'session_id' }, op: 'is', values: [id] };
  navigate(`/events?range=90d&f=${encodeURIComponent(writeCondition(condition))}`);
}

function Body({ event, close }: { event: TrackedEvent; close: () => void }) {
  const zone = useZone();
  const fields = Object.entries(event).filter(([name, of]) => !HIDDEN.has(name) && of !== null && of !== '');
  const session = typeof event.session_id === 'string' ? event.session_id : null;
  const go = (where: () => void) => () => { close(); where(); };
  return (
    <>
      <p className="muted" style={{ margin: '0 0 12px', fontSize: 13 }}>{minute(event.timestamp, zone)} ({zone})</p>
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginBottom: 16 }}>
        {event.distinct_id && <Button size="compact-sm" variant="default" onClick={go(() => navigate(`/people/${encodeURIComponent(event.distinct_id ?? '')}`))}>Person</Button>}
        {session && <Button size="compact-sm" variant="default" onClick={go(() => sameSession(session))}>Events of the session</Button>}
        <Button size="compact-sm" variant="default" onClick={go(() => sameKind(event))}>Events like this</Button>
      </div>
      <Facts title="Properties" facts={Object.entries(event.properties).map(([name, of]) => [name, value(of)])} none="No properties" />
      <Facts title="Fields" facts={[['event_id', event.event_id], ...(event.distinct_id ? [['distinct_id', event.distinct_id] as [string, string]] : []), ...fields.map(([name, of]): [string, string] => [name, value(of)])]} />
    </>
  );
}

export function EventDrawer({ event, close }: { event: TrackedEvent | null; close: () => void }) {
  return (
    <Drawer opened={event !== null} onClose={close} position="right" size={460} title={event?.event_type} closeButtonProps={{ 'aria-label': 'Close' }}>
      {event && <Body event={event} close={close} />}
    </Drawer>
  );
}
