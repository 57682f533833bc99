// A small application: an event at the press of a button, what waits, a flag, and the dashboard.

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import {
  AnalyticsDashboard, AnalyticsProvider, useAnalytics, useFeatureFlag, useOfflineEventSync,
} from "@trackflow/react";

const query = new URLSearchParams(location.search);
const token = query.get("token");
const config = {
  transport: query.get("transport") === "http" ? ("http" as const) : ("trpc" as const),
  superjson: query.has("superjson"),
};

function Tracked() {
  const { track } = useAnalytics();
  const { queued } = useOfflineEventSync();
  const flag = useFeatureFlag("new_checkout");
  return (
    <>
      <button onClick={() => track({ eventType: "pressed", props: { n: 1 } })}>Press</button>
      <output id="queued">{queued}</output>
      <output id="flag">{JSON.stringify(flag)}</output>
    </>
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <AnalyticsProvider config={config}>
      {query.has("dashboard") ? (
        <AnalyticsDashboard
          getToken={() => token}
          funnel={["page_view", "view_item", "add_to_cart", "purchase"]}
          timeframe="30d"
        />
      ) : (
        <Tracked />
      )}
    </AnalyticsProvider>
  </StrictMode>,
);
