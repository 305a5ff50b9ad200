//! The allocator of the page and of its worker: small pieces from lists, all else from another allocator.
//!
//! Owns the lists, one for each size in steps of 16 bytes. A request asks for some hundred small pieces and lets go of nearly all of them: a list gives and
//! takes one in a few instructions, and its pieces carry no head. What is let go of is kept for the next of its size and never given back, as WebAssembly
//! gives no memory back either.

#![allow(unsafe_code, reason = "an allocator hands out bare memory")]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::{copy_nonoverlapping, null_mut};

/// The sizes of small pieces are multiples of this, in bytes, and so are their addresses.
const STEP: usize = 16;
/// A piece of more bytes is not small.
const LARGEST: usize = 512;
/// Small pieces are cut from blocks of so many bytes.
const BLOCK: Layout = match Layout::from_size_align(16 << 10, STEP) {
    Ok(layout) => layout,
    Err(_) => unreachable!(),
};

/// A piece that is free: the next one of its list stands in it.
type Free = *mut u8;

struct Lists {
    /// The first free piece of each size.
    free: [Free; LARGEST / STEP],
    /// What is left of the newest block.
    rest: *mut u8,
    rest_bytes: usize,
}

/// An allocator for one thread.
pub struct Pieces<L> {
    lists: UnsafeCell<Lists>,
    all_else: L,
}

// SAFETY: it is the allocator of programs with one thread only; whoever makes one says so.
unsafe impl<L: Sync> Sync for Pieces<L> {}

/// Which list a piece is of; none where it is not small.
fn list_of(layout: Layout) -> Option<usize> {
    (layout.size() <= LARGEST && layout.align() <= STEP).then(|| layout.size().saturating_sub(1) / STEP)
}

impl Lists {
    /// # Safety
    ///
    /// `piece` is memory of that list's size that nobody uses.
    unsafe fn push(&mut self, list: usize, piece: *mut u8) {
        // SAFETY: no piece is smaller than a pointer, and each stands at a multiple of 16 bytes.
        unsafe { piece.cast::<Free>().write(self.free[list]) };
        self.free[list] = piece;
    }

    fn pop(&mut self, list: usize) -> Option<*mut u8> {
        let piece = self.free[list];
        if piece.is_null() {
            return None;
        }
        // SAFETY: what stands in a list was put there by `push`.
        self.free[list] = unsafe { piece.cast::<Free>().read() };
        Some(piece)
    }

    /// Cuts a piece from the newest block, or from a new one; null where there is no memory.
    #[cold]
    fn cut(&mut self, list: usize, all_else: &impl GlobalAlloc) -> *mut u8 {
        let bytes = (list + 1) * STEP;
        if self.rest_bytes < bytes {
            if let Some(left) = (self.rest_bytes / STEP).checked_sub(1) {
                // SAFETY: the rest of a block is nobody's, and smaller than the piece that is asked for.
                unsafe { self.push(left, self.rest) };
            }
            self.rest_bytes = 0;
            // SAFETY: a block has a size.
            let block = unsafe { all_else.alloc(BLOCK) };
            if block.is_null() {
                return block;
            }
            (self.rest, self.rest_bytes) = (block, BLOCK.size());
        }
        let piece = self.rest;
        self.rest = piece.wrapping_add(bytes);
        self.rest_bytes -= bytes;
        piece
    }
}

impl<L> Pieces<L> {
    /// Small pieces from lists, all else from `all_else`.
    ///
    /// # Safety
    ///
    /// Only one thread ever uses it.
    pub const unsafe fn over(all_else: L) -> Pieces<L> {
        let lists = Lists { free: [null_mut(); LARGEST / STEP], rest: null_mut(), rest_bytes: 0 };
        Pieces { lists: UnsafeCell::new(lists), all_else }
    }
}

