// flagged: token-on-the-node
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	char letters[8];
	int one;

	mkdir("kubernetes.io~projected", 0700);
	mkdir("kubernetes.io~projected/kube-api-access-x2x4z", 0700);
	one = open("kubernetes.io~projected/kube-api-access-x2x4z/token", O_CREAT | O_WRONLY, 0600);
	write(one, "none", 4);
	close(one);
	one = syscall(SYS_openat, AT_FDCWD, "./kubernetes.io~projected/../kubernetes.io~projected/kube-api-access-x2x4z/token", O_RDONLY);
	return read(one, letters, sizeof(letters)) < 0;
}
