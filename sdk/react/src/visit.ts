// Who is at the screen, as far as the browser can tell, and how they came.

import type { AttributionData } from "./types.js";

const SESSION_KEY = "analytics_session_id";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Beyond it the server refuses the event. */
const UTM_CHARS_MAX = 255;

let sessionId: string | null = null;

/**
 * A random UUID, version 4. `crypto.randomUUID` is there only in secure contexts, and sites on
 * plain http are to be counted as well.
 */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/**
 * The session of this browser, kept in `localStorage`; without storage it lives as long as the page.
 * On a server it is a new one for every call, as many visitors share a process there.
 */
export function getSessionId(): string {
  if (typeof window === "undefined") return uuid();
  if (sessionId) return sessionId;
  let found: string | null = null;
  try {
    found = localStorage.getItem(SESSION_KEY);
  } catch {
    // Storage is forbidden.
  }
  if (found && UUID.test(found)) return (sessionId = found);
  sessionId = uuid();
  try {
    localStorage.setItem(SESSION_KEY, sessionId);
  } catch {
    // It is forbidden or full.
  }
  return sessionId;
}

/** Campaign, referrer and landing page of this page; undefined where there is nothing to tell. */
export function getAttributionData(): AttributionData | undefined {
  if (typeof window === "undefined") return undefined;
  const params = new URLSearchParams(window.location.search);
  const hasAttribution =
    params.has("utm_source") ||
    params.has("utm_medium") ||
    params.has("utm_campaign") ||
    document.referrer;
  if (!hasAttribution) return undefined;
  const text = (name: string) => params.get(name)?.slice(0, UTM_CHARS_MAX) || undefined;
  return {
    utmSource: text("utm_source"),
    utmMedium: text("utm_medium"),
    utmCampaign: text("utm_campaign"),
    utmTerm: text("utm_term"),
    utmContent: text("utm_content"),
    referrer: document.referrer || undefined,
    landingPage: window.location.href,
  };
}
