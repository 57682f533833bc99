// Events that could not be sent, kept until they can be.
//
// Each has an entry of its own in localStorage, so tabs that share the queue never write into each
// other's: adding and removing are one step each. What the storage does not take lives as long as
// the page.

import type { TrackEventInput } from "./types.js";
import { uuid } from "./visit.js";

/** Of all entries; browsers give a site about five million. */
const CHARS_MAX = 1_000_000;

/** An event that waits. */
export interface Entry {
  /** Of the entry in the storage; sorts by time. */
  name: string;
  event: TrackEventInput;
  /** When it happened, by the clock of this browser. */
  at: number;
  /** Whose it is; empty: nobody's. */
  user: string;
  /** Whether it goes without the time that we would add: the server did not take it. */
  bare?: boolean;
}

export interface Queue {
  add(event: TrackEventInput, user: string): void;
  /** Oldest first. */
  entries(): Entry[];
  update(entry: Entry): void;
  remove(name: string): void;
  size(): number;
  /** Calls back when the size may have changed. Answers how to stop it. */
  subscribe(changed: () => void): () => void;
}

/** The queue of a name, which all tabs of the site share. */
export function openQueue(prefix: string, max: number, lost: (event: unknown) => void): Queue {
  const memory = new Map<string, string>();
  const listeners = new Set<() => void>();
  let count = 0;

  const storage = (): Storage | undefined => {
    try {
      return window.localStorage;
    } catch {
      return undefined; // It is forbidden, or there is no browser.
    }
  };
  const names = (): string[] => {
    const found = [...memory.keys()];
    try {
      found.push(...Object.keys(storage() ?? {}).filter((name) => name.startsWith(prefix)));
    } catch {
      // What is in memory counts.
    }
    return found.sort();
  };
  const read = (name: string): string | null => {
    try {
      return memory.get(name) ?? storage()?.getItem(name) ?? null;
    } catch {
      return null;
    }
  };
  const write = (name: string, text: string): void => {
    try {
      const kept = storage();
      if (!kept) throw new Error("there is no storage");
      kept.setItem(name, text);
      memory.delete(name);
    } catch {
      memory.set(name, text);
    }
  };
  const drop = (name: string): void => {
    memory.delete(name);
    try {
      storage()?.removeItem(name);
    } catch {
      // Nothing was kept there.
    }
  };
  const told = (): void => {
    count = names().length;
    listeners.forEach((listener) => listener());
  };
  const parsed = (name: string): Entry | undefined => {
    try {
      const entry = JSON.parse(read(name)!) as Entry;
      return typeof entry.event.eventType === "string" ? { ...entry, name } : undefined;
    } catch {
      return undefined;
    }
  };
  /** Makes room: the oldest go first. */
  const fit = (): void => {
    const all = names();
    let chars = all.reduce((sum, name) => sum + (read(name)?.length ?? 0), 0);
    while (all.length > max || (chars > CHARS_MAX && all.length > 1)) {
      const name = all.shift()!;
      chars -= read(name)?.length ?? 0;
      lost(parsed(name)?.event);
      drop(name);
    }
  };
  const onStorage = (event: StorageEvent): void => {
    if (event.key === null || event.key.startsWith(prefix)) told();
  };

  return {
    add(event, user) {
      const at = Date.now();
      const name = `${prefix}${at.toString(36).padStart(9, "0")}_${uuid()}`;
      write(name, JSON.stringify({ event, at, user }));
      fit();
      told();
    },
    entries() {
      return names().flatMap((name) => {
        const entry = parsed(name);
        // Somebody else wrote it, or half of it.
        if (!entry) drop(name);
        return entry ?? [];
      });
    },
    update({ name, ...rest }) {
      write(name, JSON.stringify(rest));
    },
    remove(name) {
      drop(name);
      told();
    },
    size: () => count,
    subscribe(changed) {
      if (listeners.size === 0) globalThis.addEventListener?.("storage", onStorage);
      listeners.add(changed);
      told();
      return () => {
        listeners.delete(changed);
        if (listeners.size === 0) globalThis.removeEventListener?.("storage", onStorage);
      };
    },
  };
}
