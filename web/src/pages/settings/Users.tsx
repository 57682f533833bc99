/** Who may look and who may change what. */

import { Button, Modal, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type Member, changeUser, invite, removeUser, useUsers } from '../../api/admin';
import { useViewer, useZone } from '../../api/viewer';
import { minute } from '../../format/time';
import { Code } from '../../ui/Code';
import { type Column, DataTable } from '../../ui/DataTable';
import { Panel } from '../../ui/Panel';
import { Await } from '../../ui/states';
import { useAction } from '../../ui/useAction';
import classes from './Settings.module.css';

const ROLES = ['owner', 'admin', 'member', 'viewer'];

function InviteForm() {
  const zone = useZone();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState('member');
  const [made, setMade] = useState<{ link: string; expires_at: string } | null>(null);
  const { busy, wrong, run } = useAction(['users']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => setMade(await invite(email, role)));
  };
  if (made) {
    return (
      <>
        <p className={classes.note}>Send this link to {email}. It works once, until {minute(made.expires_at, zone)}.</p>
        <Code text={new URL(made.link, location.origin).href} label="The link" />
      </>
    );
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput label="Email" type="email" required data-autofocus value={email} onChange={(e) => setEmail(e.currentTarget.value)} />
      <Select label="Role" allowDeselect={false} data={ROLES.filter((one) => one !== 'owner')} value={role} onChange={(next) => setRole(next ?? role)} />
      {wrong && <p role="alert" className={classes.wrong}>{wrong}</p>}
      <Button type="submit" size="xs" loading={busy} disabled={email === ''}>Make a link</Button>
    </form>
  );
}

export function Users() {
  const users = useUsers();
  const { user } = useViewer();
  const zone = useZone();
  const [inviting, setInviting] = useState(false);
  const [leaving, setLeaving] = useState<Member | null>(null);
  const { busy, wrong, run } = useAction(['users']);
  const columns: Column<Member>[] = [
    { label: 'Name', wide: true, show: (one) => one.name || <span className="muted">invited</span> },
    { label: 'Email', wide: true, show: (one) => one.email },
    {
      label: 'Role',
      show: (one) => (one.id === user?.id ? one.role : (
        <Select size="xs" w={112} aria-label={`Role of ${one.email}`} allowDeselect={false} data={ROLES.includes(one.role) ? ROLES : [one.role, ...ROLES]} value={one.role}
          onChange={(role) => role && void run(() => changeUser(one.id, { role }))} />
      )),
    },
    { label: 'Last login', show: (one) => (one.last_login_at ? minute(one.last_login_at, zone) : <span className="muted">never</span>) },
    { label: 'Actions', numeric: true, show: (one) => one.id !== user?.id && <Button size="compact-xs" variant="subtle" color="gray" aria-label={`Remove ${one.email}`} onClick={() => setLeaving(one)}>Remove</Button> },
  ];
  return (
    <>
      {wrong && !leaving && <p role="alert" className={classes.wrong}>{wrong}</p>}
      <Panel flush title="Users" actions={<Button size="xs" mr={8} onClick={() => setInviting(true)}>Invite</Button>}>
        <Await of={{ ...users, isPlaceholderData: false }} height={240}>
          {(list) => <DataTable caption="Users" columns={columns} rows={list} id={(one) => one.id} />}
        </Await>
      </Panel>
      <Modal opened={inviting} onClose={() => setInviting(false)} title="Invite somebody" closeButtonProps={{ 'aria-label': 'Close' }}>{inviting && <InviteForm />}</Modal>
      <Modal opened={leaving !== null} onClose={() => setLeaving(null)} title="Remove this user?" closeButtonProps={{ 'aria-label': 'Close' }}>
        <p className={classes.note}>{leaving?.email} can no longer log in.</p>
        {wrong && <p role="alert" className={classes.wrong}>{wrong}</p>}
        <div className={classes.actions}>
          <Button size="xs" variant="default" onClick={() => setLeaving(null)}>Cancel</Button>
          <Button size="xs" color="red.9" loading={busy} onClick={() => leaving && void run(() => removeUser(leaving.id)).then((done) => done && setLeaving(null))}>Remove</Button>
        </div>
      </Modal>
    </>
  );
}
