/** The receipt of an erasure, which may be kept as evidence. */

import { Button, Drawer } from '@mantine/core';
import type { Receipt } from '../../api/privacy';
import { useZone } from '../../api/viewer';
import { save } from '../../format/csv';
import { count } from '../../format/number';
import { minute } from '../../format/time';
import { Facts } from '../../ui/Facts';

export const STATES = {
  pending: 'waiting',
  hidden: 'hidden from answers, being removed',
  done: 'done',
};

const HOLDERS: Record<string, string> = { parts: 'Stored events', journal: 'Journal', people: 'Known of persons', rejected: 'Refused events', quarantine: 'Set aside' };

const named = (key: string) => key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ');

export function ReceiptDrawer({ receipt, close }: { receipt: Receipt | null; close: () => void }) {
  const zone = useZone();
  return (
    <Drawer opened={receipt !== null} onClose={close} position="right" size={400} title={receipt ? `Receipt no. ${receipt.id}` : ''} closeButtonProps={{ 'aria-label': 'Close' }}>
      {receipt && (
        <>
          <Facts title="Erasure" facts={[
            ['State', STATES[receipt.state]], ['Did', receipt.mode === 'delete' ? 'deleted' : 'anonymised'], ['Asked for', minute(receipt.requested_at, zone)],
            ['Finished', receipt.finished_at ? minute(receipt.finished_at, zone) : 'not yet'], ['Ids of the person', count(receipt.ids)],
          ]} />
          {Object.entries(receipt.holders).map(([holder, found]) => (
            <Facts key={holder} title={HOLDERS[holder] ?? named(holder)} facts={Object.entries(found).map(([what, number]) => [named(what), count(number)])} />
          ))}
          <Button mt={20} size="xs" variant="default" onClick={() => save(`erasure-${receipt.id}.json`, JSON.stringify(receipt, null, 2), 'application/json')}>Download</Button>
        </>
      )}
    </Drawer>
  );
}
