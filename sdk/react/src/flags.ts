// Feature flags of whoever is at the screen, and who saw which answer.
//
// The answers of the last page of this tab count until the server has answered; without any answer all
// flags are off.

import type { Client } from "./client.js";
import { trimmed } from "./config.js";
import { getSessionId } from "./visit.js";
import { request } from "./wire.js";

const PATH = "/api/v1/analytics/public/feature-flags/for_user/";

/** A flag as the server evaluated it. */
export interface FeatureFlag {
  isEnabled: boolean;
  variant: string | null;
  payload: unknown;
  /** Whether the server has answered; until then a flag is off. */
  isReady: boolean;
}

export interface FlagStore {
  get(key: string): FeatureFlag;
  /** Asks once, calls back whenever answers change. Answers how to stop it. */
  subscribe(changed: () => void): () => void;
  /** Asks again: after a log-in, say. */
  reload(): Promise<void>;
  /** Tells the server that this answer was shown, once per person, flag and answer in this tab. */
  expose(key: string): void;
}

/** Before there is an answer. */
export const UNKNOWN: FeatureFlag = {
  isEnabled: false, variant: null, payload: null, isReady: false,
};
const OFF: FeatureFlag = { ...UNKNOWN, isReady: true };

type Answers = Record<string, FeatureFlag>;

export function createFlagStore(client: Client): FlagStore {
  const { config } = client;
  const where = `${config.host ?? ""}_${config.key ?? ""}`;
  const listeners = new Set<() => void>();
  let answers: Answers | undefined;
  /** Whose answers these are. */
  let whose = "";
  let asking: Promise<void> | undefined;

  const learn = (id: string, found: Answers): void => {
    if (id === whose && JSON.stringify(found) === JSON.stringify(answers)) return;
    [whose, answers] = [id, found];
    listeners.forEach((listener) => listener());
  };
  const ask = async (): Promise<void> => {
    const as = await client.identity();
    const id = as.user || getSessionId();
    if (id !== whose) {
      const kept = slot<Answers>(`tf_rf_${where}_${id}`).read();
      if (kept) learn(id, kept);
    }
    // Whoever logs in may keep the answers they had before.
    const anon_distinct_id = as.user ? getSessionId() : undefined;
    const body = JSON.stringify({ distinct_id: id, anon_distinct_id });
    const url = trimmed(config.host ?? "") + PATH;
    const { status, json } = await request(config, as, { url, method: "POST", body });
    if (status !== 200 || typeof json !== "object" || !json) return;
    const found = Object.entries(json as Record<string, any>).map(([key, flag]) => {
      const { active, variant = null, payload = null } = flag ?? {};
      return [key, { isEnabled: !!active, variant, payload, isReady: true }] as const;
    });
    learn(id, Object.fromEntries(found));
    slot<Answers>(`tf_rf_${where}_${id}`).write(Object.fromEntries(found));
  };
  const reload = (): Promise<void> => {
    // What is known stays when the server cannot be reached.
    asking = (asking ?? Promise.resolve()).then(ask).catch(() => {});
    return asking;
  };
  const onOnline = (): void => void reload();

  return {
    get: (key) => {
      if (!answers) return UNKNOWN;
      return Object.hasOwn(answers, key) ? answers[key]! : OFF;
    },
    subscribe(changed) {
      if (listeners.size === 0) globalThis.addEventListener?.("online", onOnline);
      listeners.add(changed);
      if (!asking) void reload();
      return () => {
        listeners.delete(changed);
        if (listeners.size === 0) globalThis.removeEventListener?.("online", onOnline);
      };
    },
    reload,
    expose(key) {
      if (!answers || !Object.hasOwn(answers, key)) return;
      const { variant, isEnabled } = answers[key]!;
      const response = variant ?? isEnabled;
      const seen = slot<true>(`tf_rx_${where}_${whose}_${key}_${response}`);
      if (seen.read()) return;
      seen.write(true);
      const props = { $feature_flag: key, $feature_flag_response: response };
      // It is kept when it cannot be sent; nobody waits for it.
      client
        .track({ eventType: "$feature_flag_called", sessionId: getSessionId(), props })
        .catch(() => {});
    },
  };
}

/** Values of this tab; where storage is forbidden or full they live as long as the page. */
const memory = new Map<string, string>();

function slot<T>(name: string): { read(): T | undefined; write(value: T): void } {
  return {
    read() {
      try {
        const text = memory.get(name) ?? sessionStorage.getItem(name);
        return text === null ? undefined : (JSON.parse(text) as T);
      } catch {
        return undefined;
      }
    },
    write(value) {
      const text = JSON.stringify(value);
      try {
        sessionStorage.setItem(name, text);
      } catch {
        memory.set(name, text);
      }
    },
  };
}
