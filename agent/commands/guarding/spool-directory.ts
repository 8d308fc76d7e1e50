/** Undefined: what waits is kept in memory. Throws `usage` where it is not the guard's own. */
export async function openSpoolDirectory(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const { openPrivateDirectory } = await import("../../stream/spool/private-directory.ts");
  return openPrivateDirectory(path, process.geteuid?.() ?? 0);
}
