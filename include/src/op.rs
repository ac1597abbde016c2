//! The operations of messages. `ABI.md` describes the JSON heads of each.

/// Host → plugin: an HTTP request under one of the plugin's routes.
pub const HTTP_REQUEST: u32 = 1;
/// Host → plugin: calls an embedded script.
pub const INVOKE: u32 = 2;
/// Host → plugin: runs a script and streams its log lines.
pub const RUN: u32 = 3;
/// Host → plugin: an event of the host's bus. A notification with id 0; with another id it gets a reply when the event
/// is stored.
pub const EVENT: u32 = 4;
/// Host → plugin: state of the plugin.
pub const HEALTH: u32 = 5;
/// Host → plugin: metrics as Prometheus text.
pub const METRICS: u32 = 6;
/// Host → plugin: which migrations are applied.
pub const MIGRATE: u32 = 7;
/// Host → plugin: the host's configuration of a tenant changed. A notification.
pub const CONFIG_CHANGED: u32 = 8;
/// Host → plugin: a tenant was deleted. A notification.
pub const TENANT_DELETED: u32 = 9;
/// Host → plugin: a user was deleted. A notification.
pub const USER_DELETED: u32 = 10;
/// Host → plugin: the plugin's events that the host subscribes to from now on. A notification. Since 1.1.
pub const EVENTS_WANTED: u32 = 11;

/// Plugin → host: started. A notification.
pub const PLUGIN_READY: u32 = 0x1001;
/// Plugin → host: the start failed. A notification.
pub const PLUGIN_FAILED: u32 = 0x1002;
/// Plugin → host: stopped; no part of it is running. A notification.
pub const PLUGIN_STOPPED: u32 = 0x1003;
/// Plugin → host: asks whether an identity has a permission.
pub const AUTHORIZE: u32 = 0x1010;
/// Plugin → host: calls a bound service.
pub const SERVICE_CALL: u32 = 0x1011;
/// Plugin → host: the current state of a user.
pub const IDENTITY_RESOLVE: u32 = 0x1012;
/// Plugin → host: all tenants.
pub const TENANT_LIST: u32 = 0x1013;
/// Plugin → host: the tenant behind a host name.
pub const TENANT_BY_HOST: u32 = 0x1014;
/// Plugin → host: an event for the host's bus.
pub const EVENT_PUBLISH: u32 = 0x1015;
/// Plugin → host: asks which of several permissions an identity has. Since 1.1, for hosts that list it.
pub const AUTHORIZE_MANY: u32 = 0x1016;
/// Plugin → host: several events for the host's bus. Since 1.1, for hosts that list it.
pub const EVENTS_PUBLISH: u32 = 0x1017;

/// Returns the name of an operation as documents and logs use it.
#[must_use]
pub const fn name(op: u32) -> &'static str {
    match op {
        HTTP_REQUEST => "http.request",
        INVOKE => "invoke",
        RUN => "run",
        EVENT => "event",
        HEALTH => "health",
        METRICS => "metrics",
        MIGRATE => "migrate",
        CONFIG_CHANGED => "config.changed",
        TENANT_DELETED => "tenant.deleted",
        USER_DELETED => "user.deleted",
        EVENTS_WANTED => "events.wanted",
        PLUGIN_READY => "plugin.ready",
        PLUGIN_FAILED => "plugin.failed",
        PLUGIN_STOPPED => "plugin.stopped",
        AUTHORIZE => "authorize",
        SERVICE_CALL => "service.call",
        IDENTITY_RESOLVE => "identity.resolve",
        TENANT_LIST => "tenant.list",
        TENANT_BY_HOST => "tenant.by_host",
        EVENT_PUBLISH => "event.publish",
        AUTHORIZE_MANY => "authorize.many",
        EVENTS_PUBLISH => "events.publish",
        _ => "unknown",
    }
}
