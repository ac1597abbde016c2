/*
 * main.c - a minimal host: loads libiota_scripts.so, starts it on SQLite, binds one service, creates a
 * script, runs it, prints each line as it arrives and the result, and stops.
 *
 *     c-host LIBRARY WORKER DATA_DIR
 *
 * The callbacks follow the contract: they copy, enqueue and return. Requests of the plugin are queued in a list
 * for a thread of the host, which answers them. There is no JSON library: requests are formatted by print(), and
 * the few fields that are read are found by field().
 */
#define _POSIX_C_SOURCE 200809L

#include "iota_scripts.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- text ------------------------------------------------------------------------------------------------ */

/* A formatted text of any length; the caller frees it. */
static char *print(const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, args);
  va_end(args);
  char *text = length < 0 ? NULL : malloc((size_t)length + 1);
  if (text == NULL) {
    perror("c-host");
    exit(1);
  }
  vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  return text;
}

/* A copy of a borrowed buffer with a terminating NUL; the caller frees it. An empty buffer is NULL. */
static char *copy(const uint8_t *data, size_t len) {
  return print("%.*s", (int)len, data == NULL ? "" : (const char *)data);
}

/* The end of the JSON value that begins at `at`: a whole string, or an object or array with its contents. */
static const char *value_end(const char *at) {
  int depth = 0;
  for (; *at != '\0'; at++) {
    if (*at == '"') {
      for (at++; *at != '"' && *at != '\0'; at++)
        if (*at == '\\' && at[1] != '\0') at++;
      if (*at == '\0') return at;
      if (depth == 0) return at + 1;
    } else if (*at == '{' || *at == '[') {
      depth++;
    } else if (*at == '}' || *at == ']') {
      if (depth == 0) return at;
      if (--depth == 0) return at + 1;
    } else if (*at == ',' && depth == 0) {
      return at;
    }
  }
  return at;
}

/* The raw value of a field of a JSON object; nested objects are skipped. NULL if the field is missing.
 * The caller frees it. */
static char *field(const char *json, const char *name) {
  const char *at = strchr(json, '{');
  if (at == NULL) return NULL;
  at++;
  while (*at == '"') {
    const char *key = at + 1, *key_end = value_end(at) - 1;
    int found = (size_t)(key_end - key) == strlen(name) && strncmp(key, name, strlen(name)) == 0;
    at = key_end + 1 + strspn(key_end + 1, " :");
    const char *end = value_end(at);
    if (found) return print("%.*s", (int)(end - at), at);
    at = end + strspn(end, ", ");
  }
  return NULL;
}

/* A text field, without its quotes, with escapes unchanged; "" if it is missing. */
static char *text_field(const char *json, const char *name) {
  char *raw = field(json, name);
  size_t length = raw == NULL ? 0 : strlen(raw);
  char *text = length >= 2 && raw[0] == '"' ? print("%.*s", (int)length - 2, raw + 1) : print("");
  free(raw);
  return text;
}

/* ---- data from the callbacks -------------------------------------------------------------------------------- */

enum phase { STARTING, READY, FAILED, STOPPED };

/* A pending request of the plugin. */
struct question {
  struct question *next;
  uint32_t op;
  uint64_t id;
  char *head;
};

static struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  const iota_scripts_module *module;
  uint64_t handle;
  enum phase phase;
  uint64_t ended;    /* id of the request whose last frame arrived */
  int in_error;      /* that frame was an error */
  char *head, *body; /* the response to that request: the last head, all bodies */
  struct question *first, **last;
  int closing; /* no more requests will be answered */
} host = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .last = &host.first};

static void answer(uint64_t id, uint32_t flags, const char *head) {
  host.module->reply(host.handle, id, flags | IOTA_FRAME_END, (const uint8_t *)head, strlen(head), NULL, 0);
}

