//! Long work on a whole workspace: a copy of it, a file of it, and a new one out of a file.
//!
//! Owns the going from part to part: each is read, packed or unpacked, checked and written before the next one, so that little is in
//! memory and the session's requests are answered in between; so they are while a new workspace is read as a whole at the end. A file
//! is made of blobs, which the browser may keep on disk, and read in slices. Never touches the list of workspaces or what is open:
//! that is the session's, which starts the work and hears its end.

use std::cell::Cell;
use std::rc::Rc;

use engine::world::Config;
use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::{Blob, Url};

use super::batch::Parked;
use super::checking::{Pausing, check};
use super::clock;
use super::database;
use super::disk::{Disk, Failure};
use super::filling::Target;
use super::indexed::Indexed;
use super::journal::database_name;
use super::stored::{Source, Trouble};
use crate::compression::{self, Form};
use crate::protocol::workspaces::Exported;
use crate::share::archive::{self, FILE_BYTES_MAX, HEAD_BYTES, Head, Part, Reader, START_BYTES, Writer};

/// How long a file's address holds, in milliseconds.
const URL_MS: u32 = 60_000;
/// A check goes on for so long, in milliseconds, before the page's requests have their turn.
const SLICE_MS: f64 = 16.0;
/// A source that changes under the reading is begun again so often.
const ATTEMPTS: usize = 3;

/// How a piece of work ended.
pub enum Ended {
    /// A file was made.
    Exported(Exported),
    /// A workspace was made; where no database keeps it, here it is.
    Made {
        /// What it was called in its file.
        name: Option<String>,
        /// What the page kept beside it.
        requests: String,
        /// It, where it is in memory.
        parked: Option<Box<Parked>>,
    },
    /// It was stopped.
    Stopped,
    /// It failed: nothing was made.
    Failed(String),
}

/// Work under way: whether it is to stop, and who hears how far it is.
#[derive(Clone)]
pub struct Work {
    /// Set by whoever wants it stopped.
    pub stopped: Rc<Cell<bool>>,
    /// Hears how much is done of how much.
    pub progress: Rc<dyn Fn(u64, u64)>,
}

/// Why work ended early.
enum Early {
    Stopped,
    Changed,
    Failed(String),
}

impl From<Trouble> for Early {
    fn from(trouble: Trouble) -> Early {
        match trouble {
            Trouble::Changed => Early::Changed,
            Trouble::Other(reason) => Early::Failed(reason),
        }
    }
}

impl From<archive::Fault> for Early {
    fn from(fault: archive::Fault) -> Early {
        Early::Failed(fault.to_string())
    }
}

impl Early {
    fn ended(self) -> Ended {
        match self {
            Early::Stopped => Ended::Stopped,
            Early::Failed(reason) => Ended::Failed(reason),
            Early::Changed => Ended::Failed(
                "The workspace was written to all the time, so that no copy of one moment could be made. Try again."
                    .to_owned(),
            ),
        }
    }
}

impl Work {
    /// Tells how far it is; an error where it is to stop.
    fn go_on(&self, done: u64, total: u64) -> Result<(), Early> {
        (self.progress)(done, total);
        if self.stopped.get() { Err(Early::Stopped) } else { Ok(()) }
    }

    /// The first or the second half of it.
    fn half(&self, second: bool) -> Work {
        let progress = self.progress.clone();
        let half = move |done, total| progress(done + if second { total } else { 0 }, 2 * total);
        Work { stopped: self.stopped.clone(), progress: Rc::new(half) }
    }
}

/// Where a workspace is to be read from.
pub enum Origin {
    /// From its database.
    Stored(String),
    /// From memory.
    Memory(Source),
}

/// Where a new one is to go.
pub enum Place {
    /// Into a database of that id.
    Stored(String),
    /// Into memory, under that id.
    Memory(String),
}

/// What takes the parts of a workspace.
trait Sink {
    /// Takes the next part.
    async fn take(&mut self, part: Part) -> Result<(), Early>;
    /// Forgets everything: the parts come again.
    async fn begin_again(&mut self) -> Result<(), Early>;
}

impl<D: Disk> Sink for Target<D> {
    async fn take(&mut self, part: Part) -> Result<(), Early> {
        Ok(self.put(part).await?)
    }

    async fn begin_again(&mut self) -> Result<(), Early> {
        Ok(Target::begin_again(self).await?)
    }
}

