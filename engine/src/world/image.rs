//! A world as bytes: in one piece, or in pieces that are made and taken one by one while requests go on.
//!
//! An image is `0 | 2`, then the frames of each region (see [`crate::store`]), then `4`, which says that it is whole. A piece
//! is whole frames as it is made, and may have been cut anew since. The first format, `(region | snapshot)…` with both behind their lengths, is read as ever: no region's name is
//! empty, so it never begins with 0.

use std::collections::VecDeque;

use super::{Config, Damage, World, settings};
use crate::engine::Engine;
use crate::model::codec::Reader;
use crate::store::{self, Assembling, Framed, Store};

const BEGINNING: [u8; 2] = [0, 2];
const WHOLE: u8 = 4;
/// What is made in one go is in frames of so many bytes.
const FRAME_BYTES: usize = 4 << 20;

/// An image of a moment, on its way out.
#[derive(Clone, Debug)]
pub struct Imaging {
    begun: bool,
    regions: VecDeque<(String, store::Imaging)>,
}

impl World {
    /// The whole state, encoded and checksummed, as a journal has it: what is under way (tokens, running minutes, followers that are
    /// behind) is not in it, and begins anew.
    pub fn snapshot(&self) -> Vec<u8> {
        self.whole(self.of_moment(false))
    }

    /// The state with what is under way: [`World::restore`] goes on from it to the byte as this world would.
    pub fn image(&self) -> Vec<u8> {
        self.whole(self.imaging())
    }

    /// An image of this moment, with what is under way, for as long as nothing is written.
    pub fn imaging(&self) -> Imaging {
        self.of_moment(true)
    }

    fn of_moment(&self, with_live: bool) -> Imaging {
        // A region that nothing was ever written in is made again when it is asked for.
        let used = self
            .engines
            .iter()
            .filter(|(name, engine)| **name == self.config.region || engine.position() > 0);
        let regions = used.map(|(name, engine)| (name.clone(), engine.begin_image(name, with_live)));
        Imaging { begun: false, regions: regions.collect() }
    }

    fn whole(&self, mut imaging: Imaging) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut limit = FRAME_BYTES;
        while self.append(&mut imaging, limit, &mut bytes) {
            limit = bytes.len() + FRAME_BYTES;
        }
        bytes
    }

    /// Begins an image of this moment, with what is under way. What it needs is kept until [`World::end_image`]; there is one at a
    /// time.
    pub fn begin_image(&mut self) -> Imaging {
        self.engines.values_mut().for_each(|engine| engine.pin(true));
        self.imaging()
    }

    /// The next piece, of about so many bytes; none behind the last.
    pub fn image_piece(&self, imaging: &mut Imaging, bytes: usize) -> Option<Vec<u8>> {
        if imaging.begun && imaging.regions.is_empty() {
            return None;
        }
        let mut piece = Vec::with_capacity(bytes.saturating_add(bytes / 8));
        self.append(imaging, bytes, &mut piece);
        Some(piece)
    }

    /// Lets go of what an image needed.
    pub fn end_image(&mut self) {
        self.engines.values_mut().for_each(|engine| engine.pin(false));
    }

    fn append(&self, imaging: &mut Imaging, limit: usize, into: &mut Vec<u8>) -> bool {
        if !std::mem::replace(&mut imaging.begun, true) {
            into.extend_from_slice(&BEGINNING);
        }
        while let Some((name, region)) = imaging.regions.front_mut() {
            let engine = &self.engines[name];
            if engine.image_piece(region, limit, into) {
                return true;
            }
            imaging.regions.pop_front();
        }
        into.push(WHOLE);
        false
    }

    /// The world of a snapshot or an image.
    pub fn restore(config: Config, bytes: &[u8]) -> Result<World, Damage> {
        let mut restoring = Restoring::new(config);
        restoring.take(bytes)?;
        restoring.end()
    }
}

/// A world on its way in.
#[derive(Debug)]
pub struct Restoring {
    world: World,
    region: Option<(String, Box<Assembling>)>,
    stage: Stage,
    /// The beginning of what the next piece goes on with.
    tail: Vec<u8>,
}

#[derive(Debug)]
enum Stage {
    Empty,
    /// In the first format, which can only be read whole.
    First(Vec<u8>),
    Within,
    Whole,
}

impl Restoring {
    /// Nothing yet.
    pub fn new(config: Config) -> Restoring {
        Restoring { world: World::new(config), region: None, stage: Stage::Empty, tail: Vec::new() }
    }

    /// Takes the next piece, wherever it was cut. Behind an error nothing more can be taken.
    pub fn take(&mut self, piece: &[u8]) -> Result<(), Damage> {
        if let Stage::First(bytes) = &mut self.stage {
            bytes.extend_from_slice(piece);
            return Ok(());
        }
        if self.tail.is_empty() {
            return self.read(piece);
        }
        let mut bytes = std::mem::take(&mut self.tail);
        bytes.extend_from_slice(piece);
        self.read(&bytes)
    }

    fn read(&mut self, bytes: &[u8]) -> Result<(), Damage> {
        let mut rest = bytes;
        if matches!(self.stage, Stage::Empty) {
            match bytes {
                [] => return Ok(()),
                [first, ..] if *first != BEGINNING[0] => {
                    self.stage = Stage::First(bytes.to_vec());
                    return Ok(());
                }
                [_] => {
                    self.tail = bytes.to_vec();
                    return Ok(());
                }
                [_, version, behind @ ..] if *version == BEGINNING[1] => {
                    (self.stage, rest) = (Stage::Within, behind);
                }
                [_, version, ..] => {
                    return Err(Damage(format!("version {version} of the snapshot is not known")));
                }
            }
        }
        while let [first, behind @ ..] = rest {
            if matches!(self.stage, Stage::Whole) {
                return Err(Damage("something stands behind the end of the snapshot".into()));
            }
            if *first == WHOLE && self.region.is_none() {
                (self.stage, rest) = (Stage::Whole, behind);
                continue;
            }
            if store::is_cut(rest) {
                self.tail = rest.to_vec();
                return Ok(());
            }
            let into = self.region.as_mut().map(|(_, assembling)| &mut **assembling);
            let (framed, behind) = Assembling::take(into, rest)?;
            match framed {
                Framed::Begun(name, assembling) => self.region = Some((name, assembling)),
                Framed::Within => {}
                Framed::Whole => {
                    if let Some((name, assembling)) = self.region.take() {
                        self.insert(name, assembling.end())?;
                    }
                }
            }
            rest = behind;
        }
        Ok(())
    }

    fn insert(
        &mut self,
        name: String,
        held: (Store, store::Counters, store::UnderWay),
    ) -> Result<(), Damage> {
        let engine = Engine::restore(settings(&self.world.config, &name), held)?;
        self.world.engines.insert(name, engine);
        Ok(())
    }

    /// The world, where the last piece has been taken.
    pub fn end(mut self) -> Result<World, Damage> {
        match std::mem::replace(&mut self.stage, Stage::Whole) {
            Stage::Whole => {}
            Stage::Empty if self.tail.is_empty() => {}
            Stage::First(bytes) => {
                let mut reader = Reader(&bytes);
                while !reader.0.is_empty() {
                    let region = reader.text()?.to_owned();
                    self.insert(region, Store::of_first_format(reader.bytes()?)?)?;
                }
            }
            Stage::Empty | Stage::Within => return Err(Damage("the end of the snapshot is missing".into())),
        }
        Ok(self.world)
    }
}
