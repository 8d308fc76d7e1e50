cat /proc/sys/kernel/core_pattern /proc/mounts > settings
df . > disk
