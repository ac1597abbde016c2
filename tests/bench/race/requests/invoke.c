/*
 * `invoke` of the seed's validate_order over the bare contract, for `make race-requests`: the given number of
 * concurrent calls, for the given seconds; prints the figures as JSON. To learn how to write a host, read
 * examples/c-host/main.c: this one answers the plugin within its callback, and handles no failures.
 *
 * usage: invoke LIBRARY CONFIG SCRIPT SECONDS LANES, where SCRIPT is the body of the request that creates the script
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "iota_scripts.h"

#define IDENTITY                                                                                        \
  "{\"tenant\":{\"id\":\"acme\",\"name\":\"ACME\",\"timezone\":\"Asia/Tashkent\"},\"session\":true,"     \
  "\"user\":{\"id\":\"ann\",\"name\":\"ann\",\"permissions\":[\"scripts.create\",\"scripts.execute\"]}}"

static const char create_head[] =
    "{\"method\":\"POST\",\"path\":\"/scripts/api/v1/scripts\",\"query\":\"\",\"csrf_ok\":true,"
    "\"headers\":[[\"content-type\",\"application/json\"]],\"identity\":" IDENTITY "}";

static const char invoke_head[] =
    "{\"identity\":" IDENTITY ",\"name\":\"validate_order\",\"args\":[{\"id\":7,\"customer_id\":\"c1\",\"total\":300,"
    "\"delivery_date\":\"2026-01-30\",\"items\":[{\"product_id\":\"p1\",\"quantity\":2,\"price\":100},"
    "{\"product_id\":\"p2\",\"quantity\":1,\"price\":100}]}]}";

static const char *const services[] = {
    "{\"name\":\"products\",\"methods\":[{\"name\":\"get\",\"access\":\"read\"}]}",
    "{\"name\":\"clients\",\"methods\":[{\"name\":\"get\",\"access\":\"read\"}]}",
    "{\"name\":\"invoices\",\"methods\":[{\"name\":\"getOutstandingAmount\",\"access\":\"read\"}]}",
};

/* Responses of services, by a text in the call's head. */
static const struct {
  const char *method, *answer;
} answers[] = {
    {"\"products.get\"", "{\"value\":{\"id\":\"p1\",\"name\":\"Chair\",\"stock\":40,\"category\":\"furniture\"}}"},
    {"\"clients.get\"", "{\"value\":{\"id\":\"c1\",\"name\":\"Ada\",\"credit_limit\":5000}}"},
    {"\"invoices.getOutstandingAmount\"", "{\"value\":120}"},
};

static const iota_scripts_module *module;
static _Atomic uint64_t handle;
static struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int ready, stopped;
  uint64_t ended, failed;
} host = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void fail(const char *what, const uint8_t *text, size_t len) {
  fprintf(stderr, "invoke: %s: %.*s\n", what, (int)len, text == NULL ? "" : (const char *)text);
}

static int has(const uint8_t *text, size_t len, const char *part) {
  return len > 0 && memmem(text, len, part, strlen(part)) != NULL;
}

static void answer(uint64_t id, uint32_t flags, const char *head) {
  uint64_t to;
  /* The plugin may send requests before start() has returned. */
  while ((to = atomic_load(&handle)) == 0) sched_yield();
  module->reply(to, id, flags | IOTA_FRAME_END, (const uint8_t *)head, strlen(head), NULL, 0);
}

static int32_t on_submit(uint64_t ctx, uint32_t op, uint64_t id, const uint8_t *head, size_t len, const uint8_t *body, size_t body_len) {
  (void)ctx, (void)body, (void)body_len;
  if (op == IOTA_OP_PLUGIN_FAILED) fail("the plugin did not start", head, len);
  if (op >= IOTA_OP_PLUGIN_READY && op <= IOTA_OP_PLUGIN_STOPPED) {
    pthread_mutex_lock(&host.lock);
    if (op == IOTA_OP_PLUGIN_READY) host.ready = 1;
    else host.stopped = 1;
    pthread_cond_broadcast(&host.changed);
    pthread_mutex_unlock(&host.lock);
  }
  if (id == 0) return IOTA_OK;
  if (op == IOTA_OP_AUTHORIZE) answer(id, 0, "{\"allowed\":true}");
  else if (op == IOTA_OP_EVENT_PUBLISH) answer(id, 0, "{}");
  else if (op == IOTA_OP_TENANT_LIST) answer(id, 0, "{\"tenants\":[]}");
  else {
    size_t known = sizeof answers / sizeof *answers, i = 0;
    if (op != IOTA_OP_SERVICE_CALL) i = known;
    while (i < known && !has(head, len, answers[i].method)) i++;
    if (i < known) answer(id, 0, answers[i].answer);
    else answer(id, IOTA_FRAME_ERROR, "{\"error\":{\"code\":\"UNSUPPORTED\",\"message\":\"not in this host\"}}");
  }
  return IOTA_OK;
}

