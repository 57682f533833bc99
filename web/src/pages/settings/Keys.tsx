/** The keys programs send and ask with. */

import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { type Key, revokeKey, rotateKey, useKeys } from '../../api/admin';
import { useZone } from '../../api/viewer';
import { dayOf } from '../../format/time';
import { Code } from '../../ui/Code';
import { type Column, DataTable } from '../../ui/DataTable';
import { Panel } from '../../ui/Panel';
import { Await, Empty } from '../../ui/states';
import { useAction } from '../../ui/useAction';
import { KeyForm } from './KeyForm';
import classes from './Settings.module.css';

type Doing = { what: 'make' } | { what: 'rotate' | 'revoke'; key: Key } | { what: 'made'; text: string } | null;

const TITLES = { make: 'New key', rotate: 'Rotate this key?', revoke: 'Revoke this key?', made: 'Your new key' };

function state(key: Key): string {
  if (key.revoked_at) return 'revoked';
  return key.is_live ? 'active' : 'expired';
}

function Sure({ doing, done, close }: { doing: { what: 'rotate' | 'revoke'; key: Key }; done: (next: Doing) => void; close: () => void }) {
  const { busy, wrong, run } = useAction(['keys']);
  const go = () => run(async () => {
    if (doing.what === 'revoke') {
      await revokeKey(doing.key.id);
      done(null);
    } else done({ what: 'made', text: (await rotateKey(doing.key.id)).text });
  });
  return (
    <>
      <p className={classes.note}>
        {doing.what === 'revoke' ? `Programs that use ${doing.key.name} are refused from now on.` : `${doing.key.name} gets a new text. The old one goes on for a day, so that you can put the new one in its place.`}
      </p>
      {wrong && <p role="alert" className={classes.wrong}>{wrong}</p>}
      <div className={classes.actions}>
        <Button size="xs" variant="default" onClick={close}>Cancel</Button>
        <Button size="xs" color={doing.what === 'revoke' ? 'red.9' : undefined} loading={busy} onClick={() => void go()}>{doing.what === 'revoke' ? 'Revoke' : 'Rotate'}</Button>
      </div>
    </>
  );
}

export function Keys() {
  const keys = useKeys();
  const zone = useZone();
  const [doing, setDoing] = useState<Doing>(null);
  const close = () => setDoing(null);
  const columns: Column<Key>[] = [
    { label: 'Name', wide: true, show: (key) => key.name },
    { label: 'Kind', show: (key) => key.kind },
    { label: 'May', show: (key) => <span className="muted">{key.scopes?.join(', ')}</span> },
    { label: 'Key', show: (key) => <span className="mono muted">{key.hint}</span> },
    { label: 'Made', show: (key) => dayOf(key.created_at, zone) },
    { label: 'Expires', show: (key) => (key.expires_at ? dayOf(key.expires_at, zone) : <span className="muted">never</span>) },
    { label: 'State', show: state },
    {
      label: 'Actions', numeric: true,
      show: (key) => state(key) === 'active' && (
        <span className={classes.actions}>
          <Button size="compact-xs" variant="subtle" color="gray" aria-label={`Rotate ${key.name}`} onClick={() => setDoing({ what: 'rotate', key })}>Rotate</Button>
          <Button size="compact-xs" variant="subtle" color="gray" aria-label={`Revoke ${key.name}`} onClick={() => setDoing({ what: 'revoke', key })}>Revoke</Button>
        </span>
      ),
    },
  ];
  return (
    <>
      <Panel flush title="Keys" actions={<Button size="xs" mr={8} onClick={() => setDoing({ what: 'make' })}>New key</Button>}>
        <Await of={{ ...keys, isPlaceholderData: false }} height={240}>
          {(list) => (list.length === 0 ? <Empty title="No keys yet" height={200} /> : <DataTable caption="Keys" columns={columns} rows={list} id={(key) => key.id} />)}
        </Await>
      </Panel>
      <Modal opened={doing !== null} onClose={close} title={doing ? TITLES[doing.what] : ''} closeButtonProps={{ 'aria-label': 'Close' }}>
        {doing?.what === 'make' && <KeyForm made={(text) => setDoing({ what: 'made', text })} />}
        {(doing?.what === 'rotate' || doing?.what === 'revoke') && <Sure doing={doing} done={setDoing} close={close} />}
        {doing?.what === 'made' && (
          <>
            <p className={classes.note}>It is shown this once. Keep it where it is safe.</p>
            <Code text={doing.text} label="The key" />
          </>
        )}
      </Modal>
    </>
  );
}
