/** Whether the browser says that its user does not want to be tracked. */
export function asksNotToTrack(): boolean {
  const { doNotTrack, globalPrivacyControl } = navigator as Navigator & {
    doNotTrack?: string | null;
    globalPrivacyControl?: boolean;
  };
  return doNotTrack === "1" || !!globalPrivacyControl;
}

/** Whether this page is somebody's own machine: work in progress is not to be counted. */
export const isLocal = (): boolean =>
  // Files have no host.
  /^$|(^|\.)localhost$|^(127|0)(\.\d+){3}$|^\[::1]$/.test(location.hostname);
