/** How events are taken, and what is kept of a person. */

import { Select, Switch } from '@mantine/core';
import { useState } from 'react';
import type { Settings } from '../../api/admin';
import { isAdmin, useViewer } from '../../api/viewer';
import { Link } from '../../url/router';
import { OfSettings, SettingsForm } from './SettingsForm';
import classes from './Settings.module.css';

const BOTS = [
  { value: 'refuse', label: 'Refuse them' },
  { value: 'mark', label: 'Take and mark them' },
  { value: 'take', label: 'Take them like any other' },
];

const ADDRESSES: { value: string; label: string; note: string }[] = [
  { value: 'truncated', label: 'Without its end', note: 'The last byte of IPv4 and the last 80 bits of IPv6 are dropped' },
  { value: 'hashed', label: 'Hashed', note: 'With a key that changes every day and is then destroyed' },
  { value: 'none', label: 'Nothing', note: 'No address is kept' },
  { value: 'full', label: 'All of it', note: 'The whole address is kept with each event' },
];

function Fields({ settings }: { settings: Settings }) {
  const admin = isAdmin(useViewer());
  const [capture, setCapture] = useState(settings.capture ?? { bots: 'refuse', cookieless: true, consent_required: false });
  const [ip, setIp] = useState(settings.privacy?.ip ?? 'truncated');
  return (
    <SettingsForm change={{ capture, privacy: { ip } }}>
      <h2 className={classes.sub} style={{ marginTop: 0 }}>What is taken</h2>
      <Select label="Events of known crawlers" allowDeselect={false} data={BOTS} value={capture.bots} onChange={(bots) => setCapture({ ...capture, bots: bots ?? capture.bots })} />
      <Switch label="Visitors without an id get one that lasts a day" description="No cookie is set. Without it a visitor is a session" checked={capture.cookieless} onChange={(event) => setCapture({ ...capture, cookieless: event.currentTarget.checked })} />
      <Switch label="Only events of persons who said yes" description="Without it, only those of persons who said no are refused" checked={capture.consent_required} onChange={(event) => setCapture({ ...capture, consent_required: event.currentTarget.checked })} />
      <h2 className={classes.sub}>What is kept of a person</h2>
      <Select label="Addresses (IP)" description={ADDRESSES.find((one) => one.value === ip)?.note} allowDeselect={false} data={ADDRESSES.map(({ value, label }) => ({ value, label }))} value={ip} onChange={(next) => setIp(next ?? ip)} />
      {admin && <p className={classes.note} style={{ margin: 0 }}>Single persons are erased, and their consent is kept, under <Link to="/privacy">Privacy</Link>.</p>}
    </SettingsForm>
  );
}

export const Collecting = () => <OfSettings label="Collecting">{(settings) => <Fields settings={settings} />}</OfSettings>;
