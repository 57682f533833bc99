// The schemas the server checks events by. It speaks zod 3, whose texts and formats differ from
// those of zod 4, so it is zod 3 whichever of the two is installed: both have it as `zod/v3`.

import { z } from "zod/v3";

/** How a visit came about. */
export const attributionSchema = z.object({
  utmSource: z.string().max(255).optional(),
  utmMedium: z.string().max(255).optional(),
  utmCampaign: z.string().max(255).optional(),
  utmTerm: z.string().max(255).optional(),
  utmContent: z.string().max(255).optional(),
  referrer: z.string().url().optional().or(z.literal("")),
  landingPage: z.string().url().optional().or(z.literal("")),
});

/** One event, as it is tracked. */
export const trackEventSchema = z
  .object({
    eventType: z.string().max(100),
    source: z.enum(["web", "api", "mobile", "system", "webhook"]).default("web"),
    entityId: z.string().cuid().optional(),
    entityType: z
      .enum([
        "project", "asset", "license", "creator", "brand", "user", "royalty", "payout", "post",
        "category",
      ])
      .optional(),
    sessionId: z.string().uuid().optional(),
    props: z.record(z.string(), z.any()).optional(),
    attribution: attributionSchema.optional(),
    idempotencyKey: z.string().uuid().optional(),
  })
  .refine(
    (data) => {
      if (data.entityId && !data.entityType) return false;
      return true;
    },
    { message: "entityType is required when entityId is provided" },
  );
