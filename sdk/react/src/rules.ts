// What must hold of an event beyond its shape.

/** Properties that events of a type must have. */
export const EVENT_REQUIRED_PROPS: Record<string, string[]> = {
  asset_viewed: ["view_duration_ms"],
  license_signed: ["license_id"],
  payout_completed: ["amount_cents", "payment_method"],
  post_viewed: ["post_id"],
  post_cta_clicked: ["cta_type", "cta_url"],
};

const AGE_MS_MAX = 30 * 24 * 60 * 60 * 1000;

/** Whether an event has the properties its type requires; what is missing goes to the console. */
export function validateEventProps(eventType: string, props?: Record<string, any>): boolean {
  const required = Object.hasOwn(EVENT_REQUIRED_PROPS, eventType)
    ? EVENT_REQUIRED_PROPS[eventType]
    : undefined;
  if (!required) return true;
  if (!props) {
    console.error(`Event ${eventType} requires props: ${required.join(", ")}`);
    return false;
  }
  for (const prop of required) {
    if (!(prop in props)) {
      console.error(`Event ${eventType} missing required prop: ${prop}`);
      return false;
    }
  }
  return true;
}

/** Whether `props.occurred_at` may be this moment: not ahead, and at most 30 days ago. */
export function validateEventTimestamp(timestamp: Date): boolean {
  const now = Date.now();
  const at = timestamp.getTime();
  if (Number.isNaN(at)) {
    console.warn("Event timestamp is not a time");
    return false;
  }
  if (at > now) {
    console.warn("Event timestamp is in the future");
    return false;
  }
  if (at < now - AGE_MS_MAX) {
    console.warn("Event timestamp is too old (>30 days)");
    return false;
  }
  return true;
}
