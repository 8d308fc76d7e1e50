/** Lies in each release. */
export const NOTICES = "THIRD-PARTY-NOTICES";

const RULE = "-".repeat(80);

/**
 * What others wrote, and under which terms it may be passed on.
 *
 * @param {readonly import("./bundled-packages.mjs").Package[]} packages
 */
export function toNoticesText(packages) {
  const parts = packages.map(({ name, version, license, terms }) =>
    [RULE, `${name} ${version} (${license})`, RULE, "", terms, ""].join("\n"),
  );
  return ["Runner Guard holds parts of these packages.", "", ...parts].join("\n");
}
