// What `@trackflow/react` offers.

export { EVENT_TYPES, EVENT_SOURCES, ENTITY_TYPES } from "./types.js";
export type {
  AttributionData, BatchTrackResponse, EntityType, EventCreated, EventSource, EventType,
  IngestionStats, TrackEventInput,
} from "./types.js";
export { EVENT_REQUIRED_PROPS, validateEventProps, validateEventTimestamp } from "./rules.js";
export { attributionSchema, trackEventSchema } from "./schema.js";
export { getAttributionData, getSessionId } from "./visit.js";
export type { AnalyticsConfig, Token } from "./config.js";
export { AnalyticsProvider, type AnalyticsProviderProps } from "./context.js";
export { type OfflineEventSync, useAnalytics, useAnalyticsTracking, useOfflineEventSync } from "./hooks.js";
export type { SyncResult } from "./client.js";
export type { Mutation, MutationOptions, Query, QueryOptions } from "./mutation.js";
export { type MutationProcedure, type QueryProcedure, trpc } from "./trpc.js";
export { TRPCClientError, type TRPCErrorCode, type TRPCErrorData } from "./wire.js";
export type { FeatureFlag } from "./flags.js";
export {
  useFeatureFlag, useFeatureFlagPayload, useFeatureFlagVariant, useReloadFeatureFlags,
} from "./useFeatureFlag.js";
export { AnalyticsDashboard, type AnalyticsDashboardProps } from "./dashboard/AnalyticsDashboard.js";
