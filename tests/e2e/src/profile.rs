//! A browser's profile: the folder that holds its IndexedDB.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A profile of its own, removed when dropped.
#[derive(Debug)]
pub struct Profile {
    folder: PathBuf,
}

impl Profile {
    /// A fresh profile.
    pub fn fresh() -> Profile {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("dynascope-profile-{}-{number}", std::process::id()));
        // A process of this id may have died before it could remove its own.
        let _ = fs::remove_dir_all(&folder);
        if let Err(error) = fs::create_dir_all(folder.join("downloads")) {
            panic!("cannot make {}: {error}", folder.display());
        }
        Profile { folder }
    }

    /// The profile's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the browser puts downloaded files.
    pub fn downloads(&self) -> PathBuf {
        self.folder.join("downloads")
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
