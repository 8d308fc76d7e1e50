/** What kept a sample from seeing all that sampling can see. */
export interface ProcImpairments {
  readonly isTableUnreadable: boolean;
  /** Other users' processes are not even listed. */
  readonly isHidden: boolean;
  readonly unreadableProcesses: number;
  readonly areSocketsUnreadable: boolean;
  readonly areOwnersUnreadable: boolean;
  readonly omittedSocketRows: number;
  readonly omittedNamespaces: number;
}

const RIGHTS = "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, or the same user as the job";

/** One clause for each, in words for the user; none when the sample saw everything. */
export function describeImpairments(impairments: ProcImpairments): readonly string[] {
  const { unreadableProcesses, omittedSocketRows, omittedNamespaces } = impairments;
  return [
    impairments.isTableUnreadable && "/proc could not be read",
    impairments.isHidden &&
      `/proc hides other users' processes: mount it without hidepid, or give the guard ${RIGHTS}`,
    unreadableProcesses > 0 &&
      `processes whose executable and descriptors are hidden: ${unreadableProcesses}; give the guard ${RIGHTS}`,
    impairments.areSocketsUnreadable && "a socket table under /proc/net could not be read",
    impairments.areOwnersUnreadable &&
      `the owner of some sockets cannot be told: give the guard ${RIGHTS}`,
    omittedSocketRows > 0 && `${omittedSocketRows} sockets were beyond the bound of one sample`,
    omittedNamespaces > 0 &&
      `the sockets of ${omittedNamespaces} network namespaces were not looked at, for there are too many`,
  ].filter((clause) => clause !== false);
}
