/** One thing that is being done, and what was wrong with it. */

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type FieldProblem, Problem } from '../api/client';

function told(error: unknown): string {
  if (!(error instanceof Problem)) return 'Something went wrong. Try again.';
  return error.errors.map((one) => one.message).join('; ') || error.message;
}

export function useAction(stale: string[] = []) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [fields, setFields] = useState<FieldProblem[]>([]);
  /** Does it; true when it was done. */
  const run = async (action: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setWrong(null);
    setFields([]);
    try {
      await action();
      await Promise.all(stale.map((key) => client.invalidateQueries({ queryKey: [key] })));
      return true;
    } catch (error) {
      setWrong(told(error));
      if (error instanceof Problem) setFields(error.errors);
      return false;
    } finally {
      setBusy(false);
    }
  };
  /** What the server says of a field. */
  const of = (field: string) => fields.filter((one) => one.field === field).map((one) => one.message).join('; ') || undefined;
  return { busy, wrong, fields, of, run };
}
