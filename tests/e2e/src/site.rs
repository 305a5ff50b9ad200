//! The built site, served as a static host would serve it: from a path, not from the root.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use xtask::server::Server;
use xtask::sizes::{self, Size};

/// A server of the site, stopped when dropped.
pub struct Site {
    server: Server,
    folder: PathBuf,
}

impl Site {
    /// Serves the site from a sub-path, as GitHub Pages does.
    pub fn open() -> Site {
        Site::open_at("/people/dynascope/")
    }

    /// Serves the site from this path, which begins and ends with a slash.
    pub fn open_at(path: &str) -> Site {
        let folder =
            std::env::var_os("DYNASCOPE_DIST").map_or_else(|| xtask::root().join("dist"), PathBuf::from);
        assert!(
            folder.join("index.html").is_file(),
            "there is no site in {}: run `cargo xtask dist`",
            folder.display()
        );
        match Server::start(&folder, 0, path) {
            Ok(server) => Site { server, folder },
            Err(error) => panic!("cannot serve {}: {error}", folder.display()),
        }
    }

    /// The address of the page with this query and fragment, both of which may be empty.
    pub fn url(&self, query_and_fragment: &str) -> String {
        format!("{}{query_and_fragment}", self.server.url())
    }

    /// Where its files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The files that were sent so far.
    pub fn sent(&self) -> BTreeSet<String> {
        self.server.sent()
    }

    /// From now on refuses the files that have this in their path; none where nothing is given.
    pub fn withhold(&self, part: Option<&str>) {
        self.server.withhold(part);
    }

    /// The sizes of those files.
    pub fn sent_sizes(&self) -> Vec<Size> {
        let sent = self.sent();
        let sizes = sizes::measure_of(&self.folder, |path| sent.contains(path));
        sizes.unwrap_or_else(|failure| panic!("{failure}"))
    }
}
