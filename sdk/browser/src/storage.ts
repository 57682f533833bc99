// What is kept in the browser. Storage can be missing, full or forbidden: then values live as long
// as the page.

type Area = "localStorage" | "sessionStorage";

/** Reads without an argument, writes with one; `null` removes. Answers the value. */
export type Slot = (value?: string | null) => string | null;

export function slot(area: Area, name: string): Slot {
  // Set only when the browser would not keep the value: then it wins over what is stored.
  let kept: string | null | undefined;
  return (value) => {
    const isRead = value === undefined;
    try {
      const storage = window[area];
      if (isRead) return kept === undefined ? storage.getItem(name) : kept;
      if (value) storage.setItem(name, value);
      else storage.removeItem(name);
      kept = undefined;
    } catch {
      if (isRead) return kept || null;
      kept = value;
    }
    return value;
  };
}

/** The session of this tab. */
export const sessionSlot = (key: string): Slot => slot("sessionStorage", "tf_s_" + key);

/** Who was identified, until `reset`. */
export const userSlot = (key: string): Slot => slot("localStorage", "tf_u_" + key);

/** Set when the visitor does not want to be counted. */
export const optOutSlot = (key: string): Slot => slot("localStorage", "tf_o_" + key);
