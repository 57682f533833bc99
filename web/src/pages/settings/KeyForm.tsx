/** A new key: what for, what it may, until when. */

import { Button, Checkbox, SegmentedControl, Select, TagsInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { makeKey } from '../../api/admin';
import { useAction } from '../../ui/useAction';
import classes from './Settings.module.css';

const SCOPES = ['read', 'write', 'admin'];

export function KeyForm({ made }: { made: (text: string) => void }) {
  const [name, setName] = useState('');
  const [kind, setKind] = useState<'write' | 'secret'>('write');
  const [scopes, setScopes] = useState<string[]>(['read']);
  const [days, setDays] = useState('0');
  const [origins, setOrigins] = useState<string[]>([]);
  const { busy, wrong, run } = useAction(['keys']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const expires_at = days === '0' ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
    void run(async () => made((await makeKey({ name, kind, expires_at, ...(kind === 'secret' ? { scopes } : { origins }) })).text));
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput label="Name" placeholder="What it is for" required data-autofocus value={name} onChange={(e) => setName(e.currentTarget.value)} />
      <SegmentedControl aria-label="Kind" value={kind} data={[{ value: 'write', label: 'Write: sends events' }, { value: 'secret', label: 'Secret: asks and manages' }]}
        onChange={(next) => setKind(next as 'write' | 'secret')} />
      {kind === 'secret' && (
        <Checkbox.Group label="It may" value={scopes} onChange={setScopes}>
          <div className={classes.row} style={{ marginTop: 6 }}>{SCOPES.map((scope) => <Checkbox key={scope} size="xs" value={scope} label={scope} />)}</div>
        </Checkbox.Group>
      )}
      {kind === 'write' && <TagsInput label="Only from these origins" placeholder="https://example.com" description="Any, when there is none" value={origins} onChange={setOrigins} />}
      <Select label="Expires" allowDeselect={false} value={days} onChange={(next) => setDays(next ?? '0')}
        data={[{ value: '0', label: 'Never' }, { value: '30', label: 'In 30 days' }, { value: '90', label: 'In 90 days' }, { value: '365', label: 'In a year' }]} />
      {wrong && <p role="alert" className={classes.wrong}>{wrong}</p>}
      <Button type="submit" size="xs" loading={busy} disabled={name.trim() === '' || scopes.length === 0}>Make the key</Button>
    </form>
  );
}