/* greetings.make(name) */
static void make_greeting(uint64_t id, const char *call) {
  char *args = field(call, "args");
  char *name = args == NULL ? NULL : print("%.*s", (int)(value_end(args + 1) - args - 1), args + 1);
  if (name != NULL && name[0] == '"') {
    char *head = print("{\"value\":\"Hello, %.*s!\"}", (int)strlen(name) - 2, name + 1);
    answer(id, 0, head);
    free(head);
  } else {
    answer(id, IOTA_FRAME_ERROR, "{\"error\":{\"code\":\"VALIDATION\",\"message\":\"a name is text\"}}");
  }
  free(name);
  free(args);
}

static void answer_question(const struct question *question) {
  switch (question->op) {
    case IOTA_OP_AUTHORIZE: answer(question->id, 0, "{\"allowed\":true}"); break;
    case IOTA_OP_SERVICE_CALL: make_greeting(question->id, question->head); break;
    case IOTA_OP_TENANT_LIST:
      answer(question->id, 0, "{\"tenants\":[{\"id\":\"t1\",\"name\":\"Tenant\",\"active\":true}]}");
      break;
    case IOTA_OP_EVENT_PUBLISH: answer(question->id, 0, "{}"); break;
    default:
      answer(question->id, IOTA_FRAME_ERROR, "{\"error\":{\"code\":\"UNSUPPORTED\",\"message\":\"not in this host\"}}");
  }
}

/* The thread that answers requests. It begins after start() has returned the handle, and ends when the plugin has stopped. */
static void *answer_questions(void *unused) {
  pthread_mutex_lock(&host.lock);
  for (;;) {
    struct question *question = host.first;
    if (question == NULL) {
      if (host.closing) break;
      pthread_cond_wait(&host.changed, &host.lock);
      continue;
    }
    host.first = question->next;
    if (host.first == NULL) host.last = &host.first;
    pthread_mutex_unlock(&host.lock);
    answer_question(question);
    free(question->head);
    free(question);
    pthread_mutex_lock(&host.lock);
  }
  pthread_mutex_unlock(&host.lock);
  return unused;
}

/* ---- the host's table ---------------------------------------------------------------------------------------- */

static int32_t on_submit(uint64_t ctx, uint32_t op, uint64_t id, const uint8_t *head, size_t head_len,
                         const uint8_t *body, size_t body_len) {
  (void)ctx, (void)body, (void)body_len;
  struct question *question = calloc(1, sizeof *question);
  if (question == NULL) return IOTA_AGAIN;
  question->op = op;
  question->id = id;
  question->head = copy(head, head_len);
  if (op == IOTA_OP_PLUGIN_FAILED) {
    char *error = field(question->head, "error");
    fprintf(stderr, "c-host: the plugin did not start: %s\n", error == NULL ? question->head : error);
    free(error);
  }
  pthread_mutex_lock(&host.lock);
  if (op == IOTA_OP_PLUGIN_READY) host.phase = READY;
  if (op == IOTA_OP_PLUGIN_FAILED) host.phase = FAILED;
  if (op == IOTA_OP_PLUGIN_STOPPED) host.phase = STOPPED;
  if (id != 0) {
    *host.last = question;
    host.last = &question->next;
  }
  pthread_cond_broadcast(&host.changed);
  pthread_mutex_unlock(&host.lock);
  if (id == 0) { /* a notification: no answer is expected */
    free(question->head);
    free(question);
  }
  return IOTA_OK;
}

static int32_t on_reply(uint64_t ctx, uint64_t id, uint32_t flags, const uint8_t *head, size_t head_len,
                        const uint8_t *body, size_t body_len) {
  (void)ctx;
  char *json = copy(head, head_len), *more = copy(body, body_len);
  char *line = field(json, "log");
  if (line != NULL) {
    char *level = text_field(line, "level"), *message = text_field(line, "message");
    printf("log %s: %s\n", level, message);
    fflush(stdout);
    free(level);
    free(message);
    free(line);
  }
  pthread_mutex_lock(&host.lock);
  if (head_len > 0) {
    free(host.head);
    host.head = json;
  } else {
    free(json);
  }
  char *all = print("%s%s", host.body == NULL ? "" : host.body, more);
  free(host.body);
  host.body = all;
  if (flags & IOTA_FRAME_END) {
    host.ended = id;
    host.in_error = (flags & IOTA_FRAME_ERROR) != 0;
    pthread_cond_broadcast(&host.changed);
  }
  pthread_mutex_unlock(&host.lock);
  /* Consumed: the plugin may send as many further bytes. After the last frame no credit is needed. */
  if (!(flags & IOTA_FRAME_END)) host.module->credit(host.handle, id, head_len + body_len);
  free(more);
  return IOTA_OK;
}

