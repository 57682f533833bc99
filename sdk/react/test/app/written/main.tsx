// An application written before this package: its snippets as they stand, on path aliases.

import { createRoot } from "react-dom/client";
import { AnalyticsProvider } from "@trackflow/react";
import { AdminControls, AdminDashboard } from "./admin";
import { AssetCard } from "./AssetCard";
import { AssetViewer } from "./AssetViewer";
import { Moments } from "./Moments";
import { useOfflineEventSync } from "./useOfflineEventSync";

const token = new URLSearchParams(location.search).get("token");
const asset = { id: "cjld2cjxh0000qzrmn831i7rn", type: "image", category: "logo" };

function Sync() {
  const { syncOfflineEvents } = useOfflineEventSync();
  return <button onClick={() => void syncOfflineEvents()}>Sync</button>;
}

createRoot(document.getElementById("root")!).render(
  <AnalyticsProvider config={{ getToken: () => token }}>
    <AssetViewer assetId="cjld2cjxh0001qzrmn831i7rn" />
    <div id="card"><AssetCard asset={asset} /></div>
    <Moments />
    <Sync />
    {token && <AdminDashboard />}
    {token && <AdminControls />}
  </AnalyticsProvider>,
);
