//! A workspace that no database keeps, as the parts that a copy or a file is made of; and one of such parts.

use engine::world::{Config, World};

use super::super::clock::{self, Kept};
use super::super::segment::{InMemory, Rebuild, recover};
use super::super::stored::Source;
use super::{Open, Parked, sandboxed};
use crate::protocol::model::Model;
use crate::protocol::traffic::Workload;

fn source(world: &World, clock: &Kept, recipes: &[Workload], model: &Model) -> Source {
    let clock = serde_json::to_vec(clock).expect("a note is plain data");
    let recipes = serde_json::to_vec(recipes).expect("a note is plain data");
    let model = serde_json::to_vec(model).expect("a note is plain data");
    let notes = [("clock", clock), ("recipes", recipes), ("model", model)];
    let notes = notes.into_iter().map(|(name, json)| (name.to_owned(), json)).collect();
    Source::of_world(world, notes)
}

impl Open {
    /// Its parts as they stand in memory. Call it behind [`Open::settle`].
    pub fn source(&self) -> Source {
        source(&self.durable.world, &self.clock.kept(clock::wall_ms()), &self.recipes, &self.model)
    }
}

impl Parked {
    /// Its parts.
    pub fn source(&self) -> Source {
        source(&self.world, &self.clock, &self.recipes, &self.model)
    }

    /// A workspace of parts, of which `rebuild` makes the world; the error says what is wrong with them.
    pub async fn of_parts(
        workspace: String,
        config: &Config,
        rebuild: &impl Rebuild<State = World>,
        parts: &InMemory,
        notes: &[(String, Vec<u8>)],
    ) -> Result<Parked, String> {
        let recovered = recover(rebuild, &parts.found(), parts).await;
        let recovered = recovered.map_err(|failure| failure.sentence())?;
        if let Some(reason) = recovered.report.into_iter().next() {
            return Err(reason);
        }
        let mut open = sandboxed(workspace, config, None);
        open.begin_with(recovered.state).await.map_err(|_| "Memory takes no snapshot.".to_owned())?;
        let note = |wanted: &str| notes.iter().find(|(name, _)| name == wanted).map(|(_, json)| json);
        if let Some(json) = note("recipes") {
            open.recipes = serde_json::from_slice(json).map_err(|error| format!("Its recipes: {error}"))?;
        }
        if let Some(json) = note("model") {
            open.model =
                serde_json::from_slice(json).map_err(|error| format!("Its access patterns: {error}"))?;
        }
        Ok(open.close().await.1)
    }
}
