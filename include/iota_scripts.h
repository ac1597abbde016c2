/*
 * iota_scripts.h - the contract between iota-scripts and the application that hosts it.
 *
 * A host loads libiota_scripts.so with RTLD_NOW | RTLD_LOCAL, never unloads it, looks up
 * iota_scripts_module_v1 and calls it once. Everything else goes through the table that it returns and
 * the table that the host passes to start(). ABI.md in this folder explains the rules and how they evolve.
 *
 * Rules that hold for every function of both tables:
 *   - nothing blocks: a function copies, enqueues and returns;
 *   - any thread may call, concurrently, and from inside a callback;
 *   - a pointer with its length is lent for that call alone: the receiver copies what it keeps;
 *   - an empty buffer is NULL with length 0, and a receiver ignores the pointer when the length is 0;
 *   - neither side frees memory of the other;
 *   - no panic, exception or longjmp crosses the boundary;
 *   - text is UTF-8, structured data is one JSON object; unknown fields are ignored.
 *
 * Thread tags: [any] any thread, any time after the table was returned; [started] any thread, with a handle
 * that start() returned. A handle stays valid for the life of the process: after stop the functions
 * return IOTA_STOPPED.
 */
#ifndef IOTA_SCRIPTS_H
#define IOTA_SCRIPTS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Version of the contract. The major number must match; a higher minor number only adds: functions at the
 * end of a table (check `size`), operations (a receiver that does not know them answers UNSUPPORTED), JSON fields. */
#define IOTA_ABI_MAJOR 1u
#define IOTA_ABI_MINOR 1u
#define IOTA_ABI_VERSION ((IOTA_ABI_MAJOR << 16) | IOTA_ABI_MINOR)

/* Return values of all functions: whether the message was accepted, not whether its operation succeeded. */
#define IOTA_OK 0            /* accepted */
#define IOTA_STOPPED (-1)    /* the receiver is stopping or has stopped */
#define IOTA_MISMATCH (-2)   /* the other table has another major version or is too small */
#define IOTA_AGAIN (-3)      /* queue full: answer 503 or drop, and count it */
#define IOTA_UNKNOWN (-4)    /* no such handle, id or name (late frames get this: ignore it) */
#define IOTA_INVALID (-5)    /* NULL where data is needed, not UTF-8, not JSON, unknown dialect, id of the wrong space */
#define IOTA_HOST_PANIC (-98)
#define IOTA_PLUGIN_PANIC (-99)

/* Flags of a reply frame. */
#define IOTA_FRAME_END 1u   /* last frame of this id; every submitted request gets exactly one, also after cancel */
#define IOTA_FRAME_ERROR 2u /* head is {"error":{"code","message","field"?,"details"?,"retryable"?}}; always with END */

/* Levels of log(). */
#define IOTA_LOG_ERROR 1u
#define IOTA_LOG_WARN 2u
#define IOTA_LOG_INFO 3u
#define IOTA_LOG_DEBUG 4u
#define IOTA_LOG_TRACE 5u

/* Dialects of migrations(). */
#define IOTA_DIALECT_SQLITE 1u
#define IOTA_DIALECT_POSTGRES 2u

/* Ids of requests: those made by the host have the top bit clear, those made by the plugin have it set. */
#define IOTA_PLUGIN_ID_BIT 0x8000000000000000ull

/* Maximum size in bytes of a request body and of a reply that is not streamed. */
#define IOTA_MAX_MESSAGE (16u * 1024u * 1024u)

/* Operations, host -> plugin. N: a notification, never answered. */
#define IOTA_OP_HTTP_REQUEST 1u
#define IOTA_OP_INVOKE 2u
#define IOTA_OP_RUN 3u
#define IOTA_OP_EVENT 4u /* N with id 0; with another id, answered when the event is stored */
#define IOTA_OP_HEALTH 5u
#define IOTA_OP_METRICS 6u
#define IOTA_OP_MIGRATE 7u
#define IOTA_OP_CONFIG_CHANGED 8u /* N */
#define IOTA_OP_TENANT_DELETED 9u /* N */
#define IOTA_OP_USER_DELETED 10u  /* N */
#define IOTA_OP_EVENTS_WANTED 11u /* N, since 1.1 */

/* Operations, plugin -> host. */
#define IOTA_OP_PLUGIN_READY 4097u   /* N */
#define IOTA_OP_PLUGIN_FAILED 4098u  /* N */
#define IOTA_OP_PLUGIN_STOPPED 4099u /* N */
#define IOTA_OP_AUTHORIZE 4112u
#define IOTA_OP_SERVICE_CALL 4113u
#define IOTA_OP_IDENTITY_RESOLVE 4114u
#define IOTA_OP_TENANT_LIST 4115u
#define IOTA_OP_TENANT_BY_HOST 4116u
#define IOTA_OP_EVENT_PUBLISH 4117u
/* Only for a host whose start configuration lists "authorize.many" and "events.publish" in its capabilities. */
#define IOTA_OP_AUTHORIZE_MANY 4118u /* since 1.1 */
#define IOTA_OP_EVENTS_PUBLISH 4119u /* since 1.1 */

