/** Lists that come page by page. */

import { Button } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask } from '../api/ask';
import type { Question } from '../api/question';
import { RowsSkeleton } from './DataTable';
import { Empty, Failure } from './states';

export function usePages<R extends { next_cursor: string | null }, Row>(question: Question, rowsOf: (result: R) => Row[]) {
  const found = useInfiniteQuery({
    queryKey: ['pages', question],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => (await ask<R>(pageParam === null ? question : { ...question, cursor: pageParam }, signal)).result,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });
  return { found, first: found.data?.pages[0], rows: found.data?.pages.flatMap(rowsOf) ?? [] };
}

interface Found {
  error: Error | null;
  data: unknown;
  refetch: () => unknown;
  hasNextPage: boolean;
  fetchNextPage: () => unknown;
  isFetchingNextPage: boolean;
  isPlaceholderData: boolean;
}

interface Props {
  of: { rows: unknown[]; found: Found };
  empty: string;
  children: ReactNode;
}

export function Pages({ of: { found, rows }, empty, children }: Props) {
  if (found.error) return <Failure error={found.error} again={() => void found.refetch()} height={320} />;
  if (!found.data) return <RowsSkeleton rows={12} />;
  if (rows.length === 0) return <Empty title={empty} height={320}>Choose other dates or remove a filter.</Empty>;
  return (
    <div style={{ opacity: found.isPlaceholderData ? 0.55 : undefined }}>
      {children}
      {found.hasNextPage && (
        <div style={{ display: 'flex', justifyContent: 'center', padding: 12 }}>
          <Button variant="default" size="xs" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>Show more</Button>
        </div>
      )}
    </div>
  );
}
