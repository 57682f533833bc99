/** How programs ask for a flag. */

import { Tabs } from '@mantine/core';
import type { Flag } from '../../api/flags';
import { Code } from '../../ui/Code';
import { Panel } from '../../ui/Panel';
import { setParams, useParams } from '../../url/params';
import classes from './Flags.module.css';

const KEY = 'tf_w_YOUR_WRITE_KEY';

interface Snippet {
  name: string;
  label: string;
  text: (origin: string, flag: Flag) => string;
}

const first = (flag: Flag) => flag.filters.multivariate?.variants[1]?.key ?? flag.filters.multivariate?.variants[0]?.key;

const SNIPPETS: Snippet[] = [
  {
    name: 'page', label: 'Web page',
    text: (origin, flag) => `<script defer src="${origin}/trackflow.js" data-key="${KEY}"></script>
<script defer src="${origin}/trackflow-flags.js" data-key="${KEY}"></script>
<script type="module">
  trackflow.flags.onChange(() => {
    ${first(flag) ? `if (trackflow.flags.variant('${flag.key}') === '${first(flag)}') {` : `if (trackflow.flags.isEnabled('${flag.key}')) {`}
      // ${first(flag) ?? 'on'}
    }
  });
</script>`,
  },
  {
    name: 'posthog', label: 'posthog-js',
    text: (origin, flag) => `import posthog from 'posthog-js';

posthog.init('${KEY}', { api_host: '${origin}' });
posthog.onFeatureFlags(() => {
  ${first(flag) ? `if (posthog.getFeatureFlag('${flag.key}') === '${first(flag)}') {` : `if (posthog.isFeatureEnabled('${flag.key}')) {`}
    // ${first(flag) ?? 'on'}
  }
});`,
  },
  {
    name: 'shell', label: 'Command line',
    text: (origin, flag) => `curl ${origin}/api/v1/analytics/public/feature-flags/for_user/ \\
  -H 'Content-Type: application/json' -H 'X-API-Key: ${KEY}' \\
  -d '{"distinct_id":"ada","properties":{"plan":"pro"}}'
# the answer has "${flag.key}": {"active": .., "variant": .., "payload": .., "reason": ..}`,
  },
];

export function Snippets({ flag }: { flag: Flag }) {
  const asked = useParams().get('with');
  const shown = SNIPPETS.find((one) => one.name === asked)?.name ?? 'page';
  return (
    <Panel title="Ask for it">
      <Tabs value={shown} onChange={(next) => setParams({ with: next === 'page' ? null : next }, { replace: true })}>
        <Tabs.List mb={12} aria-label="Ask with">
          {SNIPPETS.map((one) => <Tabs.Tab key={one.name} value={one.name}>{one.label}</Tabs.Tab>)}
        </Tabs.List>
        {SNIPPETS.map((one) => <Tabs.Panel key={one.name} value={one.name}><Code text={one.text(location.origin, flag)} label={`Example for ${one.label}`} /></Tabs.Panel>)}
      </Tabs>
      <p className={classes.note} style={{ margin: '12px 0 0' }}>Put your write key in place of <code>{KEY}</code>. It may stand in a page: it can only send events and ask for flags.</p>
    </Panel>
  );
}
