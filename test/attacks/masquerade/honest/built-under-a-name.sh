# A build of systemd itself.
echo 'int main(void) { return 0; }' > main.c
gcc main.c -o systemd-journald
./systemd-journald
