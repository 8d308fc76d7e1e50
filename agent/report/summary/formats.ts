/** `1,234,567`. Intl, which knows every language, takes 16 ms to be ready for one: this is loaded before a guard is in force. */
export function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `812 ms`, `42.3 s`, `3 min 05 s`, `2 h 03 min`. A clock that was set back gives `unknown time`. */
export function formatDuration(milliseconds: number): string {
  if (!(milliseconds >= 0)) return "unknown time";
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}

const BYTE_UNITS = ["kB", "MB", "GB", "TB", "PB"];

/** Decimal units, one digit after the point below ten: `980 B`, `1.2 kB`, `34 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  let value = bytes;
  let unit = "B";
  for (const larger of BYTE_UNITS) {
    if (value < 999.5) break;
    value /= 1_000;
    unit = larger;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

export function pluralise(noun: string, count: number): string {
  if (count === 1) return noun;
  if (noun.endsWith("y")) return `${noun.slice(0, -1)}ies`;
  return noun.endsWith("s") ? `${noun}es` : `${noun}s`;
}