/* The table of the host. It must stay valid and unchanged until plugin.stopped has arrived. */
typedef struct iota_host_v1 {
  uint32_t abi;  /* IOTA_ABI_VERSION the host was compiled with */
  uint32_t size; /* sizeof(iota_host_v1) the host was compiled with */
  uint64_t ctx;  /* passed back as the first argument of every call; any value */

  /* [any] A request (or notification, id 0) of the plugin. The host answers with the module's reply(), from
   * any thread, later or before this call returns. head and body are lent for this call. */
  int32_t (*submit)(uint64_t ctx, uint32_t op, uint64_t id, const uint8_t *head, size_t head_len,
                    const uint8_t *body, size_t body_len);

  /* [any] A frame of the plugin's answer to a request that the host submitted. Frames of one id come in
   * order, one at a time. head and body are lent for this call. */
  int32_t (*reply)(uint64_t ctx, uint64_t id, uint32_t flags, const uint8_t *head, size_t head_len,
                   const uint8_t *body, size_t body_len);

  /* [any] The plugin no longer needs the answer to its request id. A hint: a reply may still come. */
  int32_t (*cancel)(uint64_t ctx, uint64_t id);

  /* [any, also during start and stop] One log record: {"target","message","fields"?}. */
  int32_t (*log)(uint64_t ctx, uint32_t level, const uint8_t *json, size_t len);
} iota_host_v1;

/* The table of the plugin. One constant table for the life of the process. */
typedef struct iota_scripts_module {
  uint32_t abi;  /* IOTA_ABI_VERSION the library was compiled with */
  uint32_t size; /* sizeof(iota_scripts_module) the library was compiled with */

  /* [any] Static JSON, pure: may be called before start and in tooling. The pointer stays valid and the text
   * is not NUL-terminated. len must not be NULL. */
  const uint8_t *(*manifest)(size_t *len);

  /* [any] Static JSON, pure: [{"version","name","sql","checksum"}] in order, for one IOTA_DIALECT_*.
   * NULL and length 0 for an unknown dialect. */
  const uint8_t *(*migrations)(uint32_t dialect, size_t *len);

  /* [any] Static JSON, pure: the static path prefixes that the host mounts, with their access. */
  const uint8_t *(*routes)(size_t *len);

  /* [any] Starts an instance from one JSON document and returns immediately with its handle. plugin.ready or
   * plugin.failed follows as a message. host is read now and kept; config is lent for this call. */
  int32_t (*start)(const iota_host_v1 *host, const uint8_t *config, size_t config_len, uint64_t *handle);

  /* [started] Makes a service of the host callable from scripts, or replaces it: {"name","methods":[…]}. */
  int32_t (*bind_service)(uint64_t handle, const uint8_t *descriptor, size_t len);

  /* [started] Removes a bound service; runs that call it later get SERVICE_NOT_BOUND. */
  int32_t (*unbind_service)(uint64_t handle, const uint8_t *name, size_t len);

  /* [started] A request of the host. id is the host's own, top bit clear, and not in use. The answer comes
   * through the host's reply(). window is the credit in bytes that a streamed answer starts with. */
  int32_t (*submit)(uint64_t handle, uint32_t op, uint64_t id, const uint8_t *head, size_t head_len,
                    const uint8_t *body, size_t body_len, uint64_t window);

  /* [started] The host's answer to a request of the plugin: one frame with IOTA_FRAME_END. */
  int32_t (*reply)(uint64_t handle, uint64_t id, uint32_t flags, const uint8_t *head, size_t head_len,
                   const uint8_t *body, size_t body_len);

  /* [started] The host no longer needs the answer to its request id. END still comes, with CANCELLED. */
  int32_t (*cancel)(uint64_t handle, uint64_t id);

  /* [started] The host has passed on `bytes` of a streamed answer: the plugin may send as many more. */
  int32_t (*credit)(uint64_t handle, uint64_t id, uint64_t bytes);

  /* [started] Stops: no new work, running work gets deadline_ms, then is cancelled. plugin.stopped follows. */
  int32_t (*stop)(uint64_t handle, uint64_t deadline_ms);
} iota_scripts_module;

/* [any] The one C symbol of the library. Never NULL; the same pointer every time. */
const iota_scripts_module *iota_scripts_module_v1(void);

/* Its name and type, for dlsym. */
#define IOTA_SCRIPTS_SYMBOL "iota_scripts_module_v1"
typedef const iota_scripts_module *(*iota_scripts_module_v1_fn)(void);

#ifdef __cplusplus
}
#endif
#endif
