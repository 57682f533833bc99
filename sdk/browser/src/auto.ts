// What is sent unasked: page views, clicks, errors, load times.

import { guard, listen } from "./guard";
import type { TrackflowEvent } from "./index";

const enum Limit {
  /** A page that throws in a loop is one problem, not a million events. */
  Errors = 50,
  /** Titles follow the address: a router has this long to set them. */
  TitleMs = 100,
}

/** Makes events and sends them; without consent there is no event. */
export interface Events {
  make(type: string, properties: Record<string, unknown>): TrackflowEvent | undefined;
  send(event: TrackflowEvent | undefined): void;
}

export interface Page {
  /** A page view, if the address is not the one of the last page view. */
  viewed(): void;
  /** Sends the page view that still waits for its title. */
  settle(): void;
  /** Begins to watch; with `spa` the history, too. */
  start(spa: boolean): void;
}

export function watch({ make, send }: Events): Page {
  let isOn = false;
  let lastUrl: string | undefined;
  let waiting: TrackflowEvent | undefined;
  let errors = 0;

  const add = (type: string, properties: Record<string, unknown>): void =>
    send(make(type, properties));
  const settle = (): void => {
    if (waiting) waiting.properties.title = document.title;
    send(waiting);
    waiting = undefined;
  };
  const viewed = (): void => {
    if (!isOn || location.href === lastUrl) return;
    settle();
    waiting = make("page_view", {});
    if (waiting) lastUrl = waiting.pageUrl;
    setTimeout(guard(settle), Limit.TitleMs);
  };
  const failed = ({
    // A rejection has a reason only, which can be anything.
    reason,
    error = reason,
    message = reason?.message || reason,
    filename = "",
    lineno = 0,
    colno = 0,
  }: Partial<ErrorEvent & PromiseRejectionEvent>): void => {
    const stack = error?.stack;
    if (errors++ < Limit.Errors)
      add("error", {
        message: String(message).slice(0, 8e3),
        source: filename,
        line: lineno,
        col: colno,
        stack: stack ? String(stack).slice(0, 3e4) : null,
      });
  };
  const clicked = ({ target }: MouseEvent): void => {
    // A form's own fields hide `id` when one of them is named so.
    const { tagName: tag, id } = target as Element;
    add("click", { tag, id: (typeof id === "string" && id) || null });
  };
  const loaded = (): void => {
    const { loadEventEnd, domContentLoadedEventEnd } = performance.getEntriesByType(
      "navigation",
    )[0] as PerformanceNavigationTiming;
    add("performance", {
      loadTime: Math.round(loadEventEnd),
      domContentLoaded: Math.round(domContentLoadedEventEnd),
    });
  };
  /** The load event is over only after its last listener. */
  const afterLoad = (): unknown => setTimeout(guard(loaded));

  return {
    viewed,
    settle,
    start(spa) {
      isOn = true;
      viewed();
      // The title is there already: the script runs when the document is read.
      settle();
      // Before the page's own listeners, which may stop the event.
      listen("click", clicked, true);
      listen("error", failed);
      listen("unhandledrejection", failed);
      if (document.readyState === "complete") afterLoad();
      else listen("load", afterLoad);
      listen("pageshow", ({ persisted }: PageTransitionEvent) => {
        // Back from the cache of whole pages: seen again, though nothing was loaded.
        if (persisted) lastUrl = "";
        viewed();
      });
      if (spa) followHistory(viewed);
    },
  };
}

/** Calls back after the page changed its address. */
function followHistory(changed: () => void): void {
  listen("popstate", changed);
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (...args) {
      original.apply(this, args);
      guard(changed)();
    };
  }
}
