// What a script tag loads: settings from its attributes, calls from before, `window.trackflow`.

import { guard } from "./guard";
import { create } from "./tracker";

type Method = (...args: unknown[]) => void;
type Methods = Record<string, Method>;
type Call = [method: string, ...args: unknown[]];

/** `window.trackflow`: the list of early calls, which becomes the thing that was called. */
type Installed = Methods & Call[];

const calls = (on: Methods): ((call: Call) => void) =>
  guard(([method, ...args]) => on[method]!(...args));

guard(() => {
  const { src, dataset } = document.currentScript as HTMLScriptElement;
  const [id, tracker, start] = create({ key: "", host: new URL(src).origin, ...dataset });
  const global = window as unknown as { trackflow: Installed };
  // An element with this id is found under this name, too.
  const api = (global.trackflow = Array.isArray(global.trackflow)
    ? global.trackflow
    : ([] as unknown as Installed));
  // Without a key nothing can be sent, and the same script may be on the page twice.
  if (!dataset.key || api[id]) return;
  const isFirst = api.push === [].push;
  const own = tracker as unknown as Methods;
  api.forEach(calls(own));
  for (const method in own) {
    // With several trackers on the page a call goes to all of them.
    const other = isFirst ? undefined : api[method];
    api[method] = (...args) => {
      other?.(...args);
      own[method]!(...args);
    };
  }
  // Defined, not assigned: that would fail on a page that froze `Array.prototype`.
  if (isFirst)
    Object.defineProperty(api, "push", {
      value: (...early: Call[]) => early.forEach(calls(api)),
    });
  api[id] = start;
  // A page that is rendered ahead may never be looked at.
  if ((document as { prerendering?: boolean }).prerendering)
    document.addEventListener("prerenderingchange", start);
  else start();
})();
