//! Counts the bytes that a piece of work allocates.

#![expect(unsafe_code, reason = "an allocator can be wrapped in no other way")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// Off while time is measured: one load that is always predicted.
static IS_COUNTING: AtomicBool = AtomicBool::new(false);
static HELD: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);

/// Bytes, as they were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allocated {
    /// The most that was held at one time.
    pub(crate) peak: i64,
    /// What the result holds.
    pub(crate) kept: i64,
}

/// Does the work and counts what it allocates. One at a time; other threads' bytes would count, too.
pub(crate) fn measure<T>(work: impl FnOnce() -> T) -> (T, Allocated) {
    HELD.store(0, Ordering::Relaxed);
    PEAK.store(0, Ordering::Relaxed);
    IS_COUNTING.store(true, Ordering::Relaxed);
    let result = work();
    IS_COUNTING.store(false, Ordering::Relaxed);
    let allocated = Allocated { peak: PEAK.load(Ordering::Relaxed), kept: HELD.load(Ordering::Relaxed) };
    (result, allocated)
}

fn count(bytes: i64) {
    let held = HELD.fetch_add(bytes, Ordering::Relaxed) + bytes;
    PEAK.fetch_max(held, Ordering::Relaxed);
}

struct Counting;

// SAFETY: every call is handed to `System` as it is; counting touches atomics only.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if IS_COUNTING.load(Ordering::Relaxed) {
            count(layout.size() as i64);
        }
        // SAFETY: the caller keeps `GlobalAlloc`'s contract, which is `System`'s.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if IS_COUNTING.load(Ordering::Relaxed) {
            count(layout.size() as i64);
        }
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if IS_COUNTING.load(Ordering::Relaxed) {
            count(size as i64 - layout.size() as i64);
        }
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if IS_COUNTING.load(Ordering::Relaxed) {
            count(-(layout.size() as i64));
        }
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_peak_is_more_than_what_is_kept() {
        let (kept, allocated) = super::measure(|| {
            drop(std::hint::black_box(vec![0_u8; 3000]));
            std::hint::black_box(vec![0_u8; 1000])
        });
        assert_eq!(kept.len(), 1000);
        assert!(allocated.peak >= 3000, "{allocated:?}");
        assert!((1000..3000).contains(&allocated.kept), "{allocated:?}");
    }
}
