// `debounce`, as far as the snippets use lodash.

export function debounce<A extends unknown[]>(call: (...args: A) => void, ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args: A): void => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...args), ms);
  };
}
