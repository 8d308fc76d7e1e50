/** Programs that are meant to outlive whoever starts them, by name, by main class and by script. From their manuals, as of 2026-11. */
export const DAEMONS: ReadonlySet<string> = new Set(
  [
    "ssh ssh-agent gpg-agent dirmngr scdaemon keyboxd git git-maintenance dockerd containerd containerd-shim",
    "containerd-shim-runc-v2 docker-proxy rootlesskit slirp4netns pasta conmon buildkitd adb watchman bazel buck2 sccache",
    "ccache ccached distccd icecc gradle dbus-daemon dbus-launch Xvfb Xorg at-spi-bus-launcher pulseaudio pipewire",
    "chrome_crashpad_handler crashpad_handler chromedriver geckodriver postgres pg_ctl mysqld mariadbd redis-server valkey-server",
    "mongod memcached nginx haproxy rabbitmq-server beam.smp epmd minio kubelet minikube kind k3s etcd turbo flow hh_server",
    "VBCSCompiler MSBuild snapd systemd rustup buildkit-runner qemu-system-x86_64 qemu-system-aarch64 emulator netsimd",
  ].flatMap((line) => line.split(" ")),
);

/** Of `java`. */
export const DAEMON_CLASSES: ReadonlySet<string> = new Set([
  "org.gradle.launcher.daemon.bootstrap.GradleDaemon",
  "org.gradle.wrapper.GradleWrapperMain",
  "org.jetbrains.kotlin.daemon.KotlinCompileDaemon",
  "org.mvndaemon.mvnd.common.MavenDaemon",
  "org.apache.maven.cli.DaemonMavenCli",
  "bloop.Bloop",
  "com.facebook.nailgun.NGServer",
  "com.google.devtools.build.lib.bazel.Bazel",
]);

/** Of `node`, `python` and `dotnet`: the end of a path. */
export const DAEMON_SCRIPTS: readonly string[] = [
  "nx/src/daemon/server/start.js",
  "update-notifier/check.js",
  "next/dist/telemetry/detached-flush.js",
  "pm2/lib/Daemon.js",
  "eslint_d.js",
  "prettierd",
  "VBCSCompiler.dll",
  "MSBuild.dll",
  "rzc.dll",
  "dmypy",
];

/**
 * Of `python -c`, whole: what multiprocessing, and joblib after its manner, start beside a program's own processes. They end when nobody
 * holds their pipe any more. From Lib/multiprocessing/{resource_tracker,forkserver}.py; a long list of folders is cut at its end.
 */
export const DAEMON_TEXTS: readonly RegExp[] = [
  /^from (?:multiprocessing|(?:joblib\.externals\.)?loky\.backend)\.(?:resource|semaphore)_tracker import main; ?main\([\w, ]*\)$/,
  /^from multiprocessing\.forkserver import main; main\([^();\n]*\)?$/,
];
