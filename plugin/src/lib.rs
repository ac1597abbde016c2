//! iota-scripts: one dynamic library with two exported symbols and everything behind them.
//!
//! `exports` has what the host calls, `abi` is the host behind safe types, `instance` one started plugin, `module` the place where the layers are put together,
//! `dispatch` what each operation of the host means. The layers themselves are crates of their own.

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

// The library's own allocations alone: what the host allocates is none of its business.
#[global_allocator]
static ALLOCATOR: CountingAllocator<MiMalloc> = CountingAllocator::over(MiMalloc);
