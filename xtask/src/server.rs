//! A server of static files, for looking at the site and for testing it.
//!
//! Loopback only, GET and HEAD only, never a file outside its folder, nothing cached. It sends the Content-Security-Policy
//! that the page also carries, so that a resource which the policy forbids fails here and not only at a static host.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The policy of every page of the site, also in `static/index.html`.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data: blob:; connect-src 'self' https: http://localhost:* http://127.0.0.1:*; object-src 'none'; \
     base-uri 'self'; form-action 'none'";

/// A running server; dropping it stops it.
pub struct Server {
    address: SocketAddr,
    path: String,
    site: Arc<Site>,
    stopping: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves `folder` on this port of 127.0.0.1 (0: a free one) under `path`, which begins and ends with a slash.
    pub fn start(folder: &Path, port: u16, path: &str) -> io::Result<Server> {
        let folder = fs::canonicalize(folder)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let stopping = Arc::new(AtomicBool::new(false));
        let (path, sent, withheld) = (path.to_string(), Mutex::default(), Mutex::default());
        let site = Arc::new(Site { folder, path, sent, withheld });
        let stop = stopping.clone();
        let served = site.clone();
        let accepting = thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                if let Ok(stream) = stream {
                    let site = served.clone();
                    // A visitor that goes away in the middle is no error of the server.
                    thread::spawn(move || drop(site.answer(&stream)));
                }
            }
        });
        let path = site.path.clone();
        Ok(Server { address, path, site, stopping, accepting: Some(accepting) })
    }

    /// The site's address, with the slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.path)
    }

    /// The files that were sent so far, by their paths in the folder.
    pub fn sent(&self) -> BTreeSet<String> {
        self.site.sent.lock().map(|sent| sent.clone()).unwrap_or_default()
    }

    /// From now on refuses the files that have this in their path, as a server does that is out of order; none where nothing is given.
    pub fn withhold(&self, part: Option<&str>) {
        if let Ok(mut withheld) = self.site.withheld.lock() {
            *withheld = part.map(str::to_owned);
        }
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            self.stopping.store(true, Ordering::SeqCst);
            // A last connection wakes the thread that accepts.
            drop(TcpStream::connect(self.address));
            let _ = accepting.join();
        }
    }
}

struct Site {
    folder: PathBuf,
    path: String,
    sent: Mutex<BTreeSet<String>>,
    withheld: Mutex<Option<String>>,
}

/// What a request comes to.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    File(PathBuf),
    Redirect(String),
    Refused(&'static str),
}

impl Site {
    fn answer(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let mut reader = BufReader::new(stream.take(16 * 1024));
        let mut first = String::new();
        reader.read_line(&mut first)?;
        let mut header = String::new();
        while reader.read_line(&mut header)? > 0 && !header.trim_end().is_empty() {
            header.clear();
        }
        let mut words = first.split_whitespace();
        let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let answer = match method {
            "GET" | "HEAD" => self.find(target),
            _ => Answer::Refused("405 Method Not Allowed"),
        };
        if let (Answer::File(file), "GET") = (&answer, method)
            && let (Ok(inside), Ok(mut sent)) = (file.strip_prefix(&self.folder), self.sent.lock())
        {
            sent.insert(inside.to_string_lossy().replace('\\', "/"));
        }
        self.send(stream, answer, method == "HEAD")?;
        stream.shutdown(Shutdown::Write)
    }

