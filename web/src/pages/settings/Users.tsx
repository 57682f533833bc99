/** Who may look and who may change what. */

import { Button, Modal, Select } from '@mantine/core';
import { useState } from 'react';
import { type Invite, type Member, type OnceLink, changeUser, removeUser, resetUser, useUsers, withdraw } from '../../api/admin';
import { useViewer, useZone } from '../../api/viewer';
import { minute } from '../../format/time';
import { type Column, DataTable } from '../../ui/DataTable';
import { Panel } from '../../ui/Panel';
import { Await } from '../../ui/states';
import { useAction } from '../../ui/useAction';
import { InviteForm, LinkToSend, ROLES } from './InviteForm';
import classes from './Settings.module.css';

type Doing = { what: 'invite' } | { what: 'remove'; user: Member } | { what: 'link'; email: string; link: OnceLink } | null;

const TITLES = { invite: 'Invite somebody', remove: 'Remove this user?', link: 'Choose another password' };

function Invites({ invites }: { invites: Invite[] }) {
  const zone = useZone();
  const { wrong, run } = useAction(['users']);
  const columns: Column<Invite>[] = [
    { label: 'Email', wide: true, show: (one) => one.email },
    { label: 'Role', show: (one) => one.role },
    { label: 'Until', show: (one) => minute(one.expires_at, zone) },
    {
      label: 'Actions', numeric: true,
      show: (one) => <Button size="compact-xs" variant="subtle" color="gray" aria-label={`Withdraw the invitation of ${one.email}`} onClick={() => void run(() => withdraw(one.id))}>Withdraw</Button>,
    },
  ];
  return (
    <Panel flush title="Invitations">
      {wrong && <p role="alert" className={classes.wrong}>{wrong}</p>}
      <DataTable caption="Invitations" columns={columns} rows={invites} id={(one) => one.id} />
    </Panel>
  );
}

export function Users() {
  const users = useUsers();
  const { user } = useViewer();
  const zone = useZone();
  const [doing, setDoing] = useState<Doing>(null);
  const { busy, wrong, run } = useAction(['users']);
  const close = () => setDoing(null);
  const own = (one: Member) => one.id === user?.id;
  const columns: Column<Member>[] = [
    { label: 'Name', wide: true, show: (one) => one.name },
    { label: 'Email', wide: true, show: (one) => one.email },
    {
      label: 'Role',
      show: (one) => (own(one) ? one.role : (
        <Select size="xs" w={112} aria-label={`Role of ${one.email}`} allowDeselect={false} data={ROLES} value={one.role} onChange={(role) => role && void run(() => changeUser(one.id, { role }))} />
      )),
    },
    { label: 'Last login', show: (one) => (one.last_login_at ? minute(one.last_login_at, zone) : <span className="muted">never</span>) },
    { label: 'State', show: (one) => (one.disabled_at ? 'disabled' : 'active') },
    {
      label: 'Actions', numeric: true,
      show: (one) => !own(one) && (
        <span className={classes.actions}>
          <Button size="compact-xs" variant="subtle" color="gray" aria-label={`Reset the password of ${one.email}`} onClick={() => void run(async () => setDoing({ what: 'link', email: one.email, link: await resetUser(one.id) }))}>Reset</Button>
          <Button size="compact-xs" variant="subtle" color="gray" aria-label={`${one.disabled_at ? 'Enable' : 'Disable'} ${one.email}`} onClick={() => void run(() => changeUser(one.id, { disabled: !one.disabled_at }))}>{one.disabled_at ? 'Enable' : 'Disable'}</Button>
          <Button size="compact-xs" variant="subtle" color="gray" aria-label={`Remove ${one.email}`} onClick={() => setDoing({ what: 'remove', user: one })}>Remove</Button>
        </span>
      ),
    },
  ];
  return (
    <>
      {wrong && doing === null && <p role="alert" className={classes.wrong}>{wrong}</p>}
      <Await of={{ ...users, isPlaceholderData: false }} height={240}>
        {(found) => (
          <>
            <Panel flush title="Users" actions={<Button size="xs" mr={8} onClick={() => setDoing({ what: 'invite' })}>Invite</Button>}>
              <DataTable caption="Users" columns={columns} rows={found.users} id={(one) => String(one.id)} />
            </Panel>
            {found.invites.length > 0 && <Invites invites={found.invites} />}
          </>
        )}
      </Await>
      <Modal opened={doing !== null} onClose={close} title={doing ? TITLES[doing.what] : ''} closeButtonProps={{ 'aria-label': 'Close' }}>
        {doing?.what === 'invite' && <InviteForm />}
        {doing?.what === 'link' && <LinkToSend email={doing.email} link={doing.link} />}
        {doing?.what === 'remove' && (
          <>
            <p className={classes.note}>{doing.user.email} can no longer log in.</p>
            {wrong && <p role="alert" className={classes.wrong}>{wrong}</p>}
            <div className={classes.actions}>
              <Button size="xs" variant="default" onClick={close}>Cancel</Button>
              <Button size="xs" color="red.9" loading={busy} onClick={() => void run(() => removeUser(doing.user.id)).then((done) => done && close())}>Remove</Button>
            </div>
          </>
        )}
      </Modal>
    </>
  );
}
