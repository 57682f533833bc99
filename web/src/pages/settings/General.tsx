/** Name, time zone, first day of the week. */

import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Settings } from '../../api/admin';
import { OfSettings, SettingsForm } from './SettingsForm';

function zones(current: string): string[] {
  const all = Intl.supportedValuesOf('timeZone');
  return [...new Set(['UTC', current, ...all])];
}

function Fields({ settings }: { settings: Settings }) {
  const [name, setName] = useState(settings.name);
  const [zone, setZone] = useState(settings.time_zone);
  const [week, setWeek] = useState(settings.week_start);
  return (
    <SettingsForm change={{ name, time_zone: zone, week_start: week }}>
      <TextInput label="Name" required value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <Select label="Time zone" description="Of dates, buckets and everything shown here" searchable allowDeselect={false} data={zones(zone)} value={zone} onChange={(next) => setZone(next ?? zone)} limit={60} />
      <Select label="A week begins on" allowDeselect={false} value={week} onChange={(next) => setWeek(next ?? week)}
        data={[{ value: 'monday', label: 'Monday' }, { value: 'sunday', label: 'Sunday' }, { value: 'saturday', label: 'Saturday' }]} />
    </SettingsForm>
  );
}

export const General = () => <OfSettings label="General">{(settings) => <Fields settings={settings} />}</OfSettings>;
