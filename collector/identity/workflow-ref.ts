/**
 * `acme/app/.github/workflows/ci.yml@refs/heads/main`: without the repository, which may be renamed, and the ref. A file's name has no
 * slash, and a branch's may have anything: the first `@refs/` ends the path.
 */
export function readWorkflowRef(
  text: string,
  repository: string,
): { readonly path: string; readonly ref: string | undefined } {
  const isOwn = text.startsWith(`${repository}/`);
  const path = isOwn ? text.slice(repository.length + 1) : text;
  const end = path.indexOf("@refs/");
  if (end < 0) return { path, ref: undefined };
  // A workflow of another repository has that one's ref.
  return { path: path.slice(0, end), ref: isOwn ? path.slice(end + 1) : undefined };
}
