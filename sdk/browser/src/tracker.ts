// One tracker: makes events and hands them to its queue.

import { watch, type Events } from "./auto";
import { deviceInfo } from "./device";
import { guard } from "./guard";
import type { Options, Tracker } from "./index";
import { asksNotToTrack, isLocal } from "./privacy";
import { openQueue } from "./queue";
import { optOutSlot, sessionSlot, userSlot } from "./storage";
import { uuid } from "./uuid";

/** A tracker, what it is known by, and what makes it begin to watch the page. */
export type Created = [id: string, tracker: Tracker, start: () => void];

/** Options as a program gives them, or as the attributes of a tag. */
type Settings = { [name in keyof Options]: Options[name] | string | undefined } & {
  key: string;
  host: string;
};

const isNo = (setting: unknown): boolean => String(setting) === "false";

export function create(settings: Settings): Created {
  const { key, host, endpoint, auto, spa, dnt, localhost = false } = settings;
  const url = host.replace(/\/$/, "") + (endpoint || "/v1/events");
  // Taken when the script is loaded: a page may replace it by something that does less.
  const { stringify } = JSON;
  const session = sessionSlot(key);
  const user = userSlot(key);
  const optedOut = optOutSlot(key);
  const isOff = (dnt !== "ignore" && asksNotToTrack()) || (isNo(localhost) && isLocal());
  const queue = openQueue(url, key, () => page.settle());
  // Without storage the slot keeps what it was given.
  const sessionId = (): string => (session() || session(uuid()))!;
  const isAllowed = (): boolean => !isOff && !optedOut();

  const make: Events["make"] = (eventType, properties) =>
    isAllowed()
      ? {
          eventId: uuid(),
          eventType,
          timestamp: Date.now(),
          tenantId: key,
          sessionId: sessionId(),
          userId: user(),
          pageUrl: location.href,
          referrer: document.referrer || null,
          deviceInfo: deviceInfo(),
          properties,
        }
      : undefined;
  const send: Events["send"] = (event) => {
    if (event && isAllowed()) queue.add(stringify(event));
  };
  const become = (userId: string | null): void => {
    // Somebody else at the same screen gets a new session: the old one is not theirs.
    if (user() || !userId) session(null);
    user(userId);
    // For flags.js, whose answers are of a person.
    dispatchEvent(new Event("trackflow:identity"));
  };

  const reset = (): void => become(null);

  const page = watch({ make, send });
  const tracker: Tracker = {
    track: guard((type, properties) => {
      if (type && typeof type === "string")
        send(make(type, { ...properties }));
    }),
    identify: guard((id, traits) => {
      const userId = String(id ?? "");
      const isKnown = user() === userId;
      // The same person once more is news only with traits.
      if (!isAllowed() || !userId || (isKnown && !traits)) return;
      if (!isKnown) become(userId);
      send(make("$identify", { $anon_distinct_id: sessionId(), ...(traits && { $set: traits }) }));
    }),
    reset: guard(reset),
    optOut: guard(() => {
      optedOut("1");
      queue.clear();
      reset();
    }),
    optIn: guard(() => {
      optedOut(null);
      page.viewed();
    }),
    flush: guard(queue.flush),
  };
  const start = guard(() => {
    if (isOff) return;
    queue.start();
    if (!isNo(auto)) page.start(!isNo(spa));
  });
  return [url + key, tracker, start];
}
