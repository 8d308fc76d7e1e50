/**
 * Where a file is that the system, or the next shell, runs without being asked. From bash(1), zsh(1), fish(1), ksh(1), csh(1), cron(8), sudoers(5),
 * sshd(8), systemd.unit(5), systemd.generator(7), udev(7), pam(8), init(8), the XDG autostart specification, and modprobe.d(5), as of 2026.
 */

/** `startup`: a shell reads it, and programs put settings there by trade; `accounts`: so do account tools; `place`: what stands there is run, or grants a right. */
export type PersistenceKind = "startup" | "accounts" | "place";

export interface PersistencePlace {
  readonly kind: PersistenceKind;
  /** For the message. */
  readonly what: string;
}

const STARTUP: PersistencePlace = { kind: "startup", what: "a start-up file of shells" };
const AUTHORIZED: PersistencePlace = { kind: "place", what: "who may log in by ssh" };
const CRON: PersistencePlace = { kind: "place", what: "what cron runs" };
const UNITS: PersistencePlace = { kind: "place", what: "what systemd runs" };
const UDEV: PersistencePlace = { kind: "place", what: "what udev runs" };
const SUDOERS: PersistencePlace = { kind: "place", what: "who may become root" };
const ACCOUNTS: PersistencePlace = { kind: "accounts", what: "who has an account here" };
const LOGIN: PersistencePlace = { kind: "place", what: "what runs at a login" };
const BOOT: PersistencePlace = { kind: "place", what: "what runs when the machine starts" };
const NETWORK_UP: PersistencePlace = {
  kind: "place",
  what: "what runs when the network changes",
};
const MODULES: PersistencePlace = { kind: "place", what: "which kernel modules are loaded" };

/** By their path below a home directory. */
export const HOME_FILES: ReadonlyMap<string, PersistencePlace> = toTable([
  [
    STARTUP,
    ".bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile .zlogin .zlogout .kshrc .mkshrc .cshrc .tcshrc .login .logout .shrc .config/fish/config.fish .config/powershell/profile.ps1 .config/powershell/Microsoft.PowerShell_profile.ps1 .config/nushell/config.nu .config/nushell/env.nu .xonshrc .config/environment.d",
  ],
  [
    AUTHORIZED,
    ".ssh/authorized_keys .ssh/authorized_keys2 .ssh/rc .ssh/environment .rhosts .shosts .k5login",
  ],
  [
    LOGIN,
    ".pam_environment .xinitrc .xsession .xprofile .xsessionrc .Xclients .config/autostart .config/autostart-scripts .config/plasma-workspace/env",
  ],
  [UNITS, ".config/systemd/user .local/share/systemd/user .config/systemd"],
  [STARTUP, ".config/fish/conf.d .config/fish/functions .bashrc.d .zshrc.d .bash_completion"],
]);

/** Directories below a home directory, whatever lies in them. */
export const HOME_DIRECTORIES: ReadonlyMap<string, PersistencePlace> = toTable([
  [STARTUP, ".config/fish/conf.d .config/fish/functions .bashrc.d .zshrc.d .config/environment.d"],
  [LOGIN, ".config/autostart .config/autostart-scripts .config/plasma-workspace/env"],
  [UNITS, ".config/systemd/user .local/share/systemd/user"],
]);

/** By their whole path. */
export const SYSTEM_FILES: ReadonlyMap<string, PersistencePlace> = toTable([
  [
    STARTUP,
    "/etc/profile /etc/bash.bashrc /etc/bashrc /etc/bash.bash_logout /etc/environment /etc/zshenv /etc/zshrc /etc/zprofile /etc/zlogin /etc/zlogout /etc/csh.cshrc /etc/csh.login /etc/ksh.kshrc",
  ],
  [SUDOERS, "/etc/sudoers /etc/sudoers.d /etc/doas.conf /etc/sudo.conf /usr/local/etc/sudoers"],
  [ACCOUNTS, "/etc/passwd /etc/shadow /etc/group /etc/gshadow"],
  [CRON, "/etc/crontab /etc/anacrontab /var/spool/cron /var/spool/cron/crontabs /etc/cron.d"],
  [BOOT, "/etc/rc.local /etc/inittab /etc/rc.d/rc.local /etc/rc.conf"],
  [LOGIN, "/etc/ssh/sshrc /etc/security/pam_env.conf /etc/pam.conf"],
  [MODULES, "/etc/modules /etc/modprobe.conf"],
]);

/** Directories, whatever lies in them. */
export const SYSTEM_DIRECTORIES: ReadonlyMap<string, PersistencePlace> = toTable([
  [
    SUDOERS,
    "/etc/sudoers.d /usr/local/etc/sudoers.d /etc/polkit-1/rules.d /usr/share/polkit-1/rules.d",
  ],
  [
    CRON,
    "/etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly /etc/cron.yearly /var/spool/cron /var/spool/at /var/spool/anacron /etc/periodic /etc/crontabs",
  ],
  [
    UNITS,
    "/etc/systemd/system /etc/systemd/user /etc/systemd/system-generators /etc/systemd/user-generators /etc/systemd/system-environment-generators /usr/lib/systemd /lib/systemd /usr/local/lib/systemd /run/systemd/system /run/systemd/user /run/systemd/transient /run/systemd/generator /usr/share/systemd /etc/dbus-1/system.d /usr/share/dbus-1/system-services",
  ],
  [UDEV, "/etc/udev/rules.d /usr/lib/udev /lib/udev /run/udev/rules.d /usr/local/lib/udev"],
  [
    STARTUP,
    "/etc/profile.d /etc/zsh /etc/fish /etc/bashrc.d /etc/bash_completion.d /etc/environment.d /etc/skel",
  ],
  [LOGIN, "/etc/pam.d /etc/xdg/autostart /etc/X11/Xsession.d /etc/update-motd.d"],
  [
    BOOT,
    "/etc/init.d /etc/init /etc/rc0.d /etc/rc1.d /etc/rc2.d /etc/rc3.d /etc/rc4.d /etc/rc5.d /etc/rc6.d /etc/rcS.d /etc/rc.d /etc/local.d /etc/runlevels /etc/sv /etc/service /etc/s6 /etc/initramfs-tools/scripts /etc/initramfs-tools/hooks /etc/grub.d /etc/binfmt.d",
  ],
  [
    NETWORK_UP,
    "/etc/network/if-up.d /etc/network/if-down.d /etc/network/if-pre-up.d /etc/network/if-post-down.d /etc/NetworkManager/dispatcher.d /etc/networkd-dispatcher /etc/dhcp /etc/ppp/ip-up.d",
  ],
  [MODULES, "/etc/modules-load.d /etc/modprobe.d"],
]);

/** What each path above begins with: nothing else is looked up. */
export const SYSTEM_ROOTS = [
  "/etc/",
  "/var/spool/",
  "/usr/",
  "/lib/",
  "/run/systemd/",
  "/run/udev/",
];

type Rows = readonly (readonly [PersistencePlace, string])[];

function toTable(rows: Rows): ReadonlyMap<string, PersistencePlace> {
  return new Map(
    rows.flatMap(([place, paths]) =>
      paths.split(" ").map((path): [string, PersistencePlace] => [path, place]),
    ),
  );
}
