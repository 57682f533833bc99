/** Something to copy. */

import { Button, CopyButton } from '@mantine/core';
import classes from './Code.module.css';

export function Code({ text, label }: { text: string; label: string }) {
  return (
    <div className={classes.code}>
      <pre tabIndex={0} aria-label={label}>{text}</pre>
      <CopyButton value={text}>
        {({ copied, copy }) => <Button size="compact-xs" variant="default" className={classes.copy} onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
      </CopyButton>
    </div>
  );
}
