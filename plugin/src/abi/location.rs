//! The location of this library on disk; the worker program is expected in the same folder.

use std::{
    ffi::{CStr, OsStr},
    mem::MaybeUninit,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

/// Returns the folder of the file that this code was loaded from, or `None` if the loader does not know it.
#[expect(unsafe_code, reason = "dladdr is a call of the C library")]
pub(crate) fn folder_of_library() -> Option<PathBuf> {
    let mut info = MaybeUninit::<libc::Dl_info>::zeroed();
    let here = folder_of_library as fn() -> Option<PathBuf> as *const libc::c_void;
    // SAFETY: dladdr only looks the address up and fills `info`.
    let found = unsafe { libc::dladdr(here, info.as_mut_ptr()) };
    // SAFETY: all-zero is a valid Dl_info (NULL pointers and addresses), and dladdr only writes valid ones.
    let name = unsafe { info.assume_init() }.dli_fname;
    if found == 0 || name.is_null() {
        return None;
    }
    // SAFETY: not NULL; the loader's own NUL-terminated string, valid while the library is loaded, which is until the
    // process ends.
    let name = unsafe { CStr::from_ptr(name) };
    Path::new(OsStr::from_bytes(name.to_bytes())).canonicalize().ok()?.parent().map(Path::to_owned)
}
