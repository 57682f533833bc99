/** A link with which somebody becomes a user. */

import { Button, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type OnceLink, invite } from '../../api/admin';
import { useZone } from '../../api/viewer';
import { minute } from '../../format/time';
import { Code } from '../../ui/Code';
import { useAction } from '../../ui/useAction';
import classes from './Settings.module.css';

export const ROLES = ['owner', 'admin', 'analyst', 'viewer'];

export function LinkToSend({ email, link }: { email: string; link: OnceLink }) {
  const zone = useZone();
  return (
    <>
      <p className={classes.note}>Send this link to {email}. It works once, until {minute(link.expires_at, zone)}.</p>
      <Code text={link.link} label="The link" />
    </>
  );
}

export function InviteForm() {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState('analyst');
  const [made, setMade] = useState<OnceLink | null>(null);
  const { busy, wrong, run } = useAction(['users']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => setMade(await invite(email, role)));
  };
  if (made) return <LinkToSend email={email} link={made} />;
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput label="Email" type="email" required data-autofocus value={email} onChange={(e) => setEmail(e.currentTarget.value)} />
      <Select label="Role" allowDeselect={false} data={ROLES} value={role} onChange={(next) => setRole(next ?? role)}
        description="Viewers look, analysts also keep questions, admins change settings, keys and users" />
      {wrong && <p role="alert" className={classes.wrong}>{wrong}</p>}
      <Button type="submit" size="xs" loading={busy} disabled={email === ''}>Make a link</Button>
    </form>
  );
}
