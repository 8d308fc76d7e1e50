/** Files whose reading the kernel sensor tells of, for the rules: by name, and by the directory where the name is a common one. */
export const READ_FILES: readonly { readonly name: string; readonly parent?: string }[] = [
  // A ServiceAccount's, in a directory that the kubelet names after the time.
  { name: "token" },
];
