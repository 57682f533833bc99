/** What can be set, section by section. */

import { Tabs } from '@mantine/core';
import { isAdmin, useViewer } from '../../api/viewer';
import { PageHead } from '../../ui/PageHead';
import { navigate } from '../../url/router';
import { Audit } from './Audit';
import { Collecting } from './Collecting';
import { General } from './General';
import { Keeping } from './Keeping';
import { Keys } from './Keys';
import { Password } from './Password';
import { Types } from './Types';
import { Users } from './Users';

const OF_ALL = [
  { name: 'general', label: 'General', show: General },
  { name: 'events', label: 'Events', show: Types },
  { name: 'collecting', label: 'Collecting', show: Collecting },
  { name: 'retention', label: 'Retention', show: Keeping },
];
const OF_ADMINS = [
  { name: 'keys', label: 'Keys', show: Keys },
  { name: 'users', label: 'Users', show: Users },
  { name: 'audit', label: 'Audit log', show: Audit },
];
const OWN = { name: 'password', label: 'Your password', show: Password };

export function Settings({ section }: { section: string }) {
  const viewer = useViewer();
  const sections = [...OF_ALL, ...(isAdmin(viewer) ? OF_ADMINS : []), ...(viewer.user ? [OWN] : [])];
  const shown = sections.find((one) => one.name === section)?.name ?? 'general';
  return (
    <>
      <PageHead title="Settings" range={null} filters={false} />
      <Tabs value={shown} onChange={(next) => navigate(next === 'general' ? '/settings' : `/settings/${next}`)} keepMounted={false}>
        <Tabs.List mb={16} aria-label="Sections" style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }}>
          {sections.map((one) => <Tabs.Tab key={one.name} value={one.name}>{one.label}</Tabs.Tab>)}
        </Tabs.List>
        {sections.map(({ name, show: Show }) => <Tabs.Panel key={name} value={name}><Show /></Tabs.Panel>)}
      </Tabs>
    </>
  );
}
