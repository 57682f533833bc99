/** Erases a person, once it was said twice. */

import { Button, Modal, Radio, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ERASURES, type EraseMode, erase } from '../../api/privacy';
import { Panel } from '../../ui/Panel';
import { useAction } from '../../ui/useAction';
import { setParams, useParams } from '../../url/params';
import classes from './Privacy.module.css';

const TEXTS: Record<EraseMode, string> = {
  delete: 'All events of this person, and everything that is known of it, are removed for good.',
  anonymise: 'The events stay, of a person nobody knows. Names, addresses and ids in them are removed for good.',
};

export function EraseForm() {
  const id = useParams().get('id') ?? '';
  const [mode, setMode] = useState<EraseMode>('delete');
  const [sure, setSure] = useState(false);
  const { busy, wrong, of, run } = useAction([ERASURES, 'ask', 'pages']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSure(true);
  };
  const go = async () => {
    await run(async () => {
      const receipt = await erase(id.trim(), mode);
      setParams({ id: null, receipt: String(receipt.id) });
    });
    setSure(false);
  };
  return (
    <Panel title="Erase a person">
      <form className={classes.form} onSubmit={submit}>
        <TextInput label="Any id of the person" description="All ids that are linked to it count" required value={id} error={of('distinct_id')} onChange={(event) => setParams({ id: event.currentTarget.value || null }, { replace: true })} />
        <Radio.Group aria-label="How" value={mode} onChange={(next) => setMode(next as EraseMode)}>
          <div style={{ display: 'grid', gap: 8 }}>
            <Radio size="xs" value="delete" label="Delete its events" />
            <Radio size="xs" value="anonymise" label="Keep its events, of nobody" />
          </div>
        </Radio.Group>
        {wrong && !of('distinct_id') && <p role="alert" className={classes.wrong}>{wrong}</p>}
        <div><Button type="submit" size="xs" color="red.9" disabled={id.trim() === ''}>Erase</Button></div>
      </form>
      <Modal opened={sure} onClose={() => setSure(false)} title="Erase this person?" closeButtonProps={{ 'aria-label': 'Close' }}>
        <p className={classes.note}><b>{id}</b>. {TEXTS[mode]} This cannot be taken back. Backups are not touched.</p>
        <div className={classes.actions}>
          <Button size="xs" variant="default" onClick={() => setSure(false)}>Cancel</Button>
          <Button size="xs" color="red.9" loading={busy} onClick={() => void go()}>Erase for good</Button>
        </div>
      </Modal>
    </Panel>
  );
}
