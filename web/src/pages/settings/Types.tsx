/** Which events count as what. */

import { TagsInput } from '@mantine/core';
import { useState } from 'react';
import type { Settings } from '../../api/admin';
import { useEventNames } from '../../api/names';
import { OfSettings, SettingsForm } from './SettingsForm';
import classes from './Settings.module.css';

const LABELS: Record<string, [label: string, note: string]> = {
  page_view: ['Page views', 'The overview counts them'],
  screen_view: ['Screen views', 'Views of apps; they count as page views do'],
  content_view: ['Content views', 'Somebody looked at a piece of content'],
  engagement: ['Engagement', 'Likes, comments, shares and the like'],
  error: ['Errors', 'The page Errors groups them'],
  performance: ['Performance', 'The page Performance measures them'],
  purchase: ['Purchases', 'The page Revenue sums them up'],
  sign_up: ['Sign-ups', 'Somebody became a user'],
};

function Fields({ settings }: { settings: Settings }) {
  const [types, setTypes] = useState(settings.classes ?? {});
  const [kinds, setKinds] = useState(settings.flags?.group_kinds ?? []);
  const events = useEventNames();
  return (
    <SettingsForm change={{ classes: types, ...(settings.flags && { flags: { group_kinds: kinds } }) }}>
      <h2 className={classes.sub} style={{ marginTop: 0 }}>Which events count as</h2>
      {Object.entries(types).map(([key, list]) => (
        <TagsInput key={key} label={LABELS[key]?.[0] ?? key} description={LABELS[key]?.[1]} data={events} value={list} onChange={(next) => setTypes({ ...types, [key]: next })} />
      ))}
      {settings.flags && (
        <>
          <h2 className={classes.sub}>Groups</h2>
          <TagsInput label="Kinds of groups" description="In the order of their numbers, for flags that are for groups" placeholder={kinds.length === 0 ? 'company' : undefined} value={kinds} onChange={setKinds} />
        </>
      )}
    </SettingsForm>
  );
}

export const Types = () => <OfSettings label="Events">{(settings) => <Fields settings={settings} />}</OfSettings>;