static int32_t on_cancel(uint64_t ctx, uint64_t id) {
  (void)ctx, (void)id; /* only a hint: the answer is already in flight */
  return IOTA_OK;
}

static int32_t on_log(uint64_t ctx, uint32_t level, const uint8_t *json, size_t len) {
  (void)ctx;
  if (level <= IOTA_LOG_WARN) fprintf(stderr, "plugin: %.*s\n", (int)len, (const char *)json);
  return IOTA_OK;
}

static const iota_host_v1 table = {
    .abi = IOTA_ABI_VERSION,
    .size = sizeof(iota_host_v1),
    .submit = on_submit,
    .reply = on_reply,
    .cancel = on_cancel,
    .log = on_log,
};

/* ---- the steps ------------------------------------------------------------------------------------------------- */

/* Waits until the phase is no longer `from`, and returns it; gives up after 30 seconds. */
static enum phase wait_past(enum phase from) {
  struct timespec limit;
  clock_gettime(CLOCK_REALTIME, &limit);
  limit.tv_sec += 30;
  pthread_mutex_lock(&host.lock);
  while (host.phase == from && pthread_cond_timedwait(&host.changed, &host.lock, &limit) == 0) {
  }
  enum phase phase = host.phase;
  pthread_mutex_unlock(&host.lock);
  return phase;
}

/* Sends one request and waits for its last frame. Returns 1 unless it was rejected or failed; head and body are in `host`. */
static int request(uint32_t op, uint64_t id, const char *head, const char *body) {
  pthread_mutex_lock(&host.lock);
  free(host.head);
  free(host.body);
  host.head = host.body = NULL;
  pthread_mutex_unlock(&host.lock);
  int32_t status = host.module->submit(host.handle, op, id, (const uint8_t *)head, strlen(head),
                                       (const uint8_t *)body, body == NULL ? 0 : strlen(body), 65536);
  if (status != IOTA_OK) {
    fprintf(stderr, "c-host: request %llu was refused with status %d\n", (unsigned long long)id, status);
    return 0;
  }
  pthread_mutex_lock(&host.lock);
  while (host.ended != id && host.phase != STOPPED) pthread_cond_wait(&host.changed, &host.lock);
  int good = host.ended == id && !host.in_error;
  pthread_mutex_unlock(&host.lock);
  if (!good) fprintf(stderr, "c-host: request %llu failed: %s\n", (unsigned long long)id, host.head);
  return good;
}

#define IDENTITY                                                                                     \
  "{\"tenant\":{\"id\":\"t1\",\"name\":\"Tenant\"},\"session\":true,"                                \
  "\"user\":{\"id\":\"1\",\"name\":\"Ada\",\"permissions\":[\"scripts.create\",\"scripts.execute\"]}}"

static const char *service =
    "{\"name\":\"greetings\",\"methods\":[{\"name\":\"make\",\"access\":\"read\","
    "\"params\":{\"type\":\"array\",\"prefixItems\":[{\"type\":\"string\"}],\"minItems\":1,\"maxItems\":1}}]}";

static const char *create_head =
    "{\"method\":\"POST\",\"path\":\"/scripts/api/v1/scripts\",\"query\":\"\",\"csrf_ok\":true,"
    "\"headers\":[[\"content-type\",\"application/json\"]],\"identity\":" IDENTITY "}";

