/** What a person said to being measured, and what it says now. */

import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { setConsent, useConsent } from '../../api/privacy';
import { useZone } from '../../api/viewer';
import { minute } from '../../format/time';
import { Panel } from '../../ui/Panel';
import { Await } from '../../ui/states';
import { useAction } from '../../ui/useAction';
import { setParams, useParams } from '../../url/params';
import classes from './Privacy.module.css';

const ANALYTICS = 'analytics';

function Purposes({ id }: { id: string }) {
  const consent = useConsent(id);
  const zone = useZone();
  const { busy, wrong, run } = useAction(['consent']);
  const say = (purpose: string, granted: boolean) => void run(() => setConsent(id, purpose, granted));
  return (
    <Await of={{ ...consent, isPlaceholderData: false }} height={72}>
      {({ purposes }) => (
        <>
          <ul className={classes.purposes}>
            {[...new Set([ANALYTICS, ...Object.keys(purposes)])].map((purpose) => {
              const said = purposes[purpose];
              return (
                <li key={purpose}>
                  <b style={{ fontWeight: 500 }}>{purpose}</b>
                  <span role="status">{said ? `${said.granted ? 'said yes' : 'said no'}, ${minute(said.at, zone)}` : 'said nothing'}</span>
                  <span className={classes.row} style={{ marginLeft: 'auto' }}>
                    <Button size="compact-xs" variant="default" disabled={busy || said?.granted === true} onClick={() => say(purpose, true)}>Yes</Button>
                    <Button size="compact-xs" variant="default" disabled={busy || said?.granted === false} onClick={() => say(purpose, false)}>No</Button>
                  </span>
                </li>
              );
            })}
          </ul>
          {wrong && <p role="alert" className={classes.wrong}>{wrong}</p>}
        </>
      )}
    </Await>
  );
}

export function ConsentForm() {
  const shown = useParams().get('consent') ?? '';
  const [id, setId] = useState(shown);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setParams({ consent: id.trim() || null });
  };
  return (
    <Panel title="Consent">
      <form className={classes.form} onSubmit={submit} style={{ marginBottom: 16 }}>
        <TextInput label="Distinct id" description="Events of whoever said no to analytics are refused" required value={id} onChange={(event) => setId(event.currentTarget.value)} />
        <div><Button type="submit" size="xs" variant="default" disabled={id.trim() === ''}>Look up</Button></div>
      </form>
      {shown !== '' && <Purposes id={shown} />}
    </Panel>
  );
}
