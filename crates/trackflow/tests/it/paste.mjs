// The two requests of the documentation, as a newcomer pastes them; the address comes from outside.
import { readFileSync } from "node:fs";

const [base, testdata] = process.argv.slice(2);
for (const [path, file] of [
  ["/apiv1/events", "single.json"],
  ["/apiv1/events/batch", "batch.json"],
]) {
  const response = await fetch(base + path, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
    },
    body: JSON.stringify(JSON.parse(readFileSync(`${testdata}/${file}`, "utf8")).request.body),
  });
  console.log(JSON.stringify({ status: response.status, body: await response.json() }));
}
