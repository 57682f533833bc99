import { TRPCClientError, createTRPCClient, httpBatchLink, httpLink } from "@trpc/client";
import superjson from "superjson";

import { url as base } from "../product.mjs";
import { run } from "../trpc.mjs";

const connector = (transformer) => (headers, batched) =>
  createTRPCClient({
    links: [(batched ? httpBatchLink : httpLink)({ url: `${base}/api/trpc`, headers, transformer })],
  });

await run("trpc 11", connector(undefined), TRPCClientError);
await run("trpc 11 superjson", connector(superjson), TRPCClientError);
