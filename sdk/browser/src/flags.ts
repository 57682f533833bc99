// flags.js: the feature flags of whoever is at the screen, as `trackflow.flags`.
//
// Answers of the last page of this tab count until the server has answered; without any answer all
// flags are off. Whom the tracker does not count is not asked about either.

import { guard, listen } from "./guard";
import type { Flag, Flags, TrackflowGlobal } from "./index";
import { asksNotToTrack } from "./privacy";
import { optOutSlot, sessionSlot, slot, userSlot } from "./storage";
import { uuid } from "./uuid";

type Answers = Record<string, Flag>;

const { fetch, JSON: json } = globalThis;
const PATH = "/api/v1/analytics/public/feature-flags/for_user/";

function start(host: string, key: string, isIgnored: boolean): Flags {
  const session = sessionSlot(key);
  const user = userSlot(key);
  const optedOut = optOutSlot(key);
  const cache = slot("sessionStorage", "tf_f_" + key);
  const callbacks = new Set<(flags: Answers) => void>();
  let answers: Answers | undefined;
  /** Whose answers these are, and whose are being asked for. */
  let whose = "";

  const isAllowed = (): boolean => (isIgnored || !asksNotToTrack()) && !optedOut();
  const call = (callback: (flags: Answers) => void): void => guard(callback)(answers!);

  const learn = (id: string, found: Answers): void => {
    if (id !== whose || typeof found !== "object" || !found) return;
    const isNews = json.stringify(found) !== json.stringify(answers);
    answers = found;
    if (isNews) callbacks.forEach(call);
  };
  const ask = (id: string): void => {
    const query = new URLSearchParams({ distinct_id: id, api_key: key });
    const failed = (): void => {}; // What is known stays.
    fetch(host + PATH + "?" + query, { credentials: "omit" })
      .then((answer) => (answer.ok ? answer.json() : undefined))
      .then((found) => {
        if (!found) return;
        learn(id, found);
        if (id === whose) cache(json.stringify([id, found]));
      })
      .catch(failed);
  };
  const reload = guard(() => {
    if (!isAllowed()) {
      whose = "";
      cache(null);
      if (answers) callbacks.forEach((callback) => guard(callback)((answers = {})));
      return;
    }
    // The same id as the tracker's, so that events and flags are of one person.
    const id = (user() || session() || session(uuid()))!;
    if (id !== whose) {
      whose = id;
      // Answers about somebody else are no longer true.
      if (answers) learn(id, {});
      guard(() => {
        const [cachedId, found] = json.parse(cache() || "[]") as [string, Answers];
        if (cachedId === id) learn(id, found);
      })();
    }
    ask(id);
  });
  const find = (name: string): Flag | undefined =>
    answers && Object.prototype.hasOwnProperty.call(answers, name) ? answers[name] : undefined;

  listen("trackflow:identity", reload);
  reload();
  return {
    isEnabled: (name) => !!find(name)?.active,
    variant: (name) => find(name)?.variant ?? null,
    payload: (name) => find(name)?.payload ?? null,
    onChange(callback) {
      callbacks.add(callback);
      if (answers) call(callback);
      return () => void callbacks.delete(callback);
    },
    reload,
  };
}

guard(() => {
  const { src, dataset } = document.currentScript as HTMLScriptElement;
  const { key, host = new URL(src).origin, dnt } = dataset;
  if (!key) return;
  // The tracker may come later, or not at all.
  const found: unknown = window.trackflow;
  const api = Array.isArray(found) ? found : (window.trackflow = [] as never as TrackflowGlobal);
  (api as TrackflowGlobal).flags ||= start(host.replace(/\/$/, ""), key, dnt === "ignore");
})();
