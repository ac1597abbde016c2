//! A plugin inside the test's own process: a table of C functions that call a [`FakePlugin`].
//!
//! All fakes share one table; the configuration names the fake, and the handle is its number.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use iota_scripts_abi::{ABI_MAJOR, ABI_VERSION, HostTable, ScriptsModule, flags, op, status};
use parking_lot::RwLock;
use serde_json::{Value, json};

use super::{Module, lent, parts};
use crate::Library;

/// The behaviour of a fake for each function of the table. The defaults start, stop and accept everything.
pub(crate) trait FakePlugin: Send + Sync + 'static {
    fn start(&self, host: FakeHost) -> i32 {
        host.notify(op::PLUGIN_READY, &json!({"version": "fake"}));
        status::OK
    }
    fn bind_service(&self, _descriptor: &[u8]) -> i32 {
        status::OK
    }
    fn submit(&self, host: FakeHost, op: u32, id: u64, head: &Value, window: u64) -> i32;
    fn reply(&self, _id: u64, _flags: u32, _head: &Value) -> i32 {
        status::OK
    }
    fn cancel(&self, _host: FakeHost, _id: u64) -> i32 {
        status::OK
    }
    fn credit(&self, _host: FakeHost, _id: u64, _bytes: u64) -> i32 {
        status::OK
    }
    fn stop(&self, host: FakeHost) -> i32 {
        host.notify(op::PLUGIN_STOPPED, &json!({"cancelled": 0}));
        status::OK
    }
}

/// The host, as seen by a fake.
#[derive(Clone, Copy)]
pub(crate) struct FakeHost(HostTable);

impl FakeHost {
    pub(crate) fn notify(self, op: u32, head: &Value) {
        assert_eq!(self.ask(op, 0, head), status::OK);
    }

    pub(crate) fn ask(self, op: u32, id: u64, head: &Value) -> i32 {
        let head = head.to_string();
        let (head, len) = parts(head.as_bytes());
        // SAFETY: the table comes from a `HostVTable`, and the head is lent for this call.
        unsafe { (self.0.submit)(self.0.ctx, op, id, head, len, std::ptr::null(), 0) }
    }

    pub(crate) fn reply(self, id: u64, flags: u32, head: &Value, body: &[u8]) -> i32 {
        let head = if head.is_null() { String::new() } else { head.to_string() };
        let ((head, head_len), (body, body_len)) = (parts(head.as_bytes()), parts(body));
        // SAFETY: the table comes from a `HostVTable`; head and body are lent for this call.
        unsafe { (self.0.reply)(self.0.ctx, id, flags, head, head_len, body, body_len) }
    }

    pub(crate) fn answer(self, id: u64, head: &Value) -> i32 {
        self.reply(id, flags::END, head, &[])
    }

    pub(crate) fn fail(self, id: u64, code: &str) -> i32 {
        let head = json!({"error": {"code": code, "message": "so it is"}});
        self.reply(id, flags::END | flags::ERROR, &head, &[])
    }

    pub(crate) fn cancel(self, id: u64) -> i32 {
        // SAFETY: the table comes from a `HostVTable`; only integers cross.
        unsafe { (self.0.cancel)(self.0.ctx, id) }
    }

    pub(crate) fn log(self, record: &Value) -> i32 {
        let record = record.to_string();
        // SAFETY: the table comes from a `HostVTable`; the record is lent for this call.
        unsafe { (self.0.log)(self.0.ctx, flags::LOG_INFO, record.as_ptr(), record.len()) }
    }
}

struct Entry {
    fake: Arc<dyn FakePlugin>,
    host: Option<FakeHost>,
}

static FAKES: RwLock<BTreeMap<u64, Entry>> = RwLock::new(BTreeMap::new());
static NEXT: AtomicU64 = AtomicU64::new(1);

static TABLE: ScriptsModule = NEWEST;
/// The same table with the version of contract 1.0.
static OLD_TABLE: ScriptsModule = ScriptsModule { abi: ABI_MAJOR << 16, ..NEWEST };

const NEWEST: ScriptsModule = ScriptsModule {
    abi: ABI_VERSION,
    size: size_of::<ScriptsModule>() as u32,
    manifest,
    migrations,
    routes,
    start,
    bind_service,
    unbind_service,
    submit,
    reply,
    cancel,
    credit,
    stop,
};

/// Returns a library whose plugin is the fake, and the configuration to start it with.
pub(crate) fn library(fake: Arc<dyn FakePlugin>) -> (Library, Value) {
    behind(&TABLE, fake)
}

