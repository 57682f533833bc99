/** Questions and their answers, cached by what is asked. */

import { QueryCache, QueryClient, keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Answer } from './answer';
import { Problem, post } from './client';
import type { Question } from './question';

export function ask<R>(question: Question, signal?: AbortSignal): Promise<Answer<R>> {
  return post<Answer<R>>('/api/v1/query', question, signal);
}

/** Refusals are final; a busy or unreachable server is asked twice more. */
function retry(failures: number, error: Error): boolean {
  const status = error instanceof Problem ? error.status : 0;
  return failures < 2 && (status === 0 || status === 429 || status === 503);
}

export function makeClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // A session that ended leads back to the door.
      onError: (error, query) => {
        if (error instanceof Problem && error.status === 401 && query.queryKey[0] !== 'door') void client.invalidateQueries({ queryKey: ['door'] });
      },
    }),
    defaultOptions: {
      queries: {
        retry,
        retryDelay: (attempt, error) => {
          const told = error instanceof Problem ? error.retryAfter : null;
          return told === null ? 800 * 2 ** attempt : Math.min(told, 10) * 1000;
        },
        staleTime: 30_000,
        refetchOnWindowFocus: false,
      },
    },
  });
  return client;
}

interface Options {
  /** Keep showing the last answer while the next one comes. */
  keep?: boolean;
  /** Milliseconds between askings. */
  every?: number;
}

/** Asks a question; null asks nothing. */
export function useAnswer<R>(question: Question | null, options: Options = {}) {
  return useQuery({
    queryKey: ['ask', question],
    queryFn: ({ signal }) => ask<R>(question as Question, signal),
    enabled: question !== null,
    placeholderData: options.keep === false ? undefined : keepPreviousData,
    refetchInterval: options.every,
  });
}
