/** Names and values, one a line. */

import classes from './Facts.module.css';

export function Facts({ title, facts, none }: { title: string; facts: [string, string][]; none?: string }) {
  return (
    <section className={classes.section}>
      <h3>{title}</h3>
      {facts.length === 0 ? (
        <p className="muted">{none ?? 'None'}</p>
      ) : (
        <dl className={classes.facts}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
