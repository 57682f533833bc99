import type { DeviceInfo } from "./index";

// Names, and what the user agent says where it says something else. The first that is found counts:
// Edge says that it is Chrome too, and Chrome that it is Safari.
const BROWSERS =
  "Edge=Edg,Opera=OPR,Samsung=SamsungB,Firefox=Firefox|FxiOS,Chrome=Chrom|CriOS,Safari";
const SYSTEMS = "Windows,Android,iOS=iP(hone|ad|od),ChromeOS=CrOS,Mac,Linux";

const find = (names: string, text: string): string => {
  for (const each of names.split(",")) {
    const [name, pattern = name] = each.split("=");
    if (RegExp(pattern!).test(text)) return name!;
  }
  return "Other";
};

/** What the page runs on, as far as the user agent tells. */
export function deviceInfo(): DeviceInfo {
  const { userAgent, maxTouchPoints } = navigator;
  let os = find(SYSTEMS, userAgent);
  // An iPad says that it is a Mac, but no Mac has a touch screen.
  if (os === "Mac" && maxTouchPoints > 1) os = "iOS";
  const isMobile = /iOS|Android|Mobi/.test(os + userAgent);
  return { deviceType: isMobile ? "mobile" : "desktop", os, browser: find(BROWSERS, userAgent) };
}
