/** `a.b` for each value that is no object; of the objects of a list as if there were one. */
export function listFields(value: unknown, name = ""): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => listFields(item, name)))];
  if (typeof value !== "object" || value === null) return [name];
  return Object.entries(value).flatMap(([key, member]) =>
    listFields(member, name === "" ? key : `${name}.${key}`),
  );
}
