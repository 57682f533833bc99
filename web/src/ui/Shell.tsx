/** Navigation beside the page; on a phone above it. */

import { ActionIcon, Burger, Drawer, Menu, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useCapabilities } from '../api/capabilities';
import { useEntrance, useViewer } from '../api/viewer';
import { carried } from '../url/params';
import { Link, useSearch } from '../url/router';
import { Icon, type IconName } from './icons';
import classes from './Shell.module.css';

interface Item {
  to: string;
  label: string;
  icon: IconName;
}

const ANALYTICS: Item[] = [
  { to: '/', label: 'Overview', icon: 'overview' },
  { to: '/insights', label: 'Insights', icon: 'insights' },
  { to: '/events', label: 'Events', icon: 'events' },
  { to: '/people', label: 'People', icon: 'people' },
  { to: '/sessions', label: 'Sessions', icon: 'sessions' },
  { to: '/errors', label: 'Errors', icon: 'errors' },
  { to: '/performance', label: 'Performance', icon: 'performance' },
  { to: '/revenue', label: 'Revenue', icon: 'revenue' },
  { to: '/live', label: 'Live', icon: 'live' },
];

const PRODUCT: Item[] = [
  { to: '/flags', label: 'Feature flags', icon: 'flags' },
];

function useAdminItems(): Item[] {
  const can = useCapabilities();
  const items: Item[] = [];
  if (can.settings) items.push({ to: '/ingestion', label: 'Ingestion', icon: 'ingestion' });
  if (can.admin) {
    items.push({ to: '/rejected', label: 'Rejected events', icon: 'rejected' });
    items.push({ to: '/jobs', label: 'Jobs', icon: 'jobs' });
    items.push({ to: '/privacy', label: 'Privacy', icon: 'privacy' });
  }
  items.push({ to: '/start', label: 'Send events', icon: 'start' });
  if (can.settings) items.push({ to: '/settings', label: 'Settings', icon: 'settings' });
  return items;
}

function Nav({ path }: { path: string }) {
  const search = carried(useSearch());
  const can = useCapabilities();
  const admin = useAdminItems();
  const link = ({ to, label, icon }: Item, keep: boolean) => {
    const active = to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);
    return (
      <Link key={to} to={keep ? to + search : to} className={classes.link} aria-current={active ? 'page' : undefined}>
        <Icon name={icon} />
        {label}
      </Link>
    );
  };
  return (
    <nav aria-label="Pages" className={classes.nav}>
      {ANALYTICS.map((item) => link(item, true))}
      <div className={classes.rule} />
      {can.settings && PRODUCT.map((item) => link(item, false))}
      {can.settings && <div className={classes.rule} />}
      {admin.map((item) => link(item, false))}
    </nav>
  );
}

function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={`Use ${other} colours`} onClick={() => setColorScheme(other)}>
      <Icon name={other} />
    </ActionIcon>
  );
}

function Account() {
  const { user, tenant } = useViewer();
  const { leave } = useEntrance();
  return (
    <div className={classes.account}>
      <Menu position="top-start" width={200}>
        <Menu.Target>
          <UnstyledButton className={classes.who}>
            <span className="cut">{user?.name || user?.email || 'Secret key'}</span>
            <span className={`cut ${classes.small}`}>{tenant.name}</span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {user && <Menu.Label>{user.email}</Menu.Label>}
          <Menu.Item leftSection={<Icon name="out" />} onClick={() => void leave()}>
            {user ? 'Log out' : 'Forget the key'}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <SchemeToggle />
    </div>
  );
}

function Brand() {
  return (
    <Link to="/" className={classes.brand}>
      <img src="/app/icon.svg" width="20" height="20" alt="" />
      TrackFlow
    </Link>
  );
}

export function Shell({ path, children }: { path: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>Skip to content</a>
      <aside className={classes.side}>
        <Brand />
        <Nav path={path} />
        <Account />
      </aside>
      <header className={classes.top}>
        <Brand />
        <Burger opened={open} onClick={() => setOpen(!open)} size="sm" aria-label="Navigation" />
      </header>
      <Drawer opened={open} onClose={() => setOpen(false)} size={260} padding="sm" title="TrackFlow" classNames={{ body: classes.drawer }} closeButtonProps={{ 'aria-label': 'Close the navigation' }}>
        <Nav path={path} />
        <Account />
      </Drawer>
      <main id="main" className={classes.main} tabIndex={-1}>{children}</main>
    </div>
  );
}
