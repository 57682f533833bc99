import RudderAnalytics from "@rudderstack/rudder-sdk-node";

import { event, has, url, writeKey } from "../product.mjs";

const client = new RudderAnalytics(writeKey, { dataPlaneUrl: url, flushAt: 20 });
client.track({ userId: "rudder-user", event: "rudder track", properties: { plan: "pro" } });
client.identify({ userId: "rudder-user", traits: { plan: "pro" } });
await new Promise((done) => client.flush(done));

const track = await event("rudder track");
has(track, { user_id: "rudder-user", dialect: "segment" });
has(track.properties, { plan: "pro" });
process.exit(0);
