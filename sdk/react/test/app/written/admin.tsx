// What admins see and do.

import { trpc } from "@/lib/trpc";

const isAdmin = true;
const toast = { success: (text: string) => console.log(text) };

function AdminDashboard() {
  const { data } = trpc.eventIngestion.getStats.useQuery(
    {},
    {
      refetchInterval: 5000, // Refresh every 5 seconds
      enabled: isAdmin,
    }
  );

  return (
    <div>
      <h3>Event Ingestion Pipeline</h3>
      <p>Buffer Size: {data?.bufferSize ?? 0} events</p>
      <p>Status: {data?.isProcessing ? 'Flushing...' : 'Ready'}</p>
    </div>
  );
}

function AdminControls() {
  const forceFlush = trpc.eventIngestion.forceFlush.useMutation({
    onSuccess: () => {
      toast.success('Event buffer flushed successfully');
    }
  });

  return (
    <button onClick={() => forceFlush.mutate({})}>
      Force Flush Buffer
    </button>
  );
}

export { AdminControls, AdminDashboard };
