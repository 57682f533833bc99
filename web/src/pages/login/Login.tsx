/** The way in: a password, or a secret key that stays in this tab. */

import { Button, PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Problem } from '../../api/client';
import { useEntrance } from '../../api/viewer';
import classes from './Login.module.css';

export function reason(error: unknown): string {
  if (!(error instanceof Problem)) return 'Something went wrong. Try again.';
  if (error.status === 401) return 'That is not right. Check it and try again.';
  if (error.status === 429) return `Too many attempts. Try again in ${error.retryAfter ?? 60} seconds.`;
  if (error.status === 0) return 'The server cannot be reached.';
  const fields = error.errors.map((one) => one.message).join('; ');
  return fields || error.message;
}

export function Login({ passwords }: { passwords: boolean }) {
  const { password: byPassword, key: byKey } = useEntrance();
  const [way, setWay] = useState(passwords ? 'password' : 'key');
  const [email, setEmail] = useState('');
  const [secret, setSecret] = useState('');
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setWrong(null);
    try {
      if (way === 'password') await byPassword(email, secret);
      else await byKey(secret.trim());
    } catch (error) {
      setWrong(reason(error));
      setBusy(false);
    }
  };
  const change = (next: string) => {
    setWay(next);
    setSecret('');
    setWrong(null);
  };

  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={(event) => void submit(event)}>
        <h1 className={classes.title}><img src="/app/icon.svg" width="24" height="24" alt="" /> Log in to TrackFlow</h1>
        {passwords && (
          <SegmentedControl fullWidth size="xs" aria-label="How to log in" value={way} onChange={change} data={[{ value: 'password', label: 'Password' }, { value: 'key', label: 'Use a secret key' }]} />
        )}
        {way === 'password' && <TextInput label="Email" type="email" autoComplete="username" required value={email} onChange={(e) => setEmail(e.currentTarget.value)} />}
        <PasswordInput
          label={way === 'password' ? 'Password' : 'Secret key'}
          description={way === 'key' ? <>It is kept in this browser tab only. <code>trackflow key new</code> makes one.</> : undefined}
          placeholder={way === 'key' ? 'tf_s_…' : undefined}
          autoComplete={way === 'password' ? 'current-password' : 'off'}
          visibilityToggleButtonProps={{ 'aria-label': 'Show it' }}
          required value={secret} onChange={(e) => setSecret(e.currentTarget.value)} error={wrong}
        />
        <Button type="submit" loading={busy} disabled={secret === ''}>Log in</Button>
      </form>
    </main>
  );
}