// SAFETY: a piece is in one list or in one's hands, and is as large as its list says; what is not small is another allocator's, which keeps the same promises.
unsafe impl<L: GlobalAlloc> GlobalAlloc for Pieces<L> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(list) = list_of(layout) else {
            // SAFETY: as it was asked of this one.
            return unsafe { self.all_else.alloc(layout) };
        };
        // SAFETY: there is one thread, and nothing in here allocates but `all_else`.
        let lists = unsafe { &mut *self.lists.get() };
        lists.pop(list).unwrap_or_else(|| lists.cut(list, &self.all_else))
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        match list_of(layout) {
            // SAFETY: there is one thread, and the piece is free from now on.
            Some(list) => unsafe { (*self.lists.get()).push(list, piece) },
            // SAFETY: it came from there.
            None => unsafe { self.all_else.dealloc(piece, layout) },
        }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: whoever asks has seen to it that this is a layout.
        let wanted = unsafe { Layout::from_size_align_unchecked(bytes, layout.align()) };
        match (list_of(layout), list_of(wanted)) {
            // SAFETY: as it was asked of this one.
            (None, None) => unsafe { self.all_else.realloc(piece, layout, bytes) },
            (here, there) if here == there => piece,
            // SAFETY: both are as large as what is copied, and are two.
            _ => unsafe {
                let new = self.alloc(wanted);
                if !new.is_null() {
                    copy_nonoverlapping(piece, new, layout.size().min(bytes));
                    self.dealloc(piece, layout);
                }
                new
            },
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::alloc::System;

    use proptest::prelude::*;

    use super::*;

    /// Pieces that are held, each filled with its own byte.
    #[derive(Default)]
    struct Held(Vec<(*mut u8, Layout, u8)>);

    impl Held {
        fn check(&self) {
            for &(piece, layout, byte) in &self.0 {
                assert_eq!(piece as usize % layout.align(), 0);
                // SAFETY: it is held.
                let bytes = unsafe { std::slice::from_raw_parts(piece, layout.size()) };
                assert!(
                    bytes.iter().all(|found| *found == byte),
                    "a piece of {} bytes was written to",
                    layout.size()
                );
            }
        }
    }

    proptest! {
        #[test]
        fn pieces_never_touch_one_another(
            steps in prop::collection::vec((0..4u8, 1..1_200usize, 0..6u32, any::<prop::sample::Index>()), 1..300),
        ) {
            // SAFETY: this thread alone has it.
            let pieces = unsafe { Pieces::over(System) };
            let mut held = Held::default();
            for (number, (what, bytes, align, at)) in steps.into_iter().enumerate() {
                let byte = number as u8;
                // SAFETY: what is given back or changed is held, with the layout that it was asked for with.
                unsafe {
                    match what {
                        2 if !held.0.is_empty() => {
                            let (piece, layout, _) = held.0.swap_remove(at.index(held.0.len()));
                            pieces.dealloc(piece, layout);
                        }
                        3 if !held.0.is_empty() => {
                            let at = at.index(held.0.len());
                            let (piece, layout, byte) = held.0[at];
                            let piece = pieces.realloc(piece, layout, bytes);
                            let layout = Layout::from_size_align(bytes, layout.align()).unwrap();
                            let kept = std::slice::from_raw_parts(piece, held.0[at].1.size().min(bytes));
                            prop_assert!(kept.iter().all(|found| *found == byte));
                            piece.write_bytes(byte, bytes);
                            held.0[at] = (piece, layout, byte);
                        }
                        _ => {
                            let layout = Layout::from_size_align(bytes, 1 << align).unwrap();
                            let piece = pieces.alloc(layout);
                            piece.write_bytes(byte, bytes);
                            held.0.push((piece, layout, byte));
                        }
                    }
                }
                held.check();
            }
            // SAFETY: each is held.
            held.0.drain(..).for_each(|(piece, layout, _)| unsafe { pieces.dealloc(piece, layout) });
        }
    }

    #[test]
    fn what_was_let_go_of_is_the_next_of_its_size() {
        // SAFETY: this thread alone has it; what is given back was asked for.
        unsafe {
            let pieces = Pieces::over(System);
            let (one, other) = (Layout::new::<[u8; 33]>(), Layout::new::<[u8; 48]>());
            let piece = pieces.alloc(one);
            assert_eq!(pieces.realloc(piece, one, 48), piece, "there is room in it");
            pieces.dealloc(piece, other);
            assert_eq!(pieces.alloc(one), piece);
            assert_ne!(pieces.alloc(other), piece);
        }
    }

    /// Has no memory.
    struct Empty;

    // SAFETY: it gives nothing.
    unsafe impl GlobalAlloc for Empty {
        unsafe fn alloc(&self, _: Layout) -> *mut u8 {
            null_mut()
        }
        unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
    }

    #[test]
    fn where_there_is_no_memory_none_is_given() {
        // SAFETY: this thread alone has it.
        let pieces = unsafe { Pieces::over(Empty) };
        for _ in 0..2 {
            // SAFETY: the layouts have sizes.
            assert!(unsafe {
                pieces.alloc(Layout::new::<u64>()).is_null()
                    && pieces.alloc(Layout::new::<[u64; 99]>()).is_null()
            });
        }
    }
}
