/** A new password of one's own. */

import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { changePassword } from '../../api/admin';
import { Panel } from '../../ui/Panel';
import { useAction } from '../../ui/useAction';
import classes from './Settings.module.css';

const LEAST = 10;

export function Password() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [done, setDone] = useState(false);
  const { busy, wrong, run } = useAction();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const changed = await run(() => changePassword(current, next));
    setDone(changed);
    if (changed) {
      setCurrent('');
      setNext('');
    }
  };
  const eye = { visibilityToggleButtonProps: { 'aria-label': 'Show it' } };
  return (
    <Panel title="Your password">
      <form className={classes.form} onSubmit={(event) => void submit(event)}>
        <PasswordInput {...eye} label="Current password" autoComplete="current-password" required value={current} onChange={(e) => setCurrent(e.currentTarget.value)} />
        <PasswordInput {...eye} label="New password" description={`At least ${LEAST} characters`} autoComplete="new-password" required minLength={LEAST} value={next} onChange={(e) => setNext(e.currentTarget.value)} error={wrong} />
        <div className={classes.row}>
          <Button type="submit" size="xs" loading={busy} disabled={current === '' || next.length < LEAST}>Change it</Button>
          <span role="status" className="muted">{done ? 'Changed' : ''}</span>
        </div>
      </form>
    </Panel>
  );
}
