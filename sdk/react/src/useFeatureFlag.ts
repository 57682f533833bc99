// Feature flags in components.

import { useCallback, useEffect, useSyncExternalStore } from "react";
import { useClient } from "./context.js";
import { type FeatureFlag, UNKNOWN } from "./flags.js";

const unknown = (): FeatureFlag => UNKNOWN;

/**
 * What a flag answers for whoever is at the screen. Using it counts as having seen the answer: the
 * server is told once, which is what experiments count by.
 */
export function useFeatureFlag(key: string): FeatureFlag {
  const { flags } = useClient();
  const get = useCallback(() => flags.get(key), [flags, key]);
  const flag = useSyncExternalStore(flags.subscribe, get, unknown);
  useEffect(() => {
    if (flag.isReady) flags.expose(key);
  }, [flags, flag, key]);
  return flag;
}

/** The variant of a flag; null while it is off, unknown or has none. */
export function useFeatureFlagVariant(key: string): string | null {
  return useFeatureFlag(key).variant;
}

/** The payload of a flag; null while it is off, unknown or has none. */
export function useFeatureFlagPayload<T = unknown>(key: string): T | null {
  return useFeatureFlag(key).payload as T | null;
}

/** Asks for all flags again: call it after a log-in that changes who is at the screen. */
export function useReloadFeatureFlags(): () => Promise<void> {
  return useClient().flags.reload;
}
