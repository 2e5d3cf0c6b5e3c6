//! Allocator that looks at each block as it is freed, on the threads that ask for it.

#![expect(unsafe_code, reason = "an allocator is one; it hands everything on to the system's")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    slice,
};

/// What every secret of these tests has in it, as it is and in a path.
pub(crate) const CANARY: &str = "canary-to-be-zeroed";

/// How many blocks this thread frees, while it does its work, that still hold a secret.
pub(crate) fn freed_with_a_secret(work: impl FnOnce()) -> usize {
    FOUND.set(Some(0));
    work();
    FOUND.take().unwrap_or_default()
}

struct Looking;

/// A block that grows is looked at as well: without a `realloc` of its own, it is copied into another one and freed.
// SAFETY: each block is the system's, which is asked for it and gets it back with the layout that it was asked for with.
unsafe impl GlobalAlloc for Looking {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Zeroed, so that each byte of it may be looked at.
        // SAFETY: the caller keeps to what `alloc` asks, which is what `alloc_zeroed` asks.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block has so many bytes, all of them written to since it was had zeroed, and is the caller's to give back.
        let bytes = unsafe { slice::from_raw_parts_mut(block, layout.size()) };
        if let Some(found) = FOUND.get()
            && bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes())
        {
            FOUND.set(Some(found + 1));
        }
        // What was found here is not found again in the next block of this place, whose owner has not written to all of it.
        bytes.fill(0);
        // SAFETY: it is the system's, and nobody has it any more.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Looking = Looking;

thread_local! {
    static FOUND: Cell<Option<usize>> = const { Cell::new(None) };
}
