/** Some fields of the settings, and the button that saves them. */

import { Button } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type Settings, saveSettings, useSettings } from '../../api/admin';
import { isAdmin, useViewer } from '../../api/viewer';
import { Panel } from '../../ui/Panel';
import { Await } from '../../ui/states';
import { useAction } from '../../ui/useAction';
import classes from './Settings.module.css';

interface Props {
  /** What is sent. */
  change: Partial<Settings>;
  children: ReactNode;
  /** Asked before it is saved; null where nothing is to be asked. */
  warning?: ReactNode;
}

export function SettingsForm({ change, children, warning }: Props) {
  const [saved, setSaved] = useState<string | null>(null);
  const { busy, wrong, run } = useAction(['settings', 'door', 'ask']);
  const locked = !isAdmin(useViewer());
  const text = JSON.stringify(change);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSaved((await run(() => saveSettings(change))) ? text : null);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <fieldset disabled={locked} className={classes.form}>
        {children}
        {warning}
        {wrong && <p role="alert" className={classes.wrong}>{wrong}</p>}
        <div className={classes.row}>
          <Button type="submit" size="xs" loading={busy}>Save</Button>
          <span role="status" className="muted">{locked ? 'Only admins may change this' : saved === text ? 'Saved' : ''}</span>
        </div>
      </fieldset>
    </form>
  );
}

export function OfSettings({ label, children }: { label: string; children: (settings: Settings) => ReactNode }) {
  const settings = useSettings();
  return (
    <Panel label={label}>
      <Await of={{ ...settings, isPlaceholderData: false }} height={320}>{children}</Await>
    </Panel>
  );
}