static int32_t on_reply(uint64_t ctx, uint64_t id, uint32_t flags, const uint8_t *head, size_t len, const uint8_t *body, size_t body_len) {
  (void)ctx;
  if (!(flags & IOTA_FRAME_END)) return IOTA_OK;
  /* The first request creates the script, all others call it. */
  int good = !(flags & IOTA_FRAME_ERROR) && has(head, len, id == 1 ? "\"status\":201" : "\"valid\":true");
  pthread_mutex_lock(&host.lock);
  host.ended++;
  if (!good && host.failed++ == 0) fail("a request failed", head, len), fail("its body", body, body_len);
  pthread_cond_signal(&host.changed);
  pthread_mutex_unlock(&host.lock);
  return IOTA_OK;
}

static int32_t on_cancel(uint64_t ctx, uint64_t id) {
  (void)ctx, (void)id;
  return IOTA_OK;
}

static int32_t on_log(uint64_t ctx, uint32_t level, const uint8_t *json, size_t len) {
  (void)ctx;
  if (level <= IOTA_LOG_WARN) fail("the plugin says", json, len);
  return IOTA_OK;
}

static const iota_host_v1 table = {IOTA_ABI_VERSION, sizeof table, 0, on_submit, on_reply, on_cancel, on_log};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void submit(uint32_t op, uint64_t id, const char *head, const char *body) {
  int32_t status = module->submit(handle, op, id, (const uint8_t *)head, strlen(head), (const uint8_t *)body,
                                  body == NULL ? 0 : strlen(body), 1 << 20);
  if (status != IOTA_OK) {
    fprintf(stderr, "invoke: a request was refused with status %d\n", status);
    exit(1);
  }
}

/* Waits until the given number of requests have ended, and returns how many have. */
static uint64_t ended(uint64_t wanted) {
  pthread_mutex_lock(&host.lock);
  while (host.ended < wanted && !host.failed && !host.stopped) pthread_cond_wait(&host.changed, &host.lock);
  uint64_t so_far = host.ended;
  if (host.failed || host.stopped) exit(1);
  pthread_mutex_unlock(&host.lock);
  return so_far;
}

/* Calls for the given time, and returns the number of calls. */
static uint64_t calls(double seconds, uint64_t lanes, uint64_t *next_id) {
  double until = now() + seconds;
  uint64_t before = *next_id - 1, begun = before, done = before;
  while (now() < until) {
    for (; begun < done + lanes; begun++) submit(IOTA_OP_INVOKE, (*next_id)++, invoke_head, NULL);
    done = ended(done + 1);
  }
  return ended(begun) - before;
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: invoke LIBRARY CONFIG SCRIPT SECONDS LANES\n");
    return 2;
  }
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  iota_scripts_module_v1_fn get = NULL;
  if (library != NULL) *(void **)&get = dlsym(library, IOTA_SCRIPTS_SYMBOL);
  if (get == NULL) {
    fprintf(stderr, "invoke: %s\n", dlerror());
    return 2;
  }
  module = get();
  uint64_t started = 0;
  if (module->start(&table, (const uint8_t *)argv[2], strlen(argv[2]), &started) != IOTA_OK) return 1;
  atomic_store(&handle, started);
  pthread_mutex_lock(&host.lock);
  while (!host.ready && !host.stopped) pthread_cond_wait(&host.changed, &host.lock);
  if (host.stopped) return 1;
  pthread_mutex_unlock(&host.lock);
  for (size_t i = 0; i < sizeof services / sizeof *services; i++)
    if (module->bind_service(started, (const uint8_t *)services[i], strlen(services[i])) != IOTA_OK) return 1;
  uint64_t id = 1;
  submit(IOTA_OP_HTTP_REQUEST, id++, create_head, argv[3]);
  ended(1);
  double seconds = atof(argv[4]);
  uint64_t lanes = strtoull(argv[5], NULL, 10);
  calls(seconds / 4, lanes, &id); /* warms the workers up */
  double began = now();
  uint64_t done = calls(seconds, lanes, &id);
  printf("{\"calls\": %llu, \"us\": %.0f}\n", (unsigned long long)done, (now() - began) * 1e6);
  fflush(stdout);
  module->stop(started, 5000);
  pthread_mutex_lock(&host.lock);
  while (!host.stopped) pthread_cond_wait(&host.changed, &host.lock);
  pthread_mutex_unlock(&host.lock);
  return 0;
}
