// `v4`, as far as the snippets use uuid.

export const v4 = (): string => crypto.randomUUID();
