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
        // A browser's processes are known by this name in what they were started with: no name begins with another.
        let name = format!("dynascope-{}-{number}.profile", std::process::id());
        let folder = std::env::temp_dir().join(name);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The first test to end killed the browser of the twelfth, whose folder's name began with that of its own.
    #[test]
    fn no_profile_is_taken_for_another() {
        let all: Vec<Profile> = (0..12).map(|_| Profile::fresh()).collect();
        for one in &all {
            let name = one.folder().to_string_lossy();
            let taken = all.iter().filter(|other| other.folder().to_string_lossy().contains(name.as_ref()));
            assert_eq!(taken.count(), 1, "{name}");
        }
    }
}
