/** Events as they become durable, and coming back without a gap. */

import type { TrackedEvent } from './answer';
import { Problem, stream } from './client';

export interface Heard {
  event: (event: TrackedEvent) => void;
  /** So many are gone that will not be heard of. */
  missed: (count: number) => void;
  state: (state: LiveState) => void;
}

export type LiveState = { is: 'connecting' | 'live' } | { is: 'refused'; error: Error };

interface Block {
  id?: string;
  event: string;
  data: string;
}

/** One block of server-sent events, without the line that ends it. */
export function readBlock(text: string): Block {
  const block: Block = { event: 'message', data: '' };
  const data: string[] = [];
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') block.id = value;
    else if (name === 'event') block.event = value;
    else if (name === 'data') data.push(value);
  }
  block.data = data.join('\n');
  return block;
}

/** Reads blocks until the stream ends. */
async function read(body: ReadableStream<Uint8Array>, told: (block: Block) => void): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value.replaceAll('\r\n', '\n')).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) told(readBlock(block));
  }
}

const LATEST_MS = 15_000;

const waited = (ms: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); done(); }, { once: true });
  });

/** Whether asking again may help. */
const passes = (error: unknown) => !(error instanceof Problem) || error.status === 0 || error.status === 429 || error.status >= 500;

/**
 * Follows until it is aborted. `place` remembers the last id that was heard, so that a second call with the
 * same one goes on where the first stopped.
 */
export async function follow(query: string, place: { id: string | null }, heard: Heard, signal: AbortSignal): Promise<void> {
  const told = (block: Block) => {
    if (block.id) place.id = block.id;
    if (block.data === '') return;
    if (block.event === 'missed') heard.missed((JSON.parse(block.data) as { count: number }).count);
    else heard.event(JSON.parse(block.data) as TrackedEvent);
  };
  for (let failures = 0; !signal.aborted; failures += 1) {
    let wait = Math.min(LATEST_MS, 500 * 2 ** failures);
    try {
      heard.state({ is: 'connecting' });
      const body = await stream(`/api/v1/live?${query}`, place.id, signal);
      heard.state({ is: 'live' });
      failures = 0;
      await read(body, told);
      wait = 500;
    } catch (error) {
      if (signal.aborted) return;
      if (!passes(error)) return heard.state({ is: 'refused', error: error as Error });
      if (error instanceof Problem && error.retryAfter !== null) wait = error.retryAfter * 1000;
      heard.state({ is: 'connecting' });
    }
    await waited(wait, signal);
  }
}