    /// What is at a request's target.
    fn find(&self, target: &str) -> Answer {
        const NOT_FOUND: Answer = Answer::Refused("404 Not Found");
        let path = target.split(['?', '#']).next().unwrap_or("");
        let Some(path) = percent_decode(path) else { return Answer::Refused("400 Bad Request") };
        if format!("{path}/") == self.path {
            return Answer::Redirect(self.path.clone());
        }
        let Some(inside) = path.strip_prefix(self.path.as_str()) else { return NOT_FOUND };
        let part_is_plain = |part: &str| !matches!(part, "." | "..") && !part.contains(['\\', '\0', ':']);
        if self.withheld.lock().is_ok_and(|part| part.as_ref().is_some_and(|part| inside.contains(part))) {
            return Answer::Refused("503 Service Unavailable");
        }
        if !inside.split('/').all(part_is_plain) || inside.starts_with('/') {
            return Answer::Refused("403 Forbidden");
        }
        let mut file = self.folder.join(inside);
        if file.is_dir() {
            if !inside.is_empty() && !inside.ends_with('/') {
                return Answer::Redirect(format!("{path}/"));
            }
            file = file.join("index.html");
        }
        // A link inside the folder may lead out of it.
        match fs::canonicalize(&file) {
            Ok(real) if real.starts_with(&self.folder) && real.is_file() => Answer::File(real),
            Ok(_) => Answer::Refused("403 Forbidden"),
            Err(_) => NOT_FOUND,
        }
    }

    fn send(&self, mut stream: &TcpStream, answer: Answer, head_only: bool) -> io::Result<()> {
        let (status, kind, location, body) = match answer {
            Answer::File(path) => ("200 OK", content_type(&path), None, fs::read(&path)?),
            Answer::Redirect(to) => {
                ("308 Permanent Redirect", "text/plain; charset=utf-8", Some(to), Vec::new())
            }
            Answer::Refused(status) => {
                (status, "text/plain; charset=utf-8", None, format!("{status}\n").into_bytes())
            }
        };
        let location = location.map(|to| format!("Location: {to}\r\n")).unwrap_or_default();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{location}Cache-Control: no-store\r\n\
             X-Content-Type-Options: nosniff\r\nContent-Security-Policy: {CONTENT_SECURITY_POLICY}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        if !head_only {
            stream.write_all(&body)?;
        }
        stream.flush()
    }
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|e| e.to_str()).unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "jsonl" | "txt" | "md" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(server: &Server, request: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.write_all(format!("{request} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[test]
    fn serves_its_folder_under_its_path_and_nothing_else() {
        let server = Server::start(&crate::root().join("static"), 0, "/some/path/").unwrap();
        assert!(server.url().starts_with("http://127.0.0.1:") && server.url().ends_with("/some/path/"));
        let page = get(&server, "GET /some/path/?page=heat");
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
        assert!(
            page.contains("Content-Type: text/html") && page.contains("Cache-Control: no-store"),
            "{page}"
        );
        assert!(page.contains("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"), "{page}");
        assert!(page.contains("<html"), "{page}");
        assert!(get(&server, "GET /some/path/boot.js").contains("text/javascript"));
        assert!(get(&server, "GET /some/path").contains("Location: /some/path/\r\n"));
        assert!(!get(&server, "HEAD /some/path/icons/dynascope.svg").contains("<svg"));
        assert_eq!(server.sent().into_iter().collect::<Vec<_>>(), ["boot.js", "index.html"]);
        for (request, status) in [
            ("GET /", "404"),
            ("GET /some/path/none.js", "404"),
            ("GET /some/path/../Cargo.toml", "403"),
            ("GET /some/path/%2e%2e/Cargo.toml", "403"),
            ("GET /some/path/..%5cCargo.toml", "403"),
            ("GET /some/path//etc/passwd", "403"),
            ("GET /some/path/%zz", "400"),
            ("POST /some/path/", "405"),
        ] {
            let answer = get(&server, request);
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {answer}");
        }
    }

    #[test]
    fn the_page_carries_the_policy_too() {
        let page = fs::read_to_string(crate::root().join("static/index.html")).unwrap();
        assert!(page.contains(&format!("content=\"{CONTENT_SECURITY_POLICY}\"")));
    }

    #[test]
    fn stops_when_dropped() {
        let server = Server::start(&crate::root().join("static"), 0, "/").unwrap();
        let address = server.address;
        drop(server);
        assert!(TcpStream::connect(address).is_err());
    }

    #[test]
    fn wasm_is_sent_as_wasm() {
        assert_eq!(content_type(Path::new("app_bg.wasm")), "application/wasm");
    }
}
