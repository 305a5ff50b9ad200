//! The browser as a guard: started with a profile, ended with everything that it started.

use crate::processes::{kill_browser, renderers, resident_bytes, signal};
use crate::profile::Profile;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use thirtyfour::prelude::*;
use thirtyfour::{BrowserLogEntry, Capabilities};

/// The size of the page, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 1280 × 800.
    Desktop,
    /// 820 × 1180: the rail is a drawer.
    Tablet,
    /// 390 × 844: one pane.
    Phone,
}

impl Size {
    fn pixels(self) -> (u32, u32) {
        match self {
            Size::Desktop => (1280, 800),
            Size::Tablet => (820, 1180),
            Size::Phone => (390, 844),
        }
    }
}

/// A running browser with one page.
///
/// Its actions are in the crate's documentation; it ends with [`Browser::finish`] or [`Browser::kill`].
pub struct Browser {
    pub(crate) driver: WebDriver,
    tree: Tree,
    log: Vec<BrowserLogEntry>,
    ended: bool,
}

const FLAGS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-breakpad",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
];

impl Browser {
    /// Starts a browser with a fresh profile.
    pub async fn open(size: Size) -> Browser {
        Browser::open_with(size, &Arc::new(Profile::fresh())).await
    }

    /// Starts a browser with a profile that another browser may have used before: one at a time.
    pub async fn open_with(size: Size, profile: &Arc<Profile>) -> Browser {
        Browser::start(size, profile, json!({})).await
    }

    /// Starts a browser that lets no site keep anything: IndexedDB and localStorage are refused, as where a person blocks
    /// all cookies.
    pub async fn open_refusing_storage(size: Size) -> Browser {
        let block = json!({"profile": {"default_content_setting_values": {"cookies": 2}}});
        Browser::start(size, &Arc::new(Profile::fresh()), block).await
    }

    async fn start(size: Size, profile: &Arc<Profile>, preferences: Value) -> Browser {
        let found = xtask::setup::browser::find();
        let Some(found) = found else {
            panic!("Chromium and chromedriver are missing: `cargo xtask test` installs them")
        };
        let (tree, port) = Tree::start(&found.chromedriver, profile.clone());
        let (width, height) = size.pixels();
        let own = [
            format!("--user-data-dir={}", profile.folder().display()),
            format!("--window-size={width},{height}"),
        ];
        let arguments: Vec<String> = FLAGS.iter().map(ToString::to_string).chain(own).collect();
        let wanted = json!({
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments, "binary": found.chromium, "prefs": preferences},
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        let Value::Object(wanted) = wanted else { unreachable!() };
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), Capabilities::from(wanted)).await;
        let driver = driver.unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        // The tree ends it; thirtyfour's own drop would wait for a browser that is gone.
        let _ = driver.clone().leak();
        let browser = Browser { driver, tree, log: Vec::new(), ended: false };
        browser.resize(size).await;
        let downloads = json!({"behavior": "allow", "downloadPath": profile.downloads()});
        browser.cdp("Browser.setDownloadBehavior", downloads).await;
        browser
    }

    /// Gives the page another size.
    pub async fn resize(&self, size: Size) {
        let (width, height) = size.pixels();
        // A headless window is never narrower than 500 pixels; the page can be.
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == Size::Phone});
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Runs a script in every document from now on, before its own.
    pub async fn before_every_page(&self, script: &str) {
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({"source": script})).await;
    }

    /// Opens another tab beside this one, and goes there.
    pub async fn open_tab(&self) {
        let opened = match self.driver.new_tab().await {
            Ok(tab) => self.driver.switch_to_window(tab).await,
            Err(error) => Err(error),
        };
        if let Err(error) = opened {
            panic!("no new tab: {error}");
        }
    }

    /// Goes to the tab of that number, in the order of opening.
    pub async fn go_to_tab(&self, number: usize) {
        let windows = self.driver.windows().await.unwrap_or_default();
        let switched = match windows.into_iter().nth(number) {
            Some(window) => self.driver.switch_to_window(window).await.map_err(|error| error.to_string()),
            None => Err("there are fewer".to_owned()),
        };
        if let Err(error) = switched {
            panic!("no tab {number}: {error}");
        }
    }

    /// The process that draws this tab's page: the one that computes while the page does.
    pub async fn renderer(&self) -> u32 {
        let folder = self.tree.profile.folder();
        let before = renderers(self.tree.chromedriver.id(), folder);
        let compute = "const end = performance.now() + arguments[0]; while (performance.now() < end);";
        self.eval(compute, vec![json!(400)]).await;
        let after = renderers(self.tree.chromedriver.id(), folder);
        let spent = |(pid, ticks): (u32, f64)| (pid, ticks - before.get(&pid).copied().unwrap_or(0.0));
        let busiest = after.into_iter().map(spent).max_by(|one, other| one.1.total_cmp(&other.1));
        let Some((pid, _)) = busiest else { panic!("no process draws the page") };
        pid
    }

    /// Stops a process of [`Browser::renderer`]: it does nothing any more, and says nothing.
    pub fn freeze(&self, renderer: u32) {
        signal(renderer, "STOP");
    }

    /// Kills a process of [`Browser::renderer`], in the middle of whatever it does (SIGKILL). Its tabs are gone.
    pub fn kill_renderer(&self, renderer: u32) {
        signal(renderer, "KILL");
    }

    /// Closes the tab, as a person does, and goes to the one that was opened first.
    pub async fn close_tab(&self) {
        if let Err(error) = self.driver.close_window().await {
            panic!("the tab does not close: {error}");
        }
        self.go_to_tab(0).await;
    }

    /// Shows the page as to a person who prefers `light` or `dark`.
    pub async fn prefer_colors(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.cdp("Emulation.setEmulatedMedia", features).await;
    }

    /// Sends a command of the Chrome DevTools Protocol.
    pub async fn cdp(&self, method: &str, parameters: Value) -> Value {
        match self.driver.cdp().send_raw(method, parameters).await {
            Ok(value) => value,
            Err(error) => panic!("{method}: {error}"),
        }
    }

    /// The browser's profile.
    pub fn profile(&self) -> &Profile {
        &self.tree.profile
    }

    /// How much memory the browser's processes have, in bytes; 0 where the system does not tell.
    pub fn resident_bytes(&self) -> u64 {
        resident_bytes(self.tree.chromedriver.id(), self.tree.profile.folder())
    }

    /// What the console has said so far, the workers' too: `LEVEL message`, one line an entry.
    pub async fn console(&mut self) -> Vec<String> {
        self.read_console().await;
        self.log.iter().map(|entry| format!("{} {}", entry.level, entry.message)).collect()
    }

    /// Takes out of the console the errors that contain `text`, where there are any.
    pub async fn excuse_console(&mut self, text: &str) {
        self.read_console().await;
        self.log.retain(|entry| entry.level != SEVERE || !entry.message.contains(text));
    }

    /// Takes out of the console the errors that contain `text`, and fails if there is none.
    pub async fn expect_console(&mut self, text: &str) {
        self.read_console().await;
        let before = self.log.len();
        self.excuse_console(text).await;
        assert!(
            self.log.len() < before,
            "the console has no error with `{text}`: {:#?}",
            self.console().await
        );
    }

    async fn read_console(&mut self) {
        match self.driver.browser_log().await {
            Ok(entries) => self.log.extend(entries),
            Err(error) => panic!("cannot read the console: {error}"),
        }
    }

    /// Ends the browser, and fails if the console has an error.
    pub async fn finish(mut self) {
        self.read_console().await;
        let errors: Vec<&str> =
            self.log.iter().filter(|e| e.level == SEVERE).map(|e| e.message.as_str()).collect();
        if !errors.is_empty() {
            let report = errors.join("\n  ");
            self.fault(&format!("the console has errors:\n  {report}")).await;
        }
        // Politely, so that the profile is as a person leaves it.
        let _ = self.driver.clone().quit().await;
        self.ended = true;
    }

    /// Kills the browser and all its processes at once, in the middle of whatever they do (SIGKILL).
    pub fn kill(mut self) {
        self.ended = true;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.tree.kill();
        if !self.ended && !std::thread::panicking() {
            panic!("a test must end its browser with finish() or kill(): the console was never looked at");
        }
    }
}

