//! The world and its journal: changes become durable together, or none of them happened.
//!
//! Owns the rule that when a commit fails the world is wound back to the last durable point, and what is done where the database
//! closed by itself or was deleted. While one commit is under way ([`Durable::take_off`]) the world may go on; what it does is the next one's, and
//! is taken back with it where it fails. Knows no page, no clock and no browser: the crash tests run it against a database that fails at
//! every point.

use std::rc::Rc;

use engine::world::{Config, Imaging, Restoring, World};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::disk::{Disk, Failure};
use super::journal::{Journal, Sizes};
use super::segment::Rebuild;
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
    imaging: Option<Imaging>,
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
    landing: LocalBoxFuture<'static, Landed<D>>,
    landed: Option<Landed<D>>,
    records: Rc<Vec<Vec<u8>>>,
    /// Where the world stood when it began, and the clock.
    position: u64,
    now_ms: u64,
}

impl<D: Disk + 'static> Durable<D> {
    /// A world that nothing is kept of.
    pub fn in_memory(world: World) -> Durable<D> {
        Durable::of(world, None)
    }

    fn of(world: World, journal: Option<Journal<D>>) -> Durable<D> {
        let (records, recorded_bytes) = (Vec::new(), 0);
        Durable { world, journal, imaging: None, records, recorded_bytes, flight: None, rewritten: false }
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

    /// Begins to make all changes durable, where there are any, no commit is under way and no snapshot is due or being written; whether it did. The
    /// world may go on meanwhile. It must be landed before anything else is asked of the journal.
    pub fn take_off(&mut self, now_ms: u64) -> bool {
        if self.flight.is_some() || self.records.is_empty() || self.imaging.is_some() {
            return false;
        }
        let Some(mut journal) = self.journal.take_if(|journal| !journal.wants_snapshot()) else {
            return false;
        };
        let records = Rc::new(self.take_records());
        let own = records.clone();
        let landing = async move {
            let stored = journal.commit(now_ms, &own).await;
            (journal, stored)
        };
        let position = self.world.position();
        let landing = landing.boxed_local();
        self.flight = Some(Flight { landing, landed: None, records, position, now_ms });
        // The database has its turn at once.
        self.flown().now_or_never();
        true
    }

    /// Waits until the commit that is under way can be landed.
    pub async fn flown(&mut self) {
        if let Some(flight) = &mut self.flight
            && flight.landed.is_none()
        {
            flight.landed = Some((&mut flight.landing).await);
        }
    }

    /// Ends the commit that is under way, once it is stored: its changes are durable, or they and all since are taken back.
    pub async fn land(&mut self) -> Result<(), Failure> {
        self.flown().await;
        let Some(Flight { landed: Some((journal, stored)), records, position, now_ms, .. }) =
            self.flight.take()
        else {
            return Ok(());
        };
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
        self.end_imaging();
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
        self.end_imaging();
        if let Some(journal) = &mut self.journal {
            journal.replace(pieces_of(&world), now_ms).await?;
        }
        self.begin_with(world);
        self.world.durable(self.world.position());
        Ok(())
    }

    /// Goes on with another world, whose changes since the last commit are recorded.
    pub fn begin_with(&mut self, world: World) {
        self.imaging = None;
        self.world = world;
    }

    /// Writes one piece of a snapshot, where one is due or on its way; true while there is more to write. Call it when nothing is
    /// left that is not durable. Piece by piece, so that no answer waits for all of it. A failure is no harm: the segments hold
    /// everything that the snapshot would have.
    pub async fn advance_snapshot(&mut self, now_ms: u64) -> Result<bool, Failure> {
        let Some(journal) = &mut self.journal else { return Ok(false) };
        if journal.wants_snapshot() && self.records.is_empty() {
            self.imaging = Some(self.world.begin_image());
            journal.begin_snapshot(now_ms);
        }
        let Some(imaging) = &mut self.imaging else { return Ok(false) };
        let piece = self.world.image_piece(imaging, journal.piece_bytes());
        let advanced = journal.advance(piece).await;
        let goes_on = journal.is_advancing();
        if !goes_on {
            self.end_imaging();
        }
        advanced.map(|()| goes_on)
    }

    fn end_imaging(&mut self) {
        if self.imaging.take().is_some() {
            self.world.end_image();
        }
    }
}

/// The pieces of an image of a world that stands still meanwhile, each of about so many bytes.
fn pieces_of(world: &World) -> impl FnMut(usize) -> Option<Vec<u8>> {
    let mut imaging = world.imaging();
    move |bytes| world.image_piece(&mut imaging, bytes)
}
