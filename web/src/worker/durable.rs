//! The world and its journal: changes become durable together, or none of them happened.
//!
//! Owns the rule that when a commit fails the world is wound back to the last durable point, and what is done where the database
//! closed by itself or was deleted. While one commit is under way ([`Durable::take_off`]) the world may go on; what it does is the next one's, and
//! is taken back with it where it fails. Beside the commits a piece of a snapshot may be under way ([`Durable::draw`]). Knows no page, no clock and no browser: the crash tests run it against a database that fails at
//! every point.

use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use engine::world::{Config, Imaging, Restoring, World};
use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, MaybeDone, maybe_done};

use super::disk::{Disk, Failure};
use super::journal::{Journal, Sizes};
use super::segment::Rebuild;
use super::snapshot::Snapshot;
use crate::protocol::Opening;

/// How a world is built from a journal.
pub struct Worlds<'a>(pub &'a Config);

impl Rebuild for Worlds<'_> {
    type State = World;
    type Restoring = Restoring;
    fn fresh(&self) -> World {
        World::new(self.0.clone())
    }
    fn begin(&self) -> Restoring {
        Restoring::new(self.0.clone())
    }
    fn take(&self, restoring: &mut Restoring, piece: &[u8]) -> Result<(), String> {
        restoring.take(piece).map_err(|damage| damage.0)
    }
    fn restore(&self, restoring: Restoring) -> Result<World, String> {
        restoring.end().map_err(|damage| damage.0)
    }
    fn replay(&self, world: &mut World, record: &[u8]) -> Result<(), String> {
        world.apply(record).map_err(|damage| damage.0)
    }
    fn settle(&self, world: &mut World) -> Result<(), String> {
        world.applied().map_err(|damage| damage.0)
    }
}

/// What an opening came to.
#[derive(Debug)]
pub struct Opened {
    /// What is wrong, in sentences; empty where all is well.
    pub report: Vec<String>,
    /// The latest time of the clock that was stored.
    pub last_ms: u64,
    /// What was read.
    pub opening: Opening,
    /// Why nothing may be written here, where what is damaged could not be set aside.
    pub refused: Option<Failure>,
}

/// A world, with a journal or in memory only.
pub struct Durable<D> {
    /// The world. Its changes are handed to [`Durable::record`].
    pub world: World,
    journal: Option<Journal<D>>,
    /// The snapshot that is being made of the world.
    sketch: Option<Sketch>,
    /// The changes that the next commit holds.
    records: Vec<Vec<u8>>,
    recorded_bytes: usize,
    /// The commit that is under way.
    flight: Option<Flight<D>>,
    /// Everything was written again, which was not told yet.
    rewritten: bool,
}

/// What a commit came to, and the journal, which was its own.
type Landed<D> = (Journal<D>, Result<(), Failure>);

/// A commit that is under way: it has the journal until it has landed.
struct Flight<D> {
    landing: MaybeDone<LocalBoxFuture<'static, Landed<D>>>,
    records: Rc<Vec<Vec<u8>>>,
    /// Where the world stood when it began, and the clock.
    position: u64,
    now_ms: u64,
}

/// A snapshot, the image of the world that it is made of, and its piece that is being written.
struct Sketch {
    imaging: Imaging,
    snapshot: Snapshot,
    writing: Option<MaybeDone<LocalBoxFuture<'static, Result<(), Failure>>>>,
    /// No piece is left to be written.
    is_whole: bool,
}

/// What has ended in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The commit that was under way: it can be landed.
    Commit,
    /// The piece of a snapshot: it can be taken note of.
    Piece,
}

