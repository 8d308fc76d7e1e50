// flagged: sleep
#include <unistd.h>

int main(void)
{
	if (daemon(0, 0) != 0)
		return 1;
	execl("/bin/sleep", "kworker/0:1", "20", (char *)0);
	return 1;
}