const SEVERE: &str = "SEVERE";

/// So often chromedriver is started at most.
const STARTS: usize = 5;

/// The port that chromedriver tells, and what else it will say; none where it ends before.
fn told_port(mut output: BufReader<ChildStdout>) -> Option<(BufReader<ChildStdout>, u16)> {
    let mut line = String::new();
    while output.read_line(&mut line).ok()? > 0 {
        // "ChromeDriver was started successfully on port 35671."
        let port =
            line.rsplit_once("successfully on port ").map(|(_, rest)| rest.trim_end().trim_end_matches('.'));
        if let Some(port) = port.and_then(|port| port.parse().ok()) {
            return Some((output, port));
        }
        line.clear();
    }
    None
}

/// chromedriver with all that it started; dropping it kills them.
struct Tree {
    chromedriver: Child,
    /// Keeps chromedriver's output open: it must not fail on writing a line.
    _output: Option<BufReader<ChildStdout>>,
    profile: Arc<Profile>,
}

impl Tree {
    /// Starts chromedriver on a free port, which it tells by itself; once more where it ends before, as it does when the port is taken meanwhile.
    fn start(program: &Path, profile: Arc<Profile>) -> (Tree, u16) {
        for _ in 0..STARTS {
            let mut command = Command::new(program);
            command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
            let mut chromedriver =
                command.spawn().unwrap_or_else(|error| panic!("cannot start {}: {error}", program.display()));
            let output = chromedriver.stdout.take().map(BufReader::new);
            if let Some((output, port)) = output.and_then(told_port) {
                return (Tree { chromedriver, _output: Some(output), profile }, port);
            }
            let _ = chromedriver.wait();
        }
        panic!("chromedriver ended before it was ready, {STARTS} times");
    }

    fn kill(&mut self) {
        kill_browser(self.chromedriver.id(), self.profile.folder());
        let _ = self.chromedriver.kill();
        let _ = self.chromedriver.wait();
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.kill();
    }
}