/// Hands every part to the sink; how many there were.
async fn each_part(from: Origin, work: &Work, sink: &mut impl Sink) -> Result<u64, Early> {
    let (mut source, stored) = match from {
        Origin::Memory(source) => (source, None),
        Origin::Stored(id) => (Source::of_database(&id).await?, Some(id)),
    };
    let mut attempts = 0;
    loop {
        let total = source.total();
        work.go_on(total - source.left(), total)?;
        match (source.next().await, &stored) {
            (Ok(Some(part)), _) => sink.take(part).await?,
            (Ok(None), _) => return Ok(total),
            (Err(Trouble::Changed), Some(id)) if attempts < ATTEMPTS => {
                attempts += 1;
                sink.begin_again().await?;
                source = Source::of_database(id).await?;
            }
            (Err(trouble), _) => return Err(trouble.into()),
        }
    }
}

/// Writes a workspace into a file; `requests` is what the page keeps beside it.
pub async fn export(from: Origin, head: Head, requests: String, work: Work) -> Ended {
    let mut file = Growing::of(head, requests).await;
    match each_part(from, &work, &mut file).await {
        Ok(_) => match file.finish().await {
            Ok(exported) => Ended::Exported(exported),
            Err(_) => Ended::Failed("The browser could not make the file: it has no room for it.".to_owned()),
        },
        Err(early) => early.ended(),
    }
}

/// A file as it grows.
struct Growing {
    head: Head,
    requests: String,
    parts: Array,
    writer: Writer,
    /// Whether the notes are behind.
    begun: bool,
}

impl Growing {
    async fn of(head: Head, requests: String) -> Growing {
        let mut file =
            Growing { head, requests, parts: Array::new(), writer: Writer::default(), begun: false };
        file.begin().await;
        file
    }

    async fn begin(&mut self) {
        self.parts = Array::of1(&compression::blob(&archive::start()));
        self.writer = Writer::default();
        self.begun = false;
        self.add(&Part::Head(self.head.clone())).await;
    }

    async fn add(&mut self, part: &Part) {
        let packed = compression::pack(&archive::body_of(part), Form::DeflateRaw).await;
        self.parts.push(&compression::blob(&self.writer.frame(part, packed)));
    }

    /// What the page keeps stands behind the notes.
    async fn begin_state(&mut self) {
        if !std::mem::replace(&mut self.begun, true) && !self.requests.is_empty() {
            self.add(&Part::Requests(self.requests.clone())).await;
        }
    }

    async fn finish(mut self) -> Result<Exported, JsValue> {
        self.begin_state().await;
        self.parts.push(&compression::blob(&self.writer.end()));
        let whole = Blob::new_with_blob_sequence(&self.parts)?;
        let url = Url::create_object_url_with_blob(&whole)?;
        let lapsing = url.clone();
        gloo::timers::callback::Timeout::new(URL_MS, move || drop(Url::revoke_object_url(&lapsing))).forget();
        Ok(Exported { url, bytes: whole.size() as u64 })
    }
}

impl Sink for Growing {
    async fn take(&mut self, part: Part) -> Result<(), Early> {
        if !matches!(part, Part::Note(..)) {
            self.begin_state().await;
        }
        self.add(&part).await;
        Ok(())
    }

    async fn begin_again(&mut self) -> Result<(), Early> {
        self.begin().await;
        Ok(())
    }
}

/// Makes a copy of a workspace.
pub async fn duplicate(from: Origin, into: Place, config: Config, work: Work) -> Ended {
    let reading = work.half(false);
    let made = make(into, &config, &work, async |target| each_part(from, &reading, target).await);
    match made.await {
        Ok(parked) => Ended::Made { name: None, requests: String::new(), parked },
        Err(early) => early.ended(),
    }
}

/// Makes a workspace of a file.
pub async fn import(file: Blob, into: Place, config: Config, work: Work) -> Ended {
    let (name, requests) = (Cell::new(None), Cell::new(String::new()));
    let reading = work.half(false);
    let made = make(into, &config, &work, async |target| {
        each_of_file(&file, &reading, async |part| {
            match &part {
                Part::Head(head) => name.set(Some(head.name.clone())),
                Part::Requests(text) => requests.set(text.clone()),
                _ => {}
            }
            Ok(target.put(part).await?)
        })
        .await
    });
    match made.await {
        Ok(parked) => Ended::Made { name: name.take(), requests: requests.take(), parked },
        Err(early) => early.ended(),
    }
}

