/** The variants of a flag, whose shares sum to 100, and what each carries along. */

import { ActionIcon, Button, NumberInput, TextInput, Textarea } from '@mantine/core';
import { Icon } from '../../ui/icons';
import { Panel } from '../../ui/Panel';
import type { Wrong } from './FlagForm';
import { type Draft, type DraftVariant, evenly, newVariant } from './draft';
import classes from './Flags.module.css';

interface Props {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  wrong: Wrong;
}

interface LineProps {
  variant: DraftVariant;
  index: number;
  wrong: Wrong;
  change: (next: DraftVariant) => void;
  remove: () => void;
}

function Line({ variant, index, wrong, change, remove }: LineProps) {
  const at = `filters.multivariate.variants[${index}]`;
  return (
    <div className={classes.variant}>
      <TextInput size="xs" aria-label={`Key of variant ${index + 1}`} placeholder="Key" value={variant.key} error={wrong(`${at}.key`)} onChange={(event) => change({ ...variant, key: event.currentTarget.value })} />
      <TextInput size="xs" aria-label={`Name of variant ${index + 1}`} placeholder="Name" value={variant.name} error={wrong(`${at}.name`)} onChange={(event) => change({ ...variant, name: event.currentTarget.value })} />
      <NumberInput size="xs" aria-label={`Share of variant ${index + 1}`} min={0} max={100} decimalScale={2} suffix=" %" clampBehavior="strict" value={variant.rollout_percentage} error={wrong(`${at}.rollout_percentage`)}
        onChange={(next) => { if (typeof next === 'number') change({ ...variant, rollout_percentage: next }); }} />
      <Textarea size="xs" aria-label={`Payload of variant ${index + 1}`} placeholder='{"color": "green"}' autosize minRows={1} maxRows={8} classNames={{ input: 'mono' }} value={variant.payload}
        error={wrong(`variants[${index}].payload`) ?? wrong(`filters.payloads.${variant.key}`)} onChange={(event) => change({ ...variant, payload: event.currentTarget.value })} />
      <ActionIcon variant="subtle" color="gray" aria-label={`Remove variant ${index + 1}`} onClick={remove}><Icon name="close" size={14} /></ActionIcon>
    </div>
  );
}

const NAMES = ['control', 'test'];

export function VariantsEditor({ draft, set, wrong }: Props) {
  const { variants } = draft;
  const sum = Math.round(variants.reduce((all, one) => all + one.rollout_percentage, 0) * 100) / 100;
  const add = () => {
    const next = newVariant(NAMES[variants.length] ?? `test_${variants.length}`);
    set({ variants: evenly(variants.length === 0 ? [next, newVariant('test')] : [...variants, next]) });
  };
  return (
    <Panel title="Variants and payloads">
      <div className={classes.lines}>
        {variants.length === 0 ? (
          <>
            <p className={classes.note} style={{ margin: 0 }}>Without variants the flag is on or off, and may carry some JSON along when it is on.</p>
            <Textarea size="xs" maw={480} label="Payload" placeholder='{"limit": 10}' autosize minRows={1} maxRows={8} classNames={{ input: 'mono' }} value={draft.payload}
              error={wrong('payload') ?? wrong('filters.payloads.true')} onChange={(event) => set({ payload: event.currentTarget.value })} />
          </>
        ) : (
          <>
            <div className={`${classes.variant} ${classes.labels}`} aria-hidden="true"><span>Key</span><span>Name</span><span>Share</span><span>Payload, as JSON</span><span /></div>
            {variants.map((one, i) => (
              <Line key={one.id} variant={one} index={i} wrong={wrong}
                change={(next) => set({ variants: variants.map((other, at) => (at === i ? next : other)) })}
                remove={() => set({ variants: variants.filter((_, at) => at !== i) })} />
            ))}
            <p role="status" className={classes.note} style={{ margin: 0, color: sum === 100 ? undefined : 'var(--bad)' }}>{sum === 100 ? 'The shares sum to 100%.' : `The shares sum to ${sum}%, it must be 100%.`}</p>
          </>
        )}
        <div style={{ display: 'flex', gap: 8 }}>
          <Button size="xs" variant="default" leftSection={<Icon name="plus" size={12} />} onClick={add}>{variants.length === 0 ? 'Add variants' : 'Add a variant'}</Button>
          {variants.length > 1 && <Button size="xs" variant="subtle" color="gray" onClick={() => set({ variants: evenly(variants) })}>Share evenly</Button>}
        </div>
      </div>
    </Panel>
  );
}
