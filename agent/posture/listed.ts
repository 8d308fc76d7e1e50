const MAX_SHOWN = 5;

/** The first few, and how many more. */
export function listed(names: readonly string[]): string {
  const more = names.length - MAX_SHOWN;
  const shown = names.slice(0, MAX_SHOWN).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
