//! Where everything stands in the space-time diagram: a lane for each client's coordinator and for each item, time from top to
//! bottom, a row for each step.

use super::scene::{Message, Scene, Taken};

/// The height of a row; the list of steps beside has the same.
pub const ROW: usize = 26;
/// The distance of two lanes.
pub const LANE: usize = 124;
/// The height of a message's name.
pub const NAME: usize = 12;
/// The space above the first row.
pub const TOP: usize = 10;

/// A message: from where and when it was sent to where and when it arrived.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow {
    /// The message.
    pub message: Message,
    /// Where it was sent: lane and row.
    pub from: (usize, usize),
    /// Where it arrived, or is by now.
    pub to: (usize, usize),
    /// Whether it has arrived.
    pub arrived: bool,
    /// Its place among those on their way to the same lane, from 0: their names stand below each other.
    pub place: usize,
}

/// A stretch of time in a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// The lane.
    pub lane: usize,
    /// From this row…
    pub from: usize,
    /// …to that one.
    pub to: usize,
    /// The client that it is of, from 1.
    pub client: usize,
}

/// The diagram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Lanes in all: the clients, then the items.
    pub lanes: usize,
    /// Rows in all.
    pub rows: usize,
    /// Messages on their way to one lane, at most.
    pub foot: usize,
    /// The messages.
    pub arrows: Vec<Arrow>,
    /// How long items were held.
    pub held: Vec<Stretch>,
    /// How long coordinators were stopped.
    pub stopped: Vec<Stretch>,
    /// Where each step happened: a lane for each row.
    pub dots: Vec<usize>,
}

/// The middle of a lane.
pub fn x(lane: usize) -> usize {
    LANE / 2 + lane * LANE
}

/// The middle of a row.
pub fn y(row: usize) -> usize {
    TOP + ROW / 2 + row * ROW
}

impl Layout {
    /// The diagram of a run.
    pub fn of(scene: &Scene) -> Layout {
        let clients = scene.clients.len();
        let rows = scene.trail.len();
        let mut layout = Layout { lanes: clients + scene.items.len(), rows, ..Layout::default() };
        let item_lane =
            |message: &Message| clients + scene.lane(message.client, message.action).unwrap_or_default();
        let ends = |message: &Message| match message.to_coordinator {
            true => (item_lane(message), message.client - 1),
            false => (message.client - 1, item_lane(message)),
        };
        for (row, taken) in scene.trail.iter().enumerate() {
            let here = match (&taken.message, taken.kind()) {
                (Some(message), "deliver") => ends(message).1,
                (Some(message), _) => ends(message).0,
                (None, _) => taken.client - 1,
            };
            layout.dots.push(here);
            if let (Some(message), "deliver") = (&taken.message, taken.kind()) {
                for arrow in layout.arrows.iter_mut().filter(|arrow| arrow.message.message == message.message)
                {
                    arrow.to = (ends(message).1, row);
                    arrow.arrived = true;
                }
            }
            for message in &taken.sent {
                let (from, to) = ends(message);
                layout.arrows.push(Arrow {
                    message: message.clone(),
                    from: (from, row),
                    to: (to, rows),
                    arrived: false,
                    place: 0,
                });
            }
            layout.note_held(taken, row, rows, item_lane);
            match taken.kind() {
                "crash" => {
                    let (lane, client) = (taken.client - 1, taken.client);
                    layout.stopped.push(Stretch { lane, from: row, to: rows, client });
                }
                "recover" => {
                    let of = |one: &&mut Stretch| one.client == taken.client && one.to == rows;
                    for one in layout.stopped.iter_mut().filter(of) {
                        one.to = row;
                    }
                }
                _ => {}
            }
        }
        let mut waiting = vec![0; layout.lanes];
        for arrow in layout.arrows.iter_mut().filter(|arrow| !arrow.arrived) {
            arrow.place = waiting[arrow.to.0];
            waiting[arrow.to.0] += 1;
        }
        layout.foot = waiting.into_iter().max().unwrap_or(0);
        layout
    }

    /// An item is held from the prepare that it accepts to the commit or cancel that reaches it.
    fn note_held(&mut self, taken: &Taken, row: usize, rows: usize, lane: impl Fn(&Message) -> usize) {
        let Some(message) = taken.message.as_ref().filter(|_| taken.kind() == "deliver") else { return };
        let (at, client) = (lane(message), message.client);
        let open = |one: &Stretch| one.lane == at && one.client == client && one.to == rows;
        match (message.name.as_str(), self.held.iter().position(open)) {
            ("Prepare", None) if taken.sent.iter().any(|answer| answer.name == "Accepted") => {
                self.held.push(Stretch { lane: at, from: row, to: rows, client });
            }
            ("Commit" | "Cancel", Some(one)) => self.held[one].to = row,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(id: u32, name: &str, up: bool) -> serde_json::Value {
        json!({"Message": id, "Client": 1, "Action": 0, "Name": name, "ToCoordinator": up, "Delayed": false})
    }

    #[test]
    fn messages_and_holds_go_from_row_to_row() {
        let step = |step: &str, message: serde_json::Value, sent: serde_json::Value| json!({"Step": step, "Client": 1, "Told": "", "Sent": sent, "Message": message});
        let scene: Scene = serde_json::from_value(json!({
            "Clients": [{
                "Operation": "TransactWriteItems", "Request": {}, "Stage": "Committing", "Crashed": false,
                "Actions": [{"Table": "A", "Key": "id = a"}], "Transaction": 1
            }],
            "Items": [{"Table": "A", "Key": "id = a"}],
            "Trail": [
                step("start 1", json!(null), json!([message(1, "Prepare", false)])),
                step("deliver 1", message(1, "Prepare", false), json!([message(2, "Accepted", true)])),
                step("deliver 2", message(2, "Accepted", true), json!([])),
                step("decide 1", json!(null), json!([message(3, "Commit", false)]))
            ]
        }))
        .unwrap();
        let layout = Layout::of(&scene);
        assert_eq!((layout.lanes, layout.rows, layout.dots.as_slice()), (2, 4, &[0, 1, 0, 0][..]));
        let arrows: Vec<_> = layout.arrows.iter().map(|one| (one.from, one.to, one.arrived)).collect();
        assert_eq!(arrows, [((0, 0), (1, 1), true), ((1, 1), (0, 2), true), ((0, 3), (1, 4), false)]);
        assert_eq!((layout.foot, layout.arrows[2].place), (1, 0));
        assert_eq!(layout.held, [Stretch { lane: 1, from: 1, to: 4, client: 1 }]);
        assert_eq!(scene.short(&scene.trail[1]), "t1 → a: Prepare");
    }
}