impl<D: Disk + 'static> Durable<D> {
    /// A world that nothing is kept of.
    pub fn in_memory(world: World) -> Durable<D> {
        Durable::of(world, None)
    }

    fn of(world: World, journal: Option<Journal<D>>) -> Durable<D> {
        let (records, recorded_bytes) = (Vec::new(), 0);
        Durable { world, journal, sketch: None, records, recorded_bytes, flight: None, rewritten: false }
    }

    /// Reads what stands in a database, verifies it and builds the world of it. Where that could be written to, its journal goes on.
    pub async fn open(
        disk: D,
        sizes: Sizes,
        config: &Config,
        wall_ms: u64,
    ) -> Result<(Durable<D>, Opened), Failure> {
        let (mut journal, found) = Journal::on(disk, sizes).await?;
        let recovered = journal.recover(&Worlds(config), &found).await?;
        let refused = journal.resume(&found, &recovered, wall_ms).await.err();
        let opening = Opening {
            snapshot_bytes: recovered.snapshot_bytes,
            commits: found.segments.len() as u64 - recovered.aside_segments.len() as u64,
            journal_bytes: recovered.replayed_bytes,
            took_ms: 0,
        };
        let mut world = recovered.state;
        world.durable(world.position());
        let journal = refused.is_none().then_some(journal);
        let opened = Opened { report: recovered.report, last_ms: recovered.last_ms, opening, refused };
        Ok((Durable::of(world, journal), opened))
    }

    /// The journal; none where nothing is kept. No commit may be under way.
    pub fn journal(&mut self) -> Option<&mut Journal<D>> {
        assert!(self.flight.is_none(), "a commit is under way");
        self.journal.as_mut()
    }

    /// The world alone; the database is closed.
    pub fn into_world(self) -> World {
        self.world
    }

    /// Whether nothing is kept.
    pub fn is_memory(&self) -> bool {
        self.journal.is_none() && self.flight.is_none()
    }

    /// Changes of the world, for the next commit.
    pub fn record(&mut self, changes: Vec<u8>) {
        if !changes.is_empty() {
            self.recorded_bytes += changes.len();
            self.records.push(changes);
        }
    }

    /// Whether the next commit holds anything.
    pub fn has_changes(&self) -> bool {
        !self.records.is_empty()
    }

    /// How many bytes of changes it holds.
    pub fn recorded_bytes(&self) -> usize {
        self.recorded_bytes
    }

    fn take_records(&mut self) -> Vec<Vec<u8>> {
        self.recorded_bytes = 0;
        std::mem::take(&mut self.records)
    }

    /// Begins to make all changes durable, where there are any, no commit is under way and no snapshot waits for a moment without one; whether it did. The
    /// world may go on meanwhile. It must be landed before anything else is asked of the journal.
    pub fn take_off(&mut self, now_ms: u64) -> bool {
        if self.flight.is_some() || self.records.is_empty() || self.wants_stillness() {
            return false;
        }
        let Some(mut journal) = self.journal.take() else { return false };
        let records = Rc::new(self.take_records());
        let own = records.clone();
        let landing = async move {
            let stored = journal.commit(now_ms, &own).await;
            (journal, stored)
        };
        let position = self.world.position();
        let mut landing = maybe_done(landing.boxed_local());
        // The database has its turn at once.
        let _ = (&mut landing).now_or_never();
        self.flight = Some(Flight { landing, records, position, now_ms });
        true
    }

    /// Waits until something has ended in the database, for ever where nothing is under way.
    pub async fn ended(&mut self) -> Ended {
        poll_fn(|context| {
            if let Some(flight) = &mut self.flight
                && flight.landing.poll_unpin(context).is_ready()
            {
                return Poll::Ready(Ended::Commit);
            }
            if let Some(writing) = self.sketch.as_mut().and_then(|sketch| sketch.writing.as_mut())
                && writing.poll_unpin(context).is_ready()
            {
                return Poll::Ready(Ended::Piece);
            }
            Poll::Pending
        })
        .await
    }

    /// Ends the commit that is under way, once it is stored: its changes are durable, or they and all since are taken back.
    pub async fn land(&mut self) -> Result<(), Failure> {
        // Awaited where it stands: whoever no longer waits takes nothing away.
        if let Some(flight) = &mut self.flight {
            (&mut flight.landing).await;
        }
        let Some(Flight { mut landing, records, position, now_ms }) = self.flight.take() else {
            return Ok(());
        };
        let landed = Pin::new(&mut landing).take_output();
        let (journal, stored) = landed.expect("it was awaited, and is taken once");
        self.journal = Some(journal);
        let rewritten = std::mem::take(&mut self.rewritten);
        let stored = self.insist(stored, now_ms, &records).await;
        // All that there is was written again: what came since, too.
        let position = if self.rewritten { self.world.position() } else { position };
        self.rewritten |= rewritten;
        self.end_commit(&stored, position);
        stored
    }

    /// Makes all changes durable, or takes all of them back. No commit may be under way.
    pub async fn commit(&mut self, now_ms: u64) -> Result<(), Failure> {
        let stored = self.store(now_ms).await;
        self.end_commit(&stored, self.world.position());
        stored
    }

    fn end_commit(&mut self, stored: &Result<(), Failure>, position: u64) {
        match stored {
            Ok(()) => self.world.durable(position),
            Err(_) => {
                self.take_records();
                self.world.wind_back();
            }
        }
    }

    async fn store(&mut self, now_ms: u64) -> Result<(), Failure> {
        let records = self.take_records();
        let Some(journal) = self.journal() else { return Ok(()) };
        if records.is_empty() {
            return Ok(());
        }
        let stored = journal.commit(now_ms, &records).await;
        self.insist(stored, now_ms, &records).await
    }

    /// What a commit came to in the end.
    async fn insist(
        &mut self,
        mut stored: Result<(), Failure>,
        now_ms: u64,
        records: &[Vec<u8>],
    ) -> Result<(), Failure> {
        let Some(journal) = &mut self.journal else { return stored };
        // A connection may be closed by the browser at any time: once more, over another.
        if matches!(stored, Err(Failure::Other(_))) {
            stored = match journal.reconnect().await {
                Ok(()) => journal.commit(now_ms, records).await,
                failed => failed,
            };
        }
        if stored == Err(Failure::Gone) {
            stored = self.rewrite(now_ms).await;
        }
        stored
    }

    /// Writes everything again, these changes too, where the browser has deleted what was stored.
    async fn rewrite(&mut self, now_ms: u64) -> Result<(), Failure> {
        self.end_sketch();
        let Some(journal) = &mut self.journal else { return Ok(()) };
        journal.rewrite(pieces_of(&self.world), now_ms).await?;
        self.take_records();
        self.rewritten = true;
        Ok(())
    }

    /// The database was closed by the browser: connects anew, and writes everything again where it was deleted. Call it when
    /// nothing is left that is not durable.
    pub async fn check(&mut self, now_ms: u64) -> Result<(), Failure> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        match journal.reconnect().await {
            Err(Failure::Gone) => self.rewrite(now_ms).await,
            other => other,
        }
    }

    /// Whether everything was written again since this was last asked.
    pub fn take_rewritten(&mut self) -> bool {
        std::mem::take(&mut self.rewritten)
    }

    /// Puts another world in the place of this one. Call it when nothing is left that is not durable.
    pub async fn replace(&mut self, world: World, now_ms: u64) -> Result<(), Failure> {
        // This world stays where the other cannot be stored: it must not go on keeping what its image needed.
        self.end_sketch();
        if let Some(journal) = &mut self.journal {
            journal.replace(pieces_of(&world), now_ms).await?;
        }
        self.begin_with(world);
        self.world.durable(self.world.position());
        Ok(())
    }

    /// Goes on with another world, whose changes since the last commit are recorded.
    pub fn begin_with(&mut self, world: World) {
        self.sketch = None;
        self.world = world;
    }

    /// Whether a snapshot is to be begun, or to be switched to, for which no commit may be under way and nothing be left that is not durable.
    pub fn wants_stillness(&self) -> bool {
        match &self.sketch {
            Some(sketch) => sketch.is_whole,
            None => self.journal.as_ref().is_some_and(Journal::wants_snapshot),
        }
    }

    /// Whether a snapshot is on its way.
    pub fn is_drawing(&self) -> bool {
        self.sketch.is_some()
    }

    /// Begins to write the next piece of a snapshot that is on its way, where none is being written. The world and its commits go on meanwhile.
    pub fn draw(&mut self) {
        let Some(sketch) = self.sketch.as_mut() else { return };
        if sketch.is_whole || sketch.writing.is_some() {
            return;
        }
        match self.world.image_piece(&mut sketch.imaging, sketch.snapshot.piece_bytes()) {
            Some(piece) => {
                let writing = sketch.writing.insert(maybe_done(sketch.snapshot.write(piece)));
                // The database has its turn at once.
                let _ = writing.now_or_never();
            }
            None => sketch.is_whole = true,
        }
    }

    /// Takes note of the piece that was being written, where it is; what it came to. A failure ends the snapshot, which is no harm: the segments
    /// hold everything that it would have.
    pub fn drawn(&mut self) -> Result<(), Failure> {
        let Some(sketch) = &mut self.sketch else { return Ok(()) };
        let Some(writing) = &mut sketch.writing else { return Ok(()) };
        let _ = writing.now_or_never();
        let Some(written) = Pin::new(writing).take_output() else { return Ok(()) };
        sketch.writing = None;
        if written.is_err() {
            self.end_sketch();
        }
        written
    }

    /// Begins a snapshot where one is due, begins to write its next piece, or switches to it where all are written. Call it when nothing is
    /// left that is not durable. A failure is no harm, as of [`Durable::drawn`].
    pub async fn advance_snapshot(&mut self, now_ms: u64) -> Result<(), Failure> {
        self.drawn()?;
        let Some(journal) = &mut self.journal else { return Ok(()) };
        if self.sketch.is_none() && journal.wants_snapshot() && self.records.is_empty() {
            let (imaging, snapshot) = (self.world.begin_image(), journal.begin_snapshot(now_ms));
            self.sketch = Some(Sketch { imaging, snapshot, writing: None, is_whole: false });
        }
        self.draw();
        let Some(whole) = self.sketch.take_if(|sketch| sketch.is_whole) else { return Ok(()) };
        self.world.end_image();
        match &mut self.journal {
            Some(journal) => journal.switch_to(whole.snapshot).await,
            None => Ok(()),
        }
    }

    fn end_sketch(&mut self) {
        if self.sketch.take().is_some() {
            self.world.end_image();
        }
    }
}

/// The pieces of an image of a world that stands still meanwhile, each of about so many bytes.
fn pieces_of(world: &World) -> impl FnMut(usize) -> Option<Vec<u8>> {
    let mut imaging = world.imaging();
    move |bytes| world.image_piece(&mut imaging, bytes)
}
