//! iota-scripts: a dynamic library with two exported symbols.
//!
//! `exports` contains the functions that the host calls, `abi` wraps the host's table in safe types, `instance` is one
//! started plugin, `module` connects the layers, `dispatch` handles the host's operations. The layers themselves are
//! separate crates.

mod abi;
mod announcements;
mod capabilities;
mod config;
mod descriptors;
mod dispatch;
mod documents;
mod exports;
mod failure;
mod head;
mod host_gateway;
mod host_link;
mod host_log;
mod inbound;
mod instance;
mod module;
mod threads;
mod wanted_events;

use iota_scripts_runtime::allocator::CountingAllocator;
use mimalloc::MiMalloc;

// Only for the library's own allocations; the host's allocator is not affected.
#[global_allocator]
static ALLOCATOR: CountingAllocator<MiMalloc> = CountingAllocator::over(MiMalloc);
