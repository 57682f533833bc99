// Calls that stand alone: critical, frequent, anonymous, silent, gathered.

import { getSessionId as getAnonymousSessionId } from "@/hooks/useAnalytics";
import { ENTITY_TYPES, EVENT_TYPES, type TrackEventInput } from "@/types/analytics";
import { useAnalyticsTracking } from "./useAnalyticsTracking";
import { gathered } from "./gathered";
import { trpc } from "@/lib/trpc";
import { debounce } from 'lodash';
import { v4 as uuidv4 } from 'uuid';

type Tracking = ReturnType<typeof useAnalyticsTracking>;

function moments(trackEvent: Tracking) {
  // Debounce high-frequency events
  const trackScrollDebounced = debounce((depth: number) => {
    trackEvent.mutate({
      eventType: EVENT_TYPES.POST_SCROLL_DEPTH,
      props: { scrollDepthPercentage: depth },
    });
  }, 1000); // 1 second debounce

  function trackLicenseSigned(licenseId: string) {
    const idempotencyKey = uuidv4();

    // Store key locally to retry if network fails
    localStorage.setItem(`license_signed_${licenseId}`, idempotencyKey);

    trackEvent.mutate({
      eventType: EVENT_TYPES.LICENSE_SIGNED,
      entityId: licenseId,
      entityType: ENTITY_TYPES.LICENSE,
      idempotencyKey,
      props: {
        license_id: licenseId,
      },
    });
  }

  return { trackScrollDebounced, trackLicenseSigned };
}

function anonymous(trackEvent: Tracking) {
  // This works even if not logged in
  trackEvent.mutate({
    eventType: EVENT_TYPES.PAGE_VIEWED,
    sessionId: getAnonymousSessionId(),
    props: {
      page: window.location.pathname,
    },
  });
}

function silent(trackEvent: Tracking, eventData: TrackEventInput, queueFailedEvent: (event: TrackEventInput) => void) {
  // ✅ GOOD - Silent failure with logging
  trackEvent.mutate(eventData, {
    onError: (error) => {
      console.error('[Analytics] Event tracking failed:', error);
      // Optionally queue for retry
      queueFailedEvent(eventData);
    }
  });
}

export function Moments() {
  const trackEvent = useAnalyticsTracking();
  const { queueEvent, flushQueue } = gathered(trpc.eventIngestion.trackBatch.useMutation());
  const { trackScrollDebounced, trackLicenseSigned } = moments(trackEvent);
  const queueFailedEvent = () => console.log("queued");
  const gather = () => {
    for (const n of [1, 2, 3]) queueEvent({ eventType: `gathered_${n}` });
    flushQueue();
  };
  return (
    <>
      <button onClick={() => trackLicenseSigned("cjld2cjxh0002qzrmn831i7rn")}>Sign</button>
      <button onClick={() => [10, 50, 90].forEach((depth) => trackScrollDebounced(depth))}>Scroll</button>
      <button onClick={() => anonymous(trackEvent)}>Look</button>
      <button onClick={() => silent(trackEvent, { eventType: "post_viewed" }, queueFailedEvent)}>
        Fail
      </button>
      <button onClick={gather}>Gather</button>
    </>
  );
}
