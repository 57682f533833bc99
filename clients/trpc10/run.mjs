import { TRPCClientError, createTRPCProxyClient, httpBatchLink, httpLink } from "@trpc/client";
import superjson from "superjson";

import { url as base } from "../product.mjs";
import { run } from "../trpc.mjs";

const connector = (transformer) => (headers, batched) =>
  createTRPCProxyClient({
    transformer,
    links: [(batched ? httpBatchLink : httpLink)({ url: `${base}/api/trpc`, headers, maxURLLength: 2083 })],
  });

await run("trpc 10", connector(undefined), TRPCClientError);
await run("trpc 10 superjson", connector(superjson), TRPCClientError);
