// What an application does with each kind of error.

import { trpc } from "@/lib/trpc";

const told = (what: string) => () => console.log(`told to ${what}`);
const queueEventForLater = told("queue");
const retryWithBackoff = told("retry");

import { TRPCClientError } from '@trpc/client';

function useAnalyticsTracking() {
  const trackEvent = trpc.eventIngestion.track.useMutation({
    onError: (error) => {
      if (error instanceof TRPCClientError) {
        switch (error.data?.code) {
          case 'BAD_REQUEST':
            // Validation error - log and do NOT retry
            console.error('Invalid event data:', error.message);
            if (error.data?.zodError) {
              console.error('Validation errors:', error.data.zodError);
            }
            break;

          case 'UNAUTHORIZED':
            // Not authenticated - queue for later
            queueEventForLater();
            break;

          case 'FORBIDDEN':
            // Permission denied - log only
            console.warn('Permission denied for event tracking');
            break;

          case 'TOO_MANY_REQUESTS':
            // Rate limited - retry with backoff
            retryWithBackoff();
            break;

          case 'INTERNAL_SERVER_ERROR':
          case 'TIMEOUT':
            // Server error - retry with backoff
            retryWithBackoff();
            break;

          default:
            console.error('Unknown error tracking event:', error);
        }
      }
    },
  });

  return trackEvent;
}

export { useAnalyticsTracking };
