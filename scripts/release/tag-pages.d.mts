/** Copies what a tag has beside what is built. */
export function writeTagPages(root: string, tree: string): void;
