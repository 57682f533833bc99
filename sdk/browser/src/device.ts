import type { DeviceInfo } from "./index";

// The first that matches counts: Edge says that it is Chrome too, and Chrome that it is Safari.
const BROWSERS = {
  Edge: /Edg/,
  Opera: /OPR|Opera/,
  Samsung: /SamsungB/,
  Firefox: /Firefox|FxiOS/,
  Chrome: /Chrom|CriOS/,
  Safari: /Safari/,
};
const SYSTEMS = {
  Windows: /Windows/,
  Android: /Android/,
  iOS: /iP(hone|ad|od)/,
  ChromeOS: /CrOS/,
  Mac: /Mac/,
  Linux: /Linux/,
};

const find = (names: Record<string, RegExp>, text: string): string =>
  Object.keys(names).find((name) => names[name]!.test(text)) || "Other";

/** What the page runs on, as far as the user agent tells. */
export function deviceInfo(): DeviceInfo {
  const { userAgent, maxTouchPoints } = navigator;
  let os = find(SYSTEMS, userAgent);
  // An iPad says that it is a Mac, but no Mac has a touch screen.
  if (os === "Mac" && maxTouchPoints > 1) os = "iOS";
  const isMobile = /iOS|Android|Mobi/.test(os + userAgent);
  return { deviceType: isMobile ? "mobile" : "desktop", os, browser: find(BROWSERS, userAgent) };
}
