// The portal of the analytics service: one call, one component.

import { createRoot } from "react-dom/client";
import { AnalyticsDashboard } from './components/AnalyticsDashboard';

// Track events
const trackEvent = async (eventType: string, data: any) => {
  await fetch('/api/analytics/events/track', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ eventType, data }),
  });
};

void trackEvent("view", { contentType: "post", contentId: "post-123", viewDuration: 45 });
createRoot(document.getElementById("root")!).render(
// Use analytics dashboard
<AnalyticsDashboard />
);
