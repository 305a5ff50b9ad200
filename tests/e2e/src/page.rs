//! What a person does on the page, and what a person sees.
//!
//! Every action waits for its element, and every wait ends at [`PATIENCE`] with a screenshot and what was seen instead.

use crate::browser::Browser;
use crate::site::Site;
use serde_json::{Value, json};
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use thirtyfour::prelude::*;

/// How long a condition may take. The machines of continuous integration are slow, and share their cores.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long after one look the next one is taken: an answer comes soon, or it takes seconds, in which the browser has better to do.
const SOON: Duration = Duration::from_millis(30);
const LATER: Duration = Duration::from_millis(150);

/// So long a text is typed, in characters; a longer one comes at once, as it does by pasting.
const TYPED: usize = 20;

/// The displayed elements of a selector, with that text and up to so many: one question, where the driver would ask for each of them.
const DISPLAYED: &str = "
    const [css, text, most] = arguments;
    const sized = element => {
        const { width, height } = element.getBoundingClientRect();
        return (width > 0 && height > 0) || [...element.children].some(sized);
    };
    const displayed = element => {
        if (element.matches('option, optgroup')) return displayed(element.closest('select'));
        if (getComputedStyle(element).display === 'contents') return [...element.children].some(displayed);
        return element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && sized(element);
    };
    const found = [];
    for (const element of document.querySelectorAll(css)) {
        if (found.length >= most) break;
        if (text !== null && (element.innerText ?? element.textContent).trim() !== text) continue;
        if (displayed(element)) found.push(element);
    }
    return found;";

/// The option of a `<select>` with that text.
const OPTION: &str = "return [...arguments[0].options].find(one => one.text.trim() === arguments[1]) ?? null";

/// Whether an element takes a click, which is then in the middle of the page: it is enabled and stays so, where it is, for longer than a
/// page takes to answer for itself. Of a button that goes the moment it is pressed no click comes.
const CLICKABLE: &str = "
    const [element] = arguments;
    const place = () => {
        const { x, y } = element.getBoundingClientRect();
        return element.isConnected && !element.matches(':disabled') && `${x} ${y}`;
    };
    if (!place()) return false;
    element.scrollIntoView({ block: 'center', inline: 'center' });
    const before = place();
    return new Promise(told => setTimeout(() => told(place() === before), 40))";

/// Puts a text in the place of a field's.
const PASTE: &str = "
    arguments[0].select();
    return document.execCommand('insertText', false, arguments[1])";

/// An element: a CSS selector, or a selector and the element's visible text, whole.
#[derive(Clone, Debug)]
pub struct Target {
    css: String,
    text: Option<String>,
}

impl From<&str> for Target {
    fn from(css: &str) -> Target {
        Target { css: css.into(), text: None }
    }
}

impl From<&String> for Target {
    fn from(css: &String) -> Target {
        css.as_str().into()
    }
}

impl From<(&str, &str)> for Target {
    fn from((css, text): (&str, &str)) -> Target {
        Target { css: css.into(), text: Some(text.into()) }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Some(text) => write!(f, "`{}` with the text `{text}`", self.css),
            None => write!(f, "`{}`", self.css),
        }
    }
}

impl Browser {
    /// Opens an address and waits until the page is ready.
    pub async fn goto(&self, url: &str) {
        if let Err(error) = self.driver.goto(url).await {
            self.fault(&format!("cannot open {url}: {error}")).await;
        }
        self.ready().await;
    }

    /// Opens an address at which there is no page of ours.
    pub async fn goto_elsewhere(&self, url: &str) {
        if let Err(error) = self.driver.goto(url).await {
            self.fault(&format!("cannot open {url}: {error}")).await;
        }
    }

    /// Loads the page again and waits until it is ready.
    pub async fn reload(&self) {
        if let Err(error) = self.driver.refresh().await {
            self.fault(&format!("cannot reload: {error}")).await;
        }
        self.ready().await;
    }

    /// Waits until the page says that it can be used: `<body data-ready>`.
    pub async fn ready(&self) {
        self.until("the page to be ready", async || {
            let found = self.driver.find_all(By::Css("body[data-ready]")).await.ok()?;
            (!found.is_empty()).then_some(())
        })
        .await;
    }

    /// Waits until `probe` gives something. A probe that meets a vanishing element gives nothing, and is asked again.
    pub async fn until<T>(&self, what: &str, probe: impl AsyncFn() -> Option<T>) -> T {
        self.until_within(PATIENCE, what, probe).await
    }

