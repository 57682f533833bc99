/** One flag: for whom, what it answers, how to ask it, what became of it. */

import { Button, Modal, Tabs } from '@mantine/core';
import { useState } from 'react';
import { type Flag, FLAGS, changeFlag, removeFlag, useFlag } from '../../api/flags';
import { isAdmin, useViewer } from '../../api/viewer';
import { PageHead } from '../../ui/PageHead';
import { Panel } from '../../ui/Panel';
import { Await } from '../../ui/states';
import { useAction } from '../../ui/useAction';
import { setParams, useParams } from '../../url/params';
import { Link, navigate } from '../../url/router';
import settings from '../settings/Settings.module.css';
import { FlagForm } from './FlagForm';
import { History } from './History';
import { Snippets } from './Snippets';
import { Tester } from './Tester';

const TABS = [
  { name: 'for', label: 'Who gets it', show: ({ flag }: { flag: Flag }) => <FlagForm key={flag.version} flag={flag} /> },
  { name: 'test', label: 'Test', show: Tester },
  { name: 'code', label: 'Code', show: Snippets },
  { name: 'history', label: 'History', show: History },
];

function Remove({ flag, close }: { flag: Flag; close: () => void }) {
  const { busy, wrong, run } = useAction([FLAGS]);
  const go = () => void run(() => removeFlag(flag.id)).then((done) => done && navigate('/flags'));
  return (
    <>
      <p className={settings.note}>Whoever asks for {flag.key} is told that there is no such flag. To only put it away, archive it.</p>
      {wrong && <p role="alert" className={settings.wrong}>{wrong}</p>}
      <div className={settings.actions}>
        <Button size="xs" variant="default" onClick={close}>Cancel</Button>
        <Button size="xs" color="red.9" loading={busy} onClick={go}>Remove</Button>
      </div>
    </>
  );
}

function Acts({ flag }: { flag: Flag }) {
  const { busy, wrong, run } = useAction([FLAGS]);
  const [removing, setRemoving] = useState(false);
  return (
    <>
      {wrong && <span role="alert" className={settings.wrong}>{wrong}</span>}
      <Button size="xs" variant="default" loading={busy} onClick={() => void run(() => changeFlag(flag.id, { archived: !flag.archived, version: flag.version }))}>{flag.archived ? 'Bring back' : 'Archive'}</Button>
      {flag.archived && <Button size="xs" variant="default" onClick={() => setRemoving(true)}>Remove</Button>}
      <Modal opened={removing} onClose={() => setRemoving(false)} title="Remove this flag?" closeButtonProps={{ 'aria-label': 'Close' }}>
        <Remove flag={flag} close={() => setRemoving(false)} />
      </Modal>
    </>
  );
}

export const stateOf = (flag: Flag) => (flag.archived ? 'archived' : flag.active ? 'on' : 'off');

function Existing({ id }: { id: string }) {
  const flag = useFlag(id);
  const asked = useParams().get('tab');
  const admin = isAdmin(useViewer());
  const shown = TABS.find((one) => one.name === asked)?.name ?? 'for';
  return (
    <>
      <PageHead title={flag.data?.key ?? 'Feature flag'} note={<><Link to="/flags" className="muted">All flags</Link>{flag.data && ` · ${stateOf(flag.data)}`}</>} range={null} filters={false}>
        {flag.data && admin && <Acts flag={flag.data} />}
      </PageHead>
      <Await of={{ ...flag, isPlaceholderData: false }} height={480}>
        {(found) => (
          <Tabs value={shown} onChange={(next) => setParams({ tab: next === 'for' ? null : next })} keepMounted={false}>
            <Tabs.List mb={16} aria-label="About this flag" style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }}>
              {TABS.map((one) => <Tabs.Tab key={one.name} value={one.name}>{one.label}</Tabs.Tab>)}
            </Tabs.List>
            {TABS.map(({ name, show: Show }) => <Tabs.Panel key={name} value={name}><Show flag={found} /></Tabs.Panel>)}
          </Tabs>
        )}
      </Await>
    </>
  );
}

export function FlagPage({ id }: { id: string }) {
  const admin = isAdmin(useViewer());
  if (id !== 'new') return <Existing id={id} />;
  return (
    <>
      <PageHead title="New flag" note={<Link to="/flags" className="muted">All flags</Link>} range={null} filters={false} />
      {admin ? <FlagForm flag={null} /> : <Panel>Only admins may make flags.</Panel>}
    </>
  );
}