/// Reads a file frame by frame: its head first, so that nothing is in memory that is larger than it may be. How many parts there were.
async fn each_of_file(
    file: &Blob,
    work: &Work,
    mut take: impl AsyncFnMut(Part) -> Result<(), Early>,
) -> Result<u64, Early> {
    let size = file.size() as u64;
    if size > FILE_BYTES_MAX {
        return Err(archive::Fault::TooLarge.into());
    }
    let slice = async |at: u64, length: u64| {
        let moved = |_| {
            Early::Failed(
                "The browser could not read the file. It may have been moved or changed.".to_owned(),
            )
        };
        let end = (at + length).min(size);
        let part = file.slice_with_f64_and_f64(at as f64, end as f64).map_err(moved)?;
        compression::bytes(&part).await.map_err(moved)
    };
    let mut reader = Reader::begin(&slice(0, START_BYTES as u64).await?)?;
    let (mut at, mut parts) = (START_BYTES as u64, 0);
    loop {
        work.go_on(at, size)?;
        let frame = reader.head(&slice(at, HEAD_BYTES as u64).await?)?;
        at += HEAD_BYTES as u64;
        let stored = slice(at, u64::from(frame.stored)).await?;
        at += u64::from(frame.stored);
        reader.check(&frame, &stored)?;
        let body = match frame.packed {
            false => stored,
            true => unpacked(&stored, frame.length as usize).await?,
        };
        match reader.part(&frame, body)? {
            Some(part) => {
                take(part).await?;
                parts += 1;
            }
            None if at == size => return Ok(parts),
            None => return Err(archive::Fault::Damaged("something stands behind its end").into()),
        }
    }
}

async fn unpacked(stored: &[u8], length: usize) -> Result<Vec<u8>, Early> {
    let unpacked = compression::unpack(&compression::blob(stored), Form::DeflateRaw, length).await;
    unpacked.map_err(|fault| match fault {
        compression::Fault::Missing => Early::Failed(
            "This browser cannot unpack files: it has no DecompressionStream. Use a newer one.".to_owned(),
        ),
        compression::Fault::Damaged => archive::Fault::Damaged("a part of it cannot be unpacked").into(),
        compression::Fault::TooLarge => archive::Fault::Damaged("a part of it is longer than it says").into(),
    })
}

/// Fills a new workspace, and reads it once as a whole: nothing that an opening would complain about stays. Where it fails, nothing
/// does.
async fn make(
    into: Place,
    config: &Config,
    work: &Work,
    fill: impl AsyncFnOnce(&mut Target<Indexed>) -> Result<u64, Early>,
) -> Result<Option<Box<Parked>>, Early> {
    let checking = work.half(true);
    let (parts, done, since_ms) = (Cell::new(0), Cell::new(0), Cell::new(0.0));
    let pause = async || {
        done.set(done.get() + 1);
        if clock::monotonic_ms() - since_ms.get() > SLICE_MS {
            let told = checking.go_on(done.get().min(parts.get()), parts.get());
            told.map_err(|_| Failure::Other("it was stopped".to_owned()))?;
            gloo::timers::future::TimeoutFuture::new(0).await;
            since_ms.set(clock::monotonic_ms());
        }
        Ok(())
    };
    let rebuild = Pausing::new(config, pause);
    let begun = |count| {
        parts.set(count);
        since_ms.set(clock::monotonic_ms());
    };
    let made = match into {
        Place::Memory(id) => {
            let mut target = Target::memory();
            begun(fill(&mut target).await?);
            let Target::Memory { found, notes } = &target else { return Ok(None) };
            Parked::of_parts(id, config, &rebuild, found, notes).await.map(|parked| Some(Box::new(parked)))
        }
        Place::Stored(id) => {
            let name = database_name(&id);
            database::delete(&name).await.map_err(Early::Failed)?;
            let mut target = Target::database(Indexed::open(&id).await.map_err(Early::Failed)?);
            begun(fill(&mut target).await?);
            let Target::Database(mut filling) = target else { return Ok(None) };
            filling.finish().await?;
            let checked = check(filling.into_disk(), &rebuild).await;
            checked.unwrap_or_else(|failure| Err(failure.sentence())).map(|()| None)
        }
    };
    match made {
        _ if work.stopped.get() => Err(Early::Stopped),
        made => made.map_err(Early::Failed),
    }
}
