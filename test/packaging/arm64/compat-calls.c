/* What a program for 32-bit ARM asks the kernel for, by the numbers of its own (arch/arm/tools/syscall.tbl). */
#define EXIT 1
#define WRITE 4
#define CREAT 8
#define UNLINK 10
#define MOUNT 21
#define RENAME 38
#define UNSHARE 337
#define CLONE_NEWUTS 0x04000000

static long call(long number, const void *first, long second, long third)
{
	register long r7 __asm__("r7") = number;
	register long r0 __asm__("r0") = (long)first;
	register long r1 __asm__("r1") = second;
	register long r2 __asm__("r2") = third;
	register long r3 __asm__("r3") = 0;
	register long r4 __asm__("r4") = 0;

	__asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4) : "memory");
	return r0;
}

void _start(void)
{
	call(CREAT, "/work/made", 0644, 0);
	call(RENAME, "/work/made", (long)"/work/renamed", 0);
	call(UNLINK, "/work/renamed", 0, 0);
	call(UNSHARE, (void *)CLONE_NEWUTS, 0, 0);
	call(MOUNT, "none", (long)"/mnt", (long)"tmpfs");
	call(WRITE, (void *)1, (long)"compat\n", 7);
	call(EXIT, 0, 0, 0);
	for (;;)
		;
}