static const char *script =
    "{\"name\":\"greeter\",\"type\":\"one_off\",\"content\":"
    "\"async function main(input) {\\n"
    "  for (let i = 1; i <= 3; i++) console.log('line ' + i);\\n"
    "  return { greeting: await services.greetings.make(input.name) };\\n"
    "}\"}";

static int work(void) {
  if (host.module->bind_service(host.handle, (const uint8_t *)service, strlen(service)) != IOTA_OK) {
    fprintf(stderr, "c-host: the service was refused\n");
    return 0;
  }
  if (!request(IOTA_OP_HTTP_REQUEST, 1, create_head, script)) return 0;
  char *id = text_field(host.body, "id");
  if (id[0] == '\0') {
    fprintf(stderr, "c-host: the script was not created: %s %s\n", host.head, host.body);
    free(id);
    return 0;
  }
  printf("created script %s\n", id);

  char *head = print("{\"identity\":" IDENTITY ",\"id\":\"%s\",\"input\":{\"name\":\"world\"}}", id);
  int good = request(IOTA_OP_RUN, 2, head, NULL);
  free(head);
  free(id);
  if (!good) return 0;

  char *execution = field(host.head, "finished");
  char *status = execution == NULL ? print("") : text_field(execution, "status");
  char *result = execution == NULL ? NULL : field(execution, "result");
  good = strcmp(status, "success") == 0;
  if (good)
    printf("result %s\n", result == NULL ? "null" : result);
  else
    fprintf(stderr, "c-host: the run failed: %s\n", host.head);
  free(result);
  free(status);
  free(execution);
  return good;
}

static const iota_scripts_module *load(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL); /* never closed: required by the contract */
  if (library == NULL) {
    fprintf(stderr, "c-host: %s\n", dlerror());
    return NULL;
  }
  iota_scripts_module_v1_fn get = NULL;
  *(void **)&get = dlsym(library, IOTA_SCRIPTS_SYMBOL);
  const iota_scripts_module *module = get == NULL ? NULL : get();
  if (module == NULL) {
    fprintf(stderr, "c-host: %s has no " IOTA_SCRIPTS_SYMBOL "\n", path);
    return NULL;
  }
  if (module->abi >> 16 != IOTA_ABI_MAJOR || module->size < sizeof(iota_scripts_module)) {
    fprintf(stderr, "c-host: %s has abi %u.%u and a table of %u bytes; this host has abi %u and %zu bytes\n", path,
            module->abi >> 16, module->abi & 0xFFFFu, module->size, IOTA_ABI_MAJOR, sizeof(iota_scripts_module));
    return NULL;
  }
  return module;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: c-host LIBRARY WORKER DATA_DIR\n");
    return 2;
  }
  host.module = load(argv[1]);
  if (host.module == NULL) return 2;

  char *config = print("{\"database\":{\"url\":\"sqlite://%s/c-host.db\"},\"worker\":{\"path\":\"%s\"}}", argv[3],
                       argv[2]);
  uint64_t handle = 0;
  int32_t status = host.module->start(&table, (const uint8_t *)config, strlen(config), &handle);
  free(config);
  if (status != IOTA_OK) {
    fprintf(stderr, "c-host: start was refused with status %d\n", status);
    return 1;
  }
  host.handle = handle;
  pthread_t answering;
  if (pthread_create(&answering, NULL, answer_questions, NULL) != 0) {
    fprintf(stderr, "c-host: cannot start a thread\n");
    return 1;
  }

  int good = wait_past(STARTING) == READY;
  if (good) {
    printf("ready\n");
    good = work();
    host.module->stop(host.handle, 5000);
    good = wait_past(READY) == STOPPED && good;
    if (good) printf("stopped\n");
  }
  pthread_mutex_lock(&host.lock);
  host.closing = 1;
  pthread_cond_broadcast(&host.changed);
  pthread_mutex_unlock(&host.lock);
  pthread_join(answering, NULL);
  free(host.head);
  free(host.body);
  return good ? 0 : 1;
}
