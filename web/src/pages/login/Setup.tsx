/** Redeems an invitation: the first owner, a new member, a forgotten password. */

import { Button, PasswordInput, Skeleton, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type Invitation, useInvitation } from '../../api/admin';
import { Problem, post, saveKey } from '../../api/client';
import { type Viewer, useEntrance } from '../../api/viewer';
import { Link, navigate } from '../../url/router';
import { reason } from './Login';
import classes from './Login.module.css';

const TITLES: Record<Invitation['purpose'], string> = { owner: 'Set up TrackFlow', invite: 'Join TrackFlow', reset: 'Choose a new password' };
const LEAST = 10;

function Form({ token, invitation }: { token: string; invitation: Invitation }) {
  const { enter } = useEntrance();
  const [email, setEmail] = useState(invitation.email ?? '');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const reset = invitation.purpose === 'reset';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setWrong(null);
    try {
      saveKey(null);
      const viewer = await post<Viewer>('/api/v1/auth/setup', { token, email, name, password });
      enter(viewer);
      navigate(invitation.purpose === 'owner' ? '/start' : '/', { replace: true });
    } catch (error) {
      setWrong(reason(error));
      setBusy(false);
    }
  };
  return (
    <form className={classes.card} onSubmit={(event) => void submit(event)}>
      <h1 className={classes.title}><img src="/app/icon.svg" width="24" height="24" alt="" /> {TITLES[invitation.purpose]}</h1>
      <TextInput label="Email" type="email" autoComplete="username" required readOnly={invitation.email !== null} value={email} onChange={(e) => setEmail(e.currentTarget.value)} />
      {!reset && <TextInput label="Your name" autoComplete="name" required value={name} onChange={(e) => setName(e.currentTarget.value)} />}
      <PasswordInput label="Password" description={`At least ${LEAST} characters`} autoComplete="new-password" required minLength={LEAST} value={password}
        onChange={(e) => setPassword(e.currentTarget.value)} error={wrong} visibilityToggleButtonProps={{ 'aria-label': 'Show it' }} />
      <Button type="submit" loading={busy} disabled={password.length < LEAST || email === ''}>{reset ? 'Save and log in' : 'Continue'}</Button>
    </form>
  );
}

export function Setup({ token }: { token: string }) {
  const invitation = useInvitation(token);
  const gone = invitation.error instanceof Problem && invitation.error.status >= 400 && invitation.error.status < 500;
  return (
    <main className={classes.page}>
      {invitation.data ? <Form token={token} invitation={invitation.data} /> : invitation.error ? (
        <div className={classes.card}>
          <h1 className={classes.title}>{gone ? 'This link is no longer valid' : 'The link could not be checked'}</h1>
          <p className={classes.text}>{gone ? 'It was used already, or its time is over. Ask for another one.' : invitation.error.message}</p>
          <Link to="/">Log in</Link>
        </div>
      ) : <div className={classes.card}><Skeleton height={280} /></div>}
    </main>
  );
}
