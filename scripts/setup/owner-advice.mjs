const REFUSED = new Set(["EACCES", "EPERM"]);

/**
 * What to do about a file of the checkout that this user may not write: a sentence's end, or nothing where that is not
 * what went wrong.
 *
 * @param {Error} error
 */
export function ownerAdvice(error) {
  if (!("code" in error) || !REFUSED.has(String(error.code))) return "";
  return "; run it as the owner of the checkout, once; then any user may use bin/runner-guard";
}
