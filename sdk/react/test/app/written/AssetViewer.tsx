// A component with a mutation of its own, as applications have it.

import { useEffect } from "react";
import { getAttributionData, getSessionId } from "@/hooks/useAnalytics";
import { trpc } from '@/lib/trpc';

function useTrackEvent() {
  const trackEvent = trpc.eventIngestion.track.useMutation({
    onSuccess: (data) => {
      console.log('Event tracked:', data);
    },
    onError: (error) => {
      // Event tracking errors should be logged but not shown to users
      console.error('Event tracking failed:', error);
    }
  });

  return trackEvent;
}

// Usage in component
function AssetViewer({ assetId }: { assetId: string }) {
  const trackEvent = useTrackEvent();

  useEffect(() => {
    trackEvent.mutate({
      eventType: 'asset_viewed',
      source: 'web',
      entityId: assetId,
      entityType: 'asset',
      sessionId: getSessionId(), // From your session management
      props: {
        view_duration_ms: 0, // Update on unmount
        referrer: document.referrer,
      },
      attribution: getAttributionData(), // From URL params
    });
  }, [assetId]);

  return <div>Asset content...</div>;
}

export { AssetViewer };
