/** The people behind a number. */

import { Button, Drawer, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { PeopleOfResult } from '../api/answer';
import { ask } from '../api/ask';
import type { Question } from '../api/question';
import { csv } from '../format/csv';
import { count } from '../format/number';
import { Link } from '../url/router';
import { CsvButton } from './DataTable';
import { Empty, Failure } from './states';
import classes from './PeopleDrawer.module.css';

export interface Who {
  title: string;
  question: Question;
  /** Which number of its answer. */
  at: Record<string, unknown>;
}

function List({ who }: { who: Who }) {
  const found = useInfiniteQuery({
    queryKey: ['people', who.question, who.at],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) =>
      (await ask<PeopleOfResult>({ kind: 'people_of', question: who.question, at: who.at, limit: 100, ...(pageParam && { cursor: pageParam }) }, signal)).result,
    getNextPageParam: (last) => last.next_cursor,
  });
  if (found.error) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (!found.data) return <div>{Array.from({ length: 12 }, (_, i) => <Skeleton key={i} height={20} my={12} />)}</div>;
  const people = found.data.pages.flatMap((page) => page.persons);
  const total = found.data.pages[0]?.total ?? 0;
  if (total === 0) return <Empty title="Nobody" />;
  return (
    <>
      <div className={classes.head}>
        <span className="muted">{count(total)} {total === 1 ? 'person' : 'persons'}</span>
        <CsvButton name="people" text={() => csv(['person'], people.map((one) => [one.person]))} />
      </div>
      <ul className={classes.list}>
        {people.map(({ person }) => (
          <li key={person}><Link to={`/people/${encodeURIComponent(person)}`} className={classes.person}>{person}</Link></li>
        ))}
      </ul>
      {found.hasNextPage && <Button fullWidth variant="default" size="xs" mt={12} loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>Show more</Button>}
    </>
  );
}

export function PeopleDrawer({ who, close }: { who: Who | null; close: () => void }) {
  return (
    <Drawer opened={who !== null} onClose={close} position="right" size={400} title={who?.title} closeButtonProps={{ 'aria-label': 'Close' }}>
      {who && <List who={who} />}
    </Drawer>
  );
}
