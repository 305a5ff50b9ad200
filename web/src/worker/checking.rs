//! The check of a workspace that was just made of parts: it is read once as a whole, as an opening would read it.
//!
//! Owns what must hold before it goes on the list: every checksum, every record, and what is kept beside the state. Reads only.
//! Between two parts it lets others have their turn, by a pause that its caller gives and that can end it.

use engine::world::{Config, Restoring, World};

use super::disk::{Disk, Failure};
use super::durable::Worlds;
use super::journal::{Journal, Sizes};
use super::segment::Rebuild;

/// How a world is built of parts, with pauses.
pub struct Pausing<'a, P> {
    worlds: Worlds<'a>,
    pause: P,
}

impl<'a, P: AsyncFn() -> Result<(), Failure>> Pausing<'a, P> {
    /// Of that configuration; `pause` is called between two parts, and ends the building by an error.
    pub fn new(config: &'a Config, pause: P) -> Pausing<'a, P> {
        Pausing { worlds: Worlds(config), pause }
    }
}

impl<P: AsyncFn() -> Result<(), Failure>> Rebuild for Pausing<'_, P> {
    type State = World;
    type Restoring = Restoring;
    fn fresh(&self) -> World {
        self.worlds.fresh()
    }
    fn begin(&self) -> Restoring {
        self.worlds.begin()
    }
    fn take(&self, restoring: &mut Restoring, piece: &[u8]) -> Result<(), String> {
        self.worlds.take(restoring, piece)
    }
    fn restore(&self, restoring: Restoring) -> Result<World, String> {
        self.worlds.restore(restoring)
    }
    fn replay(&self, world: &mut World, record: &[u8]) -> Result<(), String> {
        self.worlds.replay(world, record)
    }
    fn settle(&self, world: &mut World) -> Result<(), String> {
        self.worlds.settle(world)
    }
    async fn pause(&self) -> Result<(), Failure> {
        (self.pause)().await
    }
}

/// Reads all of it; what is wrong with it, in a sentence, where an opening would complain.
pub async fn check<D: Disk>(
    disk: D,
    rebuild: &impl Rebuild<State = World>,
) -> Result<Result<(), String>, Failure> {
    let (mut journal, found) = Journal::on(disk, Sizes::default()).await?;
    let mut recovered = journal.recover(rebuild, &found).await?;
    if let Some(reason) = recovered.report.pop() {
        return Ok(Err(reason));
    }
    Ok(notes(&mut journal, &mut recovered.state)
        .await
        .map_err(|what| format!("What is kept beside it is damaged: {what}.")))
}

/// What is kept beside the state.
async fn notes<D: Disk>(journal: &mut Journal<D>, world: &mut World) -> Result<(), String> {
    journal.clock().await?;
    journal.recipes().await?;
    journal.model().await?;
    journal.read_durability().await?;
    match journal.spent().await? {
        Some(spent) => world.take_up_spent(&spent).map_err(|damage| damage.0),
        None => Ok(()),
    }
}