    /// The same for what may take longer, or must not.
    pub async fn until_within<T>(
        &self,
        patience: Duration,
        what: &str,
        probe: impl AsyncFn() -> Option<T>,
    ) -> T {
        let deadline = Instant::now() + patience;
        let mut pause = SOON;
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            if Instant::now() > deadline {
                self.fault(&format!("waited {} s for {what}", patience.as_secs())).await;
            }
            tokio::time::sleep(pause).await;
            pause = LATER.min(pause * 5 / 4);
        }
    }

    /// All displayed elements of a target, as they are now.
    async fn displayed(&self, target: &Target) -> WebDriverResult<Vec<WebElement>> {
        self.displayed_up_to(usize::MAX, target).await
    }

    /// The first of them. What follows is not asked for: each answer of the browser takes its time.
    async fn first_displayed(&self, target: &Target) -> Option<WebElement> {
        self.displayed_up_to(1, target).await.ok()?.pop()
    }

    async fn displayed_up_to(&self, most: usize, target: &Target) -> WebDriverResult<Vec<WebElement>> {
        let arguments = vec![json!(target.css), json!(target.text), json!(most)];
        self.driver.execute(DISPLAYED, arguments).await?.elements()
    }

    /// What a script tells of an element, as it is now; none where it has gone.
    async fn told(&self, script: &str, element: &WebElement, text: Option<&str>) -> Option<ScriptRet> {
        let arguments = vec![element.to_json().ok()?, json!(text)];
        self.driver.execute(script, arguments).await.ok()
    }

    /// The first displayed element of a target, when there is one.
    pub async fn find(&self, target: impl Into<Target>) -> WebElement {
        let target = target.into();
        self.until(&format!("{target}"), async || self.first_displayed(&target).await).await
    }

    /// Clicks, as soon as the element is there, enabled and not covered.
    pub async fn click(&self, target: impl Into<Target>) {
        let target = target.into();
        self.until(&format!("{target} to take a click"), async || {
            let element = self.first_displayed(&target).await?;
            if self.told(CLICKABLE, &element, None).await?.json() != true {
                return None;
            }
            element.click().await.ok()
        })
        .await;
    }

    /// Replaces a field's text by typing, a long one by pasting.
    pub async fn fill(&self, target: impl Into<Target>, text: &str) {
        let target = target.into();
        self.until(&format!("{target} to take text"), async || {
            let element = self.first_displayed(&target).await?;
            element.click().await.ok()?;
            if text.chars().count() > TYPED {
                let pasted = self.told(PASTE, &element, Some(text)).await?;
                return (pasted.json() == true).then_some(());
            }
            element.send_keys(Key::Control + "a").await.ok()?;
            element.send_keys(Key::Delete + "").await.ok()?;
            element.send_keys(text).await.ok()
        })
        .await;
    }

    /// Chooses the option with this text in a `<select>`.
    pub async fn choose(&self, target: impl Into<Target>, option: &str) {
        let target = target.into();
        self.until(&format!("the option `{option}` in {target}"), async || {
            let element = self.first_displayed(&target).await?;
            let found = self.told(OPTION, &element, Some(option)).await?;
            found.element().ok()?.click().await.ok()
        })
        .await;
    }

    /// Gives files to a file field, which may be hidden.
    pub async fn upload(&self, css: &str, file: &std::path::Path) {
        let path = file.to_string_lossy().into_owned();
        self.until(&format!("`{css}` to take a file"), async || {
            let element = self.driver.find(By::Css(css)).await.ok()?;
            element.send_keys(path.as_str()).await.ok()
        })
        .await;
    }

    /// Gives several files to a file field at once.
    pub async fn upload_all(&self, css: &str, files: &[std::path::PathBuf]) {
        let paths: Vec<_> = files.iter().map(|file| file.to_string_lossy().into_owned()).collect();
        self.upload(css, std::path::Path::new(&paths.join("\n"))).await;
    }

    /// The bytes of a file that the browser saves.
    pub async fn downloaded(&self, name: &str) -> Vec<u8> {
        let path = self.profile().downloads().join(name);
        // The browser writes under another name until the file is whole.
        self.until(&format!("the download {name}"), async || fs::read(&path).ok().filter(|b| !b.is_empty()))
            .await
    }

    /// Creates a table as the Query page does.
    pub async fn create_table(&self, site: &Site, request: &Value) {
        self.goto(&site.url("?page=query")).await;
        self.choose("[name=operation]", "CreateTable").await;
        self.fill("textarea[name=request]", &request.to_string()).await;
        self.click("[data-action=run]").await;
        self.wait_text(".rail", request["TableName"].as_str().unwrap_or_default()).await;
    }

    /// Waits until every replica has what was written: a second of the workspace's time.
    pub async fn replicated(&self) {
        let now = async || self.attribute(".clock-time", "data-ms").await?.parse::<u64>().ok();
        let written = self.until("the workspace's time", now).await;
        let passed = async || (now().await? > written + 1_000).then_some(());
        self.until("every replica to have what was written", passed).await;
    }

    /// Waits until the address has no fragment: the link is used up, and a reload does not load it again.
    pub async fn used_up(&self) {
        let hash = async || (self.eval("return location.hash", vec![]).await == "").then_some(());
        self.until("the link to be used up", hash).await;
    }

    /// Presses keys where the focus is, for example `Key::Control + "k"`.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let pressed = match self.driver.active_element().await {
            Ok(element) => element.send_keys(keys).await,
            Err(error) => Err(error),
        };
        if let Err(error) = pressed {
            self.fault(&format!("cannot press a key: {error}")).await;
        }
    }

    /// The visible text of a target.
    pub async fn text(&self, target: impl Into<Target>) -> String {
        let target = target.into();
        self.until(&format!("{target}"), async || self.first_displayed(&target).await?.text().await.ok())
            .await
    }

    /// The visible texts of all displayed elements, as they are now.
    pub async fn texts(&self, css: &str) -> Vec<String> {
        self.until(&format!("the texts of `{css}`"), async || {
            let mut texts = Vec::new();
            for element in self.displayed(&css.into()).await.ok()? {
                texts.push(element.text().await.ok()?);
            }
            Some(texts)
        })
        .await
    }

    /// An attribute or a field's `value`.
    pub async fn attribute(&self, target: impl Into<Target>, name: &str) -> Option<String> {
        let target = target.into();
        self.until(&format!("{target}"), async || {
            let element = self.first_displayed(&target).await?;
            if name == "value" { element.prop(name).await.ok() } else { element.attr(name).await.ok() }
        })
        .await
    }

    /// How many displayed elements there are now.
    pub async fn count(&self, css: &str) -> usize {
        self.until(&format!("the count of `{css}`"), async || {
            self.displayed(&css.into()).await.ok().map(|found| found.len())
        })
        .await
    }

    /// Waits until the target's visible text contains `part`; gives the whole text.
    pub async fn wait_text(&self, target: impl Into<Target>, part: &str) -> String {
        let target = target.into();
        self.until(&format!("`{part}` in {target}"), async || {
            let text = self.first_displayed(&target).await?.text().await.ok()?;
            text.contains(part).then_some(text)
        })
        .await
    }

    /// Waits until there are exactly `count` displayed elements.
    pub async fn wait_count(&self, css: &str, count: usize) {
        self.until(&format!("{count} of `{css}`"), async || {
            (self.displayed(&css.into()).await.ok()?.len() == count).then_some(())
        })
        .await;
    }

    /// Waits until no such element is displayed.
    pub async fn wait_gone(&self, target: impl Into<Target>) {
        let target = target.into();
        self.until(&format!("{target} to go"), async || {
            self.displayed(&target).await.ok()?.is_empty().then_some(())
        })
        .await;
    }

    /// Goes into a frame: everything that follows happens there, until [`Browser::leave_frame`].
    pub async fn enter_frame(&self, css: &str) {
        self.until(&format!("the frame `{css}`"), async || {
            self.driver.find(By::Css(css)).await.ok()?.enter_frame().await.ok()
        })
        .await;
    }

    /// Goes into the frame that this script gives.
    pub async fn enter_frame_of(&self, script: &str) {
        self.until(&format!("the frame of `{script}`"), async || {
            let found = self.driver.execute(script, Vec::new()).await.ok()?;
            found.element().ok()?.enter_frame().await.ok()
        })
        .await;
    }

    /// Goes back to the page around the frames.
    pub async fn leave_frame(&self) {
        if let Err(error) = self.driver.enter_default_frame().await {
            self.fault(&format!("cannot leave the frame: {error}")).await;
        }
    }

    /// Waits until the page has opened another window, and goes there.
    pub async fn follow_window(&self) {
        let here = self.driver.window().await.ok();
        self.until("another window", async || {
            let windows = self.driver.windows().await.ok()?;
            let other = windows.into_iter().rfind(|window| Some(window) != here.as_ref())?;
            self.driver.switch_to_window(other).await.ok()
        })
        .await;
    }

    /// Runs a script in the page (`return …`, a promise is awaited) with `arguments[0]…`.
    pub async fn eval(&self, script: &str, arguments: Vec<Value>) -> Value {
        match self.driver.execute(script, Arc::from(arguments)).await {
            Ok(result) => result.json().clone(),
            Err(error) => self.fault(&format!("the script failed: {error}\n{script}")).await,
        }
    }

    /// Takes a picture: `target/screenshots/NAME.png`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let folder = xtask::root().join("target").join("screenshots");
        let path = folder.join(format!("{name}.png"));
        let taken = match fs::create_dir_all(&folder) {
            Ok(()) => self.driver.screenshot(&path).await.map_err(|e| e.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = taken {
            panic!("cannot take the screenshot {}: {error}", path.display());
        }
        path
    }

    /// Ends the test with what went wrong, where, and what the page shows.
    pub async fn fault(&self, what: &str) -> ! {
        let url = self.driver.current_url().await.map(|u| u.to_string()).unwrap_or_default();
        let body = match self.driver.find(By::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        let log = self.driver.browser_log().await.unwrap_or_default();
        let log: Vec<String> =
            log.into_iter().map(|entry| format!("  {} {}", entry.level, entry.message)).collect();
        let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let folder = xtask::root().join("target").join("screenshots");
        let picture = folder.join(format!("failed-{test}.png"));
        let _ = fs::create_dir_all(&folder);
        let _ = self.driver.screenshot(&picture).await;
        let shown: String = body.chars().take(2000).collect();
        panic!(
            "{what}\nat {url}\npicture: {}\nconsole:\n{}\nthe page shows:\n{shown}",
            picture.display(),
            log.join("\n")
        )
    }
}
