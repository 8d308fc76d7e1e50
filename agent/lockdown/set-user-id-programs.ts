/** Programs that belong to root and are set-user-ID: whoever starts one has root's rights in it. */
import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";

const FOLDERS = [
  "/usr/bin",
  "/usr/sbin",
  "/bin",
  "/sbin",
  "/usr/local/bin",
  "/usr/local/sbin",
  "/run/wrappers/bin",
  "/usr/lib/cargo/bin",
  "/usr/lib/polkit-1",
  "/usr/libexec/polkit-1",
  "/usr/libexec",
  "/opt/bin",
];
/** Give their user root, if a file or a password says so. By its helper polkit learns that somebody is who he says. */
const BECOME_ROOT = toWords(
  "sudo sudoedit sudo.ws sudoedit.ws sudo-rs su su-rs ksu doas opendoas dzdo pkexec please calife polkit-agent-helper-1",
);
/** Common, and give nobody root: they mount what fstab names, change one's own password, send one kind of packet. */
const HARMLESS = new Set(
  [
    "mount umount fusermount fusermount3 mount.nfs mount.nfs4 mount.cifs mount.fuse mount.fuse3 mount.ecryptfs_private",
    "ntfs-3g passwd chsh chfn gpasswd chage expiry newgrp sg newuidmap newgidmap ping ping6 traceroute6.iputils",
    "at atq atrm crontab unix_chkpwd pam_timestamp_check pam_extrausers_chkpwd bwrap pppd userhelper usernetctl",
  ].flatMap(toWords),
);
const SET_USER_ID = 0o4000;
const ROOT = 0;
/** /usr/bin of a large machine has some 4,000 entries. */
const MAX_ENTRIES = 16_384;

export function isSetUserIdRoot({ uid, mode }: Pick<Stats, "uid" | "mode">): boolean {
  return uid === ROOT && (mode & SET_USER_ID) !== 0;
}

/** By which somebody becomes root now: real paths, each file once. */
export function findWaysToRoot(root = "/"): readonly string[] {
  const folders = toFolders(root);
  const found = folders.flatMap((folder) =>
    BECOME_ROOT.flatMap((name) => toSetUserIdPath(join(folder, name))),
  );
  return [...new Set(found)];
}

/** Of which nobody knows here what they do for whom. */
export function findUnknownPrograms(root = "/"): readonly string[] {
  const known = new Set(findWaysToRoot(root));
  const found = toFolders(root).flatMap((folder) =>
    listNames(folder)
      .slice(0, MAX_ENTRIES)
      .filter((name) => !HARMLESS.has(name))
      .flatMap((name) => toSetUserIdPath(join(folder, name))),
  );
  return [...new Set(found)].filter((path) => !known.has(path));
}

/** /bin is /usr/bin on most machines. */
function toFolders(root: string): readonly string[] {
  const present = FOLDERS.map((folder) => join(root, folder)).filter(
    (folder) => statOf(folder)?.isDirectory() === true,
  );
  return [...new Set(present.flatMap(toRealPaths))];
}

/** None of what is gone by now: some of these folders others may write to. */
function toRealPaths(path: string): string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}

function toSetUserIdPath(path: string): string[] {
  const stats = statOf(path);
  if (stats?.isFile() !== true || !isSetUserIdRoot(stats)) return [];
  return toRealPaths(path);
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A link may lead in circles, or to where nobody may look. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function toWords(text: string): string[] {
  return text.split(" ");
}
