/*
 * Asks as fast as answers come, with many questions under way: flood-dns LOG RESOLVER SECONDS WINDOW NAMES
 * Every name is asked for once before. A question without an answer for a second is lost. Says when it begins, and when
 * it has ended, and ends with its input.
 */
#include <poll.h>

#include "dns-client.h"
#include "ground-truth.h"

enum { MAX_WINDOW = 1024, BATCH = 64, LOST_AFTER_NS = 1000000000 };

struct slot {
  long long sent_at; /* 0: free */
};

static struct slot slots[MAX_WINDOW];
static int free_slots[MAX_WINDOW], free_count;
static long sent, answered, lost, failed;

static void ask_some(int socket_fd, int names) {
  static unsigned char questions[BATCH][128];
  static unsigned next;
  struct mmsghdr messages[BATCH];
  struct iovec parts[BATCH];
  int count = free_count < BATCH ? free_count : BATCH;
  long long now = nanoseconds_now();
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < count; i++) {
    char name[64];
    int slot = free_slots[free_count - 1 - i];
    snprintf(name, sizeof name, "c%d.bench.test", next++ % names);
    slots[slot].sent_at = now;
    parts[i].iov_base = questions[i];
    parts[i].iov_len = dns_question(questions[i], slot, name, TYPE_A);
    messages[i].msg_hdr.msg_iov = &parts[i], messages[i].msg_hdr.msg_iovlen = 1;
  }
  int done = count ? sendmmsg(socket_fd, messages, count, 0) : 0;
  if (done < 0) done = 0;
  free_count -= done;
  sent += done;
}

static void take_answers(int socket_fd) {
  static unsigned char answers[BATCH][512];
  struct mmsghdr messages[BATCH];
  struct iovec parts[BATCH];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){answers[i], sizeof answers[i]};
    messages[i].msg_hdr.msg_iov = &parts[i], messages[i].msg_hdr.msg_iovlen = 1;
  }
  int count = recvmmsg(socket_fd, messages, BATCH, MSG_DONTWAIT, NULL);
  for (int i = 0; i < count; i++) {
    unsigned slot = dns_id(answers[i]);
    if (slot >= MAX_WINDOW || !slots[slot].sent_at) continue;
    slots[slot].sent_at = 0;
    free_slots[free_count++] = slot;
    if (dns_has_answers(answers[i], messages[i].msg_len)) answered++;
    else failed++;
  }
}

static void give_up_on_old(int window) {
  long long now = nanoseconds_now();
  for (int i = 0; i < window; i++) {
    if (!slots[i].sent_at || now - slots[i].sent_at < LOST_AFTER_NS) continue;
    slots[i].sent_at = 0;
    free_slots[free_count++] = i;
    lost++;
  }
}

static void warm_up(int socket_fd, int names) {
  for (int i = 0; i < names; i++) {
    char name[64];
    unsigned char answer[DNS_MAX_BYTES];
    snprintf(name, sizeof name, "c%d.bench.test", i);
    if (dns_ask(socket_fd, name, TYPE_A, answer) < 0) fprintf(stderr, "%s has no answer\n", name), exit(1);
  }
}

int main(int argc, char **argv) {
  if (argc < 6) return usage("flood-dns LOG RESOLVER SECONDS WINDOW NAMES");
  int log = open_log(argv[1]), socket_fd = dns_connect(argv[2]), names = atoi(argv[5]);
  int window = atoi(argv[4]) < MAX_WINDOW ? atoi(argv[4]) : MAX_WINDOW;
  warm_up(socket_fd, names);
  for (int i = 0; i < window; i++) free_slots[free_count++] = i;
  puts("begun"), fflush(stdout);
  long long begun = nanoseconds_now(), until = begun + atoi(argv[3]) * 1000000000LL, looked = begun;
  while (nanoseconds_now() < until) {
    ask_some(socket_fd, names);
    poll(&(struct pollfd){.fd = socket_fd, .events = POLLIN}, 1, 10);
    take_answers(socket_fd);
    if (nanoseconds_now() - looked < LOST_AFTER_NS / 10) continue;
    looked = nanoseconds_now();
    give_up_on_old(window);
  }
  long long ended = nanoseconds_now();
  puts("ended"), fflush(stdout);
  getchar();
  struct record record;
  record_begin(&record, "flood-dns");
  record_number(&record, "sent", sent);
  record_number(&record, "answered", answered);
  record_number(&record, "failed", failed);
  record_number(&record, "lost", lost);
  record_number(&record, "wallMicroseconds", (ended - begun) / 1000);
  record_write(&record, log);
  return 0;
}
