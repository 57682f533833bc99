// Calls as components make them: what React Query would give, as far as it is needed here.

import { useCallback, useEffect, useRef, useState } from "react";

export interface MutationOptions<I, O> {
  onSuccess?: (data: O, input: I) => void;
  onError?: (error: Error, input: I) => void;
  onSettled?: (data: O | undefined, error: Error | null, input: I) => void;
}

export interface Mutation<I, O> {
  /** Calls; what goes wrong is told to `onError` and never thrown. */
  mutate: (input: I, options?: MutationOptions<I, O>) => void;
  mutateAsync: (input: I, options?: MutationOptions<I, O>) => Promise<O>;
  /** Forgets the last answer. */
  reset: () => void;
  /** Whether a call has no answer yet. */
  isLoading: boolean;
  isPending: boolean;
  isSuccess: boolean;
  isError: boolean;
  data: O | undefined;
  error: Error | null;
}

interface State<O> {
  open: number;
  data: O | undefined;
  error: Error | null;
  isSettled: boolean;
}

const IDLE = { open: 0, data: undefined, error: null, isSettled: false };

/** A call, and what became of it. */
export function useMutation<I, O>(
  call: (input: I) => Promise<O>,
  options: MutationOptions<I, O> = {},
): Mutation<I, O> {
  const [state, setState] = useState<State<O>>(IDLE);
  const latest = useRef({ call, options });
  useEffect(() => {
    latest.current = { call, options };
  });
  const mutateAsync = useCallback(async (input: I, own: MutationOptions<I, O> = {}) => {
    const { call, options } = latest.current;
    setState((state) => ({ ...state, open: state.open + 1 }));
    try {
      const data = await call(input);
      setState(({ open }) => ({ open: open - 1, data, error: null, isSettled: true }));
      for (const { onSuccess, onSettled } of [options, own]) {
        onSuccess?.(data, input);
        onSettled?.(data, null, input);
      }
      return data;
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      setState(({ open }) => ({ open: open - 1, data: undefined, error, isSettled: true }));
      for (const { onError, onSettled } of [options, own]) {
        onError?.(error, input);
        onSettled?.(undefined, error, input);
      }
      throw error;
    }
  }, []);
  const mutate = useCallback(
    (input: I, own?: MutationOptions<I, O>) => void mutateAsync(input, own).catch(() => {}),
    [mutateAsync],
  );
  const reset = useCallback(() => setState(({ open }) => ({ ...IDLE, open })), []);
  const isLoading = state.open > 0;
  const isSettled = !isLoading && state.isSettled;
  return {
    mutate, mutateAsync, reset, isLoading, isPending: isLoading,
    isSuccess: isSettled && !state.error,
    isError: isSettled && !!state.error,
    data: state.data,
    error: state.error,
  };
}

export interface QueryOptions {
  /** Milliseconds after which it is asked again. */
  refetchInterval?: number | false;
  /** Whether it is asked at all. */
  enabled?: boolean;
}

export interface Query<O> {
  /** The last answer, also while it is asked again; of another question, while this one is asked. */
  data: O | undefined;
  /** Why there is no answer to this question. */
  error: Error | null;
  /** Whether there is no answer yet. */
  isLoading: boolean;
  /** Whether the answer to this very question is still to come. */
  isFetching: boolean;
  refetch: () => void;
}

/** A question that is asked while the component is there. `key` says when it is another one. */
export function useQuery<O>(
  ask: (signal: AbortSignal) => Promise<O>,
  key: string,
  { refetchInterval = false, enabled = true }: QueryOptions = {},
): Query<O> {
  const [turn, setTurn] = useState(0);
  const question = `${turn} ${key}`;
  const [state, setState] = useState<{ data?: O; error: Error | null; of: string }>({
    error: null,
    of: "",
  });
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    if (!enabled) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = async () => {
      try {
        const data = await latest.current(abort.signal);
        if (!abort.signal.aborted) setState({ data, error: null, of: question });
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        if (!abort.signal.aborted) setState((state) => ({ ...state, error, of: question }));
      }
      if (refetchInterval && !abort.signal.aborted) timer = setTimeout(next, refetchInterval);
    };
    void next();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [question, enabled, refetchInterval]);
  const refetch = useCallback(() => setTurn((turn) => turn + 1), []);
  const isFetching = enabled && state.of !== question;
  return {
    data: state.data,
    error: isFetching ? null : state.error,
    isLoading: isFetching && state.data === undefined,
    isFetching,
    refetch,
  };
}