/// Returns the same with a library of contract 1.0.
pub(crate) fn old_library(fake: Arc<dyn FakePlugin>) -> (Library, Value) {
    behind(&OLD_TABLE, fake)
}

fn behind(table: &'static ScriptsModule, fake: Arc<dyn FakePlugin>) -> (Library, Value) {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    FAKES.write().insert(number, Entry { fake, host: None });
    // SAFETY: the functions below keep the rules of the contract.
    let module = unsafe { Module::from_table(table) };
    (Library::of_module(module), json!({ "fake": number }))
}

fn with(handle: u64, call: impl FnOnce(&dyn FakePlugin, FakeHost) -> i32) -> i32 {
    let found = FAKES.read().get(&handle).and_then(|entry| Some((Arc::clone(&entry.fake), entry.host?)));
    found.map_or(status::UNKNOWN, |(fake, host)| call(&*fake, host))
}

fn parse(head: Option<&[u8]>) -> Value {
    head.and_then(|head| serde_json::from_slice(head).ok()).unwrap_or_default()
}

fn give(text: &'static str, len: *mut usize) -> *const u8 {
    // SAFETY: the caller passes a pointer to its own variable.
    unsafe { len.write(text.len()) };
    text.as_ptr()
}

unsafe extern "C" fn manifest(len: *mut usize) -> *const u8 {
    give(r#"{"name":"fake"}"#, len)
}

unsafe extern "C" fn migrations(_: u32, len: *mut usize) -> *const u8 {
    give("[]", len)
}

unsafe extern "C" fn routes(len: *mut usize) -> *const u8 {
    give(
        r#"[{"prefix":"/fake","auth":"session","layout":true,"stream":true,"max_body":8},
            {"prefix":"/fake/open","auth":"public","max_body":8},
            {"prefix":"/fake/either","auth":"session_or_public","max_body":8}]"#,
        len,
    )
}

unsafe extern "C" fn start(host: *const HostTable, config: *const u8, len: usize, handle: *mut u64) -> i32 {
    // SAFETY: the host lends its table for this call at least.
    let host = FakeHost(unsafe { *host });
    // SAFETY: the host lends the configuration for this call.
    let number = parse(unsafe { lent(config, len) })["fake"].as_u64().unwrap_or_default();
    let fake = {
        let mut fakes = FAKES.write();
        let Some(entry) = fakes.get_mut(&number) else { return status::INVALID };
        entry.host = Some(host);
        Arc::clone(&entry.fake)
    };
    let code = fake.start(host);
    // SAFETY: the host passes a pointer to its own variable.
    unsafe { handle.write(number) };
    code
}

unsafe extern "C" fn bind_service(handle: u64, descriptor: *const u8, len: usize) -> i32 {
    // SAFETY: the host lends the descriptor for this call.
    let descriptor = unsafe { lent(descriptor, len) }.unwrap_or_default();
    with(handle, |fake, _| fake.bind_service(descriptor))
}

unsafe extern "C" fn unbind_service(handle: u64, _: *const u8, _: usize) -> i32 {
    with(handle, |_, _| status::UNKNOWN)
}

unsafe extern "C" fn submit(
    handle: u64,
    op: u32,
    id: u64,
    head: *const u8,
    head_len: usize,
    _body: *const u8,
    _body_len: usize,
    window: u64,
) -> i32 {
    // SAFETY: the host lends the head for this call.
    let head = parse(unsafe { lent(head, head_len) });
    with(handle, |fake, host| fake.submit(host, op, id, &head, window))
}

unsafe extern "C" fn reply(
    handle: u64,
    id: u64,
    flags: u32,
    head: *const u8,
    head_len: usize,
    _body: *const u8,
    _body_len: usize,
) -> i32 {
    // SAFETY: the host lends the head for this call.
    let head = parse(unsafe { lent(head, head_len) });
    with(handle, |fake, _| fake.reply(id, flags, &head))
}

unsafe extern "C" fn cancel(handle: u64, id: u64) -> i32 {
    with(handle, |fake, host| fake.cancel(host, id))
}

unsafe extern "C" fn credit(handle: u64, id: u64, bytes: u64) -> i32 {
    with(handle, |fake, host| fake.credit(host, id, bytes))
}

unsafe extern "C" fn stop(handle: u64, _: u64) -> i32 {
    with(handle, |fake, host| fake.stop(host))
}
