// hooks/useAnalytics.ts
import { trpc } from '@/lib/trpc';
import { v4 as uuidv4 } from 'uuid';
import type { TrackEventInput } from '@/types/analytics';

let sessionId: string | null = null;

export function getSessionId(): string {
  if (!sessionId) {
    sessionId = localStorage.getItem('analytics_session_id');
    if (!sessionId) {
      sessionId = uuidv4();
      localStorage.setItem('analytics_session_id', sessionId);
    }
  }
  return sessionId;
}

export function getAttributionData() {
  if (typeof window === 'undefined') return undefined;

  const params = new URLSearchParams(window.location.search);

  const hasAttribution =
    params.has('utm_source') ||
    params.has('utm_medium') ||
    params.has('utm_campaign') ||
    document.referrer;

  if (!hasAttribution) return undefined;

  return {
    utmSource: params.get('utm_source') || undefined,
    utmMedium: params.get('utm_medium') || undefined,
    utmCampaign: params.get('utm_campaign') || undefined,
    utmTerm: params.get('utm_term') || undefined,
    utmContent: params.get('utm_content') || undefined,
    referrer: document.referrer || undefined,
    landingPage: window.location.href,
  };
}

export function useAnalytics() {
  const trackEvent = trpc.eventIngestion.track.useMutation({
    onError: (error) => {
      console.error('[Analytics] Tracking failed:', error);
    },
  });

  const track = (input: Omit<TrackEventInput, 'sessionId' | 'attribution'>) => {
    trackEvent.mutate({
      ...input,
      sessionId: getSessionId(),
      attribution: getAttributionData(),
    });
  };

  return { track, isTracking: trackEvent.isLoading };
}
