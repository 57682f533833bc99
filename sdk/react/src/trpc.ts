// The ingestion router as hooks, called as in `@trpc/react-query`, without it.

import { useClient } from "./context.js";
import {
  type Mutation, type MutationOptions, type Query, type QueryOptions, useMutation, useQuery,
} from "./mutation.js";
import type {
  BatchTrackResponse, EventCreated, IngestionStats, TrackEventInput,
} from "./types.js";
import { call } from "./wire.js";

export interface MutationProcedure<I, O> {
  useMutation(options?: MutationOptions<I, O>): Mutation<I, O>;
}

export interface QueryProcedure<I, O> {
  useQuery(input?: I, options?: QueryOptions): Query<O>;
}

function mutation<I, O>(name: string): MutationProcedure<I, O> {
  return {
    useMutation(options) {
      const { client } = useClient();
      const { config } = client;
      return useMutation<I, O>(
        async (input) => call(config, await client.identity(), "mutation", name, input),
        options,
      );
    },
  };
}

function query<I, O>(name: string): QueryProcedure<I, O> {
  return {
    useQuery(input, options) {
      const { client } = useClient();
      const { config } = client;
      const ask = async (): Promise<O> =>
        call(config, await client.identity(), "query", name, input ?? {});
      return useQuery(ask, `${name} ${JSON.stringify(input)}`, options);
    },
  };
}

type Nothing = Record<string, never>;

/**
 * Calls without a net: nothing is kept and nothing is sent again. For events of an application
 * `useAnalytics` is better.
 */
export const trpc = {
  eventIngestion: {
    track: mutation<TrackEventInput, EventCreated>("track"),
    trackBatch: mutation<{ events: TrackEventInput[] }, BatchTrackResponse>("trackBatch"),
    getStats: query<Nothing, IngestionStats>("getStats"),
    forceFlush: mutation<Nothing, { flushed: boolean; message: string }>("forceFlush"),
  },
};
